"""A creator's money in a browser: what is earned, payable and held and why, the days, statements; hard states too."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser.conftest import DESKTOP, PHONE, OpenContext, Picture
from tests.e2e.browser.servers import Asked, Reply, as_json, problem
from tests.e2e.browser.stub import Issuer, Site
from tests.e2e.browser.studio_sight import fits, has_no_barriers

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

TODAY = datetime.now(UTC).date()
Come = Callable[..., Page]


def day(back: int) -> str:
    return str(TODAY - timedelta(days=back))


def money(**changes: Any) -> dict[str, Any]:
    return {"currency": "USD", "earned": 48_210, "payable": 31_770, "held": [], "debt": 0, **changes}


class EarningsSite(Site):
    """The pages, and a creator's calls about money."""

    def __init__(self, issuer: Issuer, film: Path) -> None:
        super().__init__(issuer, film)
        self.is_creator = True
        reserve = {"holdId": "r1", "why": "reserve", "amount": 4_821, "until": f"{day(-20)}T00:00:00.000Z"}
        dispute = {"holdId": "d1", "why": "dispute", "amount": 999, "until": f"{day(-60)}T00:00:00.000Z"}
        yen = money(currency="JPY", earned=1_500, payable=1_500)
        self.earnings: dict[str, Any] = {
            "money": [yen, money(held=[reserve, dispute])],
            "days": [
                *(
                    {"day": day(back), "currency": "USD", "amount": 1_000 + 137 * (back % 9)}
                    for back in range(29, 1, -1)
                ),
                {"day": day(1), "currency": "USD", "amount": -420},
                {"day": day(1), "currency": "JPY", "amount": 1_500},
            ],
            "through": 412,
            "frozen": False,
            "complete": True,
        }
        self.statements = [{"day": day(back), "bytes": 9_000, "madeAt": f"{day(back - 1)}T00:20:00.000Z"} for back in
                           range(1, 5)]  # fmt: skip

    def _api(self, asked: Asked) -> Reply:
        path = asked.path
        if not path.startswith("/v1/creator"):
            return super()._api(asked)
        if not asked.token:
            return problem("token_missing")
        if not self.is_creator:
            return problem("group_required", group="creator")
        if path == "/v1/creator/earnings":
            return as_json(200, self.earnings)
        if path == "/v1/creator/statements":
            later = "cursor" in asked.query
            return as_json(
                200,
                {"items": self.statements[3:] if later else self.statements[:3], "nextCursor": None if later else "c"},
            )
        wanted = path.rpartition("/")[2]
        if all(one["day"] != wanted for one in self.statements):
            return problem("not_found")
        where = f"{self.origin}/files/{wanted}"
        return as_json(
            200,
            {
                **self.statements[0],
                "day": wanted,
                "jsonUrl": f"{where}.json",
                "pdfUrl": f"{where}.pdf",
                "expiresAt": "2099-01-01T00:00:00.000Z",
            },
        )


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
    expect(dollars.get_by_role("listitem")).to_have_text(
        [re.compile(r"Reserve for refunds: \$48\.21"), re.compile(r"A disputed payment: \$9\.99")]
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
    earnings.earnings |= {"money": [money(payable=0, debt=1_250)], "frozen": True}
    page = come(PHONE)
    expect(page.get_by_text("Your account is frozen")).to_be_visible()
    expect(page.get_by_text("You owe $12.50")).to_be_visible()
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
