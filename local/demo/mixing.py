"""A film's sound track: where each sound stands, how loud and on which side, the room around it, the finished mix."""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np

from local.demo import synth
from local.demo.synth import RATE, Points, Samples

LOUDNESS: Final = 0.15
"""The level (RMS) of the loud parts, -16.5 dBFS."""

CEILING: Final = 0.84
"""The highest sample, -1.5 dBFS: what an encoder makes of it stays below full scale."""


class Mix:
    """A stereo track that is filled sound by sound."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._dry = np.zeros((round(seconds * RATE), 2), dtype=np.float32)
        self._room = np.zeros_like(self._dry)

    def add(self, sound: Samples, at: float, level: float, *, side: float = 0.0, room: float = 0.25) -> None:
        """Puts a sound at a moment; ``side`` is -1 (left) to 1, ``room`` how much of it the room gives back."""
        start = round(at * RATE)
        part = sound[: max(0, len(self._dry) - start)] * level
        both = np.stack([part * np.sqrt((1 - side) / 2), part * np.sqrt((1 + side) / 2)], axis=1) * np.sqrt(2)
        self._dry[start : start + len(part)] += both
        if room:
            self._room[start : start + len(part)] += both * room

    def bed(self, sound: Samples, points: Points, *, wide: float = 0.0, room: float = 0.0) -> None:
        """Lays a sound under the whole film, its level moving; ``wide`` sets its two sides apart."""
        level = synth.ramp(self.seconds, points)
        left = sound[: len(self._dry)] * level
        right = np.roll(sound[: len(self._dry)], round(wide * RATE)) * level
        both = np.stack([left, right], axis=1)
        self._dry += both
        if room:
            self._room += both * room

    def repeat(self, sound: Samples, span: tuple[float, float], every: float, level: float) -> None:
        """The same sound again and again, from a moment to another."""
        at = span[0]
        while at < span[1]:
            self.add(sound, at, level)
            at += every

    def finished(self) -> Samples:
        """The track, with its room, as loud as it should be and never over full scale."""
        count = len(self._dry)
        size = 1 << (count + len(_echo()) - 1).bit_length()
        wet = np.fft.irfft(np.fft.rfft(self._room, size, axis=0) * np.fft.rfft(_echo(), size, axis=0), size, axis=0)
        both = self._dry + wet[:count]
        window = RATE // 2
        blocks = both[: count // window * window].reshape(-1, window * 2)
        loud = float(np.percentile(np.sqrt(np.mean(blocks**2, axis=1)), 85))
        both = np.tanh(both * (LOUDNESS / max(loud, 1e-6))) * CEILING
        fade = np.interp(np.arange(count), [0, RATE // 20, count - RATE // 12, count - 1], [0, 1, 1, 0])
        return np.asarray(both * fade[:, None], dtype=np.float32)


@cache
def _echo() -> Samples:
    """A station's hall: noise that dies away, different at either side."""
    moments = synth.times(2.4)
    chance = np.random.default_rng(77)
    noise = chance.standard_normal((len(moments), 2)).astype(np.float32)
    # The air takes the high notes first.
    soft = np.cumsum(noise, axis=0)
    soft -= np.stack([np.convolve(soft[:, side], np.ones(200) / 200, mode="same") for side in (0, 1)], axis=1)
    tail = soft * np.exp(-moments * 3.2)[:, None] * np.minimum(1, moments / 0.012)[:, None]
    return np.asarray(tail / np.sqrt(np.sum(tail**2, axis=0)) * 0.9, dtype=np.float32)
