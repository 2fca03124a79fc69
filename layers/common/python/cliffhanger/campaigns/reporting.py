"""What became of a campaign, by day: added up from the chains of its slices, so that it is what the ledger says.

A slice is added up once: what it came to is kept with the entry that it was added up to, and only what follows is read.
Refusals have no entries; they are counted where they happen, and a retry counts again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from cliffhanger.campaigns.domain import Campaign, Tallied, day_of
from cliffhanger.dynamo import Unclear
from cliffhanger.errors import Busy
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.names import OWN

if TYPE_CHECKING:
    from cliffhanger.campaigns.store import CampaignsStore
    from cliffhanger.ledger.store import LedgerStore

AT_ONCE = 200
MOST_ENTRIES = 2_000
"""Entries of all slices that one reading adds up; the sweep adds up the others, some at a time."""


class Sums(NamedTuple):
    """Numbers of a day, or of all days. All but the first three are bonus coins.

    ``claimed`` left the budget and was pending; of it were ``confirmed``, and ``taken_pending`` went back before.
    ``taken_confirmed`` was taken back from viewers. ``funded`` came from the brand, ``unspent`` went back to it.
    """

    claims: int = 0
    confirmations: int = 0
    returns: int = 0
    claimed: int = 0
    confirmed: int = 0
    taken_pending: int = 0
    taken_confirmed: int = 0
    funded: int = 0
    unspent: int = 0

    @property
    def pending(self) -> int:
        """What waits for the end of its return window, or for a reviewer."""
        return self.claimed - self.confirmed - self.taken_pending

    @property
    def taken(self) -> int:
        """What was clawed back, before and after it was confirmed."""
        return self.taken_pending + self.taken_confirmed

    @property
    def spent(self) -> int:
        """What the budget has spent for good, as it stands."""
        return self.confirmed - self.taken_confirmed

    @property
    def left(self) -> int:
        """What the budget still holds."""
        return self.funded - self.claimed + self.taken - self.unspent

    def plus(self, other: Mapping[str, int]) -> Sums:
        """The sums with other numbers, by name."""
        return self._replace(**{name: getattr(self, name) + number for name, number in other.items()})


class Day(NamedTuple):
    """One day of a campaign: its numbers, and refusals by reason."""

    day: str
    sums: Sums
    refused: Mapping[str, int]


class Report(NamedTuple):
    """What became of a campaign. ``complete``: all entries are in it; else the newest of them are not yet."""

    days: tuple[Day, ...]
    total: Sums
    refused: Mapping[str, int]
    complete: bool


def report(campaigns: CampaignsStore, ledger: LedgerStore, campaign: Campaign) -> Report:
    """What became of a campaign by now.

    Raises:
        Busy, Unavailable: try again.
    """
    budget, complete = MOST_ENTRIES, True
    sums: dict[str, Sums] = {}
    for number in range(campaign.terms.slices if campaign.funded else 0):
        before = campaigns.tallied(campaign.campaign, number)
        after, done = _added_up(ledger, campaign.budget.slice(number), before, budget)
        budget -= after.seq - before.seq
        complete = complete and done
        if after.seq > before.seq:
            campaigns.tally(campaign.campaign, number, after, before.seq)
        for day, numbers in after.days.items():
            sums[day] = sums.get(day, Sums()).plus(numbers)
    refusals = campaigns.refusals(campaign.campaign)
    days = tuple(Day(day, sums.get(day, Sums()), refusals.get(day, {})) for day in sorted({*sums, *refusals}))
    total, refused = Sums(), dict[str, int]()
    for one in days:
        total = total.plus(one.sums._asdict())
        for reason, count in one.refused.items():
            refused[reason] = refused.get(reason, 0) + count
    return Report(days, total, refused, complete)


def numbers_of(entry: Entry) -> dict[str, int]:
    """What an entry of a slice adds to its day, by the names of :class:`Sums`."""
    kind = entry.terms.get("kind")
    moved = {line.source: line.amount for line in entry.postings}
    if kind == "claim":
        return {"claims": 1, "claimed": sum(moved.values())}
    if kind == "confirmation":
        return {"confirmations": 1, "confirmed": moved.get(OWN, 0)}
    if kind == "clawback":
        late = any(source.startswith("viewer:") for source in moved)
        return {"returns": 1, "taken_confirmed" if late else "taken_pending": sum(moved.values())}
    if kind == "funding":
        return {"funded": sum(moved.values())}
    return {"unspent": sum(moved.values())} if kind == "unspent" else {}


def _added_up(ledger: LedgerStore, account: str, known: Tallied, most: int) -> tuple[Tallied, bool]:
    """What a slice came to after at most so many more entries, and whether that is all.

    The head is looked at first: of most slices most of the time nothing is new, and what is read is new.

    Raises:
        Busy: try again.
    """
    try:
        head = ledger.head(account)
        last = 0 if head is None else head.seq
        until = min(last, known.seq + most)
        days = {day: dict(numbers) for day, numbers in known.days.items()}
        for seq in range(known.seq, until, AT_ONCE):
            count = min(AT_ONCE, until - seq)
            for entry in reversed(ledger.newest(account, count, before=seq + count + 1)):
                numbers = days.setdefault(day_of(entry.at), {})
                for name, number in numbers_of(entry).items():
                    numbers[name] = numbers.get(name, 0) + number
    except Unclear as error:
        raise Busy("Try again in a moment.") from error
    return Tallied(max(until, known.seq), _some(days.items())), until >= last


def _some(days: Iterable[tuple[str, dict[str, int]]]) -> dict[str, dict[str, int]]:
    return {day: numbers for day, numbers in days if numbers}
