"""The demo's later episodes: they follow by themselves, tell how far they are, fail one by one, and stop quietly."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local import cast, upload
from local.processes import ProcessEnded
from local.story import Story

API, TOKEN = "http://127.0.0.1:1", "token"


class Shown:
    """A display that remembers."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.steps: list[str] = []

    @contextlib.contextmanager
    def step(self, title: str) -> Iterator[Shown]:
        self.steps.append(title)
        yield self

    def tell(self, words: str) -> None:
        raise AssertionError(words)

    def percent(self, share: float) -> None:
        assert 0 <= share <= 100

    def table(self, title: str, rows: object) -> None:
        raise AssertionError(title)

    def line(self, words: str) -> None:
        self.lines.append(words)


class Drawers:
    """Processes that draw at once, but for some episodes."""

    def __init__(self) -> None:
        self.drawn: list[str] = []
        self.broken: set[str] = set()

    def run(self, name: str, module: str, arguments: list[str], environment: object, *, told: Any) -> None:
        assert module == "local.drawing"
        for line in ("0", "55", "100", "not a number"):
            told(line)
        if arguments[-1] in self.broken:
            raise ProcessEnded(f"{name} ended with 1")
        self.drawn.append(arguments[-1])


class Arranged:
    """A story on a platform that publishes at once."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
        self.shown, self.drawers = Shown(), Drawers()
        self.published: list[int] = []
        self.refused: set[int] = set()
        self.reports: list[list[dict[str, Any]]] = []
        monkeypatch.setattr(upload, "is_published", lambda _api, _series, number: number in self.published)
        monkeypatch.setattr(upload, "publish", self._publish)
        self.story = Story(self.drawers, self.shown, {}, folder)  # type: ignore[arg-type]

    def _publish(self, api: str, token: str, clip: upload.Clip, percent: Any) -> str:
        assert (api, token, clip.series) == (API, TOKEN, cast.SERIES)
        name = f"{cast.SERIES}-{clip.episode}"
        assert clip.path.name == f"{name}.mp4"
        assert {language: path.name for language, path in clip.captions.items()} == {
            language: f"{name}-{language}.vtt" for language in cast.CAPTIONS
        }
        percent(40.0)
        if clip.episode in self.refused:
            raise upload.UploadFailed(f"episode {clip.episode}: media_refused")
        self.published.append(clip.episode)
        return "upload"

    def follow(self) -> None:
        self.story.follow(API, TOKEN, self.reports.append)

    def states(self) -> list[str]:
        return [line["state"] for line in self.story.report()]


@pytest.fixture
def arranged(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Arranged:
    return Arranged(monkeypatch, tmp_path)


def test_the_later_episodes_follow_and_every_step_is_told(arranged: Arranged):
    assert arranged.states() == ["waiting"] * len(cast.TITLES)
    arranged.story.draw(cast.FIRST)
    arranged.story.publish(API, TOKEN, cast.FIRST, lambda: None)
    assert arranged.states() == ["published", "published", "waiting", "waiting", "waiting", "waiting"]
    arranged.follow()
    assert arranged.states() == ["published"] * len(cast.TITLES)
    assert sorted(arranged.published) == [*cast.FIRST, *cast.LATER]
    told = {line["state"] for report in arranged.reports for line in report}
    assert told == {"waiting", "drawing", "publishing", "published"}
    assert all(line["problem"] is None for line in arranged.reports[-1])
    assert arranged.shown.lines == []
    assert {f"Drawing episode {number}" for number in cast.LATER} <= set(arranged.shown.steps)


def test_what_is_published_already_is_not_uploaded_again(arranged: Arranged):
    arranged.published = [*cast.FIRST, *cast.LATER]
    arranged.follow()
    assert len(arranged.published) == len(cast.TITLES)
    assert arranged.states()[2:] == ["published"] * len(cast.LATER)


def test_an_episode_that_fails_is_told_and_the_others_still_come(arranged: Arranged):
    arranged.drawers.broken = {"3"}
    arranged.refused = {5}
    arranged.follow()
    assert arranged.states()[2:] == ["failed", "published", "failed", "published"]
    problems = [line["problem"] for line in arranged.reports[-1]]
    assert problems[2] == "demo-3 ended with 1"
    assert problems[4] == "episode 5: media_refused"
    assert sorted(line.split(":")[1] for line in arranged.shown.lines) == [" episode 3", " episode 5"]


def test_what_a_stop_interrupts_has_not_failed(arranged: Arranged):
    arranged.drawers.broken = {str(number) for number in cast.LATER}
    arranged.story.stop()
    arranged.follow()
    assert "failed" not in arranged.states()
    assert arranged.shown.lines == []


def test_captions_are_announced_and_sent_to_their_own_forms(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    film = tmp_path / "film.mp4"
    film.write_bytes(b"film")
    captions = {language: tmp_path / f"{language}.vtt" for language in cast.CAPTIONS}
    for language, path in captions.items():
        path.write_text(f"WEBVTT {language}\n")
    asked: list[Any] = []
    sent: list[tuple[str, bytes]] = []

    def call(method: str, url: str, token: str, body: Any = None) -> Any:
        if method == "GET":
            return {"status": "published", "percent": 100}
        asked.append(body)
        parts = [
            {"kind": "subtitles", "language": each["language"], "url": each["language"], "fields": {}}
            for each in reversed(body["subtitles"])
        ]
        return {"uploadId": "u", "url": "video", "fields": {}, "parts": parts}

    monkeypatch.setattr(upload, "call", call)
    monkeypatch.setattr(upload, "send_form", lambda url, _fields, content: sent.append((url, content)))
    upload.publish(API, TOKEN, upload.Clip(cast.SERIES, 3, film, captions), lambda _: None)
    assert asked[0]["sizeBytes"] == 4
    assert [(one["language"], one["contentType"], one["sizeBytes"]) for one in asked[0]["subtitles"]] == [
        (language, "text/vtt", 10) for language in cast.CAPTIONS
    ]
    assert sorted(sent) == [("en", b"WEBVTT en\n"), ("es", b"WEBVTT es\n"), ("video", b"film")]
