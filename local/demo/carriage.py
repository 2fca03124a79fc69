"""The train from inside and through its windows: the aisle with its seats, a window from either side."""

from __future__ import annotations

import math
import random
from functools import cache
from typing import Final

from PIL import Image

from local.demo import people
from local.demo.brush import (
    AMBER,
    FRAME,
    HEIGHT,
    INK,
    WIDTH,
    Box,
    Color,
    Layer,
    Light,
    Point,
    Sketch,
    gradient,
    mix,
    shade,
)

GONE: Final[Point] = (270, 400)
"""Where the aisle's lines meet."""

ROWS: Final = (7.0, 5.2, 3.9, 2.9, 2.15, 1.6)
"""How far away the rows of seats are, the farthest first."""

PANE: Final[Box] = (48, 150, 492, 700)
"""The glass of a window that fills the frame."""


def at(x: float, y: float, distance: float) -> Point:
    """Where a point of the carriage is seen; x and y are pixels off the aisle's line at distance 1."""
    return GONE[0] + x / distance, GONE[1] + y / distance


@cache
def aisle() -> Image.Image:
    """Floor, walls, windows, lamps and the door at the far end; no seats."""
    picture = gradient(FRAME, [(0, (30, 14, 22)), (0.42, (92, 50, 42)), (0.55, (70, 34, 36)), (1, (22, 10, 18))])
    sketch = Sketch()
    wood: Color = (104, 56, 46)
    for side in (-1, 1):
        wall = [at(side * 330, -420, 0.8), at(side * 330, -420, 9), at(side * 330, 560, 9), at(side * 330, 560, 0.8)]
        sketch.polygon(wall, wood)
        rack = [at(side * 330, -300, 0.8), at(side * 330, -300, 9), at(side * 330, -270, 9), at(side * 330, -270, 0.8)]
        sketch.polygon(rack, (190, 140, 76))
    sketch.polygon([at(-330, -420, 0.8), at(330, -420, 0.8), at(330, -420, 9), at(-330, -420, 9)], (58, 28, 32))
    sketch.polygon([at(-330, 560, 0.8), at(330, 560, 0.8), at(330, 560, 9), at(-330, 560, 9)], (34, 16, 24))
    sketch.polygon([at(-84, 560, 0.8), at(84, 560, 0.8), at(84, 560, 9), at(-84, 560, 9)], (120, 28, 44))
    sketch.polygon([at(-70, 560, 0.8), at(70, 560, 0.8), at(70, 560, 9), at(-70, 560, 9)], (146, 38, 52))
    far = 9.0
    sketch.polygon([at(-330, -420, far), at(330, -420, far), at(330, 560, far), at(-330, 560, far)], (64, 32, 34))
    sketch.polygon([at(-120, -320, far), at(120, -320, far), at(120, 560, far), at(-120, 560, far)], (32, 14, 22))
    sketch.polygon([at(-80, -250, far), at(80, -250, far), at(80, 60, far), at(-80, 60, far)], (255, 204, 130))
    sketch.finish().lay(picture)
    lamp = Light(120, (255, 186, 104), 1.8)
    for distance in (6.5, 4.2, 2.8, 1.9, 1.25):
        lamp.add(picture, at(0, -400, distance), min(1.0, 0.5 + 0.6 / distance))
        bulb = Sketch()
        x, y = at(0, -400, distance)
        bulb.ellipse((x - 70 / distance, y - 14 / distance, x + 70 / distance, y + 22 / distance), (255, 232, 180))
        bulb.finish().lay(picture)
    return picture


@cache
def glass() -> Layer:
    """The aisle's windows, dark as the night outside."""
    return _panes((14, 18, 46))


@cache
def glare() -> Layer:
    """The aisle's windows when a light flies past."""
    return _panes((255, 226, 170))


def _panes(color: Color) -> Layer:
    sketch = Sketch()
    for side in (-1, 1):
        for near, far in zip((6.3, 4.7, 3.5, 2.6, 1.93, 1.44), (7.6, 5.6, 4.2, 3.1, 2.3, 1.72), strict=True):
            sketch.polygon(
                [
                    at(side * 328, -230, near),
                    at(side * 328, -230, far),
                    at(side * 328, 90, far),
                    at(side * 328, 90, near),
                ],
                color,
            )
    return sketch.finish()


