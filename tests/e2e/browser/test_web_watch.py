"""Watching: the picture, the sound, the captions, the line of time, from one episode to the next."""

import threading

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser.conftest import DESKTOP, PHONE, Open, OpenContext, Picture
from tests.e2e.browser.servers import Reply, held, instead, problem
from tests.e2e.browser.sight import end_episode, fits_the_screen, front, seek, sees_moving_picture, until
from tests.e2e.browser.steps import PLAYBACK, meet_wall, open_episode, press_episode, wall_of
from tests.e2e.browser.stub import Site, the_last_train

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

SIZES = pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])


def watch_first(page: Page) -> None:
    press_episode(page, "Platform Nine")
    sees_moving_picture(page)


def at(page: Page) -> float:
    return float(front(page, "currentTime"))


@SIZES
def test_an_episode_plays(site: Site, signed_in: Open, picture: Picture, size: tuple[int, int]) -> None:
    page = signed_in(size)
    watch_first(page)
    expect(page.locator("#episodes a[aria-current]")).to_contain_text("Platform Nine")
    expect(page).to_have_title("Platform Nine · The Last Train · Cliffhanger")
    # The sound has a rendition of its own, and it is loaded too.
    assert any(one.path.endswith("/1-000.m4s") for one in site.asked)
    fits_the_screen(page)
    picture(page, f"playing-{size[0]}")


def test_on_a_phone_the_picture_takes_the_whole_screen(signed_in: Open) -> None:
    page = signed_in(PHONE)
    watch_first(page)
    assert page.locator("#stage").bounding_box() == {"x": 0, "y": 0, "width": PHONE[0], "height": PHONE[1]}
    page.get_by_role("link", name="Back to the series").click()
    expect(page.get_by_role("heading", level=1, name="The Last Train")).to_be_visible()
    expect(page.locator("#episodes").get_by_role("link", name="Platform Nine")).to_be_focused()


def test_the_sound_is_off_until_a_tap_and_the_next_tap_pauses(signed_in: Open) -> None:
    page = signed_in(PHONE)
    watch_first(page)
    hint = page.get_by_role("button", name="Tap for sound")
    expect(hint).to_be_visible()
    assert front(page, "muted") is True
    page.locator("#surface").click()
    expect(hint).to_be_hidden()
    assert front(page, "muted") is False
    assert front(page, "paused") is False
    page.locator("#surface").click()
    assert front(page, "paused") is True
    expect(page.locator("#surface")).to_have_attribute("aria-label", "Play")
    page.locator("#surface").click()
    sees_moving_picture(page)
    expect(page.locator("#surface")).to_have_attribute("aria-label", "Pause")


def test_the_sound_stays_on_from_one_episode_to_the_next(site: Site, signed_in: Open) -> None:
    site.viewer.pay(2, 12)
    page = signed_in()
    watch_first(page)
    page.get_by_role("button", name="Tap for sound").click()
    page.keyboard.press("ArrowDown")
    page.wait_for_url("**#/the-last-train/2")
    sees_moving_picture(page)
    assert front(page, "muted") is False


def test_captions_are_on_in_the_browsers_language_and_the_choice_is_kept(site: Site, signed_in: Open) -> None:
    page = signed_in(PHONE, locale="es-MX")
    watch_first(page)
    lines = page.locator("#caption-lines")
    expect(lines).to_contain_text("¿Quién va en el tren")
    page.get_by_role("button", name="Captions: Spanish").click()
    page.get_by_role("dialog").get_by_label("English").first.check()
    expect(lines).to_contain_text("Who is on the")
    page.keyboard.press("Escape")
    page.reload()
    expect(lines).to_contain_text("Who is on the")
    page.keyboard.press("c")
    expect(lines).to_be_empty()
    expect(page.locator("#captions")).to_have_attribute("aria-label", "Captions: off")
    page.keyboard.press("c")
    expect(lines).to_contain_text("Who is on the")
    assert page.evaluate("JSON.parse(localStorage['cliffhanger.choices']).captions") == "en"


def test_what_two_people_say_at_once_stands_in_two_lines(site: Site, signed_in: Open) -> None:
    said = "WEBVTT\n\n00:00.000 --> 00:51.000\nWho?\n\n00:00.000 --> 00:50.000\nMe.\n"
    site.then("GET", "/media/the-last-train/1/v1/captions-en.vtt", *[instead(Reply(200, said.encode()))] * 9)
    page = signed_in(PHONE)
    watch_first(page)
    expect(page.locator("#caption-lines > *")).to_have_text(["Who?", "Me."])


