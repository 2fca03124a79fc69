"""The console for partners: endpoints, and what was sent to them; hard states too."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Dialog, expect

from tests.e2e.browser.partners_rooms import FAILED, FIRST, Come, come, dialog, heading, partner, rows
from tests.e2e.browser.partners_stub import PartnerSite, ago, attempt, delivery, endpoint
from tests.e2e.browser.servers import Reply, instead, problem
from tests.e2e.browser.studio_sight import says

__all__ = ["come", "partner"]
pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]


def undecided(serve: Callable[[], Reply]) -> Reply:
    """Does what was asked, and does not know whether it did."""
    serve()
    return problem("undecided")


def test_an_endpoint_is_made_with_the_events_that_were_chosen(partner: PartnerSite, come: Come) -> None:
    page = come("#/sandbox/endpoints")
    page.get_by_role("link", name="Add an endpoint").click()
    page.get_by_label("Address").fill("https://hooks.example.com/new")
    page.get_by_label("What for").fill("Books")
    page.get_by_label("Every event").uncheck()
    page.get_by_label("CoinsBought").check()
    page.get_by_role("button", name="Add the endpoint").click()
    heading(page, "https://hooks.example.com/new")
    says(page, "send a test")
    [asked] = partner.paths("POST", "/v1/partner/sandbox/endpoints")
    assert asked.json == {"url": "https://hooks.example.com/new", "description": "Books", "types": ["CoinsBought"]}


def test_an_endpoint_whose_answer_was_lost_is_made_once(partner: PartnerSite, come: Come) -> None:
    partner.then("POST", "/v1/partner/sandbox/endpoints", undecided)
    page = come("#/sandbox/endpoints/new")
    page.get_by_label("Address").fill("https://hooks.example.com/new")
    page.get_by_role("button", name="Add the endpoint").click()
    expect(page.locator(".form-alert")).to_contain_text("nothing is done twice")
    page.get_by_role("button", name="Add the endpoint").click()
    heading(page, "https://hooks.example.com/new")
    assert len(partner.endpoints["sandbox"]) == 1


def test_what_does_not_fit_is_said_at_its_field_before_it_is_sent(partner: PartnerSite, come: Come) -> None:
    page = come("#/sandbox/endpoints/new")
    page.get_by_label("Address").fill("http://hooks.example.com")
    page.get_by_role("button", name="Add the endpoint").click()
    expect(page.get_by_label("Address")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Address")).to_be_focused()
    page.get_by_label("Address").fill("https://hooks.example.com")
    page.get_by_label("Every event").uncheck()
    page.get_by_role("button", name="Add the endpoint").click()
    expect(page.locator("#types-fault")).to_have_text("Choose at least one.")
    assert not partner.paths("POST", "/v1/partner.*")


def test_an_address_that_the_service_refuses_is_said_at_its_field(partner: PartnerSite, come: Come) -> None:
    detail = "The address is not a public one."
    partner.then(
        "POST",
        "/v1/partner/sandbox/endpoints",
        instead(problem("endpoint_address_refused", rule="not_public", detail=detail)),
    )
    page = come("#/sandbox/endpoints/new")
    page.get_by_label("Address").fill("https://10.0.0.1/")
    page.get_by_role("button", name="Add the endpoint").click()
    expect(page.locator("#endpoint-url-fault")).to_have_text(detail)
    expect(page.get_by_label("Address")).to_be_focused()


def test_the_filter_is_edited_and_nothing_typed_is_lost_unasked(partner: PartnerSite, come: Come) -> None:
    partner.endpoints["live"] = [endpoint()]
    page = come(f"{FIRST}/edit")
    expect(page.get_by_label("EpisodeUnlocked")).to_be_checked()
    page.get_by_label("UnlockReversed").check()
    asked: list[str] = []

    def stay(question: Dialog) -> None:
        asked.append(question.message)
        question.dismiss()

    page.once("dialog", stay)
    page.get_by_role("navigation", name="Sections").get_by_role("link", name="Usage").click()
    heading(page, "Edit the endpoint")
    assert asked
    page.get_by_role("button", name="Save").click()
    says(page, "Saved.")
    expect(page.locator("#view dl")).to_contain_text("UnlockReversed")
    assert partner.endpoints["live"][0]["status"] == "active"


def test_an_endpoint_is_paused_and_goes_on(partner: PartnerSite, come: Come) -> None:
    partner.endpoints["live"] = [endpoint()]
    page = come(FIRST)
    page.get_by_role("button", name="Pause").click()
    says(page, "held back")
    expect(page.locator(".bar .badge").first).to_have_text("Paused")
    page.get_by_role("button", name="Go on").click()
    says(page, "Active again")
    assert partner.endpoints["live"][0]["types"] == ["EpisodeUnlocked", "CoinsBought"]


def test_a_disabled_endpoint_says_why_and_is_enabled_again(partner: PartnerSite, come: Come) -> None:
    partner.endpoints["live"] = [endpoint(status="disabled", reason="gone")]
    page = come(FIRST)
    expect(page.locator("#view")).to_contain_text("410 Gone")
    page.get_by_role("button", name="Enable again").click()
    says(page, "Active again")
    expect(page.locator("#view")).not_to_contain_text("410 Gone")


def test_an_endpoint_is_deleted_only_after_a_question(partner: PartnerSite, come: Come) -> None:
    partner.endpoints["live"] = [endpoint()]
    page = come(FIRST)
    page.get_by_role("button", name="Delete").click()
    page.keyboard.press("Escape")
    assert partner.endpoints["live"]
    page.get_by_role("button", name="Delete").click()
    dialog(page, "Delete this endpoint?").get_by_role("button", name="Delete it").click()
    says(page, "Deleted.")
    assert not partner.endpoints["live"]


def test_going_elsewhere_takes_no_question_along(partner: PartnerSite, come: Come) -> None:
    partner.endpoints["live"] = [endpoint()]
    page = come("#/live/endpoints")
    page.get_by_role("link", name="cliffhanger/1").click()
    page.get_by_role("button", name="Delete").click()
    expect(dialog(page, "Delete this endpoint?")).to_be_visible()
    page.go_back()
    heading(page, "Endpoints")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("link", name="cliffhanger/1").click()
    heading(page, "https://hooks.example.com/cliffhanger/1")


def test_the_secret_is_shown_when_it_is_asked_for_and_can_be_copied(partner: PartnerSite, come: Come) -> None:
    partner.endpoints["live"] = [endpoint()]
    page = come(FIRST)
    assert not partner.paths("GET", ".*/secret")
    page.get_by_role("button", name="Show the secret").click()
    value = page.get_by_role("textbox", name="Signing secret").input_value()
    assert value.startswith("whsec_")
    page.get_by_role("button", name="Copy signing secret").click()
    expect(page.get_by_role("button", name="Copy signing secret")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == value
    page.get_by_role("navigation", name="Sections").get_by_role("link", name="Usage").click()
    heading(page, "Usage")
    assert value not in page.content()


def test_a_secret_is_rotated_with_the_overlap_that_was_chosen(partner: PartnerSite, come: Come) -> None:
    partner.endpoints["live"] = [endpoint()]
    page = come(FIRST)
    page.get_by_role("button", name="Rotate").click()
    asked = dialog(page, "Rotate the secret?")
    asked.get_by_label("The old secret").select_option(label="Three days")
    asked.get_by_role("button", name="Rotate").click()
    says(page, "There is a new secret")
    page.get_by_role("button", name="Show the secret").click()
    expect(page.locator("#view")).to_contain_text("The one before signs too")
    assert partner.paths("POST", ".*/rotation")[0].json == {"overlapHours": 72}


# --- Deliveries -------------------------------------------------------------------------------------------------------


def test_deliveries_are_found_by_status_type_and_time(partner: PartnerSite, come: Come) -> None:
    partner.endpoints["live"] = [endpoint()]
    partner.deliveries = [
        delivery(1),
        delivery(2, "failed", attempts=FAILED),
        delivery(3, type="CoinsBought"),
        delivery(3_000, occurredAt=ago(days=2)),
    ]
    page = come(FIRST)
    expect(rows(page)).to_have_count(4)
    page.get_by_label("Status").select_option(label="Failed")
    expect(rows(page)).to_have_count(1)
    page.get_by_label("Status").select_option(label="Any")
    page.get_by_label("Event").select_option(label="CoinsBought")
    expect(rows(page)).to_have_count(1)
    page.get_by_label("Event").select_option(label="Any")
    page.get_by_label("When").select_option(label="The last day")
    expect(rows(page)).to_have_count(3)
    page.get_by_label("Status").select_option(label="Held back: the endpoint was paused or disabled")
    expect(page.locator(".pages")).to_contain_text("Nothing that fits.")


def test_a_long_log_is_read_page_by_page(partner: PartnerSite, come: Come) -> None:
    partner.endpoints["live"] = [endpoint()]
    partner.page_size = 2
    partner.deliveries = [delivery(number) for number in range(1, 6)]
    page = come(FIRST)
    more = page.get_by_role("button", name="Show more")
    more.click()
    expect(rows(page)).to_have_count(4)
    more.click()
    expect(rows(page)).to_have_count(5)
    expect(more).to_be_hidden()


def test_a_test_is_sent_and_its_outcome_comes_by_itself(partner: PartnerSite, come: Come) -> None:
    partner.endpoints["sandbox"] = [endpoint()]
    page = come("#/sandbox/endpoints/endpoint1")
    page.get_by_role("button", name="Send a test").click()
    asked = dialog(page, "Send a test")
    asked.get_by_label("Event").select_option("CoinsBought")
    asked.get_by_role("button", name="Send").click()
    heading(page, "CoinsBought")
    expect(page.locator(".delivery .badge")).to_have_text("Delivered")
    expect(page.locator(".attempts")).to_contain_text("Answered 204")


def test_a_live_endpoint_is_tried_with_nothing_that_has_not_happened(partner: PartnerSite, come: Come) -> None:
    partner.endpoints["live"] = [endpoint()]
    page = come(FIRST)
    page.get_by_role("button", name="Send a test").click()
    expect(dialog(page, "Send a test").get_by_role("combobox")).to_have_count(0)
    dialog(page, "Send a test").get_by_role("button", name="Send").click()
    heading(page, "WebhookEndpointTested")
    assert partner.paths("POST", ".*/test")[0].json == {"type": "WebhookEndpointTested"}


def test_every_attempt_is_shown_with_answer_and_timing_and_one_is_replayed(partner: PartnerSite, come: Come) -> None:
    partner.endpoints["live"] = [endpoint()]
    partner.deliveries = [delivery(1, "pending", attempts=FAILED, nextAttemptAt=ago(minutes=-25))]
    page = come(FIRST)
    expect(rows(page)).to_contain_text("Retrying")
    rows(page).get_by_role("link", name="EpisodeUnlocked").click()
    attempts = page.locator(".attempts li")
    expect(attempts).to_have_count(2)
    expect(attempts.first).to_contain_text("No answer in time")
    expect(attempts.last).to_contain_text("Answered 500after 84 ms")
    expect(attempts.last).to_contain_text('{"error": "down"}')
    expect(page.locator(".delivery")).to_contain_text("Next attempt")
    expect(page.locator(".delivery")).to_contain_text('"seriesId": "the-last-train"')
    page.get_by_role("button", name="Send it again").click()
    expect(attempts).to_have_count(3)
    expect(page.locator(".delivery .badge")).to_have_text("Delivered")


def test_all_that_failed_since_a_time_is_replayed(partner: PartnerSite, come: Come) -> None:
    partner.endpoints["live"] = [endpoint()]
    partner.deliveries = [delivery(1), *[delivery(number, "failed", attempts=FAILED) for number in (2, 3)]]
    page = come(FIRST)
    page.get_by_role("button", name="Replay …").click()
    asked = dialog(page, "Replay deliveries")
    asked.get_by_label("Happened since").fill("2026-11-01T00:00")
    asked.get_by_role("button", name="Replay").click()
    says(page, "The replay has sent 2.")
    [sent] = partner.paths("POST", ".*/replays")
    assert sent.json["status"] == "failed"
    assert re.fullmatch(r"2026-1[01]-\d\dT\d\d:00:00.000Z", sent.json["since"])
    assert "until" not in sent.json
    assert sent.headers["idempotency-key"]
    expect(rows(page).filter(has_text="Delivered")).to_have_count(3)


def test_what_a_receiver_answers_is_shown_and_never_run(partner: PartnerSite, come: Come) -> None:
    evil = "<img src=x onerror=alert(1)>"
    partner.endpoints["live"] = [endpoint(description=evil)]
    partner.deliveries = [delivery(1, "failed", attempts=[attempt(500, answer=evil)], body={"id": evil})]
    page = come(FIRST)
    expect(page.locator("#view")).to_contain_text(evil)
    rows(page).get_by_role("link", name="EpisodeUnlocked").click()
    expect(page.locator(".attempts")).to_contain_text(evil)
    assert page.locator("#view img").count() == 0
