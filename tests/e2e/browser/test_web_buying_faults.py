"""Buying coins when something goes wrong: nothing is paid twice, nothing is lost, and the page says what happened."""

import threading
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.browser.conftest import PHONE, Open, Picture
from tests.e2e.browser.servers import Reply, held, instead, late, lost, problem
from tests.e2e.browser.sight import coins_shown, sees_moving_picture, until
from tests.e2e.browser.steps import (
    KEPT,
    ORDERS,
    UNLOCK,
    VISA,
    buy,
    counter_of,
    meet_wall,
    offer,
    open_account,
    order_keys,
    orders,
    plays_on,
    press_episode,
    wall_of,
)
from tests.e2e.browser.stub import Lot, Site, the_last_train

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]


@pytest.fixture(autouse=True)
def three_coins(site: Site) -> None:
    """The viewer has three coins; the episode takes twelve."""
    site.viewer.lots = [Lot("2", "coin", 3)]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("card_declined", "Your bank declined the card."),
        ("insufficient_funds", "There is not enough money on the card."),
        ("expired_card", "The card has expired."),
        ("processing_error", "The bank could not work on the payment."),
    ],
)
def test_why_a_card_did_not_pay_is_said_and_the_choice_stays(
    site: Site, signed_in: Open, code: str, words: str
) -> None:
    site.shop.cards = [VISA]
    page = signed_in()
    meet_wall(page)
    site.shop.declines = code
    buy(page)
    expect(counter_of(page).get_by_role("alert")).to_contain_text(words)
    site.shop.declines = None
    site.then("POST", ORDERS, instead(problem("payment_refused", declineCode=code)))
    buy(page)
    expect(counter_of(page).get_by_role("alert")).to_contain_text(words)
    buy(page)
    plays_on(page, "141 coins")


def test_a_session_that_ran_out_is_told(site: Site, signed_in: Open) -> None:
    site.shop.cashier.tells_at_once = False
    page = signed_in()
    meet_wall(page)
    buy(page)
    pay = page.get_by_role("button", name="Pay")
    expect(pay).to_be_visible()  # so there is an order by now
    site.shop.fail("order1", "expired")
    pay.click()
    expect(counter_of(page).get_by_role("alert")).to_contain_text("The time to pay ran out. Nothing was charged.")


def test_an_impatient_viewer_buys_once(site: Site, signed_in: Open) -> None:
    site.shop.cards = [VISA]
    page = signed_in()
    meet_wall(page)
    arrive = threading.Event()
    site.then("POST", ORDERS, held(arrive))
    offer(page, "Buy and unlock").click(click_count=3)
    arrive.set()
    plays_on(page, "141 coins")
    assert len(orders(site)) == 1


def test_a_lost_answer_buys_once_however_often_it_is_asked(site: Site, signed_in: Open, picture: Picture) -> None:
    site.shop.cards = [VISA]
    page = signed_in(PHONE)
    meet_wall(page)
    site.then("POST", ORDERS, *[lost] * 9)
    buy(page)
    expect(counter_of(page).get_by_role("alert").locator("code")).to_have_text("unreachable")
    picture(page, "buying-lost-360")
    buy(page, "Ask again")
    expect(counter_of(page).get_by_role("alert").locator("code")).to_have_text("unreachable")
    site.clear()
    buy(page, "Ask again")
    plays_on(page, "141 coins")
    assert len(site.shop.orders) == len(order_keys(site)) == 1


def test_a_reload_before_the_answer_buys_nothing_by_itself_and_once_when_asked(site: Site, signed_in: Open) -> None:
    site.shop.cards = [VISA]
    page = signed_in()
    meet_wall(page)
    arrive = threading.Event()
    site.then("POST", ORDERS, late(arrive))
    buy(page)
    until(page, lambda: site.shop.orders, bool, "no order")
    page.reload()
    expect(counter_of(page)).to_contain_text("Asking again is safe: you pay once at most.")
    arrive.set()
    buy(page, "Ask again")
    plays_on(page, "141 coins")
    assert len(site.shop.orders) == len(order_keys(site)) == 1


def test_a_reload_while_the_payment_is_processed_goes_on_waiting(site: Site, signed_in: Open) -> None:
    site.shop.cards = [VISA]
    site.shop.pays_at_once = False
    page = signed_in()
    meet_wall(page)
    buy(page)
    expect(counter_of(page)).to_contain_text("Waiting for your payment")
    page.reload()
    expect(counter_of(page)).to_contain_text("Waiting for your payment")
    site.shop.pay("order1")
    plays_on(page, "141 coins")


