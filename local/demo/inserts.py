"""Things that are shown close: the phone, the photograph, a ticket, hands, an eye."""

from __future__ import annotations

import math
from functools import cache

from PIL import Image

from local.demo import people
from local.demo.brush import (
    BONE,
    FRAME,
    INK,
    RED,
    Color,
    Layer,
    Light,
    Point,
    Sketch,
    curve,
    gradient,
    mix,
    moved,
)


@cache
def dusk(top: Color, bottom: Color) -> Image.Image:
    """A plain ground that darkens downwards, with a soft light in its middle."""
    picture = gradient(FRAME, [(0, top), (0.6, bottom), (1, mix(bottom, INK, 0.75))])
    Light(420, mix(top, (255, 255, 255), 0.2), 1.8).add(picture, (270, 400), 0.35)
    return picture


@cache
def gripping(skin: Color, sleeve: Color = INK) -> Layer:
    """A hand from below that holds something 300 wide in the middle of the frame: thumb and fingers."""
    sketch = Sketch()
    dark = mix(skin, INK, 0.5)
    sketch.blob([(400, 620), (470, 640), (520, 760), (560, 990), (180, 990), (230, 860), (300, 780), (380, 720)], dark)
    for index, y in enumerate((420, 490, 560, 626)):
        sketch.blob(
            [(392, y), (432, y - 6), (452, y + 22), (440, y + 48), (396, y + 50)], mix(skin, dark, 0.25 + index * 0.1)
        )
    sketch.blob(
        [(112, 470), (136, 462), (156, 490), (160, 560), (190, 700), (290, 800), (220, 900), (120, 800), (104, 640)],
        skin,
    )
    sketch.blob([(116, 474), (134, 468), (148, 486), (146, 510), (120, 512)], mix(skin, (255, 255, 255), 0.35))
    sketch.polygon([(90, 880), (560, 800), (600, 1000), (60, 1000)], sleeve)
    sketch.line([(90, 880), (560, 800)], mix(sleeve, skin, 0.3), 5)
    return sketch.finish()


@cache
def photograph() -> Layer:
    """Two who stand close, ten years ago: 360 by 440."""
    sketch = Sketch(360, 440)
    sketch.box((8, 10, 356, 438), INK, radius=6, alpha=120)
    sketch.box((0, 0, 346, 426), BONE, radius=4)
    sketch.box((18, 18, 328, 340), (222, 150, 104))
    sketch.box((18, 230, 328, 340), (140, 84, 74))
    sketch.dot((250, 120), 46, (255, 224, 160))
    picture = sketch.finish().image
    him = people.figure(people.ELIAS, people.Pose(arm="reach"), (255, 214, 160)).image
    her = people.figure(people.MARA, people.STILL, (255, 214, 160)).image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    for image, left in ((him, 22), (her, 92)):
        picture.alpha_composite(image.crop((0, 0, 240, 302)), (left, 38))
    return Layer(picture)


@cache
def ticket(*, punched: bool) -> Layer:
    """A ticket without words: a train's window, and a red scarf in it; with a hole once it is punched. 380 by 250."""
    sketch = Sketch(380, 250)
    sketch.box((6, 10, 378, 250), INK, radius=14, alpha=120)
    sketch.box((0, 0, 368, 238), (246, 232, 200), radius=12)
    sketch.box((12, 12, 356, 226), (160, 50, 56), radius=8)
    sketch.box((15, 15, 353, 223), (250, 238, 210), radius=6)
    for y in range(24, 220, 15):
        sketch.dot((270, y), 3, (160, 50, 56))
    sketch.box((36, 44, 236, 164), (34, 50, 84), radius=16)
    sketch.box((44, 52, 228, 156), (255, 204, 130), radius=11)
    sketch.blob([(136, 64), (164, 78), (168, 116), (158, 128), (114, 128), (104, 116), (108, 78)], INK)
    sketch.polygon([(100, 156), (112, 134), (160, 134), (172, 156)], INK)
    sketch.box((112, 122, 160, 138), RED, radius=6)
    sketch.line([(36, 188), (236, 188)], (160, 50, 56), 4)
    for x in range(44, 236, 22):
        sketch.line([(x, 182), (x, 202)], (160, 50, 56), 3)
    sketch.dot((312, 70), 20, (160, 50, 56))
    sketch.dot((312, 70), 14, (250, 238, 210))
    sketch.line([(312, 70), (312, 60)], (160, 50, 56), 3)
    sketch.line([(312, 70), (320, 74)], (160, 50, 56), 3)
    image = sketch.finish().image
    if punched:
        hole = Sketch(380, 250)
        star: list[Point] = []
        for corner in range(10):
            angle, radius = corner * math.pi / 5, 22 if corner % 2 else 11
            star.append((314 + radius * math.sin(angle), 160 - radius * math.cos(angle)))
        hole.polygon(star, (18, 12, 20))
        image.alpha_composite(hole.finish().image)
    return Layer(image)


