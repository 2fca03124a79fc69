"""What the browser tests stand on: Debian's Chromium, a guarded page, the stub service.

``CHROMIUM`` names the browser; ``REQUIRE_BROWSER=1`` makes a missing one a failure instead of a skip; ``SCREENSHOTS``
names a folder that keeps the pictures.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect, sync_playwright

from tests.e2e.browser.film import draw
from tests.e2e.browser.sight import coins_shown
from tests.e2e.browser.steps import open_series
from tests.e2e.browser.stub import Issuer, Site
from tests.support.chromium import executable

PHONE = (360, 740)
DESKTOP = (1280, 800)

expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = executable()
    if path is None:
        reason = "no Chromium: apt-get install chromium-headless-shell, or name one in CHROMIUM"
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path,
            # Nothing but this machine can be reached, whatever a page asks for.
            args=["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"],
        )
        yield browser
        browser.close()


class Guard:
    """Everything that a page did which it must not do."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.console: list[str] = []

    def watch(self, context: BrowserContext) -> None:
        context.on("console", self._on_console)
        context.on("weberror", lambda error: self.faults.append(f"uncaught: {error.error}"))
        context.on("request", self._on_request)

    def _on_console(self, message: ConsoleMessage) -> None:
        self.console.append(message.text)
        # Chromium itself reports each answer above 399 and each lost connection; 402 is this page's daily bread.
        reported_by_browser = message.text.startswith("Failed to load resource")
        if message.type in {"error", "warning"} and not reported_by_browser:
            self.faults.append(f"console: {message.text}")

    def _on_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https"} and parts.hostname not in {"127.0.0.1", "localhost"}:
            self.faults.append(f"left this machine: {request.url}")


@pytest.fixture
def guard() -> Iterator[Guard]:
    """Fails the test when a page broke its policy, threw, complained to the console or left this machine."""
    guard = Guard()
    yield guard
    assert guard.faults == []


OpenContext = Callable[..., BrowserContext]


@pytest.fixture
def new_context(chromium: Browser, guard: Guard) -> Iterator[OpenContext]:
    """Opens a guarded browser profile of its own, of a given size."""
    opened: list[BrowserContext] = []

    def open_context(size: tuple[int, int] = DESKTOP, **more: Any) -> BrowserContext:
        context = chromium.new_context(viewport={"width": size[0], "height": size[1]}, **more)
        guard.watch(context)
        opened.append(context)
        return context

    yield open_context
    for context in opened:
        context.close()


@pytest.fixture
def page(new_context: OpenContext) -> Page:
    return new_context().new_page()


@pytest.fixture(scope="session")
def film() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        draw(Path(folder))
        yield Path(folder)


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    server = Issuer()
    yield server
    server.close()


@pytest.fixture
def site(issuer: Issuer, film: Path) -> Iterator[Site]:
    server = Site(issuer, film)
    yield server
    server.close()


Open = Callable[..., Page]


@pytest.fixture
def signed_in(site: Site, new_context: OpenContext) -> Open:
    """Opens the series as the stub's viewer."""

    def open_page(size: tuple[int, int] = DESKTOP, **more: Any) -> Page:
        page = new_context(size, **more).new_page()
        open_series(page, site)
        page.get_by_role("button", name="Sign in").click()
        coins_shown(page, f"{site.viewer.total} coins")
        expect(page.get_by_role("heading", level=1, name="The Last Train")).to_be_visible()
        return page

    return open_page


Picture = Callable[[Page, str], None]


@pytest.fixture(scope="session")
def picture() -> Picture:
    """Keeps a screenshot under that name when ``SCREENSHOTS`` names a folder."""
    folder = os.environ.get("SCREENSHOTS")

    def take(page: Page, name: str) -> None:
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=Path(folder) / f"{name}.png")

    return take
