"""The table of what is due, the consumer that fills it, and whoever comes to what waits there."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from botocore.exceptions import EndpointConnectionError, ReadTimeoutError

from cliffhanger.dynamo import Unclear
from cliffhanger.errors import Busy, EventsRefused, Unavailable, Undecided
from cliffhanger.events.publisher import EventPublisher
from cliffhanger.expiry.service import wait_anew, wait_for_images
from cliffhanger.expiry.store import DueStore
from cliffhanger.expiry.sweeping import POSTPONED_MS, Broom, Swept, sweep
from cliffhanger.ledger.journal import Retrying
from cliffhanger.ledger.names import viewer
from cliffhanger.ledger.scan import LedgerScan
from cliffhanger.ledger.store import LedgerStore
from tests.simulation.orders import Orders
from tests.simulation.replay import DAY_MS, Replay
from tests.simulation.world import LONGEST_LAG_MS, SKEW_MS, VIEWERS
from tests.support.dynamodb import NoFaults, connect
from tests.support.tables import DUE, LEDGER

NOTICE_MS = 3 * DAY_MS
CLASSES = {"bonus": "bonus", "bought": "coin", "game": "game"}
"""The units behind the words of an event."""
FOREVER = 10**15
ATTEMPTS = 4
"""As often the client tries a call, below whoever reads many rows one after another."""
LEFT = (Busy, EventsRefused, Unavailable, Undecided)
"""For these an account is left to the next sweep."""

Told = tuple[str, int]
"""An account, and the day on which its coins expire, counted since 1970-01-01."""


class Bus:
    """Takes events; now and then it refuses, does not answer, or takes them and does not answer."""

    def __init__(self, world: Sweeping) -> None:
        self.world = world

    def put_events(self, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803 - botocore's name
        trouble = 1.0 if isinstance(self.world.model.faults, NoFaults) else self.world.random.random()
        if trouble < 0.05:
            raise EndpointConnectionError(endpoint_url="memory://events")
        if trouble < 0.10:
            return {"FailedEntryCount": len(Entries), "Entries": [{"ErrorCode": "InternalFailure"} for _ in Entries]}
        for entry in Entries:
            self.world.hear(json.loads(entry["Detail"]))
        if trouble < 0.15:
            raise ReadTimeoutError(endpoint_url="memory://events")
        return {"FailedEntryCount": 0, "Entries": [{"EventId": "1"} for _ in Entries]}


class Sweeping(Orders):
    """Waits are noted from the stream, late and twice and in any order; sweeps come; rows are lost, and noted anew."""

    def __init__(self, seed: int, calm: Collection[int], tell: Any) -> None:
        super().__init__(seed, calm, tell)
        self.model.call("CreateTable", DUE)
        self.due = DueStore(connect(self.model, attempts=ATTEMPTS), DUE["TableName"])
        self.events = EventPublisher(Bus(self), "the-bus")
        self.unnoted: list[Any] = []
        self.noted_to = 0
        self.holes = False
        """The table of what is due lacks something that no record will bring."""
        self.told: dict[Told, str] = {}
        self.remembered: set[Told] = set()
        """What was told, and noted to have been."""
        self.before: set[Told] = set()
        """What was remembered when the sweep that is under way began."""
        self.coming = False

    def sweeps(self) -> list[tuple[Any, int]]:
        """What may happen, and how often."""
        return [(self.note_waits, 9), (self.come, 7), (self.come_in_time, 9), (self.lose_waits, 2), (self.note_anew, 3)]

    def note_waits(self, _person: str) -> None:
        """A delivery to the consumer that notes what is due, as settlement's: late, twice, half of it first."""
        records = self.records()
        self.unnoted += records[self.noted_to :]
        self.noted_to = len(records)
        batch = self.unnoted + self.random.choices(records, k=self.random.randint(0, 4)) if records else []
        self.random.shuffle(batch)
        try:
            wait_for_images(self.due, batch[: len(batch) // 2])
            wait_for_images(self.due, batch)
            self.unnoted = []
        except Unavailable:
            return  # Lambda delivers the batch again

    def come(self, _person: str) -> None:
        """A sweep, by a clock that is a little off."""
        self.before, self.coming = set(self.remembered), True
        try:
            for swept in self.sweep_with(self.pace()):
                assert swept.error is None or isinstance(swept.error, LEFT), f"{swept.account}: {swept.error!r}"
        except Unavailable:
            return  # the next one does it
        finally:
            self.before, self.coming = set(), False  # who was under way meanwhile may tell once more, under the same id

    def come_in_time(self, person: str) -> None:
        """About when the next hold's time is over, coins expire, or notice of that is due; there is no other news."""
        self.check()
        ends = [hold.until for one in self.audit.guarded.values() for hold in one.holds.values()]
        for replay in self.audit.replays.values():
            ends += [hold.until for hold in replay.holds]
            days = {lot.expires * DAY_MS for lot in replay.lots if lot.expires}
            ends += [*days, *(day - NOTICE_MS for day in days)]
        ahead = sorted(at for at in ends if at > self.now)
        if ahead:
            self.now = max(self.now, self.random.choice(ahead[:3]) + self.random.randint(-SKEW_MS, 2 * SKEW_MS))
        if self.random.random() < 0.8:
            self.note_waits(person)
        self.come(person)

    def over(self) -> list[tuple[str, str]]:
        """The resolutions that a sweep may write."""
        cash = [
            (name, hold.name, hold.until) for name, one in self.audit.guarded.items() for hold in one.holds.values()
        ]
        coins = [(name, hold.name, hold.until) for name, one in self.audit.replays.items() for hold in one.holds]
        ended = [(account, hold) for account, hold, until in cash + coins if until <= self.now + SKEW_MS]
        return [(account, f"hold:{hold}:resolution") for account, hold in ended]

    def sweep_with(self, pace: Retrying) -> Iterator[Swept]:
        """What comes of one sweep; what an account was told without an error is remembered."""
        heard = dict(self.told)
        self.check()
        for key in self.over():
            self.turned_down.discard(key)
            self.doubtful.add(key)
        for swept in sweep(Broom(self.due, self.ledger, self.events, pace), FOREVER):
            if swept.error is None and swept.notices:
                self.remembered |= {one for one in self.told if one[0] == swept.account and one not in heard}
            yield swept

    def hear(self, told: dict[str, Any]) -> None:
        """A notice: in time, of coins that are there, under one id, and never again once it was noted."""
        assert told["type"] == "BonusExpiring"
        at = int(datetime.fromisoformat(told["data"]["expiresAt"]).timestamp() * 1000)
        key = (viewer(told["data"]["personId"]), at // DAY_MS)
        assert at - NOTICE_MS - SKEW_MS <= self.now, "told too early"
        self.check()
        chain = self.audit.chains[key[0]]
        assert min(self.now - SKEW_MS, chain[-1]["at"]) < at, "told of what is over"
        # By some clock its day had come: what had been noted may be gone with the wait, and the same event comes again.
        over = at <= self.now + SKEW_MS
        assert over or key not in self.before, f"{key} was told of again, though that had been noted"
        assert self.told.setdefault(key, told["id"]) == told["id"], "one fact under two ids"
        coins = {CLASSES[name]: count for name, count in told["data"]["coins"].items()}
        stood = [coins_of(entry["state"].get("lots", []), key[1]) for entry in chain[-3:]]
        assert coins in stood, f"{key} was told of {coins}, and not of {stood}"

    def lose_waits(self, _person: str) -> None:
        """Rows are gone: never written, or restored to another moment than the ledger."""
        kept = self.random.choice((0.0, 0.5))
        rows = [row for row in self.model.items(DUE["TableName"]) if self.random.random() < kept]
        self.keep_waits(rows)

    def keep_waits(self, rows: list[Any]) -> None:
        """The table as somebody else has left it, and what it still knows to have been told."""
        self.model.deliver_delayed()
        self.model.load(DUE["TableName"], rows)
        self.holes = True
        places = [row["due"]["S"].partition("/") for row in rows if "noticed" in row]
        self.remembered &= {(account, int(at) // DAY_MS) for at, _, account in places}

    def note_anew(self, _person: str) -> None:
        """What the table lacks, from the ledger itself."""
        self.now += LONGEST_LAG_MS  # the table is read as it was a moment ago
        connection = connect(self.model, attempts=ATTEMPTS)
        ledger = LedgerStore(connection, LEDGER["TableName"])
        try:
            done = wait_anew(self.due, ledger, LedgerScan(connection, LEDGER["TableName"]).images())
        except (Busy, Unavailable, Unclear):
            return  # whoever repairs does it again
        assert not done.unreadable
        self.holes = False

    # --- at the end --------------------------------------------------------------------------------------------------

    def sweep_all(self) -> None:
        """With the faults gone, and by good clocks, nothing is left that is over, and all notices are given."""
        if self.holes:
            self.note_anew("")
        wait_for_images(self.due, self.unnoted + self.records()[self.noted_to :])
        for when in (self.now + POSTPONED_MS + SKEW_MS, (self.now // DAY_MS + 1) * DAY_MS + 2 * SKEW_MS):
            self.now, self.before = when, set(self.remembered)
            pace = Retrying(lambda: self.now, self.wait, self.random.random, lambda: 0.0)
            left = [swept for swept in self.sweep_with(pace) if swept.error is not None]
            assert not left, f"a sweep has left {left}"
        self.check()
        for person in VIEWERS:
            self.check_swept(self.replay(person), viewer(person))
        over = [hold for one in self.audit.guarded.values() for hold in one.holds.values() if hold.until <= self.now]
        assert not over, f"nobody came to {over}"

    def check_swept(self, replay: Replay, account: str) -> None:
        over = [hold.name for hold in replay.holds if hold.until <= self.now]
        over += [lot.name for lot in replay.lots if lot.expires and lot.expires * DAY_MS <= self.now]
        assert not over, f"nobody came to {over} of {account}"
        soon = {lot.expires for lot in replay.lots if 0 < lot.expires * DAY_MS - self.now <= NOTICE_MS}
        assert all((account, day) in self.told for day in soon), f"{account} was not told of {soon}"


def coins_of(lots: list[Any], day: int) -> dict[str, int]:
    """What expires on a day, per unit, of the lots as an entry has them."""
    coins: dict[str, int] = {}
    for _, unit, count, expires, *_ in lots:
        if expires == day:
            coins[unit] = coins.get(unit, 0) + count
    return coins
