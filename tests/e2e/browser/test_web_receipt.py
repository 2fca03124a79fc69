"""The address of a receipt, which mails lead to: the account's statement at that line, its receipt open."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.browser.conftest import DESKTOP, PHONE, Open, Picture
from tests.e2e.browser.servers import instead, problem
from tests.e2e.browser.sight import coins_shown, fits_the_screen
from tests.e2e.browser.stub import Site

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]


def tell(site: Site, entries: int) -> None:
    """That many entries in the viewer's journal, numbered from 1."""
    for number in range(1, entries + 1):
        site.viewer.entries = number
        site.viewer.tell("grant", {"bonus": number})


def statement_of(page: Page) -> Locator:
    return page.get_by_role("tabpanel", name="Statement")


def shows_receipt(page: Page, seq: int) -> None:
    """The one line that is unfolded is that entry's, with the focus on it, down to the receipt's hash in sight."""
    unfolded = statement_of(page).locator("details[open]")
    expect(unfolded).to_have_count(1)
    expect(unfolded).to_contain_text(f"no. {seq} of your journal")
    expect(unfolded.locator("summary")).to_be_focused()
    expect(unfolded.locator("summary")).to_be_in_viewport()
    expect(unfolded.locator("dl code")).to_be_in_viewport()


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_address_of_a_receipt_opens_the_statement_at_its_line(
    site: Site, signed_in: Open, picture: Picture, size: tuple[int, int]
) -> None:
    tell(site, 45)
    page = signed_in(size)
    page.goto(f"{site.origin}/#receipt-3")
    shows_receipt(page, 3)
    fits_the_screen(page)
    picture(page, f"receipt-from-a-mail-{size[0]}")
    page.reload()
    shows_receipt(page, 3)
    page.goto(f"{site.origin}/#receipt-44")
    shows_receipt(page, 44)
    expect(statement_of(page).locator("#statement li")).to_have_count(20)


def test_a_guest_signs_in_and_comes_back_to_the_receipt(site: Site, page: Page) -> None:
    tell(site, 2)
    page.goto(f"{site.origin}/#receipt-2")
    expect(page.locator("#status")).to_contain_text("This receipt is in your account.")
    assert not site.paths("GET", "/v1/wallet/statement")
    page.locator("#status").get_by_role("button", name="Sign in").click()
    coins_shown(page, "130 coins")
    shows_receipt(page, 2)
    assert page.url == f"{site.origin}/#receipt-2"


def test_a_receipt_that_is_not_there_is_said_so(site: Site, signed_in: Open) -> None:
    tell(site, 25)
    page = signed_in()
    page.goto(f"{site.origin}/#receipt-26")
    expect(statement_of(page)).to_contain_text("Entry no. 26 is not among these.")
    expect(statement_of(page).locator("#statement li")).to_have_count(20)


def test_the_search_goes_on_where_a_page_of_the_statement_did_not_come(site: Site, signed_in: Open) -> None:
    tell(site, 25)
    page = signed_in()
    site.then("GET", "/v1/wallet/statement", instead(problem("busy")))
    page.goto(f"{site.origin}/#receipt-1")
    statement_of(page).get_by_role("button", name="Try again").click()
    shows_receipt(page, 1)
