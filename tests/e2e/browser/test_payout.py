"""Paying out in a browser: two taps, a fresh sign-in that comes back with what was picked, and what is in the way."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.browser.conftest import DESKTOP, OpenContext, Picture
from tests.e2e.browser.earnings_stub import EarningsSite, money
from tests.e2e.browser.servers import Reply, held, instead, problem
from tests.e2e.browser.stub import Issuer
from tests.e2e.browser.studio_sight import fits, has_no_barriers, says
from tools.openapi_payouts import ANSWERS

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

SMALL = (320, 640)
MOST = 25_000

Come = Callable[..., Page]


@pytest.fixture
def site(issuer: Issuer, film: Path) -> Iterator[EarningsSite]:
    server = EarningsSite(issuer, film)
    server.earnings["money"] = [money()]
    yield server
    server.close()


@pytest.fixture
def come(site: EarningsSite, new_context: OpenContext) -> Come:
    """Opens the page as a creator, when all that it says of payouts is there."""

    def open_page(size: tuple[int, int] = DESKTOP, **more: Any) -> Page:
        page = new_context(size, **more).new_page()
        page.goto(f"{site.origin}/earnings.html")
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("region", name="Your bank")).to_be_visible()
        expect(dollars(page)).not_to_contain_text("Looking at")
        return page

    return open_page


def dollars(page: Page) -> Locator:
    return page.get_by_role("region", name="USD")


def confirm(page: Page) -> Locator:
    return dollars(page).get_by_role("button", name="Confirm")


def listed(page: Page) -> Locator:
    return page.get_by_role("region", name="Payouts").get_by_role("listitem")


def refuse_by(rule: str, _amount: int) -> str:
    return rule


def lost_on_its_way(serve: Callable[[], Reply]) -> Reply:
    """It is done; something on the way back answers instead."""
    serve()
    return Reply(504)


def asked_anew(issuer: Issuer) -> list[str | None]:
    """What each sign-in asked the issuer for."""
    return [one.query.get("prompt") for one in issuer.asked if one.path == "/oauth2/authorize"]


def test_two_presses_of_a_key_pay_out_what_is_shown_and_no_more(
    site: EarningsSite, come: Come, picture: Picture
) -> None:
    page = come(SMALL, color_scheme="light")
    expect(dollars(page)).to_contain_text("$317.70")
    fits(page)
    has_no_barriers(page)
    dollars(page).get_by_role("button", name="Pay out USD").press("Enter")
    expect(confirm(page)).to_be_focused()
    expect(confirm(page)).to_have_accessible_description(
        "$317.70 less a fee of $0.00: $317.70 arrives between 23 November 2026 and 26 November 2026."
    )
    fits(page)
    has_no_barriers(page)
    dollars(page).get_by_role("group", name="Pay out USD").scroll_into_view_if_needed()
    picture(page, "payout-confirm")
    page.keyboard.press("Enter")
    says(page, "$317.70 is on its way to you")
    expect(listed(page)).to_contain_text("$317.70: asked for")
    wish = {"currency": "USD", "amount": 31_770, "speed": "standard", "feeShown": 0}
    assert list(site.payments.values()) == [wish]
    picture(page, "payout-asked")


def test_another_amount_shows_its_own_fee_before_it_can_leave(site: EarningsSite, come: Come) -> None:
    page = come()
    dollars(page).get_by_role("button", name="Pay out USD").click()
    amount = dollars(page).get_by_label("Amount")
    amount.fill("1,500")
    expect(confirm(page)).to_be_disabled()
    amount.press("Tab")
    expect(dollars(page)).to_contain_text("Write an amount like 10.00.")
    expect(amount).to_have_attribute("aria-invalid", "true")
    amount.fill("12.5")
    expect(confirm(page)).to_be_disabled()
    amount.press("Tab")
    dollars(page).get_by_label("At once").check()
    expect(confirm(page)).to_have_text("Confirm: $12.38 arrives")
    confirm(page).click()
    says(page, "$12.38 is on its way")
    assert list(site.payments.values()) == [{"currency": "USD", "amount": 1_250, "speed": "instant", "feeShown": 12}]


def test_a_sign_in_that_is_too_old_is_made_anew_and_comes_back_with_what_was_picked(
    site: EarningsSite, issuer: Issuer, come: Come, picture: Picture
) -> None:
    site.old = lambda: "login" not in asked_anew(issuer)
    page = come(SMALL)
    dollars(page).get_by_role("button", name="Pay out USD").click()
    dollars(page).get_by_label("Amount").fill("20.00")
    dollars(page).get_by_label("Amount").press("Tab")
    dollars(page).get_by_label("At once").check()
    confirm(page).click()
    expect(page.get_by_role("alert")).to_contain_text("fresh sign-in")
    fits(page)
    has_no_barriers(page)
    picture(page, "payout-step-up")
    page.get_by_role("button", name="Sign in again").click()
    expect(confirm(page)).to_be_focused()
    expect(confirm(page)).to_have_text("Confirm: $19.80 arrives")
    assert asked_anew(issuer) == [None, "login"]
    assert page.url == f"{site.origin}/earnings.html#/"
    confirm(page).click()
    says(page, "$19.80 is on its way")
    assert [one["amount"] for one in site.payments.values()] == [2_000]


def test_a_sign_in_that_was_not_asked_for_anew_ends_with_a_word_and_not_in_a_circle(
    site: EarningsSite, issuer: Issuer, come: Come
) -> None:
    site.old = lambda: True
    site.destination = {**site.destination, "set": False, "ready": False, "country": None, "rule": "no_destination"}
    page = come()
    bank = page.get_by_role("region", name="Your bank")
    bank.get_by_label("Country").select_option(label="Germany")
    bank.get_by_role("button", name="Name your bank").click()
    page.get_by_role("button", name="Sign in again").click()
    expect(bank.get_by_role("button", name="Name your bank")).to_be_focused()
    expect(bank.get_by_label("Country")).to_have_value("DE")
    bank.get_by_role("button", name="Name your bank").click()
    expect(page.get_by_role("alert")).to_contain_text("Sign out, sign in, and come back here.")
    expect(page.get_by_role("button", name="Sign in again")).to_have_count(0)
    assert asked_anew(issuer) == [None, "login"]


IN_THE_WAY = [
    ("verification_required", "Show who you are first.", "Show who you are", "person"),
    ("no_destination", "Say first which bank", "Name your bank", "bank"),
    ("below_minimum", "The smallest payout is $10.00", "", ""),
    ("cooling_off", "before 24 November 2026", "", ""),
    ("frozen", "Your account is frozen", "", ""),
]


def test_what_is_in_the_way_of_a_payout_is_said_and_led_to_before_anybody_asks(
    site: EarningsSite, come: Come, picture: Picture
) -> None:
    page = come(SMALL)
    unset = {**site.destination, "set": False, "ready": False, "country": None}
    destinations = {"no_destination": unset, "cooling_off": ANSWERS["setPayoutDestination"][200]}
    verified, nobody = site.verification, {"tier": 0, "state": "none", "until": None, "limits": [], "check": None}
    for rule, words, lead, card in IN_THE_WAY:
        site.rule = partial(refuse_by, rule)
        site.verification = nobody if rule == "verification_required" else verified
        site.destination = destinations.get(rule, ANSWERS["getPayoutDestination"][200])
        page.reload()
        expect(dollars(page)).to_contain_text(words)
        expect(dollars(page).get_by_role("button")).to_have_text([lead] if lead else [])
        fits(page)
        has_no_barriers(page)
        picture(page, f"payout-refused-{rule}")
        if lead:
            dollars(page).get_by_role("button", name=lead).click()
            expect(page.locator(f"#{card} :focus")).to_be_visible()


def test_what_leads_past_it_waits_for_what_it_leads_to(site: EarningsSite, come: Come) -> None:
    """A press before the cards are there is not lost."""
    page = come()
    site.rule = partial(refuse_by, "verification_required")
    site.verification = {"tier": 0, "state": "none", "until": None, "limits": [], "check": None}
    arrive = threading.Event()
    site.then("GET", "/v1/payout-schedule", held(arrive))
    page.reload()
    dollars(page).get_by_role("button", name="Show who you are").click()
    expect(page.locator("#person")).to_have_count(0)
    arrive.set()
    expect(page.locator("#person").get_by_role("button", name="Show who you are")).to_be_focused()


def test_a_limit_is_said_with_its_figure_and_a_smaller_amount_gets_past_it(site: EarningsSite, come: Come) -> None:
    site.rule = lambda amount: "over_day_limit" if amount > MOST else None
    page = come()
    dollars(page).get_by_role("button", name="Pay out USD").click()
    expect(dollars(page)).to_contain_text("No more than $2,500.00 may be paid out in a day.")
    expect(confirm(page)).to_be_disabled()
    amount = dollars(page).get_by_label("Amount")
    expect(amount).to_be_focused()
    amount.fill("250")
    amount.press("Enter")
    expect(confirm(page)).to_have_text("Confirm: $250.00 arrives")
    expect(dollars(page)).not_to_contain_text("No more than")


def test_a_lost_answer_is_asked_for_again_under_the_same_key_and_a_switch_says_that_nothing_has_left(
    site: EarningsSite, come: Come
) -> None:
    site.then("POST", "/v1/payouts", instead(problem("switched_off")), lost_on_its_way)
    page = come()
    dollars(page).get_by_role("button", name="Pay out USD").click()
    confirm(page).click()
    expect(page.get_by_role("alert")).to_contain_text("Payouts are switched off for the moment. Nothing has left.")
    assert site.payments == {}
    confirm(page).click()
    expect(page.get_by_role("alert")).to_contain_text("service_down")
    confirm(page).click()
    says(page, "$317.70 is on its way")
    assert len(site.payments) == 1


def wish_for_twenty(page: Page) -> None:
    """Twenty dollars at once, picked and confirmed."""
    dollars(page).get_by_role("button", name="Pay out USD").click()
    dollars(page).get_by_label("Amount").fill("20.00")
    dollars(page).get_by_label("Amount").press("Tab")
    dollars(page).get_by_label("At once").check()
    confirm(page).click()


def test_a_wish_whose_answer_was_lost_pays_once_though_it_is_put_away_or_the_page_is_loaded_anew(
    site: EarningsSite, come: Come
) -> None:
    site.then("POST", "/v1/payouts", *[lost_on_its_way] * 2)
    page = come()
    wish_for_twenty(page)
    expect(page.get_by_role("alert")).to_contain_text("nothing is paid out twice")
    dollars(page).get_by_role("button", name="Not now").click()
    wish_for_twenty(page)
    expect(page.get_by_role("alert")).to_contain_text("nothing is paid out twice")
    page.reload()
    wish_for_twenty(page)
    says(page, "$19.80 is on its way")
    assert len(site.payments) == 1
    wish_for_twenty(page)
    says(page, "$19.80 is on its way")
    assert len(site.payments) == 2, "what has been answered is over: the same once more is another payout"


def test_a_wish_that_turns_out_to_have_been_paid_long_ago_is_not_said_to_be_on_its_way(
    site: EarningsSite, come: Come
) -> None:
    site.then("POST", "/v1/payouts", lost_on_its_way)
    page = come()
    wish_for_twenty(page)
    expect(page.get_by_role("alert")).to_contain_text("service_down")
    [key] = site.payments
    site.payouts[0] |= {"status": "paid", "paidAt": "2026-11-21T18:04:41.007Z"}
    page.reload()
    wish_for_twenty(page)
    says(page, "You had asked for that already: $20.00: paid.")
    assert list(site.payments) == [key]


def test_a_sign_in_that_ends_in_the_middle_leads_back_to_what_was_picked(
    site: EarningsSite, issuer: Issuer, come: Come
) -> None:
    site.then("POST", "/v1/payouts", instead(problem("token_expired")))
    page = come(SMALL)
    issuer.refresh = lambda: Reply(400, b'{"error": "invalid_grant"}')
    wish_for_twenty(page)
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(page.locator("#main").get_by_text("Your sign-in has ended.")).to_have_count(1)
    issuer.refresh = None
    page.get_by_role("button", name="Sign in").click()
    expect(confirm(page)).to_have_text("Confirm: $19.80 arrives")
    assert page.url == f"{site.origin}/earnings.html#/"
    site.old = lambda: "login" not in asked_anew(issuer)
    confirm(page).click()
    page.get_by_role("button", name="Sign in again").click()
    confirm(page).click()
    says(page, "$19.80 is on its way")
    assert [one["amount"] for one in site.payments.values()] == [2_000]


def test_a_fee_that_has_changed_is_shown_before_anything_leaves(site: EarningsSite, come: Come) -> None:
    site.then("POST", "/v1/payouts", instead(problem("payout_fee_changed", fee=400)))
    page = come()
    dollars(page).get_by_role("button", name="Pay out USD").click()
    dollars(page).get_by_label("At once").check()
    confirm(page).click()
    expect(page.get_by_role("alert")).to_contain_text("The fee has changed. Nothing has left")
    assert len([one for one in site.asked if one.path == "/v1/payout-quote" and "amount" in one.query]) == 1
    expect(dollars(page).get_by_label("At once")).to_be_checked()
    expect(confirm(page)).to_be_enabled()


def test_each_state_of_a_payout_is_said_with_its_date_and_one_under_way_is_followed(
    site: EarningsSite, come: Come, picture: Picture
) -> None:
    paid, failed = ANSWERS["listPayouts"][200]["payouts"]
    made = ANSWERS["requestPayout"][201]
    states = {
        "held": {"waitsFor": "platform_balance"},
        "inTransit": {"arrivesAt": "2026-11-24T00:00:00.000Z"},
        "returned": {"rule": "bank_refused", "paidAt": made["createdAt"], "changedAt": "2026-11-24T09:00:00.000Z"},
    }
    others = [made | {"payoutId": status, "status": status} | more for status, more in states.items()]
    site.payouts = [*others, paid | {"payoutId": "paid"}, failed | {"payoutId": "failed"}]
    page = come(SMALL)
    for line, words in enumerate(
        [
            r"about to leave.*It does not go on at present",
            r"on its way to your bank.*Asked for on 21 November 2026.*there by 24 November 2026",
            r"sent back by your bank.*Your bank did not take it.*Arrived on 21 November.*came back on 24 November",
            r"\$125\.00: paid.*\$123\.75 after a fee of \$1\.25. Arrived on 21 November 2026",
            r"failed, and on your account as before.*failed on 21 November 2026",
        ]
    ):
        expect(listed(page).nth(line)).to_have_text(re.compile(words))
    expect(listed(page).nth(0).get_by_role("button", name="Call it off")).to_be_visible()
    fits(page)
    has_no_barriers(page)
    listed(page).nth(0).scroll_into_view_if_needed()
    picture(page, "payout-states")
    site.payable -= 12_500
    site.payouts = [site.payouts[0], site.payouts[1] | paid | {"payoutId": "inTransit"}, *site.payouts[2:]]
    says(page, "$125.00: paid.")
    expect(listed(page).nth(1)).to_contain_text("Arrived on")
    expect(dollars(page)).to_contain_text("$192.70")


def test_who_they_are_is_said_in_each_state_with_what_is_to_be_done_and_followed_while_it_is_looked_at(
    site: EarningsSite, come: Come
) -> None:
    verified, shown = site.verification, {"tier": 1, "phase": "identity", "since": "2026-11-21T18:04:05.123Z"}
    again = {"url": f"{site.origin}/verify", "code": "document_expired"}
    soon = str(datetime.now(UTC).date() + timedelta(days=9))
    pending = verified | {"tier": 0, "state": "pending", "until": None, "limits": []}
    page = come(SMALL)
    person = page.get_by_role("region", name="Who you are")
    expect(person).to_contain_text("At most $2,500.00 a day and $10,000.00 a month.")
    for stands, words, lead in (
        (verified, "Verified until 21 November 2028", "Raise the limits"),
        (verified | {"until": soon}, "Verified until", "Show a document anew"),
        (verified | {"tier": 2}, "Verified until", ""),
        (verified | {"check": shown | {"tier": 2, "url": None, "code": None}}, "shown since is being looked at", ""),
        (pending | {"check": shown | again}, "The document has expired. Go on", "Go on"),
        (pending | {"state": "refused", "check": None}, "could not be confirmed", "Show a document anew"),
        (pending | {"check": shown | {"url": None, "code": None}}, "is being looked at", ""),
    ):
        site.verification = stands
        page.reload()
        expect(person).to_contain_text(words)
        expect(person.get_by_role("button")).to_have_text([lead] if lead else [])
    site.verification = verified
    says(page, "You are verified.")
    page.get_by_role("button", name="Show it").click()
    expect(person).to_contain_text("Verified until")
