"""Accounts in memory, what they wait for, a bus that does as it is told, and a clock that is moved by hand."""

from __future__ import annotations

from cliffhanger.events.publisher import EventPublisher
from cliffhanger.expiry.service import wait_for_images
from cliffhanger.expiry.store import SHARDS, DueStore
from cliffhanger.expiry.sweeping import MOST, Broom, Swept, sweep
from cliffhanger.ledger.holding import Held, place_coins
from cliffhanger.ledger.journal import Retrying
from cliffhanger.ledger.names import COIN_UNITS, key_reference
from cliffhanger.ledger.store import LedgerStore
from cliffhanger.wallet.service import grant_bonus
from tests.support.dynamodb import MemoryDynamoDB, connect
from tests.support.tables import DUE, LEDGER
from tests.unit.parking.desk import Bus

DAY = 86_400_000
NOW = 1_763_942_400_000
"""2025-11-24, a Monday, at midnight: what is granted for seven days expires on the next."""
MIA = "viewer:mia"
ORDER = Held(MIA, "order-1")
FOREVER = 10**15


class Scene:
    """Tables in memory and a broom over them; ``deliver`` gives the stream to whoever notes what is due."""

    def __init__(self) -> None:
        self.model = MemoryDynamoDB()
        for table in (LEDGER, DUE):
            self.model.call("CreateTable", table)
        self.now = NOW
        self.bus = Bus()
        connection = connect(self.model)
        self.pace = Retrying(clock=lambda: self.now, sleep=lambda _: None, jitter=lambda: 0.0, timer=lambda: 0.0)
        self.ledger = LedgerStore(connection, LEDGER["TableName"])
        self.due = DueStore(connection, DUE["TableName"])
        self.broom = Broom(self.due, self.ledger, EventPublisher(self.bus, "the-bus"), self.pace)

    def grant(self, coins: int = 30, account: str = MIA, days: int = 7) -> None:
        """Gives a viewer bonus coins."""
        reference = key_reference(f"{account}-{coins}", b"test")
        terms = {"actor": "op1", "reason": "goodwill"}
        grant_bonus(
            self.ledger,
            account,
            coins=coins,
            lifetime_days=days,
            reference=reference,
            terms=terms,
            retrying=self.pace,
        )

    def hold(self, coins: int = 10, held: Held = ORDER, days: int = 1) -> None:
        """Sets coins of a viewer aside."""
        units = frozenset(COIN_UNITS)
        place_coins(self.ledger, held, coins=coins, units=units, lifetime_ms=days * DAY, retrying=self.pace)

    def deliver(self) -> int:
        """Notes what all entries so far wait for."""
        images = [record["dynamodb"]["NewImage"] for record in self.model.stream(LEDGER["TableName"])]
        return wait_for_images(self.due, images)

    def sweep(self, most: int = MOST, until: int = FOREVER) -> list[Swept]:
        """One sweep."""
        return list(sweep(self.broom, until, most))

    def waits(self) -> list[tuple[str, int]]:
        """Who waits, and from when on somebody is to come."""
        found = [due for shard in range(SHARDS) for due in self.due.due(shard, FOREVER, 100)]
        return sorted((due.account, due.at) for due in found)

    def references(self, account: str = MIA) -> list[str | None]:
        """What the entries of an account are for, oldest first."""
        return [entry.reference for entry in reversed(self.ledger.newest(account, 100))]
