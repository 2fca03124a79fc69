"""Episode 5, *The Call*: what she did ten years ago, and whom she should have called."""

from __future__ import annotations

import math
from functools import cache
from typing import Final

from PIL import Image

from local.demo import carriage, inserts, people, phones, station
from local.demo.brush import AMBER, INK, RED, Color, Layer, Light, Sketch, between, mix, shown
from local.demo.camera import Film, Shot, closer, fast
from local.demo.captions import Line
from local.demo.faces import ELIAS, MARA, OLD_ELIAS, Look
from local.demo.lettering import title
from local.demo.scenes import STOPPED, face, filled_aisle, ground, pair, turning, wide

LINES: Final = (
    Line(1.0, 3.4, "I searched every carriage\nfor your face.", "Busqué tu cara\nen cada vagón."),
    Line(4.3, 6.7, "The night you left,\nI was there.", "La noche que te fuiste\nyo estaba allí."),
    Line(9.2, 11.2, "Behind the pillar.", "Detrás de la columna."),
    Line(11.5, 13.1, "I was afraid.", "Tuve miedo."),
    Line(13.9, 16.1, "I know. I saw your scarf.", "Lo sé. Vi tu bufanda."),
    Line(16.5, 19.1, "One word from you\nand I had stayed.", "Con una palabra tuya\nme habría quedado."),
    Line(20.0, 21.8, "We all call ourselves.", "Nos llamamos a nosotras."),
    Line(22.1, 24.1, "No one ever called you.", "Nadie te llamó a ti."),
    Line(30.7, 32.1, "Elias, wait!", "¡Elías, espera!"),
)

_WARM: Final[tuple[Color, Color]] = ((70, 36, 36), (110, 58, 46))
_VIOLET: Final[tuple[Color, Color]] = ((70, 38, 96), (120, 62, 104))
_RIM: Final[Color] = (255, 176, 150)


def film() -> Film:
    """The whole episode."""
    return Film(
        (
            Shot(3.8, _face_to_face),
            Shot(
                3.2,
                face(
                    MARA,
                    turning(Look(gaze=(-8, 8), lids=0.7), Look(brows=0.8, mouth=0.2, tear=True), 1.5),
                    "carriage",
                    blinks=(0.8,),
                ),
            ),
            Shot(6.4, _behind_the_pillar),
            Shot(2.6, _scarf_seen),
            Shot(
                3.4,
                face(
                    OLD_ELIAS,
                    turning(Look(lids=0.8), Look(lids=0.6, gaze=(-6, 8), tear=True), 1.8),
                    "lantern",
                    mirrored=True,
                    blinks=(1.2,),
                ),
            ),
            Shot(
                2.6,
                face(
                    MARA,
                    turning(Look(gaze=(0, 12), lids=0.6), Look(gaze=(0, 0), lids=1.1, brows=0.6), 1.5),
                    "glow",
                    blinks=(),
                ),
            ),
            Shot(3.6, _another_number),
            Shot(2.8, _foot_on_the_step),
            fast(2.0, _fading_away),
            Shot(2.0, face(MARA, Look(brows=1.0, mouth=0.75), "glow", blinks=(), shake=4, push=0.25)),
            Shot(
                2.0,
                face(
                    ELIAS,
                    turning(Look(gaze=(6, 6), brows=0.4), Look(gaze=(0, 14), lids=0.6), 0.9),
                    "past",
                    mirrored=True,
                    blinks=(),
                ),
            ),
            Shot(3.4, _dead),
        )
    )


def _face_to_face(time: float, share: float) -> Image.Image:
    him = people.profile(people.CONDUCTOR, AMBER, beard=True)
    picture = pair(time, people.profile(people.MARA, AMBER), him, "carriage", 14 - 10 * share)
    carriage.floor_shade().lay(picture)
    picture = closer(picture, 1.03 + 0.09 * share, (270, 440), shake=1.2, time=time)
    title(5).lay(picture, (0, 36), shown(time, 0.3, 3.4, 0.5))
    return picture


def hidden(picture: Image.Image, time: float, x: float) -> None:
    """She behind a pillar that stands before everything: 150 wide, with the end of her scarf in the wind."""
    mara = people.standing(people.MARA, rim=_RIM).scaled(1.75)
    people.scarf_end(time, 0.75, 1.7).lay(picture, (x - 246, 520))
    mara.lay(picture, (x - 128, 400))
    inserts.pillar(near=True).scaled(1.02).lay(picture, (x - 8, 0))


def _behind_the_pillar(time: float, share: float) -> Image.Image:
    turned = people.standing(people.ELIAS, rim=_RIM)
    him = turned.mirrored() if 1.6 < time < 4.2 else turned
    picture = wide(time, [(him, 236)], day="past", front=STOPPED, opening=1, minutes=39)
    picture = closer(picture, 1.12, (250 - 40 * share, 600))
    hidden(picture, time, 392 - 34 * share)
    station.calm().lay(picture)
    return picture


