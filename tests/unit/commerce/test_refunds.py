"""Money that we give back: the coins go first, the provider is asked once, and whatever breaks off is gone on with."""

from __future__ import annotations

from pathlib import Path

import pytest

from cliffhanger.commerce.refunds import ASK_AGAIN_MS, refund_by_right, refund_by_support, right_of, sweep
from cliffhanger.errors import NotFound, NotRefundable, ProviderUnavailable
from tests.unit.commerce.counter import PERSON, WEEKEND, Counter
from tests.unit.ledger.shop import DAY

WHOLE = {"coin": 550, "bonus": 25, "EUR.deferred": 499}


@pytest.fixture
def shop() -> Counter:
    return Counter()


def pending(shop: Counter) -> int:
    return len(shop.selling.orders.due_refunds(shop.now + DAY, 10))


def support(shop: Counter, order: str, amount: int, case: str = "c1") -> object:
    found = shop.selling.orders.find(PERSON, order)
    assert found is not None
    return refund_by_support(shop.selling, found, case, amount, {"actor": "op1", "reason": "goodwill"})


def test_an_unused_order_goes_back_once_however_often_it_is_asked(shop: Counter, tmp_path: Path) -> None:
    order = shop.bought(WEEKEND)
    for _ in range(3):
        assert refund_by_right(shop.selling, PERSON, order).status == "refunded"
    shop.told(shop.provider.refunded(order, right_of(order), shop.now))
    assert (shop.has(), list(shop.provider.refunds), pending(shop)) == ({}, [right_of(order)], 0)
    assert shop.findings(tmp_path) == []


def test_what_was_used_or_is_too_old_is_refused_and_the_provider_is_not_asked(shop: Counter) -> None:
    order = shop.bought(WEEKEND)
    with pytest.raises(NotFound):
        refund_by_right(shop.selling, "theo", order)
    shop.spends(1)
    with pytest.raises(NotRefundable) as used:
        refund_by_right(shop.selling, PERSON, order)
    assert used.value.members == {"rule": "coins_spent"}
    shop.now += 15 * DAY
    with pytest.raises(NotRefundable) as late:
        refund_by_right(shop.selling, PERSON, order)
    assert (late.value.members, shop.provider.refunds, pending(shop)) == ({"rule": "too_late"}, {}, 0)


def test_the_coins_cannot_be_spent_while_the_provider_is_asked(shop: Counter) -> None:
    order = shop.bought(WEEKEND)
    shop.provider.fails = 1
    with pytest.raises(ProviderUnavailable):
        refund_by_right(shop.selling, PERSON, order)
    assert shop.spends(1) is None
    assert refund_by_right(shop.selling, PERSON, order).status == "refunded"


def test_a_spend_that_was_faster_wins_and_nothing_goes_back(shop: Counter, tmp_path: Path) -> None:
    """The check is made with the head at hand: between it and the reversal no spend can slip."""
    order = shop.bought(WEEKEND)
    spending = shop.ledger.references

    def spend_between(account: str, prefix: str) -> object:
        shop.ledger.references = spending  # type: ignore[method-assign]
        shop.spends(30)
        return spending(account, prefix)

    shop.ledger.references = spend_between  # type: ignore[method-assign,assignment]
    with pytest.raises(NotRefundable):
        refund_by_right(shop.selling, PERSON, order)
    assert (shop.has()["coin"], shop.provider.refunds) == (545, {})
    assert shop.findings(tmp_path) == []


@pytest.mark.parametrize("broken", ["fails", "loses"])
def test_what_broke_off_is_gone_on_with_by_the_sweep(broken: str, shop: Counter) -> None:
    order = shop.bought(WEEKEND)
    setattr(shop.provider, broken, 1)
    with pytest.raises(ProviderUnavailable):
        refund_by_right(shop.selling, PERSON, order)
    assert list(sweep(shop.selling)) == []
    shop.now += ASK_AGAIN_MS
    assert [one.outcome for one in sweep(shop.selling)] == ["refunded"]
    assert (list(shop.provider.refunds), shop.has(), pending(shop)) == ([right_of(order)], {}, 0)


