"""Seeded histories of viewers, retries, rivals and settlement over a DynamoDB that conflicts and loses replies.

The shipped store runs. Nothing here draws on anything but the seed, so that a failing one replays.
"""

from __future__ import annotations

import contextlib
import itertools
import random
from typing import Any

from cliffhanger.catalog.store import CatalogStore
from cliffhanger.dynamo import Unclear
from cliffhanger.errors import Busy, GenerationUnknown, InsufficientCoins, PriceChanged, Unavailable, Undecided
from cliffhanger.ledger.entries import Entry, foreign_legs, parse
from cliffhanger.ledger.journal import Retrying
from cliffhanger.ledger.names import text_of_hash
from cliffhanger.ledger.settling import settle_images
from cliffhanger.ledger.store import LedgerStore, entry_of_image
from cliffhanger.unlocks.service import UnlockRequest, unlock_episode
from tests.support.dynamodb import Call, Fault, MemoryDynamoDB, Moment, NoFaults, SeededFaults, connect
from tests.support.tables import CATALOG, LEDGER
from tests.support.world import PAGE, PRICE, SERIES, give

STEPS = 40
VIEWERS = ("ana", "ben", "cy")
RIVALS = 0.08
"""How often, at a call's boundary, somebody else acts on the same account first."""
SECOND_WORKER = 0.3
"""How often a second settlement worker gets in before the first one's transaction."""
FAULTS = {
    Fault.LOST_REPLY: 0.06,
    Fault.LOST_REQUEST: 0.04,
    Fault.FAILED_LATE: 0.03,
    Fault.DELAYED: 0.02,
    Fault.THROTTLED: 0.04,
    Fault.CONFLICT: 0.05,
}


