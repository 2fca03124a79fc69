"""Gifts over the picture: one tap gives, taps that follow one another are one gift, and others' float by."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.e2e.browser.conftest import DESKTOP, PHONE, Open, Picture
from tests.e2e.browser.servers import Reply, instead, problem
from tests.e2e.browser.sight import coins_shown, fits_the_screen, sees_moving_picture, until
from tests.e2e.browser.steps import open_series, press_episode
from tests.e2e.browser.stub import Lot, Site

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

TIPS = "/v1/series/the-last-train/episodes/1/tips"
TIMES = "\N{MULTIPLICATION SIGN}"
SIZES = pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])


def open_tray(page: Page) -> Locator:
    press_episode(page, "Platform Nine")
    sees_moving_picture(page)
    page.get_by_role("button", name="Give a gift").click()
    tray = page.get_by_role("region", name="Gifts")
    expect(tray.get_by_role("button", name="Rose")).to_be_visible()
    return tray


def asked(site: Site) -> list[dict[str, Any]]:
    return [one.json for one in site.asked if one.path == TIPS]


@SIZES
def test_one_tap_gives_a_gift_while_the_picture_plays_on(
    site: Site, signed_in: Open, picture: Picture, size: tuple[int, int]
) -> None:
    page = signed_in(size)
    tray = open_tray(page)
    fits_the_screen(page)
    picture(page, f"tips-tray-{size[0]}")
    tray.get_by_role("button", name="Rose").click()
    expect(tray.get_by_role("status")).to_have_text(f"1 {TIMES} Rose given")
    picture(page, f"tips-given-{size[0]}")
    coins_shown(page, "125 coins")
    assert asked(site) == [{"gift": "rose", "count": 1, "priceShownCoins": 5, "named": False}]
    sees_moving_picture(page)


def test_taps_that_follow_one_another_are_one_gift_and_the_count_is_said(site: Site, signed_in: Open) -> None:
    page = signed_in(PHONE)
    tray = open_tray(page)
    rose = tray.get_by_role("button", name="Rose")
    for _ in range(4):
        rose.click()
    expect(tray.get_by_role("status")).to_have_text(f"4 {TIMES} Rose, 20 coins")
    expect(tray.get_by_role("status")).to_have_attribute("aria-live", "polite")
    coins_shown(page, "110 coins")
    assert [(one["gift"], one["count"]) for one in asked(site)] == [("rose", 4)]


def test_another_gift_ends_the_count_and_both_are_given(site: Site, signed_in: Open) -> None:
    page = signed_in(PHONE)
    tray = open_tray(page)
    tray.get_by_role("button", name="Rose").click()
    tray.get_by_role("button", name="Hot tea").click()
    coins_shown(page, "105 coins")
    assert sorted((one["gift"], one["count"]) for one in asked(site)) == [("rose", 1), ("tea", 1)]


def test_a_large_gift_is_asked_about_and_nothing_is_sent_before(site: Site, signed_in: Open, picture: Picture) -> None:
    site.viewer.lots = [Lot("2", "coin", 900)]
    page = signed_in(PHONE)
    tray = open_tray(page)
    tray.get_by_role("button", name="Fireworks").click()
    expect(tray.get_by_role("alert")).to_contain_text(
        f"Give 1 {TIMES} Fireworks for 500 coins? Gifts do not come back."
    )
    picture(page, "tips-asked-360")
    tray.get_by_role("button", name="Not now").click()
    assert asked(site) == []
    tray.get_by_role("button", name="Fireworks").click()
    tray.get_by_role("button", name="Give", exact=True).click()
    coins_shown(page, "400 coins")


def test_who_has_too_few_bought_coins_is_led_to_the_shop(site: Site, signed_in: Open, picture: Picture) -> None:
    site.viewer.lots = [Lot("3", "bonus", 90, "2026-12-07T00:00:00Z"), Lot("2", "coin", 3)]
    page = signed_in(PHONE)
    tray = open_tray(page)
    tray.get_by_role("button", name="Hot tea").click()
    expect(tray.get_by_role("alert")).to_contain_text("17 coins missing: gifts are given from coins you bought")
    picture(page, "tips-short-360")
    tray.get_by_role("button", name="Get coins").click()
    expect(page.get_by_role("tabpanel", name="Coins")).to_be_visible()


def test_a_lost_answer_is_asked_for_again_under_the_same_key(site: Site, signed_in: Open) -> None:
    site.then("POST", TIPS, instead(problem("undecided")))
    page = signed_in(PHONE)
    tray = open_tray(page)
    tray.get_by_role("button", name="Rose").click()
    expect(tray.get_by_role("alert")).to_contain_text("Trying again is safe")
    tray.get_by_label("Show my name").check()  # changes the next gift, not the one whose key has been sent
    tray.get_by_role("button", name="Try again").click()
    coins_shown(page, "125 coins")
    keys = {one.headers["idempotency-key"] for one in site.asked if one.path == TIPS}
    assert (len(asked(site)), len(keys)) == (2, 1)
    assert asked(site)[0] == asked(site)[1]


def lost_on_its_way(serve: Callable[[], Reply]) -> Reply:
    """It is done; something on the way back answers instead."""
    serve()
    return Reply(504)


def test_to_tap_the_same_gift_once_more_after_a_lost_answer_is_to_try_again(site: Site, signed_in: Open) -> None:
    """Whoever is told that trying again is safe taps what they tapped before."""
    site.then("POST", TIPS, lost_on_its_way)
    page = signed_in(PHONE)
    tray = open_tray(page)
    for _ in range(3):
        tray.get_by_role("button", name="Rose").click()
    expect(tray.get_by_role("alert")).to_contain_text("not answering right now")
    tray.get_by_role("button", name="Rose").click()
    expect(tray.get_by_role("status")).to_have_text(f"3 {TIMES} Rose given")
    coins_shown(page, "115 coins")
    keys = {one.headers["idempotency-key"] for one in site.asked if one.path == TIPS}
    assert (len(asked(site)), len(keys)) == (2, 1)
    tray.get_by_role("button", name="Rose").click()
    expect(tray.get_by_role("status")).to_have_text(f"1 {TIMES} Rose given")
    coins_shown(page, "110 coins")


def test_a_limit_and_a_changed_price_say_what_they_are(site: Site, signed_in: Open) -> None:
    told = {"rule": "tips", "limitCoins": 10, "spentCoins": 10, "priceCoins": 5}
    site.then("POST", TIPS, instead(problem("spend_limit_reached", **told)), instead(problem("price_changed")))
    page = signed_in(PHONE)
    tray = open_tray(page)
    tray.get_by_role("button", name="Rose").click()
    expect(tray.get_by_role("alert")).to_contain_text("Your own limit is 10 coins a day.")
    tray.get_by_role("button", name="Rose").click()
    expect(tray.get_by_role("alert")).to_contain_text("The price has changed.")
    until(page, lambda: len([one for one in site.asked if one.path == "/v1/gifts"]), lambda n: n == 2, "gifts read")


def test_leaving_sends_what_was_tapped(site: Site, signed_in: Open) -> None:
    page = signed_in(PHONE)
    tray = open_tray(page)
    tray.get_by_role("button", name="Rose").click()
    tray.get_by_role("button", name="Close the gifts").click()
    coins_shown(page, "125 coins")
    expect(page.get_by_role("button", name="Give a gift")).to_be_focused()


def test_who_wants_it_gives_by_name_and_the_choice_is_kept(site: Site, signed_in: Open) -> None:
    page = signed_in(PHONE)
    tray = open_tray(page)
    tray.get_by_label("Show my name").check()
    tray.get_by_role("button", name="Rose").click()
    coins_shown(page, "125 coins")
    assert asked(site)[0]["named"] is True


def recent(name: str | None = None, **more: Any) -> dict[str, Any]:
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {"id": f"id-{name}", "at": now, "gift": "popcorn", "count": 2, "name": name} | more


@SIZES
def test_gifts_of_others_float_by_once(site: Site, signed_in: Open, picture: Picture, size: tuple[int, int]) -> None:
    page = signed_in(size)
    press_episode(page, "Platform Nine")
    sees_moving_picture(page)
    site.gifts.recent = [recent("Noa"), recent(None), recent("Old", at="2020-01-01T00:00:00.000Z")]
    floats = page.locator(".float")
    expect(floats).to_have_count(2)
    expect(floats.last).to_contain_text("Noa")
    picture(page, f"tips-floats-{size[0]}")
    expect(floats).to_have_count(0)
    page.wait_for_timeout(6_000)
    expect(floats).to_have_count(0)


TIGHT = """gifts => gifts.filter(gift => gift.scrollWidth > gift.clientWidth).map(gift => gift.textContent)"""
LONG = "Wolfeschlegelsteinhausenbergerdorff-Wolfeschlegelsteinhausen"
ARABIC = "عبد الرحمن بن محمد بن عبد العزيز بن عبد"


def test_a_long_name_keeps_to_its_line_and_away_from_the_buttons(site: Site, signed_in: Open, picture: Picture) -> None:
    page = signed_in((360, 640))
    press_episode(page, "Platform Nine")
    sees_moving_picture(page)
    site.gifts.recent = [recent(LONG), recent(ARABIC, id="other")]
    floats = page.locator(".float")
    expect(floats).to_have_count(2)
    rail = page.get_by_role("button", name="Give a gift").bounding_box()
    assert rail is not None
    for one in floats.all():
        box = one.bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= rail["x"], one.inner_text()
        assert box["height"] < 48, one.inner_text()
    expect(floats.locator("bdi")).to_have_text([ARABIC, LONG])
    picture(page, "tips-long-names")


@pytest.mark.parametrize(("size", "text"), [((360, 640), "200%"), ((640, 360), "100%")], ids=["large", "lying"])
def test_where_there_is_little_room_every_button_beside_the_picture_can_be_pressed_still(
    signed_in: Open, picture: Picture, size: tuple[int, int], text: str
) -> None:
    page = signed_in(size)
    page.evaluate("size => { document.documentElement.style.fontSize = size; }", text)
    press_episode(page, "Platform Nine")
    sees_moving_picture(page)
    button = page.get_by_role("button", name="Give a gift")
    expect(button).to_be_visible()
    boxes = [one.bounding_box() for one in page.locator("#rail button:visible").all()]
    for box in boxes:
        assert box is not None
        assert box["y"] >= 0, box
        assert box["x"] >= 0, box
    places = {(box["x"], box["y"]) for box in boxes if box}
    assert len(places) == len(boxes)
    picture(page, f"tips-rail-{size[0]}")
    button.click()
    expect(page.get_by_role("region", name="Gifts").get_by_role("button", name="Popcorn")).to_be_visible()
    assert page.locator("#tips .gift").evaluate_all(TIGHT) == []
    page.get_by_role("region", name="Gifts").get_by_role("button", name="Rose").click()
    expect(page.get_by_role("region", name="Gifts").get_by_role("status")).to_have_text(f"1 {TIMES} Rose given")
    picture(page, f"tips-rail-given-{size[0]}")


def test_guests_see_the_gifts_of_others_and_are_offered_none_to_give(site: Site, page: Page) -> None:
    site.guests_watch = True
    open_series(page, site)
    press_episode(page, "Platform Nine")
    sees_moving_picture(page)
    site.gifts.recent = [recent("Noa")]
    expect(page.locator(".float")).to_contain_text("Noa")
    expect(page.get_by_role("button", name="Give a gift")).to_have_count(0)
    assert {one.token for one in site.paths("GET", ".*/gifts")} <= {None, ""}
    assert not site.paths("POST", ".*/watch.*")


def test_who_turns_them_off_sees_none_and_asks_for_none(site: Site, signed_in: Open) -> None:
    page = signed_in(PHONE)
    tray = open_tray(page)
    tray.get_by_label("Others' gifts").uncheck()
    site.gifts.recent = [recent("Noa")]
    looked = len([one for one in site.asked if one.path.endswith("/gifts")])
    page.wait_for_timeout(6_000)
    assert len([one for one in site.asked if one.path.endswith("/gifts")]) == looked
    expect(page.locator(".float")).to_have_count(0)


def test_with_reduced_motion_nothing_moves(site: Site, signed_in: Open) -> None:
    page = signed_in(PHONE, reduced_motion="reduce")
    press_episode(page, "Platform Nine")
    sees_moving_picture(page)
    site.gifts.recent = [recent("Noa")]
    expect(page.locator(".float")).to_have_count(1)
    assert page.locator(".float").evaluate("one => getComputedStyle(one).animationName") == "none"


def test_a_service_that_fails_disturbs_nobody_who_watches(site: Site, signed_in: Open) -> None:
    site.then("GET", "/v1/gifts", instead(problem("unavailable")))
    page = signed_in(PHONE)
    press_episode(page, "Platform Nine")
    sees_moving_picture(page)
    page.get_by_role("button", name="Give a gift").click()
    tray = page.get_by_role("region", name="Gifts")
    tray.get_by_role("button", name="Try again").click()
    expect(tray.get_by_role("button", name="Rose")).to_be_visible()
    expect(page.locator("#alert")).to_be_empty()


def test_the_tray_is_for_everyone(site: Site, signed_in: Open) -> None:
    page = signed_in(PHONE)
    open_tray(page)
    found = Axe().run(page)
    serious = [one["id"] for one in found.response["violations"] if one["impact"] in {"serious", "critical"}]
    assert serious == []
    page.keyboard.press("Escape")
    expect(page.get_by_role("region", name="Gifts")).to_be_hidden()
