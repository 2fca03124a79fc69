"""What a viewer has had today, and ever, read from their own chain: each reward's entry states the sums after it.

So the newest such entry tells all, caps hold whatever happens at once (LEDGER 17), and nothing else has to be written.
The day itself stands there too: whoever asks for another zone gets it with the next day (:mod:`.days`). What had waited
states what was had ever, and nothing of the day: who decided it had counted it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from cliffhanger.errors import RewardRefused
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.store import LedgerStore
from cliffhanger.rewards.claims import Claim, Decision, Ever, Taken, Tally
from cliffhanger.rewards.days import HOUR_MS, Day, day_at
from cliffhanger.rewards.pending import Pending, of_day

LOOKED_BACK_MS = 50 * HOUR_MS
"""No day is longer: an entry from before that says nothing of today."""
AT_ONCE, FURTHER_AT_ONCE, MOST_PAGES = 12, 100, 20
"""Entries read at first, and then at a time, and how often: between two rewards a viewer does a few other things, and
nobody does thousands."""
ANY_REWARD = ("reward:", "reward;")
"""From where to where references of rewards stand: ``;`` follows ``:``, and no id contains either."""


class Today(NamedTuple):
    """A viewer's day, what rewards they have had of it, and what ever, where that was asked for.

    What waits is in neither.
    """

    day: Day
    had: Tally = Tally()
    ever: Ever = Ever()


def today(ledger: LedgerStore, account: str, head: Entry | None, now: int, zone: str, *, ever: bool = False) -> Today:
    """What a viewer's chain says of today, up to its head; with ``ever``, of all time as well, however long ago.

    Raises:
        RewardRefused: so much has happened since the last reward that it cannot be found: no person does that.
        Unclear: a read did not succeed.
    """
    entry, known = _stated(ledger, account, head, now - LOOKED_BACK_MS, ever=ever)
    if entry is None:
        return Today(day_at(now, zone, None), ever=known)
    last = Day(*entry.terms["day"])
    day = day_at(max(now, entry.at), zone, last)
    return Today(day, _tally(entry.terms["had"]) if day == last else Tally(), known)


def ever_of(ledger: LedgerStore, account: str, head: Entry | None) -> Ever:
    """What a viewer's chain says of all time, up to its head.

    Raises: as :func:`today`.
    """
    return _stated(ledger, account, head, None, ever=True)[1]


def terms_of(day: Day, had: Tally, ever: Ever, claim: Claim, decision: Decision) -> dict[str, Any]:
    """What an entry states of the day, of what was had with this reward, and by which rule it is given."""
    after = had.plus(decision)
    rules = {rule: list(taken) for rule, taken in sorted(after.rules.items())}
    arm = {"arm": decision.arm} if decision.arm else {}
    return {
        "day": list(day),
        "had": [after.house, after.campaigns, rules],
        "ever": list(ever.plus(claim.kind, decision.coins)),
        "rule": decision.rule,
        "version": decision.version,
        **arm,
    }


def plus(tally: Tally, rule: str, coins: int) -> Tally:
    """A tally with one more reward of the house's."""
    had = tally.of(rule)
    rules = {**tally.rules, rule: Taken(had.coins + coins, had.times + 1)}
    return Tally(tally.house + coins, tally.campaigns, rules)


def counting(had: Tally, waiting: Iterable[Pending], day: str) -> Tally:
    """What was had of a day, with what waits, and what waited and was paid since: entries tell nothing of it.

    What campaigns pay counts against theirs, on their own chains.
    """
    return with_waiting(had, (one for one in of_day(waiting, day) if not one.campaign))


def with_waiting(tally: Tally, pending: Iterable[Pending]) -> Tally:
    """A tally with what waits."""
    for one in pending:
        tally = plus(tally, one.rule, one.coins)
    return tally


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


def _stated(
    ledger: LedgerStore, account: str, head: Entry | None, since: int | None, *, ever: bool
) -> tuple[Entry | None, Ever]:
    """The newest entry from a time on that states what was had of a day, and what was ever had.

    Every reward states the latter. Entries that do not are from before it was counted; so it begins with nothing.
    """
    newest: Entry | None = None
    known: Ever | None = None if ever else Ever()
    looked_for = False
    for entry in _back(ledger, account, head):
        if since is None or entry.at < since:
            if known is None and not looked_for and not ledger.references_between(account, *ANY_REWARD, 1):
                return newest, Ever()
            since, looked_for = None, True
        elif newest is None and "had" in entry.terms:
            newest = entry
        if known is None and "ever" in entry.terms:
            known = Ever(*entry.terms["ever"])
        if known is None and "had" in entry.terms:
            known = Ever()
        if known is not None and (newest is not None or since is None):
            return newest, known
    return newest, known or Ever()


def _back(ledger: LedgerStore, account: str, head: Entry | None) -> Iterator[Entry]:
    """A chain's entries up to its head, newest first, read as they are asked for."""
    page: tuple[Entry, ...] = () if head is None else (head,)
    for number in range(MOST_PAGES):
        yield from page
        if not page or page[-1].seq == 1:
            return
        page = ledger.newest(account, FURTHER_AT_ONCE if number else AT_ONCE, before=page[-1].seq)
    raise RewardRefused("The rules give nothing for it.", signals=["viewer_velocity"])


def _tally(stated: list[Any]) -> Tally:
    house, campaigns, rules = stated
    taken: Mapping[str, Taken] = {rule: Taken(*had) for rule, had in rules.items()}
    return Tally(house, campaigns, taken)
