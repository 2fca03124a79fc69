"""A history from its seed to its end, whichever family it is of."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import NamedTuple, Protocol, TypeVar

from tests.support.dynamodb import MemoryDynamoDB


class Life(Protocol):
    """One seeded run. What a step does follows from the seed and its number, whatever other steps are left out."""

    model: MemoryDynamoDB
    """Where everything is that was written."""

    def step_on(self, number: int) -> None:
        """Somebody does something.

        Raises:
            Exception: an invariant that does not hold, or what the product should not have raised.
        """

    def finish(self) -> None:
        """Nothing fails any more, and all that was begun comes to its end.

        Raises:
            Exception: as a step does.
        """

    def met(self) -> Mapping[str, int]:
        """What it met: how many of each, in words that fit one table."""


class Failed(NamedTuple):
    """How a history failed: after which of its steps (None: at its end), and the error."""

    step: int | None
    error: BaseException

    @property
    def kind(self) -> tuple[str, str]:
        """What tells failures apart: the error's type, and its first line without figures."""
        lines = str(self.error).splitlines()
        return type(self.error).__name__, re.sub(r"\d+", "#", lines[0] if lines else "")


AnyLife = TypeVar("AnyLife", bound=Life)
Tell = Callable[[str], None]


def untold(_line: str) -> None:
    """Tells nobody what happens."""


class Run(Protocol):
    """Runs one history of a family."""

    def __call__(
        self, seed: int, steps: Iterable[int] = ..., calm: Collection[int] = ..., tell: Tell = ..., /
    ) -> tuple[Life, Failed | None]:
        """The history of a seed: some of its steps, those in ``calm`` without trouble around them."""


def run_through(life: AnyLife, steps: Iterable[int]) -> tuple[AnyLife, Failed | None]:
    """A history to its end, or to the first invariant that does not hold."""
    number = None
    try:
        for number in steps:
            life.step_on(number)
        number = None
        life.finish()
    except Exception as error:  # noqa: BLE001 - whatever the product should not have raised is a finding
        return life, Failed(number, error)
    return life, None
