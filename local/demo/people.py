"""Who is in the story, as silhouettes with an edge of light: whole, in profile, and seated."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import Final

from local.demo.brush import INK, RED, WINE, Color, Layer, Point, Sketch, curve, mix, moved

SIZE: Final = (240, 330)
"""A figure's layer; its feet stand at (120, 320), and it faces right."""

FEET: Final = (120, 320)


@dataclass(frozen=True)
class Figure:
    """Somebody's outline: ``hair`` is bob, short, cap, bun or long."""

    hair: str
    scarf: Color | None = None
    skirt: float = 1.0
    umbrella: Color | None = None
    lantern: bool = False


MARA: Final = Figure("bob", scarf=RED, skirt=1.3)
ELIAS: Final = Figure("short")
CONDUCTOR: Final = Figure("cap", skirt=1.25, lantern=True)
STRANGER: Final = Figure("long", skirt=1.4, umbrella=(236, 190, 66))


@dataclass(frozen=True)
class Pose:
    """How somebody stands: the phase of a step in radians (None when still), an arm, how far bent forward."""

    step: float | None = None
    arm: str = "down"
    lean: float = 0.0


STILL: Final = Pose()
_HANDS: Final[dict[str, tuple[Point, Point]]] = {
    "down": ((142, 150), (140, 196)),
    "phone": ((154, 132), (134, 84)),
    "reach": ((160, 118), (200, 108)),
    "raised": ((156, 96), (176, 44)),
    "lantern": ((152, 140), (184, 150)),
}
"""Elbow and hand."""


def figure(who: Figure, pose: Pose = STILL, rim: Color = (86, 96, 150), ink: Color = INK) -> Layer:
    """Somebody from head to foot. The rim is the light's colour, which comes from the right."""
    sketch = Sketch(*SIZE)
    for shift, color in ((3.0, rim), (0.0, ink)):
        _limbs(sketch, pose, shift, color)
        _trunk(sketch, who, pose, (shift, color))
    if who.scarf:
        lean = pose.lean
        deep = mix(who.scarf, INK, 0.4)
        sketch.box((98 + lean, 76, 144 + lean, 97), who.scarf, radius=9)
        sketch.box((101 + lean, 88, 140 + lean, 97), deep, radius=5)
    if who.lantern:
        hand = _HANDS["raised" if pose.arm == "raised" else "lantern"][1]
        _lantern(sketch, (hand[0] + pose.lean, hand[1]))
    if who.umbrella:
        _umbrella(sketch, who.umbrella)
    return sketch.finish()


_still = cache(figure)


def standing(who: Figure, pose: Pose = STILL, rim: Color = (86, 96, 150), ink: Color = INK) -> Layer:
    """As ``figure``, kept: for those who do not walk."""
    return _still(who, pose, rim, ink)


def _limbs(sketch: Sketch, pose: Pose, shift: float, color: Color) -> None:
    swing = 0.0 if pose.step is None else math.sin(pose.step)
    lift = 0.0 if pose.step is None else math.cos(pose.step)
    for side in (-1, 1):
        reach = side * swing * 40
        raised = max(0.0, side * lift) * 16
        hip: Point = (118 + side * 8 + shift, 206)
        foot: Point = (119 + side * 11 + reach + shift, 306 - raised)
        knee: Point = ((hip[0] + foot[0]) / 2 + 9 + raised * 0.5, 256 - raised * 0.4)
        sketch.line([hip, knee, foot], color, 19)
        sketch.blob([
            (foot[0] - 10, foot[1] - 6), (foot[0] + 10, foot[1] - 6), (foot[0] + 22, foot[1] + 11),
            (foot[0] - 11, foot[1] + 11),
        ], color)  # fmt: skip
    elbow, hand = _HANDS[pose.arm]
    bend = pose.lean
    shoulder: Point = (128 + bend + shift, 108)
    if pose.arm == "down" and pose.step is not None:
        elbow, hand = (134 - swing * 18, 152), (142 - swing * 40, 190)
    sketch.line([shoulder, (elbow[0] + bend + shift, elbow[1])], color, 19)
    sketch.line([(elbow[0] + bend + shift, elbow[1]), (hand[0] + bend + shift, hand[1])], color, 14)


