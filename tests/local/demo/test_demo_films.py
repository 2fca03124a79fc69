"""The demo's films: drawn once, always the same, and what a phone would upload."""

from __future__ import annotations

import hashlib

import pytest

from local import cast
from local.demo import EPISODES, draw
from local.demo.camera import FRAME_RATE, Film, developed
from local.mediaconvert.probing import read_source

EACH = pytest.mark.parametrize("episode", EPISODES, ids=lambda episode: episode.title)


def brightness(picture: bytes) -> float:
    return sum(picture[::97]) / len(picture[::97])


def test_the_story_has_the_episodes_that_the_catalog_names():
    assert tuple(episode.title for episode in EPISODES) == cast.TITLES
    assert [episode.number for episode in EPISODES] == list(range(1, len(EPISODES) + 1))
    assert {episode.name for episode in EPISODES} == {
        f"{cast.SERIES}-{number}" for number in (*cast.FIRST, *cast.LATER)
    }


@EACH
def test_an_episode_lasts_thirty_to_forty_seconds(episode):
    assert 30 <= episode.film().seconds <= 40


@EACH
def test_the_same_code_draws_the_same_pictures(episode):
    first, second = episode.film(), episode.film()
    for share in (0.05, 0.5, 0.97):
        number = round(share * first.frames)
        assert first.frame(number).tobytes() == second.frame(number).tobytes()
    assert first.frame(0).tobytes() != first.frame(first.frames - 1).tobytes()


@EACH
def test_an_episode_ends_on_its_cliffhanger_and_not_on_black(episode):
    film = episode.film()
    before, end = (brightness(developed(film.frame(film.frames - back))) for back in (10, 1))
    assert end > 12
    assert end > 0.7 * before
    assert film.picture_of(film.frames - 1)[0] == film.picture_of(film.frames - 25)[0], (
        "the last shot has time to be seen"
    )


@EACH
def test_no_episode_is_a_slide_show(episode):
    """There are cuts, and every shot moves."""
    film = episode.film()
    shots = [film.picture_of(number)[0] for number in range(film.frames)]
    assert len(set(shots)) >= 10
    for shot in sorted(set(shots)):
        first = shots.index(shot)
        length = shots.count(shot)
        start = film.frame(first).tobytes()
        moves = any(film.frame(first + later).tobytes() != start for later in range(length - 1, 0, -1))
        assert moves, f"shot {shot} stands still"


@pytest.fixture(scope="module")
def short():
    """The episode with its first second only: enough to see what becomes of a film."""
    episode = EPISODES[1]
    return episode._replace(film=lambda: _Cut(episode.film(), FRAME_RATE), score=lambda: episode.score()[:48_000])


class _Cut(Film):
    """The start of a film."""

    def __init__(self, film: Film, frames: int) -> None:
        super().__init__(film._shots)
        self.frames, self.seconds = frames, frames / FRAME_RATE


@pytest.fixture(scope="module")
def drawn(short, tmp_path_factory):
    """One film, and what was told while it was drawn."""
    folder = tmp_path_factory.mktemp("films")
    told = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("local.demo.films.EPISODES", (EPISODES[0], short, *EPISODES[2:]))
        (film,) = draw(folder, lambda done, total, words: told.append((done, total, words)), only=[2])
        yield film, told


def test_a_film_is_what_the_pipeline_takes(drawn):
    film, _ = drawn
    source = read_source(film, "s3://uploads/film")
    assert source.video is not None
    assert (source.video.width, source.video.height, float(source.video.frame_rate)) == (540, 960, 25.0)
    assert source.duration_s == pytest.approx(1, abs=0.05)
    assert source.video.frames == FRAME_RATE
    assert [track.channels for track in source.audio] == [2]
    assert not source.truncated


def test_progress_is_told_to_the_end(drawn):
    _, told = drawn
    assert told[-1] == (FRAME_RATE, FRAME_RATE, "The Conductor")
    assert [done for done, _, _ in told] == sorted(done for done, _, _ in told)


def test_a_film_comes_with_its_captions(drawn):
    film, _ = drawn
    for language in cast.CAPTIONS:
        assert film.with_name(f"the-last-train-2-{language}.vtt").read_text(encoding="utf-8").startswith("WEBVTT\n")


def test_a_film_that_is_there_is_not_drawn_again(drawn):
    film, _ = drawn
    before = (film.stat().st_mtime_ns, hashlib.sha256(film.read_bytes()).hexdigest())
    told = []
    assert draw(film.parent, lambda done, total, words: told.append(done), only=[2]) == [film]
    assert (film.stat().st_mtime_ns, hashlib.sha256(film.read_bytes()).hexdigest()) == before
    assert told == [FRAME_RATE]


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