def test_lines_that_come_before_the_picture_still_stand_when_it_is_there(site: Site, signed_in: Open) -> None:
    """Captions are small and a first segment is not: on a slow line they are read while nothing can be seen yet."""
    said = "WEBVTT\n\n00:00.000 --> 00:51.000\nWho?\n"
    go_on = threading.Event()
    site.then("GET", "/media/the-last-train/1/v1/captions-en.vtt", *[instead(Reply(200, said.encode()))] * 9)
    for segment in ("0-000.m4s", "1-000.m4s"):
        site.then("GET", f"/media/the-last-train/1/v1/{segment}", *[held(go_on)] * 9)
    page = signed_in(PHONE)
    press_episode(page, "Platform Nine")
    until(page, lambda: site.paths("GET", ".*/captions-en.vtt"), bool, "no captions")
    go_on.set()
    sees_moving_picture(page)
    expect(page.locator("#caption-lines > *")).to_have_text(["Who?"])


def test_a_dub_can_be_chosen(site: Site, signed_in: Open) -> None:
    page = signed_in()
    watch_first(page)
    assert not [one for one in site.asked if one.path.endswith("/2.m3u8")]
    page.locator("#captions").click()
    page.locator("#sound-choices").get_by_label("Spanish").check()
    until(page, lambda: [one for one in site.asked if one.path.endswith(".m4s") and "/2-0" in one.path], bool, "no dub")
    page.keyboard.press("Escape")
    sees_moving_picture(page)


def drag_line(page: Page, to: float) -> None:
    """Holds the line of time at a part of its length, without letting go."""
    box = page.locator("#seek").bounding_box()
    assert box is not None
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.02, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * to, y, steps=4)


def test_a_thumbnail_shows_where_the_thumb_would_go(site: Site, signed_in: Open, picture: Picture) -> None:
    page = signed_in(PHONE)
    watch_first(page)
    assert not [one for one in site.asked if "tiles.jpg" in one.path]
    drag_line(page, 0.7)
    expect(page.locator("#preview-time")).to_have_text("0:42")
    expect(page.locator("#preview-picture")).to_be_visible()
    # A compressed picture of nothing is a few hundred characters long.
    drawn = page.locator("#preview-picture")
    until(page, lambda: drawn.evaluate("it => it.toDataURL().length"), lambda size: size > 3_000, "an empty thumbnail")
    picture(page, "scrubbing-360")
    assert at(page) < 30
    page.mouse.up()
    expect(page.locator("#preview")).to_be_hidden()
    sees_moving_picture(page)
    assert 40 < at(page) < 50
    assert len([one for one in site.asked if one.path.endswith("tiles.jpg")]) == 1


def test_a_stream_without_thumbnails_can_be_scrubbed_all_the_same(site: Site, signed_in: Open) -> None:
    site.then("GET", "/media/the-last-train/1/v1/tiles.m3u8", *[instead(Reply(404))] * 9)
    page = signed_in()
    watch_first(page)
    drag_line(page, 0.5)
    expect(page.locator("#preview-picture")).to_be_hidden()
    expect(page.locator("#preview-time")).to_be_visible()
    page.mouse.up()
    sees_moving_picture(page)
    assert 28 < at(page) < 36


def swipe(page: Page, pixels: int, *, let_go: bool = True) -> None:
    """Drags the picture; up is negative."""
    box = page.locator("#surface").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] * 0.4, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + pixels, steps=8)
    if let_go:
        page.mouse.up()


def test_a_swipe_follows_the_finger_and_goes_to_the_next_episode_and_back(
    site: Site, signed_in: Open, picture: Picture
) -> None:
    site.viewer.pay(2, 12)
    page = signed_in(PHONE)
    watch_first(page)
    swipe(page, -200, let_go=False)
    after = page.locator("#after").bounding_box()
    assert after is not None
    assert after["y"] == PHONE[1] - 200
    expect(page.locator("#after")).to_contain_text("2 · The Wrong Carriage")
    picture(page, "swiping-360")
    page.mouse.up()
    page.wait_for_url("**#/the-last-train/2")
    sees_moving_picture(page)
    swipe(page, 300)
    page.wait_for_url("**#/the-last-train/1")
    sees_moving_picture(page)
    # A drag is no tap: nothing was paused, and the sound is as it was.
    assert front(page, "muted") is True


def test_a_short_drag_and_one_past_the_beginning_glide_back(site: Site, signed_in: Open) -> None:
    page = signed_in(PHONE)
    watch_first(page)
    page.mouse.move(150, 300)
    page.mouse.down()
    page.mouse.move(150, 250, steps=4)
    page.wait_for_timeout(300)  # slow enough to be no flick
    page.mouse.up()
    swipe(page, 300)
    until(page, lambda: page.locator("#deck").bounding_box(), lambda box: box["y"] == 0, "the picture stays off")
    assert page.url.endswith("#/the-last-train/1")
    sees_moving_picture(page)


