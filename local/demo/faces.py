"""Faces that fill the frame, lit from their left (the viewer's right): who they are, and how they look."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from local.demo import hair
from local.demo.brush import INK, RED, WINE, Color, Layer, Point, Sketch, mix, moved
from local.demo.hair import Tone


@dataclass(frozen=True)
class Face:
    """One person's head. ``age`` runs from 0 (young) to 1 (old); ``hair`` names a shape."""

    hair: str
    hair_color: Color
    age: float = 0.0
    scarf: bool = False
    beard: bool = False
    wide: float = 1.0


@dataclass(frozen=True)
class Look:
    """An expression: lids (0 shut, 1 open), gaze in pixels, brows raised (or, below 0, knit), mouth open, a smile."""

    lids: float = 1.0
    gaze: Point = (0.0, 0.0)
    brows: float = 0.0
    mouth: float = 0.0
    smile: float = 0.0
    tear: bool = False


MARA: Final = Face("bob", (24, 18, 32), scarf=True)
OLD_MARA: Final = Face("bun", (206, 204, 214), age=1.0, scarf=True)
ELIAS: Final = Face("short", (34, 24, 28), wide=1.06)
OLD_ELIAS: Final = Face("cap", (214, 212, 220), age=1.0, beard=True, wide=1.06)
STRANGER: Final = Face("long", (92, 44, 26))

COLD: Final = Tone((188, 188, 210), (40, 40, 78))
WARM: Final = Tone((250, 196, 142), (92, 44, 54))
PHONE: Final = Tone((168, 214, 226), (24, 34, 62))
LANTERN: Final = Tone((255, 184, 104), (40, 18, 26))
DAWN: Final = Tone((255, 216, 170), (176, 108, 104))
PAST: Final = Tone((214, 196, 214), (70, 52, 104))

_OVAL: Final[list[Point]] = [
    (270, 208), (352, 236), (396, 330), (400, 430), (386, 530), (350, 622), (304, 682), (270, 692),
    (236, 682), (190, 622), (154, 530), (140, 430), (144, 330), (188, 236),
]  # fmt: skip
_SHADOW: Final[list[Point]] = [
    (262, 190), (256, 300), (268, 372), (276, 402), (268, 440), (258, 486), (250, 520), (252, 542), (276, 556),
    (268, 580), (276, 600), (262, 628), (272, 650), (262, 700), (100, 720), (90, 180),
]  # fmt: skip
_CHEEK: Final[list[Point]] = [(186, 478), (232, 470), (236, 486), (220, 536), (200, 514)]
_EYES: Final = (208, 332)
_EYE_Y: Final = 432


@cache
def portrait(face: Face, look: Look, tone: Tone) -> Layer:
    """Head and shoulders, as large as the frame."""
    sketch = Sketch()
    hair.BEHIND[face.hair](sketch, face.hair_color)
    _shoulders(sketch, face, tone)
    head = Sketch()
    head.blob([(270 + (x - 270) * face.wide, y) for x, y in _OVAL], tone.lit)
    for side in (-1, 1):
        head.blob(moved([(0, 400), (14, 420), (10, 476), (-6, 492)], 270 + side * 128 * face.wide), tone.lit)
    sketch.over(head)
    sketch.over(_planes(head, tone))
    _features(sketch, face, look, tone)
    if face.beard:
        _beard(sketch, face, tone)
        _mouth(sketch, look, tone, face.age)
    hair.BEFORE[face.hair](sketch, face.hair_color, tone)
    return sketch.finish()


def _planes(head: Sketch, tone: Tone) -> Sketch:
    """The side away from the light, with the small triangle of light below the eye, and soft turns."""
    half = mix(tone.lit, tone.dark, 0.42)
    soft = Sketch()
    soft.polygon(moved(_SHADOW, 16), half)
    soft.blob([(384, 480), (410, 400), (420, 620), (300, 720), (330, 640)], half)
    soft.soften(9)
    hard = Sketch()
    hard.polygon(_SHADOW, tone.dark)
    hard.soften(1.6)
    soft.over(hard)
    light = Sketch()
    light.blob(_CHEEK, mix(tone.dark, tone.lit, 0.5))
    light.soften(6)
    soft.over(light)
    soft.within(head)
    return soft


