"""The films' instruments: oscillators, shaped noise, envelopes. Mono samples at 48 kHz, about between -1 and 1."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

RATE: Final = 48_000
LOOP_S: Final = 6
Samples = NDArray[np.float32]

Points = Sequence[tuple[float, float]]
"""A level at each of some moments, in seconds."""


def _samples(values: Any) -> Samples:
    return np.asarray(values, dtype=np.float32)


def times(seconds: float) -> Samples:
    """The moment of each sample."""
    return _samples(np.arange(round(seconds * RATE), dtype=np.float32) / RATE)


def ramp(seconds: float, points: Points) -> Samples:
    """A level that moves in straight lines."""
    moments = times(seconds)
    return _samples(np.interp(moments, [at for at, _ in points], [level for _, level in points]))


@cache
def noise(low: float, high: float, seed: int = 1) -> Samples:
    """Noise between two frequencies, as a loop of 6 s that fits on itself; its loudness (RMS) is 0.25."""
    count = LOOP_S * RATE
    pitch = np.fft.rfftfreq(count, 1 / RATE)
    shape = 1 / (1 + (pitch / high) ** 4) * (pitch / low) ** 2 / (1 + (pitch / low) ** 2)
    white = np.random.default_rng(seed).standard_normal(count).astype(np.float32)
    loop = np.fft.irfft(np.fft.rfft(white) * shape, count)
    return _samples(loop / np.sqrt(np.mean(loop**2)) * 0.25)


def hiss(seconds: float, low: float, high: float, seed: int = 1) -> Samples:
    """Noise between two frequencies, as long as wanted."""
    count = round(seconds * RATE)
    return _samples(np.resize(noise(low, high, seed), count))


def tone(seconds: float, pitch: float, *, bend: float = 0.0) -> Samples:
    """A sine that rises by ``bend`` hertz a second."""
    moments = times(seconds)
    return _samples(np.sin(2 * np.pi * (pitch + bend / 2 * moments) * moments))


def pad(seconds: float, notes: Sequence[float]) -> Samples:
    """A soft chord: each note twice, a hair apart, with an overtone."""
    moments = times(seconds)
    total = np.zeros_like(moments)
    for note in notes:
        for detune in (0.9965, 1.0035):
            phase = 2 * np.pi * note * detune * moments
            total += np.sin(phase) + 0.22 * np.sin(2 * phase) + 0.08 * np.sin(3 * phase)
    return _samples(total / (2.6 * len(notes)))


def key(note: float, seconds: float = 2.6) -> Samples:
    """A note on a muffled piano."""
    moments = times(seconds)
    total = np.zeros_like(moments)
    for ratio, level, fall in ((1, 1, 1.6), (2.003, 0.42, 2.6), (3.01, 0.2, 4), (4.03, 0.08, 6), (6.1, 0.03, 9)):
        total += level * np.sin(2 * np.pi * note * ratio * moments) * np.exp(-moments * fall)
    return _samples(total * np.minimum(1, moments / 0.006) * 0.6)


def bell(note: float, seconds: float = 3.0) -> Samples:
    """A struck bell."""
    moments = times(seconds)
    total = np.zeros_like(moments)
    for ratio, level in ((0.5, 0.4), (1, 1), (1.19, 0.4), (2.01, 0.5), (2.98, 0.3), (5.4, 0.12)):
        total += level * np.sin(2 * np.pi * note * ratio * moments) * np.exp(-moments * (1.1 + ratio * 0.5))
    return _samples(total * 0.45)


def heart() -> Samples:
    """One beat: two soft thumps."""
    moments = times(0.62)
    total = np.zeros_like(moments)
    for at, level in ((0.0, 1.0), (0.24, 0.7)):
        since = np.clip(moments - at, 0, None)
        thump = np.sin(2 * np.pi * (58 - 22 * since) * since) * np.exp(-since * 15) * (moments >= at)
        total += level * (thump + 0.35 * np.sin(2 * np.pi * 116 * since) * np.exp(-since * 26) * (moments >= at))
    return _samples(total)


def boom(seconds: float = 2.8) -> Samples:
    """A deep stroke under a reversal."""
    moments = times(seconds)
    fall = np.sin(2 * np.pi * (34 * moments + 9 * (1 - np.exp(-moments * 7)))) * np.exp(-moments * 1.7)
    knock = hiss(seconds, 40, 320, 5) * np.exp(-moments * 9)
    return _samples(fall + 1.6 * knock)


def clack(seed: int = 0) -> Samples:
    """A wheel over a joint of the rails: two knocks."""
    moments = times(0.42)
    total = np.zeros_like(moments)
    for at, level in ((0.0, 1.0), (0.15, 0.8)):
        since = np.clip(moments - at, 0, None)
        knock = hiss(0.42, 90, 900, 10 + seed % 3) * 1.8 + 0.7 * np.sin(2 * np.pi * 92 * since)
        total += level * knock * np.exp(-since * 30) * (moments >= at)
    return _samples(total)


def tick() -> Samples:
    """A clock's hand."""
    moments = times(0.12)
    click = hiss(0.12, 1_800, 6_000, 3) * 2 + 0.5 * np.sin(2 * np.pi * 2_400 * moments)
    return _samples(click * np.exp(-moments * 90))


