"""What is heard: as long as the film, neither silent nor over full scale, and with room for silence."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from local.demo import EPISODES
from local.demo.synth import RATE

EACH = pytest.mark.parametrize("episode", EPISODES, ids=lambda episode: episode.title)


@cache
def heard(number: int) -> np.ndarray:
    return EPISODES[number - 1].score()


def level(samples: np.ndarray) -> float:
    """The loudness (RMS) in dBFS."""
    return float(20 * np.log10(np.sqrt(np.mean(np.square(samples, dtype=np.float64))) + 1e-9))


@EACH
def test_a_score_fits_its_film_and_its_level_is_sound(episode):
    samples = heard(episode.number)
    assert samples.shape[1] == 2
    assert len(samples) / RATE == pytest.approx(episode.film().seconds, abs=0.08)
    assert np.isfinite(samples).all()
    assert np.abs(samples).max() < 0.9, "what an encoder adds must stay below full scale"
    assert -24 < level(samples) < -16
    halves = [level(samples[start : start + RATE // 2]) for start in range(0, len(samples) - RATE // 2, RATE // 2)]
    assert max(halves) - min(halves) > 12, "loud and quiet"
    assert level(samples[: 5 * RATE]) > -40


@EACH
def test_both_sides_are_heard_and_differ(episode):
    left, right = heard(episode.number).T
    assert abs(level(left) - level(right)) < 3
    assert level(left - right) > -50


def test_the_same_code_makes_the_same_sound():
    episode = EPISODES[2]
    assert np.array_equal(episode.score(), heard(episode.number))
