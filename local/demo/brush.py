"""Small helpers to draw with: eased time, curves, gradients, layers, light. Sizes are pixels, times are seconds."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

WIDTH: Final = 540
HEIGHT: Final = 960
FRAME: Final = (WIDTH, HEIGHT)
FINE: Final = 2
"""Shapes are drawn so many times larger and then reduced, which smooths their edges."""

Color = tuple[int, int, int]
Point = tuple[float, float]
Box = tuple[float, float, float, float]

INK: Final[Color] = (9, 10, 22)
RED: Final[Color] = (216, 44, 56)
WINE: Final[Color] = (140, 24, 42)
AMBER: Final[Color] = (255, 190, 104)
BONE: Final[Color] = (244, 232, 208)
STEEL: Final[Color] = (150, 170, 214)


def ease(value: float) -> float:
    """From 0 to 1, slow at both ends; held outside."""
    held = min(1.0, max(0.0, value))
    return held * held * (3 - 2 * held)


def between(time: float, first: float, last: float) -> float:
    """How far a time has come from one moment to another, eased."""
    return ease((time - first) / (last - first))


def shown(time: float, first: float, last: float, fade: float = 0.3) -> float:
    """How visible something is that comes at one moment and is gone at another."""
    return min(between(time, first, first + fade), 1 - between(time, last - fade, last))


def mix(first: Color, second: Color, share: float) -> Color:
    """A colour between two."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue


def curve(points: list[Point], *, closed: bool = True, steps: int = 8) -> list[Point]:
    """A smooth line through the points (Catmull-Rom)."""
    known = np.array(points, dtype=float)
    ends = (known[-1:], known[:2]) if closed else (known[:1], known[-1:])
    padded = np.concatenate([ends[0], known, ends[1]])
    before, start, end, after = padded[:-3], padded[1:-2], padded[2:-1], padded[3:]
    smooth = []
    for part in np.arange(steps) / steps:
        cubic = -before + 3 * start - 3 * end + after
        square = 2 * before - 5 * start + 4 * end - after
        smooth.append(0.5 * (2 * start + (end - before) * part + square * part**2 + cubic * part**3))
    line = np.stack(smooth, axis=1).reshape(-1, 2)
    if not closed:
        line = np.concatenate([line, known[-1:]])
    return [(float(x), float(y)) for x, y in line]


def moved(points: list[Point], across: float, down: float = 0) -> list[Point]:
    """The points, elsewhere."""
    return [(x + across, y + down) for x, y in points]


def gradient(size: tuple[int, int], stops: list[tuple[float, Color]]) -> Image.Image:
    """A picture that runs from colour to colour downwards; stops are at parts of its height."""
    rows = np.linspace(0, 1, size[1])
    places = [place for place, _ in stops]
    channels = [np.interp(rows, places, [color[index] for _, color in stops]) for index in range(3)]
    column = np.stack(channels, axis=1)[:, None, :]
    # A little unevenness hides the steps between neighbouring shades.
    noise = np.random.default_rng(7).uniform(-0.9, 0.9, (size[1], size[0], 1))
    return Image.fromarray(np.clip(column + noise, 0, 255).astype(np.uint8))


