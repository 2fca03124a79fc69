"""How far the waterfall of a day has come. Pure."""

from __future__ import annotations

from typing import Literal, NamedTuple, Protocol

Stage = Literal["sharing", "telling", "done"]
SHARING: Stage = "sharing"
"""Lanes are carried."""
TELLING: Stage = "telling"
"""Statements are written: after all carries, so that a day's statement tells of all of them."""
DONE: Stage = "done"
_AFTER: dict[Stage, Stage] = {SHARING: TELLING, TELLING: DONE, DONE: DONE}


class Run(NamedTuple):
    """A day's run: in which stage, after which of all series, and how many it had to leave.

    ``step`` counts the notes, so that of two who run at once none takes the other back.
    """

    day: str
    stage: Stage = SHARING
    after: str = ""
    left: int = 0
    step: int = 0

    @property
    def done(self) -> bool:
        """Whether nothing of it remains."""
        return self.stage == DONE

    def next(self, after: str | None, left: int) -> Run:
        """The run after one more page; where no series follow, the next stage begins with the first."""
        stage = self.stage if after is not None else _AFTER[self.stage]
        return self._replace(stage=stage, after=after or "", left=left, step=self.step + 1)


class Runs(Protocol):
    """Where runs are noted. Every method raises ``Unavailable`` where the table does not answer."""

    def find(self, day: str) -> Run | None:
        """A day's run; None where it has not begun."""

    def note(self, run: Run) -> Run:
        """Notes how far a run has come; where somebody else has noted more, answers with that."""

    def last_done(self) -> str | None:
        """The latest day whose run is done; None where there is none."""