def _trunk(sketch: Sketch, who: Figure, pose: Pose, stroke: tuple[float, Color]) -> None:
    shift, color = stroke
    lean, wide = pose.lean, who.skirt
    coat: list[Point] = [
        (104 + lean, 92), (136 + lean, 92), (150 + lean, 108), (150 + lean * 0.7, 150), (144 + lean * 0.4, 178),
        (120 + 30 * wide, 236), (120 - 30 * wide, 238), (96 + lean * 0.4, 178), (90 + lean * 0.7, 150),
        (90 + lean, 108),
    ]  # fmt: skip
    sketch.polygon(moved(curve(coat, steps=5), shift), color)
    head = moved(
        [(122, 22), (142, 32), (147, 52), (146, 62), (139, 78), (122, 84), (106, 76), (99, 54), (105, 32)], lean + shift
    )
    sketch.blob(head, color)
    sketch.polygon(moved([(144, 48), (153, 60), (145, 64)], lean + shift), color)
    sketch.polygon(moved([(108, 70), (134, 74), (136, 96), (104, 96)], lean + shift), color)
    hair: dict[str, list[Point]] = {
        "bob": [(122, 14), (143, 24), (147, 40), (132, 44), (126, 82), (98, 84), (90, 60), (96, 28)],
        "long": [(122, 14), (143, 24), (147, 40), (130, 46), (124, 110), (100, 128), (86, 110), (92, 40)],
        "bun": [(122, 16), (142, 26), (144, 38), (128, 50), (108, 62), (90, 56), (86, 40), (100, 24)],
        "short": [(122, 14), (142, 22), (148, 38), (128, 40), (112, 62), (99, 56), (98, 30)],
        "cap": [(108, 10), (142, 8), (152, 26), (162, 38), (140, 38), (98, 42), (94, 24)],
    }
    sketch.polygon(moved(curve(hair[who.hair], steps=5), lean + shift), color)


def _lantern(sketch: Sketch, hand: Point) -> None:
    x, y = hand
    sketch.line([(x, y), (x, y + 14)], INK, 2.4)
    sketch.box((x - 11, y + 14, x + 11, y + 44), (255, 206, 128), radius=5)
    sketch.box((x - 6, y + 20, x + 6, y + 40), (255, 244, 214), radius=4)
    sketch.box((x - 13, y + 11, x + 13, y + 17), INK, radius=2)
    sketch.box((x - 13, y + 41, x + 13, y + 47), INK, radius=2)


def _umbrella(sketch: Sketch, color: Color) -> None:
    sketch.line([(140, 190), (140, 4)], INK, 4)
    dome: list[Point] = [(36, 40), (60, 12), (104, -10), (140, -16), (180, -8), (220, 14), (236, 42)]
    sketch.polygon([*curve(dome, closed=False), (202, 34), (170, 44), (138, 34), (104, 44), (70, 34)], color)
    sketch.polygon([(36, 40), *curve(dome[:4], closed=False), (104, 44), (70, 34)], mix(color, INK, 0.3))


_PROFILE: Final[list[Point]] = [
    (150, 30), (196, 34), (228, 62), (240, 100), (240, 128), (246, 146), (264, 178), (266, 190), (250, 196),
    (250, 208), (258, 218), (250, 228), (254, 240), (246, 254), (246, 274), (226, 290), (190, 288), (180, 320),
    (186, 380), (80, 380), (92, 300), (60, 240), (52, 150), (84, 66),
]  # fmt: skip
"""A head in profile, facing right, in 320 by 560."""

_CAPS: Final[dict[str, list[Point]]] = {
    "bob": [
        (150, 14), (206, 26), (240, 70), (236, 104), (206, 112), (196, 160), (190, 236), (150, 300), (70, 306),
        (40, 240), (36, 130), (76, 44),
    ],
    "bun": [
        (150, 16), (206, 28), (238, 72), (210, 84), (170, 110), (150, 170), (100, 220), (52, 200), (20, 190),
        (4, 150), (24, 112), (50, 104), (80, 46),
    ],
    "short": [
        (150, 12), (210, 22), (246, 66), (238, 92), (200, 86), (180, 120), (176, 176), (150, 190), (128, 250),
        (86, 262), (46, 170), (70, 60),
    ],
    "cap": [
        (96, 20), (190, 0), (244, 30), (258, 84), (300, 112), (296, 124), (230, 112), (140, 116), (56, 134),
        (36, 90),
    ],
    "long": [
        (150, 14), (206, 26), (240, 70), (236, 104), (206, 112), (196, 160), (200, 300), (170, 460), (50, 470),
        (30, 300), (36, 130), (76, 44),
    ],
}  # fmt: skip


