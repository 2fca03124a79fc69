"""Movements: pure functions from an account's last entry to its next one. They write nothing and read no clock."""

from __future__ import annotations

from collections.abc import Sequence

from cliffhanger.errors import AccountFrozen, InsufficientCoins
from cliffhanger.ledger import lots as lotting
from cliffhanger.ledger.entries import Entry, Posting, State, balances_after, seal
from cliffhanger.ledger.lots import Lot
from cliffhanger.ledger.names import OWN, OWN_DEFERRED, check_reference, platform

SPENDABLE_ON_EPISODES = frozenset({"bonus", "coin"})


def spend_coins(
    account: str,
    head: Entry | None,
    now: int,
    *,
    amount: int,
    destination: str,
    reference: str,
    request: bytes,
) -> Entry:
    """Spends coins on an episode: granted coins first, then bought ones; the cash they stand for moves with them.

    All its legs have one counterparty, so that the entry carries one settlement mark; lots that it finds expired add
    another.

    Raises:
        AccountFrozen: support has frozen the account.
        InsufficientCoins: with ``priceCoins``, ``balanceCoins`` and ``missingCoins``.
        NameInvalid: the reference does not belong on the account.
    """
    check_reference(reference, account)
    state, expiries, at = _living(account, head, now)
    if state.frozen:
        raise AccountFrozen("Spending is stopped; ask support.")
    available = lotting.spendable(state.lots, SPENDABLE_ON_EPISODES, at)
    if available < amount:
        raise InsufficientCoins(
            f"This costs {amount} coins and the wallet holds {available}.",
            priceCoins=amount,
            balanceCoins=available,
            missingCoins=amount - available,
        )
    spent, remaining = lotting.allocate(state.lots, amount, SPENDABLE_ON_EPISODES)
    coins: dict[str, int] = {}
    cash: dict[str, int] = {}
    for portion in spent:
        coins[portion.unit] = coins.get(portion.unit, 0) + portion.coins
        if portion.cash:
            cash[portion.currency] = cash.get(portion.currency, 0) + portion.cash
    postings = [
        *expiries,
        *(Posting(unit, count, OWN, destination) for unit, count in sorted(coins.items())),
        *(Posting(currency, value, OWN_DEFERRED, destination) for currency, value in sorted(cash.items())),
    ]
    return _next(
        account,
        head,
        at,
        postings=postings,
        state=state,
        lots=remaining,
        reference=reference,
        request=request,
        spent=spent,
    )


def grant_coins(
    account: str,
    head: Entry | None,
    now: int,
    *,
    unit: str,
    coins: int,
    lifetime_days: int,
    source: str,
    reference: str,
    request: bytes,
) -> Entry:
    """Grants coins that stand for no cash and expire, as a lot of their own.

    Raises:
        NameInvalid: the reference does not belong on the account.
    """
    check_reference(reference, account)
    state, expiries, at = _living(account, head, now)
    lot = Lot(_lot_id(head), unit, coins, lotting.expiry_day(at, lifetime_days))
    postings = [*expiries, Posting(unit, coins, source, OWN)]
    lots = lotting.add(state.lots, lot)
    return _next(account, head, at, postings=postings, state=state, lots=lots, reference=reference, request=request)


def credit_bought_coins(
    account: str,
    head: Entry | None,
    now: int,
    *,
    coins: int,
    cash: int,
    currency: str,
    channel: str,
    source: str,
    reference: str,
    request: bytes,
) -> Entry:
    """Credits coins that were paid for: a lot that never expires and keeps its cash, in the currency's smallest unit.

    Raises:
        NameInvalid: the reference does not belong on the account.
    """
    check_reference(reference, account)
    state, expiries, at = _living(account, head, now)
    lot = Lot(_lot_id(head), "coin", coins, lotting.NEVER, cash, currency, channel)
    paid = [Posting(currency, cash, source, OWN_DEFERRED)] if cash else []
    postings = [*expiries, Posting("coin", coins, source, OWN), *paid]
    lots = lotting.add(state.lots, lot)
    return _next(account, head, at, postings=postings, state=state, lots=lots, reference=reference, request=request)


def _living(account: str, head: Entry | None, now: int) -> tuple[State, list[Posting], int]:
    """The state without the lots that have expired, the postings that record their expiry, and the entry's time."""
    if head is None:
        return State(), [], now
    at = max(now, head.at)
    living, expired = lotting.split_expired(head.state.lots, at)
    if not expired:
        return head.state, [], at
    gone: dict[str, int] = {}
    for lot in expired:
        gone[lot.unit] = gone.get(lot.unit, 0) + lot.coins
    postings = [Posting(unit, coins, OWN, platform("expired", account)) for unit, coins in sorted(gone.items())]
    state = head.state
    return State(state.balances, living, state.flags, state.held, state.debt), postings, at


def _next(
    account: str,
    head: Entry | None,
    at: int,
    *,
    postings: Sequence[Posting],
    state: State,
    lots: tuple[Lot, ...],
    reference: str,
    request: bytes,
    spent: tuple[lotting.Portion, ...] = (),
) -> Entry:
    after = State(balances_after(state.balances, postings), lots, state.flags, state.held, state.debt)
    return seal(account, head, at, postings=postings, state=after, reference=reference, request=request, spent=spent)


def _lot_id(head: Entry | None) -> str:
    return str(1 if head is None else head.seq + 1)
