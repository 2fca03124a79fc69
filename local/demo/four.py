"""Episode 4, *The Passengers*: what became of him."""

from __future__ import annotations

import math
from functools import cache
from typing import Final

from PIL import Image

from local.demo import carriage, inserts, people, station
from local.demo.brush import AMBER, INK, RED, Color, Layer, Light, Sketch, between, mix, shown
from local.demo.camera import Film, Shot, closer, fast, rain
from local.demo.captions import Line
from local.demo.faces import LANTERN, MARA, OLD_ELIAS, OLD_MARA, Look, portrait
from local.demo.hair import Tone
from local.demo.lettering import title
from local.demo.scenes import dial, face, filled_aisle, ground, turning, wide

LINES: Final = (
    Line(4.0, 6.2, "We all got on for him.", "Todas subimos por él."),
    Line(6.6, 8.6, "How many are we?", "¿Cuántas somos?"),
    Line(9.4, 11.6, "No one counts any more.", "Ya nadie lleva la cuenta."),
    Line(13.1, 15.5, "And he never went home.", "Y él nunca volvió a casa."),
    Line(16.6, 18.6, "He waited for you.", "Te esperó."),
    Line(19.4, 21.6, "He grew old waiting.", "Envejeció esperando."),
    Line(24.2, 26.6, "Then he got on,\nto look for you.", "Luego subió,\npara buscarte."),
    Line(35.0, 36.6, "Elias?", "¿Elías?"),
)


def film() -> Film:
    """The whole episode."""
    return Film(
        (
            Shot(3.8, _seen),
            Shot(
                2.6,
                face(
                    OLD_MARA,
                    turning(Look(lids=0.85, gaze=(4, 0)), Look(lids=0.7, smile=0.4), 1.4),
                    "carriage",
                    blinks=(0.9,),
                ),
            ),
            Shot(
                2.6,
                face(
                    MARA,
                    turning(Look(gaze=(-12, 0), brows=0.3), Look(gaze=(10, 0), brows=0.7, mouth=0.2), 1.2),
                    "carriage",
                    mirrored=True,
                ),
            ),
            fast(3.8, _ages),
            Shot(
                2.8,
                face(OLD_MARA, turning(Look(lids=0.7), Look(lids=0.8, gaze=(14, -3)), 1.0), "carriage", blinks=(0.7,)),
            ),
            Shot(1.2, dial(40, 41, 9)),
            fast(5.6, _waiting),
            Shot(3.6, _cap_and_lantern),
            Shot(3.4, _coming),
            Shot(
                2.0,
                face(
                    MARA,
                    turning(Look(gaze=(0, -2), brows=0.4), Look(brows=0.9, mouth=0.25), 0.9),
                    "lantern",
                    blinks=(),
                    shake=1.0,
                ),
            ),
            Shot(5.6, _unveiled),
        )
    )


def _seen(time: float, share: float) -> Image.Image:
    picture = filled_aisle(time, 1)
    picture = closer(picture, 1.42 - 0.3 * share, (270, 425), shake=1.2, time=time)
    title(4).lay(picture, (0, 30), shown(time, 0.4, 3.4, 0.5))
    return picture


_HAIR: Final[tuple[Color, ...]] = (
    (20, 14, 26),
    (20, 14, 26),
    (58, 48, 58),
    (108, 102, 112),
    (160, 158, 168),
    (206, 204, 214),
)


def _ages(time: float, share: float) -> Image.Image:
    """Along the windows: the same profile, older and older."""
    picture = ground("carriage").copy()
    camera = 60 + 1_150 * share
    for index in range(6):
        x = index * 300 - camera * 0.9 + 40
        if -420 < x < 560:
            _pane(index).lay(picture, (x, 150))
    for index in range(6):
        x = index * 300 - camera + 60
        if -380 < x < 560:
            who = people.Figure("bun" if index > 3 else "bob", scarf=mix(RED, (120, 84, 92), index / 6))
            _aged(index, who).lay(picture, (x, 330 + 3 * math.sin(time * 2 + index)))
    carriage.floor_shade().lay(picture)
    return closer(picture, 1.02, shake=1.5, time=time)


