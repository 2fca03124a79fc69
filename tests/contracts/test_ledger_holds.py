"""Holds as use cases, over everything that stands in for DynamoDB: placed once, resolved once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from cliffhanger.errors import (
    AmountInvalid,
    CliffhangerError,
    HoldExceeded,
    HoldExpired,
    HoldMissing,
    HoldPending,
    InsufficientCoins,
    NameInvalid,
)
from cliffhanger.ledger.holding import Held, expire, place_cash, place_coins, post, void
from cliffhanger.ledger.journal import Recorded, Retrying
from cliffhanger.ledger.names import COIN_UNITS
from cliffhanger.ledger.settling import settle
from cliffhanger.ledger.store import LedgerStore
from tests.contracts.stand_ins import ALL, tables_of
from tests.support.tables import LEDGER
from tests.support.world import give

DAY = 86_400_000
NOW = 1_795_284_245_123
MIA = "viewer:mia"
CLEO = "creator:cleo"
ORDER = Held(MIA, "order-1")


@pytest.fixture(params=ALL)
def ledger(request: pytest.FixtureRequest) -> Iterator[LedgerStore]:
    """A ledger on which mia has bought 100 coins."""
    with tables_of(request, LEDGER) as connect:
        store = LedgerStore(connect(), LEDGER["TableName"])
        give(store, "mia", bought=100, bonus=0)
        yield store


def at(now: int) -> Retrying:
    return Retrying(clock=lambda: now)


def begun(ledger: LedgerStore) -> int:
    """The time of the chain, from which all times are counted."""
    head = ledger.head(MIA)
    assert head is not None
    return head.at


def placed(ledger: LedgerStore, coins: Any = 30, held: Held = ORDER, days: int = 7) -> Recorded:
    return place_coins(ledger, held, coins=coins, units=frozenset(COIN_UNITS), lifetime_ms=days * DAY)


def chain(ledger: LedgerStore) -> list[tuple[str, bytes]]:
    return [(entry.body, entry.hash) for entry in ledger.newest(MIA, 100)]


def test_a_hold_is_placed_once_however_often_it_is_asked_for(ledger: LedgerStore) -> None:
    first = placed(ledger)
    again, other = placed(ledger), placed(ledger, coins=99)
    assert (first.repeated, again, other) == (False, Recorded(first.entry, True), Recorded(first.entry, True))
    assert ledger.head(MIA) == first.entry


def test_a_resolution_answers_with_the_first_whatever_is_asked_after_it(ledger: LedgerStore) -> None:
    placed(ledger)
    first = post(ledger, ORDER, amount=20, destination=CLEO)
    for again in (
        post(ledger, ORDER, amount=20, destination=CLEO),
        post(ledger, ORDER, amount=5, destination="creator:ben"),
        void(ledger, ORDER),
        expire(ledger, ORDER),
    ):
        assert again == Recorded(first.entry, True)
    assert first.entry.state.balances["coin"] == 80
    assert settle(ledger, [first.entry]).legs == 1
    head = ledger.head(CLEO)
    assert head is not None
    assert head.state.balances["coin"] == 20


def test_a_void_that_came_first_lets_nothing_be_posted(ledger: LedgerStore) -> None:
    placed(ledger)
    first = void(ledger, ORDER)
    late = post(ledger, ORDER, amount=20, destination=CLEO)
    assert (late.entry, late.entry.terms["kind"], late.entry.postings) == (first.entry, "void", ())


def test_an_expiry_that_came_first_lets_nothing_be_posted(ledger: LedgerStore) -> None:
    placed(ledger)
    end = begun(ledger) + 7 * DAY
    with pytest.raises(HoldPending):
        expire(ledger, ORDER, at(end - 1))
    with pytest.raises(HoldExpired):
        post(ledger, ORDER, amount=20, destination=CLEO, retrying=at(end))
    first = expire(ledger, ORDER, at(end))
    late = post(ledger, ORDER, amount=20, destination=CLEO, retrying=at(end - 10))
    assert (late.entry, first.entry.state.balances["coin"]) == (first.entry, 100)


def test_a_hold_that_is_resolved_is_not_placed_again_by_a_late_retry(ledger: LedgerStore) -> None:
    first = placed(ledger)
    void(ledger, ORDER)
    assert placed(ledger) == Recorded(first.entry, True)
    head = ledger.head(MIA)
    assert head is not None
    assert (head.state.holds, head.state.balances["coin"]) == ((), 100)


def test_holds_of_one_account_are_told_apart_by_their_names(ledger: LedgerStore) -> None:
    other = Held(MIA, "order-10")
    placed(ledger)
    placed(ledger, 40, other)
    post(ledger, other, amount=40, destination=CLEO)
    head = ledger.head(MIA)
    assert head is not None
    assert ([hold.hold for hold in head.state.holds], head.state.held["coin"]) == (["order-1"], 30)


def test_a_creator_s_cash_is_held_and_paid_out_in_part(ledger: LedgerStore) -> None:
    placed(ledger)
    paid = post(ledger, ORDER, amount=30, destination=CLEO).entry
    settle(ledger, [paid])
    payout = Held(CLEO, "payout-1")
    place_cash(ledger, payout, currency="USD", amount=200, lifetime_ms=DAY, terms={"method": "bank"})
    out = post(ledger, payout, amount=150, destination="external:stripe", terms={"method": "bank"}).entry
    assert (out.state.balances["USD"], out.state.held) == (30 * 9 - 150, {})


BAD: dict[str, tuple[type[CliffhangerError], Any]] = {
    "a hold of nothing": (AmountInvalid, lambda ledger: placed(ledger, 0, Held(MIA, "o2"))),
    "a hold of less than nothing": (AmountInvalid, lambda ledger: placed(ledger, -5, Held(MIA, "o2"))),
    "a hold of more than a number can be": (AmountInvalid, lambda ledger: placed(ledger, 2**60, Held(MIA, "o2"))),
    "a hold of half a coin": (AmountInvalid, lambda ledger: placed(ledger, 0.5, Held(MIA, "o2"))),
    "a hold of more than there is": (InsufficientCoins, lambda ledger: placed(ledger, 71, Held(MIA, "o2"))),
    "a hold by a name that is too long": (NameInvalid, lambda ledger: placed(ledger, 1, Held(MIA, "o" * 33))),
    "a hold on no account": (NameInvalid, lambda ledger: placed(ledger, 1, Held("viewer:M", "o2"))),
    "a hold where none belongs": (
        NameInvalid,
        lambda ledger: place_cash(ledger, Held("platform:a", "o2"), currency="USD", amount=1, lifetime_ms=DAY),
    ),
    "a hold that is open for ever": (AmountInvalid, lambda ledger: placed(ledger, 1, Held(MIA, "o2"), days=91)),
    "a post of more than is held": (HoldExceeded, lambda ledger: post(ledger, ORDER, amount=31, destination=CLEO)),
    "a post of nothing": (AmountInvalid, lambda ledger: post(ledger, ORDER, amount=0, destination=CLEO)),
    "a post to nowhere": (NameInvalid, lambda ledger: post(ledger, ORDER, amount=1, destination="cleo")),
    "a post of what was never held": (
        HoldMissing,
        lambda ledger: post(ledger, Held(MIA, "o2"), amount=1, destination=CLEO),
    ),
    "a void of what was never held": (HoldMissing, lambda ledger: void(ledger, Held(MIA, "o2"))),
    "an expiry of what was never held": (HoldMissing, lambda ledger: expire(ledger, Held(MIA, "o2"))),
    "an expiry before its time": (HoldPending, lambda ledger: expire(ledger, ORDER)),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_refused_changes_not_one_byte(ledger: LedgerStore, name: str) -> None:
    placed(ledger)
    before = chain(ledger)
    error, act = BAD[name]
    with pytest.raises(error):
        act(ledger)
    assert chain(ledger) == before
    assert [ledger.head(account) for account in (CLEO, "platform:a", "viewer:M")] == [None, None, None]
