"""Views that several episodes share, put together from the sets, the people and the camera."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from functools import cache
from typing import Final

from PIL import Image, ImageOps

from local.demo import carriage, inserts, people, phones, station
from local.demo.brush import FRAME, INK, RED, WIDTH, Color, Layer, Light, Point, between, gradient, mix
from local.demo.camera import View, closer, rain
from local.demo.faces import COLD, DAWN, LANTERN, PAST, PHONE, WARM, Face, Look, blinking, portrait
from local.demo.hair import Tone

Standing = tuple[Layer, float]
"""A figure and where its feet are, from the left."""

FOOT_Y: Final = 796
BEHIND: Final = 0.64
"""How large somebody in the train's door is beside somebody on the platform."""

AWAY: Final = 1_900.0
"""Where a train's front is when no train is in sight."""

STOPPED: Final = 300.0 - station.DOOR_X
"""Where the train's front is when it stands: its door is then in the middle of the picture."""

Expression = Look | Callable[[float], Look]


def wide(
    time: float,
    figures: Sequence[Standing] = (),
    *,
    day: str = "night",
    front: float = AWAY,
    opening: float = 0.0,
    minutes: float = 38,
    behind: Sequence[Standing] = (),
) -> Image.Image:
    """The platform from the side; ``behind`` are those who stand in the train's door."""
    dawn = day == "dawn"
    picture = _empty_platform(day).copy()
    station.clock_hands(picture, minutes)
    door = front + station.DOOR_X
    if -1_740 < front < WIDTH + 360:
        station.train().lay(picture, (front - 40, station.TRAIN_Y))
        if -200 < door < WIDTH + 200:
            station.doorway(picture, door, opening)
            for layer, x in behind:
                small = layer.scaled(BEHIND)
                small.lay(picture, (x - people.FEET[0] * BEHIND, 694 - people.FEET[1] * BEHIND), min(1.0, opening * 2))
    station.platform_floor(dawn=dawn).lay(picture)
    _reflect(picture)
    if not dawn:
        for x in station.LAMPS:
            station.lamp_light().add(picture, (x, 404), 0.86 + 0.1 * math.sin(time * 3 + x))
    station.head_light().add(picture, (front - 6, 620), 1.0)
    if opening and -300 < door < WIDTH + 300:
        station.door_light().add(picture, (door, 690), 0.7 * opening)
    for layer, x in figures:
        layer.lay(picture, (x - people.FEET[0], FOOT_Y - people.FEET[1]))
    if day == "night":
        rain(picture, time, 0.8)
    station.calm().lay(picture)
    return picture


@cache
def _empty_platform(day: str) -> Image.Image:
    picture = station.backdrop(day).copy()
    station.furniture(dawn=day == "dawn").lay(picture)
    return picture


def _reflect(picture: Image.Image) -> None:
    """The wet floor: what stands above it, upside down and dim."""
    top = station.FLOOR_Y + 30
    above = picture.crop((0, top - 200, WIDTH, top))
    picture.paste(ImageOps.flip(above), (0, top), _wet())


@cache
def _wet() -> Image.Image:
    return gradient((WIDTH, 200), [(0, (96, 96, 96)), (0.5, (52, 52, 52)), (1, (0, 0, 0))]).convert("L")


_GROUNDS: Final[dict[str, tuple[Color, Color, tuple[Color, ...]]]] = {
    "rain": ((10, 14, 40), (34, 40, 88), ((255, 190, 110), (120, 150, 220), (96, 120, 200))),
    "door": ((40, 22, 32), (150, 84, 56), ((255, 206, 130), (255, 170, 90))),
    "carriage": ((44, 20, 26), (112, 58, 46), ((255, 196, 116), (255, 170, 90), (190, 110, 70))),
    "dark": ((6, 6, 14), (18, 14, 26), ()),
    "past": ((40, 20, 66), (140, 72, 112), ((255, 196, 150), (220, 140, 190))),
    "dawn": ((150, 168, 210), (255, 206, 160), ((255, 240, 210), (255, 226, 180))),
}


@cache
def ground(name: str) -> Image.Image:
    """What is out of focus behind a face."""
    top, bottom, lights = _GROUNDS[name]
    picture = gradient(FRAME, [(0, top), (0.7, bottom), (1, mix(bottom, INK, 0.6))])
    chance = random.Random(name)
    for color in lights:
        for _ in range(7):
            spot = Light(chance.randint(26, 74), color, 0.55)
            spot.add(picture, (chance.uniform(0, WIDTH), chance.uniform(40, 700)), chance.uniform(0.14, 0.42))
    return picture


TONES: Final[dict[str, tuple[str, Tone]]] = {
    "rain": ("rain", COLD),
    "phone": ("rain", PHONE),
    "door": ("door", WARM),
    "carriage": ("carriage", WARM),
    "lantern": ("dark", LANTERN),
    "glow": ("dark", PHONE),
    "past": ("past", PAST),
    "dawn": ("dawn", DAWN),
}
"""Where a face is seen: the ground behind it, and the light on it."""


def face(
    who: Face,
    look: Expression,
    place: str,
    *,
    push: float = 0.08,
    blinks: tuple[float, ...] = (1.4,),
    mirrored: bool = False,
    shake: float = 0.0,
    center: Point = (270, 450),
) -> View:
    """A face that fills the frame, from a little nearer all the time. Negative ``push`` draws back."""
    name, tone = TONES[place]

    def view(time: float, share: float) -> Image.Image:
        picture = ground(name).copy()
        expression = look if isinstance(look, Look) else look(time)
        layer = portrait(who, blinking(expression, time, blinks), tone)
        (layer.mirrored() if mirrored else layer).lay(picture, (0, 2.5 * math.sin(time * 1.7)))
        if name == "rain":
            rain(picture, time, 0.55)
        station.calm().lay(picture, visible=0.8)
        nearer = 1.02 + abs(push) * (share if push > 0 else 1 - share)
        return closer(picture, nearer, center, shake=shake, time=time)

    return view


