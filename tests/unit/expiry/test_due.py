"""When somebody has to come to an account: what an entry's state says of it."""

from __future__ import annotations

import pytest

from cliffhanger.events.envelope import envelope_of, event_id
from cliffhanger.expiry.domain import Due, days_to_tell, due_of, next_due, notice_of, wait_of
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.holds import hold_coins, void_hold
from cliffhanger.ledger.lots import Lot
from cliffhanger.ledger.names import COIN_UNITS
from cliffhanger.ledger.state import State
from tests.unit.ledger.chains import DAY, NOW, VIEWER, bought, granted, turn, unlocked
from tests.unit.ledger.intakes import intake_chain


def held(head: Entry, days: int) -> Entry:
    asked = turn(head, "hold:order-1:placed", kind="hold")
    return hold_coins(asked, hold="order-1", coins=5, units=frozenset(COIN_UNITS), lifetime_ms=days * DAY)


def day_of(entry: Entry) -> int:
    (lot,) = (lot for lot in entry.state.lots if lot.unit == "bonus")
    return lot.expires_day


def test_bought_coins_wait_for_nobody() -> None:
    assert due_of(bought()) is None


def test_granted_coins_wait_for_their_notice_three_days_before_they_expire() -> None:
    grant = granted()
    assert due_of(grant) == Due(VIEWER, (day_of(grant) - 3) * DAY, 1)


def test_a_hold_waits_for_the_end_of_its_time_and_what_comes_first_is_noted() -> None:
    grant = granted(days=30)
    assert due_of(held(grant, 2)) == Due(VIEWER, NOW + 2 * DAY, 2)
    assert due_of(held(grant, 60)) == Due(VIEWER, (day_of(grant) - 3) * DAY, 2)


def test_coins_that_a_hold_gives_back_wait_again() -> None:
    grant = granted(coins=5)
    hold = held(grant, 60)
    assert due_of(hold) == Due(VIEWER, NOW + 60 * DAY, 2)
    void = void_hold(turn(hold, "hold:order-1:resolution", kind="void"), hold="order-1")
    assert due_of(void) == Due(VIEWER, (day_of(grant) - 3) * DAY, 3)


def test_an_unlock_only_takes_so_nothing_is_noted_for_it() -> None:
    assert due_of(unlocked(granted())) is None


def test_of_a_head_of_which_nothing_is_noted_all_counts_whatever_kind_it_is() -> None:
    head = unlocked(granted())
    assert wait_of(head) == Due(VIEWER, (day_of(head) - 3) * DAY, 2)


def test_nothing_is_due_before_the_entry_that_says_it() -> None:
    """Or what comes late would look as if nobody had come for days."""
    soon = granted(days=1)
    assert day_of(soon) * DAY - soon.at < 3 * DAY
    assert due_of(soon) == Due(VIEWER, soon.at, 1)


def test_lots_of_others_than_viewers_wait_for_nobody() -> None:
    """No expiry could be recorded on their chains."""
    other = granted()._replace(account="creator:cleo")
    assert due_of(other) is None
    assert days_to_tell("creator:cleo", other.state, NOW + 30 * DAY) == []


def test_after_the_notice_the_coins_wait_for_their_day_and_then_for_nobody() -> None:
    grant = granted()
    day = day_of(grant)
    notice_at = (day - 3) * DAY
    assert next_due(grant, notice_at) == Due(VIEWER, day * DAY, 1)
    assert next_due(bought(), NOW) is None


def test_what_is_over_and_still_there_waits_until_tomorrow() -> None:
    grant = granted()
    over = day_of(grant) * DAY + 5
    assert next_due(grant, over) == Due(VIEWER, (day_of(grant) + 1) * DAY, 1)


@pytest.mark.parametrize(("before", "told"), [(3 * DAY + 1, False), (3 * DAY, True), (1, True), (0, False)])
def test_notice_is_given_in_the_last_three_days(before: int, told: bool) -> None:
    grant = granted()
    day = day_of(grant)
    assert days_to_tell(VIEWER, grant.state, day * DAY - before) == ([day] if told else [])


def test_a_notice_is_the_same_event_whenever_it_is_told_and_another_one_for_another_day() -> None:
    lots = (
        Lot("1", "bonus", 7, 20_430),
        Lot("2", "bonus", 5, 20_430),
        Lot("3", "game", 2, 20_430),
        Lot("4", "coin", 9),
    )
    notice = notice_of(VIEWER, State(lots=lots), 20_430)
    assert notice.data["coins"] == {"bonus": 12, "game": 2}
    assert envelope_of(notice)["data"]["expiresAt"] == "2025-12-08T00:00:00.000Z"
    assert event_id(notice_of(VIEWER, State(lots=lots[:1]), 20_430)) == event_id(notice)
    assert event_id(notice_of(VIEWER, State(lots=lots), 20_437)) != event_id(notice)


def test_no_entry_of_an_account_in_volumes_waits() -> None:
    """Whoever notes what is due sees those as well."""
    assert [due_of(entry) for entry in intake_chain()] == [None] * 6
