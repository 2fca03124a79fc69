"""What a creator has earned and has, what is held of it and why: read from the chain, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from cliffhanger.dynamo import Unclear
from cliffhanger.errors import Unavailable
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.names import COIN_UNITS, account_kind, hold_references
from cliffhanger.ledger.state import Hold, State
from cliffhanger.ledger.store import LedgerStore
from cliffhanger.revenue.domain import DAY_MS, day_of
from cliffhanger.revenue.income import Income, income_of

DAYS = 30
"""So many days, today among them, are told one by one."""
MOST_ENTRIES = 5_000
"""Entries that are looked through at most; a creator with a hundred series has as many in fifty days."""
_PAGE = 200


class HeldPart(NamedTuple):
    """An amount that is set aside: by which hold, why, and until when at the latest, in milliseconds since the epoch.

    Why: what the hold's terms name ``why``, as `payout` or `reserve`; else `hold`.
    """

    hold: str
    why: str
    amount: int
    until: int


class Money(NamedTuple):
    """One currency of a creator's, in its smallest unit.

    ``earned`` came in the last days (:data:`DAYS`), less what was taken back; ``balance`` is on the
    account and not set aside; ``held`` is; ``debt`` is owed, and until it is repaid nothing is payable.
    """

    currency: str
    earned: int
    balance: int
    held: tuple[HeldPart, ...]
    debt: int


class DayIncome(NamedTuple):
    """What a day brought of a currency; negative where more was taken back."""

    day: str
    currency: str
    amount: int


class Earnings(NamedTuple):
    """What a creator has, by currency in order, and what each day brought, oldest first; days of nothing are absent.

    ``through`` is the number of the last entry that is counted, 0 before the first. ``complete`` is False where there
    were too many entries for all the days. ``frozen``: support has stopped what goes out, and nothing is payable.
    """

    person: str
    money: tuple[Money, ...]
    days: tuple[DayIncome, ...]
    through: int
    frozen: bool = False
    complete: bool = True


def earnings(ledger: LedgerStore, person: str, now: int) -> Earnings:
    """What a creator has earned and has, at a time in milliseconds since the Unix epoch.

    Raises:
        NameInvalid: it is no person.
        Unavailable: the ledger does not answer.
        LedgerCorrupt: stored bytes contradict their hash.
    """
    account = f"creator:{person}"
    account_kind(account)
    first = day_of(now - (DAYS - 1) * DAY_MS)
    try:
        head = ledger.head(account)
        if head is None:
            return Earnings(person, (), (), 0)
        entries, complete = _back_to(ledger, account, head, now - DAYS * DAY_MS)
        whys = {hold.hold: _why(ledger, account, hold) for hold in head.state.holds if hold.currency}
    except Unclear as error:
        raise Unavailable("The ledger does not answer.") from error
    income = [one for entry in entries for one in income_of(entry) if one.day >= first]
    return Earnings(person, _money(head.state, income, whys), _days(income), head.seq, head.state.frozen, complete)


def _back_to(ledger: LedgerStore, account: str, head: Entry, since: int) -> tuple[list[Entry], bool]:
    """The entries from the last one back to a time, newest first, and whether none is missing."""
    found: list[Entry] = []
    before = head.seq + 1
    while len(found) < MOST_ENTRIES:
        page = ledger.newest(account, _PAGE, before)
        found += (entry for entry in page if entry.at >= since)
        if len(page) < _PAGE or page[-1].at < since:
            return found, True
        before = page[-1].seq
    return found, False


def _why(ledger: LedgerStore, account: str, hold: Hold) -> str:
    placed, _ = hold_references(hold.hold)
    for known in ledger.references(account, placed):
        return str(ledger.entry(account, known.seq).terms.get("why", "hold"))
    return "hold"


def _money(state: State, income: Iterable[Income], whys: Mapping[str, str]) -> tuple[Money, ...]:
    earned: dict[str, int] = {}
    for one in income:
        earned[one.currency] = earned.get(one.currency, 0) + one.amount
    holds = [hold for hold in state.holds if hold.currency]
    currencies = {*earned, *state.balances, *state.debt, *(hold.currency for hold in holds)} - set(COIN_UNITS)
    return tuple(
        Money(
            currency,
            earned.get(currency, 0),
            state.balances.get(currency, 0),
            tuple(
                HeldPart(hold.hold, whys[hold.hold], hold.amount, hold.until)
                for hold in holds
                if hold.currency == currency
            ),
            state.debt.get(currency, 0),
        )
        for currency in sorted(currencies)
    )


def _days(income: Iterable[Income]) -> tuple[DayIncome, ...]:
    days: dict[tuple[str, str], int] = {}
    for one in income:
        days[one.day, one.currency] = days.get((one.day, one.currency), 0) + one.amount
    return tuple(_nonzero(days))


def _nonzero(days: Mapping[tuple[str, str], int]) -> Iterator[DayIncome]:
    return (DayIncome(day, currency, amount) for (day, currency), amount in sorted(days.items()) if amount)
