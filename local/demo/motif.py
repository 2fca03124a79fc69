"""The score's notes and chords, and the figures that come back in every episode."""

from __future__ import annotations

from typing import Final

from local.demo import synth
from local.demo.mixing import Mix

A2, A3, A4 = 110.0, 220.0, 440.0
B3, B4 = 246.94, 493.88
C4, C5 = 261.63, 523.25
D4, D5 = 293.66, 587.33
E3, E4, E5 = 164.81, 329.63, 659.26
F3, F4 = 174.61, 349.23
G4, G5 = 392.0, 783.99

MOTIF: Final = (E5, D5, A4, C5, B4)
HOME: Final = (E5, D5, A4, C5, A4)
"""The motif, and how it ends at last."""

A_MINOR: Final = (A2, E3, A3, C4)
F_MAJOR: Final = (F3 / 2, C4 / 2, F3, A3)
D_MINOR: Final = (D4 / 4, D4 / 2, F3, A3)
CLUSTER: Final = (A2, B3 / 2, E3, F3)
C_MAJOR: Final = (C4 / 2, G4 / 4, E3, G4 / 2, C4, E4)


def motif(mix: Mix, at: float, *, every: float = 0.52, level: float = 0.5, notes: tuple[float, ...] = MOTIF) -> None:
    """The motif: five notes of a muffled piano."""
    for index, note in enumerate(notes):
        mix.add(synth.key(note), at + index * every, level, side=-0.25 + 0.12 * index, room=0.5)


def hearts(mix: Mix, start: float, end: float, every: float, level: float = 0.9) -> None:
    """A heart, from a moment to another."""
    mix.repeat(synth.heart(), (start, end), every, level)


def rails(mix: Mix, start: float, end: float, every: float = 0.78, level: float = 0.32) -> None:
    """Wheels over the joints of the rails."""
    mix.repeat(synth.clack(), (start, end), every, level)


def steps(mix: Mix, start: float, end: float, every: float, level: float = 0.5) -> None:
    """Feet, left and right."""
    at, index = start, 0
    while at < end:
        mix.add(synth.step(index), at, level, side=0.2 if index % 2 else -0.2)
        at, index = at + every, index + 1


def calls(mix: Mix, start: float, end: float, level: float = 0.32) -> None:
    """A phone that rings, every second and a half."""
    at = start
    while at < end:
        mix.add(synth.buzz(), at, level * 0.9, room=0.1)
        mix.add(synth.ring(), at, level * 0.8, room=0.3)
        at += 1.5
