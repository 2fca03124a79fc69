"""The station: from the side in rain or under stars, along its track, its clock, and the train from outside."""

from __future__ import annotations

import math
import random
from functools import cache
from typing import Final

from PIL import Image

from local.demo.brush import (
    AMBER,
    BONE,
    FRAME,
    HEIGHT,
    INK,
    WIDTH,
    Color,
    Layer,
    Light,
    Point,
    Sketch,
    curve,
    gradient,
    mix,
    shade,
)

Stops = list[tuple[float, Color]]

NIGHT: Final[Stops] = [(0, (6, 9, 28)), (0.4, (18, 26, 66)), (0.7, (58, 58, 112)), (1, (96, 84, 128))]
PAST: Final[Stops] = [(0, (22, 12, 48)), (0.4, (62, 32, 92)), (0.7, (150, 78, 118)), (1, (222, 136, 120))]
DAWN: Final[Stops] = [(0, (96, 132, 196)), (0.35, (244, 178, 152)), (0.62, (255, 220, 160)), (1, (255, 236, 196))]
FLOOR_Y: Final = 724
TRAIN_Y: Final = 430
DOOR_X: Final = 640
"""Where the door is on the train, from its front."""

LAMPS: Final = (86, 456)
CLOCK: Final[Point] = (270, 236)


@cache
def lamp_light() -> Light:
    """A lamp's."""
    return Light(190, (255, 190, 112), 2.4)


@cache
def door_light() -> Light:
    """What falls out of an open door."""
    return Light(300, (255, 186, 104), 1.9)


@cache
def head_light() -> Light:
    """The train's."""
    return Light(330, (255, 238, 206), 2.2)


@cache
def backdrop(time_of_day: str) -> Image.Image:
    """Sky, town and tracks behind everything: of the night, the past or the dawn."""
    stops = {"night": NIGHT, "past": PAST, "dawn": DAWN}[time_of_day]
    chance = random.Random(time_of_day)
    sky = gradient(FRAME, stops)
    if time_of_day == "past":
        star = Light(4, (240, 230, 255), 1.2)
        for _ in range(150):
            star.add(sky, (chance.uniform(0, WIDTH), chance.uniform(0, 460)), chance.uniform(0.3, 1))
        Light(230, (190, 160, 220), 2.0).add(sky, (410, 150), 0.7)
        moon = Sketch(120, 120)
        moon.dot((60, 60), 46, (250, 240, 222))
        moon.dot((44, 46), 10, (228, 214, 204), 150)
        moon.dot((74, 68), 14, (228, 214, 204), 150)
        moon.finish().lay(sky, (350, 90))
    if time_of_day == "dawn":
        Light(420, (255, 226, 160), 1.6).add(sky, (300, 600), 1)
        Light(110, (255, 255, 236), 0.8).add(sky, (300, 590), 1)
    far, near = mix(stops[2][1], stops[1][1], 0.55), mix(stops[1][1], INK, 0.5 if time_of_day != "dawn" else 0.35)
    lit: Color = (255, 202, 128)
    _skyline(sky, chance, (566, far, 0.14 if time_of_day != "dawn" else 0.0, lit))
    _skyline(sky, chance, (620, near, 0.24 if time_of_day != "dawn" else 0.0, lit))
    return sky