@cache
def hand(skin: Color, sleeve: Color) -> Layer:
    """An open hand that reaches in from the left: 420 by 300, its palm at (300, 140)."""
    sketch = Sketch(420, 300)
    dark = mix(skin, INK, 0.45)
    sketch.polygon([(-10, 110), (180, 100), (200, 210), (-10, 250)], sleeve)
    palm: list[Point] = [(170, 112), (250, 96), (310, 108), (330, 150), (300, 196), (230, 208), (172, 198)]
    sketch.blob(palm, skin)
    fingers = (
        ((300, 112), (392, 92), 24),
        ((316, 132), (410, 126), 25),
        ((312, 156), (400, 162), 24),
        ((296, 180), (368, 196), 21),
    )
    for start, end, width in fingers:
        sketch.line([start, end], skin, width)
        sketch.line([(start[0] + 6, start[1] + 10), (end[0] - 4, end[1] + 9)], dark, 3, 150)
    sketch.line([(236, 112), (268, 66), (306, 52)], skin, 25)
    sketch.bow([(190, 196), (240, 202), (296, 190)], dark, 5, 160)
    return sketch.finish()


@cache
def palm_on_glass(skin: Color) -> Layer:
    """A palm pressed against a pane: 260 by 320."""
    sketch = Sketch(260, 320)
    sketch.blob([(70, 170), (128, 150), (186, 172), (192, 240), (160, 300), (100, 300), (66, 240)], skin)
    for start, end in (
        ((84, 180), (58, 70)),
        ((112, 168), (104, 34)),
        ((144, 168), (152, 36)),
        ((172, 182), (198, 74)),
    ):
        sketch.line([start, end], skin, 27)
        sketch.dot(end, 15, mix(skin, (255, 255, 255), 0.3))
    sketch.line([(86, 250), (40, 210), (22, 176)], skin, 27)
    sketch.blob([(96, 200), (128, 190), (160, 204), (160, 260), (128, 280), (98, 258)], mix(skin, INK, 0.1))
    return sketch.finish()


@cache
def eye(skin: Color, dark: Color) -> Image.Image:
    """One eye, as large as the frame, without its iris's light."""
    picture = gradient(FRAME, [(0, mix(skin, dark, 0.75)), (0.42, skin), (0.62, mix(skin, dark, 0.3)), (1, dark)])
    sketch = Sketch()
    sketch.blob(
        [(-40, 330), (150, 250), (330, 226), (600, 300), (600, 260), (330, 160), (120, 196), (-40, 280)],
        mix((24, 18, 32), dark, 0.3),
    )
    almond: list[Point] = [
        (26, 500),
        (150, 396),
        (290, 362),
        (420, 398),
        (520, 492),
        (420, 556),
        (280, 584),
        (140, 560),
    ]
    inner = Sketch()
    inner.blob(almond, mix(skin, (255, 255, 255), 0.62))
    ball = Sketch()
    ball.over(inner)
    ball.dot((284, 462), 118, (30, 52, 64))
    ball.dot((284, 462), 104, (58, 96, 110))
    for spoke in range(40):
        angle = spoke * math.pi / 20
        ball.line(
            [(284 + radius * math.cos(angle), 462 + radius * math.sin(angle)) for radius in (52, 98)], (34, 62, 76), 3
        )
    ball.dot((284, 462), 54, (8, 9, 16))
    ball.blob([(10, 480), (150, 376), (290, 340), (430, 376), (530, 480), (430, 440), (290, 408), (150, 440)], INK, 130)
    ball.within(inner)
    sketch.over(ball)
    sketch.bow(almond[:5], (12, 9, 18), 17)
    for x, y, lean in (
        (120, 416, -30),
        (180, 386, -20),
        (240, 368, -8),
        (300, 362, 4),
        (360, 374, 16),
        (420, 400, 30),
        (470, 436, 40),
    ):
        sketch.bow([(x, y), (x + lean * 0.6, y - 30), (x + lean * 1.6, y - 54)], (12, 9, 18), 6)
    sketch.bow([almond[4], almond[5], almond[6], almond[7], almond[0]], mix(dark, INK, 0.2), 5)
    sketch.bow([(60, 430), (160, 346), (290, 312), (430, 344), (520, 420)], mix(skin, dark, 0.7), 6)
    sketch.finish().lay(picture)
    return picture


@cache
def pillar(*, near: bool) -> Layer:
    """An iron pillar of the station's roof: 150 by 960."""
    sketch = Sketch(150, 960)
    iron: Color = (14, 10, 26) if near else (26, 22, 48)
    sketch.box((40, 0, 110, 960), iron)
    sketch.box((96, 0, 110, 960), mix(iron, (255, 190, 150), 0.3))
    sketch.polygon(curve([(-10, 0), (40, 150), (40, 0)], steps=4), iron)
    sketch.polygon(moved([(110, 0), (110, 160), (150, 0)], 0), iron)
    for y in (220, 640):
        sketch.box((30, y, 120, y + 26), mix(iron, (255, 190, 150), 0.1), radius=6)
    for y in (300, 420, 540):
        sketch.dot((75, y), 5, mix(iron, (255, 190, 150), 0.2))
    return sketch.finish()
