"""The wall before a locked episode, the way through it, and the receipt."""

import json
import threading
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.browser.conftest import DESKTOP, PHONE, Open, OpenContext, Picture
from tests.e2e.browser.servers import held, instead, lost, problem
from tests.e2e.browser.sight import coins_shown, end_episode, fits_the_screen, front, sees_moving_picture, until
from tests.e2e.browser.steps import (
    PLAYBACK,
    QUOTE,
    UNLOCK,
    meet_wall,
    offer,
    open_account,
    open_episode,
    press_episode,
    wall_of,
)
from tests.e2e.browser.stub import Lot, Site, the_last_train

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

SIZES = pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
THIS = "Unlock this episode"


@SIZES
def test_the_wall_says_what_it_takes_and_one_tap_plays_on(
    site: Site, signed_in: Open, picture: Picture, size: tuple[int, int]
) -> None:
    site.catalog = [the_last_train(6)]
    page = signed_in(size)
    press_episode(page, "Platform Nine")
    sees_moving_picture(page)
    end_episode(page)
    wall = wall_of(page)
    expect(page.get_by_role("heading", name="is locked")).to_be_focused()
    # The last picture of the episode before stays behind it.
    assert front(page, "ended") is True
    expect(offer(page, THIS)).to_contain_text("12 coins")
    expect(offer(page, THIS)).to_contain_text("about $0.12")
    expect(offer(page, THIS)).to_contain_text("Your bonus covers all of it")
    expect(offer(page, "episodes 2 to 4")).to_contain_text("36 coins")
    expect(offer(page, "episodes 2 to 4")).to_contain_text("Your bonus covers 30")
    expect(offer(page, "Finish the series")).to_contain_text("54 coins")
    expect(wall).to_contain_text("You have 130 coins (30 bonus, the first to spend before 7 December 2026).")
    expect(wall).to_contain_text("Never more than 160 coins (about $1.60) for the whole series.")
    fits_the_screen(page)
    picture(page, f"wall-{size[0]}")
    offer(page, THIS).click()
    sees_moving_picture(page)
    assert site.paths("POST", UNLOCK)[0].json == {"priceShownCoins": 12, "generation": 0}
    assert site.viewer.total == 118
    receipt = page.get_by_role("region", name="Receipt")
    expect(receipt).to_contain_text("“The Wrong Carriage” is yours.")
    fits_the_screen(page)
    picture(page, f"unlocked-{size[0]}")


def test_the_receipt_tells_lots_and_shares_proves_itself_and_can_be_saved(
    site: Site, signed_in: Open, picture: Picture, tmp_path: Path
) -> None:
    site.viewer.lots = [Lot("3", "bonus", 5, "2026-12-07T00:00:00Z"), Lot("2", "coin", 100)]
    page = signed_in(PHONE)
    meet_wall(page)
    offer(page, THIS).click()
    sees_moving_picture(page)
    receipt = page.get_by_role("region", name="Receipt")
    receipt.locator("summary").click()
    expect(receipt).to_contain_text("12 coins: 5 bonus coins (to spend before 7 December 2026) and 7 bought coins")
    expect(receipt).to_contain_text("To the creator$0.35")
    expect(receipt).to_contain_text("93 bought coins")
    receipt.get_by_role("button", name="Check it").click()
    expect(receipt).to_contain_text("Checked here: the entry's bytes have this hash.")
    picture(page, "receipt-360")
    with page.expect_download() as saving:
        receipt.get_by_role("button", name="Save as a file").click()
    saving.value.save_as(tmp_path / "receipt.json")
    assert saving.value.suggested_filename == "receipt-4.json"
    assert json.loads((tmp_path / "receipt.json").read_text()) == site.viewer.receipt(4)
    receipt.get_by_role("button", name="Put the receipt away").click()
    expect(receipt).to_have_count(0)


def test_a_receipt_whose_bytes_do_not_fit_is_told(site: Site, signed_in: Open) -> None:
    page = signed_in()
    meet_wall(page)
    offer(page, THIS).click()
    sees_moving_picture(page)
    site.viewer.unlocked[2, 2]["receipt"]["hash"] = "0" * 43
    page.get_by_role("region", name="Receipt").locator("summary").click()
    page.get_by_role("button", name="Check it").click()
    expect(page.get_by_role("region", name="Receipt")).to_contain_text("do not have this hash")


