"""The demo's films: drawn once, always the same, and what a phone would upload."""

from __future__ import annotations

import hashlib

import pytest

from local.demo import EPISODES, draw
from local.demo.carriage_scene import Carriage
from local.demo.platform_scene import Station
from local.mediaconvert.probing import read_source


@pytest.mark.parametrize("scene", [Station, Carriage])
def test_the_same_code_draws_the_same_pictures(scene):
    first, second = scene(), scene()
    for time in (0.0, 4.2, 9.5):
        assert first.frame(time).tobytes() == second.frame(time).tobytes()
    assert first.frame(0.0).tobytes() != first.frame(9.5).tobytes()


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """One film, and what was told while it was drawn."""
    folder = tmp_path_factory.mktemp("films")
    told = []
    (film,) = draw(folder, lambda done, total, words: told.append((done, total, words)), only=[2])
    return film, told


def test_a_film_is_what_the_pipeline_takes(drawn):
    film, _ = drawn
    source = read_source(film, "s3://uploads/film")
    assert source.video is not None
    assert (source.video.width, source.video.height, float(source.video.frame_rate)) == (540, 960, 25.0)
    assert source.duration_s == pytest.approx(EPISODES[1].seconds, abs=0.05)
    assert source.video.frames == EPISODES[1].seconds * 25
    assert [track.channels for track in source.audio] == [2]
    assert not source.truncated


def test_progress_is_told_to_the_end(drawn):
    _, told = drawn
    assert told[-1] == (250, 250, "The Conductor")
    assert [done for done, _, _ in told] == sorted(done for done, _, _ in told)


def test_a_film_that_is_there_is_not_drawn_again(drawn):
    film, _ = drawn
    before = (film.stat().st_mtime_ns, hashlib.sha256(film.read_bytes()).hexdigest())
    told = []
    assert draw(film.parent, lambda done, total, words: told.append(done), only=[2]) == [film]
    assert (film.stat().st_mtime_ns, hashlib.sha256(film.read_bytes()).hexdigest()) == before
    assert told == [250]


def test_a_film_of_other_code_is_drawn_again(drawn, monkeypatch):
    film, _ = drawn
    monkeypatch.setattr("local.demo.films._film", lambda _episode, target, _progress: target.write_bytes(b"new"))
    (film.parent / "the-last-train-2.drawn-by").write_text("other")
    content = film.read_bytes()
    try:
        draw(film.parent, only=[2])
        assert film.read_bytes() == b"new"
    finally:
        film.write_bytes(content)
