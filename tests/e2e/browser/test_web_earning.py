"""Earning: checking in, what can be earned and what waits, and coins for an episode that was watched."""

import pytest
from playwright.sync_api import expect

from tests.e2e.browser.conftest import PHONE, Open, Picture
from tests.e2e.browser.servers import as_json, instead, problem
from tests.e2e.browser.sight import coins_shown, end_episode, fits_the_screen, sees_moving_picture, until
from tests.e2e.browser.steps import open_account, press_episode
from tests.e2e.browser.stub import Site, the_last_train

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

WAITING = {
    "kind": "watch.series", "coins": 5, "status": "waiting",
    "since": "2026-11-21T08:15:00.000Z", "vestsAt": "2026-11-22T08:15:00.000Z",
}  # fmt: skip
HELD = WAITING | {"status": "held", "vestsAt": None}


def beats(site: Site) -> list[int]:
    return [one.json["positionMs"] for one in site.asked if one.path == "/v1/watch/beats"]


def test_a_check_in_brings_its_rung_of_the_ladder_once(site: Site, signed_in: Open, picture: Picture) -> None:
    site.earning.pending = [WAITING, HELD]
    page = signed_in(PHONE)
    panel = open_account(page, "Earn")
    expect(panel.get_by_role("heading", name="Day 3 is waiting")).to_be_visible()
    expect(panel.locator(".ladder li")).to_have_count(7)
    expect(panel.locator(".ladder [aria-current]")).to_contain_text("3")
    expect(panel).to_contain_text("Finish an episode: 1 coin. Today 1 of 5.")
    expect(panel).to_contain_text("Watch 10 minutes: 1 coin. Today 0 of 4.")
    expect(panel).to_contain_text("5 coins (finish a series): yours on 22 November 2026.")
    expect(panel).to_contain_text("5 coins (finish a series): being looked at.")
    expect(panel, "where no day was missed, nothing is said of it").not_to_contain_text("null")
    panel.get_by_role("button", name="Check in").click()
    expect(panel.get_by_role("status")).to_have_text("3 coins for today.")
    expect(panel.get_by_role("button", name="Checked in today")).to_be_disabled()
    coins_shown(page, "133 coins")
    fits_the_screen(page)
    picture(page, "earning-360")


ALLOWANCE = {"perAdCoins": 4, "perPurchaseCoins": 100}


@pytest.mark.parametrize(
    ("left", "placements", "said"),
    [
        (0, ["web"], "Checking in and watching bring no more coins. See an ad or buy coins to earn more."),
        (5, [], "Checking in and watching bring 5 coins more. Buy coins to earn more."),
    ],
)
def test_an_allowance_that_is_nearly_used_is_said_in_one_line_with_what_raises_it(
    site: Site, signed_in: Open, picture: Picture, left: int, placements: list[str], said: str
) -> None:
    site.earning.placements = placements
    site.earning.allowance = ALLOWANCE | {"leftCoins": left}
    page = signed_in(PHONE)
    panel = open_account(page, "Earn")
    expect(panel.locator("p.hint").filter(has_text="Checking in and watching")).to_have_text(said)
    fits_the_screen(page)
    picture(page, f"allowance-{left}-360")


def test_an_allowance_of_which_enough_is_left_is_not_spoken_of(site: Site, signed_in: Open) -> None:
    site.earning.allowance = ALLOWANCE | {"leftCoins": 6}
    panel = open_account(signed_in(PHONE), "Earn")
    expect(panel.get_by_role("heading", name="Day 3 is waiting")).to_be_visible()
    expect(panel.locator("p.hint").filter(has_text="Checking in and watching")).to_have_count(0)


CASHBACK = {
    "campaignId": "winter-coats", "campaignName": "Winter coats", "kind": "cashback", "status": "pending", "coins": 50,
    "clawedBackCoins": 0, "since": "2026-11-21T08:15:00.000Z", "confirmsAt": "2026-12-05T08:15:00.000Z",
}  # fmt: skip


def test_pending_cashback_is_shown_with_its_day_and_what_became_of_it(
    site: Site, signed_in: Open, picture: Picture
) -> None:
    site.earning.cashback = [
        CASHBACK,
        CASHBACK | {"campaignName": "Tea", "clawedBackCoins": 20, "status": "confirmed"},
        CASHBACK | {"campaignName": "Tea", "kind": "scan", "coins": 5, "confirmsAt": None},
        CASHBACK | {"campaignName": "Shoes", "clawedBackCoins": 50, "status": "returned"},
    ]
    page = signed_in(PHONE)
    panel = open_account(page, "Earn")
    expect(panel.get_by_role("heading", name="Cashback")).to_be_visible()
    expect(panel).to_contain_text("Winter coats, for what you bought: 50 coins, yours on 5 December 2026.")
    expect(panel).to_contain_text(
        "Tea, for what you bought: 30 coins, yours. 20 coins went back with what you returned."
    )
    expect(panel).to_contain_text("Tea, for its code: 5 coins, being looked at.")
    expect(panel).to_contain_text(
        "Shoes, for what you bought: nothing is left. 50 coins went back with what you returned."
    )
    fits_the_screen(page)
    picture(page, "cashback-360")


