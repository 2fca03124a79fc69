"""Holds as use cases: placed once, resolved once, however often and by whomever it is asked.

A hold's name is derived by the caller from its own fact (a payout, an order), so that a retry finds what it began. The
placing and the resolution share one prefix; post, void and expiry compete for one reference, so that the first of them
is the answer to all (LEDGER rules 4, 6).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from cliffhanger.ledger.canonical import canonical_json, digest
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.holds import Fee, expire_hold, hold_cash, hold_coins, post_hold, void_hold
from cliffhanger.ledger.journal import Make, Recorded, Retrying, record_once
from cliffhanger.ledger.names import hold_references
from cliffhanger.ledger.planning import Ask, Turn, check_amount
from cliffhanger.ledger.store import LedgerStore

NO_TERMS: Mapping[str, Any] = MappingProxyType({})


class Held(NamedTuple):
    """A hold of an account, by the name that follows from the caller's own fact."""

    account: str
    hold: str


def place_coins(
    ledger: LedgerStore,
    held: Held,
    *,
    coins: int,
    units: frozenset[str],
    lifetime_ms: int,
    terms: Mapping[str, Any] = NO_TERMS,
    retrying: Retrying | None = None,
) -> Recorded:
    """Sets coins of those units aside, once per hold; asked again, it answers with the first entry.

    Raises:
        AccountFrozen, DebtOutstanding, SpendLimitReached, InsufficientCoins, HoldsFull: nothing changed.
        AmountInvalid, NameInvalid: a fault of the calling code; nothing changed.
        Busy, Undecided: try again.
    """
    check_amount(coins)
    check_amount(lifetime_ms)

    def make(turn: Turn) -> Entry:
        return hold_coins(turn, hold=held.hold, coins=coins, units=units, lifetime_ms=lifetime_ms)

    return _placed(ledger, held, make, terms, retrying, coins=coins, lifetimeMs=lifetime_ms)


def place_cash(
    ledger: LedgerStore,
    held: Held,
    *,
    currency: str,
    amount: int,
    lifetime_ms: int,
    terms: Mapping[str, Any] = NO_TERMS,
    retrying: Retrying | None = None,
) -> Recorded:
    """Sets cash aside, in the currency's smallest unit, once per hold; asked again, it answers with the first entry.

    Raises:
        AccountFrozen, DebtOutstanding, InsufficientFunds, HoldsFull: nothing changed.
        AmountInvalid, NameInvalid: a fault of the calling code; nothing changed.
        Busy, Undecided: try again.
    """
    check_amount(amount)
    check_amount(lifetime_ms)

    def make(turn: Turn) -> Entry:
        return hold_cash(turn, hold=held.hold, currency=currency, amount=amount, lifetime_ms=lifetime_ms)

    return _placed(ledger, held, make, terms, retrying, currency=currency, amount=amount, lifetimeMs=lifetime_ms)


def post(
    ledger: LedgerStore,
    held: Held,
    *,
    amount: int,
    destination: str,
    fee: Fee | None = None,
    terms: Mapping[str, Any] = NO_TERMS,
    retrying: Retrying | None = None,
) -> Recorded:
    """Moves what is held, or a part of it, to an account and releases the rest; of cash, a fee may go elsewhere.

    The answer is the hold's resolution, be it this post or what came before it: look at its ``kind``.

    Raises:
        HoldMissing, HoldExpired, HoldExceeded, AccountFrozen: nothing changed.
        AmountInvalid, NameInvalid: a fault of the calling code; nothing changed.
        Busy, Undecided: try again.
    """
    check_amount(amount)

    def make(turn: Turn) -> Entry:
        return post_hold(turn, hold=held.hold, amount=amount, destination=destination, fee=fee)

    asked: dict[str, Any] = {"amount": amount, "destination": destination, **({"fee": list(fee)} if fee else {})}
    return _resolved(ledger, held, make, {**terms, "kind": "post"}, retrying, **asked)


def void(
    ledger: LedgerStore, held: Held, *, terms: Mapping[str, Any] = NO_TERMS, retrying: Retrying | None = None
) -> Recorded:
    """Releases what is held; the answer is the hold's resolution, be it this void or what came before it.

    Raises:
        HoldMissing: no such hold was placed; nothing changed.
        NameInvalid: a fault of the calling code; nothing changed.
        Busy, Undecided: try again.
    """
    return _resolved(ledger, held, lambda turn: void_hold(turn, hold=held.hold), {**terms, "kind": "void"}, retrying)


def expire(ledger: LedgerStore, held: Held, retrying: Retrying | None = None) -> Recorded:
    """Releases what is held because its time is over; the answer is the hold's resolution, whatever came first.

    Raises:
        HoldMissing, HoldPending: nothing changed.
        NameInvalid: a fault of the calling code; nothing changed.
        Busy, Undecided: try again.
    """
    return _resolved(ledger, held, lambda turn: expire_hold(turn, hold=held.hold), {"kind": "expiry"}, retrying)


def _placed(
    ledger: LedgerStore, held: Held, make: Make, terms: Mapping[str, Any], retrying: Retrying | None, **asked: Any
) -> Recorded:
    placed, _ = hold_references(held.hold)
    request = digest(canonical_json({"operation": "hold", **asked}))
    ask = Ask(placed, request, {**terms, "kind": "hold"})
    return record_once(ledger, held.account, ask, make, retrying)


def _resolved(
    ledger: LedgerStore, held: Held, make: Make, terms: Mapping[str, Any], retrying: Retrying | None, **asked: Any
) -> Recorded:
    _, resolution = hold_references(held.hold)
    request = digest(canonical_json({"operation": terms["kind"], **asked}))
    return record_once(ledger, held.account, Ask(resolution, request, terms), make, retrying)
