"""An office over a table in memory, a queue that does as it is told, books that remember, and a clock moved by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from cliffhanger.errors import Unavailable
from cliffhanger.payments.facts import Fact
from cliffhanger.payments.recording import Office
from cliffhanger.payments.store import NoticesStore
from cliffhanger.payments.working import Desk, Worked, work
from tests.support.dynamodb import MemoryDynamoDB, connect
from tests.support.stripe_events import MADE_AT_S, STAGE
from tests.support.tables import NOTICES


class Line:
    """A queue: what was sent, oldest first. While it is ``down`` nothing is."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.down = False

    def send(self, body: str) -> None:
        if self.down:
            raise Unavailable
        self.sent.append(body)


class Told(NamedTuple):
    """What came of a fact."""

    word: str
    refused: bool = False
    evidence: dict[str, str] | None = None
    borne: int = 0


class Books:
    """Facts by what they are about: the first one counts, as in the ledger. ``fails`` is raised before, or after."""

    def __init__(self) -> None:
        self.facts: dict[tuple[str, str], Fact] = {}
        self.told: list[Fact] = []
        self.fails: BaseException | None = None
        self.fails_after: BaseException | None = None
        self.refuses = False
        self.evidence: dict[str, str] | None = None

    def apply(self, fact: Fact) -> Told:
        self.told.append(fact)
        if self.fails is not None:
            raise self.fails
        new = self.facts.setdefault((type(fact).__name__, fact.order), fact) is fact
        if self.fails_after is not None:
            raise self.fails_after
        return Told("granted" if new else "known", refused=self.refuses, evidence=self.evidence)


class Scene:
    """Everything together."""

    def __init__(self) -> None:
        self.model = MemoryDynamoDB()
        self.model.call("CreateTable", NOTICES)
        self.now = MADE_AT_S * 1_000 + 800
        self.line = Line()
        self.books = Books()
        self.contested: list[tuple[str, Mapping[str, str], bool]] = []
        self.shown: dict[tuple[str, str], Mapping[str, Any]] = {}
        self.notices = NoticesStore(connect(self.model), NOTICES["TableName"])
        self.office = Office(self.notices, self.line, lambda: self.now)
        self.desk = Desk(self.office, lambda: self, self.books.apply, STAGE)

    def show(self, what: str, identity: str) -> Mapping[str, Any]:
        return self.shown[what, identity]

    def contest(self, dispute: str, evidence: Mapping[str, str], *, submit: bool) -> None:
        self.contested.append((dispute, evidence, submit))

    def work_off(self) -> list[Worked]:
        """All messages that are in the queue."""
        messages, self.line.sent = self.line.sent, []
        return [work(self.desk, message) for message in messages]

    def items(self) -> list[dict[str, Any]]:
        """The table as it is."""
        found: list[dict[str, Any]] = self.model.call("Scan", {"TableName": NOTICES["TableName"]})["Items"]
        return found
