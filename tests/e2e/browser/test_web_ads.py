"""Seeing an ad for coins: a window plays it, and the page says what came of it."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.browser.conftest import PHONE, Open, Picture
from tests.e2e.browser.servers import instead, problem
from tests.e2e.browser.sight import coins_shown, fits_the_screen
from tests.e2e.browser.steps import open_account
from tests.e2e.browser.stub import Site

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]


@pytest.fixture
def page(site: Site, signed_in: Open) -> Page:
    """A page whose service offers ads, which are a picture here."""
    site.earning.placements, site.earning.player = ["ios", "web"], f"{site.origin}/favicon.svg"
    return signed_in(PHONE)


def see_ad(panel: Locator) -> None:
    panel.get_by_role("button", name="See an ad").click()


def test_an_ad_plays_in_a_window_and_its_coins_are_shown_when_the_network_has_told(
    site: Site, page: Page, picture: Picture
) -> None:
    panel = open_account(page, "Earn")
    expect(panel).to_contain_text("See an ad: 2 coins. Today 0 of 8.")
    with page.expect_popup() as opened:
        see_ad(panel)
    opened.value.wait_for_url("**/favicon.svg?ad_unit=2747237135&custom_data=sealed")
    expect(panel.get_by_role("status")).to_have_text("2 coins for the ad.")
    assert opened.value.is_closed()
    coins_shown(page, "132 coins")
    fits_the_screen(page)
    picture(page, "earning-ad-360")


def test_an_ad_that_would_bring_nothing_is_said_to_and_its_window_closes(site: Site, page: Page) -> None:
    panel = open_account(page, "Earn")
    site.then("POST", "/v1/rewards/ads", instead(problem("reward_refused")))
    with page.expect_popup() as opened:
        see_ad(panel)
    expect(panel.get_by_role("status")).to_contain_text("There is nothing to earn for this right now.")
    assert opened.value.is_closed()


def test_whose_claims_look_unusual_is_told_no_more_than_that(site: Site, page: Page) -> None:
    panel = open_account(page, "Earn")
    site.then("POST", "/v1/rewards/checkin", instead(problem("reward_refused", reasons=["unusual_activity"])))
    panel.get_by_role("button", name="Check in").click()
    expect(panel.get_by_role("status")).to_contain_text("Something about this looks unusual")
    fits_the_screen(page)


def test_no_ad_is_offered_where_this_page_shows_none(site: Site, page: Page) -> None:
    site.earning.placements = ["ios"]
    panel = open_account(page, "Earn")
    expect(panel).to_contain_text("See an ad: 2 coins.")
    expect(panel.get_by_role("button", name="See an ad")).to_have_count(0)
    assert not [one for one in site.asked if one.path.endswith("/ads.js")]