class History:
    """One seeded run: what was asked, what was answered, and what stands in the table."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.now = 1_767_225_600_000
        self.model = MemoryDynamoDB(clock=lambda: self.now, transaction_lock_ms=5, item_lock_ms=5)
        for table in (LEDGER, CATALOG):
            self.model.call("CreateTable", table)
        self.ledger = LedgerStore(connect(self.model), LEDGER["TableName"])
        self.catalog = CatalogStore(connect(self.model), CATALOG["TableName"])
        self.catalog.create(PAGE._replace(episodes=tuple(line._replace(duration_ms=1) for line in PAGE.episodes)))
        for person in VIEWERS:
            give(self.ledger, person, bought=self.random.randint(0, 30), bonus=self.random.randint(0, 30))
        self.receipts: dict[tuple[str, int], Entry] = {}
        self.acting: str | None = None
        self.rivals = 0
        self.second_worker = False
        self.pending: list[Any] = []
        self.seen = 0
        self.model.faults = SeededFaults(seed, FAULTS)
        self.model.hook = self.meet_a_rival

    def meet_a_rival(self, moment: Moment, call: Call) -> None:
        """Between two calls, somebody else acts: the same viewer on another device, or a second settlement worker."""
        if moment is not Moment.BEFORE:
            return
        if self.acting is not None and self.random.random() < RIVALS:
            person, self.acting = self.acting, None
            self.rivals += 1
            self.ask(person, self.random.choice((2, 3)), PRICE, 0)
            self.acting = person
        elif call.operation == "TransactWriteItems" and not self.second_worker and self.random.random() < SECOND_WORKER:
            self.second_worker = True
            with contextlib.suppress(Busy):  # Lambda delivers it again; here the first worker has it too
                settle_images(self.ledger, self.random.sample(self.records(), k=2), self.pace())
            self.second_worker = False

    def pace(self) -> Retrying:
        """Callers' clocks are up to five minutes apart."""
        skew = self.random.randint(-300_000, 300_000)
        return Retrying(
            clock=lambda: self.now + skew,
            sleep=self.wait,
            jitter=self.random.random,
            timer=lambda: self.now / 1000,
        )

    def wait(self, seconds: float) -> None:
        self.now += max(1, int(seconds * 1000))

    def unlock(self) -> None:
        self.acting = self.random.choice(VIEWERS)
        price = self.random.choice((PRICE, PRICE, PRICE, PRICE + 1))
        try:
            self.ask(self.acting, self.random.choice((2, 3)), price, self.random.choice((0, 0, 0, 0, 1)))
        finally:
            self.acting = None

    def ask(self, person: str, episode: int, price: int, generation: int) -> None:
        answered, rivals, before = (person, episode) in self.receipts, self.rivals, self.rows()
        request = UnlockRequest(person, SERIES, episode, price, generation)
        try:
            recorded = unlock_episode(self.ledger, self.catalog, request, self.pace())
        except (InsufficientCoins, PriceChanged, GenerationUnknown):
            assert not answered, "a retry was refused after a receipt"
            assert self.rivals != rivals or self.rows() == before, "a refusal changed something"
            return
        except (Busy, Undecided, Unavailable):
            return  # the caller does not know; a later retry decides
        known = self.receipts.setdefault((person, episode), recorded.entry)
        assert known == recorded.entry, "two receipts for one unlock"

    def settle(self) -> None:
        """A delivery of stream records as they may come: late, twice, out of order, only half of them."""
        records = self.records()
        self.pending += records[self.seen :]
        self.seen = len(records)
        batch = self.pending + self.random.choices(records, k=self.random.randint(0, 4)) if records else []
        self.random.shuffle(batch)
        try:
            settle_images(self.ledger, batch[: max(1, len(batch) // 2)], self.pace())
            settle_images(self.ledger, batch, self.pace())
            self.pending = []
        except (Busy, Unclear):
            return  # Lambda delivers the batch again

    def records(self) -> list[Any]:
        stream = self.model.stream(LEDGER["TableName"])
        return [record["dynamodb"]["NewImage"] for record in stream if record["eventName"] == "INSERT"]

    def rows(self) -> list[dict[str, Any]]:
        return self.model.items(LEDGER["TableName"])

    def chains(self) -> dict[str, list[Entry]]:
        chains: dict[str, list[Entry]] = {}
        for item in self.rows():
            entry = parse(item["body"]["S"], item["hash"]["B"])
            chains.setdefault(entry.account, []).append(entry)
        return {account: sorted(chain, key=lambda entry: entry.seq) for account, chain in chains.items()}

    def check(self) -> None:
        chains = self.chains()
        for account, chain in chains.items():
            assert [entry.seq for entry in chain] == list(range(1, len(chain) + 1)), f"{account} has a gap"
            references = [entry.reference for entry in chain if entry.reference]
            assert len(references) == len(set(references)), f"a reference stands twice on {account}"
            for before, after in itertools.pairwise(chain):
                assert after.prev == text_of_hash(before.hash), f"{account} is torn at {after.seq}"
                assert after.at >= before.at, f"time runs backwards on {account}"
                check_portions(before, after)
            if account.startswith("viewer:"):
                assert min((*chain[-1].state.balances.values(), 0)) >= 0, f"{account} is overdrawn"
        self.check_conservation(chains)

    def check_conservation(self, chains: dict[str, list[Entry]]) -> None:
        """Over all heads plus the legs that are not settled yet, every unit is zero."""
        settled = {
            (source.account, source.seq, account)
            for account, chain in chains.items()
            for entry in chain
            for source in entry.sources
        }
        named = [
            (source.account, source.seq, account)
            for account, chain in chains.items()
            for entry in chain
            for source in entry.sources
        ]
        assert len(named) == len(set(named)), "a posting was settled twice"
        total: dict[str, int] = {}
        for chain in chains.values():
            for key, amount in chain[-1].state.balances.items():
                unit = key.removesuffix(".deferred")
                total[unit] = total.get(unit, 0) + amount
            for entry in chain:
                for destination, legs in foreign_legs(entry).items():
                    if (entry.account, entry.seq, destination) not in settled:
                        for unit, amount in legs.items():
                            total[unit] = total.get(unit, 0) + amount
        assert not any(total.values()), f"the books do not add up: {total}"

    def finish(self) -> None:
        """With the faults gone, everything asked for is answered and everything is settled, once."""
        self.model.faults = NoFaults()
        self.model.hook = None
        settle_images(self.ledger, self.pending + self.records()[self.seen :], self.pace())
        self.check()
        marks = [sum(1 for name in item if name.startswith("m")) for item in self.rows()]
        legs = [len(foreign_legs(entry_of_image(item))) for item in self.rows()]
        assert marks == legs, "a posting was left unsettled"
        for (person, episode), receipt in self.receipts.items():
            again = unlock_episode(self.ledger, self.catalog, UnlockRequest(person, SERIES, episode, 0), self.pace())
            assert (again.entry, again.repeated) == (receipt, True)


def check_portions(before: Entry, after: Entry) -> None:
    """What a spend says its coins had cost is their share of what was left of each lot, rounded down."""
    lots = {lot.lot: lot for lot in before.state.lots}
    for portion in after.spent:
        lot = lots[portion.lot]
        assert portion.cash * lot.coins <= lot.cash * portion.coins < (portion.cash + 1) * lot.coins, "a wrong share"


def run(seed: int) -> None:
    """One history from its seed to its end.

    Raises:
        AssertionError: an invariant does not hold.
        Exception: whatever the product should not have raised.
    """
    history = History(seed)
    for _ in range(STEPS):
        history.now += history.random.randint(0, 60_000)
        (history.unlock if history.random.random() < 0.7 else history.settle)()
        history.check()
    history.finish()
