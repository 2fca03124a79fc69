"""Episode 3, *The Seat*: who called."""

from __future__ import annotations

import math
from functools import cache
from typing import Final

from PIL import Image

from local.demo import carriage, inserts, people, phones, station
from local.demo.brush import AMBER, HEIGHT, INK, WIDTH, Color, Layer, Light, Point, Sketch, between, shown
from local.demo.camera import Film, Shot, closer, fast, rain
from local.demo.captions import Line
from local.demo.faces import MARA, Look, portrait
from local.demo.lettering import title
from local.demo.scenes import TONES, black, empty_aisle, face, filled_aisle, ground, turning, wide
from local.demo.two import lying_phone

LINES: Final = (
    Line(1.2, 3.0, "This phone is mine.", "Este teléfono es mío."),
    Line(4.2, 6.6, "0:38. Two minutes ago.", "0:38. Hace dos minutos."),
    Line(9.6, 11.6, "That is the platform.", "Ese es el andén."),
    Line(11.9, 13.5, "That is me.", "Esa soy yo."),
    Line(17.4, 19.6, "“Do not get on.”", "«No subas.»"),
    Line(23.6, 25.6, "No. Not for him.", "No. Por él no."),
    Line(26.0, 27.7, "I always get on.", "Siempre subo."),
    Line(35.2, 37.2, "All of them are me.", "Todas soy yo."),
)

_WARM: Final[tuple[Color, Color]] = ((70, 36, 36), (110, 58, 46))


def film() -> Film:
    """The whole episode."""
    return Film(
        (
            Shot(3.6, _taken_up),
            Shot(3.0, _two_minutes),
            Shot(
                2.6,
                face(
                    MARA,
                    turning(Look(gaze=(-4, 12), lids=0.7), Look(gaze=(15, 0), brows=0.6), 1.3),
                    "carriage",
                    shake=1.5,
                ),
            ),
            fast(4.4, _platform_again),
            Shot(3.0, _dialling),
            Shot(3.6, _both),
            Shot(2.8, _he_steps_off),
            Shot(
                2.6,
                face(
                    MARA,
                    turning(Look(brows=0.9, mouth=0.4), Look(lids=0.0, brows=0.6), 1.7),
                    "carriage",
                    blinks=(),
                    shake=2,
                ),
            ),
            fast(2.2, _she_runs),
            fast(1.6, _tunnel),
            Shot(3.2, _end_door),
            Shot(5.0, _all_of_them),
        )
    )


def _taken_up(time: float, share: float) -> Image.Image:
    picture = closer(lying_phone(time), 1.15, (270, 470), shake=2, time=time)
    reach = 330 * (1 - between(time, 0.5, 1.5))
    inserts.hand((236, 176, 130), INK).scaled(1.2).turned(24).lay(picture, (-150 - reach, 470 + reach * 0.5))
    carriage.floor_shade().lay(picture)
    picture = closer(picture, 1.02 + 0.05 * share)
    title(3).lay(picture, (0, 40), shown(time, 0.2, 3.2, 0.5))
    return picture


def _two_minutes(time: float, share: float) -> Image.Image:
    picture = inserts.dusk(*_WARM).copy()
    _cool().add(picture, (270, 400), 0.7)
    phones.phone("time").lay(picture, (120, 140))
    _crack().lay(picture, (120, 140))
    inserts.gripping((236, 176, 130)).lay(picture, (2 * math.sin(time * 2), 0))
    return closer(picture, 1.03 + 0.2 * share, (270, 360), shake=1.5, time=time)


@cache
def _cool() -> Light:
    return Light(420, (90, 160, 190), 1.8)


@cache
def _crack() -> Layer:
    sketch = Sketch(300, 600)
    cracks: list[list[Point]] = [
        [(280, 60), (216, 130), (190, 120), (120, 210)],
        [(216, 130), (222, 200), (190, 260)],
        [(190, 120), (176, 60)],
    ]
    for points in cracks:
        sketch.line(points, (226, 240, 250), 1.8)
    return sketch.finish()


def _outside(time: float, opening: float, front: float, walk: float = 0.0) -> Image.Image:
    """The platform as it was two minutes ago: she waits there in the rain."""
    pose = people.Pose(step=time * 11, lean=12) if walk else people.STILL
    mara = (
        people.figure(people.MARA, pose, (130, 150, 210)) if walk else people.standing(people.MARA, rim=(130, 150, 210))
    )
    him = people.standing(people.ELIAS, rim=(200, 140, 80)).mirrored()
    others = [(him, 360.0)] if opening else []
    picture = wide(time, [(mara, 170 + walk), *others], front=front, minutes=38)
    people.scarf_end(time, 0.3).lay(picture, (170 + walk - 178, 520))
    return picture


def _framed(picture: Image.Image) -> Image.Image:
    carriage.drops().lay(picture)
    carriage.window_inside().lay(picture)
    carriage.floor_shade().lay(picture)
    return picture


def _platform_again(time: float, _share: float) -> Image.Image:
    """The country, the first lamps, and then the platform, slower and slower."""
    come = between(time, 0.6, 2.4)
    view = carriage.country(time) if come < 0.02 else _sliding(time, come)
    return closer(_framed(view), 1.03 + 0.1 * between(time, 2.4, 4.4), (230, 470), shake=2.2 * (1 - come), time=time)