@cache
def _pane(index: int) -> Layer:
    sketch = Sketch(300, 420)
    sketch.box((20, 10, 280, 400), (190, 138, 76), radius=34)
    sketch.box((28, 18, 272, 392), (18, 22, 56), radius=28)
    for step in range(5):
        x = 50 + (index * 71 + step * 47) % 200
        sketch.line([(x, 40 + step * 50), (x - 12, 100 + step * 50)], (110, 130, 190), 2)
    return sketch.finish()


@cache
def _aged(index: int, who: people.Figure) -> Layer:
    layer = people.profile(who, AMBER)
    if who.hair == "bob" and index < 2:
        return layer
    tint = Sketch(360, 640)
    tint.image.paste((*_HAIR[index], 255), (0, 0, *tint.image.size))
    crown = people.crown(who)
    tint.within(crown)
    image = layer.image.copy()
    image.alpha_composite(tint.finish().image)
    return Layer(image)


def _waiting(time: float, share: float) -> Image.Image:
    """He on the platform; nights and days go by, and he bends."""
    spin = 14 * share
    night = 0.5 + 0.5 * math.cos(spin * 2 * math.pi)
    age = between(share, 0.15, 0.95)
    him = people.Figure("short", skirt=1.0 + 0.2 * age)
    layer = _bent(him, round(8 * age))
    minutes = 40 + 720 * spin
    picture = wide(time, [(layer, 250)], minutes=minutes)
    day = wide(time, [(layer, 250)], day="dawn", minutes=minutes)
    picture = Image.blend(picture, day, 0.75 * (1 - night))
    return closer(picture, 1.18 + 0.16 * share, (258, 600))


@cache
def _bent(who: people.Figure, step: int) -> Layer:
    layer = people.figure(who, people.Pose(lean=float(step) * 2.2))
    if step < 3:
        return layer
    white = Sketch(*people.SIZE)
    grey: Color = mix(INK, (206, 206, 214), (step - 2) / 6)
    lean = step * 2.2
    white.blob(
        [
            (122 + lean, 12),
            (142 + lean, 21),
            (148 + lean, 37),
            (128 + lean, 39),
            (112 + lean, 61),
            (98 + lean, 57),
            (97 + lean, 30),
        ],
        grey,
    )
    if step > 4:
        white.blob([(128 + lean, 66), (146 + lean, 66), (142 + lean, 92), (128 + lean, 94)], grey)
    image = layer.image.copy()
    image.alpha_composite(white.finish().image)
    return Layer(image)


def _cap_and_lantern(time: float, share: float) -> Image.Image:
    """A cap and a lantern have been left on the bench; an old hand takes them."""
    picture = ground("rain").copy()
    glow = 0.7 + 0.2 * math.sin(time * 7)
    _warm().add(picture, (360, 560), glow)
    _bench().lay(picture)
    lift = 90 * between(time, 2.0, 3.4)
    left_things()[0].lay(picture, (70, 430 - lift))
    left_things()[1].lay(picture, (290, 420))
    reach = 420 * (1 - between(time, 0.5, 1.7))
    _old_hand().lay(picture, (-150 - reach, 500 - lift + reach * 0.2))
    rain(picture, time, 0.8)
    station.calm().lay(picture)
    return closer(picture, 1.05 + 0.12 * share, (260, 560))


@cache
def _warm() -> Light:
    return Light(300, (255, 182, 96), 1.8)


@cache
def _old_hand() -> Layer:
    return inserts.hand((196, 168, 160), (26, 22, 36))


