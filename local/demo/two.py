"""Episode 2, *The Conductor*: one steps off, one steps on."""

from __future__ import annotations

import math
import random
from functools import cache
from typing import Final

from PIL import Image

from local.demo import carriage, inserts, people, phones, station
from local.demo.brush import AMBER, BONE, INK, Color, Layer, Light, Sketch, between, mix, shown
from local.demo.camera import Film, Shot, closer, fast, rain
from local.demo.captions import Line
from local.demo.faces import ELIAS, LANTERN, MARA, OLD_ELIAS, Look, portrait
from local.demo.hair import Tone
from local.demo.lettering import title
from local.demo.scenes import BEHIND, STOPPED, TONES, empty_aisle, face, ground, in_window, pair, turning, wide

LINES: Final = (
    Line(1.0, 3.2, "I was gone ten minutes.", "Me fui diez minutos."),
    Line(3.6, 5.2, "Ten years, Elias.", "Diez años, Elías."),
    Line(8.0, 10.0, "“One steps off.”", "«Uno baja.»"),
    Line(10.6, 12.6, "“One steps on.”", "«Uno sube.»"),
    Line(15.6, 17.4, "You knew?", "¿Lo sabías?"),
    Line(18.6, 21.2, "If no one boards,\nI was never here.", "Si nadie sube,\nnunca estuve aquí."),
    Line(27.8, 29.4, "Mara!", "¡Mara!"),
)


def film() -> Film:
    """The whole episode."""
    return Film(
        (
            Shot(3.4, _reunion),
            Shot(
                2.4,
                face(MARA, turning(Look(brows=0.5), Look(brows=0.8, mouth=0.2, tear=True), 1.1), "door", blinks=(0.8,)),
            ),
            Shot(3.9, _lantern),
            Shot(2.9, _under_the_cap),
            Shot(2.6, _punch),
            Shot(
                2.8,
                face(
                    ELIAS,
                    turning(Look(gaze=(8, 0), brows=0.3), Look(gaze=(-4, 12), lids=0.5, brows=-0.4), 1.2),
                    "door",
                    mirrored=True,
                    blinks=(1.1,),
                ),
            ),
            Shot(3.2, _fading),
            Shot(2.4, _warning),
            fast(2.2, _run),
            fast(1.1, _leap),
            fast(2.6, _left_behind),
            Shot(3.2, _aisle),
            fast(0.8, _lights_out),
            Shot(3.2, _seat),
        )
    )


def _reunion(time: float, share: float) -> Image.Image:
    gap = 46 * (1 - between(time, 0.2, 2.6))
    her, him = people.profile(people.MARA, AMBER), people.profile(people.ELIAS, AMBER)
    picture = pair(time, her, him, "door", gap)
    rain(picture, time, 0.6)
    station.calm().lay(picture)
    picture = closer(picture, 1.04 + 0.1 * share, (270, 440))
    title(2).lay(picture, (0, 40), shown(time, 0.3, 3.2, 0.5))
    return picture


def _lantern(time: float, share: float) -> Image.Image:
    """A lantern comes out of the steam, and somebody with it."""
    x = 560 - 190 * share
    pose = people.Pose(step=time * 4.2, arm="lantern")
    walker = people.figure(people.CONDUCTOR, pose, (150, 96, 60)).mirrored()
    two = [(people.standing(people.MARA), 110.0), (people.standing(people.ELIAS).mirrored(), 178.0)]
    picture = wide(time, [*two, (walker, x)], front=STOPPED, opening=1, minutes=40)
    _small_light().add(picture, (x - 66, FOOT_LIGHT), 0.9 + 0.1 * math.sin(time * 9))
    for index in range(3):
        _steam().lay(picture, (-120 + index * 210 - time * 26, 590 - index * 14), 0.55)
    return closer(picture, 1.12 + 0.25 * share, (300, 640))


FOOT_LIGHT: Final = 660


@cache
def _small_light() -> Light:
    return Light(150, (255, 190, 104), 1.9)


@cache
def _steam() -> Layer:
    chance = random.Random(3)
    sketch = Sketch(460, 260)
    for _ in range(24):
        x, y, size = chance.uniform(70, 390), chance.uniform(110, 190), chance.uniform(26, 64)
        sketch.ellipse((x - size * 1.5, y - size * 0.6, x + size * 1.5, y + size * 0.6), (190, 190, 220), 30)
    return sketch.finish(10)