def _shoulders(sketch: Sketch, face: Face, tone: Tone) -> None:
    neck = mix(tone.lit, tone.dark, 0.66)
    sketch.polygon([(206, 600), (338, 600), (362, 900), (182, 900)], neck)
    sketch.polygon([(206, 600), (282, 600), (258, 900), (182, 900)], tone.dark)
    coat = mix(INK, tone.dark, 0.25)
    sketch.blob([
        (-60, 980), (-20, 860), (90, 796), (190, 760), (270, 830), (350, 760), (450, 796), (560, 860), (600, 980),
    ], coat)  # fmt: skip
    edge = mix(coat, tone.lit, 0.35)
    sketch.bow([(356, 768), (450, 800), (545, 868)], edge, 4)
    if face.scarf:
        faded = (150, 74, 82) if face.age else RED
        deep = mix(faded, WINE, 0.75)
        sketch.blob(
            [(170, 716), (270, 744), (372, 712), (398, 770), (372, 826), (270, 852), (166, 826), (142, 770)], deep
        )
        sketch.blob([(262, 744), (372, 712), (398, 770), (372, 826), (290, 850), (276, 800)], faded)
        for x, y in ((190, 770), (236, 792), (300, 790), (346, 766)):
            sketch.bow([(x - 22, y - 26), (x, y), (x + 8, y + 44)], mix(deep, INK, 0.4), 3.5)
        sketch.blob([(300, 800), (372, 790), (404, 900), (396, 990), (320, 990)], faded)
        sketch.blob([(300, 800), (326, 812), (346, 900), (340, 990), (316, 990)], deep)
    else:
        sketch.polygon([(190, 760), (262, 850), (214, 900), (150, 790)], mix(coat, tone.lit, 0.1))
        sketch.polygon([(350, 760), (278, 850), (326, 900), (392, 790)], mix(coat, tone.lit, 0.22))


def _features(sketch: Sketch, face: Face, look: Look, tone: Tone) -> None:
    for index, x in enumerate(_EYES):
        lit = index == 1
        _eye(sketch, look, tone, (x, _EYE_Y), lit=lit)
        out = 1 if lit else -1
        _brow(sketch, face, look, (x, out))
    line = mix(tone.dark, INK, 0.35)
    sketch.bow([(252, 536), (268, 548), (286, 546), (300, 534)], line, 3.4)
    sketch.bow([(300, 534), (306, 522), (298, 508)], mix(tone.lit, tone.dark, 0.55), 2.6)
    if not face.beard:
        _mouth(sketch, look, tone, face.age)
    if face.age:
        _lines(sketch, mix(tone.lit, tone.dark, 0.6))
    if look.tear:
        sketch.bow([(346, 452), (354, 500), (350, 548)], mix(tone.lit, (255, 255, 255), 0.75), 3)
        sketch.dot((350, 554), 5, mix(tone.lit, (255, 255, 255), 0.85))


def _eye(sketch: Sketch, look: Look, tone: Tone, at: Point, *, lit: bool) -> None:
    x, y = at
    socket = Sketch()
    socket.blob([
        (x - 46, y - 6), (x, y - 36), (x + 46, y - 6), (x + 30, y + 24), (x - 30, y + 24),
    ], mix(tone.lit, tone.dark, 0.62), 150 if lit else 0)  # fmt: skip
    socket.soften(6)
    sketch.over(socket)
    lid = mix(tone.dark, INK, 0.75)
    if look.lids < 0.15:
        sketch.bow([(x - 36, y + 4), (x - 10, y + 14), (x + 14, y + 14), (x + 36, y + 3)], lid, 6)
        return
    top, bottom = -21 * look.lids, 12 + 3 * look.lids
    almond: list[Point] = [
        (x - 37, y + 3), (x - 16, y + top * 0.86), (x + 6, y + top), (x + 26, y + top * 0.6), (x + 38, y + 1),
        (x + 18, y + bottom), (x - 16, y + bottom),
    ]  # fmt: skip
    eye, ball = Sketch(), Sketch()
    eye.blob(almond, mix(tone.lit, (255, 255, 255), 0.5) if lit else mix(tone.dark, tone.lit, 0.5))
    center = (x + look.gaze[0], y - 3 + look.gaze[1])
    ball.over(eye)
    ball.dot(center, 18, (30, 46, 58) if lit else mix(INK, tone.dark, 0.4))
    ball.dot(center, 13, (52, 84, 96) if lit else INK)
    ball.dot(center, 8.5, INK)
    ball.dot((center[0] + 6, center[1] - 7), 4.6, (255, 255, 255), 255 if lit else 150)
    ball.polygon([(x - 40, y - 34), (x + 40, y - 34), (x + 40, y + top + 9), (x - 40, y + top + 9)], INK, 90)
    ball.within(eye)
    sketch.over(ball)
    sketch.bow(almond[:5], lid, 6.5)
    sketch.bow([almond[0], almond[6], almond[5], almond[4]], mix(tone.dark, INK, 0.2), 2.4)
    fold = [(px, py - 11) for px, py in almond[1:4]]
    sketch.bow(fold, mix(tone.lit, tone.dark, 0.7) if lit else mix(tone.dark, INK, 0.4), 2.2)


