"""Watching: the free episode, the wall before a locked one, and the way through it."""

import threading
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.browser.conftest import DESKTOP, PHONE, OpenContext, Picture
from tests.e2e.browser.servers import Reply, held, instead, late, lost, problem
from tests.e2e.browser.sight import coins_shown, fits_the_screen, sees_moving_picture, until
from tests.e2e.browser.stub import Lot, Site

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

UNLOCK = "/v1/series/the-last-train/episodes/2/unlock"
PLAYBACK = "/v1/series/the-last-train/episodes/{}/playback"

Open = Callable[..., Page]


@pytest.fixture
def signed_in(site: Site, new_context: OpenContext) -> Open:
    """Opens the page as the stub's viewer."""

    def open_page(size: tuple[int, int] = DESKTOP) -> Page:
        page = new_context(size).new_page()
        page.goto(site.origin)
        page.get_by_role("button", name="Sign in").click()
        coins_shown(page, f"{site.viewer.total} coins")
        return page

    return open_page


def press_episode(page: Page, title: str) -> None:
    page.locator("#episodes").get_by_role("link", name=title).click()


def wall_of(page: Page) -> Locator:
    return page.get_by_role("region", name="is locked")


def meet_wall(page: Page) -> Locator:
    """Presses the locked episode and waits for its wall."""
    press_episode(page, "The Wrong Carriage")
    expect(wall_of(page)).to_be_visible()
    return wall_of(page)


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_free_episode_plays(site: Site, signed_in: Open, picture: Picture, size: tuple[int, int]) -> None:
    page = signed_in(size)
    press_episode(page, "Platform Nine")
    sees_moving_picture(page)
    expect(page.locator("#episodes a[aria-current]")).to_contain_text("Platform Nine")
    expect(page).to_have_title("Platform Nine · The Last Train · Cliffhanger")
    # The sound has a rendition of its own, and it is loaded too.
    assert any(one.path.endswith("/1-000.m4s") for one in site.asked)
    fits_the_screen(page)
    picture(page, f"playing-{size[0]}")


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_locked_episode_says_its_price_unlocks_and_plays(
    site: Site, signed_in: Open, picture: Picture, size: tuple[int, int]
) -> None:
    page = signed_in(size)
    wall = meet_wall(page)
    expect(wall.locator("dd")).to_have_text(["12 coins", "130 coins", "118 coins"])
    fits_the_screen(page)
    picture(page, f"wall-{size[0]}")
    wall.get_by_role("button", name="Unlock for 12 coins").click()
    sees_moving_picture(page)
    assert site.paths("POST", UNLOCK)[0].json == {"priceShownCoins": 12, "generation": 0}
    coins_shown(page, "118 coins")
    receipt = page.get_by_role("region", name="Receipt")
    expect(receipt).to_contain_text("“The Wrong Carriage” is yours.")
    expect(receipt).to_contain_text("12 bonus coins")
    expect(receipt).to_contain_text("118 coins: 18 bonus coins (to spend before 7 December 2026) and 100 bought coins")
    expect(page.locator("#episodes li").nth(1)).to_contain_text("Yours")
    fits_the_screen(page)
    picture(page, f"unlocked-{size[0]}")
    receipt.scroll_into_view_if_needed()
    picture(page, f"receipt-{size[0]}")


def test_a_second_unlock_from_another_window_changes_nothing_and_shows_the_first_receipt(
    site: Site, signed_in: Open
) -> None:
    one, two = signed_in(), signed_in()
    for page in (one, two):
        meet_wall(page)
    for page in (one, two):
        wall_of(page).get_by_role("button", name="Unlock").click()
        sees_moving_picture(page)
        coins_shown(page, "118 coins")
    expect(two.get_by_role("region", name="Receipt")).to_contain_text("was already yours. Nothing was charged")
    assert site.viewer.total == 118


def test_an_unlocked_episode_plays_without_a_wall(site: Site, signed_in: Open) -> None:
    site.viewer.pay(2, 12)
    page = signed_in()
    press_episode(page, "The Wrong Carriage")
    sees_moving_picture(page)
    assert site.paths("POST", UNLOCK) == []
    expect(page.locator("#episodes li").nth(1)).to_contain_text("Yours")


