"""The series' name, written in strokes of our own: no typeface is needed, and none is on every machine."""

from __future__ import annotations

from functools import cache
from typing import Final

from local.demo.brush import BONE, RED, Color, Layer, Point, Sketch, curve

_STROKES: Final[dict[str, list[list[Point]]]] = {
    "T": [[(0, 0), (4, 0)], [(2, 0), (2, 6)]],
    "H": [[(0, 0), (0, 6)], [(4, 0), (4, 6)], [(0, 3), (4, 3)]],
    "E": [[(4, 0), (0, 0), (0, 6), (4, 6)], [(0, 3), (3, 3)]],
    "L": [[(0, 0), (0, 6), (4, 6)]],
    "A": [[(0, 6), (2, 0), (4, 6)], [(0.8, 4), (3.2, 4)]],
    "S": [
        curve([(4, 1), (3, 0), (1, 0), (0, 1.5), (1, 2.8), (3, 3.3), (4, 4.6), (3, 6), (1, 6), (0, 5)], closed=False)
    ],
    "R": [
        [(0, 6), (0, 0), (2.6, 0)],
        curve([(2.6, 0), (4, 0.7), (4, 2.4), (2.6, 3), (0, 3)], closed=False),
        [(2, 3), (4, 6)],
    ],
    "I": [[(1, 0), (1, 6)]],
    "N": [[(0, 6), (0, 0), (4, 6), (4, 0)]],
}
"""Letters as lines in a field of 4 by 6."""

_WIDTHS: Final = {"I": 2.0, " ": 3.0}


@cache
def title(number: int) -> Layer:
    """THE LAST TRAIN, and as many strokes below it as the episode's number: 540 by 260."""
    sketch = Sketch(540, 260)
    for shift, color, alpha in ((2.5, (6, 6, 18), 150), (0.0, BONE, 255)):
        _write(sketch, ("THE", 30 + shift, 3.4), (color, alpha), shift)
        _write(sketch, ("LAST TRAIN", 84 + shift, 7.6), (color, alpha), shift)
    start = 270 - (number - 1) * 11
    for index in range(number):
        x = start + index * 22
        sketch.line([(x, 172), (x - 6, 204)], RED, 5)
    return sketch.finish()


def _write(sketch: Sketch, words: tuple[str, float, float], ink: tuple[Color, int], shift: float) -> None:
    text, top, unit = words
    gap = 1.9
    length = sum(_WIDTHS.get(letter, 4.0) + gap for letter in text) - gap
    x = 270 - length * unit / 2 + shift
    for letter in text:
        for stroke in _STROKES.get(letter, []):
            sketch.line([(x + a * unit, top + b * unit) for a, b in stroke], ink[0], unit * 0.62, ink[1])
        x += (_WIDTHS.get(letter, 4.0) + gap) * unit
