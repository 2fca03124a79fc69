"""What playback asks of unlocks: whether an episode is open, and what it would cost."""

from __future__ import annotations

from typing import Any

import pytest

from cliffhanger.errors import Busy, EpisodeUnavailable
from cliffhanger.unlocks import service
from cliffhanger.unlocks.service import is_unlocked, offer
from tests.support.dynamodb import Fault, ScriptedFaults
from tests.support.world import SERIES
from tests.unit.unlocks.desk import DAY, HOUR, NOW, Desk


@pytest.fixture(autouse=True)
def clock(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "system_clock", lambda: desk.now)


def told(desk: Desk, episode: int, person: str = "mia") -> dict[str, Any]:
    return offer(desk.ledger, person, desk.shelf.pages[SERIES], episode)


def test_a_locked_episode_s_offer_can_be_bought_as_it_is(desk: Desk) -> None:
    assert told(desk, 2) == {"priceCoins": 10, "generation": 0, "balanceCoins": 100, "missingCoins": 0}
    desk.reverse(desk.unlock(2, 4).entries[0].seq)
    offered = told(desk, 3)
    assert offered["generation"] == 1
    assert not desk.unlock(3, price=offered["priceCoins"], generation=offered["generation"]).repeated


def test_an_offer_says_what_is_missing(desk: Desk) -> None:
    desk.line(2, price_coins=130)
    assert told(desk, 2)["missingCoins"] == 30
    assert told(desk, 2, "noa") == {"priceCoins": 130, "generation": 0, "balanceCoins": 0, "missingCoins": 130}


def test_an_offer_counts_no_coins_that_have_expired(desk: Desk) -> None:
    desk.grant(30, days=7)
    assert told(desk, 2)["balanceCoins"] == 130
    desk.now += 30 * DAY
    assert told(desk, 2)["balanceCoins"] == 100


def test_an_offer_knows_the_ceiling(desk: Desk) -> None:
    desk.series(ceiling_coins=25)
    desk.unlock(2, 3)
    assert told(desk, 4)["priceCoins"] == 5


def test_what_is_open_costs_nothing_more(desk: Desk) -> None:
    desk.unlock(2, 4)
    assert told(desk, 3)["priceCoins"] == 0


def test_what_cannot_be_watched_yet_is_not_offered(desk: Desk) -> None:
    desk.line(2, release_at=NOW + HOUR)
    with pytest.raises(EpisodeUnavailable):
        told(desk, 2)


def test_what_a_range_or_a_single_unlock_opened_is_open_until_it_is_reversed(desk: Desk) -> None:
    (single,), (ranged,) = desk.unlock(2).entries, desk.unlock(4, 6).entries
    assert [number for number in range(1, 8) if is_unlocked(desk.ledger, "mia", SERIES, number)] == [2, 4, 5, 6]
    desk.reverse(single.seq)
    desk.reverse(ranged.seq)
    assert not any(is_unlocked(desk.ledger, "mia", SERIES, number) for number in range(1, 8))
    assert not is_unlocked(desk.ledger, "noa", SERIES, 2)


def test_a_ledger_that_does_not_answer_opens_and_offers_nothing(desk: Desk) -> None:
    for ask in (lambda: told(desk, 2), lambda: is_unlocked(desk.ledger, "mia", SERIES, 2)):
        desk.model.faults = ScriptedFaults({desk.model.calls + 1: Fault.THROTTLED})
        with pytest.raises(Busy):
            ask()


def test_receipts_that_cannot_be_read_are_told_as_busy_and_nothing_is_bought(desk: Desk) -> None:
    for episode in (2, 3, 4):
        desk.unlock(episode)
    rows = desk.rows
    # Head, references and the first receipt come; the second does not.
    desk.model.faults = ScriptedFaults({desk.model.calls + 4: Fault.LOST_REQUEST})
    with pytest.raises(Busy):
        desk.unlock(2, 4)
    assert desk.rows == rows
