"""Invitations: who brings whom, when a friend is one, and what speaks against it. Pure.

An invitation is a code that follows from its inviter by a key. A friend redeems one, once in a life, while they are new
and before they have bought anything. Both sides are rewarded after the friend's first real act: their first purchase.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from typing import Literal, NamedTuple

from cliffhanger.ledger.names import base32
from cliffhanger.ledger.state import Known
from cliffhanger.rewards.claims import Signals

DAY_MS = 86_400_000
MOST_PLACES = 4
"""Devices and address blocks that an invitation remembers of its inviter."""
MOST_STEPS = 8
"""So far up the chain of invitations a ring is looked for."""
MOST_SHOWN = 50

Side = Literal["inviter", "friend"]
SIDES: tuple[Side, ...] = ("inviter", "friend")
Barrier = Literal["own_invitation", "not_new", "has_bought", "redeemed_another", "ring", "same_device"]
"""Why an invitation is not redeemed; stable."""


class Invitation(NamedTuple):
    """A viewer's invitation: its code, where they have opened it, and what their rewards ask of them.

    ``devices`` and ``blocks`` are digests, the newest last. ``since`` is when the inviter joined, None where unknown.
    """

    code: str
    person: str
    devices: tuple[str, ...] = ()
    blocks: tuple[str, ...] = ()
    zone: str = ""
    country: str = ""
    age: int | None = None
    since: int | None = None

    def opened(self, device: str, block: str) -> Invitation:
        """The invitation as it was opened on a device, from an address block."""
        return self._replace(devices=_with(self.devices, device), blocks=_with(self.blocks, block))


class Referral(NamedTuple):
    """An invitation that was redeemed: by whom, whose it is, when, until when the friend has to buy something.

    ``device``, ``zone``, ``country``, ``age`` and ``since`` are the friend's, ``signals`` what was seen when they
    redeemed it. ``order`` is the purchase that decides, once there is one; ``barred`` are sides that the rules gave
    nothing, for good; ``undone``: all of what was paid went back.
    """

    friend: str
    inviter: str
    code: str
    redeemed_at: int
    act_by: int
    device: str = ""
    zone: str = ""
    country: str = ""
    age: int | None = None
    since: int | None = None
    signals: Signals = Signals()
    order: str = ""
    barred: tuple[Side, ...] = ()
    undone: bool = False

    @property
    def fact(self) -> str:
        """What both rewards are for, as an id: it tells neither side who the other is."""
        return fact_of(self.friend)

    def whose(self, side: Side) -> str:
        """The person on one side."""
        return self.inviter if side == "inviter" else self.friend


class Purchase(NamedTuple):
    """A friend's first purchase: its order, the number of its entry, and the reversals that stand, in order."""

    order: str
    seq: int
    reversals: tuple[tuple[str, int], ...]


def code_of(person: str, key: bytes) -> str:
    """A viewer's code: 80 bits that nobody can guess or trace back, the same whenever they are asked for."""
    return base32(hmac.new(key, f"invitation:{person}".encode(), hashlib.sha256).digest()[:10])


def fact_of(friend: str) -> str:
    """The fact that somebody was brought, once in a life."""
    return base32(hashlib.sha256(f"referral:{friend}".encode()).digest()[:10])


def barriers(
    *, friend: str, age_ms: int | None, within_days: int, bought: bool, line: Iterable[str], on_device: Iterable[str]
) -> tuple[Barrier, ...]:
    """What speaks against a friend's redeeming an invitation; nothing where it may be.

    Args:
        friend: who redeems.
        age_ms: how old their account is, None where that is not known.
        within_days: how old it may be.
        bought: whether they have bought coins.
        line: the inviter, who has invited the inviter, and so on.
        on_device: who has claimed, or opened their invitation, on the friend's device.
    """
    above = tuple(line)
    found: list[Barrier] = []
    if above[:1] == (friend,):
        return ("own_invitation",)
    if age_ms is None or age_ms >= within_days * DAY_MS:
        found.append("not_new")
    if bought:
        found.append("has_bought")
    if friend in above:
        found.append("ring")
    if set(above) & set(on_device):
        found.append("same_device")
    return tuple(found)


def first_purchase(known: Iterable[Known]) -> Purchase | None:
    """The first of the purchases that references tell, None where there is none.

    A refund that did not arrive, or a dispute that was won, is no reversal any more.
    """
    references = tuple(known)
    grants = sorted((seq, name.split(":")[1]) for name, seq in references if name.endswith(":grant"))
    if not grants:
        return None
    seq, order = grants[0]
    parts = [(name.split(":"), number) for name, number in references if name.startswith(f"purchase:{order}:")]
    back = {part[3] for part, _ in parts if part[2] == "back"}
    gone = sorted((number, part[3]) for part, number in parts if part[2] == "rev" and part[3] not in back)
    return Purchase(order, seq, tuple((name, number) for number, name in gone))


def _with(places: tuple[str, ...], place: str) -> tuple[str, ...]:
    if not place or place in places:
        return places
    return (*places, place)[-MOST_PLACES:]
