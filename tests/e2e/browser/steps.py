"""What a viewer does on the page, from one state to the next."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.e2e.browser.sight import coins_shown, sees_moving_picture
from tests.e2e.browser.stub import Site

UNLOCK = "/v1/series/the-last-train/episodes/2/unlock"
PLAYBACK = "/v1/series/the-last-train/episodes/{}/playback"
QUOTE = "/v1/series/the-last-train/episodes/{}/quote"
ORDERS = "/v1/orders"
VISA = {"cardId": "visa1", "brand": "visa", "last4": "4242", "expires": "2099-04"}
KEPT = "sessionStorage.getItem('cliffhanger.buying')"


def open_series(page: Page, site: Site) -> None:
    page.goto(f"{site.origin}/#/the-last-train")
    expect(page.get_by_role("heading", level=1, name="The Last Train")).to_be_visible()


def open_episode(page: Page, site: Site, number: int) -> None:
    page.goto(f"{site.origin}/#/the-last-train/{number}")


def press_episode(page: Page, title: str) -> None:
    """From the list beside the picture, or from the sheet where the picture takes the whole screen."""
    opener = page.locator("#episodes-open")
    if opener.is_visible():
        opener.click()
        page.locator("#episodes-sheet").get_by_role("link", name=title).click()
    else:
        page.locator("#episodes").get_by_role("link", name=title).click()


def wall_of(page: Page) -> Locator:
    return page.get_by_role("region", name="is locked")


def meet_wall(page: Page) -> Locator:
    """Presses the locked episode and waits for its wall."""
    press_episode(page, "The Wrong Carriage")
    expect(wall_of(page)).to_be_visible()
    return wall_of(page)


def offer(page: Page, name: str) -> Locator:
    """One of the wall's buttons that unlock."""
    return wall_of(page).get_by_role("button", name=name)


def open_account(page: Page, tab: str) -> Locator:
    if not page.locator("#account").is_visible():
        page.locator("#account-open").click()
    page.get_by_role("tab", name=tab).click()
    return page.get_by_role("tabpanel", name=tab)


def counter_of(page: Page) -> Locator:
    """Where coins are sold, at the wall or in the account."""
    return page.get_by_role("region", name="Buy coins")


def buy(page: Page, name: str = "Buy and unlock") -> None:
    """Presses the one button that pays for what is chosen."""
    counter_of(page).get_by_role("button", name=name).click()


def orders(site: Site) -> list[dict[str, Any]]:
    """What was asked to be bought, as often as it was asked."""
    return [one.json for one in site.paths("POST", ORDERS)]


def order_keys(site: Site) -> set[str]:
    return {one.headers["idempotency-key"] for one in site.paths("POST", ORDERS)}


def plays_on(page: Page, coins: str) -> None:
    """The second episode plays where the viewer was, and nothing is being bought any more."""
    sees_moving_picture(page)
    assert page.url.endswith("#/the-last-train/2")
    coins_shown(page, coins)
    assert page.evaluate(KEPT) is None
