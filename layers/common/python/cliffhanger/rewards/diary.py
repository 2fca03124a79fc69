"""A viewer's days as their chain has them: check-ins, of which some wait, and repairs of days that were missed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from cliffhanger.ledger.state import Known
from cliffhanger.ledger.store import LedgerStore
from cliffhanger.rewards.checkin import Checkin, joined
from cliffhanger.rewards.days import date_after
from cliffhanger.rewards.pending import Pending
from cliffhanger.rewards.rules import Kind

KIND: Kind = "checkin"
LOOKED_BACK_DAYS = 10
REPAIRS_COUNTED_DAYS = 30


class Diary(NamedTuple):
    """The dates of check-ins and repairs with the numbers of their entries, and check-ins that wait.

    Of check-ins those of the last ten days, of repairs those of the last thirty.
    """

    ledger: LedgerStore
    account: str
    entries: Mapping[str, int]
    waiting: Mapping[str, Checkin]
    repairs: frozenset[str]

    @property
    def days(self) -> frozenset[str]:
        """Every date that has a check-in or a repair."""
        return frozenset(self.entries) | frozenset(self.waiting)

    def last(self) -> Checkin | None:
        """The last day, with the run that stands on it.

        Raises:
            Unclear: a read did not succeed.
        """
        return self.on(max(self.days)) if self.days else None

    def on(self, date: str) -> Checkin:
        """What stands of one of the days, with its run as repairs have mended it.

        Raises:
            Unclear: a read did not succeed.
        """
        return joined(date, self._stated, self.repairs)

    def _stated(self, date: str) -> Checkin:
        if date in self.waiting:
            return self.waiting[date]
        entry = self.ledger.entry(self.account, self.entries[date])
        return Checkin(date, entry.terms["zone"], entry.terms["run"], entry.at)


def diary_of(ledger: LedgerStore, account: str, today: str, waiting: Iterable[Pending]) -> Diary:
    """A viewer's days up to today.

    Raises:
        Unclear: a read did not succeed.
    """
    oldest = date_after(today, -LOOKED_BACK_DAYS)
    begins = f"reward:{KIND}:{oldest}"
    ends = f"reward:{KIND}:{today};"  # ";" follows ":", and no id contains either
    checkins = ledger.references_between(account, begins, ends, 2 * LOOKED_BACK_DAYS)
    since = date_after(today, -REPAIRS_COUNTED_DAYS)
    repairs = ledger.references_between(account, f"repair:{since}", f"repair:{today}", 2 * REPAIRS_COUNTED_DAYS)
    entries = _by_date([known for known in checkins if known[0].endswith(":grant")], 2)
    mended = _by_date(repairs, 1)
    held = {
        one.fact: Checkin(one.fact, one.terms["zone"], one.terms["run"], one.at)
        for one in waiting
        if one.kind == KIND and one.counts and oldest <= one.fact <= today and one.fact not in entries
    }
    return Diary(ledger, account, {**mended, **entries}, held, frozenset(mended))


def _by_date(known: Iterable[Known], place: int) -> dict[str, int]:
    return {name.split(":")[place]: seq for name, seq in known}
