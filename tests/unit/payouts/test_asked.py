"""How many payouts may be asked for in a day, whatever becomes of them; and their list, newest first, however long."""

from __future__ import annotations

import pytest

from cliffhanger.errors import PayoutRefused
from cliffhanger.payouts.domain import Payout, Wish
from cliffhanger.payouts.policy import DAY_MS, MOST_ASKED_IN_A_DAY
from cliffhanger.payouts.service import cancel, list_payouts, quote, request
from tests.support.payouts import ACCOUNT, BEGIN, CLEO, House

WISH = Wish(1_500, "USD", "standard", 0)


def ask_and_call_off(house: House, name: str) -> str:
    request(house.desk, CLEO, name, WISH)
    cancel(house.desk, CLEO, name)
    return house.go_on(name).status


def test_what_was_called_off_counts_among_the_requests_of_its_day(house: House) -> None:
    names = [f"p{number}" for number in range(MOST_ASKED_IN_A_DAY)]
    assert {ask_and_call_off(house, name) for name in names} == {"failed"}
    with pytest.raises(PayoutRefused) as refused:
        request(house.desk, CLEO, "more", WISH)
    assert (refused.value.members["rule"], refused.value.members["limit"]) == ("too_many", MOST_ASKED_IN_A_DAY)
    assert house.store.find(CLEO, "more") is None
    assert {each.rule for each in quote(house.desk, CLEO, "USD", 1_500).options} == {"too_many"}
    assert request(house.desk, CLEO, names[0], WISH).repeated, "a repetition is none more"
    house.now += DAY_MS
    assert not request(house.desk, CLEO, "more", WISH).repeated


def test_a_request_that_broke_off_is_counted_once(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(house.store, "put", lambda _: 1 / 0)
        for _ in range(3):
            with pytest.raises(ZeroDivisionError):
                request(house.desk, CLEO, "one", WISH)
    request(house.desk, CLEO, "one", WISH)
    assert house.store.asked(CLEO, "2026-11-21").payouts == ("one",)


def test_the_newest_come_first_however_many_there_are(house: House) -> None:
    """Pages of the table end at a mebibyte, in order of ids."""
    old = Payout("", CLEO, 1_500, 0, "USD", "standard", BEGIN, "h" * 43, ACCOUNT, "failed", BEGIN, revision=1)
    for number in range(3_000):
        assert house.store.put(old._replace(payout=f"a{number:04}", created_at=BEGIN + number, bank_code="x" * 600))
    assert house.store.put(old._replace(payout="z", created_at=BEGIN + DAY_MS))
    found, more = list_payouts(house.desk, CLEO, 2, None)
    assert ([each.payout for each in found], more) == (["z", "a2999"], True)
