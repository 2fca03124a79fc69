"""From a gift over the picture to the creator's bank, on the running platform, in a browser alone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from local.cast import User
from tests.e2e.browser.conftest import PHONE, OpenContext, Picture
from tests.e2e.browser.sight import sees_moving_picture
from tests.e2e.browser.steps_rooms import sign_in
from tests.e2e.browser.studio_sight import fits, has_no_barriers, says
from tests.e2e.browser.test_web_platform import sign_in as sign_in_as_viewer
from tests.e2e.client import Platform
from tests.e2e.earners import Earner, earn, new_earner, new_fan, provider_name
from tests.e2e.series import film

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

CAME_MS = 60_000


def wake(earner: Earner) -> None:
    """A function's first call starts its process, which takes longer on a busy machine than a page waits."""
    earner.money()
    earner.get("/v1/creator/earnings")
    earner.get("/v1/creator/verification")


def give(page: Page, platform: Platform, fan: User, series: str) -> None:
    """Two taps on a gift while the first episode plays, and a yes: it is a large one."""
    page.goto(f"{platform.outputs['webUrl']}#/{series}")
    sign_in_as_viewer(page, fan)
    page.goto(f"{platform.outputs['webUrl']}#/{series}/1")
    sees_moving_picture(page)
    page.get_by_role("button", name="Give a gift").click()
    tray = page.get_by_role("region", name="Gifts")
    train = tray.get_by_role("button", name="Night train")
    train.click()
    train.click()
    tray.get_by_role("button", name="Give", exact=True).click()
    expect(tray.get_by_role("status")).to_contain_text("given")


def show_who_they_are(page: Page, picture: Picture) -> None:
    """What is missing is led to; the provider's page leads back; its word comes a moment later."""
    euros, person = page.get_by_role("region", name="EUR"), page.get_by_role("region", name="Who you are")
    euros.get_by_role("button", name="Show who you are").click()
    expect(person.get_by_role("button", name="Show who you are")).to_be_focused()
    picture(page, "payout-person")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Complete").click()
    page.wait_for_url("**/earnings.html**")
    told, verified = page.get_by_role("button", name="Show it"), person.get_by_text("Verified until")
    expect(told.or_(verified)).to_be_visible(timeout=CAME_MS)
    if told.is_visible():
        told.click()
    expect(verified).to_be_visible()


def name_their_bank(page: Page, picture: Picture) -> None:
    euros, bank = page.get_by_role("region", name="EUR"), page.get_by_role("region", name="Your bank")
    euros.get_by_role("button", name="Name your bank").click()
    bank.get_by_label("Country of your bank").select_option(label="Germany")
    picture(page, "payout-bank")
    bank.get_by_role("button", name="Name your bank").click()
    page.get_by_role("button", name="Complete").click()
    page.wait_for_url("**/earnings.html**")
    expect(bank).to_contain_text("Country: Germany.")


def pay_out(page: Page, picture: Picture) -> str:
    """All that is payable, in two taps; how much that is."""
    euros = page.get_by_role("region", name="EUR")
    euros.get_by_role("button", name="Pay out EUR").click()
    payable = euros.get_by_role("definition").first.inner_text()
    confirm = euros.get_by_role("button", name="Confirm")
    expect(confirm).to_have_accessible_description(re.compile("less a fee of €0.00: .* arrives between"))
    fits(page)
    has_no_barriers(page)
    picture(page, "payout-confirm-360")
    confirm.click()
    says(page, f"{payable} is on its way to you")
    return payable


def arrive(page: Page, platform: Platform, earner: Earner) -> None:
    """The bank takes it: on the provider's page, at a press of a button."""
    [payout] = earner.get("/v1/payouts")["payouts"]
    page.goto(platform.outputs["stripeUrl"])
    page.get_by_role("button", name=f"Paid {provider_name(platform, payout['payoutId'])}").click()


def test_what_a_viewer_gives_over_the_picture_is_paid_out_to_its_creator(
    platform: Platform, new_context: OpenContext, picture: Picture
) -> None:
    earner, (fan, _) = new_earner(platform), new_fan(platform)
    film(platform, earner.series)
    give(new_context(PHONE).new_page(), platform, fan, earner.series)
    earn(platform, earner)
    wake(earner)

    page = new_context(PHONE).new_page()
    page.goto(f"{platform.outputs['webUrl']}earnings.html")
    sign_in(page, earner.user, "earnings.html")
    expect(page.get_by_role("region", name="EUR")).to_contain_text("Kept for what may be taken back: \N{EURO SIGN}1.29")
    picture(page, "payout-earned")
    show_who_they_are(page, picture)
    name_their_bank(page, picture)
    payable = pay_out(page, picture)
    payouts = page.get_by_role("region", name="Payouts").get_by_role("listitem")
    expect(payouts).to_contain_text(f"{payable}: on its way to your bank", timeout=CAME_MS)
    picture(page, "payout-on-its-way")
    arrive(new_context().new_page(), platform, earner)
    expect(payouts).to_contain_text(f"{payable}: paid", timeout=CAME_MS)
    says(page, f"{payable}: paid.")
    expect(page.get_by_role("region", name="EUR").get_by_role("definition").first).to_have_text("€0.00")
    picture(page, "payout-paid")
