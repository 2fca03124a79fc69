"""Episode 2, *The Conductor*: inside the train, what the ten years were."""

from __future__ import annotations

import math
import random
from typing import Final

from PIL import Image, ImageDraw

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
    letters,
    shown,
    spaced,
)

SECONDS: Final = 10.0
WINDOW: Final = (62, 168, 478, 520)
VIEW: Final = (WINDOW[2] - WINDOW[0], WINDOW[3] - WINDOW[1])


class Carriage:
    """Everything that does not change is drawn once; ``frame`` puts a moment together."""

    def __init__(self) -> None:
        self._chance = random.Random(10)
        night: list[tuple[float, Color]] = [(0, (9, 12, 40)), (0.6, (40, 42, 104)), (1, (96, 70, 128))]
        dawn: list[tuple[float, Color]] = [
            (0, (92, 130, 190)),
            (0.45, (246, 182, 150)),
            (0.8, (255, 222, 160)),
            (1, (255, 236, 190)),
        ]
        self._night = self._with_stars(gradient(VIEW, night))
        self._dawn = gradient(VIEW, dawn)
        self._hills = [self._make_hills(150, (44, 42, 92), 62), self._make_hills(210, (24, 24, 58), 46)]
        self._morning_hills = [self._make_hills(150, (206, 140, 138), 62), self._make_hills(210, (132, 88, 110), 46)]
        self._town = self._make_town()
        self._pole = self._make_pole()
        self._room = self._make_room()
        self._seats = self._make_seats()
        self._dusk = self._make_dusk()
        self._mara = people.mara_sitting((150, 96, 84))
        self._him = people.man_sitting((150, 96, 84))
        self._ticket = self._make_ticket()
        self._lamp = glow(230, (255, 186, 104), 0.75, 2.0)
        self._sun = glow(240, (255, 214, 140), 1.0, 1.9)
        self._moon_light = glow(120, (150, 160, 220), 0.7, 2.0)
        self._moon = self._make_moon()
        self._title = spaced("THE LAST TRAIN", 30, (252, 246, 232), 6)
        self._subtitle = spaced("2  THE CONDUCTOR", 18, (238, 200, 150), 5)
        self._end = spaced("THE END OF THE LINE", 27, (255, 246, 228), 5)
        self._captions = (
            (0.3, 2.5, caption(["“Am I late?” he asked.", "“Ten minutes, at the most.”"])),
            (2.7, 4.7, caption(["“Ten years,” said Mara."], 34)),
            (4.9, 7.4, caption(["“I know. I was keeping", "your seat.”"])),
            (7.7, 10.4, caption(["The last train only ever", "leaves with two."], 32, (255, 236, 206))),
        )

    def frame(self, time: float) -> Image.Image:
        """The picture at a moment."""
        picture = self._room.copy()
        morning = between(time, 6.9, 9.0)
        shake = 1.6 * math.sin(time * 9) + 0.8 * math.sin(time * 23)
        picture.paste(self._view(time, morning), (WINDOW[0], round(WINDOW[1] + shake * 0.5)))
        self._seats.lay(picture, (0, shake * 0.3))
        add_light(picture, self._sun, (270, 360), 0.75 * morning)
        add_light(picture, self._lamp, (270, 590), 0.9 + 0.1 * math.sin(time * 7) - 0.3 * morning)
        nearer = 14 * morning
        self._mara.lay(picture, (12 + nearer, 408 + shake))
        self._him.lay(picture, (300 - nearer, 388 + 1.6 * math.sin(time * 9 + 1)))
        self._dusk.lay(picture, (0, 0))
        self._show_ticket(picture, time)
        self._words(picture, time)
        return picture

    def _words(self, picture: Image.Image, time: float) -> None:
        title = 1 - between(time, 2.3, 2.8)
        self._title.lay(picture, ((WIDTH - self._title.width) / 2, 46), title)
        self._subtitle.lay(picture, ((WIDTH - self._subtitle.width) / 2, 100), title)
        for first, last, words in self._captions:
            words.lay(picture, (0, 888 - words.height / 2), shown(time, first, last))
        self._end.lay(picture, ((WIDTH - self._end.width) / 2, 62), between(time, 8.7, 9.3))

    def _show_ticket(self, picture: Image.Image, time: float) -> None:
        """The tickets, held up and taken away again."""
        up = shown(time, 5.0, 7.5, 0.7)
        if up:
            tilt = 7 * (1 - up) - 4 + 1.2 * math.sin(time * 2)
            turned = self._ticket.image.rotate(tilt, Image.Resampling.BICUBIC, expand=True)
            Layer(turned).lay(picture, ((WIDTH - turned.width) / 2, 960 - 520 * up))

    def _view(self, time: float, morning: float) -> Image.Image:
        """What passes outside: the farther, the slower."""
        view = Image.blend(self._night, self._dawn, morning)
        add_light(view, self._moon_light, (306, 92), 1 - morning)
        self._moon.lay(view, (270, 56), 1 - between(morning, 0, 0.6))
        for index, (dark, light) in enumerate(zip(self._hills, self._morning_hills, strict=True)):
            shift = -(time * (34 + 62 * index)) % VIEW[0]
            for copy in (0, 1):
                at = (shift - VIEW[0] * copy, 0)
                dark.lay(view, at)
                light.lay(view, at, morning)
            if index == 0:
                self._town.lay(view, (-(time * 60) % (VIEW[0] * 2) - VIEW[0], 0), 1 - morning)
        for copy in range(3):
            self._pole.lay(view, ((-(time * 560) + copy * 470) % 1410 - 200, 0))
        return view

    def _with_stars(self, sky: Image.Image) -> Image.Image:
        for _ in range(70):
            place = (self._chance.uniform(0, VIEW[0]), self._chance.uniform(0, 190))
            add_light(sky, glow(self._chance.choice((2, 2, 3)), (220, 226, 255), 1.0, 1.2), place)
        return sky

    def _make_moon(self) -> Layer:
        sketch = Sketch(72, 72)
        sketch.ellipse((4, 4, 68, 68), (246, 240, 222))
        for x, y, radius in ((26, 26, 8), (46, 42, 10), (28, 50, 5)):
            sketch.ellipse((x - radius, y - radius, x + radius, y + radius), (224, 216, 202), 170)
        return sketch.finish(0.3)

    def _make_hills(self, base: float, color: Color, height: float) -> Layer:
        """A ridge whose right end fits its left."""
        sketch = Sketch(*VIEW)
        ridge: list[tuple[float, float]] = []
        for step in range(61):
            angle = step / 60 * 2 * math.pi
            wave = math.sin(angle + base) * 0.5 + math.sin(3 * angle + base * 2) * 0.3 + math.sin(7 * angle) * 0.12
            ridge.append((VIEW[0] * step / 60, base + 50 - height * wave))
        sketch.polygon([(0, VIEW[1]), *ridge, (VIEW[0], VIEW[1])], color)
        return sketch.finish()

    def _make_town(self) -> Layer:
        sketch = Sketch(VIEW[0], VIEW[1])
        for _ in range(70):
            x, y = self._chance.uniform(40, VIEW[0] - 40), self._chance.uniform(196, 246)
            sketch.ellipse(
                (x, y, x + 4, y + 4), self._chance.choice(((255, 206, 130), (255, 176, 104), (214, 226, 255))), 230
            )
        return sketch.finish(0.3)

    def _make_pole(self) -> Layer:
        sketch = Sketch(80, VIEW[1])
        sketch.box((34, 0, 46, VIEW[1]), (12, 12, 26), alpha=220)
        sketch.box((6, 40, 74, 48), (12, 12, 26), alpha=220)
        return sketch.finish(3)

    def _make_room(self) -> Image.Image:
        stops: list[tuple[float, Color]] = [(0, (58, 28, 30)), (0.5, (96, 48, 42)), (1, (38, 20, 26))]
        room = gradient((WIDTH, HEIGHT), stops)
        sketch = Sketch(WIDTH, HEIGHT)
        brass: Color = (196, 148, 82)
        sketch.box((0, 0, WIDTH, 26), (40, 20, 24))
        sketch.box((0, 26, WIDTH, 30), brass)
        for x in range(-20, WIDTH, 60):
            sketch.box((x, 30, x + 1.6, HEIGHT), (66, 32, 32))
        sketch.box((40, 146, 500, 542), (52, 26, 26), radius=34)
        sketch.box((46, 152, 494, 536), brass, radius=30)
        sketch.box((52, 158, 488, 530), (40, 20, 22), radius=26)
        sketch.finish().lay(room, (0, 0))
        return room

    def _make_seats(self) -> Layer:
        """The curtains and the window's lower edge before the view, then the seats and the table."""
        sketch = Sketch(WIDTH, HEIGHT)
        velvet: Color = (112, 30, 44)
        dark: Color = (74, 18, 32)
        for left, right, inner in ((50, 120, 92), (490, 420, 448)):
            sketch.polygon(
                [(left, 158), (right, 158), (inner, 330), (right - (right - left) * 0.3, 532), (left, 532)], velvet
            )
            for fold in (0.25, 0.5, 0.75):
                x = left + (right - left) * fold
                sketch.line([(x, 160), (left + (inner - left) * fold, 330), (left + (x - left) * 0.7, 530)], dark, 2.4)
        sketch.box((40, 520, 500, 544), (66, 34, 32), radius=6)
        sketch.box((40, 520, 500, 526), (196, 148, 82), radius=3)
        for left, right in ((-60, 150), (390, 600)):
            sketch.box((left, 430, right, 1000), velvet, radius=40)
            sketch.box((left + 12, 446, right - 12, 640), (134, 40, 54), radius=32)
            for y in (500, 560, 620):
                sketch.ellipse(((left + right) / 2 - 5, y - 5, (left + right) / 2 + 5, y + 5), dark)
        sketch.box((186, 664, 354, 682), (120, 72, 48), radius=6)
        sketch.box((258, 682, 282, 860), (72, 42, 34))
        sketch.box((262, 622, 278, 664), (196, 148, 82))
        sketch.polygon([(234, 624), (306, 624), (290, 574), (250, 574)], (255, 214, 150))
        return sketch.finish()

    def _make_dusk(self) -> Layer:
        """The dark of the floor, in which the words stand."""
        shade = gradient(
            (WIDTH, HEIGHT), [(0, (0, 0, 0)), (0.55, (0, 0, 0)), (0.86, (176, 176, 176)), (1, (226, 226, 226))]
        )
        dusk = Image.new("RGBA", (WIDTH, HEIGHT), (16, 8, 16, 0))
        dusk.putalpha(shade.convert("L"))
        return Layer(dusk)

    def _make_ticket(self) -> Layer:
        sketch = Sketch(340, 212)
        sketch.box((6, 8, 338, 210), (10, 6, 14), radius=12, alpha=110)
        sketch.box((0, 0, 332, 204), (244, 230, 198), radius=10)
        sketch.box((10, 10, 322, 194), (170, 60, 58), radius=7)
        sketch.box((12, 12, 320, 192), (248, 236, 208), radius=6)
        for y in range(22, 190, 14):
            sketch.ellipse((238, y, 243, y + 5), (170, 60, 58))
        card = sketch.finish().image
        ink: Color = (74, 34, 44)
        rows = (
            ("THE LAST TRAIN", 19, 26, ink),
            ("TWO PASSENGERS", 23, 66, (170, 44, 50)),
            ("ONE WAY", 19, 104, ink),
            ("TO THE MORNING", 19, 136, ink),
        )
        for words, size, y, color in rows:
            card.alpha_composite(_printed(words, size, color), (26, y))
        card.alpha_composite(_printed("00:00", 22, ink), (250, 84))
        return Layer(card)


def _printed(words: str, size: int, color: Color) -> Image.Image:
    image = Image.new("RGBA", (round(letters(size).getlength(words)) + 4, size * 2))
    ImageDraw.Draw(image).text((0, 0), words, font=letters(size), fill=(*color, 255))
    return image
