"""A brand's page: its campaigns, and what became of one as picture, table and CSV."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser.conftest import DESKTOP, PHONE, OpenContext, Picture
from tests.e2e.browser.servers import Asked, Reply, as_json, instead, problem
from tests.e2e.browser.stub import Issuer, Site
from tests.e2e.browser.studio_sight import fits, has_no_barriers

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]
Come = Callable[..., Page]

TERMS = {
    "partnerId": "north-coats", "name": "Winter coats", "kinds": ["cashback", "scan"], "returnDays": 14,
    "startsAt": "2026-11-20T00:00:00.000Z", "endsAt": "2026-12-24T00:00:00.000Z", "viewerTimes": 3, "viewerCoins": 500,
    "countries": ["AT", "DE"],
}  # fmt: skip
READABLE_PX = 14
CAMPAIGN = {"campaignId": "winter-coats", "status": "live", "terms": TERMS, "fundedCoins": 5_000}


def numbers(**known: int) -> dict[str, int]:
    names = ("claims", "confirmations", "returns", "claimedCoins", "confirmedCoins", "clawedBackCoins", "fundedCoins")
    return dict.fromkeys((*names, "givenBackCoins"), 0) | known


def report() -> dict[str, Any]:
    """Four weeks of a campaign, whose first purchases are confirmed by the end of them."""
    days: list[dict[str, Any]] = []
    for number in range(28):
        claimed = 40 + 15 * (number % 7)
        confirmed = 40 + 15 * ((number - 14) % 7) if number >= 14 else 0
        known = numbers(
            claims=4, claimedCoins=claimed, confirmedCoins=confirmed, clawedBackCoins=12 * (number % 3 == 2)
        )
        refused = {"country_refused": 1} if number % 9 == 8 else {}
        day = f"2026-11-{number + 1:02d}" if number < 30 else ""
        days.append({"day": day, "numbers": known, "refused": refused})
    days[0]["numbers"]["fundedCoins"] = 5_000
    total = {name: sum(day["numbers"][name] for day in days) for name in numbers()}
    taken, claimed, confirmed = total["clawedBackCoins"], total["claimedCoins"], total["confirmedCoins"]
    return {
        "campaignId": "winter-coats", "name": "Winter coats", "complete": True, "total": total, "days": days,
        "leftCoins": 5_000 - claimed + taken, "pendingCoins": claimed - confirmed - taken, "spentCoins": confirmed,
        "refused": {"country_refused": 3, "budget_exhausted": 1},
    }  # fmt: skip


class Brand(Site):
    """The small service with one campaign of the brand's."""

    campaigns: tuple[dict[str, Any], ...] = (CAMPAIGN,)

    def _own(self, asked: Asked) -> Reply:
        if asked.path == "/v1/partner/live/campaigns":
            return as_json(200, {"campaigns": list(self.campaigns), "nextCursor": None})
        if asked.path == "/v1/partner/live/campaigns/winter-coats":
            return as_json(200, CAMPAIGN)
        if asked.path == "/v1/partner/live/campaigns/winter-coats/report":
            return as_json(200, report())
        return problem("not_found")


@pytest.fixture
def brand(issuer: Issuer, film: Path) -> Iterator[Brand]:
    server = Brand(issuer, film)
    yield server
    server.close()


@pytest.fixture
def come(brand: Brand, new_context: OpenContext) -> Come:
    """Opens a place of the page as a person of the brand, through the sign-in that it offers."""

    def open_page(place: str = "#/", size: tuple[int, int] = DESKTOP) -> Page:
        page = new_context(size).new_page()
        page.goto(f"{brand.origin}/campaigns.html{place}")
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("button", name="Sign out")).to_be_visible()
        expect(page.locator("#main")).not_to_have_attribute("aria-busy", "true")
        return page

    return open_page


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_brand_sees_what_became_of_its_campaign(come: Come, picture: Picture, size: tuple[int, int]) -> None:
    page = come(size=size)
    page.get_by_role("link", name="Winter coats").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Winter coats")
    expect(page.locator("#view")).to_contain_text("Paid in5,000 coins")
    plot = page.get_by_role("img", name="Coins by day, running up: claimed 2,380")
    across, card = plot.bounding_box(), page.locator("figure").bounding_box()
    most = page.locator("figure").get_by_text("2,380 coins").bounding_box()
    assert across is not None
    assert card is not None
    assert most is not None
    assert across["width"] > 0.8 * card["width"], "it takes the width that there is"
    assert most["height"] >= READABLE_PX
    expect(page.locator("tbody tr")).to_have_count(28)
    expect(page.locator("#view")).to_contain_text("The budget was used up")
    has_no_barriers(page)
    fits(page)
    picture(page, f"campaign-{size[0]}")


def test_the_days_are_saved_as_csv(come: Come) -> None:
    page = come("#/winter-coats")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save as CSV").click()
    assert saved.value.suggested_filename == "winter-coats.csv"
    lines = Path(saved.value.path()).read_bytes().decode().split("\r\n")
    assert lines[0] == (
        "day,claims,confirmations,returns,claimed_coins,confirmed_coins,clawed_back_coins,funded_coins,given_back_coins,refused"
    )
    assert lines[1] == "2026-11-01,4,0,0,40,0,0,5000,0,0"
    assert len(lines) == 30


def test_a_brand_without_campaigns_is_told_so(brand: Brand, come: Come) -> None:
    brand.campaigns = ()
    page = come()
    expect(page.locator("#view")).to_contain_text("There are no campaigns of yours yet.")


@pytest.mark.parametrize("code", ["group_required", "partner_required"])
def test_who_is_of_no_brand_is_told_in_plain_words(brand: Brand, come: Come, code: str) -> None:
    brand.then("GET", "/v1/partner/live/campaigns", instead(problem(code)))
    page = come()
    expect(page.get_by_role("heading", level=1)).to_have_text("Campaigns are for brands")


def test_a_campaign_of_somebody_else_is_not_here(come: Come) -> None:
    page = come("#/other")
    expect(page.get_by_role("heading", level=1)).to_have_text("Not here")
