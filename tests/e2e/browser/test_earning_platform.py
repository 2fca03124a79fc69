"""Earning on the running platform, in a browser: a check-in, and an ad that the local network shows and vouches for."""

import pytest
from playwright.sync_api import expect

from tests.e2e.browser.conftest import PHONE, OpenContext, Picture
from tests.e2e.browser.sight import coins_shown
from tests.e2e.browser.steps import open_account
from tests.e2e.browser.test_web_platform import sign_in, story_of
from tests.e2e.client import Platform

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]


def test_a_viewer_checks_in_and_sees_an_ad_and_has_the_coins_of_both(
    platform: Platform, new_context: OpenContext, picture: Picture
) -> None:
    page = new_context(PHONE).new_page()
    page.goto(story_of(platform))
    sign_in(page, platform.settled_person())
    panel = open_account(page, "Earn")
    panel.get_by_role("button", name="Check in").click()
    expect(panel.get_by_role("status")).to_have_text("2 coins for today.")
    with page.expect_popup() as opened:
        panel.get_by_role("button", name="See an ad").click()
    expect(opened.value.get_by_role("heading")).to_have_text("Night Express Cocoa")
    picture(opened.value, "platform-ad")
    expect(panel.get_by_role("status")).to_have_text("2 coins for the ad.", timeout=20_000)
    coins_shown(page, "4 coins")
    picture(page, "platform-earning-360")
