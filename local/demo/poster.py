"""One picture of the whole story: a frame of each episode, side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PIL import Image

from local.demo.brush import FRAME
from local.demo.camera import FRAME_RATE, developed
from local.demo.films import EPISODES

MOMENTS: Final = (36.2, 7.6, 36.9, 36.0, 9.6, 29.0)
"""What is shown of each episode, in seconds."""

SIZE: Final = (270, 480)
GAP: Final = 8


def sheet(file: Path) -> None:
    """Draws the sheet into a JPEG file."""
    width = len(EPISODES) * (SIZE[0] + GAP) - GAP
    poster = Image.new("RGB", (width, SIZE[1]), (4, 4, 10))
    for index, (episode, moment) in enumerate(zip(EPISODES, MOMENTS, strict=True)):
        frame = Image.frombytes("RGB", FRAME, developed(episode.film().frame(round(moment * FRAME_RATE))))
        poster.paste(frame.resize(SIZE, Image.Resampling.LANCZOS), (index * (SIZE[0] + GAP), 0))
    poster.save(file, quality=88, optimize=True)
