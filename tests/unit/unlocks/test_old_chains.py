"""Chains that version 1 began: what they opened stays open, what they paid counts."""

from __future__ import annotations

import pytest

from cliffhanger.errors import GenerationUnknown, PriceChanged
from cliffhanger.unlocks.domain import Viewer
from cliffhanger.unlocks.reversal import reverse_unlock
from cliffhanger.unlocks.service import is_unlocked
from tests.support.world import SERIES
from tests.unit.ledger.chains import VIEWER, golden
from tests.unit.unlocks.desk import Desk, story

OLD = Viewer(VIEWER.removeprefix("viewer:"))


@pytest.fixture
def desk() -> Desk:
    """The chain of the golden file: episode 2 was bought for 12 coins and episode 3 for 40, of 93 that are left."""
    made = Desk(story(ceiling_coins=70))
    for entry in golden(1)[:6]:
        assert made.ledger.append(entry)
    made.now = golden(1)[5].at
    return made


def test_what_version_1_unlocked_is_open_and_a_retry_finds_its_receipt(desk: Desk) -> None:
    assert is_unlocked(desk.ledger, OLD.person, SERIES, 2)
    unlocked = desk.unlock(2, price=12, who=OLD)
    assert (unlocked.repeated, unlocked.entries[0].seq) == (True, 4)


def test_what_version_1_paid_is_added_up_once_and_then_carried(desk: Desk) -> None:
    desk.read.clear()
    (first,) = desk.unlock(4, who=OLD).entries
    assert (first.seq, first.state.series) == (7, (SERIES, 62))
    assert desk.read == ["head", f"unlock:{SERIES}:", "5", "4", "5"]
    desk.read.clear()
    (second,) = desk.unlock(5, price=8, who=OLD).entries
    assert (second.state.series, desk.read) == ((SERIES, 70), ["head", f"unlock:{SERIES}:5-"])


def test_what_version_1_paid_counts_towards_the_ceiling(desk: Desk) -> None:
    quoted = desk.quote(4, who=OLD)
    assert quoted.ceiling is not None
    assert (quoted.ceiling.spent, quoted.ceiling.left) == (52, 18)
    assert [option.price.coins for option in quoted.options] == [10, 18, 18]
    with pytest.raises(PriceChanged):
        desk.unlock(4, 6, 30, who=OLD)
    assert desk.unlock(4, 6, 18, who=OLD).entries[0].state.series == (SERIES, 70)


def test_what_version_1_paid_on_one_series_is_added_up_after_another_came_between(desk: Desk) -> None:
    desk.put_on(story(series="other"))
    desk.unlock(2, series="other", who=OLD)
    (entry,) = desk.unlock(4, who=OLD).entries
    assert entry.state.series == (SERIES, 62)


def test_an_unlock_of_version_1_is_reversed_and_bought_again(desk: Desk) -> None:
    head = golden(1)[5]
    original = golden(1)[4]
    back = reverse_unlock(desk.ledger, original, "c1", {}, desk.pace).entry
    assert back.state.series == (SERIES, 12)
    assert back.state.balances["coin"] == head.state.balances["coin"] + 17
    assert not is_unlocked(desk.ledger, OLD.person, SERIES, 3)
    assert desk.unlock(3, price=40, who=OLD).entries == (original,)
    with pytest.raises(GenerationUnknown):
        desk.unlock(2, 4, 20, who=OLD)
    (again,) = desk.unlock(3, generation=1, who=OLD).entries
    assert again.state.series == (SERIES, 22)


def test_an_unlock_of_version_1_is_reversed_after_version_2_stated_the_sum(desk: Desk) -> None:
    desk.unlock(4, who=OLD)
    back = reverse_unlock(desk.ledger, golden(1)[4], "c1", {}, desk.pace).entry
    assert back.state.series == (SERIES, 22)
