"""Hair, and the conductor's cap, of faces that fill the frame: what lies behind the head, and what before it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from local.demo.brush import INK, Color, Sketch, mix, moved


@dataclass(frozen=True)
class Tone:
    """Light on a face: where it falls, and where it does not."""

    lit: Color
    dark: Color


def _bob_back(sketch: Sketch, color: Color) -> None:
    sketch.blob([
        (270, 150), (396, 190), (446, 330), (444, 500), (462, 640), (400, 676), (140, 676), (78, 640), (96, 500),
        (94, 330), (144, 190),
    ], color)  # fmt: skip


def _long_back(sketch: Sketch, color: Color) -> None:
    sketch.blob([
        (270, 150), (396, 190), (446, 330), (452, 560), (480, 860), (380, 900), (160, 900), (60, 860), (88, 560),
        (94, 330), (144, 190),
    ], mix(color, INK, 0.4))  # fmt: skip


def _bun_back(sketch: Sketch, color: Color) -> None:
    sketch.dot((270, 166), 62, mix(color, INK, 0.45))
    sketch.blob(
        [(270, 170), (386, 210), (424, 330), (420, 470), (120, 470), (116, 330), (154, 210)], mix(color, INK, 0.45)
    )


def _no_back(_sketch: Sketch, _color: Color) -> None:
    """Nothing shows behind the head."""


def _bob_front(sketch: Sketch, color: Color, tone: Tone) -> None:
    shine = mix(color, tone.lit, 0.34)
    sketch.blob([
        (286, 176), (360, 190), (420, 270), (442, 420), (456, 620), (430, 668), (396, 650), (404, 480), (388, 380),
        (340, 300),
    ], color)  # fmt: skip
    sketch.blob([
        (300, 176), (190, 180), (110, 280), (98, 440), (80, 620), (104, 668), (146, 650), (136, 480), (160, 390),
        (230, 330), (300, 270),
    ], color)  # fmt: skip
    for shift in (0, 16, 30):
        sketch.bow([
            (330 + shift, 214 + shift), (392 + shift * 0.6, 300), (418 + shift * 0.5, 430), (424 + shift * 0.6, 590),
        ], shine, 3, 190)  # fmt: skip
    sketch.bow([(292, 204), (240, 262), (176, 330)], mix(color, tone.lit, 0.2), 3, 150)


def _bun_front(sketch: Sketch, color: Color, tone: Tone) -> None:
    dim = mix(color, tone.dark, 0.7)
    sketch.blob([
        (270, 178), (376, 214), (414, 330), (406, 410), (380, 330), (330, 268), (270, 250), (206, 268), (160, 330),
        (134, 410), (126, 330), (164, 214),
    ], dim)  # fmt: skip
    sketch.blob(
        [(280, 180), (376, 214), (414, 330), (406, 410), (380, 330), (330, 268), (284, 250)], mix(color, tone.lit, 0.3)
    )
    for shift in (0, 14, 28):
        sketch.bow([(296 + shift, 196 + shift * 0.5), (352 + shift, 236), (392 + shift * 0.4, 330)], dim, 2.4)


def _short_front(sketch: Sketch, color: Color, tone: Tone) -> None:
    sketch.blob([
        (250, 160), (340, 166), (404, 226), (416, 330), (408, 420), (394, 350), (372, 286), (310, 262), (236, 282),
        (170, 280), (148, 350), (132, 420), (124, 330), (140, 226), (190, 180),
    ], color)  # fmt: skip
    for shift in (0, 20, 40):
        sketch.bow([
            (290 + shift, 184 + shift * 0.3), (340 + shift * 0.6, 210 + shift * 0.3), (378 + shift * 0.4, 268),
        ], mix(color, tone.lit, 0.36), 3.4, 190)  # fmt: skip


def _cap_front(sketch: Sketch, color: Color, tone: Tone) -> None:
    for side in (-1, 1):
        sketch.blob(
            moved([(-12, 340), (12, 340), (16, 520), (-8, 500)], 270 + side * 136),
            mix(color, tone.dark, 0.2 if side > 0 else 0.8),
        )
    cap(sketch, tone)


def cap(sketch: Sketch, tone: Tone) -> None:
    """The conductor's cap, on a head as large as the frame."""
    cloth = mix(INK, tone.dark, 0.3)
    sketch.blob([(270, 118), (400, 140), (456, 214), (430, 282), (270, 262), (110, 282), (84, 214), (140, 140)], cloth)
    sketch.blob([(116, 262), (270, 240), (424, 262), (420, 318), (270, 298), (120, 318)], mix(cloth, INK, 0.5))
    sketch.bow([(122, 288), (270, 268), (418, 288)], mix((176, 132, 60), tone.dark, 0.4), 7)
    sketch.bow([(300, 270), (418, 288)], mix((255, 214, 130), tone.lit, 0.3), 7)
    sketch.blob([(108, 312), (270, 290), (432, 312), (418, 356), (270, 338), (122, 356)], INK)
    sketch.bow([(300, 338), (412, 352)], mix(INK, tone.lit, 0.5), 3)
    sketch.dot((270, 216), 22, mix((200, 150, 70), tone.dark, 0.25))
    sketch.dot((274, 214), 15, mix((255, 214, 130), tone.lit, 0.2))
    sketch.bow([(300, 132), (396, 152), (444, 212)], mix(cloth, tone.lit, 0.4), 3)


BEHIND: Final[dict[str, Callable[[Sketch, Color], None]]] = {
    "bob": _bob_back,
    "long": _long_back,
    "bun": _bun_back,
    "short": _no_back,
    "cap": _no_back,
}
BEFORE: Final[dict[str, Callable[[Sketch, Color, Tone], None]]] = {
    "bob": _bob_front,
    "long": _bob_front,
    "bun": _bun_front,
    "short": _short_front,
    "cap": _cap_front,
}