def test_a_swipe_leads_through_the_wall_and_back(signed_in: Open) -> None:
    page = signed_in(PHONE)
    watch_first(page)
    swipe(page, -300)
    expect(wall_of(page)).to_be_visible()
    # Above the wall, the picture can still be dragged.
    page.mouse.move(150, 90)
    page.mouse.down()
    page.mouse.move(150, 400, steps=8)
    page.mouse.up()
    page.wait_for_url("**#/the-last-train/1")
    sees_moving_picture(page)


def test_whoever_wants_less_motion_gets_none(site: Site, signed_in: Open) -> None:
    site.viewer.pay(2, 12)
    page = signed_in(PHONE, reduced_motion="reduce")
    watch_first(page)
    moving = "() => document.getAnimations().filter(one => one.playState === 'running').length"
    assert page.evaluate(moving) == 0
    swipe(page, -300)
    page.wait_for_url("**#/the-last-train/2")
    sees_moving_picture(page)
    assert page.evaluate(moving) == 0


def test_the_keys_do_what_the_help_says(site: Site, signed_in: Open, picture: Picture) -> None:
    site.viewer.pay(2, 12)
    page = signed_in()
    watch_first(page)
    page.keyboard.press("?")
    help_told = page.get_by_role("dialog", name="Keys")
    expect(help_told.locator("dt")).to_have_count(7)
    picture(page, "keys")
    page.keyboard.press("Escape")
    page.keyboard.press("m")
    assert front(page, "muted") is False
    before = at(page)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    until(page, lambda: at(page), lambda now: now >= before + 10, "no step on")
    page.keyboard.press("ArrowLeft")
    until(page, lambda: at(page), lambda now: now < before + 9, "no step back")
    page.keyboard.press("f")
    until(page, lambda: page.evaluate("document.fullscreenElement?.id"), lambda seen: seen == "stage", "no full screen")
    page.keyboard.press("f")
    until(page, lambda: page.evaluate("document.fullscreenElement"), lambda seen: seen is None, "still full screen")
    page.keyboard.press("k")
    assert front(page, "paused") is True
    page.keyboard.press("ArrowDown")
    page.wait_for_url("**#/the-last-train/2")
    sees_moving_picture(page)
    page.keyboard.press("ArrowUp")
    page.wait_for_url("**#/the-last-train/1")


def test_an_episode_goes_on_where_the_viewer_stopped(site: Site, signed_in: Open) -> None:
    site.viewer.progress["the-last-train", 1] = 41_500
    page = signed_in()
    watch_first(page)
    assert at(page) >= 41
    page.keyboard.press("k")
    until(page, lambda: site.paths("PUT", ".*/1/progress"), bool, "no progress told")
    told = site.paths("PUT", ".*/1/progress")[0].json
    assert told["version"] == "v1"
    assert abs(told["positionMs"] / 1000 - at(page)) < 1


def test_progress_is_told_when_the_page_goes_and_at_most_every_half_minute(site: Site, signed_in: Open) -> None:
    page = signed_in()
    watch_first(page)
    page.goto("about:blank")
    until(page, lambda: site.paths("PUT", ".*/progress"), bool, "no progress told")
    open_episode(page, site, 1)
    sees_moving_picture(page)
    for _ in range(3):
        page.keyboard.press("k")
        page.keyboard.press("k")
    sees_moving_picture(page)
    assert len(site.paths("PUT", ".*/progress")) == 2


def test_what_comes_next_is_loaded_before_it_is_asked_for(site: Site, signed_in: Open) -> None:
    site.viewer.pay(2, 12)
    page = signed_in()
    watch_first(page)
    behind = "document.querySelector('video:not([data-shown])')"
    ready = f"() => {{ const {{ buffered }} = {behind}; return buffered.length > 0 && buffered.end(0) >= 4; }}"
    page.wait_for_function(ready)
    # A phone's data is not spent on what may never be watched: it loads no more, however long the first one plays.
    loaded_at = at(page)
    until(page, lambda: at(page), lambda now: now > loaded_at + 2, "the first one stands still")
    assert page.evaluate(f"{behind}.buffered.end(0)") <= 8
    assert not [one for one in site.asked if "/2/v1/0-004.m4s" in one.path]
    end_episode(page)
    page.wait_for_url("**#/the-last-train/2")
    sees_moving_picture(page)
    assert len(site.paths("POST", PLAYBACK.format(2))) == 1


def test_the_end_of_the_last_episode_is_said(site: Site, signed_in: Open) -> None:
    site.catalog = [the_last_train(1)]
    page = signed_in()
    watch_first(page)
    end_episode(page)
    expect(page.locator("#status")).to_contain_text("That was the last episode for now.")


