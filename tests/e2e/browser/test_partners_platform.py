"""The console on the running platform: a real unlock, the real sender, the demo partner's receiver."""

from __future__ import annotations

import json
import secrets
import urllib.request
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Locator, Page, expect

from local.cast import USERS, User
from tests.e2e.browser.conftest import DESKTOP, PHONE, OpenContext, Picture
from tests.e2e.browser.steps_rooms import sign_in
from tests.e2e.browser.studio_sight import fits, has_no_barriers, says
from tests.e2e.client import Platform, eventually

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

PIA: User = next(user for user in USERS if user.name == "pia")
CAME_MS = 60_000
"""How long an event may take from the ledger to a receiver, on a small machine that does other things too."""

KNOWN_MS = 11_000
"""From so long after it was made, an endpoint is sent what happens: the service promises ten seconds."""


class Inbox:
    """One inbox of the demo partner's receiver, by its page's own forms."""

    def __init__(self, platform: Platform) -> None:
        self.name = f"test-{secrets.token_hex(4)}"
        self._page = str(platform.outputs["receiverUrl"])
        self.url = f"{platform.outputs['hooksUrl']}/{self.name}"

    def set(self, **form: str) -> None:
        urllib.request.urlopen(f"{self._page}/inboxes/{self.name}", urlencode(form).encode(), timeout=10).close()

    @property
    def received(self) -> list[dict[str, Any]]:
        """Newest first."""
        with urllib.request.urlopen(f"{self._page}/_local/received", timeout=10) as answer:
            every = json.loads(answer.read())["received"]
        return [one for one in every if one["inbox"] == self.name]


@pytest.fixture
def inbox(platform: Platform) -> Inbox:
    return Inbox(platform)


def add_endpoint(page: Page, url: str, *types: str) -> None:
    page.get_by_role("link", name="Add an endpoint").click()
    page.get_by_label("Address").fill(url)
    page.get_by_label("Every event").uncheck()
    for name in types:
        page.get_by_label(name).check()
    page.get_by_role("button", name="Add the endpoint").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(url)


def tell_secret(page: Page, inbox: Inbox) -> None:
    page.get_by_role("button", name="Show the secret").click()
    inbox.set(secret=page.get_by_role("textbox", name="Signing secret").input_value())


def look_for(page: Page, what: Locator) -> None:
    """Presses until it is there."""

    def seen() -> bool:
        page.get_by_role("button", name="Look again").click()
        page.wait_for_timeout(500)
        return what.count() > 0

    eventually(seen, CAME_MS / 1000)


def delete_endpoint(page: Page) -> None:
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete it").click()
    says(page, "Deleted.")


def test_an_unlock_is_delivered_after_failures_and_a_replay(
    platform: Platform, new_context: OpenContext, picture: Picture, inbox: Inbox, viewer: str
) -> None:
    page = new_context(DESKTOP).new_page()
    page.goto(f"{platform.outputs['webUrl']}partners.html#/live/endpoints")
    sign_in(page, PIA, "partners.html")
    add_endpoint(page, inbox.url, "EpisodeUnlocked")
    tell_secret(page, inbox)
    inbox.set(behaviour="error")
    page.wait_for_timeout(KNOWN_MS)

    assert platform.unlock(viewer).status == 201
    look_for(page, page.get_by_role("link", name="EpisodeUnlocked"))
    endpoint = page.url
    page.get_by_role("link", name="EpisodeUnlocked").first.click()
    expect(page.locator(".attempts")).to_contain_text("Answered 500", timeout=CAME_MS)
    # The published schedule's first retry comes after five seconds.
    look_for(page, page.locator(".attempts li").nth(1))
    expect(page.locator(".delivery .badge")).to_have_text("Retrying")
    expect(page.locator(".delivery")).to_contain_text("Next attempt")
    has_no_barriers(page)
    picture(page, "console-platform-retrying")

    inbox.set(behaviour="accept")
    page.get_by_role("button", name="Send it again").click()
    expect(page.locator(".delivery .badge")).to_have_text("Delivered", timeout=CAME_MS)
    expect(page.locator(".attempts li").first).to_contain_text("Answered 204")
    picture(page, "console-platform-delivered")

    newest, *others = inbox.received
    assert (newest["verified"], newest["why"]) == (True, "")
    assert {one["message"] for one in others} == {newest["message"]}
    assert {one["body"] for one in others} == {newest["body"]}
    assert json.loads(newest["body"])["data"]["seriesId"] == "the-last-train"

    page.goto(endpoint)
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    expect(page.get_by_role("heading", level=1)).to_have_text(inbox.url)
    fits(page)
    picture(page, "console-platform-endpoint-360")
    delete_endpoint(page)


def test_sandbox_events_reach_sandbox_endpoints_alone(
    platform: Platform, new_context: OpenContext, inbox: Inbox
) -> None:
    live = Inbox(platform)
    page = new_context(DESKTOP).new_page()
    page.goto(f"{platform.outputs['webUrl']}partners.html#/live/endpoints")
    sign_in(page, PIA, "partners.html")
    add_endpoint(page, live.url, "CoinsBought")
    tell_secret(page, live)
    of_live = page.url
    page.get_by_role("navigation", name="Mode").get_by_role("link", name="Sandbox").click()
    add_endpoint(page, inbox.url, "CoinsBought")
    tell_secret(page, inbox)
    of_sandbox = page.url
    page.get_by_role("navigation", name="Sections").get_by_role("link", name="Events").click()
    page.locator("summary", has_text="CoinsBought").click()
    page.get_by_role("button", name="Send one CoinsBought").click()
    says(page, "CoinsBought is on its way")
    received = eventually(lambda: inbox.received, CAME_MS / 1000)
    # Others may have sent one meanwhile: it goes to all endpoints of the mode.
    assert {(one["verified"], json.loads(one["body"])["type"]) for one in received} == {(True, "CoinsBought")}
    assert not live.received
    for address in (of_live, of_sandbox):
        page.goto(address)
        delete_endpoint(page)
