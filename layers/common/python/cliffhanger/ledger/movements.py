"""Movements: pure functions from an account's last entry to its next one. They write nothing and read no clock.

What undoes them is in ``corrections``, what moves nothing in ``declarations``.
"""

from __future__ import annotations

from typing import NamedTuple

from cliffhanger.clock import rfc3339
from cliffhanger.errors import AccountFrozen, AutoUnlockOff, InsufficientCoins, NameInvalid, SpendLimitReached
from cliffhanger.ledger import lots as lotting
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.lots import Lot, Portion
from cliffhanger.ledger.names import COIN_UNITS, GRANTED_UNITS, OWN, OWN_DEFERRED, check_unit
from cliffhanger.ledger.planning import Living, Turn, bring, check_amount, living, next_entry
from cliffhanger.ledger.state import RANGES, Posting, State

SPENDABLE_ON_EPISODES = frozenset({"bonus", "coin"})


class Spend(NamedTuple):
    """Coins for episodes of a series: how many, to which account, and how many the series has had from this account.

    ``ranged``: the reference spans several episodes. ``automatic``: the client asks by itself, without a tap.
    """

    coins: int
    destination: str
    series: str
    spent_before: int
    ranged: bool = False
    automatic: bool = False


def spend_coins(turn: Turn, spend: Spend) -> Entry:
    """Spends coins on episodes: granted coins first, then bought ones; the cash they stand for moves with them.

    All its legs have one counterparty, so that the entry carries one settlement mark; lots that it finds expired add
    another. Nothing to pay (a ceiling is reached) is an entry without postings: it is the entitlement all the same.

    Raises:
        AccountFrozen: support has frozen the account.
        AutoUnlockOff: the client asked by itself, which the viewer has not allowed.
        SpendLimitReached: with ``rule``, ``limitCoins``, ``spentCoins``, and for a day ``resetsAt``.
        InsufficientCoins: with ``priceCoins``, ``balanceCoins`` and ``missingCoins``.
        NameInvalid: the reference does not belong on the account.
    """
    alive = living(turn)
    _check_allowed(alive, spend)
    spent: tuple[Portion, ...] = ()
    remaining = alive.state.lots
    if spend.coins:
        check_coins(alive, SPENDABLE_ON_EPISODES, spend.coins)
        spent, remaining = lotting.allocate(alive.state.lots, spend.coins, SPENDABLE_ON_EPISODES)
    flags = alive.state.flags
    state = alive.state._replace(
        lots=remaining,
        flags=tuple(sorted({*flags, RANGES})) if spend.ranged else flags,
        day=(alive.today, alive.state.spent_on(alive.today) + spend.coins) if spend.coins else alive.state.day,
        series=(spend.series, spend.spent_before + spend.coins),
    )
    postings = legs_of(spent, spend.destination)
    return next_entry(turn, alive, postings=postings, state=state, spent=spent)


def spend_at_house(turn: Turn, coins: int, house: str) -> Entry:
    """Spends coins on what the house itself sells, in the order in which episodes are paid; none is an entry as well.

    It counts against the viewer's limit for a day, and is no series' income.

    Raises:
        AccountFrozen: support has frozen the account.
        SpendLimitReached: with ``rule``, ``limitCoins``, ``spentCoins`` and ``resetsAt``.
        InsufficientCoins: with ``priceCoins``, ``balanceCoins`` and ``missingCoins``.
        NameInvalid: the reference does not belong on the account, or ``house`` is no account.
    """
    alive = living(turn)
    if alive.state.frozen:
        raise AccountFrozen("Spending is stopped; ask support.")
    if not coins:
        return next_entry(turn, alive, postings=(), state=alive.state)
    check_amount(coins)
    already = alive.state.spent_on(alive.today)
    check_limit(alive, "day", already, coins)
    check_coins(alive, SPENDABLE_ON_EPISODES, coins)
    spent, remaining = lotting.allocate(alive.state.lots, coins, SPENDABLE_ON_EPISODES)
    state = alive.state._replace(lots=remaining, day=(alive.today, already + coins))
    return next_entry(turn, alive, postings=legs_of(spent, house), state=state, spent=spent)


