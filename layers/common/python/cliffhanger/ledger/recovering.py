"""Recovering what a lane has long been short of from those who had shared in it: once for a day, whoever asks."""

from __future__ import annotations

from cliffhanger.dynamo import Unclear
from cliffhanger.errors import Busy, NothingToCarry
from cliffhanger.ledger.canonical import canonical_json, digest
from cliffhanger.ledger.carries import Carry
from cliffhanger.ledger.carrying import record_settled
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.journal import Recorded, Retrying
from cliffhanger.ledger.names import Income, check_reference, earned_lane
from cliffhanger.ledger.planning import Ask, Turn
from cliffhanger.ledger.recoveries import RECOVERY, Asked, plan_recovery, recovery_reference, shortage_of
from cliffhanger.ledger.rolling import end_to_write, entries_back_over_volumes, tail
from cliffhanger.ledger.splits import Part, account_of
from cliffhanger.ledger.store import LedgerStore


def recover_lane(
    ledger: LedgerStore,
    series: str,
    lane: int,
    day: str,
    *,
    income: Income = "earned",
    retrying: Retrying | None = None,
) -> Recorded | None:
    """Brings a lane what it has long been short of; None where there is nothing to recover, or it is not time.

    Asked again for the day, the first recovery answers; nothing of it is taken twice, whatever the day.

    Raises:
        NameInvalid: a fault of the calling code; nothing changed.
        Busy, Undecided: try again; Busy also where more entries stand since than are walked through.
        LedgerCorrupt: stored bytes contradict their hash.
    """
    pace = retrying or Retrying()
    account = earned_lane(series, lane, income)
    try:
        short = shortage_of(entries_back_over_volumes(ledger, tail(ledger, account)), pace.clock())
        if short is None:
            return None
        carried = ledger.entry(*short.carry)
    except Unclear as error:
        raise Busy("Try again in a moment.") from error
    parts = tuple(Part(str(party), int(bp)) for party, bp in carried.terms.get("parties", ()))
    reference = check_reference(recovery_reference(series, lane, day, income), carried.account)
    request = digest(canonical_json({"operation": RECOVERY, "lane": account}))
    told = {name: carried.terms[name] for name in ("income", "series", "split", "parties") if name in carried.terms}
    ask = Ask(reference, request, {**told, "day": day, "kind": RECOVERY})
    others = {account_of(part.party, series) for part in parts} - {carried.account}

    def plan(head: Entry | None, now: int) -> Carry:
        ends = {one: end_to_write(ledger, one) for one in (account, *sorted(others))}
        return plan_recovery(Turn(carried.account, head, now, ask), account, ends, Asked(series, short.amounts, parts))

    try:
        return record_settled(ledger, carried.account, reference, plan, pace)
    except NothingToCarry:
        return None
