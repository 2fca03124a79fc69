"""What a camera does: shots and cuts, moving closer, shaking, rain before the lens, the finished frame."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Sequence
from functools import cache
from typing import Final, NamedTuple

import numpy as np
from PIL import Image, ImageChops

from local.demo.brush import FRAME, HEIGHT, WIDTH, Point

View = Callable[[float, float], Image.Image]
"""A shot's picture from the seconds since its cut and the share of it that is over (0 to 1)."""

FRAME_RATE: Final = 25
RAIN_FRAMES: Final = 20
"""After so many frames the rain falls as before."""


class Shot(NamedTuple):
    """What is seen from one cut to the next. A calm one is drawn on twos: each picture stands twice."""

    seconds: float
    view: View
    calm: bool = True


def fast(seconds: float, view: View) -> Shot:
    """A shot that moves too fast for twos."""
    return Shot(seconds, view, calm=False)


class Film:
    """Shots, one after the other."""

    def __init__(self, shots: Sequence[Shot]) -> None:
        self._shots = shots
        lengths = [round(shot.seconds * FRAME_RATE) for shot in shots]
        self._cuts = [sum(lengths[:index]) for index in range(len(shots))]
        self.frames = sum(lengths)
        self.seconds = self.frames / FRAME_RATE

    def picture_of(self, number: int) -> tuple[int, int]:
        """Which shot, and which of its frames, is what the film's frame shows."""
        index = bisect_right(self._cuts, number) - 1
        since = number - self._cuts[index]
        return index, since - since % 2 if self._shots[index].calm else since

    def frame(self, number: int) -> Image.Image:
        """The picture of a frame, counted from 0."""
        index, since = self.picture_of(number)
        shot = self._shots[index]
        time = since / FRAME_RATE
        return shot.view(time, min(1.0, time / shot.seconds))


def closer(
    picture: Image.Image,
    scale: float,
    center: Point = (WIDTH / 2, HEIGHT / 2),
    *,
    shake: float = 0.0,
    time: float = 0.0,
) -> Image.Image:
    """The picture from nearer, held within its edges, as a hand or a moving carriage holds it (``shake`` is pixels)."""
    if shake:
        scale *= 1 + 2.4 * shake / WIDTH
        center = (
            center[0] + shake * (math.sin(time * 17) * 0.6 + math.sin(time * 29 + 1) * 0.4),
            center[1] + shake * (math.sin(time * 21 + 2) * 0.6 + math.sin(time * 37) * 0.4),
        )
    if scale <= 1.0005:
        return picture
    width, height = WIDTH / scale, HEIGHT / scale
    left = min(max(0.0, center[0] - width / 2), WIDTH - width)
    top = min(max(0.0, center[1] - height / 2), HEIGHT - height)
    return picture.resize(FRAME, Image.Resampling.BILINEAR, box=(left, top, left + width, top + height))


@cache
def _streaks(seed: int, count: int, length: int, level: int) -> Image.Image:
    """Rain that fits on itself: as wide as the frame, twice as high."""
    chance = np.random.default_rng(seed)
    field = np.zeros((HEIGHT, WIDTH), dtype=np.float32)
    steps = np.arange(length)
    for _ in range(count):
        x, y = chance.integers(0, WIDTH), chance.integers(0, HEIGHT)
        rows, columns = (y + steps) % HEIGHT, (x - steps // 9) % WIDTH
        field[rows, columns] = np.maximum(field[rows, columns], level * chance.uniform(0.4, 1) * steps / length)
    tile = Image.fromarray(field.astype(np.uint8))
    tall = Image.new("L", (WIDTH, 2 * HEIGHT))
    tall.paste(tile, (0, 0))
    tall.paste(tile, (0, HEIGHT))
    return tall


def rain(picture: Image.Image, time: float, strength: float = 1.0) -> None:
    """Two curtains of rain; the nearer one falls faster."""
    mask = _curtains(round(time * FRAME_RATE) % RAIN_FRAMES, round(10 * strength))
    picture.paste((186, 202, 240), (0, 0), mask)


@cache
def _curtains(frame: int, tenths: int) -> Image.Image:
    """Both curtains at one frame of the loop; the farther falls through the picture once in it, the nearer twice."""
    curtains = []
    for seed, count, length, rounds in ((1, 260, 34, 1), (2, 90, 90, 2)):
        shift = HEIGHT - rounds * frame * HEIGHT // RAIN_FRAMES % HEIGHT
        curtains.append(_streaks(seed, count, length, 12 * tenths).crop((0, shift, WIDTH, shift + HEIGHT)))
    return ImageChops.lighter(*curtains)


@cache
def _vignette() -> Image.Image:
    across = np.linspace(-1, 1, WIDTH)[None, :]
    down = np.linspace(-1, 1, HEIGHT)[:, None]
    left = 1 - 0.5 * np.clip(across**2 * 0.75 + down**2 * 0.65 - 0.18, 0, 1)
    return Image.fromarray((left * 255).astype(np.uint8)).convert("RGB")


def developed(picture: Image.Image) -> bytes:
    """A finished frame as RGB bytes: the corners darken."""
    return ImageChops.multiply(picture, _vignette()).tobytes()