def turning(first: Look, last: Look, at: float) -> Callable[[float], Look]:
    """One look, then from a moment on another."""
    return lambda time: first if time < at else last


def ringing_phone(caller: str, place: tuple[Color, Color], skin: Color = (190, 190, 214)) -> View:
    """A phone in somebody's hand that lights up and rings."""

    def view(time: float, share: float) -> Image.Image:
        picture = inserts.dusk(*place).copy()
        phones.ringing(picture, phones.phone(caller), time)
        inserts.gripping(skin).lay(picture, (1.5 * math.sin(time * 2), 0))
        return closer(picture, 1.02 + 0.07 * share, (270, 360))

    return view


def eye_view(skin: Color, dark: Color, light: Color, grows: float = 1.0) -> View:
    """An eye, in which a light comes nearer."""

    def view(time: float, share: float) -> Image.Image:
        picture = inserts.eye(skin, dark).copy()
        near = share * grows
        lamp = _eye_light(light)
        for side in (-1, 1):
            lamp.add(picture, (284 + side * (8 + 34 * near), 446), 0.25 + 0.75 * near)
        return closer(picture, 1 + 0.18 * share, (284, 462), shake=2 + 3 * near, time=time)

    return view


@cache
def _eye_light(color: Color) -> Light:
    return Light(60, color, 1.6)


def track(time: float, share: float) -> Image.Image:
    """A light in the tunnel that becomes a train."""
    picture = station.along_track().copy()
    near = share**2.2
    for side in (-1, 1):
        station.head_light().add(picture, (300 + side * (3 + 34 * near), 440 + 30 * near), 0.12 + 0.88 * share)
    glow = _tunnel_light()
    glow.add(picture, (300, 460), 0.2 + 0.8 * near)
    if share > 0.5:
        station.head_light().add(picture, (300, 640), (share - 0.5) * 1.2)
    rain(picture, time, 0.5 + 0.4 * share)
    station.calm().lay(picture, visible=0.6)
    return closer(picture, 1, shake=1 + 5 * near, time=time)


@cache
def _tunnel_light() -> Light:
    return Light(300, (220, 226, 255), 1.4)


def dial(first: float, last: float, tick_at: float) -> View:
    """The station's clock, close: the minute hand jumps once."""

    def view(time: float, share: float) -> Image.Image:
        picture = station.dial().copy()
        jump = between(time, tick_at, tick_at + 0.12)
        spring = 0.25 * math.sin((time - tick_at) * 40) * math.exp(-(time - tick_at) * 9) if time > tick_at else 0.0
        station.large_hands(picture, first + (last - first) * jump + spring)
        rain(picture, time, 0.5)
        return closer(picture, 1.03 + 0.06 * share, (270, 440))

    return view


def filled_aisle(time: float, faces: float, *, scarves: bool = True) -> Image.Image:
    """The aisle with somebody in a red scarf on every seat; ``faces`` says how many rows have turned round (0 to 1)."""
    picture = carriage.lit_aisle(time)
    for row in range(len(carriage.ROWS)):
        carriage.seat_row(row).lay(picture)
        turned = faces * (len(carriage.ROWS) + 1) - row
        for side in (-1, 1):
            place = 2 * row + (side > 0)
            hair: Color = mix((22, 16, 28), (206, 204, 214), min(1.0, (place * 5 % 12) / 11))
            layer, where = carriage.passenger(row, side, facing=turned >= 1, scarf=RED if scarves else INK, hair=hair)
            sway = 1.4 * math.sin(time * 3 + place) / carriage.ROWS[row]
            layer.lay(picture, (where[0], where[1] + sway))
    carriage.floor_shade().lay(picture)
    return picture


def empty_aisle(time: float, *, somebody: bool = False) -> Image.Image:
    """The aisle with empty seats, or with one who sits far away."""
    picture = carriage.lit_aisle(time)
    for row in range(len(carriage.ROWS)):
        carriage.seat_row(row).lay(picture)
        if somebody and row == 3:
            layer, where = carriage.passenger(3, 1, facing=False, scarf=RED, hair=(20, 14, 24))
            layer.lay(picture, (where[0] - 26, where[1] - 12))
    carriage.floor_shade().lay(picture)
    return picture


def in_window(picture: Image.Image, layer: Layer, at: Point, *, wet: bool = True) -> Image.Image:
    """Somebody behind a lit window, seen from the platform; the picture is what is behind them."""
    layer.lay(picture, at)
    carriage.window_outside().lay(picture)
    if wet:
        carriage.drops().lay(picture)
    return picture


def pair(time: float, left: Layer, right: Layer, ground_name: str, gap: float = 0.0) -> Image.Image:
    """Two in profile, face to face, dark before the light between them."""
    picture = ground(ground_name).copy()
    _between().add(picture, (270, 470), 0.95)
    breath = 2.5 * math.sin(time * 1.9)
    left.lay(picture, (-62 - gap, 330 + breath))
    right.mirrored().lay(picture, (242 + gap, 318 - breath))
    return picture


@cache
def _between() -> Light:
    return Light(360, (255, 190, 110), 1.7, flat=1.3)


@cache
def black() -> Image.Image:
    """Nothing."""
    return Image.new("RGB", FRAME, (3, 3, 8))
