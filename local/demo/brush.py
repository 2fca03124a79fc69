"""Small helpers to draw with: eased time, gradients, glows, letters. Sizes are pixels, times are seconds."""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

WIDTH: Final = 540
HEIGHT: Final = 960
FINE: Final = 3
"""Shapes are drawn so many times larger and then reduced, which smooths their edges."""

Color = tuple[int, int, int]
Point = tuple[float, float]


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


def gradient(size: tuple[int, int], stops: list[tuple[float, Color]]) -> Image.Image:
    """A picture that runs from colour to colour downwards; stops are at parts of its height."""
    rows = np.linspace(0, 1, size[1])
    places = [place for place, _ in stops]
    channels = [np.interp(rows, places, [color[index] for _, color in stops]) for index in range(3)]
    column = np.stack(channels, axis=1)[:, None, :]
    # A little unevenness hides the steps between neighbouring shades.
    noise = np.random.default_rng(7).uniform(-0.9, 0.9, (size[1], size[0], 1))
    return Image.fromarray(np.clip(column + noise, 0, 255).astype(np.uint8))


def glow(radius: int, color: Color, strength: float = 1.0, power: float = 2.0) -> Image.Image:
    """Light around a point, to be added to a picture."""
    side = np.linspace(-1, 1, 2 * radius)
    distance = np.sqrt(side[None, :] ** 2 + side[:, None] ** 2)
    light = np.clip(1 - distance, 0, 1) ** power * strength
    return Image.fromarray((light[:, :, None] * np.array(color)).clip(0, 255).astype(np.uint8))


def add_light(picture: Image.Image, light: Image.Image, center: Point, strength: float = 1.0) -> None:
    """Adds light to a picture, around a point."""
    left, top = round(center[0] - light.width / 2), round(center[1] - light.height / 2)
    box = (max(0, left), max(0, top), min(picture.width, left + light.width), min(picture.height, top + light.height))
    if strength <= 0 or box[0] >= box[2] or box[1] >= box[3]:
        return
    lit = np.asarray(light.crop((box[0] - left, box[1] - top, box[2] - left, box[3] - top)), dtype=np.uint16)
    under = np.asarray(picture.crop(box), dtype=np.uint16)
    # "Screen": light never burns out where there is some already.
    mixed = 255 - (((255 - under) * (255 - ((lit * round(256 * min(1.0, strength))) >> 8))) >> 8)
    picture.paste(Image.fromarray(mixed.astype(np.uint8)), box[:2])


class Layer:
    """A transparent picture, taken apart once so that it can be put on many others."""

    def __init__(self, image: Image.Image) -> None:
        self.width, self.height = image.size
        self.image = image
        self._colors = image.convert("RGB")
        self._mask = image.getchannel("A")

    def lay(self, picture: Image.Image, at: Point, visible: float = 1.0) -> None:
        """Puts it on a picture; parts outside are cut off."""
        if visible <= 0:
            return
        mask = self._mask
        if visible < 1:
            mask = mask.point([round(level * visible) for level in range(256)])
        picture.paste(self._colors, (round(at[0]), round(at[1])), mask)


class Sketch:
    """A transparent layer that is drawn large and given back smooth."""

    def __init__(self, width: int, height: int) -> None:
        self.size = (width, height)
        self._image = Image.new("RGBA", (width * FINE, height * FINE))
        self._draw = ImageDraw.Draw(self._image)

    def polygon(self, points: list[Point], color: Color, alpha: int = 255) -> None:
        """A filled outline."""
        self._draw.polygon([(x * FINE, y * FINE) for x, y in points], fill=(*color, alpha))

    def box(self, box: tuple[float, float, float, float], color: Color, *, radius: float = 0, alpha: int = 255) -> None:
        """A filled rectangle, with round corners if wanted."""
        scaled = tuple(side * FINE for side in box)
        self._draw.rounded_rectangle(scaled, radius * FINE, fill=(*color, alpha))

    def ellipse(self, box: tuple[float, float, float, float], color: Color, alpha: int = 255) -> None:
        """A filled ellipse."""
        self._draw.ellipse(tuple(side * FINE for side in box), fill=(*color, alpha))

    def line(self, points: list[Point], color: Color, width: float, alpha: int = 255) -> None:
        """A line with round joints."""
        scaled = [(x * FINE, y * FINE) for x, y in points]
        self._draw.line(scaled, fill=(*color, alpha), width=max(1, round(width * FINE)), joint="curve")
        radius = width * FINE / 2
        for x, y in scaled:
            self._draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=(*color, alpha))

    def finish(self, blur: float = 0) -> Layer:
        """The layer at its real size."""
        image = self._image.filter(ImageFilter.GaussianBlur(blur * FINE)) if blur else self._image
        return Layer(image.resize(self.size, Image.Resampling.BOX))


@cache
def letters(size: int) -> ImageFont.FreeTypeFont:
    """Pillow's own typeface: the only one that is on every machine.

    Raises:
        TypeError: this Pillow was built without FreeType, which no wheel is.
    """
    font = ImageFont.load_default(size)
    if not isinstance(font, ImageFont.FreeTypeFont):
        raise TypeError("Pillow has no scalable typeface: it was built without FreeType")
    return font


def spaced(text: str, size: int, color: Color, spacing: float) -> Layer:
    """One line with air between its letters, on a soft shadow."""
    font = letters(size)
    widths = [font.getlength(char) + spacing for char in text]
    margin = size
    image = Image.new("RGBA", (round(sum(widths) - spacing) + 2 * margin, 2 * size + margin))
    draw = ImageDraw.Draw(image)
    place = float(margin)
    for char, width in zip(text, widths, strict=True):
        draw.text((place, margin / 2), char, font=font, fill=(*color, 255))
        place += width
    return _shadowed(image, size / 5)


def caption(lines: list[str], size: int = 30, color: Color = (248, 244, 236)) -> Layer:
    """Lines of speech, centred, on a soft shadow."""
    font = letters(size)
    step = round(size * 1.36)
    image = Image.new("RGBA", (WIDTH, step * len(lines) + 2 * size))
    draw = ImageDraw.Draw(image)
    for index, line in enumerate(lines):
        place = ((WIDTH - font.getlength(line)) / 2, size * 0.7 + index * step)
        draw.text(place, line, font=font, fill=(*color, 255))
    return _shadowed(image, size / 4)


def _shadowed(image: Image.Image, blur: float) -> Layer:
    alpha = (
        image.getchannel("A")
        .filter(ImageFilter.GaussianBlur(blur))
        .point([min(255, level * 3) for level in range(256)])
    )
    shadow = Image.new("RGBA", image.size, (4, 4, 14, 0))
    shadow.putalpha(alpha.point([round(level * 0.75) for level in range(256)]))
    return Layer(Image.alpha_composite(shadow, image))


@cache
def vignette() -> Image.Image:
    """How bright each point of a frame stays: the corners darken."""
    across = np.linspace(-1, 1, WIDTH)[None, :]
    down = np.linspace(-1, 1, HEIGHT)[:, None]
    shade = 1 - 0.42 * np.clip(across**2 * 0.75 + down**2 * 0.65 - 0.18, 0, 1)
    return Image.fromarray((shade * 255).astype(np.uint8)).convert("RGB")


def graded(picture: Image.Image, brightness: float = 1.0) -> bytes:
    """A finished frame as RGB bytes: vignette, and a fade where wanted."""
    finished = ImageChops.multiply(picture, vignette())
    if brightness < 1:
        finished = finished.point([round(level * max(0.0, brightness)) for level in range(256)] * 3)
    return finished.tobytes()
