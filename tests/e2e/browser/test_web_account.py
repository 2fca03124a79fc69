"""The viewer's account: coins, statement, limits, profile."""

import threading

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser.conftest import PHONE, Open, Picture
from tests.e2e.browser.servers import held, instead, late, lost, problem
from tests.e2e.browser.sight import coins_shown, fits_the_screen, sees_moving_picture
from tests.e2e.browser.steps import meet_wall, offer, open_account, open_series
from tests.e2e.browser.stub import Issuer, Site

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]


def test_the_wallet_tells_its_lots_in_the_order_of_spending(site: Site, signed_in: Open, picture: Picture) -> None:
    page = signed_in(PHONE)
    panel = open_account(page, "Coins")
    expect(panel.locator("#lots li")).to_have_text(
        ["30 bonus coins (to spend before 7 December 2026)", "100 bought coins"]
    )
    fits_the_screen(page)
    picture(page, "wallet-360")


def test_an_answer_from_before_the_unlock_does_not_bring_the_coins_back(site: Site, signed_in: Open) -> None:
    page = signed_in()
    arrive = threading.Event()
    site.then("GET", "/v1/wallet", late(arrive))
    page.reload()
    meet_wall(page)
    offer(page, "Unlock this episode").click()
    coins_shown(page, "118 coins")
    with page.expect_response("**/v1/wallet") as answered:
        arrive.set()
    answered.value.finished()
    sees_moving_picture(page)
    coins_shown(page, "118 coins")


def test_a_wallet_that_cannot_be_read_says_so_and_can_be_asked_again(site: Site, page: Page) -> None:
    site.then("GET", "/v1/wallet", *[instead(problem("busy"))] * 2)
    open_series(page, site)
    page.get_by_role("button", name="Sign in").click()
    coins_shown(page, "Coins unknown")
    page.locator("#account-open").click()
    page.locator("#account").get_by_role("button", name="Try again").click()
    coins_shown(page, "130 coins")


def test_the_statement_comes_page_by_page_with_receipts_behind_its_lines(
    site: Site, signed_in: Open, picture: Picture
) -> None:
    for _ in range(25):
        site.viewer.tell("grant", {"bonus": 1})
    site.viewer.pay(2, 12)
    page = signed_in(PHONE)
    panel = open_account(page, "Statement")
    lines = panel.locator("#statement li")
    expect(lines).to_have_count(20)
    expect(lines.nth(0)).to_contain_text("Unlocked, episode 2 of the-last-train")
    expect(lines.nth(0)).to_contain_text("\N{MINUS SIGN}12")
    expect(lines.nth(1)).to_contain_text("Given by the house")
    expect(lines.nth(1)).to_contain_text("+1")
    lines.nth(0).locator("summary").click()
    expect(lines.nth(0)).to_contain_text("12 bonus coins")
    fits_the_screen(page)
    picture(page, "statement-360")
    panel.get_by_role("button", name="Earlier entries").click()
    expect(lines).to_have_count(26)
    expect(panel.get_by_role("button", name="Earlier entries")).to_be_hidden()


def test_an_empty_statement_says_so(signed_in: Open) -> None:
    expect(open_account(signed_in(), "Statement")).to_contain_text("Nothing has happened yet.")


def test_a_statement_that_cannot_be_read_can_be_asked_again(site: Site, signed_in: Open) -> None:
    site.then("GET", "/v1/wallet/statement", instead(problem("busy")))
    panel = open_account(signed_in(), "Statement")
    expect(panel.locator("code")).to_have_text("busy")
    panel.get_by_role("button", name="Try again").click()
    expect(panel).to_contain_text("Nothing has happened yet.")


def test_what_is_not_known_yet_cannot_be_typed_over(site: Site, signed_in: Open) -> None:
    site.viewer.limits["dayCoins"] = 60
    page = signed_in()
    known = threading.Event()
    site.then("GET", "/v1/wallet", *[held(known)] * 2)
    site.then("GET", "/v1/me", held(known))
    page.reload()
    limit = open_account(page, "Limits").get_by_label("Coins a day")
    name = page.locator("#profile-name")
    expect(limit).to_be_disabled()
    open_account(page, "You")
    expect(name).to_be_disabled()
    known.set()
    expect(name).to_be_enabled()
    expect(name).to_have_value("Mia")
    open_account(page, "Limits")
    expect(limit).to_be_enabled()
    expect(limit).to_have_value("60")


