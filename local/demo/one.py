"""Episode 1, *The Platform*: a call from her own number, and a train that has not run for ten years."""

from __future__ import annotations

import math
from functools import cache
from typing import Final

from PIL import Image, ImageFilter

from local.demo import carriage, inserts, people, phones, station
from local.demo.brush import STEEL, Color, Layer, Light, between, shown
from local.demo.camera import Film, Shot, closer, fast, rain
from local.demo.captions import Line
from local.demo.faces import ELIAS, MARA, Look, portrait
from local.demo.lettering import title
from local.demo.scenes import STOPPED, TONES, dial, eye_view, face, in_window, ringing_phone, track, turning, wide

LINES: Final = (
    Line(4.3, 6.9, "Ten years. Every night.", "Diez años. Cada noche."),
    Line(
        7.3,
        10.2,
        "The train that took Elias\nis on no timetable.",
        "El tren que se llevó a Elías\nno tiene horario.",
    ),
    Line(13.4, 15.6, "My own number?", "¿Mi propio número?"),
    Line(16.3, 18.7, "“Do not get on.”", "«No subas.»"),
    Line(27.5, 28.9, "Elias?", "¿Elías?"),
    Line(29.4, 31.6, "You have not aged a day.", "No has envejecido ni un día."),
    Line(35.1, 37.0, "That is me.", "Esa soy yo."),
)

_DUSK: Final[tuple[Color, Color]] = ((20, 30, 66), (40, 44, 88))


def film() -> Film:
    """The whole episode."""
    return Film(
        (
            Shot(4.2, _opening),
            Shot(2.8, dial(37, 38, 1.1)),
            Shot(3.2, face(MARA, turning(Look(gaze=(0, 4), lids=0.7), Look(gaze=(8, -4)), 1.0), "rain", blinks=(0.9,))),
            Shot(2.4, _photograph),
            Shot(2.6, ringing_phone("mara", _DUSK)),
            Shot(
                2.2,
                face(
                    MARA, turning(Look(gaze=(-6, 6), brows=0.4), Look(gaze=(4, 0), brows=0.7, mouth=0.3), 1.1), "phone"
                ),
            ),
            Shot(1.6, eye_view((168, 190, 214), (24, 30, 62), (220, 230, 255))),
            Shot(3.6, track),
            fast(3.4, _arrival),
            Shot(2.6, _door),
            Shot(
                2.2,
                face(ELIAS, turning(Look(lids=0.6), Look(smile=0.7, lids=0.9), 1.0), "door", mirrored=True, blinks=()),
            ),
            Shot(
                1.6,
                face(
                    MARA, turning(Look(brows=0.6, mouth=0.2), Look(gaze=(14, -2), brows=-0.3), 1.0), "door", blinks=()
                ),
            ),
            fast(0.6, _swish),
            Shot(4.4, _herself),
        )
    )


def _opening(time: float, share: float) -> Image.Image:
    mara = people.standing(people.MARA)
    picture = wide(time, [(mara, 188)], minutes=37)
    people.scarf_end(time, 0.3).lay(picture, (188 - 178, 520))
    picture = closer(picture, 1.34 - 0.3 * share, (225, 520 - 60 * (1 - share)))
    title(1).lay(picture, (0, 178), shown(time, 0.7, 3.9, 0.6))
    return picture


def _photograph(time: float, share: float) -> Image.Image:
    picture = inserts.dusk(*_DUSK).copy()
    inserts.photograph().turned(-4 + 2 * share).lay(picture, (92, 190 - 10 * share))
    inserts.gripping((190, 190, 214)).lay(picture, (10, 60))
    rain(picture, time, 0.7)
    if time > 1.2:
        _drop(picture, time - 1.2)
    return closer(picture, 1.05 + 0.1 * share, (270, 380))


def _drop(picture: Image.Image, since: float) -> None:
    """A drop that runs down between the two."""
    Light(15, (210, 226, 255), 0.7).add(picture, (285, 330 + 150 * between(since, 0.2, 1.2)), 0.9)


def _arrival(time: float, share: float) -> Image.Image:
    come = between(time, -0.6, 3.1)
    front = 900 + (STOPPED - 900) * (1 - (1 - come) ** 1.7)
    mara = people.standing(people.MARA)
    picture = wide(time, [(mara, 150)], front=front, minutes=38 + 2 * (share > 0.5))
    people.scarf_end(time, 0.2 + 0.8 * shown(time, -1, 3.0, 1.0)).lay(picture, (150 - 178, 520))
    return closer(picture, 1, shake=4 * (1 - come), time=time)


def _door(time: float, share: float) -> Image.Image:
    opening = between(time, 0.4, 1.5)
    him = people.standing(people.ELIAS, people.STILL, (120, 70, 40), (24, 14, 20)).mirrored()
    mara = people.standing(people.MARA, people.STILL, (255, 190, 110))
    picture = wide(time, [(mara, 140)], front=STOPPED, opening=opening, minutes=40, behind=[(him, 300)])
    return closer(picture, 1.25 + 0.4 * share, (270, 620))


def _swish(time: float, share: float) -> Image.Image:
    picture = wide(time, front=STOPPED - 40 - 700 * share, opening=1, minutes=40)
    soft = picture.resize((30, 480), Image.Resampling.BOX).resize(picture.size, Image.Resampling.BILINEAR)
    return closer(Image.blend(picture, soft, math.sin(math.pi * min(1.0, share + 0.2))), 1.5, (270, 560))


def _herself(time: float, _share: float) -> Image.Image:
    """The woman in the window, a phone at her ear, who lifts her eyes."""
    look = Look(gaze=(-2, 8), lids=0.45) if time < 1.7 else Look(gaze=(0, 0), lids=1.12, brows=0.5)
    picture = carriage.compartment().copy()
    _framed(look).lay(picture, (54, 130))
    picture = in_window(picture, phones.handset((250, 196, 142)), (352, 296))
    rain(picture, time, 0.5)
    station.calm().lay(picture)
    picture = closer(picture, 1.0 + 0.5 * between(time, 0.4, 4.4), (270, 455))
    # Who looks in stands before the glass: there are two of her.
    _shoulder().lay(picture, (-250 - 260 * between(time, 1.5, 3.6), 330))
    return picture


@cache
def _framed(look: Look) -> Layer:
    return portrait(MARA, look, TONES["carriage"][1]).scaled(0.8)


@cache
def _shoulder() -> Layer:
    sketch = people.profile(people.MARA, STEEL).scaled(1.3)
    return Layer(sketch.image.filter(ImageFilter.GaussianBlur(3)))
