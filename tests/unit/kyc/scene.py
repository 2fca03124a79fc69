"""A desk over an in-memory table, a provider that remembers, the workflow, and a clock that is moved by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cliffhanger.errors import ProviderUnavailable
from cliffhanger.events.envelope import Event, envelope_of
from cliffhanger.kyc.desk import Desk
from cliffhanger.kyc.domain import KycStanding, Verification
from cliffhanger.kyc.editions import InForce
from cliffhanger.kyc.lists import SanctionsList, read_list, shipped
from cliffhanger.kyc.service import standing_of
from cliffhanger.kyc.steps import STEPS, WAITING, told
from cliffhanger.kyc.store import VerificationsStore
from cliffhanger.payments.identities import Identity, Session, Status
from tests.support.dynamodb import MemoryDynamoDB, connect
from tests.support.tables import VERIFICATIONS
from tests.unit.kyc.machine import Execution, Machine

NOW = 1_795_852_800_000
HOUR, DAY = 3_600_000, 86_400_000
MIA = Identity("Mia Sandoval", "1990-02-02", "ES")
LISTED = Identity("Morozenko Viktor Arkadyevich", "1961-04-30", "RU")
ALIKE = Identity("Esteban Quintanillo", "1967-03-01", "MX")


class Provider:
    """Opens one session for each key, as Stripe does for a day, and can be down before or after it has acted."""

    def __init__(self) -> None:
        self.sessions: dict[str, Session] = {}
        self.who: dict[str, Identity | None] = {}
        self.by_key: dict[tuple[str, int], str] = {}
        self.down = False
        self.lose_reply = False
        self.calls: list[str] = []
        self.erased: list[str] = []

    def _asked(self, call: str) -> None:
        self.calls.append(call)
        if self.down:
            raise ProviderUnavailable

    def open(self, person: str, check: int, return_url: str, *, selfie: bool) -> Session:
        self._asked("open")
        name = self.by_key.setdefault((person, check), f"vs_{len(self.by_key) + 1}")
        made = Session(name, person, check, "open", f"https://verify.example/{name}")
        self.sessions.setdefault(name, made)
        if self.lose_reply:
            self.lose_reply = False
            raise ProviderUnavailable
        return self.sessions[name]

    def show(self, session: str) -> Session:
        self._asked("show")
        return self.sessions[session]

    def identity(self, session: str) -> Identity | None:
        self._asked("identity")
        return self.who.get(session, MIA)

    def cancel(self, session: str) -> None:
        self._asked("cancel")
        if self.sessions[session].status == "open":
            self.become(session, "canceled")

    def erase(self, session: str) -> None:
        self._asked("erase")
        self.erased.append(session)
        self.who[session] = None
        self.sessions[session] = Session(session, "", 0, "gone")

    def become(self, session: str, status: Status, code: str = "") -> Session:
        made = self.sessions[session]._replace(status=status, code=code)
        # With what a person has shown, Stripe erases the metadata: whose session it was.
        self.sessions[session] = made._replace(person="", check=0) if status == "gone" else made
        return self.sessions[session]


class Bus:
    """What was told; the same event once."""

    def __init__(self) -> None:
        self.told: list[dict[str, Any]] = []

    def publish(self, events: list[Event]) -> None:
        self.told += [envelope_of(event) for event in events]

    @property
    def decided(self) -> list[str]:
        by_id = {one["id"]: one for one in self.told}
        return [one["data"]["outcome"] for one in by_id.values() if one["type"] == "VerificationDecided"]


class Scene:
    """Everything that verifying works with."""

    def __init__(self, model: MemoryDynamoDB | None = None) -> None:
        self.now = NOW
        self.model = model or MemoryDynamoDB()
        if model is None:
            self.model.call("CreateTable", VERIFICATIONS)
        self.provider, self.bus, self.machine = Provider(), Bus(), Machine(self.step)
        self.lists: tuple[SanctionsList, ...] = (shipped(),)
        self.edition = 1
        store = VerificationsStore(connect(self.model), VERIFICATIONS["TableName"])
        bus: Any = self.bus
        self.desk = Desk(
            store,
            lambda: self.provider,
            self.machine,
            lambda: InForce(self.edition, self.lists),
            lambda: bus,
            "https://cliffhanger.example/earnings.html",
            lambda: self.now,
        )

    def step(self, payload: Mapping[str, Any]) -> Mapping[str, Any]:
        asked = (self.desk, payload["person"], payload["check"])
        if "token" in payload:
            return {"outcome": WAITING[payload["step"]](*asked, payload["token"])}
        return {"outcome": STEPS[payload["step"]](*asked)}

    def standing(self, person: str = "mia") -> KycStanding:
        return standing_of(self.desk.store, person, lambda: self.now)

    def record(self, person: str = "mia") -> Verification:
        found = self.desk.store.find(person)
        assert found is not None
        return found

    def tell(self, status: Status, person: str = "mia", code: str = "") -> str:
        """The provider tells what has become of a person's session."""
        check = self.record(person).check
        session = self.provider.by_key[person, check.number if check else self.record(person).checks]
        return told(self.desk, self.provider.become(session, status, code))

    def execution(self, person: str = "mia", check: int = 1, turn: int = 1) -> Execution:
        return self.machine.executions[f"{person}-{check}-{turn}"]

    def new_list(self, name: str, birth: str = "") -> None:
        """A newer edition that names somebody beside the list that ships."""
        births = f'"births": ["{birth}"],' if birth else ""
        entry = f'{{"id": "F-1", {births} "names": [{{"name": "{name}"}}]}}'
        body = f'{{"list": "fresh", "published": "2026-12-01", "entries": [{entry}]}}'
        self.edition += 1
        self.lists = (shipped(), read_list(body.encode()))