def _scarf_seen(time: float, share: float) -> Image.Image:
    """What he saw: a red end of cloth that flutters beside the iron."""
    picture = ground("past").copy()
    people.scarf_end(time, 0.9, 2.3).lay(picture, (-30, 330))
    inserts.pillar(near=False).scaled(1.9).lay(picture, (250, -300))
    station.calm().lay(picture)
    return closer(picture, 1.05 + 0.12 * share, (230, 450))


def _another_number(time: float, share: float) -> Image.Image:
    caller = "mara" if time < 1.3 else "elias"
    picture = inserts.dusk(*_WARM).copy()
    slide = 320 * (1 - between(time, 1.1, 1.6)) if time > 1.1 else 0.0
    low = 0.2 if int(time * 3) % 2 else 0.05
    shown_phone = phones.phone(caller, battery=low)
    if caller == "elias":
        phones.ringing(picture, shown_phone, max(0.0, time - 1.6), (270 + slide, 440))
    else:
        shown_phone.lay(picture, (120, 140))
    inserts.gripping((236, 176, 130)).lay(picture)
    return closer(picture, 1.05 + 0.1 * share, (270, 360), shake=1.2, time=time)


def _foot_on_the_step(time: float, share: float) -> Image.Image:
    """Ten years ago: a shoe on the train's step, and a light in a coat's pocket."""
    picture = ground("door").copy()
    _step().lay(picture)
    pulse = max(0.0, math.sin(time * 9)) if time > 0.7 else 0.0
    _leg().lay(picture, (0, 8 - 14 * between(time, 0, 0.7)))
    _blue().add(picture, (232, 300), pulse)
    station.calm().lay(picture)
    return closer(picture, 1.05 + 0.16 * share, (250, 460 - 120 * share))


@cache
def _blue() -> Light:
    return Light(170, (120, 200, 255), 1.5)


@cache
def _step() -> Layer:
    sketch = Sketch()
    sketch.box((250, -10, 560, 700), (255, 200, 120))
    sketch.box((250, -10, 268, 720), (18, 32, 54))
    sketch.box((230, 690, 560, 730), (60, 76, 110))
    sketch.box((230, 690, 560, 698), (230, 206, 160))
    sketch.box((-10, 800, 560, 980), (58, 40, 74))
    sketch.box((-10, 800, 560, 812), (150, 110, 140))
    sketch.box((-10, 824, 560, 836), (226, 178, 72))
    sketch.box((-10, 730, 560, 800), (14, 10, 24))
    return sketch.finish()


@cache
def _leg() -> Layer:
    sketch = Sketch()
    for shift, color in ((4.0, (255, 190, 130)), (0.0, INK)):
        sketch.polygon(
            [(60 + shift, -20), (300 + shift, -20), (318 + shift, 300), (326 + shift, 420), (70 + shift, 470)], color
        )
        sketch.polygon([(90 + shift, 440), (190 + shift, 430), (170 + shift, 800), (90 + shift, 800)], color)
        sketch.polygon(
            [
                (200 + shift, 420),
                (326 + shift, 400),
                (350 + shift, 560),
                (340 + shift, 660),
                (262 + shift, 664),
                (256 + shift, 560),
            ],
            color,
        )
        sketch.blob(
            [(256 + shift, 640), (340 + shift, 636), (420 + shift, 672), (424 + shift, 694), (252 + shift, 694)], color
        )
        sketch.blob(
            [(80 + shift, 770), (172 + shift, 768), (240 + shift, 790), (244 + shift, 806), (78 + shift, 806)], color
        )
    sketch.polygon([(190, 250), (270, 240), (276, 340), (196, 352)], (22, 24, 42))
    sketch.line([(190, 250), (270, 240)], (90, 110, 150), 3)
    return sketch.finish()


def _fading_away(time: float, share: float) -> Image.Image:
    """The others go out, row by row."""
    full = filled_aisle(time, 1)
    flicker = 0.5 + 0.5 * math.sin(time * 31)
    empty = carriage.lit_aisle(time)
    for row in range(len(carriage.ROWS)):
        carriage.seat_row(row).lay(empty)
    gone = Image.blend(full, empty, min(1.0, share * 0.8 + 0.2 * flicker * share))
    return carriage.dimmed(closer(gone, 1.25, (270, 425), shake=4, time=time), 0.3 * flicker)


def _dead(time: float, _share: float) -> Image.Image:
    """His phone rings once more in his hand, and goes dark. The light that was on it goes with it."""
    picture = inserts.dusk(*_VIOLET).copy()
    if time < 1.15:
        phones.ringing(picture, phones.phone("mara", battery=0.05), time)
    else:
        dark = phones.phone("off")
        dark.lay(picture, (120, 140))
        _last().lay(picture, (120, 140), 1 - between(time, 1.15, 1.6))
    inserts.gripping(mix((226, 186, 176), (96, 60, 96), between(time, 1.1, 1.5))).lay(picture)
    return closer(picture, 1.05 + 0.3 * between(time, 0.6, 3.4), (270, 380))


@cache
def _last() -> Layer:
    """The line that an old screen leaves for a moment."""
    sketch = Sketch(*phones.PHONE_SIZE)
    sketch.box((40, 296, 260, 301), (210, 240, 255))
    sketch.dot((150, 298), 8, RED)
    return sketch.finish(2)
