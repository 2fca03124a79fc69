"""The phone: in a hand, ringing, at an ear."""

from __future__ import annotations

import math
from functools import cache
from typing import Final

from PIL import Image

from local.demo.brush import BONE, INK, RED, Color, Layer, Light, Point, Sketch, mix

PHONE_SIZE: Final = (300, 600)


@cache
def phone(caller: str, *, battery: float = 1.0) -> Layer:
    """A phone whose screen shows who is calling: mara, elias, stranger, time, or nothing ("off")."""
    sketch = Sketch(*PHONE_SIZE)
    sketch.box((4, 4, 296, 596), (30, 32, 48), radius=44)
    sketch.box((10, 10, 290, 590), (8, 9, 18), radius=39)
    if caller == "off":
        sketch.box((20, 20, 280, 580), (13, 15, 27), radius=31)
        sketch.polygon([(150, 20), (250, 20), (120, 580), (40, 580)], (24, 27, 44))
        return sketch.finish()
    sketch.box((20, 20, 280, 580), (20, 46, 72), radius=31)
    sketch.box((20, 300, 280, 580), (14, 30, 54), radius=31)
    _bars(sketch, battery)
    if caller == "time":
        _small_clock(sketch, (150, 220))
    else:
        ring: Color = {"mara": RED, "elias": (96, 150, 220), "stranger": (236, 190, 66)}[caller]
        sketch.dot((150, 220), 96, ring)
        sketch.dot((150, 220), 88, (196, 214, 226))
        _portrait(sketch, caller, ring)
    for x, color in ((88, (206, 54, 64)), (212, (60, 180, 110))):
        sketch.dot((x, 490), 40, color)
        tilt = 1 if x < 150 else -1
        sketch.bow([(x - 20, 488 + 8 * tilt), (x, 484 - 2 * tilt), (x + 20, 488 + 8 * tilt)], (255, 255, 255), 8)
    return sketch.finish()


def _bars(sketch: Sketch, battery: float) -> None:
    low = battery < 0.25
    color: Color = (236, 64, 64) if low else (190, 230, 200)
    sketch.box((222, 44, 258, 60), color, radius=4)
    sketch.box((225, 47, 255, 57), (20, 46, 72), radius=2)
    sketch.box((226, 48, 226 + 28 * max(0.08, battery), 56), color, radius=2)
    for index in range(4):
        sketch.box((46 + index * 9, 58 - index * 4, 52 + index * 9, 62), (190, 230, 200))


def _portrait(sketch: Sketch, caller: str, color: Color) -> None:
    hair: Color = {"mara": (26, 20, 34), "elias": (34, 24, 28), "stranger": (92, 44, 26)}[caller]
    if caller != "elias":
        sketch.blob([(150, 152), (196, 176), (204, 260), (190, 272), (110, 272), (96, 260), (104, 176)], hair)
    sketch.polygon([(134, 240), (166, 240), (172, 280), (128, 280)], (176, 128, 116))
    sketch.blob(
        [(150, 164), (182, 184), (184, 220), (168, 256), (150, 264), (132, 256), (116, 220), (118, 184)],
        (236, 188, 160),
    )
    sketch.blob([(152, 158), (118, 176), (110, 214), (124, 204), (146, 182), (184, 206), (190, 214), (184, 176)], hair)
    for x in (134, 166):
        sketch.dot((x, 216), 4, INK)
    sketch.bow([(140, 242), (150, 246), (162, 241)], (150, 60, 66), 3)
    sketch.blob([(92, 296), (110, 276), (150, 284), (190, 276), (208, 296), (180, 310), (120, 310)], INK)
    if caller == "mara":
        sketch.blob([(114, 268), (150, 280), (188, 266), (194, 288), (150, 300), (108, 288)], color)


def _small_clock(sketch: Sketch, center: Point) -> None:
    x, y = center
    sketch.dot(center, 96, BONE)
    for hour in range(12):
        angle = math.radians(hour * 30)
        ends = [(x + radius * math.sin(angle), y - radius * math.cos(angle)) for radius in (76, 88)]
        sketch.line(ends, INK, 5)
    for turn, length, width in ((38 / 720, 46, 9), (38 / 60, 70, 6)):
        angle = turn * 2 * math.pi
        sketch.line([center, (x + length * math.sin(angle), y - length * math.cos(angle))], INK, width)
    sketch.dot(center, 8, RED)


def ringing(picture: Image.Image, phone_layer: Layer, time: float, center: Point = (270, 440)) -> None:
    """A phone that rings: it trembles in bursts, and its light with it."""
    burst = 1.0 if time % 1.5 < 0.9 else 0.0
    jump = burst * 3.2 * math.sin(time * 110)
    _screen_light().add(picture, (center[0], center[1] - 40), 0.5 + 0.3 * burst)
    phone_layer.turned(burst * 0.9 * math.sin(time * 97)).lay(picture, (center[0] - 150 + jump, center[1] - 300))


@cache
def _screen_light() -> Light:
    return Light(440, (96, 170, 200), 1.9)


@cache
def handset(skin: Color, sleeve: Color = INK) -> Layer:
    """A phone at somebody's ear, and the hand that holds it: 200 by 520."""
    sketch = Sketch(200, 520)
    dark = mix(skin, INK, 0.5)
    sketch.polygon([(70, 330), (190, 300), (260, 540), (40, 540)], sleeve)
    sketch.line([(70, 330), (190, 300)], mix(sleeve, skin, 0.3), 4)
    sketch.blob([(84, 200), (150, 190), (176, 260), (170, 330), (90, 344), (72, 280)], dark)
    sketch.polygon([(60, 40), (122, 28), (150, 276), (88, 288)], (26, 28, 44))
    sketch.polygon([(122, 28), (130, 32), (158, 274), (150, 276)], (110, 190, 214))
    for index, y in enumerate((130, 168, 206, 242)):
        sketch.line([(150 + index * 3, y + 4), (98 + index * 4, y + 10)], mix(skin, dark, 0.12 * index), 27)
    sketch.line([(84, 280), (62, 214), (64, 170)], skin, 27)
    return sketch.finish()
