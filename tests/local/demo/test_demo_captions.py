"""Captions that can be read: both languages, one cue at a time, slow and short enough, within the film."""

from __future__ import annotations

import re

import pytest

from local import cast
from local.demo import EPISODES
from local.demo.captions import LANGUAGES, Line, webvtt

EACH = pytest.mark.parametrize("episode", EPISODES, ids=lambda episode: episode.title)
CUE = re.compile(r"(\d\d):([0-5]\d):([0-5]\d)\.(\d{3}) --> (\d\d):([0-5]\d):([0-5]\d)\.(\d{3})\n((?:.+\n){1,2})")


def cues(text: str) -> list[tuple[float, float, list[str]]]:
    """What a reader of WebVTT finds; a failure when anything is left over."""
    head, *blocks = text.split("\n\n")
    assert head == "WEBVTT"
    found = []
    for block in blocks:
        match = CUE.fullmatch(block if block.endswith("\n") else block + "\n")
        assert match, block
        start, end = (
            int(hours) * 3_600 + int(minutes) * 60 + int(seconds) + int(thousandths) / 1_000
            for hours, minutes, seconds, thousandths in (match.groups()[:4], match.groups()[4:8])
        )
        found.append((start, end, match[9].splitlines()))
    return found


@pytest.mark.parametrize("language", LANGUAGES)
@EACH
def test_captions_can_be_read(episode, language):
    before = 0.0
    shown = cues(webvtt(episode.lines, language))
    assert len(shown) == len(episode.lines) >= 5
    for start, end, lines in shown:
        assert before <= start < end <= episode.film().seconds
        assert end - start >= 1.2
        assert sum(len(line) for line in lines) / (end - start) <= 17, lines
        assert all(len(line) <= 32 for line in lines)
        before = end


@EACH
def test_captions_stand_at_the_same_moments_in_both_languages(episode):
    english, spanish = (cues(webvtt(episode.lines, language)) for language in LANGUAGES)
    assert [cue[:2] for cue in english] == [cue[:2] for cue in spanish]
    assert [cue[2] for cue in english] != [cue[2] for cue in spanish]


def test_the_languages_are_those_that_are_uploaded():
    assert LANGUAGES == cast.CAPTIONS


def test_moments_are_written_to_the_thousandth():
    assert "01:01:01.500 --> 01:01:03.042" in webvtt((Line(3_661.5, 3_663.042, "x", "x"),), "en")