def test_the_rest_of_the_series_opens_with_one_tap(site: Site, signed_in: Open) -> None:
    site.catalog = [the_last_train(6)]
    page = signed_in()
    meet_wall(page)
    offer(page, "Finish the series").click()
    sees_moving_picture(page)
    asked = site.paths("POST", "/v1/series/the-last-train/unlock")[0].json
    assert asked == {"first": 2, "last": 6, "priceShownCoins": 54, "generation": 0}
    coins_shown(page, "76 coins")
    expect(page.locator("#episodes .owned")).to_have_count(5)
    expect(page.get_by_role("region", name="Receipt")).to_contain_text("Episodes 2 to 6 is yours.")


def test_prices_are_told_in_the_viewers_currency(site: Site, signed_in: Open) -> None:
    page = signed_in(locale="de-DE")
    meet_wall(page)
    assert site.paths("GET", QUOTE.format(2))[0].query["currency"] == "EUR"
    expect(offer(page, THIS)).to_contain_text("about €0.12")


def test_a_second_unlock_from_another_window_changes_nothing_and_shows_the_first_receipt(
    site: Site, signed_in: Open
) -> None:
    one, two = signed_in(), signed_in()
    for page in (one, two):
        meet_wall(page)
    for page in (one, two):
        offer(page, THIS).click()
        sees_moving_picture(page)
        coins_shown(page, "118 coins")
    expect(two.get_by_role("region", name="Receipt")).to_contain_text("was already yours. Nothing was charged")
    assert site.viewer.total == 118


def test_too_few_coins_says_what_is_missing_and_looks_again(site: Site, signed_in: Open, picture: Picture) -> None:
    site.viewer.lots = []
    page = signed_in(PHONE)
    wall = meet_wall(page)
    expect(offer(page, THIS)).to_be_disabled()
    expect(offer(page, THIS)).to_contain_text("12 coins missing")
    picture(page, "wall-too-few")
    site.viewer.lots = [Lot("9", "coin", 12)]
    wall.get_by_role("button", name="Look again").click()
    expect(offer(page, THIS)).to_be_enabled()
    offer(page, THIS).click()
    sees_moving_picture(page)


def test_coins_spent_elsewhere_meanwhile_are_told_and_nothing_is_charged(site: Site, signed_in: Open) -> None:
    page = signed_in()
    meet_wall(page)
    site.viewer.lots = [Lot("2", "coin", 5)]
    offer(page, THIS).click()
    wall = wall_of(page)
    expect(wall.get_by_role("alert").locator("code")).to_have_text("insufficient_coins")
    expect(offer(page, THIS)).to_contain_text("7 coins missing")
    assert site.viewer.total == 5


def test_a_price_that_changed_is_shown_before_anything_is_paid(site: Site, signed_in: Open, picture: Picture) -> None:
    page = signed_in(PHONE)
    meet_wall(page)
    site.catalog[0]["episodes"][1]["priceCoins"] = 15
    offer(page, THIS).click()
    wall = wall_of(page)
    expect(wall.get_by_role("alert").locator("code")).to_have_text("price_changed")
    expect(offer(page, THIS)).to_contain_text("15 coins")
    picture(page, "wall-price-changed")
    assert site.viewer.total == 130
    offer(page, THIS).click()
    sees_moving_picture(page)
    assert site.paths("POST", UNLOCK)[-1].json["priceShownCoins"] == 15
    assert site.viewer.total == 115


def test_the_viewers_own_limit_is_told_before_it_is_hit(site: Site, signed_in: Open, picture: Picture) -> None:
    site.viewer.limits = {"dayCoins": 5, "seriesCoins": None, "autoUnlock": False}
    page = signed_in(PHONE)
    wall = meet_wall(page)
    expect(offer(page, THIS)).to_be_disabled()
    expect(offer(page, THIS)).to_contain_text("Your limit leaves 5 coins today")
    picture(page, "wall-limit")
    wall.get_by_role("button", name="Your limits").click()
    expect(page.get_by_label("Coins a day")).to_have_value("5")