def test_a_payment_that_takes_long_is_told_and_the_page_does_not_ask_for_ever(
    site: Site, signed_in: Open, picture: Picture
) -> None:
    site.shop.cards = [VISA]
    site.shop.pays_at_once = False
    page = signed_in(PHONE)
    meet_wall(page)
    page.clock.install()
    buy(page)
    counter = counter_of(page)
    expect(counter).to_contain_text("Waiting for your payment")

    def waits_for(words: str) -> None:
        def look() -> str:
            page.clock.run_for(10_000)
            return counter.inner_text()

        until(page, look, lambda seen: words in seen, words)

    waits_for("Still processing your payment of $0.99. We tell you here as soon as the coins are there.")
    picture(page, "buying-slow-360")
    waits_for("There is no word of your payment of $0.99 yet.")
    asked = len(site.paths("GET", "/v1/orders/order1"))
    assert asked < 120
    page.clock.run_for(600_000)
    assert len(site.paths("GET", "/v1/orders/order1")) == asked
    site.shop.pay("order1")
    buy(page, "Ask once more")
    page.clock.run_for(1_000)
    page.clock.resume()
    plays_on(page, "141 coins")


def test_an_answer_that_fails_while_waiting_is_asked_for_again(site: Site, signed_in: Open) -> None:
    site.shop.cards = [VISA]
    site.shop.pays_at_once = False
    page = signed_in()
    meet_wall(page)
    site.then("GET", "/v1/orders/order1", instead(problem("busy")), lost, lost)
    buy(page)
    until(page, lambda: len(site.paths("GET", "/v1/orders/order1")), lambda count: count > 4, "asks no more")
    site.shop.pay("order1")
    plays_on(page, "141 coins")


def test_an_answer_that_breaks_off_on_the_way_keeps_the_order(site: Site, signed_in: Open) -> None:
    site.shop.cards = [VISA]
    site.shop.pays_at_once = False
    page = signed_in()
    meet_wall(page)
    site.then("POST", ORDERS, instead(Reply(201, b'{"orderId": "ord')))
    buy(page)
    expect(counter_of(page).get_by_role("alert").locator("code")).to_have_text("unreadable_answer")
    site.then("GET", "/v1/orders/order1", instead(Reply(200, b'{"orderId": "ord')))
    buy(page, "Ask again")
    expect(counter_of(page)).to_contain_text("Waiting for your payment")
    site.shop.pay("order1")
    plays_on(page, "141 coins")
    assert len(site.shop.orders) == len(order_keys(site)) == 1


def test_coins_that_come_at_another_wall_unlock_nothing_there(site: Site, signed_in: Open) -> None:
    site.catalog = [the_last_train(6)]
    site.shop.cards = [VISA]
    site.shop.pays_at_once = False
    page = signed_in()
    meet_wall(page)
    buy(page)
    press_episode(page, "No Signal")
    expect(page.get_by_role("heading", name="“No Signal” is locked")).to_be_visible()
    site.shop.pay("order1")
    coins_shown(page, "153 coins")
    expect(offer(page, "Unlock this episode")).to_be_enabled()
    assert site.paths("POST", ".*/unlock") == []


def test_coins_that_come_while_the_viewer_is_elsewhere_are_told_and_unlock_nothing(site: Site, signed_in: Open) -> None:
    site.shop.cards = [VISA]
    site.shop.pays_at_once = False
    page = signed_in()
    meet_wall(page)
    buy(page)
    press_episode(page, "Platform Nine")
    sees_moving_picture(page)
    site.shop.pay("order1")
    expect(page.locator("#status")).to_contain_text("Paid: 150 coins are yours.")
    coins_shown(page, "153 coins")
    assert site.paths("POST", UNLOCK) == []
    assert page.url.endswith("#/the-last-train/1")


def test_a_price_that_changed_is_shown_before_anything_is_bought(site: Site, signed_in: Open, picture: Picture) -> None:
    site.shop.cards = [VISA]
    page = signed_in(PHONE)
    meet_wall(page)
    expect(offer(page, "Buy and unlock")).to_contain_text("Pay $0.99")
    site.shop.packs[0]["amount"] = 129
    buy(page)
    expect(counter_of(page).get_by_role("alert").locator("code")).to_have_text("price_changed")
    expect(offer(page, "Buy and unlock")).to_contain_text("Pay $1.29")
    picture(page, "buying-price-changed-360")
    assert site.shop.orders == {}
    buy(page)
    plays_on(page, "141 coins")


def test_an_episode_that_became_dearer_meanwhile_leaves_the_coins_and_shows_the_price(
    site: Site, signed_in: Open
) -> None:
    site.shop.cards = [VISA]
    page = signed_in()
    meet_wall(page)
    site.catalog[0]["episodes"][1]["priceCoins"] = 15
    buy(page)
    expect(wall_of(page).get_by_role("alert").locator("code")).to_have_text("price_changed")
    expect(offer(page, "Unlock this episode")).to_contain_text("15 coins")
    coins_shown(page, "153 coins")


def test_a_limit_on_buying_is_told_before_it_is_hit(site: Site, signed_in: Open, picture: Picture) -> None:
    site.shop.limit = {
        "rule": "age",
        "limitAmount": 500,
        "spentAmount": 250,
        "resetsAt": "2026-12-01T00:00:00.000Z",
    }
    page = signed_in(PHONE)
    meet_wall(page)
    counter = counter_of(page)
    expect(counter).to_contain_text("$2.50 of $5.00 may still be spent on coins before 1 December 2026")
    counter.get_by_text("Other amounts").click()
    expect(counter.get_by_role("radio", name="320 coins")).to_be_disabled()
    expect(counter).to_contain_text("more than the limit leaves")
    picture(page, "buying-limit-360")


