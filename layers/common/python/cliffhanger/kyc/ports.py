"""What a workflow is asked. Pure; who verifies documents is asked by :mod:`cliffhanger.payments.identities`."""

from __future__ import annotations

from typing import Protocol


class Executions(Protocol):
    """The workflow ``kyc``."""

    def start(self, person: str, check: int, turn: int) -> None:
        """Starts an execution; the same one when asked again.

        Raises:
            Unavailable: it may or may not have been started; asking again is harmless.
        """

    def answer(self, token: str, outcome: str) -> bool:
        """Lets an execution go on that waits with a token; False where none does any more.

        Raises:
            Unavailable: it may or may not go on; answering again is harmless.
        """
