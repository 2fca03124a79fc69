"""Use cases of the wallet."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from cliffhanger.clock import Clock, system_clock
from cliffhanger.dynamo import Unclear
from cliffhanger.errors import Busy, NotReversible
from cliffhanger.ledger.canonical import canonical_json, digest
from cliffhanger.ledger.consequences import Undone
from cliffhanger.ledger.corrections import reverse_grant
from cliffhanger.ledger.declarations import set_flag, set_limits
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.journal import Recorded, Retrying, record, record_keyed
from cliffhanger.ledger.movements import credit_bought_coins, grant_coins
from cliffhanger.ledger.names import platform, reversal_reference, viewer
from cliffhanger.ledger.planning import Ask, Turn
from cliffhanger.ledger.rewarding import Consequence, undo_reward
from cliffhanger.ledger.state import FROZEN, Known
from cliffhanger.ledger.store import LedgerStore
from cliffhanger.ledger.walking import lapses
from cliffhanger.wallet.domain import Limits, Wallet, wallet_of

NO_TERMS: Mapping[str, Any] = MappingProxyType({})


def get_wallet(ledger: LedgerStore, person: str, clock: Clock = system_clock) -> Wallet:
    """What a viewer holds: one strongly consistent read.

    Raises:
        Busy: the ledger does not answer now.
    """
    return wallet_of(_head(ledger, viewer(person)), clock())


def grant_bonus(
    ledger: LedgerStore,
    account: str,
    *,
    coins: int,
    lifetime_days: int,
    reference: str,
    terms: Mapping[str, Any] = NO_TERMS,
    retrying: Retrying | None = None,
) -> Recorded:
    """Grants bonus coins from the house, once per reference. ``terms``: who decided it and why, in codes.

    Raises:
        KeyReused: the reference is a key that stands for another grant.
        Busy, Undecided: try again.
    """
    ask = _ask(
        reference,
        {"kind": "grant", **terms},
        operation="grantBonus",
        coins=coins,
        lifetimeDays=lifetime_days,
    )

    def make(turn: Turn) -> Entry:
        source = platform("issued", account)
        return grant_coins(turn, unit="bonus", coins=coins, lifetime_days=lifetime_days, source=source)

    return record_keyed(ledger, account, ask, make, retrying)


def credit_bought(
    ledger: LedgerStore,
    account: str,
    *,
    coins: int,
    cash: int,
    currency: str,
    channel: str,
    source: str,
    reference: str,
    retrying: Retrying | None = None,
) -> Recorded:
    """Credits coins that were paid for with ``cash``, in the smallest unit of ``currency``, once per reference.

    Raises:
        KeyReused: the reference is a key that stands for another credit.
        Busy, Undecided: try again.
    """
    ask = _ask(
        reference,
        {"kind": "purchase"},
        operation="creditBought",
        coins=coins,
        cash=cash,
        currency=currency,
    )

    def make(turn: Turn) -> Entry:
        return credit_bought_coins(turn, coins=coins, cash=cash, currency=currency, channel=channel, source=source)

    return record_keyed(ledger, account, ask, make, retrying)


def set_own_limits(
    ledger: LedgerStore, account: str, limits: Mapping[str, int], *, reference: str, retrying: Retrying | None = None
) -> Recorded:
    """Lays down the viewer's own limits, in coins, in place of those before; ``auto`` 1 allows unlocks without a tap.

    Every new reference is an entry, even where the same limits stand: one that left nothing behind would not be known
    again, and a late retry of it would bring limits back that were lowered since.

    Raises:
        KeyReused: the reference is a key that stands for other limits.
        Busy, Undecided: try again.
    """
    ask = _ask(reference, {"kind": "limits"}, operation="setLimits", **limits)
    return record_keyed(ledger, account, ask, functools.partial(set_limits, limits=limits), retrying)


def change_limits(
    ledger: LedgerStore,
    person: str,
    limits: Limits,
    *,
    reference: str,
    retrying: Retrying | None = None,
) -> Wallet:
    """The wallet after the viewer's own limits were replaced: asked again with the same reference, that of then.

    Raises:
        KeyReused: the reference is a key that stands for other limits.
        Busy, Undecided: try again.
    """
    entry = set_own_limits(ledger, viewer(person), limits.packed(), reference=reference, retrying=retrying).entry
    return wallet_of(entry, entry.at)


def freeze(
    ledger: LedgerStore,
    account: str,
    *,
    frozen: bool,
    reference: str,
    terms: Mapping[str, Any],
    retrying: Retrying | None = None,
) -> Recorded:
    """Freezes an account, so that nothing is spent from it, or thaws it; credits still come in.

    Raises:
        KeyReused: the reference is a key that stands for the contrary.
        Busy, Undecided: try again.
    """
    kind = "freeze" if frozen else "thaw"
    ask = _ask(reference, {"kind": kind, **terms}, operation="freeze", frozen=frozen)
    make = functools.partial(set_flag, flag=FROZEN, on=frozen)
    return record_keyed(ledger, account, ask, make, retrying)


def take_back_grant(
    ledger: LedgerStore, original: Entry, case: str, terms: Mapping[str, Any], retrying: Retrying | None = None
) -> Recorded:
    """Reverses a grant of bonus coins, once: what the account no longer has becomes debt.

    Raises:
        NotReversible: it granted nothing that can be taken back, all of it has expired by itself, or another case has
            reversed it.
        Busy, Undecided: try again.
    """
    reference, account = original.reference or "", original.account
    own = reversal_reference(reference, case)
    request = digest(canonical_json({"operation": "takeBackGrant", "reverses": original.seq, "case": case}))
    ask = Ask(own, request, {"kind": "reversal", "reverses": original.seq, **terms})
    known: tuple[Known, ...] = ()

    def decide(references: tuple[Known, ...]) -> int | None:
        nonlocal known
        known = references
        return next((seq for name, seq in references if name == own), None)

    def plan(head: Entry | None, now: int) -> Entry:
        if known:
            raise NotReversible("It has been reversed already.")
        before = ledger.entry(account, original.seq - 1) if original.seq > 1 else None
        lapsed = lapses(ledger, head, original.seq)
        return reverse_grant(Turn(account, head, now, ask), original=original, before=before, lapsed=lapsed)

    return record(ledger, account, f"{reference}:rev:", decide=decide, plan=plan, retrying=retrying)


def take_back_reward(
    ledger: LedgerStore, original: Entry, case: str, terms: Mapping[str, Any], retrying: Retrying | None = None
) -> Recorded:
    """Reverses a reward, as far as it was not undone before: what the account no longer has becomes debt.

    What it was for is not rewarded again.

    Raises:
        NotReversible: all of it has been undone, or in as many steps as it may be.
        Busy, Undecided: try again.
    """
    _, rule, fact, _ = (original.reference or "").split(":")
    consequence = Consequence(original.account, rule, fact)
    own = f"{consequence.prefix}rev:{case}"
    try:
        known = ledger.references(original.account, f"{consequence.prefix}rev:")
        before = [ledger.entry(original.account, seq).terms["undone"] for name, seq in known if name != own]
    except Unclear as error:
        raise Busy("Try again in a moment.") from error
    if any(undone == whole for undone, whole in before):
        raise NotReversible("It has been reversed already.")
    return undo_reward(ledger, consequence, case, Undone(1, 1), terms=terms, retrying=retrying)


def _head(ledger: LedgerStore, account: str) -> Entry | None:
    try:
        return ledger.head(account)
    except Unclear as error:
        raise Busy("Try again in a moment.") from error


def _ask(reference: str, terms: Mapping[str, Any], **asked: Any) -> Ask:
    return Ask(reference, digest(canonical_json(asked)), terms)
