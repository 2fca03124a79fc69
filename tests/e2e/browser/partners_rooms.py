"""What the console's tests stand on: the small service with a partner, a person of the partner at the door, places."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.browser.conftest import DESKTOP, OpenContext
from tests.e2e.browser.partners_stub import PartnerSite, attempt
from tests.e2e.browser.stub import Issuer

FIRST = "#/live/endpoints/endpoint1"
FAILED = [attempt(500, answer='{"error": "down"}', minutes=40), attempt(None, "timed_out", minutes=35)]
Come = Callable[..., Page]


@pytest.fixture
def partner(issuer: Issuer, film: Path) -> Iterator[PartnerSite]:
    server = PartnerSite(issuer, film)
    yield server
    server.close()


@pytest.fixture
def come(partner: PartnerSite, new_context: OpenContext) -> Come:
    """Opens a place of the console as a person of the partner, through the sign-in that it offers."""

    def open_page(place: str = "#/", size: tuple[int, int] = DESKTOP) -> Page:
        context = new_context(size)
        context.grant_permissions(["clipboard-read", "clipboard-write"], origin=partner.origin)
        page = context.new_page()
        page.goto(f"{partner.origin}/partners.html{place}")
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("button", name="Sign out")).to_be_visible()
        expect(page.locator("#main")).not_to_have_attribute("aria-busy", "true")
        return page

    return open_page


def heading(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


def rows(page: Page) -> Locator:
    return page.get_by_role("table", name="newest first").locator("tbody tr")


def dialog(page: Page, name: str) -> Locator:
    return page.get_by_role("dialog", name=name)
