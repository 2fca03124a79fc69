"""Entries that move nothing of their own: what is laid down for an account, and what has expired on it. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from cliffhanger.errors import NothingExpired
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.planning import Turn, living, next_entry
from cliffhanger.ledger.state import TIP_RULES


def set_flag(turn: Turn, *, flag: str, on: bool) -> Entry:
    """Raises or lowers a flag of an account.

    Raises:
        NameInvalid: the reference does not belong on the account.
    """
    alive = living(turn)
    flags = {*alive.state.flags, flag} if on else {*alive.state.flags} - {flag}
    state = alive.state._replace(flags=tuple(sorted(flags)))
    return next_entry(turn, alive, postings=(), state=state)


def set_limits(turn: Turn, limits: Mapping[str, int]) -> Entry:
    """Lays down the viewer's own limits, in coins: ``day``, ``series``; ``auto`` 1 lets clients unlock by themselves.

    They replace those before as a whole, but for the limit on tips, which ``tipping`` sets. Whatever is appended later
    obeys them: the chain orders the two.

    Raises:
        NameInvalid: the reference does not belong on the account.
    """
    alive = living(turn)
    of_tips = {rule: alive.state.limits[rule] for rule in TIP_RULES if rule in alive.state.limits}
    state = alive.state._replace(limits=dict(sorted({**of_tips, **limits}.items())))
    return next_entry(turn, alive, postings=(), state=state)


def record_expiry(turn: Turn) -> Entry:
    """Records the lots that have expired, where no other entry has come to notice.

    Raises:
        NothingExpired: no lot has, by the time of the chain.
        NameInvalid: the reference does not belong on the account.
    """
    alive = living(turn)
    if not alive.expiries:
        raise NothingExpired("No lot of the account has expired.")
    return next_entry(turn, alive, postings=(), state=alive.state)
