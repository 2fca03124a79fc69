"""Chains of lanes and volumes that several tests start from."""

from __future__ import annotations

from cliffhanger.ledger.canonical import digest
from cliffhanger.ledger.carries import Carry, carry_reference, plan_carry
from cliffhanger.ledger.entries import Entry, seal
from cliffhanger.ledger.journal import Retrying
from cliffhanger.ledger.names import earned_lane
from cliffhanger.ledger.planning import Ask, Turn
from cliffhanger.ledger.settlement import plan_batch
from cliffhanger.ledger.state import Posting, State
from cliffhanger.ledger.store import LedgerStore
from cliffhanger.ledger.volumes import plan_roll
from tests.support.dynamodb import MemoryDynamoDB, connect
from tests.support.tables import LEDGER
from tests.unit.ledger.chains import DAY, NOW, STORY

CLEO = "creator:cleo"
DORA = "creator:dora"
LANE = earned_lane(STORY, 0)
PACE = Retrying(clock=lambda: NOW, sleep=lambda _: None, jitter=lambda: 1.0, timer=lambda: 0.0)


class Books:
    """A ledger in memory, whose volumes are full at so many entries."""

    def __init__(self, volume_entries: int = 3) -> None:
        self.model = MemoryDynamoDB()
        self.model.call("CreateTable", LEDGER)
        self.store = self.reader(volume_entries)
        self._paid = 0

    def reader(self, volume_entries: int = 3) -> LedgerStore:
        """Another process, which has seen nothing yet."""
        return LedgerStore(connect(self.model), LEDGER["TableName"], volume_entries)

    def earn(self, amount: int = 10, lane: str = LANE, currency: str = "USD") -> Entry:
        """Income of one more payer, who has an account outside; it is not settled yet."""
        self._paid += 1
        entry = income(amount, lane, f"p{self._paid}", currency)
        assert self.store.append(entry)
        return entry

    def chain(self, account: str) -> list[tuple[str, int, str]]:
        """Where the entries of an account stand, and their kinds, over all volumes."""
        found = []
        for item in self.model.peek(LEDGER["TableName"]):
            address, seq = item["account"]["S"], int(item["seq"]["N"])
            if address.partition(".")[0] == account:
                found.append((address, seq, self.store.entry(address, seq).terms.get("kind", "batch")))
        return sorted(found, key=lambda one: (one[1], one[0]))


def income(amount: int, lane: str = LANE, payer: str = "p1", currency: str = "USD", head: Entry | None = None) -> Entry:
    """An entry of somebody outside who pays a lane, or takes back, where the amount is negative."""
    ends = (".", lane) if amount > 0 else (lane, ".")
    before = 0 if head is None else head.state.balances.get(currency, 0)
    posting = Posting(currency, abs(amount), *ends)
    return seal(f"external:{payer}", head, NOW, postings=[posting], state=State({currency: before - amount}))


def carried(end: Entry, period: str = "2026-11", head: Entry | None = None, destination: str = CLEO) -> Carry:
    ask = Ask(carry_reference(STORY, 0, period), digest("carry"), {"kind": "carry"})
    return plan_carry(Turn(destination, head, NOW + 2 * DAY, ask), LANE, {LANE: end})


def intake_chain() -> list[Entry]:
    """A lane that takes in, goes on in its second volume, takes in again and is carried."""
    first = plan_batch(LANE, None, [income(700), income(50, payer="p2")], NOW).entry
    closed, opened = plan_roll(first, NOW + DAY)
    second = plan_batch(LANE, opened, [income(30, payer="p3")], NOW + DAY).entry
    carry, batches, _ = carried(second)
    return [first, closed, opened, second, carry, *batches]