def test_the_last_episode_pressed_is_the_one_that_plays(site: Site, signed_in: Open) -> None:
    site.viewer.pay(2, 12)
    site.catalog[0]["episodes"][0]["free"] = False
    site.viewer.pay(1, 12)
    page = signed_in()
    expect(page.locator("#episodes .owned")).to_have_count(2)
    arrive = threading.Event()
    site.then("POST", PLAYBACK.format(1), held(arrive))
    page.reload()
    press_episode(page, "Platform Nine")
    press_episode(page, "The Wrong Carriage")
    sees_moving_picture(page)
    with page.expect_response(f"**{PLAYBACK.format(1)}"):
        arrive.set()
    sees_moving_picture(page)
    assert page.url.endswith("/2")
    assert "The Wrong Carriage" in page.locator("#playing-title").inner_text()


def test_a_slow_stream_shows_that_it_loads(site: Site, signed_in: Open, picture: Picture) -> None:
    page = signed_in()
    watch_first(page)
    arrive = threading.Event()
    for number in range(20, 30):
        site.then("GET", f"/media/the-last-train/1/v1/0-0{number}.m4s", held(arrive))
    seek(page, 50)
    expect(page.locator("#stage")).to_have_attribute("data-state", "buffering")
    expect(page.locator("#buffering")).to_be_visible()
    picture(page, "buffering")
    arrive.set()
    sees_moving_picture(page)
    expect(page.locator("#buffering")).to_be_hidden()


def test_a_browser_that_keeps_no_cookies_gets_signed_addresses(site: Site, signed_in: Open) -> None:
    site.takes_cookies = False
    page = signed_in()
    watch_first(page)
    asked = [one.json["delivery"] for one in site.paths("POST", PLAYBACK.format(1)) if one.token]
    assert asked == ["cookies", "query"]


def test_a_stream_that_stays_refused_is_told_once_and_not_asked_for_for_ever(
    site: Site, new_context: OpenContext
) -> None:
    site.grants_refused = True
    page = new_context().new_page()
    open_episode(page, site, 1)
    page.locator("#front").get_by_role("button", name="Sign in").click()
    expect(page.locator("#alert code")).to_have_text("stream_refused")
    assert [one.json["delivery"] for one in site.paths("POST", PLAYBACK.format(1)) if one.token] == ["cookies", "query"]


def test_a_grant_that_ran_out_is_asked_for_again_where_the_viewer_was(site: Site, signed_in: Open) -> None:
    page = signed_in()
    watch_first(page)
    asked = len(site.paths("POST", PLAYBACK.format(1)))
    page.context.clear_cookies()
    seek(page, 45)
    until(page, lambda: len(site.paths("POST", PLAYBACK.format(1))), lambda count: count > asked, "no new grant")
    sees_moving_picture(page)
    assert at(page) >= 45


def test_a_grant_is_renewed_behind_the_picture(site: Site, signed_in: Open) -> None:
    site.renew_after = "2020-01-01T00:00:00Z"
    page = signed_in()
    watch_first(page)
    loaded = len([one for one in site.asked if one.path.endswith("master.m3u8")])
    until(page, lambda: len(site.paths("POST", PLAYBACK.format(1))), lambda count: count >= 2, "no renewal")
    sees_moving_picture(page)
    assert len([one for one in site.asked if one.path.endswith("master.m3u8")]) == loaded


def test_a_stream_that_is_not_there_is_told_in_plain_words(site: Site, signed_in: Open, picture: Picture) -> None:
    site.then("GET", "/media/the-last-train/1/v1/master.m3u8", *[instead(Reply(404))] * 9)
    page = signed_in(PHONE)
    press_episode(page, "Platform Nine")
    expect(page.locator("#alert code")).to_have_text("stream_missing")
    fits_the_screen(page)
    picture(page, "stream-missing")
    site.clear()
    page.locator("#alert").get_by_role("button", name="Try again").click()
    sees_moving_picture(page)


def test_an_age_rating_is_told(site: Site, signed_in: Open) -> None:
    site.then("POST", PLAYBACK.format(1), *[instead(problem("age_restricted", ageRating=16))] * 3)
    page = signed_in()
    press_episode(page, "Platform Nine")
    expect(page.locator("#alert")).to_contain_text("Tell your birth date")


def test_a_wall_can_be_left_for_another_episode(signed_in: Open) -> None:
    page = signed_in()
    meet_wall(page)
    page.keyboard.press("ArrowUp")
    sees_moving_picture(page)
    assert page.url.endswith("#/the-last-train/1")