def test_too_few_coins_says_what_is_missing_and_looks_again(site: Site, signed_in: Open, picture: Picture) -> None:
    site.viewer.lots = []
    page = signed_in(PHONE)
    wall = meet_wall(page)
    expect(wall.locator("dd")).to_have_text(["12 coins", "0 coins", "12 coins"])
    expect(wall).to_contain_text("Missing")
    expect(wall.get_by_role("button", name="Unlock")).to_be_disabled()
    picture(page, "wall-too-few")
    site.viewer.lots = [Lot("9", "coin", 12)]
    wall.get_by_role("button", name="Look again").click()
    expect(wall.get_by_role("button", name="Unlock")).to_be_enabled()
    wall.get_by_role("button", name="Unlock").click()
    sees_moving_picture(page)
    expect(page.get_by_role("region", name="Receipt")).to_contain_text("no coins")


def test_coins_spent_elsewhere_meanwhile_are_told_and_nothing_is_charged(site: Site, signed_in: Open) -> None:
    page = signed_in()
    meet_wall(page)
    unlock = wall_of(page).get_by_role("button", name="Unlock")
    expect(unlock).to_be_enabled()
    site.viewer.lots = [Lot("2", "coin", 5)]
    unlock.click()
    wall = wall_of(page)
    expect(wall.get_by_role("alert").locator("code")).to_have_text("insufficient_coins")
    expect(wall.locator("dd")).to_have_text(["12 coins", "5 coins", "7 coins"])
    assert site.viewer.total == 5


def test_a_price_that_changed_is_shown_before_anything_is_paid(site: Site, signed_in: Open, picture: Picture) -> None:
    page = signed_in(PHONE)
    meet_wall(page)
    site.catalog[0]["episodes"][1]["priceCoins"] = 15
    wall_of(page).get_by_role("button", name="Unlock for 12 coins").click()
    wall = wall_of(page)
    expect(wall.get_by_role("alert").locator("code")).to_have_text("price_changed")
    expect(wall.locator("dd")).to_have_text(["15 coins", "130 coins", "115 coins"])
    expect(page.locator("#episodes li").nth(1)).to_contain_text("15 coins")
    picture(page, "wall-price-changed")
    assert site.viewer.total == 130
    wall.get_by_role("button", name="Unlock for 15 coins").click()
    sees_moving_picture(page)
    assert site.paths("POST", UNLOCK)[-1].json["priceShownCoins"] == 15
    assert site.viewer.total == 115


def test_an_offer_that_is_out_of_date_is_replaced_by_the_present_one(site: Site, signed_in: Open) -> None:
    page = signed_in()
    meet_wall(page)
    site.then("POST", UNLOCK, instead(problem("generation_unknown", generation=1)))
    wall_of(page).get_by_role("button", name="Unlock").click()
    expect(wall_of(page).get_by_role("alert").locator("code")).to_have_text("generation_unknown")
    wall_of(page).get_by_role("button", name="Unlock").click()
    sees_moving_picture(page)
    assert site.paths("POST", UNLOCK)[-1].json["generation"] == 1


def test_an_episode_that_became_free_meanwhile_simply_plays(site: Site, signed_in: Open) -> None:
    page = signed_in()
    meet_wall(page)
    site.catalog[0]["episodes"][1]["free"] = True
    site.then("POST", UNLOCK, instead(problem("episode_free")))
    wall_of(page).get_by_role("button", name="Unlock").click()
    sees_moving_picture(page)
    expect(page.locator("#episodes li").nth(1)).to_contain_text("Free")
    assert site.viewer.total == 130


@pytest.mark.parametrize("code", ["busy", "account_frozen"])
def test_a_refused_unlock_leaves_the_wall_and_the_coins(site: Site, signed_in: Open, code: str) -> None:
    page = signed_in()
    meet_wall(page)
    site.then("POST", UNLOCK, instead(problem(code)))
    wall_of(page).get_by_role("button", name="Unlock").click()
    wall = wall_of(page)
    expect(wall.get_by_role("alert").locator("code")).to_have_text(code)
    expect(wall.locator("dd")).to_have_text(["12 coins", "130 coins", "118 coins"])
    coins_shown(page, "130 coins")