@cache
def seat_row(row: int) -> Layer:
    """One row of seats, on both sides of the aisle, seen from before them."""
    sketch = Sketch()
    distance = ROWS[row]
    velvet: Color = mix((128, 34, 50), INK, min(0.6, (distance - 1.6) * 0.09))
    for side in (-1, 1):
        left, right = sorted((side * 122, side * 322))
        top, foot = at(left, 30, distance), at(right, 560, distance)
        sketch.box((*top, *foot), velvet, radius=34 / distance)
        inset = 14 / distance
        sketch.box(
            (top[0] + inset, top[1] + inset, foot[0] - inset, top[1] + 250 / distance),
            mix(velvet, AMBER, 0.12),
            radius=26 / distance,
        )
        sketch.box((top[0], top[1] + 262 / distance, foot[0], foot[1]), mix(velvet, INK, 0.34), radius=20 / distance)
    return sketch.finish()


@cache
def passenger(row: int, side: int, *, facing: bool, scarf: Color, hair: Color) -> tuple[Layer, Point]:
    """Somebody on a seat of a row, and where."""
    distance = ROWS[row]
    layer = people.seated(facing=facing, scarf=scarf, hair=hair).scaled(1.5 / distance)
    x, y = at(side * 222, 40, distance)
    return layer, (x - layer.width / 2, y - layer.height * 0.52)


def lit_aisle(time: float, *, dark: float = 0.0) -> Image.Image:
    """The aisle as it is at a moment: lights fly past the windows; ``dark`` takes the lamps away."""
    picture = aisle().copy()
    glass().lay(picture)
    passing = max(0.0, math.sin(time * 5.3)) ** 6
    glare().lay(picture, visible=0.5 * passing * (1 - dark))
    return picture


def dimmed(picture: Image.Image, dark: float) -> Image.Image:
    """A picture with the lamps out, more or less."""
    if dark <= 0:
        return picture
    return Image.blend(picture, _blackness(), min(1.0, dark))


@cache
def _blackness() -> Image.Image:
    return Image.new("RGB", FRAME, (4, 4, 12))


@cache
def window_outside(*, curtain: bool = True) -> Layer:
    """A lit window from the platform: the train's side around a hole in the shape of the pane."""
    sketch = Sketch()
    sketch.box((0, 0, WIDTH, HEIGHT), (26, 44, 72))
    sketch.box((0, 760, WIDTH, 860), (140, 36, 50))
    sketch.box((0, 748, WIDTH, 756), (230, 206, 160))
    sketch.box((PANE[0] - 22, PANE[1] - 22, PANE[2] + 22, PANE[3] + 22), (14, 26, 46), radius=48)
    for y in (60, 110, 905):
        for x in range(20, 540, 50):
            sketch.dot((x, y), 3, (56, 80, 116))
    image = sketch.image
    hole = Sketch()
    hole.box(PANE, INK, radius=36)
    mask = hole.image.getchannel("A").point([255 - level for level in range(256)])
    image.putalpha(mask)
    if curtain:
        velvet = Sketch()
        for left, right, inner in ((48, 128, 84), (492, 412, 456)):
            velvet.polygon(
                [(left, 150), (right, 150), (inner, 430), (right - (right - left) * 0.3, 700), (left, 700)],
                (120, 30, 46),
            )
        image = Image.alpha_composite(velvet.image, image)
    return Layer(image.resize(FRAME, Image.Resampling.BOX))


@cache
def compartment() -> Image.Image:
    """What is behind a lit window: warm wood, a lamp."""
    picture = gradient(FRAME, [(0, (120, 64, 40)), (0.3, (214, 134, 74)), (0.6, (238, 160, 88)), (1, (70, 34, 32))])
    sketch = Sketch()
    sketch.box((60, 120, 480, 200), (150, 84, 50))
    sketch.box((60, 200, 480, 206), (255, 206, 130))
    sketch.box((40, 430, 230, 760), (132, 38, 50), radius=40)
    sketch.box((330, 430, 520, 760), (132, 38, 50), radius=40)
    sketch.finish(3).lay(picture)
    Light(280, (255, 200, 120), 1.6).add(picture, (300, 230), 0.8)
    return picture


