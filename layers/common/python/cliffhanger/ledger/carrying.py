"""Carrying income from lanes to who earned it: once for a period, whoever asks, however often (LEDGER rule 12).

A carry is written on the guarded chain, under a reference, and settled on the lane and on every party's account in the
same transaction, directly after the entries whose balances were read. So there is never a carry that its lane does not
know of: the next one, for another period or to another account, finds what is left and nothing else (docs/adr/0022,
docs/adr/0038).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from cliffhanger.errors import CliffhangerError
from cliffhanger.ledger.canonical import canonical_json, digest
from cliffhanger.ledger.carries import Carry, carry_reference, cash_of, plan_carry, terms_of
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.journal import Recorded, Retrying, record
from cliffhanger.ledger.names import Income, check_reference, earned_lane
from cliffhanger.ledger.planning import Ask, Turn
from cliffhanger.ledger.rolling import end_to_write, held_before, roll_if_full
from cliffhanger.ledger.splits import Part, account_of
from cliffhanger.ledger.state import Known
from cliffhanger.ledger.store import LedgerStore

NO_TERMS: Mapping[str, Any] = MappingProxyType({})


class Carriage(NamedTuple):
    """What is to be carried: the income of a series, to which guarded account, for which period; an id, as a day.

    ``parts`` divide it, one of them the guarded account's; without any, all of it stays there. What reached the lane at
    the time ``before`` (milliseconds since the Unix epoch) or later waits for another carry; None for no such time.
    """

    series: str
    destination: str
    period: str
    income: Income = "earned"
    parts: tuple[Part, ...] = ()
    before: int | None = None


def carry_lane(
    ledger: LedgerStore,
    carriage: Carriage,
    lane: int,
    *,
    terms: Mapping[str, Any] = NO_TERMS,
    retrying: Retrying | None = None,
) -> Recorded:
    """Carries what one lane holds, once for the period; asked again, the first carry answers.

    Raises:
        NothingToCarry: the lane holds no cash that is to be carried; nothing changed.
        NameInvalid: a fault of the calling code; nothing changed.
        Busy, Undecided: try again.
    """
    pace = retrying or Retrying()
    series, destination, period, income, parts, before = carriage
    account = earned_lane(series, lane, income)
    reference = check_reference(carry_reference(series, lane, period, income), destination)
    others = {account_of(part.party, series) for part in parts} - {destination}
    request = digest(canonical_json({"operation": "carry", "lane": account}))
    ask = Ask(reference, request, terms_of(parts, **terms))

    def plan(head: Entry | None, now: int) -> Carry:
        ends = {account: end_to_write(ledger, account)}
        most = None if before is None else held_before(ledger, ends[account], before)
        if cash_of(ends[account], most):
            ends |= {one: end_to_write(ledger, one) for one in sorted(others)}
        return plan_carry(Turn(destination, head, now, ask), account, ends, parts, series, most=most)

    return record_settled(ledger, destination, reference, plan, pace)


def record_settled(
    ledger: LedgerStore,
    account: str,
    reference: str,
    make: Callable[[Entry | None, int], Carry],
    pace: Retrying,
) -> Recorded:
    """Records what ``make`` makes of an account's head, once per reference, with all that settles it, or nothing.

    Raises:
        CliffhangerError: what ``make`` refuses with; nothing changed.
        Busy, Undecided: try again.
    """
    planned: Carry | None = None

    def decide(known: tuple[Known, ...]) -> int | None:
        return next((seq for name, seq in known if name == reference), None)

    def plan(head: Entry | None, now: int) -> Entry | int:
        nonlocal planned
        try:
            planned = make(head, now)
        except CliffhangerError:
            # What is read beside the head is newer than the references: they decide once more, before any refusal.
            answered = decide(ledger.references(account, reference))
            if answered is None:
                raise
            return answered
        return planned.entry

    def append(entry: Entry) -> bool:
        return planned is not None and ledger.append_all(entry, planned.marks, planned.batches)

    recorded = record(ledger, account, reference, decide=decide, plan=plan, append=append, retrying=pace)
    if planned is not None and not recorded.repeated:
        for batch in planned.batches:
            roll_if_full(ledger, batch, pace.clock())
    return recorded
