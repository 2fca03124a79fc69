"""Inviting: an invitation is opened when somebody asks for it, redeemed with what its link ends in; a run is mended."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser.conftest import DESKTOP, PHONE, Open, Picture
from tests.e2e.browser.servers import as_json, instead, problem
from tests.e2e.browser.sight import fits_the_screen
from tests.e2e.browser.steps import open_account
from tests.e2e.browser.stub import Site

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

INVITE, REDEEM, REPAIR = "/v1/rewards/invitation", "/v1/rewards/invitation/redemption", "/v1/rewards/checkin/repair"
CODE = "5t0v4h7d9k2m8q1r"
CAME = {
    "since": "2026-11-18T18:04:10.000Z", "until": "2026-12-18T18:04:10.000Z",
    "stage": "rewarded", "coins": 40, "status": "waiting",
}  # fmt: skip
OPEN = CAME | {"stage": "open", "coins": 30, "status": None}
INVITATION: dict[str, Any] = {
    "code": CODE, "inviterCoins": 40, "friendCoins": 30, "friends": [CAME], "redeemed": None,
}  # fmt: skip


def test_an_invitation_is_opened_when_it_is_asked_for_and_not_before(
    site: Site, signed_in: Open, picture: Picture
) -> None:
    site.then("POST", INVITE, instead(as_json(200, INVITATION)))
    page = signed_in(PHONE)
    panel = open_account(page, "Earn")
    expect(panel.get_by_text("Invite a friend")).to_be_visible()
    assert site.paths("POST", INVITE) == []
    panel.get_by_text("Invite a friend").click()
    expect(panel).to_contain_text("you get 40 coins and they get 30 coins")
    expect(panel).to_contain_text("Since 18 November 2026: 40 coins on their way.")
    panel.get_by_role("button", name="Copy the link").click()
    expect(panel).to_contain_text(f"#invite-{CODE}")
    fits_the_screen(page)
    picture(page, "inviting-360")


def test_the_link_of_a_friend_is_redeemed_and_what_stands_against_it_is_said(site: Site, signed_in: Open) -> None:
    site.then("POST", INVITE, *[instead(as_json(200, INVITATION))] * 2)
    site.then("POST", REDEEM, instead(problem("invitation_refused", reasons=["not_new"])), instead(as_json(200, OPEN)))
    panel = open_account(signed_in(PHONE), "Earn")
    panel.get_by_text("Invite a friend").click()
    field = panel.get_by_label("The link or code that you were sent")
    field.fill("hello")
    panel.get_by_role("button", name="Redeem").click()
    expect(panel).to_contain_text("That is no invitation.")
    field.fill(f"https://watch.example.com/#invite-{CODE}")
    panel.get_by_role("button", name="Redeem").click()
    expect(panel).to_contain_text("An invitation is for the first days after joining.")
    panel.get_by_role("button", name="Redeem").click()
    expect(panel).to_contain_text("Redeemed. 30 coins are yours when you buy coins until 18 December 2026.")
    assert [one.json["code"] for one in site.paths("POST", REDEEM)] == [CODE, CODE]


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_link_of_a_friend_opens_the_invitation_to_be_redeemed(
    site: Site, signed_in: Open, picture: Picture, size: tuple[int, int]
) -> None:
    site.then("POST", INVITE, *[instead(as_json(200, INVITATION))] * 2)
    site.then("POST", REDEEM, instead(as_json(200, OPEN)))
    page = signed_in(size)
    page.goto(f"{site.origin}/#invite-{CODE}")
    panel = page.get_by_role("tabpanel", name="Earn")
    field = panel.get_by_label("The link or code that you were sent")
    expect(field).to_have_value(CODE)
    expect(field).to_be_in_viewport()
    expect(panel.get_by_role("heading").first).to_have_text("A friend has invited you")
    fits_the_screen(page)
    picture(page, f"invited-{size[0]}")
    panel.get_by_role("button", name="Redeem").click()
    expect(panel).to_contain_text("Redeemed. 30 coins are yours when you buy coins until 18 December 2026.")


def test_a_guest_signs_in_and_comes_back_to_the_invitation(site: Site, page: Page) -> None:
    site.then("POST", INVITE, instead(as_json(200, INVITATION)))
    page.goto(f"{site.origin}/#invite-{CODE}")
    expect(page.locator("#status")).to_contain_text("A friend has invited you.")
    assert not site.paths("POST", INVITE)
    page.locator("#status").get_by_role("button", name="Sign in").click()
    expect(page.get_by_label("The link or code that you were sent")).to_have_value(CODE)
    assert page.url == f"{site.origin}/#invite-{CODE}"


def test_a_link_that_comes_while_invitations_are_open_is_the_one_to_be_redeemed(site: Site, signed_in: Open) -> None:
    site.then("POST", INVITE, *[instead(as_json(200, INVITATION))] * 2)
    page = signed_in(PHONE)
    page.goto(f"{site.origin}/#/abcdefghjkmnpqrs")
    panel = open_account(page, "Earn")
    panel.get_by_text("Invite a friend").click()
    field = panel.get_by_label("The link or code that you were sent")
    expect(field, "a series' address is no invitation").to_have_value("")
    page.goto(f"{site.origin}/#invite-{CODE}")
    expect(field).to_have_value(CODE)


def test_a_run_that_can_be_mended_is_offered_with_its_price_and_once(site: Site, signed_in: Open) -> None:
    torn = {
        "date": "2026-11-21", "zone": "UTC", "done": False, "run": 1, "rung": 0, "ladder": [2, 3],
        "nextAt": "2026-11-22T00:00:00.000Z", "repair": {"dates": ["2026-11-20"], "coins": 10, "run": 6},
        "milestone": None,
    }  # fmt: skip
    seen = {"checkin": torn, "tasks": [], "hadCoins": 0, "mostCoins": 120, "pending": [], "allowance": None}
    site.then("GET", "/v1/rewards", instead(as_json(200, seen)))
    site.then("POST", REPAIR, instead(as_json(200, {"checkin": torn, "date": "2026-11-20", "coins": 10, "seq": 7})))
    panel = open_account(signed_in(PHONE), "Earn")
    expect(panel).to_contain_text("A day is missing. Mended, today is day 6 in a row.")
    panel.get_by_role("button", name="Mend 20 November 2026 for 10 coins").click()
    expect(panel).not_to_contain_text("A day is missing.")
    [asked] = site.paths("POST", REPAIR)
    assert (asked.json["date"], asked.json["priceCoins"]) == ("2026-11-20", 10)