def _under_the_cap(time: float, share: float) -> Image.Image:
    """A face that stays in the dark; only the cap and the beard catch the light."""
    low = Tone(mix(LANTERN.lit, INK, 0.86), mix(LANTERN.dark, INK, 0.9))
    picture = ground("dark").copy()
    swing = math.sin(time * 2.2)
    _behind_light().add(picture, (430 + 60 * swing, 760), 0.8)
    portrait(OLD_ELIAS, Look(lids=0.0), low).lay(picture, (0, -10))
    _no_eyes().lay(picture)
    _behind_light().add(picture, (430 + 60 * swing, 900), 0.5)
    return closer(picture, 1.06 + 0.1 * share, (270, 420))


@cache
def _behind_light() -> Light:
    return Light(330, (255, 176, 92), 1.7)


@cache
def _no_eyes() -> Layer:
    sketch = Sketch()
    sketch.blob([(120, 340), (270, 330), (420, 340), (410, 520), (270, 560), (130, 520)], (4, 3, 8), 235)
    return sketch.finish(14)


def _punch(time: float, share: float) -> Image.Image:
    done = time > 1.25
    picture = inserts.dusk((62, 34, 30), (30, 18, 30)).copy()
    tilt = -3 + 1.5 * math.sin(time)
    inserts.ticket(punched=done).turned(tilt).lay(picture, (80, 320))
    inserts.hand((206, 180, 160), INK).lay(picture, (-190, 440))
    bite = 60 * (1 - between(time, 0.7, 1.2)) + 60 * between(time, 1.35, 2.0)
    _pliers().lay(picture, (360 + bite, 380))
    jolt = 5 * max(0.0, 1 - abs(time - 1.3) * 6)
    return closer(picture, 1.1 + 0.14 * share, (300, 440), shake=jolt, time=time)


@cache
def _pliers() -> Layer:
    sketch = Sketch(260, 260)
    for lift, color in ((0, (146, 150, 170)), (44, (104, 108, 130))):
        sketch.blob([
            (10, 84 + lift), (60, 74 + lift), (110, 96 + lift * 0.6), (250, 60 + lift * 3), (250, 92 + lift * 3),
            (110, 124 + lift * 0.6), (50, 100 + lift),
        ], color)  # fmt: skip
    sketch.dot((110, 122), 15, (210, 190, 140))
    sketch.dot((110, 122), 7, INK)
    return sketch.finish()


def _fading(time: float, share: float) -> Image.Image:
    """His hand, which the rain is washing away."""
    picture = ground("door").copy()
    skin: Color = mix((250, 196, 142), (150, 150, 172), share)
    _held(round(share * 12) / 12, skin).lay(picture, (30, 360))
    chance = random.Random(8)
    for _ in range(70):
        start, rise = chance.uniform(0, 1), chance.uniform(60, 190)
        x, y = chance.uniform(250, 450), chance.uniform(440, 590)
        age = time * 0.7 - start * 1.6
        if 0 < age < 1.2:
            _mote().add(picture, (x + 60 * age + 10 * math.sin(age * 9 + x), y - rise * age), 1 - age / 1.2)
    rain(picture, time, 0.5)
    station.calm().lay(picture)
    return closer(picture, 1.1 + 0.12 * share, (320, 500))


@cache
def _held(_step: float, skin: Color) -> Layer:
    return inserts.hand(skin, (24, 18, 28))


@cache
def _mote() -> Light:
    return Light(7, (255, 220, 170), 0.8)


def _warning(time: float, share: float) -> Image.Image:
    """She in the window shakes her head."""
    picture = carriage.compartment().copy()
    turn = math.sin(time * 4.4)
    _small_face(round(3 * turn) * 4.0).lay(picture, (54 + 15 * turn, 130))
    palm = inserts.palm_on_glass((236, 176, 130))
    picture = in_window(picture, palm, (262, 372 + 60 * (1 - between(time, 0, 0.4))))
    rain(picture, time, 0.5)
    station.calm().lay(picture)
    return closer(picture, 1.06 + 0.14 * share, (270, 430))


@cache
def _small_face(gaze: float) -> Layer:
    look = Look(brows=0.9, mouth=0.35, gaze=(gaze, 0))
    return portrait(MARA, look, TONES["carriage"][1]).scaled(0.8)


