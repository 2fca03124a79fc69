"""Dividing what a lane of income holds among the parties of a split: to the smallest unit, nobody by chance. Pure.

A party is `platform`, or a role and a person: `creator:…`, `house:…` (a production house), `affiliate:…`. Whoever is a
person is paid on the chain `creator:{person}`, the platform on its accounts of that purpose.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from cliffhanger.errors import NameInvalid
from cliffhanger.ledger.names import account_kind, platform

WHOLE_BP = 10_000
"""Basis points in a whole."""
PLATFORM = "platform"
CREATOR = "creator"
ROLES = (PLATFORM, CREATOR, "house", "affiliate")
"""Roles of parties; the platform has no person, and everybody else has one."""
MAX_PARTS = 8
"""Parties of a split, at most: each takes a posting per currency, and a place in the transaction."""
REVENUE = "revenue"
"""The platform's accounts of its share."""


class Part(NamedTuple):
    """What one party gets of each amount, in basis points."""

    party: str
    bp: int


def person_of(party: str) -> str:
    """The person of a party; "" of the platform."""
    return party.partition(":")[2]


def account_of(party: str, series: str) -> str:
    """Where a party is paid what a series has earned.

    Raises:
        NameInvalid: it is no party.
    """
    role, _, person = party.partition(":")
    if role not in ROLES or (role == PLATFORM) == bool(person):
        raise NameInvalid(f"No party: {party!r}")
    if role == PLATFORM:
        return platform(REVENUE, series)
    account = f"creator:{person}"
    account_kind(account)
    return account


def divide(amount: int, parts: Sequence[Part]) -> tuple[int, ...]:
    """An amount, in its smallest unit, as each part's share of it; the shares make up the amount.

    By largest remainder: each part gets its share rounded down, and what is left goes, one each, to those whose share
    was rounded by most; of equals, to who comes first in the split. Nobody is further than one from the exact share,
    and who has more basis points never gets less. As the amount grows by one, though, a share of three or more may
    shrink by one (the Alabama paradox), which is why an amount is divided once, and never in pieces.
    """
    exact = [amount * part.bp for part in parts]
    shares = [product // WHOLE_BP for product in exact]
    left = amount - sum(shares)
    by_remainder = sorted(range(len(parts)), key=lambda place: (-(exact[place] % WHOLE_BP), place))
    for place in by_remainder[:left]:
        shares[place] += 1
    return tuple(shares)