@cache
def window_inside() -> Layer:
    """The wall around a window, from within, with curtains and the sill."""
    sketch = Sketch()
    sketch.box((0, 0, WIDTH, HEIGHT), (70, 34, 36))
    for plank in range(-20, WIDTH, 54):
        sketch.box((plank, 0, plank + 2, HEIGHT), (48, 22, 28))
    sketch.box((PANE[0] - 26, PANE[1] - 26, PANE[2] + 26, PANE[3] + 26), (186, 136, 74), radius=50)
    sketch.box((PANE[0] - 18, PANE[1] - 18, PANE[2] + 18, PANE[3] + 18), (34, 16, 22), radius=44)
    hole = Sketch()
    hole.box(PANE, INK, radius=36)
    sketch.image.putalpha(hole.image.getchannel("A").point([255 - level for level in range(256)]))
    velvet = Sketch()
    for left, right, inner in ((40, 132, 80), (500, 408, 460)):
        velvet.polygon(
            [(left, 140), (right, 140), (inner, 430), (right - (right - left) * 0.3, 712), (left, 712)], (124, 30, 46)
        )
        for fold in (0.3, 0.6):
            x = left + (right - left) * fold
            velvet.line(
                [(x, 150), (left + (inner - left) * fold, 430), (left + (x - left) * 0.7, 706)], (84, 18, 34), 3
            )
    velvet.box((20, 704, 520, 736), (120, 70, 44), radius=6)
    velvet.box((20, 704, 520, 711), (224, 172, 98), radius=3)
    image = Image.alpha_composite(sketch.image, velvet.image)
    return Layer(image.resize(FRAME, Image.Resampling.BOX))


@cache
def _hills(seed: int, base: float, color: Color) -> Layer:
    """A ridge that fits on itself, as wide as the frame."""
    sketch = Sketch()
    ridge: list[Point] = []
    for step in range(61):
        angle = step / 60 * 2 * math.pi
        wave = math.sin(angle + seed) * 0.5 + math.sin(3 * angle + seed * 2) * 0.3 + math.sin(7 * angle) * 0.12
        ridge.append((WIDTH * step / 60, base - 60 * wave))
    sketch.polygon([(0, HEIGHT), *ridge, (WIDTH, HEIGHT)], color)
    return sketch.finish()


@cache
def _pole() -> Layer:
    sketch = Sketch(100, HEIGHT)
    sketch.box((42, 0, 58, HEIGHT), (8, 8, 20), alpha=225)
    sketch.box((6, 240, 94, 250), (8, 8, 20), alpha=225)
    return sketch.finish(4)


@cache
def _dark_sky() -> Image.Image:
    sky = gradient(FRAME, [(0, (8, 10, 34)), (0.5, (34, 36, 92)), (0.8, (92, 66, 120)), (1, (40, 34, 76))])
    chance = random.Random(4)
    star = Light(4, (220, 226, 255), 1.2)
    for _ in range(70):
        star.add(sky, (chance.uniform(0, WIDTH), chance.uniform(120, 420)), chance.uniform(0.3, 1))
    return sky


def country(time: float) -> Image.Image:
    """What passes outside at night: the farther, the slower."""
    view = _dark_sky().copy()
    for index, (base, color) in enumerate(((520.0, (40, 40, 92)), (610, (20, 22, 56)))):
        shift = -(time * (50 + 120 * index)) % WIDTH
        for copy in (0, 1):
            _hills(index + 1, base, color).lay(view, (shift - WIDTH * copy, 0))
    for copy in range(2):
        _pole().lay(view, (-(time * 900 + copy * 610) % 1220 - 200, 0))
    return view


@cache
def drops() -> Layer:
    """Rain on a pane."""
    chance = random.Random(12)
    sketch = Sketch()
    for _ in range(120):
        x, y, size = chance.uniform(50, 490), chance.uniform(150, 700), chance.uniform(1.2, 4)
        sketch.ellipse((x - size, y - size, x + size, y + size * 1.6), (170, 190, 230), 90)
        sketch.dot((x - size * 0.3, y - size * 0.2), size * 0.4, (240, 246, 255), 170)
        if size > 3:
            sketch.line([(x, y - chance.uniform(20, 90)), (x, y)], (170, 190, 230), 1.4, 50)
    return sketch.finish()


@cache
def floor_shade() -> Layer:
    """The dark at the lower edge of the carriage, in which captions can be read."""
    return shade([(0, 60), (0.12, 0), (0.7, 0), (0.88, 150), (1, 215)], (12, 6, 14))