def _run(time: float, share: float) -> Image.Image:
    """The door closes, and she runs for it."""
    mara = people.figure(people.MARA, people.Pose(step=time * 11, lean=14), (255, 190, 110))
    x = 20 + 220 * share
    him = people.standing(people.ELIAS, people.Pose(arm="reach"), (255, 190, 110))
    picture = wide(time, [(him, 70.0), (mara, x)], front=STOPPED, opening=1 - 0.6 * share, minutes=40)
    people.scarf_end(time, 1).lay(picture, (x - 164, 522))
    return closer(picture, 1.3, (200 + 60 * share, 640), shake=5, time=time)


def _leap(time: float, share: float) -> Image.Image:
    picture = wide(time, front=STOPPED, opening=0.4 * (1 - share), minutes=40)
    inside = people.standing(people.MARA, people.Pose(lean=12), (255, 190, 110)).scaled(BEHIND * 1.1)
    if share < 0.7:
        inside.lay(picture, (220, 480))
    return closer(picture, 2.0, (300, 600), shake=9 * (1 - share), time=time)


def _left_behind(time: float, share: float) -> Image.Image:
    """From inside: he runs beside the window, and falls back."""
    picture = station.backdrop("night").copy()
    for x in (-200, 160, 520, 880):
        station.lamp_light().add(picture, (x + 200 - 900 * share**1.6, 300), 0.9)
    x = 300 - 620 * share**1.8
    runner = people.figure(people.ELIAS, people.Pose(step=time * 12, arm="raised", lean=10), (255, 190, 110)).scaled(
        1.5
    )
    runner.lay(picture, (x - 180, 300))
    carriage.drops().lay(picture)
    carriage.window_inside().lay(picture)
    carriage.floor_shade().lay(picture)
    return closer(picture, 1, shake=2 + 4 * share, time=time)


def _aisle(time: float, share: float) -> Image.Image:
    picture = empty_aisle(time, somebody=True)
    return closer(picture, 1.02 + 0.9 * share, (330, 430), shake=3, time=time)


def _lights_out(time: float, share: float) -> Image.Image:
    flash = 1.0 if 0.12 < share < 0.2 or 0.5 < share < 0.56 else 0.0
    return carriage.dimmed(closer(empty_aisle(time), 1.9, (300, 420)), 0.97 - 0.5 * flash)


def _seat(time: float, share: float) -> Image.Image:
    return closer(lying_phone(time), 1.05 + 0.3 * share, (270, 540), shake=2, time=time)


def lying_phone(time: float) -> Image.Image:
    """An empty seat. A phone lies on it, and rings."""
    picture = _velvet().copy()
    ring = 1.0 if time % 1.5 < 0.9 else 0.25
    flat = _lying().turned(0.8 * ring * math.sin(time * 97))
    _glow().add(picture, (270, 560), 0.4 + 0.5 * ring)
    flat.lay(picture, (120, 370 + 2 * ring * math.sin(time * 110)))
    carriage.floor_shade().lay(picture)
    return picture


@cache
def _glow() -> Light:
    return Light(380, (110, 190, 220), 1.6)


@cache
def _lying() -> Layer:
    tall = phones.phone("mara").image
    return Layer(tall.resize((300, 380), Image.Resampling.BILINEAR))


@cache
def _velvet() -> Image.Image:
    picture = ground("carriage").copy()
    sketch = Sketch()
    sketch.box((40, -60, 500, 420), (128, 34, 50), radius=50)
    sketch.box((74, -30, 466, 380), (146, 44, 58), radius=40)
    for x in (170, 270, 370):
        for y in (90, 200, 310):
            sketch.dot((x, y), 8, (92, 20, 38))
    sketch.polygon([(20, 400), (520, 400), (580, 780), (-40, 780)], (112, 28, 44))
    sketch.polygon([(20, 400), (520, 400), (528, 440), (12, 440)], (88, 20, 36))
    sketch.box((-40, 770, 580, 980), (78, 18, 32), radius=30)
    sketch.box((-30, 380, 44, 800), mix((60, 30, 30), BONE, 0.1), radius=20)
    sketch.box((496, 380, 570, 800), mix((60, 30, 30), BONE, 0.1), radius=20)
    sketch.finish().lay(picture)
    return picture
