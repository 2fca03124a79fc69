"""Chains that several tests start from: one entry after another, each made by the product's own movements."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from cliffhanger.ledger.budgets import Budget, fund, grant_from
from cliffhanger.ledger.corrections import reverse_grant, reverse_spend
from cliffhanger.ledger.declarations import set_flag, set_limits
from cliffhanger.ledger.entries import Entry, parse, seal
from cliffhanger.ledger.holds import expire_hold, hold_cash, hold_coins, post_hold, void_hold
from cliffhanger.ledger.lapsing import lapsed_in
from cliffhanger.ledger.lots import Lot
from cliffhanger.ledger.movements import Spend, credit_bought_coins, grant_coins, spend_coins
from cliffhanger.ledger.names import (
    COIN_UNITS,
    budget_grant_reference,
    earned,
    hold_references,
    key_reference,
    platform,
    reversal_reference,
    unlock_reference,
    viewer,
)
from cliffhanger.ledger.planning import Ask, Turn, living, next_entry
from cliffhanger.ledger.settlement import plan_batch
from cliffhanger.ledger.state import FROZEN, Posting, State

NOW = 1_763_710_000_000
DAY = 86_400_000
TODAY = NOW // DAY
VIEWER = viewer("0123456789abcdef")
STORY = "the-last-train"
SERIES = earned(STORY, VIEWER, 1)
EXPIRED = platform("expired", VIEWER)
ISSUED = platform("issued", VIEWER)
RECOVERED = platform("recovered", VIEWER)
REQUEST = bytes(range(32))
GOLDEN = Path(__file__).parent / "golden"


def key(name: str) -> str:
    return key_reference(name, b"test")


def turn(head: Entry | None, reference: str, at: int = NOW, **terms: Any) -> Turn:
    return Turn(VIEWER, head, at, Ask(reference, REQUEST, terms))


def _nth(name: str, head: Entry | None) -> str:
    return key(f"{name}-{head.seq if head else 0}")


def bought(
    head: Entry | None = None,
    *,
    coins: int = 100,
    cash: int = 990,
    at: int = NOW,
    name: str = "",
    currency: str = "USD",
    channel: str = "web",
) -> Entry:
    reference = key(name) if name else _nth("bought", head)
    return credit_bought_coins(
        turn(head, reference, at, kind="purchase"),
        coins=coins,
        cash=cash,
        currency=currency,
        channel=channel,
        source="external:stripe",
    )


def granted(
    head: Entry | None = None, *, coins: int = 30, days: int = 14, at: int = NOW, unit: str = "bonus", **terms: Any
) -> Entry:
    asked = turn(head, _nth("granted", head), at, kind="grant", **terms)
    return grant_coins(asked, unit=unit, coins=coins, lifetime_days=days, source=ISSUED)


def spent_on(head: Entry | None, series: str) -> int:
    """What the head says a series has had; these chains unlock one series at a time."""
    return head.state.series[1] if head is not None and head.state.series[0] == series else 0


def unlocked(
    head: Entry | None,
    episode: int = 2,
    last: int | None = None,
    *,
    price: int = 12,
    at: int = NOW,
    generation: int = 0,
    series: str = STORY,
    automatic: bool = False,
    prices: list[list[int]] | None = None,
    spent_before: int | None = None,
) -> Entry:
    end = episode if last is None else last
    reference = unlock_reference(series, episode, end, generation)
    asked = turn(head, reference, at, kind="unlock", prices=prices or [[episode, end, price]], share=5_000)
    spend = Spend(
        coins=price,
        destination=earned(series, VIEWER, 1),
        series=series,
        spent_before=spent_on(head, series) if spent_before is None else spent_before,
        ranged=end != episode,
        automatic=automatic,
    )
    return spend_coins(asked, spend)


def undone(
    head: Entry,
    original: Entry,
    before: Entry | None,
    *,
    at: int = NOW,
    case: str = "c1",
    series: str = STORY,
    spent_before: int | None = None,
) -> Entry:
    """The reversal of an unlock; ``before`` is the entry before it."""
    asked = turn(head, reversal_reference(original.reference or "", case), at, kind="reversal", reverses=original.seq)
    had = spent_on(head, series) if spent_before is None else spent_before
    return reverse_spend(asked, original=original, before=before, series=series, spent_before=had)


def taken_back(head: Entry, original: Entry, before: Entry | None = None, *, at: int = NOW, case: str = "c1") -> Entry:
    """The reversal of a grant; ``before`` is the entry before it."""
    asked = turn(head, reversal_reference(original.reference or "", case), at, kind="reversal", reverses=original.seq)

    def lapsed(lot: Lot, at: int) -> int:
        return lapsed_in((head, original), lot, at)

    return reverse_grant(asked, original=original, before=before, lapsed=lapsed)


def frozen(head: Entry | None, *, on: bool = True, at: int = NOW) -> Entry:
    asked = turn(head, f"support:f{head.seq if head else 0}", at, kind="freeze" if on else "thaw", reason="fraud")
    return set_flag(asked, flag=FROZEN, on=on)


def limited(head: Entry | None, *, at: int = NOW, **limits: int) -> Entry:
    return set_limits(turn(head, _nth("limits", head), at, kind="limits"), limits)


def held_coins(
    head: Entry | None,
    coins: int = 10,
    *,
    hold: str = "h1",
    at: int = NOW,
    days: int = 7,
    units: frozenset[str] = frozenset(COIN_UNITS),
) -> Entry:
    asked = turn(head, hold_references(hold)[0], at, kind="hold")
    return hold_coins(asked, hold=hold, coins=coins, units=units, lifetime_ms=days * DAY)


def held_cash(
    head: Entry | None, amount: int = 10, *, hold: str = "h1", at: int = NOW, days: int = 7, currency: str = "USD"
) -> Entry:
    asked = turn(head, hold_references(hold)[0], at, kind="hold")
    return hold_cash(asked, hold=hold, currency=currency, amount=amount, lifetime_ms=days * DAY)


def posted(
    head: Entry | None, amount: int, *, hold: str = "h1", at: int = NOW, destination: str = "creator:cleo"
) -> Entry:
    asked = turn(head, hold_references(hold)[1], at, kind="post")
    return post_hold(asked, hold=hold, amount=amount, destination=destination)


def voided(head: Entry | None, *, hold: str = "h1", at: int = NOW) -> Entry:
    return void_hold(turn(head, hold_references(hold)[1], at, kind="void"), hold=hold)


def lapsed(head: Entry | None, *, hold: str = "h1", at: int = NOW) -> Entry:
    """The expiry of a hold."""
    return expire_hold(turn(head, hold_references(hold)[1], at, kind="expiry"), hold=hold)


def sent(head: Entry | None, amount: int = 500, *, currency: str = "USD", at: int = NOW, source: str = "cash") -> Entry:
    """Cash from outside, as its settlement brings it onto the chain."""
    gift = [Posting(currency, amount, ".", VIEWER)]
    out = seal(f"external:{source}", None, at, postings=gift, state=State({currency: -amount}))
    return plan_batch(VIEWER, head, [out], at).entry


BUDGET = Budget("spring", "2026-11")
SLICE = BUDGET.slice(3)


def funded(head: Entry | None = None, coins: int = 100, *, at: int = NOW, name: str = "f1") -> Entry:
    asked = Turn(SLICE, head, at, Ask(f"fund:{name}", REQUEST, {"kind": "funding", "coins": coins}))
    return fund(asked, unit="game", coins=coins, source="external:brand")


def granted_from_budget(
    head: Entry | None, coins: int = 30, *, days: int = 14, at: int = NOW, fact: str = "d1", unit: str = "game"
) -> Entry:
    reference = budget_grant_reference("0123456789abcdef", fact)
    asked = Turn(SLICE, head, at, Ask(reference, REQUEST, {"kind": "grant"}))
    return grant_from(asked, viewer=VIEWER, unit=unit, coins=coins, lifetime_days=days)


def indebted(head: Entry | None, unit: str = "bonus", coins: int = 10, *, at: int = NOW) -> Entry:
    """An entry after which the account owes coins, as a reversal from outside would leave it."""
    asked = turn(head, f"refund:r{head.seq if head else 0}", at)
    alive = living(asked)
    debt = {**alive.state.debt, unit: alive.state.debt.get(unit, 0) + coins}
    lost = [Posting(unit, coins, ".", ISSUED)]
    return next_entry(asked, alive, postings=lost, state=alive.state._replace(debt=debt))


def lots_of(entry: Entry) -> list[tuple[str, str, int, int]]:
    """Name, unit, coins and expiry of each lot."""
    return [(lot.lot, lot.unit, lot.coins, lot.expires_day) for lot in entry.state.lots]


def lot_of(entry: Entry, name: str) -> Lot:
    (found,) = [lot for lot in entry.state.lots if lot.lot == name]
    return found


def golden(version: int) -> list[Entry]:
    """The entries of a golden file, as they are stored for ever."""
    lines = json.loads((GOLDEN / f"entries-v{version}.json").read_text())
    return [parse(line["body"], bytes.fromhex(line["hash"])) for line in lines]
