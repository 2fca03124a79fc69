"""Use cases of what follows from a fact and may be undone, of exchanges, and of expiries that nobody came to notice."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from cliffhanger.clock import rfc3339
from cliffhanger.errors import NotReversible
from cliffhanger.ledger.canonical import canonical_json, digest
from cliffhanger.ledger.consequences import MOST_REVERSALS, Reward, Undone, check_undone, grant_reward, reverse_reward
from cliffhanger.ledger.declarations import record_expiry
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.exchanges import Exchange, exchange
from cliffhanger.ledger.journal import Recorded, Retrying, record_beside, record_once
from cliffhanger.ledger.lots import DAY_MS
from cliffhanger.ledger.movements import spend_at_house
from cliffhanger.ledger.names import platform, reward_prefix
from cliffhanger.ledger.planning import Ask, Turn, check_amount
from cliffhanger.ledger.state import Known
from cliffhanger.ledger.store import LedgerStore
from cliffhanger.ledger.walking import lapses

NO_TERMS: Mapping[str, Any] = MappingProxyType({})


Decide = Callable[[Turn], tuple[Reward, Mapping[str, Any]]]
"""Says how much a reward is and on what terms, given whose turn it is; or raises why there is none."""
Price = Callable[[Turn], tuple[int, Mapping[str, Any]]]
"""Says how many coins something costs and on what terms, given whose turn it is; or raises why it is not sold."""
REPAIRS = "repairs"


class Consequence(NamedTuple):
    """What follows on a viewer's account from a fact of ours, by a rule; both are ids: ``cashback`` of ``order-7``."""

    account: str
    rule: str
    fact: str

    @property
    def prefix(self) -> str:
        """What its grant and its reversals have in common."""
        return reward_prefix(self.rule, self.fact)


def give_reward(
    ledger: LedgerStore,
    consequence: Consequence,
    reward: Reward,
    *,
    terms: Mapping[str, Any] = NO_TERMS,
    retrying: Retrying | None = None,
) -> Recorded:
    """Grants a reward once, less what has been undone of its fact before it came.

    Raises:
        AmountInvalid, NameInvalid: a fault of the calling code; nothing changed.
        Busy, Undecided: try again.
    """
    check_amount(reward.coins)
    check_amount(reward.lifetime_days)
    asked = {"operation": "reward", **reward._asdict()}
    told = {**terms, "kind": "reward", "unit": reward.unit, "coins": reward.coins}
    ask = Ask(f"{consequence.prefix}grant", digest(canonical_json(asked)), told)

    def plan(turn: Turn, known: tuple[Known, ...]) -> Entry:
        return grant_reward(turn, reward, _reversals(ledger, consequence, known))

    return record_beside(ledger, consequence.account, consequence.prefix, ask, plan, retrying=retrying)


def give_decided(
    ledger: LedgerStore, consequence: Consequence, decide: Decide, *, retrying: Retrying | None = None
) -> Recorded:
    """Grants a reward once that is decided in its turn, after the head was read: so that caps hold (LEDGER rule 17).

    Raises:
        CliffhangerError: what ``decide`` refuses with; nothing changed.
        AmountInvalid, NameInvalid: a fault of the calling code; nothing changed.
        Busy, Undecided: try again.
    """
    ask = Ask(f"{consequence.prefix}grant", digest(canonical_json({"operation": "decidedReward"})), {})

    def plan(turn: Turn, known: tuple[Known, ...]) -> Entry:
        reward, terms = decide(turn)
        told = {**terms, "kind": "reward", "unit": reward.unit, "coins": reward.coins}
        turn = turn._replace(ask=turn.ask._replace(terms=told))
        return grant_reward(turn, reward, _reversals(ledger, consequence, known))

    return record_beside(ledger, consequence.account, consequence.prefix, ask, plan, retrying=retrying)


