"""After a bank may have been changed nothing is paid out for the cooling-off, and its owner is told, whoever did it."""

from __future__ import annotations

from typing import Any

import pytest

from cliffhanger.errors import Unavailable
from cliffhanger.payments.routing import Subject
from cliffhanger.payouts.destinations import get_destination, set_destination
from cliffhanger.payouts.domain import Destination
from cliffhanger.payouts.hearing import BANK_CHANGED, hear
from cliffhanger.payouts.policy import COOLING_OFF_MS
from cliffhanger.payouts.standing import rule_of
from tests.support.payouts import ACCOUNT, CLEO, House

STATUS = "v2.core.account[configuration.recipient].capability_status_updated"
BACK = "https://cliffhanger.example/earnings.html"


def told(house: House) -> list[str]:
    return [event["type"] for event in {one["id"]: one for one in house.events}.values()]


def stands(house: House) -> Destination:
    found = house.store.destination(CLEO)
    assert found is not None
    return found


def tell(house: House, kind: str = BANK_CHANGED, at_ms: int | None = None) -> str:
    return hear(house.desk, Subject(kind, ACCOUNT, "", house.now if at_ms is None else at_ms))


def test_a_bank_that_was_changed_at_the_provider_s_cools_off_and_its_owner_is_told(house: House) -> None:
    """Past our pages, by whoever has a link of an hour ago."""
    house.now += 1_000
    assert [tell(house), tell(house)] == ["noted", "noted"]
    assert rule_of(stands(house), house.now) == "cooling_off"
    assert rule_of(stands(house), house.now + COOLING_OFF_MS) is None
    assert told(house) == ["PayoutDestinationChanged"]


def test_a_late_notice_of_a_change_makes_no_cooling_off_shorter(house: House) -> None:
    house.now += 5_000
    set_destination(house.desk, CLEO, "US", BACK)
    changed = stands(house).changed_at
    tell(house, at_ms=house.now - 4_000)
    assert stands(house).changed_at == changed


def restricted(house: House) -> None:
    """The bank has closed the account, so that the provider takes nothing for it any more."""
    house.bank.ready = False
    assert tell(house, STATUS) == "noted"
    assert rule_of(stands(house), house.now) == "destination_restricted"
    house.now += 60_000


@pytest.mark.parametrize("how", ["our page", "the provider's"])
def test_a_bank_in_place_of_one_that_took_nothing_any_more_cools_off_like_any_other(house: House, how: str) -> None:
    """It has taken money before: who names another for it is not naming their first."""
    restricted(house)
    if how == "our page":
        set_destination(house.desk, CLEO, "US", BACK)
    else:
        house.bank.ready = True
        tell(house)
    house.bank.ready = True
    assert get_destination(house.desk, CLEO).rule == "cooling_off"
    assert told(house) == ["PayoutDestinationChanged"]


def test_what_the_provider_only_takes_again_was_not_changed(house: House) -> None:
    restricted(house)
    house.bank.ready = True
    tell(house, STATUS)
    assert rule_of(stands(house), house.now) is None
    assert told(house) == []


def test_the_first_bank_is_paid_out_to_at_once_however_often_its_page_was_asked_for(house: House) -> None:
    house.bank.ready = False
    for _ in range(2):
        set_destination(house.desk, "dora", "US", BACK)
    house.bank.ready = True
    hear(house.desk, Subject(BANK_CHANGED, "acct_dora", "", house.now))
    assert get_destination(house.desk, "dora").rule is None
    assert told(house) == []


def test_a_change_that_cannot_be_told_of_is_not_made(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Told first: who is killed between the two tells it again."""

    def down(_: Any) -> None:
        raise Unavailable

    house.desk = house.desk._replace(tell=down)
    with pytest.raises(Unavailable):
        set_destination(house.desk, CLEO, "US", BACK)
    with pytest.raises(Unavailable):
        tell(house)
    assert stands(house).changed_at == 0
    assert not [call for call in house.bank.calls if call == "link"]