def test_the_providers_own_notice_is_the_same_refund(shop: Counter, tmp_path: Path) -> None:
    order = shop.bought(WEEKEND)
    shop.provider.loses = 1
    with pytest.raises(ProviderUnavailable):
        refund_by_right(shop.selling, PERSON, order)
    shop.told(shop.provider.refunded(order, right_of(order), shop.now))
    assert (shop.stands(order).refunded, shop.has()) == (499, {})
    assert shop.findings(tmp_path) == []


def test_what_the_provider_will_not_make_gives_the_coins_back(shop: Counter, tmp_path: Path) -> None:
    order = shop.bought(WEEKEND)
    shop.provider.refuses = True
    for _ in range(2):
        with pytest.raises(NotRefundable):
            refund_by_right(shop.selling, PERSON, order)
    assert (shop.has(), shop.stands(order).status, pending(shop)) == (WHOLE, "paid", 0)
    assert shop.findings(tmp_path) == []


def test_a_refund_we_gave_up_and_that_was_made_all_the_same_counts(shop: Counter, tmp_path: Path) -> None:
    order = shop.bought(WEEKEND)
    shop.provider.refuses = True
    with pytest.raises(NotRefundable):
        refund_by_right(shop.selling, PERSON, order)
    made = shop.provider.refunded(order, right_of(order), shop.now, 499)
    for _ in range(2):
        shop.told(made)
    assert (shop.has(), shop.stands(order).status) == ({}, "refunded")
    assert shop.findings(tmp_path) == []


def test_a_refund_that_does_not_arrive_gives_the_coins_back(shop: Counter, tmp_path: Path) -> None:
    order = shop.bought(WEEKEND)
    refund_by_right(shop.selling, PERSON, order)
    for _ in range(2):
        shop.told(shop.provider.refund_failed(order, right_of(order), shop.now))
    shop.told(shop.provider.refunded(order, right_of(order), shop.now))
    assert (shop.has(), shop.stands(order).status) == (WHOLE, "paid")
    assert shop.findings(tmp_path) == []


def test_support_refunds_a_part_once_for_each_case_and_never_more_than_was_paid(shop: Counter, tmp_path: Path) -> None:
    order = shop.bought(WEEKEND)
    shop.spends(500)
    support(shop, order, 200)
    support(shop, order, 200)
    support(shop, order, 299, "c2")
    with pytest.raises(NotRefundable) as more:
        support(shop, order, 1, "c3")
    assert more.value.members == {"rule": "more_than_paid", "leftAmount": 0}
    assert [one.amount for one in shop.provider.refunds.values()] == [200, 299]
    assert shop.has() == {"owed bonus": 25, "owed coin": 475}
    assert shop.findings(tmp_path) == []


def test_two_partial_refunds_that_race_never_give_more_back_than_was_paid(shop: Counter, tmp_path: Path) -> None:
    order = shop.bought(WEEKEND)
    looking = shop.ledger.references
    looked = 0

    def refund_between(account: str, prefix: str) -> object:
        """A rival's refund stands between what the first one has looked up and what it writes."""
        nonlocal looked
        looked += 1
        known = looking(account, prefix)
        if looked == 2:  # the first look only reads how the order stands
            support(shop, order, 400, "c2")
        return known

    shop.ledger.references = refund_between  # type: ignore[method-assign,assignment]
    with pytest.raises(NotRefundable) as more:
        support(shop, order, 300, "c1")
    assert more.value.members == {"rule": "more_than_paid", "leftAmount": 99}
    assert [one.amount for one in shop.provider.refunds.values()] == [400]
    assert shop.has()["EUR.deferred"] == 99
    assert shop.findings(tmp_path) == []
