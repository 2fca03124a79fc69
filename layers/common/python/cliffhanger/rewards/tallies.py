"""What a viewer has had today, read from their own chain: each reward's entry states the sums after it (LEDGER 17).

So the newest such entry tells all, caps hold whatever happens at once, and nothing else has to be written. The day
itself stands there too: whoever asks for another zone gets it with the next day (:mod:`.days`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from cliffhanger.errors import RewardRefused
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.store import LedgerStore
from cliffhanger.rewards.claims import Decision, Taken, Tally
from cliffhanger.rewards.days import HOUR_MS, Day, day_at

LOOKED_BACK_MS = 50 * HOUR_MS
"""No day is longer: an entry from before that says nothing of today."""
AT_ONCE = 12
"""Entries read at a time. Between two rewards a viewer does a few other things at most."""
MOST_PAGES = 30


class Today(NamedTuple):
    """A viewer's day and what rewards they have had of it; what waits is not in it."""

    day: Day
    had: Tally = Tally()


def today(ledger: LedgerStore, account: str, head: Entry | None, now: int, zone: str) -> Today:
    """What a viewer's chain says of today, up to its head.

    Raises:
        RewardRefused: so much has happened since the last reward that it cannot be found: no person does that.
        Unclear: a read did not succeed.
    """
    entry = _newest(ledger, account, head, now)
    if entry is None:
        return Today(day_at(now, zone, None))
    last = Day(*entry.terms["day"])
    day = day_at(max(now, entry.at), zone, last)
    return Today(day, _tally(entry.terms["had"]) if day == last else Tally())


def terms_of(day: Day, had: Tally, decision: Decision) -> dict[str, Any]:
    """What an entry states of the day, of what was had with this reward, and by which rule it is given."""
    after = had.plus(decision)
    rules = {rule: list(taken) for rule, taken in sorted(after.rules.items())}
    arm = {"arm": decision.arm} if decision.arm else {}
    return {
        "day": list(day),
        "had": [after.house, after.campaigns, rules],
        "rule": decision.rule,
        "version": decision.version,
        **arm,
    }


def plus(tally: Tally, rule: str, coins: int) -> Tally:
    """A tally with one more reward of the house's."""
    had = tally.of(rule)
    rules = {**tally.rules, rule: Taken(had.coins + coins, had.times + 1)}
    return Tally(tally.house + coins, tally.campaigns, rules)


def summed(tallies: Iterable[Tally]) -> Tally:
    """What several have had together."""
    house, campaigns, rules = 0, 0, dict[str, Taken]()
    for tally in tallies:
        house, campaigns = house + tally.house, campaigns + tally.campaigns
        for rule, taken in tally.rules.items():
            had = rules.get(rule, Taken())
            rules[rule] = Taken(had.coins + taken.coins, had.times + taken.times)
    return Tally(house, campaigns, rules)


def rewards_since(ledger: LedgerStore, account: str, head: Entry | None, since: int, most: int) -> int:
    """How many rewards a chain has from a time in milliseconds on, up to its head; so many at most.

    Raises:
        Unclear: a read did not succeed.
    """
    found = 0
    page: tuple[Entry, ...] = () if head is None else (head,)
    while page and found < most:
        for entry in page:
            if entry.at < since:
                return found
            found += "had" in entry.terms
        page = () if page[-1].seq == 1 else ledger.newest(account, AT_ONCE, before=page[-1].seq)
    return min(found, most)


def _newest(ledger: LedgerStore, account: str, head: Entry | None, now: int) -> Entry | None:
    if head is None:
        return None
    page: tuple[Entry, ...] = (head,)
    for _ in range(MOST_PAGES):
        for entry in page:
            if entry.at < now - LOOKED_BACK_MS:
                return None
            if "had" in entry.terms:
                return entry
        if page[-1].seq == 1:
            return None
        page = ledger.newest(account, AT_ONCE, before=page[-1].seq)
    raise RewardRefused("Too much has happened on the account today.", reasons=["viewer_velocity"])


def _tally(stated: list[Any]) -> Tally:
    house, campaigns, rules = stated
    taken: Mapping[str, Taken] = {rule: Taken(*had) for rule, had in rules.items()}
    return Tally(house, campaigns, taken)
