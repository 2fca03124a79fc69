"""The console for partners: clients, requests, usage and the catalogue of events."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.browser.partners_rooms import Come, come, dialog, partner, rows
from tests.e2e.browser.partners_stub import PartnerSite, ago, client, endpoint
from tests.e2e.browser.servers import instead, problem
from tests.e2e.browser.studio_sight import has_no_barriers, says

__all__ = ["come", "partner"]
pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]


def test_a_client_is_made_and_its_secret_is_seen_once(partner: PartnerSite, come: Come) -> None:
    page = come("#/sandbox/clients")
    page.get_by_role("button", name="Add a client").click()
    asked = dialog(page, "Add a client")
    asked.get_by_label("Name").fill("Back office")
    asked.get_by_label("Send sandbox events").check()
    asked.get_by_role("button", name="Add the client").click()
    shown = dialog(page, "The client is there")
    secret = shown.get_by_label("Client secret", exact=True).input_value()
    shown.get_by_role("button", name="Copy client secret").click()
    assert page.evaluate("navigator.clipboard.readText()") == secret
    has_no_barriers(page)
    shown.get_by_role("button", name="I have kept it").click()
    expect(page.get_by_role("heading", level=2, name="Back office")).to_be_visible()
    assert secret not in page.content()
    [sent] = partner.paths("POST", ".*/clients")
    assert sent.json == {"name": "Back office", "scopes": ["webhooks:read", "events:send"]}


def test_a_client_whose_secret_was_closed_away_is_in_the_list_all_the_same(partner: PartnerSite, come: Come) -> None:
    page = come("#/sandbox/clients")
    page.get_by_role("button", name="Add a client").click()
    dialog(page, "Add a client").get_by_label("Name").fill("Back office")
    dialog(page, "Add a client").get_by_role("button", name="Add the client").click()
    expect(dialog(page, "The client is there")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", level=2, name="Back office")).to_be_visible()


def test_a_client_s_secret_is_rotated_and_the_client_removed(partner: PartnerSite, come: Come) -> None:
    partner.clients["sandbox"] = [client()]
    page = come("#/sandbox/clients")
    page.get_by_role("button", name="Rotate the secret of Books").click()
    dialog(page, "Rotate the secret?").get_by_role("button", name="Rotate").click()
    expect(dialog(page, "There is a new secret").get_by_label("Client secret", exact=True)).to_have_value(
        re.compile("ps_test_y+")
    )
    page.get_by_role("button", name="I have kept it").click()
    says(page, "There is a new secret.")
    page.get_by_role("button", name="Remove Books").click()
    dialog(page, "Remove Books?").get_by_role("button", name="Remove it").click()
    says(page, "Removed.")
    assert partner.clients["sandbox"] == []


def test_a_refusal_is_said_in_the_dialog_that_asked(partner: PartnerSite, come: Come) -> None:
    partner.then("POST", "/v1/partner/sandbox/clients", instead(problem("busy")))
    page = come("#/sandbox/clients")
    page.get_by_role("button", name="Add a client").click()
    asked = dialog(page, "Add a client")
    asked.get_by_label("Name").fill("Back office")
    asked.get_by_role("button", name="Add the client").click()
    expect(asked.get_by_role("alert")).to_contain_text("Too much at once")
    asked.get_by_role("button", name="Add the client").click()
    expect(dialog(page, "The client is there")).to_be_visible()


def test_requests_are_listed_and_the_refused_ones_found(partner: PartnerSite, come: Come) -> None:
    base = {"method": "GET", "route": "/v1/partner/{mode}/endpoints", "millis": 12, "requestId": "r1"}
    partner.requests = [
        base | {"at": ago(minutes=1), "status": 200, "code": "", "clientId": None},
        base | {"at": ago(minutes=2), "status": 403, "code": "scope_missing", "clientId": "pc-live-1"},
    ]
    page = come("#/live/requests")
    expect(rows(page)).to_have_count(2)
    page.get_by_label("Status").select_option(label="Refused (4xx)")
    expect(rows(page)).to_have_count(1)
    expect(rows(page)).to_contain_text("scope_missing")


def test_usage_is_drawn_and_stands_in_a_table_beside_it(partner: PartnerSite, come: Come) -> None:
    page = come("#/live/usage")
    expect(page.locator("#view")).to_contain_text("30 of 10,000 requests; 9,970 are left")
    assert page.locator("svg.chart rect").count() == len(partner.days)
    page.locator("summary", has_text="As a table").click()
    numbers = page.get_by_role("table", name="Requests of each day").locator("tbody tr")
    expect(numbers).to_have_count(len(partner.days))
    expect(numbers.first).to_contain_text("30")


def test_the_catalogue_shows_examples_and_sends_one_in_the_sandbox_only(partner: PartnerSite, come: Come) -> None:
    partner.endpoints["sandbox"] = [endpoint(types=["*"]), endpoint(2)]
    page = come("#/sandbox/events")
    page.locator("summary", has_text="EpisodePublished").click()
    expect(page.locator("details[open]")).to_contain_text('"seriesId": "the-last-train"')
    page.get_by_role("button", name="Send one EpisodePublished").click()
    says(page, "EpisodePublished is on its way to 1 endpoint.")
    assert partner.paths("POST", "/v1/partner/sandbox/events")[0].json == {"type": "EpisodePublished"}
    page.goto(f"{partner.origin}/partners.html#/live/events")
    page.locator("summary", has_text="EpisodePublished").click()
    expect(page.get_by_role("button", name="Send one")).to_have_count(0)
