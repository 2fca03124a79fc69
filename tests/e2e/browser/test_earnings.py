"""A creator's money in a browser: what is earned, payable and held and why, the days, statements; hard states too."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.browser.conftest import DESKTOP, PHONE, OpenContext, Picture
from tests.e2e.browser.earnings_stub import EarningsSite, day, money
from tests.e2e.browser.servers import instead, problem
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


def figure(currency: Locator, name: str) -> Locator:
    """An amount of a currency, by its name."""
    return (
        currency.locator("dl > div")
        .filter(has=currency.page.get_by_role("term").get_by_text(name))
        .get_by_role("definition")
    )


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_creator_sees_what_is_payable_and_what_is_held_and_why(
    come: Come, size: tuple[int, int], picture: Picture
) -> None:
    page = come(size)
    dollars = page.get_by_role("region", name="USD")
    expect(dollars).to_contain_text("$317.70")
    expect(dollars).to_contain_text("$482.10")
    expect(figure(dollars, "Held")).to_have_text("$108.20")
    expect(dollars.get_by_role("listitem")).to_have_text(
        [
            re.compile(r"A payout on its way: \$25\.00, until .* at the latest"),
            "Come in lately: $25.00. Each part can be paid out 7 days after it came.",
            re.compile(
                r"Kept for what may be taken back: \$48\.21, which is 10 % .* stays until 14 days after it came\.$"
            ),
            "In dispute: $9.99, until the banks of those who paid have decided.",
        ]
    )
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


HEIGHTS = (
    """figure => [...figure.querySelectorAll("svg text, .scale > *")].map(one => one.getBoundingClientRect().height)"""
)
LINES = """amount => {
  const all = document.createRange();
  all.selectNodeContents(amount);
  return all.getClientRects().length;
}"""

OUTSIDE = """() => [...document.querySelectorAll("#view .card")].flatMap(card => {
  const { right } = card.getBoundingClientRect();
  const beyond = [...card.querySelectorAll("*")].filter(one => one.getBoundingClientRect().right > right + 1);
  return beyond.map(one => one.outerHTML);
})"""


def test_what_is_written_on_the_chart_is_large_enough_for_a_phone(come: Come, picture: Picture) -> None:
    page = come((360, 640))
    chart = page.get_by_role("figure").filter(has_text="in USD")
    heights = chart.evaluate(HEIGHTS)
    assert len(heights) >= 2
    assert min(heights) >= 12, heights
    expect(chart).to_contain_text(re.compile(r"Best day: \$20\.96, on \d+ \w+"))
    chart.scroll_into_view_if_needed()
    picture(page, "earnings-chart-360")


@pytest.mark.parametrize("width", [320, 1280])
def test_text_of_twice_the_size_fits_and_breaks_no_amount(come: Come, picture: Picture, width: int) -> None:
    """An amount that goes on in the next line is read as another one."""
    page = come((width, 640))
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    fits(page)
    assert page.evaluate(OUTSIDE) == []
    for amount in page.get_by_role("definition").all():
        assert amount.evaluate(LINES) == 1, amount.inner_text()
    picture(page, f"earnings-twice-{width}")


def test_statements_that_do_not_come_are_asked_for_again_beside_what_does(come: Come, earnings: EarningsSite) -> None:
    """Nobody is kept from their money because a bucket does not answer."""
    earnings.then("GET", "/v1/creator/statements", instead(problem("unavailable")))
    page = come()
    expect(page.get_by_role("region", name="USD").get_by_role("button", name="Pay out USD")).to_be_visible()
    statements = page.get_by_role("region", name="Statements")
    expect(statements).to_contain_text("unavailable")
    statements.get_by_role("button", name="Try again").click()
    expect(statements.get_by_role("listitem")).to_have_count(3)
    expect(statements.get_by_role("button", name="Try again")).to_have_count(0)


def test_what_is_payable_is_asked_for_again_where_it_did_not_come(come: Come, earnings: EarningsSite) -> None:
    earnings.earnings["money"] = [money()]
    earnings.then("GET", "/v1/payout-quote", instead(problem("busy")))
    dollars = come().get_by_role("region", name="USD")
    expect(figure(dollars, "Payable")).to_have_text("not known at present")
    dollars.get_by_role("button", name="Try again").click()
    expect(figure(dollars, "Payable")).to_have_text("$317.70")
    expect(dollars.get_by_role("button", name="Pay out USD")).to_be_visible()


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


def test_what_a_frozen_account_keeps_back_is_held_and_said_to_be(come: Come, earnings: EarningsSite) -> None:
    earnings.earnings |= {"money": [money()], "frozen": True}
    dollars = come().get_by_role("region", name="USD")
    expect(figure(dollars, "Payable")).to_have_text("$0.00")
    expect(figure(dollars, "Held")).to_have_text("$400.90")
    expect(dollars).to_contain_text("Everything else: $317.70, until support has looked into your account.")


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