def _skyline(sky: Image.Image, chance: random.Random, row: tuple[float, Color, float, Color]) -> None:
    base, color, share, lit = row
    sketch = Sketch()
    x = -20.0
    while x < WIDTH:
        width, height = chance.uniform(34, 78), chance.uniform(50, 150)
        sketch.box((x, base - height, x + width, HEIGHT), color)
        if chance.random() < 0.3:
            sketch.line([(x + width / 2, base - height), (x + width / 2, base - height - 26)], color, 2)
        for line in range(int(height // 14)):
            for column in range(int(width // 12)):
                if chance.random() < share:
                    left, top = x + 5 + column * 12, base - height + 8 + line * 14
                    sketch.box((left, top, left + 5, top + 7), lit, alpha=180)
        x += width + chance.uniform(-2, 12)
    sketch.finish().lay(sky)


@cache
def furniture(*, dawn: bool = False) -> Layer:
    """Track bed, roof, lamps and the clock's case, before the train's track and behind the platform."""
    sketch = Sketch()
    iron: Color = (12, 13, 30) if not dawn else (70, 52, 74)
    sketch.polygon([(-10, -10), (550, -10), (550, 92), (270, 120), (-10, 92)], iron)
    sketch.polygon([(-10, 92), (270, 120), (550, 92), (550, 104), (270, 134), (-10, 104)], mix(iron, AMBER, 0.16))
    for x in range(-10, 560, 46):
        sketch.polygon([(x, 104), (x + 26, 108), (x + 13, 134)], iron)
    sketch.box((264, 110, 276, 180), iron)
    sketch.dot(CLOCK, 66, iron)
    sketch.dot(CLOCK, 57, (238, 230, 208))
    for hour in range(12):
        angle = math.radians(hour * 30)
        inner = 42 if hour % 3 else 36
        sketch.line([_on_dial(angle, inner), _on_dial(angle, 50)], iron, 3 if hour % 3 else 5)
    return sketch.finish()


def _on_dial(angle: float, radius: float) -> Point:
    return CLOCK[0] + radius * math.sin(angle), CLOCK[1] - radius * math.cos(angle)


def clock_hands(picture: Image.Image, minutes: float) -> None:
    """The station clock's hands, minutes after midnight."""
    sketch = Sketch(130, 130)
    for turn, length, width in ((minutes / 60, 46, 4.5), (minutes / 720, 30, 6.5)):
        angle = turn * 2 * math.pi
        sketch.line([(65, 65), (65 + length * math.sin(angle), 65 - length * math.cos(angle))], (30, 24, 40), width)
    sketch.dot((65, 65), 6, (196, 40, 52))
    sketch.finish().lay(picture, (CLOCK[0] - 65, CLOCK[1] - 65))


@cache
def platform_floor(*, dawn: bool = False) -> Layer:
    """The platform, wet, with its yellow line and its lamp posts."""
    sketch = Sketch()
    stone: Color = (38, 38, 64) if not dawn else (150, 108, 112)
    sketch.box((0, 700, WIDTH, HEIGHT), (16, 16, 34) if not dawn else (96, 70, 88))
    sketch.box((0, FLOOR_Y, WIDTH, FLOOR_Y + 12), mix(stone, BONE, 0.4))
    sketch.box((0, FLOOR_Y + 12, WIDTH, HEIGHT), stone)
    sketch.box((0, FLOOR_Y + 20, WIDTH, FLOOR_Y + 29), (226, 178, 72))
    for row, y in enumerate((29, 60, 104, 164)):
        sketch.box((0, FLOOR_Y + y, WIDTH, FLOOR_Y + y + 1.6), mix(stone, INK, 0.35))
        for column in range(-6, 8):
            x = 270 + (column + 0.5 * (row % 2)) * (70 + row * 26)
            sketch.line(
                [(x, FLOOR_Y + y), (x + (x - 270) * 0.13, FLOOR_Y + y + 34 + row * 9)], mix(stone, INK, 0.35), 1.4
            )
    iron: Color = (10, 11, 26) if not dawn else (66, 48, 70)
    for x in LAMPS:
        sketch.box((x - 5, 400, x + 5, 790), iron)
        sketch.box((x - 14, 770, x + 14, 796), iron, radius=3)
        sketch.polygon([(x - 34, 400), (x + 34, 400), (x + 16, 372), (x - 16, 372)], iron)
        if not dawn:
            sketch.ellipse((x - 16, 390, x + 16, 414), (255, 226, 170))
    return sketch.finish()


@cache
def calm() -> Layer:
    """The dark at the lower edge, in which captions can be read."""
    return shade([(0, 0), (0.74, 0), (0.9, 150), (1, 205)])


@cache
def train() -> Layer:
    """The whole train, 1,700 long; its front is 40 from the left."""
    sketch = Sketch(1700, 310)
    body: Color = (30, 50, 80)
    end = 1700
    nose: list[Point] = [(34, 262), (38, 200), (52, 120), (84, 58), (130, 28), (190, 20)]
    sketch.polygon([*curve(nose, closed=False), (end, 20), (end, 262)], body)
    sketch.polygon([(130, 28), (190, 20), (end, 20), (end, 36), (150, 38)], (74, 104, 138))
    sketch.polygon([(36, 244), (38, 210), (end, 210), (end, 244)], (150, 40, 52))
    sketch.box((38, 204, end, 209), (240, 216, 170))
    sketch.polygon([(64, 118), (98, 62), (138, 50), (138, 118)], (160, 204, 226))
    sketch.polygon([(64, 118), (98, 62), (112, 58), (82, 118)], (218, 240, 248))
    sketch.dot((62, 188), 15, (255, 248, 220))
    for start in (190, 320, 450, 740, 870, 1000, 1130, 1330, 1460, 1590):
        sketch.box((start - 5, 62, start + 105, 154), (18, 32, 54), radius=13)
        sketch.box((start, 67, start + 100, 149), (255, 206, 124), radius=9)
        sketch.box((start, 67, start + 100, 92), (255, 230, 172), radius=9)
        sketch.box((start + 48, 67, start + 52, 149), (18, 32, 54))
    for start in (110, 250, 520, 800, 960, 1200, 1400, 1560):
        sketch.dot((start + 26, 268), 27, (12, 12, 24))
        sketch.dot((start + 26, 268), 11, (74, 78, 98))
    sketch.box((56, 256, end, 268), (14, 18, 34))
    return sketch.finish()


def doorway(picture: Image.Image, x: float, opening: float) -> None:
    """The train's door around ``x``, more or less open, and the light inside."""
    inside, leaf = _door()
    inside.lay(picture, (x - 62, TRAIN_Y + 36))
    for side in (-1, 1):
        leaf.lay(picture, (x + side * (30 + 54 * opening) - 30, TRAIN_Y + 36))


@cache
def _door() -> tuple[Layer, Layer]:
    inside = Sketch(124, 232)
    inside.box((0, 0, 124, 232), (18, 32, 54), radius=9)
    inside.box((6, 6, 118, 232), (255, 190, 104), radius=7)
    inside.box((6, 6, 118, 74), (255, 226, 160), radius=7)
    inside.polygon([(6, 232), (118, 232), (96, 170), (28, 170)], (222, 140, 76))
    leaf = Sketch(60, 232)
    leaf.box((0, 0, 59, 232), (42, 66, 100), radius=3)
    leaf.box((10, 22, 49, 116), (255, 206, 124), radius=7)
    leaf.box((0, 174, 59, 208), (150, 40, 52))
    leaf.box((0, 168, 59, 173), (240, 216, 170))
    return inside.finish(), leaf.finish()


@cache
def along_track() -> Image.Image:
    """Down the track into the tunnel, from the platform's edge."""
    picture = gradient(FRAME, [(0, (6, 8, 24)), (0.45, (20, 28, 66)), (0.5, (30, 36, 78)), (1, (10, 12, 30))])
    sketch = Sketch()
    gone: Point = (300, 452)
    sketch.polygon([(560, 300), (560, 980), (330, 980), (308, 470), (316, 440)], (28, 30, 58))
    sketch.polygon([(-20, 200), (240, 400), (240, 480), (-20, 640)], (16, 20, 46))
    sketch.blob(
        [(228, 470), (232, 400), (262, 352), (300, 340), (338, 352), (366, 400), (372, 480), (300, 500)], (3, 4, 12)
    )
    sketch.polygon([(-20, 640), (240, 478), (308, 470), (330, 980), (-20, 980)], (14, 15, 32))
    for share in (0.05, 0.1, 0.17, 0.26, 0.38, 0.53, 0.72, 0.95):
        y = 470 + 500 * share
        sketch.polygon([
            (gone[0] - 30 - 330 * share, y), (gone[0] - 2 + 12 * share, y),
            (gone[0] - 2 + 12 * share, y + 24 * share), (gone[0] - 30 - 330 * share, y + 24 * share),
        ], (26, 24, 44))  # fmt: skip
    for start, end in ((286, 20), (298, 236)):
        sketch.polygon([(start, 466), (start + 3, 466), (end + 14, 980), (end - 8, 980)], (128, 140, 186))
    sketch.polygon([(304, 470), (312, 470), (366, 980), (336, 980)], (226, 178, 72))
    sketch.polygon([(312, 470), (560, 560), (560, 980), (366, 980)], (44, 46, 80))
    for share in (0.12, 0.3, 0.6):
        x, top, foot = 330 + 300 * share, 380 - 330 * share, 500 + 200 * share
        sketch.box((x, top, x + 8 + 26 * share, foot), INK)
        sketch.ellipse((x - 10 * share - 4, top, x + 20 + 46 * share, top + 16 + 20 * share), (255, 220, 160))
    sketch.finish().lay(picture)
    return picture


@cache
def dial() -> Image.Image:
    """The clock, as large as the frame."""
    picture = gradient(FRAME, [(0, (8, 10, 26)), (1, (34, 34, 70))])
    sketch = Sketch()
    sketch.dot((270, 440), 262, (8, 9, 22))
    sketch.dot((270, 440), 240, (150, 120, 70))
    sketch.dot((270, 440), 232, (240, 230, 204))
    sketch.dot((270, 440), 220, (226, 214, 190))
    for minute in range(60):
        angle = math.radians(minute * 6)
        inner = 196 if minute % 5 else (176 if minute % 15 else 156)
        width = 2.4 if minute % 5 else (8 if minute % 15 else 13)
        tips = [(270 + radius * math.sin(angle), 440 - radius * math.cos(angle)) for radius in (inner, 212)]
        sketch.line(tips, (36, 28, 44), width)
    sketch.finish().lay(picture)
    shade([(0, 0), (0.55, 40), (1, 190)]).lay(picture)
    return picture


def large_hands(picture: Image.Image, minutes: float) -> None:
    """Hands for the large dial, minutes after midnight; the minute hand ticks."""
    sketch = Sketch(480, 480)
    for turn, length, width in ((minutes / 720, 120, 17), (minutes / 60, 184, 11)):
        angle = turn * 2 * math.pi
        tip: Point = (240 + length * math.sin(angle), 240 - length * math.cos(angle))
        sketch.line([(240 - 34 * math.sin(angle), 240 + 34 * math.cos(angle)), tip], (30, 22, 38), width)
    sketch.dot((240, 240), 17, (196, 40, 52))
    sketch.finish().lay(picture, (30, 200))