def grant_coins(turn: Turn, *, unit: str, coins: int, lifetime_days: int, source: str) -> Entry:
    """Grants coins that stand for no cash and expire, as a lot of their own; debt of their unit is repaid first.

    Raises:
        AmountInvalid: the coins or their lifetime are no positive whole number, or it is more than 366 days.
        NameInvalid: such coins are not granted, or the reference does not belong on the account.
    """
    check_amount(coins)
    check_amount(lifetime_days, most=lotting.MAX_LIFETIME_DAYS)
    if unit not in GRANTED_UNITS:
        raise NameInvalid(f"Nobody grants {unit!r}")
    alive = living(turn)
    lot = Lot(str(turn.seq), unit, coins, lotting.expiry_day(alive.at, lifetime_days))
    return credit(turn, alive, lot, source)


def credit_bought_coins(
    turn: Turn,
    *,
    coins: int,
    cash: int,
    currency: str,
    channel: str,
    source: str,
) -> Entry:
    """Credits coins that were paid for: a lot that never expires and keeps its cash, in the currency's smallest unit.

    ``cash`` is 0 where nothing was paid.

    Raises:
        AmountInvalid: the coins are no positive whole number, or the cash none that is 0 or more.
        NameInvalid: it is no currency, or the reference does not belong on the account.
    """
    check_amount(coins)
    if cash != 0:
        check_amount(cash)
    if check_unit(currency) in COIN_UNITS:
        raise NameInvalid(f"No currency: {currency!r}")
    lot = Lot(str(turn.seq), "coin", coins, lotting.NEVER, cash, currency, channel)
    return credit(turn, living(turn), lot, source)


def credit(turn: Turn, alive: Living, lot: Lot, source: str) -> Entry:
    """Brings a lot onto the account, after debt of its unit is repaid.

    Raises:
        NameInvalid: the reference does not belong on the account.
    """
    paid = [Posting(lot.currency, lot.cash, source, OWN_DEFERRED)] if lot.cash else []
    state, repaid = bring(turn.account, alive.state, lot)
    postings = [Posting(lot.unit, lot.coins, source, OWN), *paid, *repaid]
    return next_entry(turn, alive, postings=postings, state=state)


def _check_allowed(alive: Living, spend: Spend) -> None:
    state: State = alive.state
    if state.frozen:
        raise AccountFrozen("Spending is stopped; ask support.")
    if spend.automatic and not state.limits.get("auto"):
        raise AutoUnlockOff("The viewer has to tap, or to allow it.")
    check_limit(alive, "day", state.spent_on(alive.today), spend.coins)
    check_limit(alive, "series", spend.spent_before, spend.coins)


def check_limit(alive: Living, rule: str, already: int, coins: int) -> None:
    """Lets so many coins pass that the viewer's own limit allows, given what has been spent under that rule.

    Raises:
        SpendLimitReached: it allows less; with ``rule``, ``limitCoins``, ``spentCoins``, and for a day ``resetsAt``.
    """
    limit = alive.state.limits.get(rule)
    if limit is not None and coins and already + coins > limit:
        resets = {"resetsAt": rfc3339((alive.today + 1) * lotting.DAY_MS)} if rule == "day" else {}
        raise SpendLimitReached(
            f"The viewer's own limit per {rule} is {limit} coins and {already} are spent.",
            rule=rule,
            limitCoins=limit,
            spentCoins=already,
            priceCoins=coins,
            **resets,
        )


def check_coins(alive: Living, units: frozenset[str], coins: int) -> None:
    """Lets so many coins of those units pass that are there and can be spent.

    Raises:
        InsufficientCoins: with ``priceCoins``, ``balanceCoins`` and ``missingCoins``.
    """
    available = lotting.spendable(alive.state.lots, units, alive.at)
    if available < coins:
        raise InsufficientCoins(
            f"This costs {coins} coins and the wallet holds {available}.",
            priceCoins=coins,
            balanceCoins=available,
            missingCoins=coins - available,
        )


def legs_of(spent: tuple[Portion, ...], destination: str) -> list[Posting]:
    """The postings of what was taken from lots: the coins, and the cash that they stand for."""
    coins: dict[str, int] = {}
    cash: dict[str, int] = {}
    for portion in spent:
        coins[portion.unit] = coins.get(portion.unit, 0) + portion.coins
        if portion.cash:
            cash[portion.currency] = cash.get(portion.currency, 0) + portion.cash
    return [
        *(Posting(unit, count, OWN, destination) for unit, count in sorted(coins.items())),
        *(Posting(currency, value, OWN_DEFERRED, destination) for currency, value in sorted(cash.items())),
    ]
