"""Episode 1, *The Platform*: a station at night, and a train that has not run for ten years."""

from __future__ import annotations

import math
import random
from typing import Final

from PIL import Image

from local.demo import people
from local.demo.brush import (
    HEIGHT,
    WIDTH,
    Color,
    Layer,
    Sketch,
    add_light,
    between,
    caption,
    glow,
    gradient,
    shown,
    spaced,
)

SECONDS: Final = 10.0
WARM: Final[Color] = (255, 206, 128)
FLOOR_Y: Final = 716
DOOR_X: Final = 640
"""Where the door is on the train, from its front."""

STOP_X: Final = 300 - DOOR_X
"""Where the train's front is when it stands: its door is then beside Mara."""


class Station:
    """Everything that does not change is drawn once; ``frame`` puts a moment together."""

    def __init__(self) -> None:
        self._chance = random.Random(58)
        self._backdrop = self._make_backdrop()
        self._train = self._make_train()
        self._leaf = self._make_leaf()
        self._inside = self._make_inside()
        self._floor = self._make_floor()
        self._mara = people.mara_standing()
        self._him = people.man_in_door()
        self._fog = self._make_fog()
        self._lamp = glow(170, (255, 196, 120), 0.62, 2.4)
        self._beam = glow(300, (255, 238, 200), 1.0, 2.2)
        self._door_light = glow(260, (255, 190, 110), 0.9, 1.8)
        self._title = spaced("THE LAST TRAIN", 45, (252, 246, 232), 7)
        self._subtitle = spaced("1  THE PLATFORM", 19, (238, 200, 150), 5)
        self._more = spaced("TO BE CONTINUED", 24, (252, 246, 232), 6)
        self._captions = (
            (0.5, 3.0, caption(["Every night at 23:58", "Mara waits for his train."])),
            (3.2, 5.6, caption(["Ten years ago it took him away.", "It has not run since."])),
            (5.9, 7.5, caption(["Tonight it stopped."])),
            (7.8, 10.4, caption(["He has not aged a day."], 34, (255, 226, 190))),
        )

    def frame(self, time: float) -> Image.Image:
        """The picture at a moment."""
        picture = self._backdrop.copy()
        self._clock(picture, time)
        arrival = between(time, 1.6, 5.6)
        front = WIDTH + 330 + (STOP_X - WIDTH - 330) * (1 - (1 - arrival) ** 1.6)
        opening = between(time, 6.5, 7.7)
        if front < WIDTH + 320:
            self._draw_train(picture, front, opening)
        self._floor.lay(picture, (0, FLOOR_Y))
        for x in (92, 452):
            add_light(picture, self._lamp, (x, 404), 0.92 + 0.08 * math.sin(time * 3 + x))
        add_light(picture, self._beam, (front - 6, 628), 1.15 * shown(time, 1.0, 6.2, 1.2))
        add_light(picture, self._door_light, (front + DOOR_X, 770), 0.55 * opening)
        self._draw_mara(picture, time, arrival)
        self._fog.lay(picture, (-260 + time * 13, 640), 0.5)
        picture = self._closer(picture, between(time, 6.9, 9.6))
        self._words(picture, time)
        return picture

    def _words(self, picture: Image.Image, time: float) -> None:
        title = 1 - between(time, 2.5, 3.0)
        self._title.lay(picture, ((WIDTH - self._title.width) / 2, 218), title)
        self._subtitle.lay(picture, ((WIDTH - self._subtitle.width) / 2, 296), title)
        for first, last, words in self._captions:
            words.lay(picture, (0, 884 - words.height / 2), shown(time, first, last))
        self._more.lay(picture, ((WIDTH - self._more.width) / 2, 116), between(time, 8.9, 9.4))

    def _closer(self, picture: Image.Image, part: float) -> Image.Image:
        """The camera moves towards the door."""
        if not part:
            return picture
        scale = 1 + 0.5 * part
        width, height = WIDTH / scale, HEIGHT / scale
        left, top = (276 - width / 2) * part, (640 - height / 2) * part
        left = min(max(0.0, left), WIDTH - width)
        box = (left, top, left + width, top + height)
        return picture.resize((WIDTH, HEIGHT), Image.Resampling.BILINEAR, box=box)

    def _draw_mara(self, picture: Image.Image, time: float, arrival: float) -> None:
        wind = 0.25 + 0.75 * shown(time, 2.2, 6.4, 1.4)
        turn = 3 * math.sin(time * 0.9) + 6 * arrival
        people.scarf(time, wind).lay(picture, (90 + turn - 84, 566))
        self._mara.lay(picture, (90 + turn, 530))

    def _draw_train(self, picture: Image.Image, front: float, opening: float) -> None:
        self._train.lay(picture, (front - 40, 446))
        door = front + DOOR_X
        if -200 < door < WIDTH + 200:
            self._inside.lay(picture, (door - 52, 486), 1.0)
            if opening:
                add_light(picture, self._door_light, (door, 590), 0.8 * opening)
                self._him.lay(picture, (door - 50, 494), min(1.0, opening * 1.5))
            for side in (-1, 1):
                shift = side * (26 + 48 * opening)
                self._leaf.lay(picture, (door + shift - 26, 486))

    def _make_backdrop(self) -> Image.Image:
        stops: list[tuple[float, Color]] = [
            (0, (7, 10, 32)),
            (0.42, (25, 30, 82)),
            (0.68, (84, 58, 118)),
            (1, (142, 84, 112)),
        ]
        sky = gradient((WIDTH, HEIGHT), stops)
        for _ in range(150):
            x, y = self._chance.uniform(0, WIDTH), self._chance.uniform(0, 520)
            size = self._chance.choice((2, 2, 3, 3, 5))
            add_light(sky, glow(size, (220, 226, 255), 1.0, 1.2), (x, y), 1 - y / 640)
        add_light(sky, glow(210, (150, 160, 220), 0.6, 2.0), (410, 150))
        moon = Sketch(120, 120)
        moon.ellipse((10, 10, 110, 110), (246, 240, 222))
        for x, y, radius in ((44, 40, 13), (72, 66, 17), (48, 78, 8), (80, 36, 7)):
            moon.ellipse((x - radius, y - radius, x + radius, y + radius), (224, 216, 202), 170)
        moon.finish(0.4).lay(sky, (350, 90))
        self._skyline(sky, 560, (52, 44, 96), 0.16, (52, 120))
        self._skyline(sky, 612, (28, 28, 66), 0.34, (60, 150))
        return self._furniture(sky)

    def _skyline(self, sky: Image.Image, base: float, color: Color, lit: float, heights: tuple[int, int]) -> None:
        sketch = Sketch(WIDTH, HEIGHT)
        x = -20.0
        while x < WIDTH:
            width, height = self._chance.uniform(34, 76), self._chance.uniform(*heights)
            sketch.box((x, base - height, x + width, HEIGHT), color)
            for row in range(int(height // 14)):
                for column in range(int(width // 12)):
                    if self._chance.random() < lit:
                        left, top = x + 5 + column * 12, base - height + 8 + row * 14
                        sketch.box((left, top, left + 5, top + 7), (238, 190, 120), alpha=190)
            x += width + self._chance.uniform(-2, 12)
        sketch.finish().lay(sky, (0, 0))

    def _furniture(self, sky: Image.Image) -> Image.Image:
        """The track bed, two lamps and the clock's arm."""
        sketch = Sketch(WIDTH, HEIGHT)
        iron: Color = (14, 15, 32)
        sketch.box((0, 690, WIDTH, HEIGHT), (18, 18, 38))
        sketch.box((0, 700, WIDTH, 703), (92, 92, 130))
        for x in (92, 452):
            sketch.box((x - 4, 400, x + 4, 720), iron)
            sketch.box((x - 12, 690, x + 12, 720), iron, radius=3)
            sketch.polygon([(x - 30, 396), (x + 30, 396), (x + 16, 374), (x - 16, 374)], iron)
            sketch.ellipse((x - 14, 388, x + 14, 412), (255, 226, 170))
        sketch.box((266, 0, 274, 40), iron)
        sketch.ellipse((206, 36, 334, 164), iron)
        sketch.ellipse((215, 45, 325, 155), (240, 232, 210))
        for hour in range(12):
            angle = math.radians(hour * 30)
            inner = 44 if hour % 3 else 38
            outer_point = (270 + 50 * math.sin(angle), 100 - 50 * math.cos(angle))
            sketch.line([(270 + inner * math.sin(angle), 100 - inner * math.cos(angle)), outer_point], iron, 3)
        sketch.finish().lay(sky, (0, 0))
        add_light(sky, glow(140, (120, 110, 90), 0.5, 2.0), (270, 100))
        return sky

    def _clock(self, picture: Image.Image, time: float) -> None:
        """The hands: 23:58 at first, midnight when the door opens."""
        minutes = -2 + 2 * between(time, 2.0, 6.6)
        sketch = Sketch(110, 110)
        for angle, length, width in ((minutes * 6, 42, 4), (minutes * 0.5, 28, 6)):
            turned = math.radians(angle)
            sketch.line(
                [(55, 55), (55 + length * math.sin(turned), 55 - length * math.cos(turned))], (30, 26, 40), width
            )
        sketch.ellipse((50, 50, 60, 60), (190, 40, 50))
        sketch.finish().lay(picture, (215, 45))

    def _make_floor(self) -> Layer:
        sketch = Sketch(WIDTH, HEIGHT - FLOOR_Y)
        sketch.box((0, 0, WIDTH, 14), (96, 92, 112))
        sketch.box((0, 14, WIDTH, HEIGHT), (48, 46, 70))
        sketch.box((0, 22, WIDTH, 31), (222, 180, 70))
        for row, y in enumerate((31, 62, 104, 160)):
            sketch.box((0, y, WIDTH, y + 1.6), (36, 34, 56))
            for column in range(-6, 8):
                x = 270 + (column + 0.5 * (row % 2)) * (70 + row * 26)
                sketch.line([(x, y), (x + (x - 270) * 0.13, y + 34 + row * 9)], (36, 34, 56), 1.4)
        floor = sketch.finish().image
        shade = gradient(
            (WIDTH, HEIGHT - FLOOR_Y), [(0, (0, 0, 0)), (0.35, (70, 70, 70)), (1, (205, 205, 205))]
        ).convert("L")
        dark = Image.new("RGBA", floor.size, (10, 10, 26, 0))
        dark.putalpha(shade)
        return Layer(Image.alpha_composite(floor, dark))

    def _make_train(self) -> Layer:
        """The whole train, 1,500 long; its front is 40 from the left."""
        sketch = Sketch(1500, 290)
        body: Color = (34, 58, 84)
        sketch.polygon([(40, 250), (52, 120), (92, 40), (140, 24), (1500, 24), (1500, 250)], body)
        sketch.polygon([(92, 40), (140, 24), (1500, 24), (1500, 36), (136, 36)], (64, 92, 120))
        sketch.polygon([(41, 236), (44, 204), (1500, 204), (1500, 236)], (158, 54, 58))
        sketch.box((44, 198, 1500, 203), (236, 214, 170))
        sketch.polygon([(64, 112), (98, 56), (136, 52), (136, 112)], (150, 190, 210))
        sketch.polygon([(64, 112), (98, 56), (108, 55), (80, 112)], (206, 230, 238))
        sketch.ellipse((48, 168, 76, 196), (255, 246, 214))
        for start in (170, 300, 430, 790, 920, 1050, 1180, 1310):
            sketch.box((start - 4, 58, start + 104, 142), (22, 38, 58), radius=12)
            sketch.box((start, 62, start + 100, 138), (255, 214, 140), radius=9)
            sketch.box((start, 62, start + 100, 82), (255, 232, 178), radius=9)
            sketch.box((start + 48, 62, start + 52, 138), (22, 38, 58))
            if self._chance.random() < 0.6:
                left = start + self._chance.choice((12, 60))
                sketch.ellipse((left, 88, left + 22, 114), (120, 74, 60))
                sketch.box((left - 6, 110, left + 28, 138), (120, 74, 60), radius=8)
        for start in (110, 250, 520, 800, 960, 1200, 1400):
            sketch.ellipse((start, 228, start + 50, 278), (14, 14, 26))
            sketch.ellipse((start + 15, 243, start + 35, 263), (70, 74, 92))
        sketch.box((60, 246, 1500, 256), (18, 22, 38))
        return sketch.finish()

    def _make_inside(self) -> Layer:
        sketch = Sketch(104, 210)
        sketch.box((0, 0, 104, 210), (22, 38, 58), radius=8)
        sketch.box((5, 5, 99, 210), (255, 196, 112), radius=6)
        sketch.box((5, 5, 99, 70), (255, 224, 160), radius=6)
        sketch.polygon([(5, 210), (99, 210), (80, 150), (24, 150)], (226, 150, 84))
        return sketch.finish()

    def _make_leaf(self) -> Layer:
        sketch = Sketch(52, 210)
        sketch.box((0, 0, 51, 210), (46, 74, 102), radius=3)
        sketch.box((9, 18, 43, 104), (255, 214, 140), radius=6)
        sketch.box((0, 158, 51, 190), (158, 54, 58))
        sketch.box((0, 152, 51, 157), (236, 214, 170))
        return sketch.finish()

    def _make_fog(self) -> Layer:
        sketch = Sketch(1000, 200)
        for _ in range(38):
            x, y = self._chance.uniform(40, 960), self._chance.uniform(70, 140)
            wide, high = self._chance.uniform(60, 150), self._chance.uniform(12, 30)
            sketch.ellipse((x - wide, y - high, x + wide, y + high), (186, 180, 214), 34)
        return sketch.finish(11)
