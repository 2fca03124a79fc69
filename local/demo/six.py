"""Episode 6, *0:41*: what a ring is enough for, and who is next."""

from __future__ import annotations

import math
import random
from functools import cache
from typing import Final

from PIL import Image

from local.demo import inserts, people, phones, station
from local.demo.brush import RED, Color, Layer, Light, Sketch, between, shown
from local.demo.camera import Film, Shot, closer, fast, rain
from local.demo.captions import Line
from local.demo.faces import ELIAS, MARA, OLD_ELIAS, OLD_MARA, STRANGER, Look
from local.demo.five import hidden
from local.demo.four import left_things
from local.demo.lettering import title
from local.demo.scenes import (
    AWAY,
    STOPPED,
    dial,
    empty_aisle,
    eye_view,
    face,
    filled_aisle,
    ringing_phone,
    turning,
    wide,
)

LINES: Final = (
    Line(0.8, 2.6, "It only rang once.", "Solo sonó una vez."),
    Line(5.5, 7.5, "But I heard it.", "Pero yo lo oí."),
    Line(9.6, 11.0, "Elias!", "¡Elías!"),
    Line(18.6, 20.6, "You called me.", "Me llamaste."),
    Line(20.9, 22.7, "At last.", "Por fin."),
    Line(26.9, 29.1, "It left without us.", "Se fue sin nosotros."),
    Line(35.4, 37.4, "My own number?", "¿Mi propio número?"),
)

_WARM: Final[tuple[Color, Color]] = ((70, 36, 36), (110, 58, 46))
_RIM: Final[Color] = (255, 176, 150)


def film() -> Film:
    """The whole episode."""
    return Film(
        (
            Shot(3.0, _dark_phone),
            Shot(2.2, _pillar_hears),
            Shot(1.8, eye_view((206, 186, 206), (70, 52, 104), (120, 190, 255))),
            fast(2.4, _steps_out),
            Shot(1.8, face(MARA, Look(brows=0.9, mouth=1.0), "past", blinks=(), push=0.2)),
            Shot(
                2.0,
                face(
                    ELIAS,
                    turning(Look(gaze=(12, 0), lids=0.7), Look(gaze=(0, 0), lids=1.1, brows=0.7), 0.7),
                    "past",
                    mirrored=True,
                    blinks=(),
                ),
            ),
            fast(2.8, _without_them),
            Shot(1.8, dial(40, 41, 0.8)),
            Shot(
                2.6,
                face(
                    OLD_ELIAS,
                    turning(Look(lids=0.8, tear=True), Look(lids=0.0, smile=1.0), 1.4),
                    "lantern",
                    mirrored=True,
                    blinks=(),
                ),
            ),
            Shot(
                2.2,
                face(
                    OLD_MARA, turning(Look(lids=0.9, smile=0.4), Look(lids=0.0, smile=1.0), 1.0), "carriage", blinks=()
                ),
            ),
            fast(3.0, _let_go),
            Shot(4.6, _morning),
            Shot(2.6, _another_night),
            Shot(2.2, ringing_phone("stranger", ((20, 30, 66), (40, 44, 88)))),
            Shot(
                3.2,
                face(
                    STRANGER,
                    turning(
                        Look(gaze=(0, 10), lids=0.7, brows=0.3),
                        Look(gaze=(15, -4), lids=1.15, brows=0.8, mouth=0.25),
                        1.7,
                    ),
                    "phone",
                    blinks=(0.9,),
                    push=0.22,
                ),
            ),
        )
    )


def _dark_phone(time: float, share: float) -> Image.Image:
    picture = inserts.dusk(*_WARM).copy()
    phones.phone("off").lay(picture, (120, 140))
    inserts.gripping((236, 176, 130)).lay(picture, (1.5 * math.sin(time * 9), 0))
    picture = closer(picture, 1.16 - 0.1 * share, (270, 380), shake=1, time=time)
    title(6).lay(picture, (0, 250), shown(time, 0.2, 2.8, 0.4))
    return picture


def _pillar_hears(time: float, share: float) -> Image.Image:
    him = people.standing(people.ELIAS, rim=_RIM)
    picture = wide(time, [(him, 236)], day="past", front=STOPPED, opening=1, minutes=39)
    _blue().add(picture, (246, 660), 0.8 * max(0.0, math.sin(time * 9)))
    picture = closer(picture, 1.14, (230, 600))
    hidden(picture, time, 360)
    station.calm().lay(picture)
    return closer(picture, 1.0 + 0.2 * share, (380, 520))


@cache
def _blue() -> Light:
    return Light(90, (120, 200, 255), 1.6)


