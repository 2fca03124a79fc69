"""Coins for money in the viewer's account: buying without a wall, purchases, refunds, saved cards, the statement."""

import threading

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.browser.conftest import DESKTOP, PHONE, Open, Picture
from tests.e2e.browser.servers import instead, late, problem
from tests.e2e.browser.sight import coins_shown, fits_the_screen
from tests.e2e.browser.steps import VISA, buy, counter_of, open_account
from tests.e2e.browser.stub import Site

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]


def unfold(page: Page, what: str) -> Locator:
    panel = open_account(page, "Coins")
    panel.locator("summary", has_text=what).click()
    return panel


def bought(site: Site, status: str = "paid", pack: int = 0, created: str = "2099-11-21T08:15:00.000Z") -> str:
    """An order of the viewer's that stands so; its coins are there where it was paid."""
    order_id = f"order{len(site.shop.orders) + 1}"
    packed = {name: site.shop.packs[pack][name] for name in ("coins", "bonusCoins", "amount")}
    site.shop.orders[order_id] = {"orderId": order_id, "status": status, **packed, "currency": "USD", "digits": 2}
    site.shop.orders[order_id] |= {"createdAt": created, "refundedAmount": 0}
    if status == "paid":
        site.shop.pay(order_id)
    return order_id


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_coins_are_bought_without_a_wall_and_the_viewer_comes_back_to_the_account(
    site: Site, signed_in: Open, picture: Picture, size: tuple[int, int]
) -> None:
    page = signed_in(size)
    unfold(page, "Buy coins")
    expect(counter_of(page).get_by_label("150 coins")).to_be_checked()
    expect(counter_of(page).get_by_label("1,210 coins")).to_be_visible()
    fits_the_screen(page)
    picture(page, f"account-buy-{size[0]}")
    site.shop.cashier.tells_at_once = False
    buy(page, "Buy")
    page.get_by_role("button", name="Pay").click()
    expect(page.get_by_role("dialog", name="Your account")).to_be_visible()
    expect(counter_of(page)).to_contain_text("Waiting for your payment of $0.99")
    coins_shown(page, "130 coins")
    site.shop.pay("order1")
    expect(counter_of(page)).to_contain_text("Paid: 150 coins are yours.")
    coins_shown(page, "280 coins")
    picture(page, f"account-paid-{size[0]}")
    counter_of(page).get_by_role("button", name="Buy more").click()
    expect(counter_of(page).get_by_role("button", name="Buy")).to_be_enabled()


def test_purchases_are_listed_newest_first_with_how_they_stand(site: Site, signed_in: Open, picture: Picture) -> None:
    for status in ("open", "failed", "expired", "refunded", "disputed", "paid"):
        bought(site, status)
    part = bought(site, "partlyRefunded", 1)
    site.shop.orders[part]["refundedAmount"] = 100
    page = signed_in(PHONE)
    lines = unfold(page, "Your purchases").locator(".purchases > li")
    expect(lines).to_have_count(7)
    for at, words in enumerate(
        [
            "Partly refunded: $1.00",
            "Paid",
            "Disputed with your bank",
            "Refunded",
            "Not paid in time",
            "Not paid",
            "Not paid yet",
        ]
    ):
        expect(lines.nth(at).locator(".change small")).to_have_text(words)
    fits_the_screen(page)
    picture(page, "account-purchases-360")


def test_an_order_whose_coins_are_unspent_is_given_back_after_a_question(
    site: Site, signed_in: Open, picture: Picture
) -> None:
    bought(site)
    page = signed_in(PHONE)
    line = unfold(page, "Your purchases").locator(".purchases > li")
    line.locator("summary").click()
    line.get_by_role("button", name="Give it back").click()
    expect(line).to_contain_text("$0.99 go back to how you paid, and the 100 coins and 50 bonus coins are taken off.")
    picture(page, "account-refund-360")
    line.get_by_role("button", name="Keep it").click()
    assert site.paths("POST", "/v1/orders/order1/refund") == []
    line.get_by_role("button", name="Give it back").click()
    line.get_by_role("button", name="Refund $0.99").click()
    expect(line).to_contain_text("Refunded")
    coins_shown(page, "130 coins")


def test_an_order_of_which_coins_are_spent_stays_and_the_page_says_why(
    site: Site, signed_in: Open, picture: Picture
) -> None:
    bought(site)
    site.viewer.pay(2, 12)
    site.viewer.lots[-1].coins -= 1
    page = signed_in(PHONE)
    line = unfold(page, "Your purchases").locator(".purchases > li")
    line.locator("summary").click()
    line.get_by_role("button", name="Give it back").click()
    line.get_by_role("button", name="Refund").click()
    expect(line.get_by_role("alert")).to_contain_text("Coins of it have been spent, so it cannot be given back here.")
    picture(page, "account-refund-refused-360")


def test_an_order_that_was_not_the_first_says_that_its_bonus_did_not_come(
    site: Site, signed_in: Open, picture: Picture
) -> None:
    order = bought(site)
    site.shop.orders[order] |= {"bonusCoins": 0, "bonusWithheld": 50}
    page = signed_in(PHONE)
    told = "Without the 50 bonus coins: they come with the first purchase, and that was another one."
    line = unfold(page, "Your purchases").locator(".purchases > li")
    line.locator("summary").click()
    expect(line).to_contain_text(told)
    fits_the_screen(page)
    picture(page, "account-bonus-withheld-360")
    receipt = open_account(page, "Statement").locator("#statement li").first
    receipt.locator("summary").click()
    expect(receipt).to_contain_text(told)


