"""The demo's story on its way to the viewer: drawn, uploaded, published; what is needed first, then the rest."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from local import cast, upload
from local.calls import CallRefused
from local.processes import Children, ProcessEnded
from local.progress import Display, Step
from local.tasks import Task

FAILURES = (ProcessEnded, CallRefused, upload.UploadFailed, OSError, http.client.HTTPException)
"""What an episode can come to grief by; the last two when the platform has gone meanwhile."""


class Story:
    """The episodes and how far each has come: waiting, drawing, publishing, published, failed.

    Args:
        children: starts the processes that draw.
        show: where progress is shown.
        environment: of these processes.
        folder: keeps the films.
    """

    def __init__(self, children: Children, show: Display, environment: Mapping[str, str], folder: Path) -> None:
        self._children = children
        self._show = show
        self._environment = environment
        self._folder = folder
        self._lock = threading.Lock()
        self._stopped = False
        self._episodes: dict[int, dict[str, Any]] = {
            number: {"episode": number, "state": "waiting", "percent": 0, "problem": None}
            for number, _ in enumerate(cast.TITLES, start=1)
        }
        self._told: Callable[[list[dict[str, Any]]], None] = lambda _: None

    def report(self) -> list[dict[str, Any]]:
        """How far each episode is, as ``outputs.json`` says it."""
        with self._lock:
            return [dict(line) for line in self._episodes.values()]

    def draw(self, numbers: Sequence[int]) -> None:
        """Draws these episodes at once, each in a process of its own.

        Raises:
            ProcessEnded: one was not drawn.
        """
        for work in [Task(partial(self._draw, number)) for number in numbers]:
            work.result()

    def publish(self, api: str, token: str, numbers: Sequence[int], watch: Callable[[], None]) -> None:
        """Publishes these episodes at once, where they are not published yet; ``watch`` is called meanwhile.

        Raises:
            CallRefused, UploadFailed: the platform did not take one.
        """
        for work in [Task(partial(self._publish, api, token, number)) for number in numbers]:
            work.result(watch)

    def follow(self, api: str, token: str, told: Callable[[list[dict[str, Any]]], None]) -> None:
        """Draws and publishes the later episodes while the platform runs: the next one is drawn while one is published.

        What fails is said and does not keep the others from coming. ``told`` hears each change of the report.
        """
        self._told = told
        publishing: Task[bool] | None = None
        for number in cast.LATER:
            drawn = self._tried(number, partial(self._draw, number))
            # One after the other: a creator may ask only so often how the uploads are.
            if publishing is not None:
                publishing.result()
            if drawn:
                publish = partial(self._publish, api, token, number)
                publishing = Task(partial(self._tried, number, publish))
        if publishing is not None:
            publishing.result()

    def stop(self) -> None:
        """What ends from now on has not failed: the platform is being stopped."""
        with self._lock:
            self._stopped = True

    def _tried(self, number: int, work: Callable[[], None]) -> bool:
        try:
            work()
        except FAILURES as error:
            with self._lock:
                stopped = self._stopped
            if not stopped:
                self._is(number, "failed", problem=str(error))
                self._show.line(f"Failed: episode {number}: {error}")
            return False
        return True

    def _draw(self, number: int) -> None:
        with self._show.step(f"Drawing episode {number}") as step:
            arguments = [str(self._folder), str(number)]
            told = partial(self._heard, number, step)
            self._children.run(f"demo-{number}", "local.drawing", arguments, self._environment, told=told)

    def _heard(self, number: int, step: Step, line: str) -> None:
        if line.isdigit():
            self._is(number, "drawing", int(line))
            step.percent(int(line))

    def _publish(self, api: str, token: str, number: int) -> None:
        if not upload.is_published(api, cast.SERIES, number):
            with self._show.step(f"Publishing episode {number}") as step:
                upload.publish(api, token, self._clip(number), partial(self._transcoded, number, step))
        self._is(number, "published", 100)

    def _transcoded(self, number: int, step: Step, percent: float) -> None:
        self._is(number, "publishing", int(percent))
        step.percent(percent)

    def _clip(self, number: int) -> upload.Clip:
        name = f"{cast.SERIES}-{number}"
        captions = {language: self._folder / f"{name}-{language}.vtt" for language in cast.CAPTIONS}
        return upload.Clip(cast.SERIES, number, self._folder / f"{name}.mp4", captions)

    def _is(self, number: int, state: str, percent: int = 0, *, problem: str | None = None) -> None:
        """Notes a state, and tells of it when it is another one, or another tenth."""
        with self._lock:
            line = self._episodes[number]
            before = (line["state"], line["percent"] // 10)
            line.update(state=state, percent=percent, problem=problem)
            changed = before != (state, percent // 10)
        if changed:
            self._told(self.report())
