"""Work that goes on beside other work, in threads that never keep the launcher from ending."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

Result = TypeVar("Result")

CHECK_EVERY_S = 0.2


class Task(Generic[Result]):
    """One piece of work under way."""

    def __init__(self, work: Callable[[], Result]) -> None:
        self._work = work
        self._done = threading.Event()
        self._results: list[Result] = []
        self._error: BaseException | None = None
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        try:
            self._results.append(self._work())
        except BaseException as error:  # noqa: BLE001 - raised again where the result is asked for
            self._error = error
        finally:
            self._done.set()

    def result(self, watch: Callable[[], None] = lambda: None) -> Result:
        """Waits for the end, and answers or raises as the work did. ``watch`` is called meanwhile, and may raise."""
        while not self._done.wait(CHECK_EVERY_S):
            watch()
        if self._error is not None:
            raise self._error
        return self._results[0]