def test_earning_is_whole_without_cashback(site: Site, signed_in: Open) -> None:
    site.then("GET", "/v1/cashback", instead(problem("unavailable")))
    page = signed_in(PHONE)
    panel = open_account(page, "Earn")
    expect(panel.get_by_role("heading", name="Day 3 is waiting")).to_be_visible()
    expect(panel.get_by_role("heading", name="Cashback")).to_have_count(0)


def test_a_check_in_that_is_held_is_said_to_be(site: Site, signed_in: Open) -> None:
    panel = open_account(signed_in(PHONE), "Earn")
    done = {"date": "2026-11-21", "zone": "UTC", "done": True, "run": 1, "rung": 0, "ladder": [2, 3], "repair": None}
    looked_at = {"kind": "checkin", "coins": 2, "status": "held", "seq": None, "vestsAt": None}
    site.then("POST", "/v1/rewards/checkin", instead(as_json(200, {"checkin": done, "earned": [looked_at]})))
    panel.get_by_role("button", name="Check in").click()
    expect(panel.get_by_role("status")).to_have_text("2 coins for today, as soon as somebody has looked at it.")


def test_the_next_milestone_of_a_run_is_shown_and_none_where_none_is_left(site: Site, signed_in: Open) -> None:
    page = signed_in(PHONE)
    panel = open_account(page, "Earn")
    expect(panel).to_contain_text("7 days in a row: 6 coins more.")
    fits_the_screen(page)
    site.earning.milestone = None
    panel.get_by_role("button", name="Check in").click()
    expect(panel).not_to_contain_text("days in a row:")


def test_a_check_in_that_is_refused_says_why(site: Site, signed_in: Open) -> None:
    page = signed_in(PHONE)
    panel = open_account(page, "Earn")
    site.then("POST", "/v1/rewards/checkin", instead(problem("checkin_too_soon")))
    panel.get_by_role("button", name="Check in").click()
    expect(panel).to_contain_text("twenty hours after the last time")
    panel.get_by_role("button", name="Check in").click()
    expect(panel.get_by_role("status")).to_have_text("3 coins for today.")


def test_an_episode_that_is_watched_brings_a_coin_and_says_so_once(site: Site, signed_in: Open) -> None:
    site.earning.beat_every_ms, site.earning.finished_ms = 500, 1_000
    page = signed_in(PHONE)
    press_episode(page, "Platform Nine")
    sees_moving_picture(page)
    expect(page.locator("#status")).to_contain_text("1 coin for watching.", timeout=15_000)
    coins_shown(page, "131 coins")
    assert site.earning.sessions == [(1, None)]
    told = len(beats(site))
    page.wait_for_timeout(1_500)
    assert len(beats(site)) == told  # there is nothing more to earn by it


def test_a_coin_takes_the_place_of_nothing_that_is_said(site: Site, signed_in: Open) -> None:
    site.earning.finished_ms = 1_000
    site.catalog = [the_last_train(1)]
    page = signed_in()
    press_episode(page, "Platform Nine")
    sees_moving_picture(page)
    end_episode(page)
    expect(page.locator("#status")).to_contain_text("That was the last episode for now.")
    expect(page.locator("#status")).to_contain_text("1 coin for watching.")


def test_what_fails_of_earning_disturbs_nobody_who_watches(site: Site, signed_in: Open) -> None:
    site.earning.beat_every_ms, site.earning.finished_ms = 500, 1_000
    site.then("POST", "/v1/series/the-last-train/episodes/1/watch", instead(problem("switched_off")))
    site.then("POST", "/v1/watch/beats", instead(problem("busy")), instead(problem("watch_ended")))
    page = signed_in(PHONE)
    press_episode(page, "Platform Nine")
    sees_moving_picture(page)
    expect(page.locator("#alert")).to_be_empty()
    until(page, lambda: site.earning.sessions, bool, "sessions that began")


def test_a_session_that_was_silent_for_too_long_begins_anew(site: Site, signed_in: Open) -> None:
    site.earning.beat_every_ms, site.earning.finished_ms = 500, 1_000
    site.then("POST", "/v1/watch/beats", instead(problem("watch_ended", because="silent")))
    page = signed_in(PHONE)
    press_episode(page, "Platform Nine")
    sees_moving_picture(page)
    until(page, lambda: len(site.earning.sessions), lambda count: count == 2, "sessions that began")
    assert site.earning.sessions == [(1, None), (1, None)]


def test_a_session_that_another_page_has_followed_is_quiet_until_the_next_episode(site: Site, signed_in: Open) -> None:
    """Else the two would end each other's sessions again and again, and neither would earn."""
    site.earning.beat_every_ms, site.earning.finished_ms = 500, 1_000
    site.viewer.limits = {"dayCoins": None, "seriesCoins": None, "autoUnlock": True}
    site.then("POST", "/v1/watch/beats", instead(problem("watch_ended", because="followed")))
    page = signed_in(PHONE)
    press_episode(page, "Platform Nine")
    sees_moving_picture(page)
    until(page, lambda: len(beats(site)), lambda count: count == 1, "beats")
    page.wait_for_timeout(1_500)
    assert (len(beats(site)), site.earning.sessions) == (1, [(1, None)])
    end_episode(page)
    until(page, lambda: len(site.earning.sessions), lambda count: count == 2, "sessions that began")
    assert site.earning.sessions == [(1, None), (2, None)]
