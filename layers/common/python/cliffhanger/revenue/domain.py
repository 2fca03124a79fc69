"""Splits: who shares in what a series earns, in basis points, by versions that are never changed. Pure."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Mapping, Sequence
from importlib import resources
from typing import NamedTuple

from cliffhanger.catalog.domain import CreatorShare
from cliffhanger.clock import ms_of, rfc3339
from cliffhanger.errors import NameInvalid, ValidationFailed
from cliffhanger.ledger.names import Income
from cliffhanger.ledger.splits import CREATOR, MAX_PARTS, PLATFORM, WHOLE_BP, Part, account_of, person_of

DAY_MS = 86_400_000
SHIPPED_VERSION = 0
"""The version of the split that holds for a series until operators have decided on one of its own."""
MAX_VERSIONS = 1_000
LOOKED_BACK_DAYS = 31
"""For so many days after a split has ended, what its runs have left on lanes is looked for."""


class Shares(NamedTuple):
    """What each party gets: of unlocks, and of tips. The parts of each make up 10,000 basis points."""

    unlocks: tuple[Part, ...]
    tips: tuple[Part, ...]

    def of(self, income: Income) -> tuple[Part, ...]:
        """The parts of what lanes of one kind take in."""
        return self.unlocks if income == "earned" else self.tips


class Split(NamedTuple):
    """One version of a series' split, and who decided on it; it divides the income of ``since``, a day, and after.

    ``approved_at`` is 0 until a second operator has approved it: until then it divides nothing.
    """

    series: str
    version: int
    shares: Shares
    since: str
    by: str
    at: int
    approved_by: str = ""
    approved_at: int = 0

    @property
    def persons(self) -> tuple[str, ...]:
        """Everybody but the platform who has a part in it, once each, in order."""
        return persons_of(self.shares)


class Due(NamedTuple):
    """What one split divides at a day's run: for which day, and what had come ``before`` a time; None: all there is."""

    split: Split
    day: str
    before: int | None


def shipped(series: str, owner: str) -> Split:
    """The split that ships with the product, for a series and who owns it."""
    return Split(series, SHIPPED_VERSION, _for_owner(_data(), owner), "1970-01-01", "", 0)


def split_on(splits: Iterable[Split], day: str, *, shipped: Split) -> Split:
    """The split that divides the income of a day: the newest that is approved and begins by then, else what ships."""
    begun = [split for split in splits if split.approved_at and split.since <= day]
    return max(begun, key=lambda split: split.version, default=shipped)


def due_on(splits: Sequence[Split], day: str, today: str, *, shipped: Split) -> tuple[Due, ...]:
    """By which splits a day's run divides what a series holds, the earliest first; the day's own comes last.

    What reached a lane before a split began is divided by the one before it, also where that one's last run was missed,
    or has failed; and where the day's own split has ended since, a run that is late takes nothing that came after it.
    """
    agreed = [split for split in splits if split.approved_at]
    changes = [("", shipped)]
    for since in sorted({split.since for split in agreed if split.since <= today}):
        # A version that was decided later may begin earlier: then it goes on where another would have begun.
        if (split := split_on(agreed, since, shipped=shipped)) != changes[-1][1]:
            changes.append((since, split))
    oldest = day_of(_midnight(day) - LOOKED_BACK_DAYS * DAY_MS)
    found = []
    for place, (first, split) in enumerate(changes, start=1):
        ends = _midnight(changes[place][0]) if place < len(changes) else None
        last = day if ends is None else min(day, day_of(ends - DAY_MS))
        if first <= day and last >= oldest:
            found.append(Due(split, last, ends))
    return tuple(found)


def creator_shares(splits: Sequence[Split], day: str) -> tuple[CreatorShare, ...]:
    """What a series' creator gets by its approved splits, on a day and after it, the earliest day first."""
    agreed = [split for split in splits if split.approved_at]
    begins = sorted({split.since for split in agreed})
    passed = [since for since in begins if since <= day][-1:]
    return tuple(
        CreatorShare(since, *(_creator_bp(parts) for parts in split_on(agreed, since, shipped=agreed[0]).shares))
        for since in (*passed, *(since for since in begins if since > day))
    )


def check_shares(shares: Shares, owner: str) -> None:
    """Lets shares pass that can be paid: everybody once, the series' owner among them, 10,000 basis points in all.

    Raises:
        ValidationFailed: which rule they break.
    """
    for name, parts in zip(Shares._fields, shares, strict=True):
        _check_parts(name, parts, owner)


def persons_of(shares: Shares) -> tuple[str, ...]:
    """Everybody but the platform who has a part in unlocks or tips, once each, in order."""
    return tuple(dict.fromkeys(person for parts in shares for part in parts if (person := person_of(part.party))))


def day_of(at_ms: int) -> str:
    """The date (UTC) of a time in milliseconds since the Unix epoch."""
    return rfc3339(at_ms)[:10]


def shares_of(document: Mapping[str, Sequence[Sequence[object]]]) -> Shares:
    """Shares from the lists that they are kept as: party and basis points."""
    return Shares(*(tuple(Part(str(party), int(str(bp))) for party, bp in document[name]) for name in Shares._fields))


def document_of(shares: Shares) -> dict[str, list[list[object]]]:
    """The lists that shares are kept as."""
    return {name: [list(part) for part in parts] for name, parts in zip(Shares._fields, shares, strict=True)}


def _midnight(day: str) -> int:
    return ms_of(f"{day}T00:00:00Z")


def _creator_bp(parts: Sequence[Part]) -> int:
    return sum(part.bp for part in parts if part.party.startswith(f"{CREATOR}:"))


def _check_parts(name: str, parts: Sequence[Part], owner: str) -> None:
    where = f" - at `$.{name}`"
    parties = [part.party for part in parts]
    try:
        accounts = [account_of(party, "any") for party in parties]
    except NameInvalid as error:
        raise ValidationFailed(f"{error.detail}{where}", where="body") from error
    if sum(part.bp for part in parts) != WHOLE_BP or min((part.bp for part in parts), default=0) < 1:
        raise ValidationFailed(f"The parts make up {WHOLE_BP} basis points, each at least one{where}", where="body")
    if len(parts) > MAX_PARTS or len(set(accounts)) < len(accounts):
        raise ValidationFailed(f"Everybody has one part, and there are {MAX_PARTS} at most{where}", where="body")
    if parties.count(PLATFORM) != 1 or [one for one in parties if one.startswith(CREATOR)] != [f"{CREATOR}:{owner}"]:
        raise ValidationFailed(
            f"The platform has a part, and the series' owner as its one creator{where}", where="body"
        )


def _for_owner(shares: Shares, owner: str) -> Shares:
    return Shares(
        *(
            tuple(part._replace(party=f"{CREATOR}:{owner}") if part.party == CREATOR else part for part in parts)
            for parts in shares
        )
    )


@functools.cache
def _data() -> Shares:
    return shares_of(json.loads(resources.files("cliffhanger.revenue").joinpath("default.json").read_bytes()))
