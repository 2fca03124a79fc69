"""Buying coins at the wall, without losing the place in the story."""

import pytest
from playwright.sync_api import expect

from tests.e2e.browser.conftest import DESKTOP, PHONE, Open, Picture
from tests.e2e.browser.sight import coins_shown, fits_the_screen, until
from tests.e2e.browser.steps import (
    UNLOCK,
    VISA,
    buy,
    counter_of,
    meet_wall,
    offer,
    order_keys,
    orders,
    plays_on,
    wall_of,
)
from tests.e2e.browser.stub import Lot, Site

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

SIZES = pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])


@pytest.fixture(autouse=True)
def three_coins(site: Site) -> None:
    """The viewer has three coins; the episode takes twelve."""
    site.viewer.lots = [Lot("2", "coin", 3)]


@SIZES
def test_coins_are_paid_on_the_payment_page_and_the_episode_plays_on_at_the_same_place(
    site: Site, signed_in: Open, picture: Picture, size: tuple[int, int]
) -> None:
    page = signed_in(size)
    wall = meet_wall(page)
    expect(wall.get_by_role("radio").first).to_be_checked()
    expect(wall).to_contain_text("150 coins · enough")
    expect(wall).to_contain_text("50 of them bonus for 30 days · first purchase only")
    expect(wall).to_contain_text("Tax is included.")
    expect(offer(page, "Buy and unlock")).to_contain_text("Pay $0.99 on the payment page")
    fits_the_screen(page)
    picture(page, f"buying-wall-{size[0]}")
    buy(page)
    page.get_by_role("button", name="Pay").click()
    plays_on(page, "141 coins")
    assert orders(site) == [
        {
            "packId": "first",
            "currency": "USD",
            "amountShown": 99,
            "method": "checkout",
            "saveCard": False,
            "returnTo": "/?at=/the-last-train/2",
        }
    ]
    assert [one.json["priceShownCoins"] for one in site.paths("POST", UNLOCK)] == [12]


@SIZES
def test_one_tap_with_a_saved_card_buys_unlocks_and_plays(
    site: Site, signed_in: Open, picture: Picture, size: tuple[int, int]
) -> None:
    site.shop.cards = [VISA]
    page = signed_in(size)
    meet_wall(page)
    expect(offer(page, "Buy and unlock")).to_contain_text("Pay $0.99 with Visa ·· 4242")
    picture(page, f"buying-card-{size[0]}")
    buy(page)
    plays_on(page, "141 coins")
    assert [(one["method"], one["cardId"]) for one in orders(site)] == [("card", "visa1")]


def test_another_way_to_pay_stands_beside_the_saved_cards_and_an_expired_card_is_no_way(
    site: Site, signed_in: Open
) -> None:
    old = {"cardId": "old", "brand": "visa", "last4": "1881", "expires": "2020-01"}
    master = {"cardId": "mc", "brand": "mastercard", "last4": "5555", "expires": "2099-01"}
    site.shop.cards = [old, VISA, master]
    page = signed_in()
    meet_wall(page)
    expect(counter_of(page)).not_to_contain_text("1881")
    counter_of(page).get_by_role("button", name="Pay with Mastercard ·· 5555").click()
    expect(offer(page, "Buy and unlock")).to_contain_text("with Mastercard ·· 5555")
    buy(page, "Pay another way")
    page.get_by_role("button", name="Pay").click()
    plays_on(page, "141 coins")
    assert orders(site)[0]["method"] == "checkout"


def test_a_card_is_kept_only_where_the_viewer_says_so(site: Site, signed_in: Open) -> None:
    page = signed_in()
    meet_wall(page)
    counter_of(page).get_by_label("Keep the card").check()
    buy(page)
    expect(page.get_by_role("button", name="Pay")).to_be_visible()
    assert orders(site)[0]["saveCard"] is True


def test_the_smallest_pack_that_fits_comes_first(site: Site, signed_in: Open) -> None:
    site.catalog[0]["episodes"][1]["priceCoins"] = 200
    page = signed_in()
    meet_wall(page)
    expect(counter_of(page).locator(".pack strong:not(.price)")).to_have_text(
        ["320 coins · enough", "150 coins", "1,210 coins · enough"]
    )


def test_exactly_what_is_missing_can_be_bought_at_its_exact_price(
    site: Site, signed_in: Open, picture: Picture
) -> None:
    site.viewer.lots = []
    page = signed_in(PHONE)
    meet_wall(page)
    counter = counter_of(page)
    counter.get_by_text("Other amounts").click()
    field = counter.get_by_role("spinbutton")
    expect(field).to_have_value("20")
    field.fill("19")
    expect(offer(page, "Buy")).to_be_disabled()
    field.fill("123")
    expect(counter.get_by_role("radio", name="exact")).to_be_checked()
    expect(offer(page, "Buy and unlock")).to_contain_text("Pay $1.22")
    fits_the_screen(page)
    picture(page, "buying-amounts-360")
    buy(page)
    page.get_by_role("button", name="Pay").click()
    plays_on(page, "111 coins")
    assert {name: orders(site)[0].get(name) for name in ("coins", "packId", "amountShown")} == {
        "coins": 123,
        "packId": None,
        "amountShown": 122,
    }