def step(seed: int = 0) -> Samples:
    """A foot on wet stone."""
    moments = times(0.26)
    heel = hiss(0.26, 70, 420, 20 + seed % 4) * 2.6 * np.exp(-moments * 34)
    return _samples(heel + hiss(0.26, 1_500, 5_000, 24) * 0.5 * np.exp(-moments * 22))


def punch() -> Samples:
    """A conductor's pliers."""
    moments = times(0.3)
    close = (hiss(0.3, 900, 5_000, 30) * 2.4 + 0.5 * np.sin(2 * np.pi * 740 * moments)) * np.exp(-moments * 50)
    late = np.clip(moments - 0.11, 0, None)
    return _samples(close + 0.6 * hiss(0.3, 2_000, 7_000, 31) * np.exp(-late * 60) * (moments >= 0.11))


def buzz(seconds: float = 0.9) -> Samples:
    """A phone that trembles."""
    moments = times(seconds)
    body = np.sign(np.sin(2 * np.pi * 162 * moments)) * 0.14 + np.sin(2 * np.pi * 162 * moments) * 0.5
    shiver = 0.7 + 0.3 * np.sin(2 * np.pi * 27 * moments)
    return _samples(body * shiver * np.minimum(1, np.minimum(moments / 0.03, (seconds - moments) / 0.05)))


def ring(*, far: bool = False) -> Samples:
    """A phone's tune: two notes, three times; the far end of a call is a plain low tone."""
    moments = times(1.1)
    if far:
        edges = np.minimum(1, np.minimum(moments / 0.02, (1.1 - moments) / 0.03))
        return _samples(np.sin(2 * np.pi * 425 * moments) * 0.5 * edges)
    total = np.zeros_like(moments)
    for index in range(6):
        since = np.clip(moments - index * 0.15, 0, None)
        note = 1_174.7 if index % 2 else 880.0
        total += np.sin(2 * np.pi * note * since) * np.exp(-since * 9) * (moments >= index * 0.15)
    return _samples(total * 0.5)


def horn(seconds: float = 2.2) -> Samples:
    """The train, from far away."""
    moments = times(seconds)
    total = np.zeros_like(moments)
    for note in (311.1, 369.9, 466.2):
        phase = 2 * np.pi * note * moments * (1 - 0.004 * moments)
        total += np.sin(phase) + 0.4 * np.sin(2 * phase) + 0.2 * np.sin(3 * phase)
    return _samples(total / 5 * np.interp(moments, [0, 0.12, seconds - 0.6, seconds], [0, 1, 0.8, 0]))


def squeal(seconds: float = 1.8) -> Samples:
    """Brakes."""
    moments = times(seconds)
    total = np.zeros_like(moments)
    for note, level in ((2_350.0, 1.0), (3_120.0, 0.5), (1_610.0, 0.5)):
        total += level * np.sin(2 * np.pi * (note * moments - 60 * moments**2) + 3 * np.sin(2 * np.pi * 11 * moments))
    return _samples(total * 0.3 * np.interp(moments, [0, 0.5, seconds * 0.7, seconds], [0, 1, 0.7, 0]))


def air(seconds: float = 0.9) -> Samples:
    """A door's valve, or a breath of steam."""
    moments = times(seconds)
    return _samples(hiss(seconds, 900, 7_000, 40) * 2 * np.exp(-moments * 4) * np.minimum(1, moments / 0.04))


def slam() -> Samples:
    """A door that shuts."""
    moments = times(0.7)
    thud = np.sin(2 * np.pi * 62 * moments) * np.exp(-moments * 11)
    return _samples(hiss(0.7, 40, 500, 41) * 5 * np.exp(-moments * 15) + thud)


def rise(seconds: float) -> Samples:
    """Tension that grows until a cut."""
    moments = times(seconds)
    part = moments / seconds
    whine = np.sin(2 * np.pi * (180 + 260 * part**2) * moments) * 0.25
    return _samples((hiss(seconds, 500, 3_500, 42) * 1.6 + whine) * part**3)


def swish(seconds: float = 0.7) -> Samples:
    """Something that passes."""
    moments = times(seconds)
    return _samples(hiss(seconds, 300, 3_000, 43) * 2.4 * np.sin(np.pi * moments / seconds) ** 3)


def bird(pitch: float) -> Samples:
    """A call in the morning."""
    moments = times(0.34)
    sweep = pitch * moments + 380 * np.sin(2 * np.pi * 7 * moments) / (2 * np.pi * 7)
    return _samples(np.sin(2 * np.pi * sweep) * np.sin(np.pi * moments / 0.34) ** 2 * 0.5)


def murmur(seconds: float = 1.6) -> Samples:
    """A voice in a receiver: syllables without words."""
    moments = times(seconds)
    beats = np.abs(np.sin(2 * np.pi * 2.1 * moments)) ** 1.5
    throat = sum(
        np.sin(2 * np.pi * (205 + 14 * np.sin(2 * np.pi * 0.9 * moments)) * n * moments) / n for n in (1, 2, 3, 4)
    )
    thin = np.asarray(throat) * 0.25 + hiss(seconds, 1_200, 3_200, 44) * 0.5
    return _samples(thin * beats * np.minimum(1, np.minimum(moments / 0.05, (seconds - moments) / 0.2)))
