"""An unlock and the purchase of its coins are both undone, in either order: nobody gives the same money twice."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.names import platform
from cliffhanger.ledger.purchases import Deal
from tests.unit.ledger.shop import MIA, PACK, SERIES, Shop

HALF = Deal(50, 50, "USD")
DEALS = {"o1": PACK, "o2": PACK, "half": HALF}


class Ends(NamedTuple):
    """What is there in the end: the viewer's coins and those owed; cents behind them, of two series, of the house."""

    coins: int = 0
    deferred: int = 0
    first: int = 0
    second: int = 0
    recovered: int = 0
    lost: int = 0
    owed: int = 0


CASES: dict[str, tuple[str, Ends]] = {
    "neither": ("pays o1, spends 100", Ends(first=99)),
    "refund, unlock": ("pays o1, spends 100, refund 99, undo 1", Ends()),
    "unlock, refund": ("pays o1, spends 100, undo 1, refund 99", Ends()),
    "part, unlock": ("pays o1, spends 60, refund 99, undo 1", Ends()),
    "part of two, the last unlock": ("pays o1, spends 60, spends 40, refund 40, undo 2", Ends(first=59)),
    "the last unlock, part of two": ("pays o1, spends 60, spends 40, undo 2, refund 40", Ends(first=59)),
    "part of two, both": ("pays o1, spends 60, spends 40, refund 40, undo 2, undo 1", Ends(coins=60, deferred=59)),
    "part, reversed, the rest": ("pays o1, spends 50, spends 50, refund 50, undo 2, refund 49 r2", Ends(owed=50)),
    "repaid, unlock": ("pays o1, spends 100, refund 99, pays o2, undo 1", Ends(coins=100, deferred=99)),
    "unlock, repaid": ("pays o1, spends 100, undo 1, refund 99, pays o2", Ends(coins=100, deferred=99)),
    "half repaid, unlock": ("pays o1, spends 100, refund 99, pays half, undo 1", Ends(50, 50, 0, 0, 0)),
    "won": ("pays o1, spends 100, dispute 99, wins", Ends(first=99)),
    "unlock, won": ("pays o1, spends 100, dispute 99, undo 1, wins", Ends(coins=100, deferred=99)),
    "won, unlock": ("pays o1, spends 100, dispute 99, wins, undo 1", Ends(coins=100, deferred=99)),
    "unlock first, won": ("pays o1, spends 100, undo 1, dispute 99, wins", Ends(coins=100, deferred=99)),
    "repaid, unlock, won": ("pays o1, spends 100, dispute 99, pays o2, undo 1, wins", Ends(coins=200, deferred=198)),
    "repaid, won, unlock": ("pays o1, spends 100, dispute 99, pays o2, wins, undo 1", Ends(coins=200, deferred=198)),
    "one of two unlocks, won": (
        "pays o1, spends 60, spends 40 second, dispute 99, undo 1, wins",
        Ends(coins=60, deferred=59, second=40),
    ),
    "spent again, taken again": (
        "pays o1, spends 100, dispute 99, undo 1, wins, spends 100 second, refund 99",
        Ends(owed=100),
    ),
    "spent again after it was repaid": (
        "pays o1, spends 100, refund 99, pays o2, undo 1, spends 100 second",
        Ends(second=99),
    ),
    "overlapping, both come to nothing": ("pays o1, spends 100, dispute 99, refund 33, wins, fails", Ends(first=99)),
    "overlapping, repaid between": (
        "pays o1, spends 100, dispute 99, refund 33, pays o2, wins, fails",
        Ends(coins=100, deferred=99, first=99),
    ),
    "overlapping, unlock between": (
        "pays o1, spends 100, dispute 99, refund 33, undo 1, wins, fails",
        Ends(coins=100, deferred=99),
    ),
}


def play(shop: Shop, story: str) -> Ends:
    """Plays steps such as ``pays o1``, ``spends 60 second``, ``refund 99 r2``, ``undo 1``; every fact comes twice."""
    unlocks: list[Entry] = []
    for step in story.split(", "):
        act, *words = step.split()
        match act:
            case "pays":
                assert shop.pays(words[0], DEALS[words[0]]) == shop.pays(words[0], DEALS[words[0]])
            case "spends":
                unlock = shop.spends(int(words[0]), SERIES["second" in words])
                assert unlock is not None
                unlocks.append(unlock)
            case "undo":
                unlock = unlocks[int(words[0]) - 1]
                assert shop.gives_episode_back(unlock) == shop.gives_episode_back(unlock)
            case "refund":
                name = words[1] if words[1:] else "r1"
                assert shop.refund(int(words[0]), name) == shop.refund(int(words[0]), name)
            case "dispute":
                assert shop.dispute(int(words[0])) == shop.dispute(int(words[0]))
            case "wins":
                assert shop.wins() == shop.wins()
            case "fails":
                assert shop.refund_fails() == shop.refund_fails()
    has = shop.has()
    recovered, lost = (shop.balance(platform(name, MIA)).get("USD", 0) for name in ("recovered", "losses"))
    first, second = (shop.balance(f"series:{series}:earned:0").get("USD", 0) for series in SERIES)
    owed = has.get("owed coin", 0)
    return Ends(has.get("coin", 0), has.get("USD.deferred", 0), first, second, recovered, lost, owed)


@pytest.mark.parametrize("name", CASES)
def test_what_is_undone_twice_is_given_back_once(name: str, tmp_path: Path) -> None:
    shop = Shop()
    story, ends = CASES[name]
    assert play(shop, story) == ends
    assert shop.findings(tmp_path) == []