def test_a_lost_answer_charges_once_however_often_unlock_is_pressed(site: Site, signed_in: Open) -> None:
    page = signed_in()
    meet_wall(page)
    site.then("POST", UNLOCK, *[lost] * 9)
    wall_of(page).get_by_role("button", name="Unlock").click()
    expect(wall_of(page).get_by_role("alert").locator("code")).to_have_text("unreachable")
    assert site.viewer.total == 118
    site.clear()
    wall_of(page).get_by_role("button", name="Unlock").click()
    sees_moving_picture(page)
    coins_shown(page, "118 coins")
    assert site.viewer.total == 118


def test_an_impatient_viewer_unlocks_once(site: Site, signed_in: Open) -> None:
    page = signed_in()
    meet_wall(page)
    arrive = threading.Event()
    site.then("POST", UNLOCK, held(arrive))
    button = wall_of(page).get_by_role("button", name="Unlock")
    button.click(click_count=3)
    arrive.set()
    sees_moving_picture(page)
    assert len(site.paths("POST", UNLOCK)) == 1


def test_an_unlock_that_ends_after_the_viewer_has_gone_elsewhere_starts_nothing(site: Site, signed_in: Open) -> None:
    page = signed_in()
    meet_wall(page)
    arrive = threading.Event()
    site.then("POST", UNLOCK, held(arrive))
    wall_of(page).get_by_role("button", name="Unlock").click()
    press_episode(page, "Platform Nine")
    sees_moving_picture(page)
    arrive.set()
    coins_shown(page, "118 coins")
    expect(page.locator("#episodes li").nth(1)).to_contain_text("Yours")
    sees_moving_picture(page)
    expect(page.get_by_role("region", name="Receipt")).to_have_count(0)
    assert len(site.paths("POST", PLAYBACK.format(2))) == 1  # the one that met the wall


def test_the_last_episode_pressed_is_the_one_that_plays(site: Site, signed_in: Open) -> None:
    site.viewer.pay(2, 12)
    page = signed_in()
    arrive = threading.Event()
    site.then("POST", PLAYBACK.format(1), held(arrive))
    press_episode(page, "Platform Nine")
    press_episode(page, "The Wrong Carriage")
    sees_moving_picture(page)
    with page.expect_response(f"**{PLAYBACK.format(1)}"):
        arrive.set()
    sees_moving_picture(page)
    assert not [one for one in site.asked if one.path.startswith("/media/the-last-train/1/")]


def test_a_guest_is_asked_to_sign_in_and_then_the_episode_plays(site: Site, page: Page, picture: Picture) -> None:
    page.goto(site.origin)
    press_episode(page, "Platform Nine")
    expect(page.get_by_role("heading", name="Sign in to watch")).to_be_focused()
    picture(page, "guest")
    page.locator("#front").get_by_role("button", name="Sign in").click()
    sees_moving_picture(page)


def test_not_now_goes_back_to_the_series_and_to_the_episode_that_was_pressed(signed_in: Open) -> None:
    page = signed_in()
    meet_wall(page)
    wall_of(page).get_by_role("button", name="Not now").click()
    expect(page.locator("#stage")).to_have_attribute("data-shows", "poster")
    expect(page.get_by_role("link", name="The Wrong Carriage")).to_be_focused()


def test_a_browser_that_keeps_no_cookies_gets_signed_addresses(site: Site, signed_in: Open) -> None:
    site.takes_cookies = False
    page = signed_in()
    press_episode(page, "Platform Nine")
    sees_moving_picture(page)
    asked = site.paths("POST", PLAYBACK.format(1))
    assert [one.json["delivery"] for one in asked] == ["cookies", "query"]


def test_a_stream_that_stays_refused_is_told_once_and_not_asked_for_for_ever(site: Site, signed_in: Open) -> None:
    site.grants_refused = True
    page = signed_in()
    press_episode(page, "Platform Nine")
    expect(page.locator("#alert code")).to_have_text("stream_refused")
    assert [one.json["delivery"] for one in site.paths("POST", PLAYBACK.format(1))] == ["cookies", "query"]


