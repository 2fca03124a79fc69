"""What the entries of a creator's chain say of income: from which series and day, and how much of it stayed. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from cliffhanger.ledger.carries import SHARE
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.names import COIN_UNITS, OWN, OWN_DEFERRED, account_kind
from cliffhanger.ledger.recoveries import RECOVERY
from cliffhanger.revenue.domain import day_of


class Income(NamedTuple):
    """An amount of a currency that an entry brought to the account, in its smallest unit; negative: it was taken back.

    ``income`` is `earned` or `tips`; it, ``series`` and ``split`` are empty where the entry does not say, which only a
    share does that was settled anew after a restore.
    """

    day: str
    currency: str
    amount: int
    income: str = ""
    series: str = ""
    split: int | None = None


def income_of(entry: Entry) -> Iterator[Income]:
    """What an entry of a creator's chain brought of income, per currency; nothing for all other entries.

    That is what stayed of a carry that was divided on this chain, or came as a share from another one's. What repaid
    debt was earned all the same.
    """
    if not brings_income(entry):
        return
    moved: dict[str, int] = {}
    for unit, amount, source, destination in entry.postings:
        for side, signed in ((source, -amount), (destination, amount)):
            if side in (OWN, OWN_DEFERRED) and unit not in COIN_UNITS:
                moved[unit] = moved.get(unit, 0) + signed
    terms = entry.terms
    told = (str(terms.get("income", "")), str(terms.get("series", "")), terms.get("split"))
    day = str(terms.get("day", "")) or day_of(entry.at)
    for unit, amount in sorted(moved.items()):
        if amount:
            yield Income(day, unit, amount, *told)


def brings_income(entry: Entry) -> bool:
    """Whether an entry is one of those by which income comes or is taken back, even where nothing of it stayed.

    Of batches whose terms are lost, those that settle nothing but what other creators' chains have handed on.
    """
    if entry.terms.get("kind") in ("carry", SHARE, RECOVERY):
        return True
    return bool(entry.sources) and all(account_kind(source.account) == "creator" for source in entry.sources)
