"""The console for partners: its door, its modes, and what everybody can do without eyes or mouse."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser.conftest import DESKTOP, PHONE, Picture
from tests.e2e.browser.partners_rooms import FAILED, FIRST, Come, come, dialog, heading, partner
from tests.e2e.browser.partners_stub import PartnerSite, ago, client, delivery, endpoint
from tests.e2e.browser.servers import instead, problem
from tests.e2e.browser.studio_sight import fits, has_no_barriers

__all__ = ["come", "partner"]
pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]


def test_a_guest_is_sent_to_sign_in_and_comes_back_to_the_place(partner: PartnerSite, page: Page) -> None:
    partner.endpoints["live"] = [endpoint()]
    page.goto(f"{partner.origin}/partners.html{FIRST}")
    heading(page, "For partners")
    assert not partner.paths("GET", "/v1/partner.*")
    expect(page.locator("#band")).to_be_hidden()
    has_no_barriers(page)
    page.get_by_role("button", name="Sign in").click()
    heading(page, "https://hooks.example.com/cliffhanger/1")
    assert page.url == f"{partner.origin}/partners.html{FIRST}"


@pytest.mark.parametrize("code", ["group_required", "partner_required"])
def test_who_is_of_no_partner_is_told_in_plain_words(partner: PartnerSite, come: Come, code: str) -> None:
    partner.then("GET", "/v1/partner", instead(problem(code)))
    page = come()
    heading(page, "The console is for partners")
    expect(page.locator("#view")).to_contain_text("mia@example.test")
    expect(page.locator("#sections")).to_be_hidden()


def test_the_mode_is_unmistakable_and_the_sandbox_comes_first(partner: PartnerSite, come: Come) -> None:
    page = come()
    expect(page.locator("#band")).to_contain_text("for Harbour Books. Made-up events only")
    expect(page.locator("body")).to_have_attribute("data-mode", "sandbox")
    assert "Sandbox" in page.title()
    sandbox = page.locator("#band").evaluate("node => getComputedStyle(node).backgroundColor")
    page.get_by_role("navigation", name="Sections").get_by_role("link", name="Clients").click()
    heading(page, "Clients")
    page.get_by_role("navigation", name="Mode").get_by_role("link", name="Live").click()
    expect(page.locator("#band")).to_contain_text("Real events of real viewers")
    heading(page, "Clients")
    assert "Live" in page.title()
    assert page.locator("#band").evaluate("node => getComputedStyle(node).backgroundColor") != sandbox


def test_nothing_of_one_mode_is_seen_or_asked_for_in_the_other(partner: PartnerSite, come: Come) -> None:
    partner.endpoints["live"] = [endpoint()]
    page = come("#/sandbox")
    expect(page.locator("#view")).to_contain_text("An endpoint is an address of yours")
    assert not partner.paths("GET", "/v1/partner/live.*")
    page.goto(f"{partner.origin}/partners.html#/sandbox/endpoints/endpoint1")
    heading(page, "Not here")


@pytest.mark.parametrize("place", ["#/elsewhere", "#/live/clients/one", "#/live/endpoints/UPPER", "#/test/endpoints"])
def test_a_place_that_is_none_says_so_and_leads_back(come: Come, place: str) -> None:
    page = come(place)
    heading(page, "Not here")
    page.get_by_role("link", name="Your endpoints").click()
    heading(page, "Endpoints")


def test_what_did_not_load_says_why_and_is_tried_again(partner: PartnerSite, come: Come) -> None:
    partner.then("GET", "/v1/partner/sandbox/endpoints", instead(problem("unavailable")))
    page = come()
    expect(page.locator("#view code")).to_have_text("unavailable")
    page.get_by_role("button", name="Try again").click()
    heading(page, "Endpoints")


PLACES = [
    "#/sandbox/endpoints",
    "#/live/endpoints",
    "#/live/endpoints/new",
    FIRST,
    f"{FIRST}/deliveries/one",
    "#/live/clients",
    "#/live/requests",
    "#/live/usage",
    "#/sandbox/events",
]


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("place", PLACES)
def test_axe_finds_nothing_serious_and_everything_fits(
    partner: PartnerSite, come: Come, picture: Picture, place: str, size: tuple[int, int]
) -> None:
    partner.endpoints["live"] = [
        endpoint(),
        endpoint(2, status="disabled", reason="failing"),
        endpoint(3, health={"failures": 4, "failingSince": ago(hours=3)}),
    ]
    partner.deliveries = [
        delivery(1),
        delivery(2, "pending", attempts=FAILED, nextAttemptAt=ago(minutes=-25)),
        delivery(3, "failed", attempts=FAILED, deliveryId="one"),
        delivery(4, "held", attempts=[]),
    ]
    partner.clients["live"] = [client()]
    partner.requests = [
        {"at": ago(), "method": "GET", "route": "/v1/partner/{mode}/endpoints/{endpointId}/deliveries", "status": 403}
        | {"code": "scope_missing", "millis": 12, "requestId": "r1", "clientId": "pc-live-4h7d9k2m8q1r5t0v"}
    ]
    page = come(place, size)
    if page.get_by_label("Every event").count():
        page.get_by_label("Every event").uncheck()
    for summary in page.locator("summary").all()[:2]:
        summary.click()
    has_no_barriers(page)
    fits(page)
    picture(page, f"console-{place.strip('#/').replace('/', '-')}-{size[0]}")


def test_everything_can_be_done_from_the_keyboard(partner: PartnerSite, come: Come) -> None:
    partner.endpoints["sandbox"] = [endpoint()]
    page = come()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="https://hooks.example.com/cliffhanger/1")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="https://hooks")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Send a test")).to_be_focused()
    page.keyboard.press("Enter")
    expect(dialog(page, "Send a test").get_by_role("combobox")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Send a test")).to_be_focused()


def test_the_console_keeps_nothing_beyond_the_tab(partner: PartnerSite, come: Come) -> None:
    partner.endpoints["live"] = [endpoint()]
    page = come(FIRST)
    page.get_by_role("button", name="Show the secret").click()
    expect(page.get_by_role("textbox", name="Signing secret")).to_be_visible()
    assert page.evaluate("Object.keys(localStorage)") == []
    assert "whsec_" not in page.evaluate("JSON.stringify(sessionStorage)")
