"""Shows what the launcher is doing: a live display on a terminal, one line per step everywhere else."""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table


class Step(Protocol):
    """One step under way."""

    def tell(self, words: str) -> None:
        """Shows what the step is at."""

    def percent(self, share: float) -> None:
        """Shows how far the step is, in percent."""


class Display(Protocol):
    """Where progress is shown."""

    def step(self, title: str) -> contextlib.AbstractContextManager[Step]:
        """A step that lasts as long as the context; steps may overlap, from several threads."""

    def table(self, title: str, rows: Sequence[tuple[str, str]]) -> None:
        """Shows a table of two columns."""

    def line(self, words: str) -> None:
        """Shows one line."""


def display() -> Display:
    """The display that fits where standard output leads."""
    return _Terminal() if sys.stdout.isatty() else _Lines()


class _Terminal:
    def __init__(self) -> None:
        self._console = Console()

    @contextlib.contextmanager
    def step(self, title: str) -> Iterator[Step]:
        with self._live() as progress:
            step = _LiveStep(progress, progress.add_task(title, total=None, words=""))
            yield step
            step.done()

    def table(self, title: str, rows: Sequence[tuple[str, str]]) -> None:
        table = Table(title=title, show_header=False, title_justify="left")
        for name, value in rows:
            table.add_row(name, value)
        self._console.print(table)

    def line(self, words: str) -> None:
        self._console.print(words, highlight=False)

    _lock = threading.Lock()
    _users = 0
    _progress: Progress | None = None

    @contextlib.contextmanager
    def _live(self) -> Iterator[Progress]:
        """One live display, shared by steps that overlap."""
        with self._lock:
            if self._progress is None:
                columns = (
                    SpinnerColumn(finished_text="[green]✓[/green]"),
                    TextColumn("{task.description}"),
                    BarColumn(bar_width=24),
                    TimeElapsedColumn(),
                    TextColumn("[dim]{task.fields[words]}[/dim]"),
                )
                self._progress = Progress(*columns, console=self._console)
                self._progress.start()
            self._users += 1
            progress = self._progress
        try:
            yield progress
        finally:
            with self._lock:
                self._users -= 1
                if self._users == 0:
                    progress.stop()
                    self._progress = None


class _LiveStep:
    def __init__(self, progress: Progress, task: TaskID) -> None:
        self._progress = progress
        self._task = task

    def tell(self, words: str) -> None:
        self._progress.update(self._task, words=words)

    def percent(self, share: float) -> None:
        self._progress.update(self._task, total=100, completed=share)

    def done(self) -> None:
        self._progress.update(self._task, total=100, completed=100)


class _Lines:
    def __init__(self) -> None:
        self._started = time.monotonic()

    @contextlib.contextmanager
    def step(self, title: str) -> Iterator[Step]:
        began = time.monotonic()
        step = _LineStep(self, title)
        self.line(f"{title} ...")
        yield step
        self.line(f"{title}: done in {time.monotonic() - began:.1f} s")

    def table(self, title: str, rows: Sequence[tuple[str, str]]) -> None:
        width = max((len(name) for name, _ in rows), default=0)
        print(f"\n{title}", flush=True)
        for name, value in rows:
            print(f"  {name:<{width}}  {value}", flush=True)

    def line(self, words: str) -> None:
        print(f"[{time.monotonic() - self._started:6.1f} s] {words}", flush=True)


class _LineStep:
    """Says each tenth once, so that a log stays readable."""

    def __init__(self, lines: _Lines, title: str) -> None:
        self._lines = lines
        self._title = title
        self._tenth = 0

    def tell(self, words: str) -> None:
        self._lines.line(f"{self._title}: {words}")

    def percent(self, share: float) -> None:
        tenth = int(share // 10)
        if tenth > self._tenth:
            self._tenth = tenth
            self._lines.line(f"{self._title}: {tenth * 10} %")