def _sliding(time: float, come: float) -> Image.Image:
    picture = Image.new("RGB", (WIDTH, HEIGHT))
    shift = round((1 - come) * 700)
    platform = closer(_outside(time, 0, 5_000), 1.25, (200, 560))
    if shift < WIDTH:
        picture.paste(platform, (shift, 0))
    if shift:
        picture.paste(carriage.country(time).crop((0, 0, min(WIDTH, shift), HEIGHT)), (0, 0))
    return picture


def _dialling(time: float, share: float) -> Image.Image:
    picture = inserts.dusk(*_WARM).copy()
    _cool().add(picture, (270, 400), 0.7)
    caller = "time" if time < 0.7 else "mara"
    phones.phone(caller).lay(picture, (120, 140))
    _crack().lay(picture, (120, 140))
    for index in range(3):
        wave = (time * 0.8 + index / 3) % 1
        if caller == "mara":
            _ring(round(wave * 12)).lay(picture, (0, 0), 1 - wave)
    inserts.gripping((236, 176, 130)).lay(picture, (0, 0))
    press = shown(time, 0.2, 1.1, 0.3)
    inserts.hand((236, 176, 130), INK).turned(40).lay(picture, (-420 + 230 * press, 640 - 200 * press))
    return closer(picture, 1.05 + 0.08 * share, (270, 380), shake=1.5, time=time)


@cache
def _ring(step: int) -> Layer:
    sketch = Sketch()
    radius = 96 + step * 14
    sketch.dot((270, 360), radius + 3, (216, 80, 90))
    sketch.image.paste((0, 0, 0, 0), (0, 0), _disc(radius))
    return sketch.finish()


def _disc(radius: float) -> Image.Image:
    hole = Sketch()
    hole.dot((270, 360), radius, INK)
    return hole.image.getchannel("A")


def _both(time: float, share: float) -> Image.Image:
    """One call, its two ends: the rain at the left, the train at the right."""
    picture = ground("rain").copy()
    rain(picture, time, 0.9)
    picture.paste(ground("carriage").crop((270, 0, WIDTH, HEIGHT)), (270, 0))
    breath = 2 * math.sin(time * 2)
    outside, inside = people.profile(people.MARA, (150, 176, 240)), people.profile(people.MARA, AMBER)
    outside.lay(picture, (-96, 250 + breath))
    right = inside.mirrored()
    right.lay(picture, (276, 250 - breath))
    ear = phones.handset((150, 160, 200)).scaled(0.62)
    ear.lay(picture, (0, 330 + breath))
    phones.handset((236, 176, 130)).scaled(0.62).mirrored().lay(picture, (414, 330 - breath))
    _seam().lay(picture)
    station.calm().lay(picture)
    return closer(picture, 1.0 + 0.12 * share, (270, 430))


@cache
def _seam() -> Layer:
    sketch = Sketch()
    sketch.box((267, 0, 273, HEIGHT), (4, 4, 10))
    return sketch.finish()


def _he_steps_off(time: float, share: float) -> Image.Image:
    view = closer(_outside(time, 1, 5_000), 1.3, (250, 570))
    return closer(_framed(view), 1.1 + 0.12 * share, (260, 480), shake=0.8, time=time)


def _she_runs(time: float, share: float) -> Image.Image:
    """She outside runs to the door, whatever the palm on the pane says."""
    view = closer(_outside(time, 1, 5_000, walk=1 + 330 * share), 1.3, (270, 570))
    picture = _framed(view)
    inserts.palm_on_glass((226, 164, 120)).lay(picture, (250, 420))
    return closer(picture, 1.2, (270, 500), shake=3, time=time)


def _tunnel(time: float, share: float) -> Image.Image:
    """Darkness, and twice a face in it."""
    if 0.18 < share < 0.3 or 0.55 < share < 0.62:
        picture = ground("dark").copy()
        portrait(MARA, Look(brows=0.8, mouth=0.3, gaze=(8, 0)), TONES["glow"][1]).lay(picture)
        return closer(picture, 1.1, shake=6, time=time)
    return black().copy()


def _end_door(time: float, share: float) -> Image.Image:
    """The door to the next carriage opens by itself; the light behind it falls on us."""
    picture = carriage.dimmed(empty_aisle(time), 0.82)
    opened = between(time, 0.9, 2.4)
    sketch = Sketch(140, 320)
    sketch.box((10, 0, 130, 320), (30, 14, 20))
    half = 56 * opened
    sketch.box((70 - half, 8, 70 + half, 320), (255, 226, 170))
    sketch.finish().lay(picture, (200, 300))
    _beyond().add(picture, (270, 440), opened)
    picture = closer(picture, 1.15 + 0.5 * share, (270, 430), shake=2, time=time)
    walker = people.figure(people.MARA, people.Pose(step=time * 3), (90, 60, 50)).scaled(1.35 - 0.25 * share)
    walker.lay(picture, (110 + 14 * share, 470 - 50 * share))
    return picture


@cache
def _beyond() -> Light:
    return Light(330, (255, 220, 160), 1.7)


def _all_of_them(time: float, _share: float) -> Image.Image:
    """A red scarf on every seat. Row after row, they turn round."""
    picture = filled_aisle(time, between(time, 1.2, 3.6))
    return closer(picture, 1.02 + 0.42 * between(time, 0.4, 5.0), (270, 425), shake=1.2, time=time)