@cache
def profile(who: Figure, rim: Color, ink: Color = INK, *, beard: bool = False) -> Layer:
    """Head and shoulders from the side, facing right: 360 by 640."""
    sketch = Sketch(360, 640)
    body: list[Point] = [(70, 380), (130, 350), (190, 352), (250, 400), (300, 470), (320, 700), (-40, 700), (-20, 460)]
    for shift, color in ((4.0, rim), (0.0, ink)):
        sketch.polygon(moved(body, shift), color)
        sketch.polygon(moved(curve(_PROFILE, steps=6), shift), color)
        if beard:
            sketch.blob(
                moved([(176, 226), (244, 236), (256, 262), (250, 330), (214, 372), (176, 340), (160, 280)], shift),
                color,
            )
        sketch.polygon(moved(curve(_CAPS[who.hair], steps=6), shift), color)
    if who.scarf:
        deep = mix(who.scarf, WINE, 0.8)
        sketch.blob([(70, 312), (140, 330), (206, 306), (228, 340), (214, 388), (140, 402), (62, 392), (48, 350)], deep)
        sketch.blob([(150, 332), (206, 306), (228, 340), (214, 388), (160, 398), (146, 364)], who.scarf)
        sketch.bow([(86, 334), (100, 360), (98, 388)], mix(deep, INK, 0.4), 4)
        sketch.bow([(126, 338), (136, 366), (132, 392)], mix(deep, INK, 0.4), 4)
    return sketch.finish()


def crown(who: Figure) -> Sketch:
    """The hair of a profile alone, to be coloured."""
    sketch = Sketch(360, 640)
    sketch.polygon(curve(_CAPS[who.hair], steps=6), INK)
    return sketch


def scarf_end(time: float, wind: float, size: float = 1.0) -> Layer:
    """The loose end of a scarf in the wind: 170 by 110 times the size, tied at its right, 34 down."""
    sketch = Sketch(round(170 * size), round(110 * size))
    upper: list[Point] = []
    lower: list[Point] = []
    for step in range(15):
        part = step / 14
        x = 160 - part * (70 + 70 * wind)
        wave = math.sin(time * (5 + 5 * wind) - part * 5.2) * (3 + 10 * part) * (0.4 + wind)
        y = 34 + part * (52 - 40 * wind) + wave
        upper.append((x * size, (y - 7 + 2 * part) * size))
        lower.append((x * size, (y + 9 - part) * size))
    sketch.polygon([*upper, *reversed(lower)], RED)
    middle = [((a[0] + b[0]) / 2, (a[1] + b[1]) / 2 + 3 * size) for a, b in zip(upper, lower, strict=True)]
    sketch.line(middle[2:], WINE, 2.4 * size)
    return sketch.finish()


@cache
def seated(
    *, facing: bool, scarf: Color | None = RED, lit: Color = (232, 190, 150), hair: Color = (20, 14, 24)
) -> Layer:
    """Somebody in a seat, from the front or from behind: head and shoulders, 160 by 200."""
    sketch = Sketch(160, 200)
    sketch.blob([(80, 96), (118, 112), (150, 140), (156, 220), (4, 220), (10, 140), (42, 112)], INK)
    sketch.blob([(80, 6), (116, 20), (126, 60), (124, 108), (80, 118), (36, 108), (34, 60), (44, 20)], hair)
    if facing:
        dark = mix(lit, INK, 0.62)
        sketch.blob([(80, 30), (104, 42), (106, 70), (98, 96), (80, 108), (62, 96), (54, 70), (56, 42)], lit)
        sketch.blob([(82, 28), (56, 42), (54, 70), (62, 96), (82, 108), (78, 84), (84, 70)], dark)
        for x, white in ((67, 120), (94, 255)):
            sketch.ellipse((x - 7, 61, x + 7, 70), (250, 246, 240), white)
            sketch.dot((x, 65), 4.2, INK)
            sketch.line([(x - 8, 61), (x + 7, 60)], INK, 2)
        sketch.line([(73, 92), (89, 92)], (120, 44, 52), 3)
        sketch.blob([(44, 22), (80, 12), (116, 22), (108, 46), (88, 34), (60, 44), (50, 60)], hair)
    if scarf:
        sketch.box((44, 104, 116, 130), scarf, radius=12)
        sketch.box((48, 118, 112, 130), mix(scarf, WINE, 0.8), radius=7)
        if facing:
            sketch.polygon([(84, 122), (108, 122), (114, 190), (90, 194)], scarf)
    return sketch.finish()
