"""A creator's money in a browser: what is earned, payable and held and why, the days, statements; hard states too."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser.conftest import DESKTOP, PHONE, OpenContext, Picture
from tests.e2e.browser.earnings_stub import EarningsSite, day, money
from tests.e2e.browser.stub import Issuer
from tests.e2e.browser.studio_sight import fits, has_no_barriers

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

Come = Callable[..., Page]


@pytest.fixture
def earnings(issuer: Issuer, film: Path) -> Iterator[EarningsSite]:
    server = EarningsSite(issuer, film)
    yield server
    server.close()


@pytest.fixture
def come(earnings: EarningsSite, new_context: OpenContext) -> Come:
    """Opens the page as a creator, through the sign-in that it offers."""

    def open_page(size: tuple[int, int] = DESKTOP) -> Page:
        page = new_context(size).new_page()
        page.goto(f"{earnings.origin}/earnings.html")
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("button", name="Sign out")).to_be_visible()
        expect(page.locator("#main")).not_to_have_attribute("aria-busy", "true")
        return page

    return open_page


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_creator_sees_what_is_payable_and_what_is_held_and_why(
    come: Come, size: tuple[int, int], picture: Picture
) -> None:
    page = come(size)
    dollars = page.get_by_role("region", name="USD")
    expect(dollars).to_contain_text("$317.70")
    expect(dollars).to_contain_text("$482.10")
    expect(dollars.get_by_role("listitem")).to_have_text(re.compile(r"A payout on its way: \$25\.00"))
    expect(dollars).to_contain_text("$25.00 came in within 7 days, and can be paid out after them.")
    expect(dollars).to_contain_text("$48.21 stays for what is taken back: 10 % of what came in within 14 days.")
    expect(dollars).to_contain_text("$9.99 stays until payments that you had a share in are no longer disputed.")
    expect(page.get_by_role("region", name="JPY")).to_contain_text("¥1,500")
    fits(page)
    has_no_barriers(page)
    picture(page, f"earnings-{size[0]}")


def test_the_chart_of_days_is_a_table_too(come: Come) -> None:
    page = come()
    figure = page.get_by_role("figure").filter(has_text="in USD")
    expect(figure.locator("svg rect")).to_have_count(30)
    figure.get_by_text("As a table").click()
    rows = figure.get_by_role("table", name="Your share of each day in USD").locator("tbody tr")
    expect(rows).to_have_count(30)
    expect(rows.nth(1)).to_contain_text("-$4.20")


def test_statements_are_listed_and_saved_from_their_link(come: Come, earnings: EarningsSite) -> None:
    page = come()
    listed = page.get_by_role("region", name="Statements").get_by_role("listitem")
    expect(listed).to_have_count(3)
    page.get_by_role("button", name="Show earlier ones").click()
    expect(listed).to_have_count(4)
    expect(page.get_by_role("button", name="Show earlier ones")).to_be_hidden()
    with page.expect_request(re.compile(r"/files/.*\.pdf$")) as asked:
        listed.first.get_by_role("button", name="PDF").click()
    assert asked.value.url == f"{earnings.origin}/files/{day(1)}.pdf"


def test_a_statement_that_cannot_be_fetched_is_said_in_words(come: Come, earnings: EarningsSite) -> None:
    page = come()
    earnings.statements = []
    page.get_by_role("button", name="JSON of").first.click()
    expect(page.get_by_role("alert")).to_contain_text("not_found")


def test_debt_and_a_frozen_account_say_why_nothing_is_payable(
    come: Come, earnings: EarningsSite, picture: Picture
) -> None:
    earnings.earnings |= {"money": [money(balance=0, debt=1_250)], "frozen": True}
    page = come(PHONE)
    expect(page.get_by_text("Your account is frozen")).to_be_visible()
    expect(page.get_by_text("You owe $12.50")).to_be_visible()
    expect(page.get_by_role("region", name="USD").get_by_role("definition").first).to_have_text("$0.00")
    fits(page)
    picture(page, "earnings-owed")


def test_who_has_earned_nothing_is_told_what_will_come(come: Come, earnings: EarningsSite) -> None:
    earnings.earnings |= {"money": [], "days": []}
    earnings.statements = []
    page = come(PHONE)
    expect(page.get_by_text("Nothing yet.")).to_be_visible()
    expect(page.get_by_text("There is none yet")).to_be_visible()
    expect(page.get_by_role("figure")).to_have_count(0)


def test_who_makes_no_series_is_told_whose_page_this_is(come: Come, earnings: EarningsSite) -> None:
    earnings.is_creator = False
    expect(come().get_by_role("heading", level=1)).to_have_text("This page is for creators")