def _brow(sketch: Sketch, face: Face, look: Look, place: tuple[float, int]) -> None:
    x, out = place
    lift = -10 * max(0.0, look.brows)
    knit = 16 * max(0.0, -look.brows) - 12 * max(0.0, look.brows)
    color = mix(face.hair_color, INK, 0.0 if face.age else 0.3)
    sketch.blob(
        [
            (x - out * 40, 391 + lift + knit), (x + out * 6, 380 + lift), (x + out * 46, 399 + lift),
            (x + out * 8, 391 + lift), (x - out * 39, 403 + lift + knit),
        ],
        color,
    )  # fmt: skip


def _mouth(sketch: Sketch, look: Look, tone: Tone, age: float) -> None:
    lip = mix(mix(tone.lit, (150, 50, 64), 0.46 - 0.2 * age), tone.dark, 0.25)
    up, gape = 12 * look.smile, 24 * look.mouth
    left, right = (222.0, 604 - up), (324.0, 602 - up)
    if gape:
        sketch.blob(
            [left, (252, 594), (290, 593), right, (298, 612 + gape), (250, 613 + gape)], mix(tone.dark, INK, 0.8)
        )
    upper: list[Point] = [left, (252, 590), (272, 595), (292, 589), right, (292, 601), (272, 603), (252, 602)]
    sketch.blob(upper, mix(lip, tone.dark, 0.5))
    sketch.blob([(236, 608 + gape), (274, 607 + gape), (314, 606 + gape), (292, 627 + gape), (256, 628 + gape)], lip)
    sketch.bow([left, (252, 604), (274, 606), (296, 603), right], mix(tone.dark, INK, 0.6), 3)
    sketch.bow([(252, 644 + gape), (274, 649 + gape), (298, 643 + gape)], mix(tone.lit, tone.dark, 0.5), 3, 150)


def _lines(sketch: Sketch, color: Color) -> None:
    for x in (0, 1):
        sketch.bow([(384 - x * 4, 446 + x * 12), (374 - x * 2, 452 + x * 10), (362, 450 + x * 8)], color, 2.2)
    sketch.bow([(316, 538), (338, 572), (342, 606)], color, 3)
    sketch.bow([(300, 462), (330, 474), (360, 466)], color, 2.4)
    for y in (300, 324, 348):
        sketch.bow([(276, y + 2), (314, y - 4), (356, y + 4)], color, 2.2)


def _beard(sketch: Sketch, face: Face, tone: Tone) -> None:
    pale, dim = mix(face.hair_color, tone.lit, 0.35), mix(face.hair_color, tone.dark, 0.78)
    sketch.blob([
        (136, 500), (168, 590), (222, 574), (272, 564), (322, 574), (372, 590), (404, 500), (398, 640), (340, 742),
        (270, 772), (200, 742), (142, 640),
    ], dim)  # fmt: skip
    sketch.blob([
        (278, 566), (322, 574), (372, 590), (404, 500), (398, 640), (340, 742), (276, 770), (290, 690), (280, 630),
    ], pale)  # fmt: skip
    for x in (300, 326, 350, 372):
        sketch.bow([(x, 636), (x - 6, 690), (x - 24, 738)], mix(pale, dim, 0.5), 2.4)


def blinking(look: Look, time: float, at: tuple[float, ...]) -> Look:
    """The look, its eyes shut for a moment at each of the times."""
    return replace(look, lids=0.0) if any(moment <= time < moment + 0.14 for moment in at) else look