def test_a_grant_that_ran_out_is_asked_for_again_where_the_viewer_was(site: Site, signed_in: Open) -> None:
    page = signed_in()
    press_episode(page, "Platform Nine")
    sees_moving_picture(page)
    page.context.clear_cookies()
    page.locator("video").evaluate("video => { video.currentTime = 55; }")
    until(page, lambda: len(site.paths("POST", PLAYBACK.format(1))), lambda count: count == 2, "no new grant")
    sees_moving_picture(page)
    assert page.locator("video").evaluate("video => video.currentTime") > 50


def test_a_grant_is_renewed_behind_the_picture(site: Site, signed_in: Open) -> None:
    site.renew_after = "2020-01-01T00:00:00Z"
    page = signed_in()
    press_episode(page, "Platform Nine")
    sees_moving_picture(page)
    loaded = len([one for one in site.asked if one.path.endswith("master.m3u8")])
    until(page, lambda: len(site.paths("POST", PLAYBACK.format(1))), lambda count: count >= 2, "no renewal")
    sees_moving_picture(page)
    assert len([one for one in site.asked if one.path.endswith("master.m3u8")]) == loaded


def test_a_stream_that_is_not_there_is_told_in_plain_words(site: Site, signed_in: Open) -> None:
    site.then("GET", "/media/the-last-train/1/v1/master.m3u8", *[instead(Reply(404))] * 9)
    page = signed_in()
    press_episode(page, "Platform Nine")
    expect(page.locator("#alert code")).to_have_text("stream_missing")
    site.clear()
    page.locator("#alert").get_by_role("button", name="Try again").click()
    sees_moving_picture(page)


def test_the_end_of_an_episode_offers_the_next(site: Site, signed_in: Open) -> None:
    page = signed_in()
    press_episode(page, "Platform Nine")
    sees_moving_picture(page)
    page.locator("video").evaluate("video => { video.currentTime = video.duration - 0.3; }")
    page.locator("#status").get_by_role("button", name="Episode 2").click()
    expect(wall_of(page)).to_be_visible()


def test_everything_can_be_done_from_the_keyboard(site: Site, page: Page) -> None:
    page.goto(site.origin)
    expect(page.locator("#episodes li")).to_have_count(3)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the episodes")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="The Wrong Carriage")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Sign in to watch")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    # Signed in, and back at the episode; the wall has the focus.
    expect(page.get_by_role("heading", name="is locked")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    sees_moving_picture(page)
    expect(page.locator("video")).to_be_focused()
    page.locator("#account-summary").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Your coins")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", name="Your coins")).to_be_hidden()
    expect(page.locator("#account-summary")).to_be_focused()


def test_the_wallet_tells_its_lots(site: Site, signed_in: Open, picture: Picture) -> None:
    page = signed_in(PHONE)
    page.locator("#account-summary").click()
    expect(page.locator("#lots li")).to_have_text(
        ["30 bonus coins (to spend before 7 December 2026)", "100 bought coins"]
    )
    fits_the_screen(page)
    picture(page, "wallet-360")


def test_an_answer_from_before_the_unlock_does_not_bring_the_coins_back(site: Site, signed_in: Open) -> None:
    page = signed_in()
    arrive = threading.Event()
    site.then("GET", "/v1/wallet", late(arrive))
    page.reload()
    meet_wall(page).get_by_role("button", name="Unlock").click()
    coins_shown(page, "118 coins")
    with page.expect_response("**/v1/wallet") as answered:
        arrive.set()
    answered.value.finished()
    sees_moving_picture(page)
    coins_shown(page, "118 coins")


def test_a_wallet_that_cannot_be_read_says_so_and_can_be_asked_again(site: Site, page: Page) -> None:
    site.then("GET", "/v1/wallet", instead(problem("busy")))
    page.goto(site.origin)
    page.get_by_role("button", name="Sign in").click()
    coins_shown(page, "Coins unknown")
    page.locator("#account-summary").click()
    page.locator("#account").get_by_role("button", name="Try again").click()
    coins_shown(page, "130 coins")