def test_a_limit_that_was_set_elsewhere_refuses_and_charges_nothing(site: Site, signed_in: Open) -> None:
    page = signed_in()
    meet_wall(page)
    site.viewer.limits = {"dayCoins": 5, "seriesCoins": None, "autoUnlock": False}
    offer(page, THIS).click()
    expect(wall_of(page).get_by_role("alert").locator("code")).to_have_text("spend_limit_reached")
    assert site.viewer.total == 130


def test_an_episode_that_ends_unlocks_the_next_where_the_viewer_allowed_it(site: Site, signed_in: Open) -> None:
    site.viewer.limits = {"dayCoins": None, "seriesCoins": None, "autoUnlock": True}
    page = signed_in()
    press_episode(page, "Platform Nine")
    sees_moving_picture(page)
    end_episode(page)
    expect(page.get_by_role("region", name="Receipt")).to_contain_text("unlocked by itself as you allowed")
    sees_moving_picture(page)
    assert page.url.endswith("#/the-last-train/2")
    assert site.paths("POST", UNLOCK)[0].json["automatic"] is True
    assert site.viewer.total == 118


def test_a_press_never_unlocks_by_itself(site: Site, signed_in: Open) -> None:
    site.viewer.limits = {"dayCoins": None, "seriesCoins": None, "autoUnlock": True}
    page = signed_in()
    meet_wall(page)
    assert site.paths("POST", UNLOCK) == []


def test_beyond_a_limit_nothing_is_unlocked_by_itself(site: Site, signed_in: Open) -> None:
    site.viewer.limits = {"dayCoins": 5, "seriesCoins": None, "autoUnlock": True}
    page = signed_in()
    press_episode(page, "Platform Nine")
    sees_moving_picture(page)
    end_episode(page)
    expect(wall_of(page).get_by_role("alert").locator("code")).to_have_text("spend_limit_reached")
    assert site.viewer.total == 130


def test_an_offer_that_is_out_of_date_is_replaced_by_the_present_one(site: Site, signed_in: Open) -> None:
    page = signed_in()
    meet_wall(page)
    site.then("POST", UNLOCK, instead(problem("generation_unknown", generation=1)))
    offer(page, THIS).click()
    expect(wall_of(page).get_by_role("alert").locator("code")).to_have_text("generation_unknown")
    assert len(site.paths("GET", QUOTE.format(2))) == 2
    offer(page, THIS).click()
    sees_moving_picture(page)


def test_an_episode_that_became_free_meanwhile_simply_plays(site: Site, signed_in: Open) -> None:
    page = signed_in()
    meet_wall(page)
    site.catalog[0]["episodes"][1]["free"] = True
    site.then("POST", UNLOCK, instead(problem("episode_free")))
    offer(page, THIS).click()
    sees_moving_picture(page)
    expect(page.locator("#episodes li").nth(1)).to_contain_text("Free")
    assert site.viewer.total == 130


@pytest.mark.parametrize("code", ["busy", "account_frozen", "switched_off"])
def test_a_refused_unlock_leaves_the_wall_and_the_coins(site: Site, signed_in: Open, code: str) -> None:
    page = signed_in()
    meet_wall(page)
    site.then("POST", UNLOCK, instead(problem(code)))
    offer(page, THIS).click()
    expect(wall_of(page).get_by_role("alert").locator("code")).to_have_text(code)
    coins_shown(page, "130 coins")


def test_a_lost_answer_charges_once_however_often_unlock_is_pressed(site: Site, signed_in: Open) -> None:
    page = signed_in()
    meet_wall(page)
    site.then("POST", UNLOCK, *[lost] * 9)
    offer(page, THIS).click()
    expect(wall_of(page).get_by_role("alert").locator("code")).to_have_text("unreachable")
    assert site.viewer.total == 118
    site.clear()
    offer(page, THIS).click()
    sees_moving_picture(page)
    coins_shown(page, "118 coins")
    assert site.viewer.total == 118


def test_an_impatient_viewer_unlocks_once(site: Site, signed_in: Open) -> None:
    site.catalog = [the_last_train(6)]
    page = signed_in()
    meet_wall(page)
    arrive = threading.Event()
    site.then("POST", UNLOCK, held(arrive))
    offer(page, THIS).click(click_count=3)
    offer(page, "Finish the series").click()
    arrive.set()
    sees_moving_picture(page)
    assert len(site.paths("POST", ".*/unlock")) == 1


