"""Draws the demo's films in a process of its own, and tells how far it is, in percent, line by line.

``python -m local.drawing DIR EPISODE ...``.
"""

from __future__ import annotations

import sys
from pathlib import Path

from local.demo import draw


def main() -> None:
    """Draws what is missing into the folder."""

    def progress(done: int, total: int, _words: str) -> None:
        print(f"{100 * done // max(total, 1)}", flush=True)

    draw(Path(sys.argv[1]), progress, only=[int(number) for number in sys.argv[2:]])


if __name__ == "__main__":
    main()
