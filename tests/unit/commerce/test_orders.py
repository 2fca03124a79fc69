"""An order is made once, keeps its price, and says of itself what the ledger says of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from cliffhanger.commerce import domain
from cliffhanger.commerce.limits import Buyer
from cliffhanger.commerce.orders import OPEN_MS
from cliffhanger.commerce.price_lists import EDITIONS, Edition
from cliffhanger.commerce.service import forget_card, list_cards, list_orders, offers
from cliffhanger.errors import (
    AccountFrozen,
    Busy,
    KeyReused,
    NotFound,
    PaymentRefused,
    PriceChanged,
    ProviderUnavailable,
    PurchaseLimitReached,
    ValidationFailed,
)
from cliffhanger.ledger import walking
from cliffhanger.wallet.service import freeze
from tests.support.provider import DECLINED, SECURE, VISA
from tests.support.tables import ORDERS
from tests.unit.commerce.counter import BUYER, PERSON, TASTE, WEEKEND, Counter
from tests.unit.ledger.shop import MIA

WELCOME = TASTE._replace(pack="welcome")
CHILD = Buyer("JP", 15)


@pytest.fixture
def shop() -> Counter:
    return Counter()


def rows(shop: Counter) -> int:
    return len(shop.model.call("Scan", {"TableName": ORDERS["TableName"]})["Items"])


def test_an_order_says_where_to_pay_and_brings_nothing(shop: Counter) -> None:
    made = shop.orders_(WEEKEND)
    assert (made.standing.status, made.repeated) == ("open", False)
    assert made.begun is not None
    assert made.begun.url == f"https://pay.example/{made.standing.order.order}"
    assert (made.standing.order.deal.coins, made.standing.order.deal.bonus) == (550, 25)
    assert shop.ledger.head(MIA) is None


def test_an_order_takes_one_write_unit(shop: Counter) -> None:
    before = shop.model.meter.units().write
    shop.orders_()
    assert shop.model.meter.units().write - before == 1


def test_the_payer_comes_back_to_where_the_story_stopped(shop: Counter) -> None:
    order = shop.ordered(WEEKEND)
    asked = shop.provider.made["checkout", order][0]
    assert asked[1:3] == (
        f"https://watch.example/watch?series=salt&order={order}",
        f"https://watch.example/watch?series=salt&order={order}&canceled=1",
    )


def test_the_same_key_goes_on_with_the_same_order(shop: Counter) -> None:
    first = shop.orders_()
    shop.now += 60_000
    again = shop.orders_()
    assert (again.standing, again.begun, again.repeated) == (first.standing, first.begun, True)
    assert rows(shop) == 1


def test_the_same_key_with_anything_else_is_refused(shop: Counter) -> None:
    shop.orders_()
    with pytest.raises(KeyReused):
        shop.orders_(WEEKEND)
    assert rows(shop) == 1


def test_a_crash_before_the_provider_was_asked_is_healed_by_a_retry(shop: Counter) -> None:
    shop.provider.fails = 1
    with pytest.raises(ProviderUnavailable):
        shop.orders_()
    made = shop.orders_()
    assert (made.repeated, made.standing.status, rows(shop)) == (True, "open", 1)
    assert made.begun is not None


def test_a_lost_answer_of_the_provider_is_heard_again(shop: Counter) -> None:
    shop.provider.loses = 1
    with pytest.raises(ProviderUnavailable):
        shop.orders_()
    shop.orders_()
    assert len(shop.provider.made) == 1


def test_a_price_that_was_not_shown_is_refused_and_nothing_is_ordered(shop: Counter) -> None:
    with pytest.raises(PriceChanged) as refused:
        shop.orders_(TASTE._replace(amount_shown=98))
    assert refused.value.members == {"amount": 99, "currency": "EUR"}
    assert rows(shop) == 0


def test_an_order_keeps_its_price_when_the_list_changes_before_it_is_paid(
    shop: Counter, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    order = shop.ordered(WEEKEND)
    listed = EDITIONS[0]
    dearer = {name: (digits, tuple(2 * one for one in prices)) for name, (digits, prices) in listed.amounts.items()}
    tomorrow = Edition("2026-11-22", {name: 10 * n for name, n in listed.packs.items()}, dearer, {})
    monkeypatch.setattr(domain.edition_at, "__defaults__", ((*EDITIONS, tomorrow),))
    shop.now += 86_400_000
    assert offers(shop.selling, PERSON, BUYER, "EUR").prices.packs[0].price.amount == 198
    assert shop.told(shop.provider.paid(order, shop.now)).word == "granted"
    assert shop.has() == {"coin": 550, "bonus": 25, "EUR.deferred": 499}
    assert shop.stands(order).order.as_of == "2026-11-01"
    assert shop.findings(tmp_path) == []


def test_exactly_what_is_missing_can_be_bought_and_no_less_than_a_payment_must_be(shop: Counter) -> None:
    exact = TASTE._replace(pack="", coins=140, amount_shown=139)
    assert shop.orders_(exact).standing.order.deal.coins == 140
    for coins in (49, 6_201):
        with pytest.raises(ValidationFailed) as refused:
            shop.orders_(TASTE._replace(pack="", coins=coins, amount_shown=50), f"k{coins}")
        assert refused.value.members == {"where": "coins", "minCoins": 50, "maxCoins": 6_200}


def test_nobody_else_has_the_order(shop: Counter) -> None:
    order = shop.ordered()
    assert shop.selling.orders.find("theo", order) is None


def test_it_is_paid_when_the_coins_are_there_and_not_before(shop: Counter) -> None:
    order = shop.ordered()
    assert shop.stands(order).status == "open"
    shop.told(shop.provider.paid(order, shop.now))
    stands = shop.stands(order)
    assert (stands.status, stands.seq, shop.has()["coin"]) == ("paid", 1, 100)
    assert shop.orders_().begun is None


def test_a_redirect_without_a_payment_grants_nothing_and_the_order_expires(shop: Counter) -> None:
    order = shop.ordered()
    shop.now += OPEN_MS - 1
    assert shop.stands(order).status == "open"
    shop.now += 1
    assert shop.stands(order).status == "expired"
    assert shop.orders_().begun is None
    assert shop.ledger.head(MIA) is None


def test_what_is_paid_after_it_has_expired_is_granted_all_the_same(shop: Counter) -> None:
    order = shop.ordered()
    shop.now += 3 * OPEN_MS
    shop.told(shop.provider.paid(order, shop.now))
    assert shop.stands(order).status == "paid"


def test_the_offer_for_a_first_purchase_is_for_the_first_only(shop: Counter) -> None:
    assert offers(shop.selling, PERSON, BUYER, "EUR").first
    order = shop.bought(WELCOME)
    assert shop.has() == {"coin": 100, "bonus": 50, "EUR.deferred": 99}
    assert not offers(shop.selling, PERSON, BUYER, "EUR").first
    with pytest.raises(NotFound):
        shop.orders_(WELCOME, "k2")
    assert shop.orders_(WELCOME).standing.order.order == order


def test_two_offers_for_a_first_purchase_that_are_both_paid_bring_one_bonus(shop: Counter, tmp_path: Path) -> None:
    """Both were ordered while neither was paid, so that only the chain can tell which of them is the first."""
    one, other = shop.ordered(WELCOME), shop.ordered(WELCOME, "k2")
    assert [shop.stands(order).bonus for order in (one, other)] == [50, 50]
    shop.told(shop.provider.paid(other, shop.now))
    assert (shop.stands(one).status, shop.stands(one).bonus, shop.stands(one).withheld) == ("open", 0, 50)
    for _ in range(2):
        shop.told(shop.provider.paid(one, shop.now))
    assert shop.has() == {"coin": 200, "bonus": 50, "EUR.deferred": 198}
    assert [(shop.stands(order).bonus, shop.stands(order).withheld) for order in (one, other)] == [(0, 50), (50, 0)]
    assert shop.findings(tmp_path) == []


def test_the_bonus_of_a_first_purchase_follows_the_first_and_no_later_one(shop: Counter, tmp_path: Path) -> None:
    """Otherwise it would come twice when the first purchase, refunded or disputed, is one again."""
    one, other = shop.ordered(WELCOME), shop.ordered(WELCOME, "k2")
    shop.told(shop.provider.paid(one, shop.now))
    shop.disputed(one, "opened")
    shop.told(shop.provider.paid(other, shop.now))
    assert shop.has() == {"coin": 100, "EUR.deferred": 99}
    shop.told(shop.provider.refunded(other, "r1", shop.now, 40))
    shop.disputed(one, "won")
    assert shop.has() == {"coin": 100 - 40 + 100, "bonus": 50, "EUR.deferred": 99 + 59}
    assert shop.findings(tmp_path) == []


def test_the_bonus_that_comes_with_any_purchase_is_kept_after_the_first(shop: Counter) -> None:
    shop.bought()
    order = shop.bought(WEEKEND, "k2")
    assert (shop.stands(order).bonus, shop.stands(order).withheld, shop.has()["bonus"]) == (25, 0, 25)


def test_a_first_purchase_that_is_refunded_before_it_is_granted_is_still_the_first(shop: Counter) -> None:
    order = shop.ordered(WELCOME)
    shop.told(shop.provider.refunded(order, "r1", shop.now, 33))
    shop.told(shop.provider.paid(order, shop.now))
    assert shop.has() == {"coin": 67, "bonus": 34, "EUR.deferred": 66}


def test_a_frozen_account_orders_nothing(shop: Counter) -> None:
    freeze(shop.ledger, MIA, frozen=True, reference="support:f1", terms={}, retrying=shop.retrying)
    with pytest.raises(AccountFrozen):
        shop.orders_()
    assert rows(shop) == 0


def test_a_saved_card_pays_in_one_tap_and_only_a_paid_notice_brings_the_coins(shop: Counter) -> None:
    with pytest.raises(ValidationFailed):
        shop.orders_(TASTE._replace(method="card", card="pm_visa"))
    shop.bought(TASTE._replace(save_card=True))
    customer = shop.selling.orders.customer(PERSON)
    assert customer == "cus_mia"
    shop.provider.saved[customer] = [VISA]
    assert list_cards(shop.selling, PERSON) == (VISA,)
    made = shop.orders_(TASTE._replace(method="card", card="pm_visa"), "k2")
    assert (made.standing.status, made.begun and made.begun.status, shop.has()["coin"]) == ("open", "paid", 100)
    forget_card(shop.selling, PERSON, "pm_visa")
    with pytest.raises(NotFound):
        forget_card(shop.selling, PERSON, "pm_visa")


def test_a_bank_that_wants_to_hear_from_the_payer_is_said_where(shop: Counter) -> None:
    shop.bought(TASTE._replace(save_card=True))
    begun = shop.orders_(TASTE._replace(method="card", card=SECURE), "k2").begun
    assert begun is not None
    assert (begun.status, begun.url is not None) == ("action_required", True)


def test_a_card_that_is_refused_says_why_and_the_order_has_failed(shop: Counter) -> None:
    shop.bought(TASTE._replace(save_card=True))
    refused = TASTE._replace(method="card", card=DECLINED)
    for _ in range(2):
        with pytest.raises(PaymentRefused) as why:
            shop.orders_(refused, "k2")
        assert why.value.members["declineCode"] == "insufficient_funds"


def test_orders_come_newest_first_a_page_at_a_time(shop: Counter) -> None:
    made = []
    for number in range(5):
        shop.now += 1_000
        made.append(shop.ordered(key=f"k{number}"))
    first, more = list_orders(shop.selling, PERSON, 3)
    last = first[-1].order
    rest, none = list_orders(shop.selling, PERSON, 3, (last.created_at, last.order))
    assert [one.order.order for one in (*first, *rest)] == made[::-1]
    assert (more, none) == (True, False)


def test_a_child_buys_up_to_the_limit_of_the_month_and_open_orders_count(shop: Counter) -> None:
    """5,000 yen below 16, by the calendar of Japan."""
    shop.now = 1_796_050_800_000 - 1  # the last millisecond of November 2026 in Tokyo
    big = TASTE._replace(pack="season", currency="JPY", amount_shown=1_500)
    for number in range(3):
        order = shop.orders_(big, f"k{number}", CHILD).standing.order.order
        shop.told(shop.provider.paid(order, shop.now)) if number < 2 else None
    with pytest.raises(PurchaseLimitReached) as refused:
        shop.orders_(big, "k4", CHILD)
    assert refused.value.members == {
        "rule": "jp-joga-under-16",
        "limitAmount": 5_000,
        "spentAmount": 4_500,
        "resetsAt": "2026-11-30T15:00:00.000Z",
    }
    assert shop.orders_(big, "k4", BUYER).standing.status == "open"
    shop.now += OPEN_MS
    limit = offers(shop.selling, PERSON, CHILD, "JPY").limit
    assert limit is not None
    assert (limit.spent, limit.amount) == (0, 5_000)


def test_a_month_that_is_too_long_to_read_sells_nothing_to_who_has_a_limit(
    shop: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Entries that cost nothing would hide what the month has cost."""
    shop.bought(TASTE._replace(currency="JPY", amount_shown=150))
    shop.sets_limits(20)
    monkeypatch.setattr(walking, "MOST_ENTRIES", 20)
    with pytest.raises(Busy):
        shop.orders_(TASTE._replace(currency="JPY", amount_shown=150), "k2", CHILD)
    assert rows(shop) == 1


@pytest.mark.parametrize(
    ("buyer", "rule"),
    [
        (Buyer("JP", 15), "jp-joga-under-16"),
        (Buyer("JP", None), "jp-joga-under-16"),
        (Buyer("JP", 17), "jp-joga-under-18"),
        (Buyer("JP", 18), None),
        (Buyer("DE", 12), None),
        (Buyer(None, None), None),
    ],
)
def test_the_strictest_rule_of_the_country_holds_and_an_age_that_is_not_told_is_the_lowest(
    buyer: Buyer, rule: str | None, shop: Counter
) -> None:
    limit = offers(shop.selling, PERSON, buyer, "USD").limit
    assert (None if limit is None else limit.rule) == rule
