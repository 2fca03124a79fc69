"""The local Stripe's hosted pages in a real browser, on a small phone: paid without any script, and for everyone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.e2e.browser.conftest import PHONE, OpenContext, Picture
from tests.local.stripe.conftest import Stripe, secret_in, started

pytestmark = pytest.mark.browser


@pytest.fixture
def local(tmp_path: Path) -> Iterator[Stripe]:
    receiver, program = started(secret_in(tmp_path))
    with program as running:
        yield Stripe(running, receiver)
    receiver.close()


@pytest.fixture
def phone(new_context: OpenContext) -> Page:
    """Without scripts: the pages are plain forms."""
    return new_context(PHONE, java_script_enabled=False).new_page()


def type_card(page: Page, number: str) -> None:
    page.get_by_label("Card number").fill(number)
    page.get_by_label("Expiry").fill("12 / 40")
    page.get_by_label("CVC").fill("123")
    page.get_by_role("button", name="Pay €9.99").click()


def test_a_viewer_pays_after_a_decline_and_a_bank_that_asks_twice(local: Stripe, phone: Page, picture: Picture) -> None:
    session: Any = local.session(success_url=f"{local.url}/?paid={{CHECKOUT_SESSION_ID}}")
    phone.goto(session.url)
    type_card(phone, "4000 0000 0000 9995")
    expect(phone.get_by_role("alert")).to_have_text("Your card has insufficient funds.")
    picture(phone, "stripe-declined")
    type_card(phone, "4000 0027 6000 3184")
    picture(phone, "stripe-bank")
    phone.get_by_role("button", name="Fail").click()
    expect(phone.get_by_role("alert")).to_contain_text("unable to authenticate")
    type_card(phone, "4000 0027 6000 3184")
    phone.get_by_role("button", name="Complete").click()
    expect(phone).to_have_url(f"{local.url}/?paid={session.id}")
    phone.get_by_role("button", name="Dispute").first.click()
    phone.get_by_role("button", name="Won").click()
    expect(phone.get_by_text("€9.99, won")).to_be_visible()
    picture(phone, "stripe-index")


def test_whoever_goes_back_is_where_the_session_says(local: Stripe, phone: Page) -> None:
    session: Any = local.session(cancel_url=f"{local.url}/?back")
    phone.goto(session.url)
    phone.get_by_role("link", name="Back").click()
    expect(phone).to_have_url(f"{local.url}/?back")


def test_axe_finds_nothing_and_nothing_is_wider_than_the_phone(local: Stripe, new_context: OpenContext) -> None:
    local.paid("createDispute")
    asked: Any = local.paid("authenticationRequired")
    session: Any = local.session(saved_payment_method_options={"payment_method_save": "enabled"})
    verification: Any = local.v1.identity.verification_sessions.create({"type": "document"})
    page = new_context(PHONE).new_page()
    for url in (f"{local.url}/", session.url, asked.next_action.redirect_to_url.url, verification.url):
        page.goto(url)
        assert [found["id"] for found in Axe().run(page).response["violations"]] == [], url
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0], url