def test_a_purchase_of_long_ago_offers_no_way_back(site: Site, signed_in: Open) -> None:
    bought(site, created="2020-01-01T00:00:00.000Z")
    page = signed_in()
    line = unfold(page, "Your purchases").locator(".purchases > li")
    line.locator("summary").click()
    expect(line.get_by_role("button")).to_have_count(0)


def test_a_saved_card_is_removed(site: Site, signed_in: Open, picture: Picture) -> None:
    site.shop.cards = [VISA]
    page = signed_in(PHONE)
    panel = unfold(page, "Saved cards")
    expect(panel).to_contain_text("Visa ·· 4242")
    expect(panel).to_contain_text("until 04/2099")
    fits_the_screen(page)
    picture(page, "account-cards-360")
    panel.get_by_role("button", name="Remove Visa ·· 4242").click()
    expect(panel).to_contain_text("No card is kept.")
    assert site.shop.cards == []


@pytest.mark.parametrize(
    ("what", "path"), [("Your purchases", "/v1/orders"), ("Saved cards", "/v1/cards")], ids=["purchases", "cards"]
)
def test_what_cannot_be_read_can_be_asked_again(site: Site, signed_in: Open, what: str, path: str) -> None:
    site.then("GET", path, instead(problem("provider_unavailable")))
    panel = unfold(signed_in(), what)
    expect(panel.locator("code")).to_have_text("provider_unavailable")
    panel.get_by_role("button", name="Try again").click()
    expect(panel.locator("code")).to_have_count(0)


def test_the_statement_tells_purchases_refunds_and_disputes_in_words(
    site: Site, signed_in: Open, picture: Picture
) -> None:
    order = bought(site)
    for kind, coins, name in (
        ("dispute", {"coin": -100, "bonus": -50}, "rev:dispute-d1"),
        ("disputeWon", {"coin": 100, "bonus": 50}, "back:d1"),
        ("refund", {"coin": -20, "bonus": -10}, "rev:r0"),
        ("refundFailed", {"coin": 20, "bonus": 10}, "back:r0"),
        ("refund", {"coin": -20, "bonus": -10}, "rev:r1"),
    ):
        site.viewer.entries += 1
        site.viewer.tell(kind, coins, reference=f"purchase:{order}:{name}")
    site.viewer.lines[0]["debt"] = {"coin": 5}
    page = signed_in(PHONE)
    lines = open_account(page, "Statement").locator("#statement li")
    for at, words in enumerate(
        [
            "Purchase refunded",
            "Refund did not arrive, coins back",
            "Purchase refunded",
            "Dispute settled, coins back",
            "Taken back by your bank",
            "Coins bought",
        ]
    ):
        expect(lines.nth(at)).to_contain_text(words)
    lines.nth(0).locator("summary").click()
    expect(lines.nth(0)).to_contain_text("Bought100 coins and 50 bonus coins for $0.99")
    expect(lines.nth(0)).to_contain_text("\N{MINUS SIGN}20 bought and \N{MINUS SIGN}10 bonus")
    expect(lines.nth(0)).to_contain_text("5 coins that had been spent already")
    lines.nth(0).get_by_role("button", name="Check it").click()
    expect(lines.nth(0)).to_contain_text("the entry's bytes have this hash")
    fits_the_screen(page)
    picture(page, "statement-refund-360")


def test_a_series_gives_its_coins_back_by_its_own_rule_after_a_question(
    site: Site, signed_in: Open, picture: Picture
) -> None:
    site.catalog[0]["refundableEpisodes"] = 2
    site.viewer.pay(2, 12)
    page = signed_in(PHONE)
    expect(page.locator("#episodes .owned")).to_have_count(1)
    line = open_account(page, "Statement").locator("#statement li").first
    line.locator("summary").click()
    expect(line).to_contain_text(
        "This series gives its coins back once, while no more than 2 of its episodes are unlocked."
    )
    line.get_by_role("button", name="Give the series back").click()
    expect(line).to_contain_text("Its episodes are locked again, and the coins that you spent on them are yours again.")
    fits_the_screen(page)
    picture(page, "statement-series-back-360")
    line.get_by_role("button", name="Give it back").click()
    coins_shown(page, "130 coins")
    expect(page.locator("#statement li").first).to_contain_text("Taken back")
    expect(page.locator("#episodes .owned")).to_have_count(0)


def test_a_series_beyond_its_own_rule_keeps_its_coins_and_the_page_says_why(site: Site, signed_in: Open) -> None:
    site.catalog[0]["refundableEpisodes"] = 2
    site.viewer.pay(2, 12)
    site.then(
        "POST",
        "/v1/series/the-last-train/refund",
        instead(problem("not_refundable", rule="too_many_episodes", mostEpisodes=2)),
    )
    page = signed_in()
    line = open_account(page, "Statement").locator("#statement li").first
    line.locator("summary").click()
    line.get_by_role("button", name="Give the series back").click()
    line.get_by_role("button", name="Give it back").click()
    expect(line.get_by_role("alert")).to_contain_text("More of its episodes are unlocked")
    coins_shown(page, "118 coins")


def test_a_series_without_such_a_rule_offers_nothing(site: Site, signed_in: Open) -> None:
    site.viewer.pay(2, 12)
    line = open_account(signed_in(), "Statement").locator("#statement li").first
    line.locator("summary").click()
    expect(line).to_contain_text("12 bonus coins")
    expect(line.get_by_role("button", name="Give the series back")).to_have_count(0)


def test_a_list_read_twice_at_once_shows_every_purchase_once(site: Site, signed_in: Open) -> None:
    bought(site)
    page = signed_in()
    arrive = threading.Event()
    site.then("GET", "/v1/orders", late(arrive))
    panel = unfold(page, "Your purchases")
    open_account(page, "Coins")
    arrive.set()
    expect(panel.locator(".purchases > li")).to_have_count(1)