class Light:
    """Light around a point, to be added to pictures."""

    def __init__(self, radius: int, color: Color, power: float = 2.0, *, flat: float = 1.0) -> None:
        side = np.linspace(-1, 1, 2 * radius)
        tall = np.linspace(-1, 1, max(2, round(2 * radius * flat)))
        distance = np.sqrt(side[None, :] ** 2 + tall[:, None] ** 2)
        light = np.clip(1 - distance, 0, 1) ** power
        self._full = Image.fromarray((light[:, :, None] * np.array(color)).clip(0, 255).astype(np.uint8))
        self._dimmed = lru_cache(maxsize=40)(self._at)

    def _at(self, level: int) -> Image.Image:
        return self._full if level == 32 else self._full.point([value * level // 32 for value in range(256)] * 3)

    def add(self, picture: Image.Image, center: Point, strength: float = 1.0) -> None:
        """Lights a picture ("screen": light never burns out where there is some already)."""
        level = round(32 * min(1.0, strength))
        light = self._full
        left, top = round(center[0] - light.width / 2), round(center[1] - light.height / 2)
        box = (
            max(0, left),
            max(0, top),
            min(picture.width, left + light.width),
            min(picture.height, top + light.height),
        )
        if level <= 0 or box[0] >= box[2] or box[1] >= box[3]:
            return
        lit = self._dimmed(level).crop((box[0] - left, box[1] - top, box[2] - left, box[3] - top))
        picture.paste(ImageChops.screen(picture.crop(box), lit), box[:2])


class Layer:
    """A transparent picture, taken apart once so that it can be put on many others."""

    def __init__(self, image: Image.Image) -> None:
        self.width, self.height = image.size
        self.image = image
        drawn = image.getbbox() or (0, 0, 1, 1)
        self._offset = drawn[:2]
        self._colors = image.crop(drawn).convert("RGB")
        self._mask = image.crop(drawn).getchannel("A")

    def lay(self, picture: Image.Image, at: Point = (0, 0), visible: float = 1.0) -> None:
        """Puts it on a picture; parts outside are cut off."""
        if visible <= 0.004:
            return
        mask = self._mask
        if visible < 1:
            mask = mask.point([round(level * visible) for level in range(256)])
        picture.paste(self._colors, (round(at[0]) + self._offset[0], round(at[1]) + self._offset[1]), mask)

    def scaled(self, factor: float) -> Layer:
        """The same, larger or smaller."""
        size = (max(1, round(self.width * factor)), max(1, round(self.height * factor)))
        return Layer(self.image.resize(size, Image.Resampling.BILINEAR))

    def turned(self, degrees: float) -> Layer:
        """The same, turned about its middle, its size kept."""
        return Layer(self.image.rotate(degrees, Image.Resampling.BICUBIC))

    def mirrored(self) -> Layer:
        """The same, seen in a mirror."""
        return Layer(self.image.transpose(Image.Transpose.FLIP_LEFT_RIGHT))


class Sketch:
    """A transparent layer that is drawn large and given back smooth."""

    def __init__(self, width: int = WIDTH, height: int = HEIGHT) -> None:
        self.size = (width, height)
        self.image = Image.new("RGBA", (width * FINE, height * FINE))
        self._draw = ImageDraw.Draw(self.image)

    def polygon(self, points: list[Point], color: Color, alpha: int = 255) -> None:
        """A filled outline."""
        self._draw.polygon([(x * FINE, y * FINE) for x, y in points], fill=(*color, alpha))

    def blob(self, points: list[Point], color: Color, alpha: int = 255) -> None:
        """A filled smooth outline through the points."""
        self.polygon(curve(points), color, alpha)

    def box(self, box: Box, color: Color, *, radius: float = 0, alpha: int = 255) -> None:
        """A filled rectangle, with round corners if wanted."""
        scaled = tuple(side * FINE for side in box)
        self._draw.rounded_rectangle(scaled, radius * FINE, fill=(*color, alpha))

    def ellipse(self, box: Box, color: Color, alpha: int = 255) -> None:
        """A filled ellipse."""
        self._draw.ellipse(tuple(side * FINE for side in box), fill=(*color, alpha))

    def dot(self, center: Point, radius: float, color: Color, alpha: int = 255) -> None:
        """A filled circle."""
        self.ellipse((center[0] - radius, center[1] - radius, center[0] + radius, center[1] + radius), color, alpha)

    def line(self, points: list[Point], color: Color, width: float, alpha: int = 255) -> None:
        """A line with round joints and ends."""
        scaled = [(x * FINE, y * FINE) for x, y in points]
        self._draw.line(scaled, fill=(*color, alpha), width=max(1, round(width * FINE)), joint="curve")
        radius = width * FINE / 2
        for x, y in (scaled[0], scaled[-1]):
            self._draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=(*color, alpha))

    def bow(self, points: list[Point], color: Color, width: float, alpha: int = 255) -> None:
        """A smooth line through the points."""
        self.line(curve(points, closed=False), color, width, alpha)

    def within(self, other: Sketch) -> None:
        """Keeps only what lies on what the other sketch has drawn."""
        self.image.putalpha(ImageChops.multiply(self.image.getchannel("A"), other.image.getchannel("A")))

    def over(self, other: Sketch) -> None:
        """Puts another sketch of the same size on this one."""
        self.image.alpha_composite(other.image)

    def soften(self, blur: float) -> None:
        """Blurs what is drawn so far; colours do not darken towards their edges."""
        drawn = self.image.getbbox()
        if drawn is None:
            return
        reach = round(3 * blur * FINE)
        box = (drawn[0] - reach, drawn[1] - reach, drawn[2] + reach, drawn[3] + reach)
        soft = self.image.crop(box).convert("RGBa").filter(ImageFilter.GaussianBlur(blur * FINE)).convert("RGBA")
        self.image.paste(soft, box[:2])

    def finish(self, blur: float = 0) -> Layer:
        """The layer at its real size."""
        if blur:
            self.soften(blur)
        return Layer(self.image.resize(self.size, Image.Resampling.BOX))


def shade(stops: list[tuple[float, int]], color: Color = INK, size: tuple[int, int] = FRAME) -> Layer:
    """A colour that covers more or less (0 to 255) from the top to the bottom; stops are parts of the height."""
    levels = gradient(size, [(place, (cover, cover, cover)) for place, cover in stops]).convert("L")
    image = Image.new("RGBA", size, (*color, 0))
    image.putalpha(levels)
    return Layer(image)