def test_limits_are_set_and_given_up(site: Site, signed_in: Open, picture: Picture) -> None:
    page = signed_in(PHONE)
    panel = open_account(page, "Limits")
    panel.get_by_label("Coins a day").fill("60")
    panel.get_by_label("by itself").check()
    panel.get_by_role("button", name="Save").click()
    expect(panel).to_contain_text("Saved.")
    assert site.viewer.limits == {"dayCoins": 60, "seriesCoins": None, "autoUnlock": True}
    picture(page, "limits-360")
    open_account(page, "Coins")
    panel = open_account(page, "Limits")
    expect(panel.get_by_label("Coins a day")).to_have_value("60")
    panel.get_by_label("Coins a day").fill("")
    panel.get_by_role("button", name="Save").click()
    expect(panel).to_contain_text("Saved.")
    assert site.viewer.limits["dayCoins"] is None


def test_a_limit_whose_answer_was_lost_is_sent_again_under_the_same_key(site: Site, signed_in: Open) -> None:
    page = signed_in()
    panel = open_account(page, "Limits")
    panel.get_by_label("Coins a day").fill("60")
    site.then("PUT", "/v1/wallet/limits", *[lost] * 9)
    panel.get_by_role("button", name="Save").click()
    expect(panel.locator("code")).to_have_text("unreachable")
    site.clear()
    panel.get_by_role("button", name="Save").click()
    expect(panel).to_contain_text("Saved.")
    keys = {one.headers["idempotency-key"] for one in site.paths("PUT", "/v1/wallet/limits")}
    assert len(keys) == 1
    panel.get_by_label("Coins a day").fill("70")
    arrive = threading.Event()
    site.then("PUT", "/v1/wallet/limits", late(arrive))
    panel.get_by_role("button", name="Save").click()
    expect(panel).not_to_contain_text("Saved.")
    arrive.set()
    expect(panel).to_contain_text("Saved.")
    assert site.viewer.limits["dayCoins"] == 70
    assert site.paths("PUT", "/v1/wallet/limits")[-1].headers["idempotency-key"] not in keys


def test_a_limit_on_gifts_holds_at_once_when_it_is_lower_and_from_tomorrow_on_when_it_is_higher(
    site: Site, signed_in: Open, picture: Picture
) -> None:
    page = signed_in(PHONE)
    panel = open_account(page, "Limits")
    limit, told = panel.get_by_label("Gifts on a day"), panel.locator("#tip-limit-form [role=status]")
    expect(panel).to_contain_text("Today you can give 5,000 coins")
    limit.fill("60")
    panel.get_by_role("button", name="Set the limit on gifts").click()
    expect(told).to_have_text("It holds from now on.")
    expect(panel).to_contain_text("Today you can give 60 coins")
    limit.fill("")
    panel.get_by_role("button", name="Set the limit on gifts").click()
    expect(told).to_contain_text("from tomorrow on")
    expect(limit).to_have_value("60")
    expect(panel).to_contain_text("on it is none")
    picture(page, "tip-limit-360")
    site.then("PUT", "/v1/wallet/tip-limit", *[lost] * 9)
    limit.fill("50")
    panel.get_by_role("button", name="Set the limit on gifts").click()
    expect(told.locator("code")).to_have_text("unreachable")
    site.clear()
    panel.get_by_role("button", name="Set the limit on gifts").click()
    expect(told).to_have_text("It holds from now on.")
    asked = site.paths("PUT", "/v1/wallet/tip-limit")
    assert [one.json["dayCoins"] for one in asked][:2] == [60, None]
    assert len({one.headers["idempotency-key"] for one in asked[2:]}) == 1


def test_a_currency_is_chosen_for_this_device(site: Site, signed_in: Open) -> None:
    page = signed_in()
    open_account(page, "Limits").get_by_label("Show prices in").select_option("JPY")
    page.keyboard.press("Escape")
    meet_wall(page)
    assert site.paths("GET", ".*/quote")[-1].query["currency"] == "JPY"


def test_a_birth_date_is_told_once_and_the_token_renewed_for_age_ratings(
    site: Site, issuer: Issuer, signed_in: Open, picture: Picture
) -> None:
    page = signed_in(PHONE)
    panel = open_account(page, "You")
    expect(panel.get_by_label("Name")).to_have_value("Mia")
    refreshed = len(issuer.paths("POST", "/oauth2/token"))
    panel.get_by_label("Birth date").fill("1998-02-28")
    panel.get_by_role("button", name="Save").click()
    expect(panel).to_contain_text("Saved.")
    assert site.viewer.profile == {"displayName": "Mia", "language": "en", "country": None, "birthDate": "1998-02-28"}
    assert len(issuer.paths("POST", "/oauth2/token")) == refreshed + 1
    expect(panel.get_by_label("Birth date")).to_have_attribute("readonly", "")
    picture(page, "profile-360")
