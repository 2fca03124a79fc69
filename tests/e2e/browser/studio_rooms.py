"""Fixtures of the studio's tests: a store, the small service with a studio, and a creator at its door."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser.conftest import DESKTOP, OpenContext
from tests.e2e.browser.stub import Issuer
from tests.e2e.browser.studio_stub import Store, StudioSite

Enter = Callable[..., Page]


@pytest.fixture
def store() -> Iterator[Store]:
    server = Store()
    yield server
    server.close()


@pytest.fixture
def studio(issuer: Issuer, film: Path, store: Store) -> Iterator[StudioSite]:
    server = StudioSite(issuer, film, store)
    yield server
    server.close()


@pytest.fixture
def enter(studio: StudioSite, new_context: OpenContext) -> Enter:
    """Opens a place in the studio as its creator, through the sign-in that it offers."""

    def open_page(place: str = "#/", size: tuple[int, int] = DESKTOP) -> Page:
        page = new_context(size).new_page()
        page.goto(f"{studio.origin}/studio.html{place}")
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("button", name="Sign out")).to_be_visible()
        expect(page.locator("#main")).not_to_have_attribute("aria-busy", "true")
        return page

    return open_page