@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        (problem("account_frozen"), "Support has frozen your account. Nothing was charged."),
        (
            problem("purchase_limit_reached", rule="jp-joga-under-16", resetsAt="2026-12-01T00:00:00.000Z"),
            "That is more than may be spent on coins at your age before 1 December 2026",
        ),
        (problem("validation_failed"), "That cannot be bought like this. Nothing was charged."),
    ],
    ids=["frozen", "limit", "invalid"],
)
def test_a_plain_no_is_told_and_the_next_press_is_another_buying(
    site: Site, signed_in: Open, refusal: Any, words: str
) -> None:
    site.shop.cards = [VISA]
    page = signed_in()
    meet_wall(page)
    site.then("POST", ORDERS, instead(refusal))
    buy(page)
    expect(counter_of(page).get_by_role("alert")).to_contain_text(words)
    buy(page)
    plays_on(page, "141 coins")
    assert len(order_keys(site)) == 2


def test_a_provider_that_does_not_answer_may_be_asked_again_for_the_same_order(
    site: Site, signed_in: Open, picture: Picture
) -> None:
    site.shop.cards = [VISA]
    page = signed_in(PHONE)
    meet_wall(page)
    site.then("POST", ORDERS, instead(problem("provider_unavailable")))
    buy(page)
    expect(counter_of(page)).to_contain_text("Payments are not answering for the moment.")
    picture(page, "buying-provider-down-360")
    buy(page, "Ask again")
    plays_on(page, "141 coins")
    assert len(order_keys(site)) == 1


def test_cards_that_cannot_be_had_leave_the_payment_page(site: Site, signed_in: Open) -> None:
    site.shop.cards = [VISA]
    site.then("GET", "/v1/cards", instead(problem("provider_unavailable")))
    page = signed_in()
    meet_wall(page)
    expect(offer(page, "Buy and unlock")).to_contain_text("on the payment page")


@pytest.mark.parametrize(("waits_ms", "way"), [(3_500, "with Visa ·· 4242"), (4_500, "on the payment page")])
def test_saved_cards_are_waited_for_while_a_function_starts_and_no_longer(
    site: Site, signed_in: Open, waits_ms: int, way: str
) -> None:
    arrive = threading.Event()
    site.shop.cards = [VISA]
    site.then("GET", "/v1/cards", late(arrive))
    page = signed_in()
    page.clock.install()
    panel = open_account(page, "Coins")
    with page.expect_response("**/v1/packs*"):
        panel.locator("summary", has_text="Buy coins").click()
    page.clock.run_for(waits_ms)
    arrive.set()
    expect(counter_of(page).get_by_role("button", name="Buy").first).to_contain_text(way)


def test_prices_that_cannot_be_had_can_be_asked_again(site: Site, signed_in: Open) -> None:
    site.then("GET", "/v1/packs", instead(problem("busy")))
    page = signed_in()
    meet_wall(page)
    expect(counter_of(page).locator("code")).to_have_text("busy")
    buy(page, "Try again")
    expect(offer(page, "Buy and unlock")).to_be_enabled()


def test_prices_are_in_the_viewers_currency_and_say_where_tax_comes_on_top(site: Site, signed_in: Open) -> None:
    site.shop.tax_included = False
    page = signed_in(locale="ja-JP")
    meet_wall(page)
    expect(offer(page, "Buy and unlock")).to_contain_text("Pay ¥99")
    assert site.paths("GET", "/v1/packs")[0].query["currency"] == "JPY"
    expect(counter_of(page)).to_contain_text("Tax is added on the payment page where it is due.")


def test_buying_can_be_done_from_the_keyboard_and_the_focus_follows(site: Site, signed_in: Open) -> None:
    site.shop.cards = [VISA]
    site.shop.bank_asks = True
    page = signed_in()
    meet_wall(page)
    counter_of(page).get_by_role("radio").first.focus()
    # Other amounts, the tick, the button that pays.
    for _ in range(3):
        page.keyboard.press("Tab")
    expect(offer(page, "Buy and unlock")).to_be_focused()
    page.keyboard.press("Enter")
    expect(counter_of(page).get_by_text("Your bank wants to know")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Complete").click()
    plays_on(page, "141 coins")


def test_signing_out_forgets_what_was_being_bought(site: Site, signed_in: Open) -> None:
    page = signed_in()
    meet_wall(page)
    buy(page)
    page.get_by_role("link", name="Back").click()
    expect(wall_of(page)).to_be_visible()
    assert page.evaluate(KEPT) is not None
    page.locator("#account-open").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in").first).to_be_visible()
    assert page.evaluate("sessionStorage.length") == 0