def undo_reward(
    ledger: LedgerStore,
    consequence: Consequence,
    refund: str,
    undone: Undone,
    *,
    terms: Mapping[str, Any] = NO_TERMS,
    retrying: Retrying | None = None,
) -> Recorded:
    """Takes a reward back as far as its fact is undone in all, once per ``refund``, an id; it may come before it.

    Raises:
        NotReversible: the fact has been undone in as many steps as it may be; nothing changed.
        AmountInvalid, NameInvalid: a fault of the calling code; nothing changed.
        Busy, Undecided: try again.
    """
    check_undone(undone)
    asked = {"operation": "undoReward", "refund": refund, **undone._asdict()}
    told = {**terms, "kind": "reversal", "undone": list(undone)}
    ask = Ask(f"{consequence.prefix}rev:{refund}", digest(canonical_json(asked)), told)

    def plan(turn: Turn, known: tuple[Known, ...]) -> Entry:
        reversals = _reversals(ledger, consequence, known)
        if len(reversals) >= MOST_REVERSALS:
            raise NotReversible(f"A fact is undone in {MOST_REVERSALS} steps at most.")
        seq = next((seq for name, seq in known if name.endswith(":grant")), None)
        grant = None if seq is None else ledger.entry(consequence.account, seq)
        before = ledger.entry(consequence.account, seq - 1) if seq is not None and seq > 1 else None
        if seq is not None:
            turn = turn._replace(ask=turn.ask._replace(terms={**turn.ask.terms, "reverses": seq}))
        lapsed = lapses(ledger, turn.head, seq or 1)
        return reverse_reward(turn, undone, grant=grant, before=before, reversals=reversals, lapsed=lapsed)

    return record_beside(ledger, consequence.account, consequence.prefix, ask, plan, retrying=retrying)


def repair_run(
    ledger: LedgerStore, account: str, date: str, price: Price, *, retrying: Retrying | None = None
) -> Recorded:
    """Mends a run of check-ins on a date that was missed, once for that date; what it costs goes to the house.

    Raises:
        CliffhangerError: what ``price`` refuses with; nothing changed.
        AccountFrozen, SpendLimitReached, InsufficientCoins: the account refuses; nothing changed.
        AmountInvalid, NameInvalid: a fault of the calling code; nothing changed.
        Busy, Undecided: try again.
    """
    ask = Ask(f"repair:{date}", digest(canonical_json({"operation": "repairRun", "date": date})), {})

    def make(turn: Turn) -> Entry:
        coins, terms = price(turn)
        told = {**terms, "kind": "repair", "coins": coins}
        turn = turn._replace(ask=turn.ask._replace(terms=told))
        return spend_at_house(turn, coins, platform(REPAIRS, account))

    return record_once(ledger, account, ask, make, retrying)


def make_exchange(
    ledger: LedgerStore,
    account: str,
    name: str,
    wish: Exchange,
    *,
    terms: Mapping[str, Any] = NO_TERMS,
    retrying: Retrying | None = None,
) -> Recorded:
    """Exchanges once per ``name``, an id. The rate, and until when it was good, are declared in the entry's terms.

    Raises:
        QuoteExpired, InsufficientFunds, InsufficientCoins, AccountFrozen: nothing changed.
        AmountInvalid, NameInvalid: a fault of the calling code; nothing changed.
        Busy, Undecided: try again.
    """
    for amount in (wish.amount, wish.rate.got, wish.rate.given):
        check_amount(amount)
    told = {**terms, "kind": "exchange", "rate": [wish.rate.got, wish.rate.given], "until": wish.rate.until}
    asked = {"operation": "exchange", "unit": wish.unit, "amount": wish.amount, "gotUnit": wish.got_unit}
    ask = Ask(f"exchange:{name}", digest(canonical_json(asked)), told)
    return record_once(ledger, account, ask, functools.partial(exchange, wish=wish), retrying)


def expire_lots(ledger: LedgerStore, account: str, day: int, retrying: Retrying | None = None) -> Recorded:
    """Records what has expired on a viewer's account by a day, counted since 1970-01-01 UTC, once for that day.

    Raises:
        NothingExpired: nothing has, or another entry has recorded it; nothing changed.
        NameInvalid: a fault of the calling code; nothing changed.
        Busy, Undecided: try again.
    """
    date = rfc3339(day * DAY_MS)[:10]
    ask = Ask(f"expiry:{date}", digest(canonical_json({"operation": "expireLots"})), {"kind": "expiry"})
    return record_once(ledger, account, ask, record_expiry, retrying)


def _reversals(ledger: LedgerStore, consequence: Consequence, known: tuple[Known, ...]) -> list[Entry]:
    seqs = [seq for name, seq in known if name.startswith(f"{consequence.prefix}rev:")]
    return [ledger.entry(consequence.account, seq) for seq in seqs]
