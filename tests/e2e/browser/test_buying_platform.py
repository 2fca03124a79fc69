"""Coins for money on the running platform: the real shop and ledger, the local Stripe's own pages, its webhooks."""

import pytest
from playwright.sync_api import Locator, Page, expect

from local.cast import User
from tests.e2e.browser.conftest import DESKTOP, PHONE, OpenContext, Picture
from tests.e2e.browser.sight import coins_shown, fits_the_screen, sees_moving_picture
from tests.e2e.browser.steps import buy, counter_of, offer, open_account, wall_of
from tests.e2e.browser.test_web_platform import open_episode, poor, sign_in, story_of
from tests.e2e.client import Platform, eventually

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

__all__ = ["poor"]

ASKS_THE_BANK = "4000 0027 6000 3184"
DECLINED = "4000 0000 0000 0002"


def type_card(page: Page, number: str) -> None:
    """On the provider's page."""
    page.get_by_label("Card number").fill(number)
    page.get_by_label("Expiry").fill("12 / 40")
    page.get_by_label("CVC").fill("123")
    page.get_by_role("button", name="Pay").click()


def buy_at_the_wall(page: Page, size: tuple[int, int], picture: Picture) -> None:
    """The bank says no to one card, and asks about the other, on pages that are not ours; the card is kept."""
    counter_of(page).get_by_label("Keep the card").check()
    picture(page, f"platform-buying-{size[0]}")
    buy(page)
    type_card(page, DECLINED)
    expect(page.get_by_role("alert")).to_be_visible()
    picture(page, f"platform-declined-{size[0]}")
    type_card(page, ASKS_THE_BANK)
    page.get_by_role("button", name="Complete").click()


def buy_in_the_account(page: Page) -> Locator:
    """In one tap with the card that was kept: the bank asks again, and the viewer comes back to the account."""
    panel = open_account(page, "Coins")
    panel.locator("summary", has_text="Buy coins").click()
    counter = counter_of(page)
    expect(counter.get_by_role("button", name="Buy").first).to_contain_text("3184")
    buy(page, "Buy")
    buy(page, "Confirm with your bank")
    page.get_by_role("button", name="Complete").click()
    expect(counter).to_contain_text("are yours.")
    return panel


def give_back(line: Locator) -> None:
    """Asks for the money of a purchase, and answers the question."""
    line.locator("summary").click()
    line.get_by_role("button", name="Give it back").click()
    line.get_by_role("button", name="Refund").click()


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_viewer_buys_at_the_wall_confirms_with_the_bank_plays_on_and_gives_a_purchase_back(
    platform: Platform, poor: User, new_context: OpenContext, picture: Picture, size: tuple[int, int]
) -> None:
    page = new_context(size).new_page()
    page.goto(story_of(platform))
    sign_in(page, poor)
    coins_shown(page, "0 coins")
    open_episode(page, platform, 2)
    buy_at_the_wall(page, size, picture)

    # Back at the same place; the coins come with the webhook, the episode unlocks by itself and plays.
    sees_moving_picture(page)
    assert page.url.endswith("/2")
    total = page.locator("#total")
    expect(total).not_to_have_text("0 coins")
    first = total.inner_text()
    picture(page, f"platform-bought-{size[0]}")

    page.goto(story_of(platform))
    panel = buy_in_the_account(page)
    expect(total).not_to_have_text(first)

    # What is unspent goes back; what has been spent of does not.
    panel.locator("summary", has_text="Your purchases").click()
    lines = panel.locator(".purchases > li")
    expect(lines).to_have_count(2)
    give_back(lines.nth(1))
    expect(lines.nth(1).get_by_role("alert")).to_contain_text("Coins of it have been spent")
    give_back(lines.nth(0))
    expect(lines.nth(0)).to_contain_text("Refunded")
    coins_shown(page, first)
    picture(page, f"platform-refunded-{size[0]}")

    statement = open_account(page, "Statement").locator("#statement li")
    for at, words in enumerate(["Purchase refunded", "Coins bought", "Unlocked, episode 2", "Coins bought"]):
        expect(statement.nth(at)).to_contain_text(words)
    statement.nth(0).locator("summary").click()
    expect(statement.nth(0)).to_contain_text("Refunded")
    fits_the_screen(page)
    picture(page, f"platform-statement-of-money-{size[0]}")

    # Two purchases and a refund.
    assert eventually(lambda: len(platform.mails_to(poor.email)) >= 3, 20)


def test_a_confirmation_that_fails_comes_back_to_the_wall_with_nothing_charged(
    platform: Platform, poor: User, new_context: OpenContext, picture: Picture
) -> None:
    page = new_context(PHONE).new_page()
    page.goto(story_of(platform))
    sign_in(page, poor)
    open_episode(page, platform, 2)
    buy(page)
    type_card(page, ASKS_THE_BANK)
    page.get_by_role("button", name="Fail").click()
    # The provider's page lets the payer try again, or go back.
    page.get_by_role("link", name="Back").click()
    expect(wall_of(page)).to_be_visible()
    expect(offer(page, "Buy and unlock")).to_be_enabled()
    coins_shown(page, "0 coins")
    picture(page, "platform-back-at-the-wall-360")