def test_too_small_a_pack_says_what_would_still_be_missing_and_unlocks_nothing(site: Site, signed_in: Open) -> None:
    site.catalog[0]["episodes"][1]["priceCoins"] = 200
    page = signed_in()
    meet_wall(page)
    counter = counter_of(page)
    counter.get_by_text("Other amounts").click()
    counter.get_by_label("150 coins").check()
    expect(counter).to_contain_text("47 coins would still be missing.")
    expect(counter.get_by_role("button", name="Buy and unlock")).to_have_count(0)


def test_without_the_tick_coins_come_and_one_more_tap_unlocks(site: Site, signed_in: Open) -> None:
    site.shop.cards = [VISA]
    page = signed_in()
    meet_wall(page)
    counter_of(page).get_by_label("Unlock this episode (12 coins) at once").uncheck()
    buy(page, "Buy")
    expect(page.locator("#status")).to_contain_text("Paid: 150 coins are yours.")
    coins_shown(page, "153 coins")
    assert site.paths("POST", UNLOCK) == []
    offer(page, "Unlock this episode").click()
    plays_on(page, "141 coins")


def test_the_way_back_without_a_payment_shows_no_coins_and_nothing_is_unlocked(
    site: Site, signed_in: Open, picture: Picture
) -> None:
    site.shop.cashier.tells_at_once = False
    page = signed_in(PHONE)
    meet_wall(page)
    buy(page)
    page.get_by_role("button", name="Pay").click()
    expect(counter_of(page)).to_contain_text("Waiting for your payment of $0.99 to arrive")
    coins_shown(page, "3 coins")
    fits_the_screen(page)
    picture(page, "buying-waiting-360")
    seen = len(site.paths("GET", "/v1/orders/order1"))
    until(page, lambda: len(site.paths("GET", "/v1/orders/order1")), lambda count: count > seen + 2, "asks no more")
    assert site.paths("POST", UNLOCK) == []
    # The provider's word comes late: then it goes on by itself.
    site.shop.pay("order1")
    plays_on(page, "141 coins")


def test_whoever_comes_back_unpaid_chooses_again_and_the_same_choice_is_the_same_order(
    site: Site, signed_in: Open
) -> None:
    page = signed_in()
    meet_wall(page)
    buy(page)
    page.get_by_role("link", name="Back").click()
    expect(wall_of(page)).to_be_visible()
    assert page.url.endswith("/#/the-last-train/2")
    buy(page)
    page.get_by_role("button", name="Pay").click()
    plays_on(page, "141 coins")
    assert len(site.shop.orders) == len(order_keys(site)) == 1


def test_whoever_comes_back_with_the_browsers_own_button_is_at_the_same_wall(site: Site, signed_in: Open) -> None:
    page = signed_in()
    meet_wall(page)
    buy(page)
    expect(page.get_by_role("button", name="Pay")).to_be_visible()
    page.go_back()
    expect(wall_of(page)).to_be_visible()
    buy(page, "To the payment page")
    page.get_by_role("button", name="Pay").click()
    plays_on(page, "141 coins")


def test_a_payment_that_came_through_after_all_is_not_made_twice(site: Site, signed_in: Open) -> None:
    site.shop.cashier.tells_at_once = False
    page = signed_in()
    meet_wall(page)
    buy(page)
    page.get_by_role("button", name="Pay").click()
    counter_of(page).get_by_role("button", name="Choose again").click()
    site.shop.pay("order1")
    counter_of(page).get_by_text("Other amounts").click()
    counter_of(page).get_by_label("320 coins").check()
    buy(page)
    plays_on(page, "141 coins")
    assert len(site.shop.orders) == 1


@SIZES
def test_the_bank_is_told_of_in_plain_words_and_a_confirmed_payment_plays_on(
    site: Site, signed_in: Open, picture: Picture, size: tuple[int, int]
) -> None:
    site.shop.cards = [VISA]
    site.shop.bank_asks = True
    page = signed_in(size)
    meet_wall(page)
    buy(page)
    expect(counter_of(page)).to_contain_text("Your bank wants to know that it is you.")
    fits_the_screen(page)
    picture(page, f"buying-bank-{size[0]}")
    buy(page, "Confirm with your bank")
    page.get_by_role("button", name="Complete").click()
    plays_on(page, "141 coins")


def test_a_confirmation_that_failed_comes_back_to_the_wall_with_nothing_lost(
    site: Site, signed_in: Open, picture: Picture
) -> None:
    site.shop.cards = [VISA]
    site.shop.bank_asks = True
    page = signed_in(PHONE)
    meet_wall(page)
    buy(page)
    buy(page, "Confirm with your bank")
    page.get_by_role("button", name="Fail").click()
    expect(counter_of(page).get_by_role("alert")).to_contain_text("Your bank did not get your confirmation")
    coins_shown(page, "3 coins")
    expect(offer(page, "Buy and unlock")).to_be_enabled()
    picture(page, "buying-failed-360")
    # The next press is another buying.
    site.shop.bank_asks = False
    buy(page)
    plays_on(page, "141 coins")
    assert len(order_keys(site)) == 2