@cache
def _bench() -> Layer:
    sketch = Sketch()
    for y in (600, 646, 692):
        sketch.box((-20, y, 560, y + 34), (64, 44, 52), radius=5)
        sketch.box((-20, y, 560, y + 5), (130, 96, 92), radius=3)
    for x in (60, 440):
        sketch.box((x, 720, x + 40, 980), INK)
    return sketch.finish()


@cache
def left_things() -> tuple[Layer, Layer]:
    """The conductor's cap, 260 by 190, and his lantern, 140 by 230."""
    cap = Sketch(260, 190)
    cap.blob([(130, 10), (210, 26), (236, 80), (210, 120), (50, 120), (24, 80), (50, 26)], (24, 22, 40))
    cap.blob([(36, 106), (130, 92), (224, 106), (220, 150), (130, 138), (40, 150)], (12, 11, 24))
    cap.bow([(44, 124), (130, 110), (216, 124)], (214, 164, 84), 6)
    cap.blob([(30, 146), (130, 134), (236, 146), (214, 184), (130, 172), (40, 182)], INK)
    cap.dot((134, 70), 15, (236, 190, 104))
    lamp = Sketch(140, 230)
    lamp.bow([(30, 60), (70, 4), (110, 60)], (20, 18, 30), 7)
    lamp.box((24, 50, 116, 72), (20, 18, 30), radius=7)
    lamp.box((32, 70, 108, 186), (255, 196, 112), radius=10)
    lamp.box((50, 92, 90, 176), (255, 240, 206), radius=14)
    lamp.box((66, 70, 74, 186), (20, 18, 30))
    lamp.box((20, 184, 120, 214), (20, 18, 30), radius=6)
    return cap.finish(), lamp.finish()


def _coming(time: float, share: float) -> Image.Image:
    """A lantern comes down the aisle; where it passes, the heads go down."""
    picture = filled_aisle(time, max(0.0, 0.9 - 1.1 * share))
    picture = carriage.dimmed(picture, 0.55)
    size = 0.5 + 0.85 * share**1.5
    walker = people.figure(people.CONDUCTOR, people.Pose(step=time * 4.4, arm="lantern"), (180, 110, 60)).scaled(
        size * 1.5
    )
    foot = 480 + 330 * share**1.4
    x = 262 - walker.width / 2
    sway = 8 * math.sin(time * 4.4)
    _warm().add(picture, (270 + 66 * size * 1.5, foot - 150 * size * 1.5), 0.95)
    walker.lay(picture, (x + sway, foot - walker.height))
    _warm().add(picture, (270 + 66 * size * 1.5 + sway, foot - 150 * size * 1.5), 0.5)
    carriage.floor_shade().lay(picture)
    return closer(picture, 1.03 + 0.1 * share, (270, 480), shake=1.5, time=time)


def _unveiled(time: float, _share: float) -> Image.Image:
    """The lantern goes up, and there is a face under the cap."""
    up = between(time, 0.8, 3.2)
    # In steps, so that no face is drawn for one frame only.
    lids = 0.375 + round(5 * between(time, 2.6, 3.6)) / 8
    look = Look(lids=lids, gaze=(0, round(4 * (1 - up))), brows=round(4 * up) / 8, tear=time > 4.2)
    picture = ground("dark").copy()
    lamp_y = 1_000 - 420 * up
    _warm().add(picture, (470, lamp_y), 0.5 + 0.5 * up)
    level = round(up * 16)
    _shadowed(level, look).lay(picture, (0, -6))
    left_things()[1].lay(picture, (400, lamp_y - 130))
    _warm().add(picture, (470, lamp_y), 0.35)
    return closer(picture, 1.03 + 0.2 * between(time, 1, 5.6), (270, 430))


@cache
def _shadowed(level: int, look: Look) -> Layer:
    dim = 0.92 * (1 - level / 16)
    return portrait(OLD_ELIAS, look, Tone(mix(LANTERN.lit, INK, dim), mix(LANTERN.dark, INK, dim)))