def test_an_unlock_that_ends_after_the_viewer_has_gone_elsewhere_starts_nothing(site: Site, signed_in: Open) -> None:
    page = signed_in()
    meet_wall(page)
    arrive = threading.Event()
    site.then("POST", UNLOCK, held(arrive))
    offer(page, THIS).click()
    press_episode(page, "Platform Nine")
    sees_moving_picture(page)
    arrive.set()
    coins_shown(page, "118 coins")
    expect(page.locator("#episodes li").nth(1)).to_contain_text("Yours")
    sees_moving_picture(page)
    expect(page.get_by_role("region", name="Receipt")).to_have_count(0)
    assert page.url.endswith("#/the-last-train/1")


def test_an_unlocked_episode_plays_without_a_wall(site: Site, signed_in: Open) -> None:
    site.viewer.pay(2, 12)
    page = signed_in()
    expect(page.locator("#episodes li").nth(1)).to_contain_text("Yours")
    press_episode(page, "The Wrong Carriage")
    sees_moving_picture(page)
    assert site.paths("POST", UNLOCK) == []


def test_an_episode_that_was_taken_back_meets_its_wall_at_the_next_renewal(site: Site, signed_in: Open) -> None:
    site.viewer.pay(2, 12)
    site.renew_after = "2020-01-01T00:00:00Z"
    page = signed_in()
    press_episode(page, "The Wrong Carriage")
    sees_moving_picture(page)
    site.viewer.unlocked.clear()
    expect(wall_of(page)).to_be_visible()


def test_a_guest_is_asked_to_sign_in_and_then_the_episode_plays(
    site: Site, new_context: OpenContext, picture: Picture
) -> None:
    page = new_context(PHONE).new_page()
    open_episode(page, site, 1)
    expect(page.get_by_role("heading", name="Sign in to watch")).to_be_focused()
    fits_the_screen(page)
    picture(page, "guest")
    page.locator("#front").get_by_role("button", name="Sign in").click()
    sees_moving_picture(page)


def test_a_guest_watches_what_is_free_where_the_service_lets_them(site: Site, new_context: OpenContext) -> None:
    site.guests_watch = True
    page = new_context().new_page()
    open_episode(page, site, 1)
    sees_moving_picture(page)
    assert site.paths("PUT", ".*/progress") == []
    end_episode(page)
    expect(page.get_by_role("heading", name="Sign in to watch")).to_be_visible()


def test_not_now_goes_back_to_the_series_and_to_the_episode_that_was_pressed(signed_in: Open) -> None:
    page = signed_in()
    meet_wall(page)
    wall_of(page).get_by_role("button", name="Not now").click()
    expect(page.locator("#stage")).to_have_attribute("data-shows", "poster")
    expect(page.locator("#episodes").get_by_role("link", name="The Wrong Carriage")).to_be_focused()


def test_a_quote_that_cannot_be_had_can_be_asked_again(site: Site, signed_in: Open) -> None:
    site.then("GET", QUOTE.format(2), instead(problem("busy")))
    page = signed_in()
    press_episode(page, "The Wrong Carriage")
    expect(page.locator("#alert code")).to_have_text("busy")
    page.locator("#alert").get_by_role("button", name="Try again").click()
    expect(wall_of(page)).to_be_visible()


def test_the_wall_is_asked_for_while_the_episode_before_it_still_plays(site: Site, signed_in: Open) -> None:
    page = signed_in()
    press_episode(page, "Platform Nine")
    sees_moving_picture(page)
    until(page, lambda: site.paths("GET", QUOTE.format(2)), bool, "no quote ahead")
    end_episode(page)
    expect(wall_of(page)).to_be_visible()
    assert len(site.paths("GET", QUOTE.format(2))) == 1
    assert len(site.paths("POST", PLAYBACK.format(2))) == 1


def test_limits_changed_in_the_account_hold_at_the_wall(site: Site, signed_in: Open) -> None:
    page = signed_in()
    panel = open_account(page, "Limits")
    panel.get_by_label("Coins a day").fill("6")
    panel.get_by_role("button", name="Save").click()
    expect(panel).to_contain_text("Saved")
    page.keyboard.press("Escape")
    meet_wall(page)
    expect(offer(page, THIS)).to_contain_text("Your limit leaves 6 coins today")
