"""``python -m local.demo``: draws the films into a folder."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from local.demo import EPISODES, draw
from local.demo.poster import sheet


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m local.demo", description="Draws the films of the demo")
    parser.add_argument("--out", type=Path, required=True, help="the folder for the films")
    numbers = [episode.number for episode in EPISODES]
    parser.add_argument("--episode", type=int, action="append", default=[], choices=numbers, help="only this one")
    parser.add_argument("--poster", type=Path, help="also one picture of the whole story, as a JPEG file")
    options = parser.parse_args()

    def progress(done: int, total: int, words: str) -> None:
        if sys.stderr.isatty():
            print(f"\r{words}: {done} of {total} frames", end="" if done < total else "\n", file=sys.stderr, flush=True)

    for file in draw(options.out, progress, only=options.episode):
        print(file)
    if options.poster:
        sheet(options.poster)


if __name__ == "__main__":
    main()
