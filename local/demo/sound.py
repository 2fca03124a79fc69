"""The films' sound: oscillators, noise and envelopes. Stereo samples at 48 kHz between -1 and 1."""

from __future__ import annotations

from typing import Final

import numpy as np

RATE: Final = 48_000
Samples = np.ndarray

A_MINOR: Final = (110.0, 164.81, 220.0, 261.63, 329.63)
F_MAJOR: Final = (87.31, 130.81, 174.61, 220.0, 261.63)
C_MAJOR: Final = (130.81, 196.0, 261.63, 329.63, 392.0)


def _times(seconds: float) -> Samples:
    return np.arange(round(seconds * RATE)) / RATE


def _ramp(times: Samples, points: list[tuple[float, float]]) -> Samples:
    return np.asarray(np.interp(times, [time for time, _ in points], [level for _, level in points]))


def _chord(times: Samples, notes: tuple[float, ...]) -> Samples:
    """A soft pad: each note twice, a hair apart."""
    total = np.zeros_like(times)
    for note in notes:
        for detune in (0.997, 1.003):
            phase = 2 * np.pi * note * detune * times
            total += np.sin(phase) + 0.25 * np.sin(2 * phase)
    return total / (2.5 * len(notes))


def _rumble(times: Samples, seed: int) -> Samples:
    """Dark noise: the sound of something heavy."""
    noise = np.random.default_rng(seed).standard_normal(times.size)
    window = np.hanning(401)
    return np.convolve(noise, window / window.sum(), mode="same") * 12


def _bell(times: Samples, at: float, note: float) -> Samples:
    since = np.clip(times - at, 0, None)
    partials = sum(
        np.sin(2 * np.pi * note * ratio * since) * level
        for ratio, level in ((1, 1), (2.01, 0.5), (2.98, 0.3), (5.4, 0.12))
    )
    return np.asarray(partials * np.exp(-since * 1.6) * (times >= at))


def _beat(times: Samples, at: float) -> Samples:
    since = np.clip(times - at, 0, None)
    return np.asarray(np.sin(2 * np.pi * (52 - 14 * since) * since) * np.exp(-since * 11) * (times >= at))


def _clack(times: Samples, at: float, seed: int) -> Samples:
    since = np.clip(times - at, 0, None)
    noise = np.random.default_rng(seed).standard_normal(times.size)
    return np.asarray((0.5 * noise + np.sin(2 * np.pi * 180 * since)) * np.exp(-since * 60) * (times >= at))


def platform_sound(seconds: float) -> Samples:
    """Episode 1: wind, the train, the clock at midnight, a heart."""
    times = _times(seconds)
    pad = _chord(times, A_MINOR) * _ramp(times, [(0, 0.16), (5, 0.22), (6.4, 0.05), (7.6, 0.2), (10, 0.26)])
    train = _rumble(times, 1) * _ramp(times, [(0, 0.02), (1.4, 0.05), (3.4, 0.55), (5.2, 0.3), (6.2, 0.03), (10, 0.03)])
    squeal = np.sin(2 * np.pi * (1900 - 120 * times) * times) * _ramp(
        times, [(0, 0), (4.4, 0), (5.0, 0.035), (5.7, 0), (10, 0)]
    )
    bells = sum((_bell(times, at, 392.0) for at in (6.5, 7.7, 8.9)), np.zeros_like(times)) * 0.2
    hearts = sum((_beat(times, at) for at in (7.8, 8.1, 8.7, 9.0, 9.5, 9.75)), np.zeros_like(times)) * 0.7
    return _stereo(times, pad + train + squeal + bells + hearts, pad * 0.3 - train * 0.12)


def carriage_sound(seconds: float) -> Samples:
    """Episode 2: rails, and a chord that comes home."""
    times = _times(seconds)
    night = _chord(times, A_MINOR) * _ramp(times, [(0, 0.18), (4.6, 0.18), (5.6, 0), (10, 0)])
    turn = _chord(times, F_MAJOR) * _ramp(times, [(0, 0), (4.6, 0), (5.4, 0.22), (7.0, 0.2), (7.8, 0), (10, 0)])
    home = _chord(times, C_MAJOR) * _ramp(times, [(0, 0), (6.9, 0), (8.0, 0.3), (10, 0.3)])
    rails = _rumble(times, 2) * 0.12
    for index in range(int(seconds / 0.9) + 1):
        for offset in (0.0, 0.16):
            rails += _clack(times, index * 0.9 + offset, index) * 0.1
    bells = (_bell(times, 7.0, 523.25) + _bell(times, 7.5, 659.26) + _bell(times, 8.0, 783.99)) * 0.12
    return _stereo(times, night + turn + home + rails + bells, (night + turn + home) * 0.3)


def _stereo(times: Samples, middle: Samples, side: Samples) -> Samples:
    """Both channels, with silence at either end and nothing over full scale."""
    swing = np.sin(2 * np.pi * 0.11 * times)
    both = np.stack([middle + side * swing, middle - side * swing], axis=1)
    both *= _ramp(times, [(0, 0), (0.05, 1), (times[-1] - 0.35, 1), (times[-1], 0)])[:, None]
    return np.tanh(both * 1.1) * 0.85
