"""A live table is read page by page while others write: what two pages do not agree on is no finding by itself."""

from __future__ import annotations

import contextlib
import json
import random
import time
from collections.abc import Callable
from typing import Any

import pytest

from cliffhanger.errors import NothingToCarry
from cliffhanger.ledger.carrying import Carriage, carry_lane
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.journal import Retrying
from cliffhanger.ledger.movements import Spend, credit_bought_coins, spend_coins
from cliffhanger.ledger.names import earned_lane, key_reference, unlock_reference
from cliffhanger.ledger.planning import Ask, Turn
from cliffhanger.ledger.settling import settle
from tests.support.dynamodb import MemoryClient
from tests.support.tables import LEDGER
from tests.unit.ledger.chains import NOW as OLD
from tests.unit.ledger.chains import REQUEST, STORY
from tests.unit.ledger.intakes import CLEO, Books
from tools import audit as command

NAME = LEDGER["TableName"]
EARLY = earned_lane(STORY, 4)
"""What a scan comes to before its payers."""
NOW = Retrying(clock=lambda: int(time.time() * 1000), sleep=lambda _: None, jitter=lambda: 1.0, timer=lambda: 0.0)
"""Who writes while the table is read, writes now; what stood before is old."""
Found = dict[str, int]
Act = Callable[[set[str]], None]


class Town(Books):
    """Viewers, each of whom buys coins and unlocks one episode: by now long ago, unless something else is said."""

    def unlock(self, lane: str = EARLY, at: int = OLD) -> list[Entry]:
        """Both entries of one more viewer, on whom nothing is settled yet."""
        self._paid += 1
        viewer = f"viewer:v{self._paid}"
        ask = Ask(key_reference("buy", b"test"), REQUEST, {"kind": "purchase"})
        bought = credit_bought_coins(
            Turn(viewer, None, at, ask), coins=100, cash=990, currency="USD", channel="web", source="external:stripe"
        )
        terms = {"kind": "unlock", "prices": [[2, 2, 12]], "share": 5_000}
        ask = Ask(unlock_reference(STORY, 2, 2, 0), REQUEST, terms)
        spend = Spend(coins=12, destination=lane, series=STORY, spent_before=0, ranged=False, automatic=False)
        unlocked = spend_coins(Turn(viewer, bought, at, ask), spend)
        assert self.store.append(bought)
        assert self.store.append(unlocked)
        return [bought, unlocked]


class Busy(MemoryClient):
    """Before each page, others act; they are told which accounts the scan has gone past."""

    def __init__(self, town: Town, act: Act) -> None:
        super().__init__(town.model)
        self._act = act
        self._seen: list[str] = []

    def scan(self, **asked: Any) -> dict[str, Any]:
        if "ExclusiveStartKey" in asked:
            self._seen.append(asked["ExclusiveStartKey"]["account"]["S"])
        self._act({*self._seen} - {*self._seen[-1:]})
        return self._make_api_call("Scan", asked)


@pytest.fixture
def audited(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Found]:
    """The findings of the command over the live table, one entry a page, while others act."""
    monkeypatch.setattr("tools.auditing.tables.PAGE_ITEMS", 1)

    def audit(books: Town, act: Act = lambda _: None, segments: int = 1) -> Found:
        monkeypatch.setattr("tools.auditing.tables.client_of", lambda _live: Busy(books, act))
        words = ["--table", NAME, "--json", "--workers", "1", "--read-units", "1e9", "--segments", str(segments)]
        code = command.main(words)
        found: Found = json.loads(capsys.readouterr().out)["findings"]
        assert code == (command.FINDINGS if found else command.CLEAN)
        return found

    return audit


def order_of(books: Town) -> list[str]:
    """The accounts in the order of a scan."""
    items = MemoryClient(books.model).scan(TableName=NAME)["Items"]
    return list(dict.fromkeys(item["account"]["S"] for item in items))


def test_what_is_settled_while_the_table_is_read_is_no_finding(audited: Callable[..., Found]) -> None:
    """The mark is read, and the batch was written after its page: an old leg, settled late."""
    town = Town(volume_entries=99)
    settle(town.store, town.unlock(), NOW)
    waiting = [entry for _ in range(9) for entry in town.unlock()]
    order = order_of(town)
    late = [entry for entry in waiting if order.index(entry.account) > order.index(EARLY) + 1]
    assert late, "nobody is read after the lane"
    settle(town.store, [entry for entry in waiting if entry not in late], NOW)

    def act(passed: set[str]) -> None:
        if EARLY in passed:
            settle(town.store, late, NOW)

    assert audited(town, act) == {}
    assert audited(town) == {}


def test_a_mark_without_its_batch_is_found_in_a_live_table_too(audited: Callable[..., Found]) -> None:
    town = Town(volume_entries=99)
    settle(town.store, town.unlock(), NOW)
    town.model.load(NAME, [item for item in town.model.items(NAME) if item["account"]["S"] != EARLY])
    assert set(audited(town)) == {"mark_without_batch"}


def test_a_lane_that_rolls_while_the_table_is_read_has_no_gap(audited: Callable[..., Found]) -> None:
    """Its first volume is read, then others fill and close it, and its second volume is read."""
    town = Town(volume_entries=4)
    settle(town.store, [entry for _ in range(6) for entry in town.unlock()], NOW)

    def act(passed: set[str]) -> None:
        if EARLY in passed and len(town.chain(EARLY)) < 12:
            settle(town.store, town.unlock(), NOW)

    assert audited(town, act) == {}
    assert {f"{EARLY}.2", f"{EARLY}.3"} <= set(order_of(town))
    assert audited(town) == {}


def test_a_gap_is_found_in_a_live_table_too(audited: Callable[..., Found]) -> None:
    town = Town(volume_entries=4)
    for _ in range(6):
        settle(town.store, town.unlock(), NOW)
    town.model.load(NAME, [item for item in town.model.items(NAME) if item["seq"]["N"] != "3"])
    assert "chain_gap" in audited(town)


@pytest.mark.parametrize("seed", range(20))
def test_whatever_happens_while_it_is_read_books_that_hold_are_found_to(
    audited: Callable[..., Found], seed: int
) -> None:
    """A leg that had waited for too long when it was read is told of: it had."""
    town, draw = Town(volume_entries=4), random.Random(seed)

    def lane() -> str:
        return earned_lane(STORY, draw.randrange(3, 6))

    waiting = [entry for _ in range(12) for entry in town.unlock(lane())]
    settle(town.store, waiting[:12], NOW)

    def act(_passed: set[str]) -> None:
        what = draw.random()
        if what < 0.3:
            waiting.extend(town.unlock(lane(), NOW.clock()))
        elif what < 0.8:
            settle(town.store, draw.sample(waiting, k=4), NOW)
        else:
            with contextlib.suppress(NothingToCarry):
                carriage = Carriage(STORY, CLEO, f"p{draw.randrange(9)}")
                carry_lane(town.store, carriage, draw.randrange(3, 6), retrying=NOW)

    assert set(audited(town, act)) <= {"settlement_overdue"}
    settle(town.store, waiting, NOW)
    assert audited(town) == {}
