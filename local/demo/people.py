"""Who is in the story, as silhouettes."""

from __future__ import annotations

import math
from typing import Final

from local.demo.brush import Color, Layer, Point, Sketch

COAT: Final[Color] = (16, 18, 34)
EDGE: Final[Color] = (64, 70, 112)
SCARF: Final[Color] = (214, 52, 62)
SCARF_DARK: Final[Color] = (150, 30, 44)


def mara_standing() -> Layer:
    """Mara from behind and aside, with her suitcase: 170 by 290, feet at the bottom."""
    sketch = Sketch(170, 290)
    for shift, color in ((2.5, EDGE), (0.0, COAT)):
        sketch.ellipse((62 + shift, 10, 102 + shift, 56), color)
        sketch.polygon(
            [(60 + shift, 26), (56 + shift, 66), (82 + shift, 70), (104 + shift, 40), (92 + shift, 14)], color
        )
        sketch.polygon(
            [
                (62 + shift, 66),
                (100 + shift, 66),
                (116 + shift, 104),
                (122 + shift, 214),
                (40 + shift, 214),
                (48 + shift, 104),
            ],
            color,
        )
        sketch.polygon([(112 + shift, 96), (122 + shift, 100), (134 + shift, 184), (122 + shift, 188)], color)
    sketch.polygon([(58, 212), (76, 212), (76, 278), (58, 278)], COAT)
    sketch.polygon([(88, 212), (106, 212), (104, 278), (88, 278)], COAT)
    sketch.box((54, 272, 80, 284), COAT, radius=5)
    sketch.box((84, 272, 110, 284), COAT, radius=5)
    sketch.box((116, 208, 164, 280), (58, 36, 34), radius=6)
    sketch.box((119, 211, 161, 277), (92, 56, 46), radius=5)
    sketch.box((116, 236, 164, 242), (58, 36, 34))
    sketch.line([(130, 208), (130, 196), (150, 196), (150, 208)], (58, 36, 34), 4)
    sketch.box((56, 56, 106, 76), SCARF, radius=9)
    sketch.box((60, 68, 104, 77), SCARF_DARK, radius=5)
    return sketch.finish()


def scarf(time: float, wind: float) -> Layer:
    """The loose end of Mara's scarf in the wind: 150 by 100, tied at (140, 30)."""
    sketch = Sketch(150, 100)
    upper: list[Point] = []
    lower: list[Point] = []
    for step in range(15):
        part = step / 14
        x = 140 - part * (62 + 54 * wind)
        wave = math.sin(time * (5 + 4 * wind) - part * 5.2) * (4 + 9 * part) * (0.45 + wind)
        y = 30 + part * (46 - 34 * wind) + wave
        upper.append((x, y - 7 + 2 * part))
        lower.append((x, y + 8 - part))
    sketch.polygon([*upper, *reversed(lower)], SCARF)
    middle = [((a[0] + b[0]) / 2, (a[1] + b[1]) / 2 + 3) for a, b in zip(upper, lower, strict=True)]
    sketch.line(middle[2:], SCARF_DARK, 2)
    return sketch.finish()


def man_in_door() -> Layer:
    """He, in a hat and a long coat, against the light: 100 by 220, feet at the bottom."""
    sketch = Sketch(100, 220)
    dark = (26, 14, 20)
    sketch.ellipse((34, 16, 66, 56), dark)
    sketch.polygon([(36, 22), (38, 4), (62, 4), (64, 22)], dark)
    sketch.box((22, 19, 78, 26), dark, radius=3)
    sketch.polygon([(30, 58), (70, 58), (82, 90), (80, 176), (20, 176), (18, 90)], dark)
    sketch.polygon([(30, 176), (46, 176), (46, 218), (28, 218)], dark)
    sketch.polygon([(54, 176), (70, 176), (72, 218), (54, 218)], dark)
    return sketch.finish()


_MARA_BODY: Final = (76, 100, 132, 100, 160, 150, 168, 240, 220, 262, 226, 320, 200, 560, 34, 560, 44, 150)
_HIS_BODY: Final = (98, 118, 152, 114, 188, 168, 204, 580, 34, 580, 4, 346, 12, 284, 64, 262, 74, 168)
"""Outlines, as x and y in turn."""


def _moved(outline: tuple[int, ...], shift: float) -> list[Point]:
    return [(x + shift, y) for x, y in zip(outline[::2], outline[1::2], strict=True)]


def mara_sitting(rim: Color) -> Layer:
    """Mara by the window, from the side, facing right: 230 by 560."""
    sketch = Sketch(230, 560)
    for shift, color in ((3.0, rim), (0.0, (22, 16, 30))):
        sketch.ellipse((82 + shift, 12, 140 + shift, 82), color)
        sketch.polygon([(84 + shift, 36), (70 + shift, 104), (104 + shift, 108), (112 + shift, 60)], color)
        sketch.polygon([(136 + shift, 46), (146 + shift, 58), (136 + shift, 62)], color)
        sketch.polygon(_moved(_MARA_BODY, shift), color)
    sketch.box((74, 88, 138, 116), SCARF, radius=12)
    sketch.box((78, 104, 136, 117), SCARF_DARK, radius=6)
    sketch.polygon([(82, 108), (106, 112), (98, 214), (74, 206)], SCARF)
    sketch.line([(94, 120), (87, 200)], SCARF_DARK, 3)
    return sketch.finish()


def man_sitting(rim: Color) -> Layer:
    """He by the window, from the side, facing left: 230 by 580."""
    sketch = Sketch(230, 580)
    for shift, color in ((-3.0, rim), (0.0, (20, 14, 24))):
        sketch.ellipse((92 + shift, 30, 148 + shift, 102), color)
        sketch.polygon([(96 + shift, 38), (102 + shift, 6), (146 + shift, 6), (150 + shift, 38)], color)
        sketch.box((76 + shift, 34, 164 + shift, 45), color, radius=5)
        sketch.polygon([(95 + shift, 66), (84 + shift, 80), (96 + shift, 83)], color)
        sketch.polygon(_moved(_HIS_BODY, shift), color)
    sketch.polygon([(100, 112), (150, 110), (142, 128), (110, 132)], (120, 116, 128))
    return sketch.finish()