def _steps_out(time: float, share: float) -> Image.Image:
    """She comes out from behind the pillar, and runs."""
    him = people.standing(people.ELIAS, rim=_RIM)
    x = 500 - 150 * between(time, 0.3, 2.2)
    picture = wide(time, [(him, 210)], day="past", front=STOPPED, opening=1, minutes=39)
    mara = people.figure(people.MARA, people.Pose(step=time * 10, arm="down", lean=10), _RIM).mirrored()
    mara.lay(picture, (x - 120, 476))
    people.scarf_end(-time, 1.0).mirrored().lay(picture, (x - 4, 520))
    inserts.pillar(near=True).lay(picture, (430 + 90 * share, 0))
    return closer(picture, 1.12 + 0.1 * share, (260, 600), shake=2, time=time)


def _without_them(time: float, _share: float) -> Image.Image:
    """The doors shut. The train goes; two have stayed."""
    leave = max(0.0, time - 0.7)
    front = STOPPED - 150 * leave**2.6
    him = people.standing(people.ELIAS, people.Pose(arm="reach"), (255, 190, 120))
    her = people.standing(people.MARA, people.Pose(arm="reach"), (255, 190, 120)).mirrored()
    picture = wide(
        time, [(him, 214), (her, 312)], day="past", front=front, opening=1 - between(time, 0, 0.6), minutes=40
    )
    return closer(picture, 1.25, (262, 620), shake=3 * min(1.0, leave), time=time)


def _let_go(time: float, share: float) -> Image.Image:
    """A carriage without anybody: scarves that rise like leaves, a cap on a seat, and the light takes it all."""
    picture = Image.blend(filled_aisle(time, 1), empty_aisle(time), between(time, 0.1, 1.3))
    for drift in _scarves():
        x, y, speed, layer = drift
        layer.turned(40 * math.sin(time * 2 + x)).lay(
            picture, (x + 30 * math.sin(time * 2 + y), y - speed * time), shown(time, 0.2, 2.9, 0.7)
        )
    left_things()[0].scaled(0.62).lay(picture, (350, 480), between(time, 0.6, 1.2))
    light = between(time, 0.9, 3.0)
    _daylight().add(picture, (270, 400), light)
    picture = closer(picture, 1.05 + 0.5 * share, (270, 410), shake=2 * (1 - light), time=time)
    return Image.blend(picture, Image.new("RGB", picture.size, (255, 244, 220)), light**3)


@cache
def _daylight() -> Light:
    return Light(620, (255, 236, 196), 1.1)


@cache
def _scarves() -> tuple[tuple[float, float, float, Layer], ...]:
    chance = random.Random(6)
    drifts = []
    for _ in range(14):
        cloth = people.scarf_end(chance.uniform(0, 9), 0.8, 0.62)
        drifts.append((chance.uniform(20, 420), chance.uniform(460, 860), chance.uniform(120, 260), cloth))
    return tuple(drifts)


def _morning(time: float, share: float) -> Image.Image:
    """The platform in the first light: two, and one scarf around both."""
    rim: Color = (255, 232, 180)
    him = people.standing(people.ELIAS, rim=rim)
    her = people.standing(people.MARA, people.Pose(lean=-6), rim=rim).mirrored()
    picture = wide(time, [(him, 250), (her, 292)], day="dawn", minutes=402)
    people.scarf_end(time, 0.45).lay(picture, (84, 522))
    _wrap().lay(picture, (214, 550))
    for index in range(5):
        x, y = (time * 60 + index * 97) % 640 - 50, 330 + 26 * index - 30 * math.sin(index) - 14 * time
        _bird(round(4 * abs(math.sin(time * 6 + index)))).lay(picture, (x, y))
    glare = 1 - between(time, 0, 1.4)
    _daylight().add(picture, (300, 590), 0.12 + 0.88 * glare)
    picture = closer(picture, 1.5 - 0.36 * share, (270, 600))
    return Image.blend(picture, Image.new("RGB", picture.size, (255, 244, 220)), glare**2)


@cache
def _wrap() -> Layer:
    sketch = Sketch(120, 50)
    sketch.blob([(18, 16), (60, 24), (104, 14), (108, 34), (60, 44), (14, 36)], RED)
    sketch.bow([(22, 32), (60, 38), (100, 30)], (150, 30, 44), 3)
    return sketch.finish()


@cache
def _bird(flap: int) -> Layer:
    sketch = Sketch(40, 30)
    sketch.bow([(4, 16 - flap * 2), (13, 10), (20, 16), (27, 10), (36, 16 - flap * 2)], (90, 60, 80), 2.6)
    return sketch.finish()


def _another_night(time: float, share: float) -> Image.Image:
    """Rain again. Somebody else waits under the clock."""
    she = people.standing(people.STRANGER, rim=(236, 200, 120))
    picture = wide(time, [(she, 236)], front=AWAY, minutes=37)
    _blue().add(picture, (252, 640), 0.8 * max(0.0, math.sin(time * 9)) * (time > 1.5))
    rain(picture, time, 0.5)
    return closer(picture, 1.08 + 0.16 * share, (240, 560))
