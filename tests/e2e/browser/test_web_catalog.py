"""What anyone sees who opens the page: the series there are, one of them, and plain words where there is none."""

import threading

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser.conftest import DESKTOP, PHONE, Open, OpenContext, Picture
from tests.e2e.browser.servers import Reply, held, instead, problem
from tests.e2e.browser.sight import fits_the_screen
from tests.e2e.browser.steps import open_series
from tests.e2e.browser.stub import Site, the_last_train

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

EPISODES = "#episodes li"
CARDS = "#shelf a"
SIZES = pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])


def other(name: str) -> dict[str, object]:
    return the_last_train() | {"seriesId": name, "title": name.title(), "synopsis": "Another story."}


@SIZES
def test_a_guest_sees_the_series_there_are_with_their_pictures(
    site: Site, new_context: OpenContext, picture: Picture, size: tuple[int, int]
) -> None:
    site.catalog += [other("salt"), other("ember") | {"posterUrl": None}]
    page = new_context(size).new_page()
    page.goto(site.origin)
    expect(page.locator(CARDS)).to_have_count(3)
    first = page.get_by_role("link", name="The Last Train")
    expect(first).to_contain_text("3 episodes, 1 free")
    assert first.locator("img").evaluate("image => image.decode().then(() => image.naturalWidth)") == 180
    expect(page.get_by_role("link", name="Ember").locator("img")).to_have_count(0)
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    expect(page.locator("#account-open")).to_be_hidden()
    fits_the_screen(page)
    picture(page, f"home-{size[0]}")


@SIZES
def test_a_guest_sees_a_series_with_its_episodes_and_prices(
    site: Site, new_context: OpenContext, picture: Picture, size: tuple[int, int]
) -> None:
    page = new_context(size).new_page()
    page.goto(site.origin)
    page.get_by_role("link", name="The Last Train").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The Last Train")
    rows = page.locator(EPISODES)
    expect(rows).to_have_count(3)
    expect(rows.nth(0)).to_contain_text("Platform Nine")
    expect(rows.nth(0)).to_contain_text("Free")
    expect(rows.nth(1)).to_contain_text("12 coins")
    expect(rows.nth(2)).to_contain_text("not published yet")
    expect(rows.nth(2).get_by_role("link")).to_have_count(0)
    expect(page.locator("#facts li")).to_have_text(
        ["3 episodes, 1 free", "From 12 years", "English, Spanish", "mystery"]
    )
    expect(page.get_by_role("link", name="Play", exact=True)).to_have_attribute("href", "#/the-last-train/1")
    fits_the_screen(page)
    picture(page, f"series-{size[0]}")


def test_a_picture_that_is_not_there_leaves_a_drawing(site: Site, page: Page) -> None:
    site.then("GET", "/posters/the-last-train/1/v1.0000001.jpg", *[instead(Reply(404))] * 9)
    page.goto(site.origin)
    expect(page.locator("#shelf .no-poster")).to_have_count(1)
    expect(page.locator("#shelf img")).to_have_count(0)


def test_no_series_yet_is_said_so(site: Site, page: Page, picture: Picture) -> None:
    site.catalog = []
    page.goto(site.origin)
    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing here yet")
    expect(page.locator("#shelf li")).to_have_count(0)
    picture(page, "empty")


def test_a_long_list_comes_page_by_page_and_the_focus_goes_on(site: Site, page: Page) -> None:
    site.catalog += [other(f"series-{number}") for number in range(30)]
    page.goto(site.origin)
    expect(page.locator(CARDS)).to_have_count(20)
    page.get_by_role("button", name="More series").click()
    expect(page.locator(CARDS)).to_have_count(31)
    expect(page.locator(CARDS).nth(20)).to_be_focused()
    expect(page.get_by_role("button", name="More series")).to_be_hidden()


def test_what_was_begun_comes_first_and_goes_on_where_it_was(site: Site, signed_in: Open, picture: Picture) -> None:
    site.viewer.progress["the-last-train", 1] = 20_000
    page = signed_in(PHONE)
    page.goto(site.origin)
    card = page.locator("#begun").get_by_role("link", name="The Last Train")
    expect(card).to_contain_text("Episode 1, at 0:20")
    expect(card).to_have_attribute("href", "#/the-last-train/1")
    picture(page, "begun-360")


def test_what_was_watched_to_the_end_goes_on_with_the_next_episode(site: Site, signed_in: Open) -> None:
    site.viewer.progress["the-last-train", 1] = 59_000
    page = signed_in()
    page.goto(site.origin)
    card = page.locator("#begun").get_by_role("link", name="The Last Train")
    expect(card).to_contain_text("Episode 2, Next episode")
    expect(card).to_have_attribute("href", "#/the-last-train/2")
    site.viewer.progress["the-last-train", 2] = 59_900
    page.reload()
    expect(page.locator(CARDS)).to_have_count(1)
    expect(page.locator("#begun")).to_be_hidden()


def test_other_series_are_one_press_away_and_back(site: Site, page: Page) -> None:
    site.catalog.append(other("salt"))
    page.goto(site.origin)
    page.get_by_role("link", name="Salt").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Salt")
    page.go_back()
    expect(page.get_by_role("link", name="The Last Train")).to_be_visible()


def test_a_slow_answer_for_a_place_that_was_left_does_not_replace_the_present_one(site: Site, page: Page) -> None:
    site.catalog += [other(name) for name in ("salt", "ember")]
    page.goto(site.origin)
    arrive = threading.Event()
    site.then("GET", "/v1/series/salt", held(arrive))
    page.get_by_role("link", name="Salt").click()
    page.evaluate("location.hash = '#/ember'")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ember")
    with page.expect_response("**/v1/series/salt") as answered:
        arrive.set()
    answered.value.finished()
    page.locator("a.brand").focus()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ember")


def test_titles_are_text_whatever_they_contain(site: Site, page: Page) -> None:
    site.catalog[0]["title"] = "<img src=x onerror=alert(1)>"
    site.catalog[0]["episodes"][0]["title"] = "<b>bold</b>"
    page.goto(f"{site.origin}/#/the-last-train")
    expect(page.get_by_role("heading", level=1)).to_have_text("<img src=x onerror=alert(1)>")
    expect(page.locator(EPISODES).nth(0)).to_contain_text("<b>bold</b>")


def test_a_busy_service_is_named_by_its_code_and_asked_again_on_request(
    site: Site, page: Page, picture: Picture
) -> None:
    site.then("GET", "/v1/series", instead(problem("busy")))
    page.goto(site.origin)
    alert = page.locator("#alert")
    expect(alert).to_contain_text("Nothing changed; try again.")
    expect(alert.locator("code")).to_have_text("busy")
    picture(page, "busy")
    alert.get_by_role("button", name="Try again").click()
    expect(page.locator(CARDS)).to_have_count(1)
    expect(alert).to_be_empty()


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Reply(502, b"<html>bad gateway"), "service_down"),
        (Reply(200, b"<html>hotel wifi"), "unreadable_answer"),
        (Reply(0), "unreachable"),
    ],
    ids=["a proxy's error page", "a captive portal", "a broken connection"],
)
def test_an_answer_that_is_not_the_services_own_is_told_in_plain_words(
    site: Site, page: Page, answer: Reply, code: str
) -> None:
    # A browser sends a request again by itself when the connection breaks.
    site.then("GET", "/v1/series", *[instead(answer)] * 9)
    page.goto(site.origin)
    expect(page.locator("#alert code")).to_have_text(code)


def test_a_slow_answer_is_waited_for_aloud(site: Site, page: Page, picture: Picture) -> None:
    arrive = threading.Event()
    site.then("GET", "/v1/series", held(arrive))
    page.goto(site.origin)
    expect(page.locator("#main")).to_have_attribute("aria-busy", "true")
    expect(page.locator("#shelf .waiting")).to_have_count(4)
    expect(page.locator("#status")).to_contain_text("Still waiting")
    picture(page, "slow")
    arrive.set()
    expect(page.locator(CARDS)).to_have_count(1)
    expect(page.locator("#status")).to_be_empty()
    expect(page.locator("#main")).not_to_have_attribute("aria-busy", "true")


def test_offline_is_said_and_ends_by_itself(site: Site, page: Page, picture: Picture) -> None:
    open_series(page, site)
    expect(page.locator(EPISODES)).to_have_count(3)
    site.catalog.append(other("salt"))
    page.context.set_offline(True)
    expect(page.locator("#connection")).to_contain_text("You are offline")
    page.evaluate("location.hash = '#/salt'")
    expect(page.locator("#alert code")).to_have_text("offline")
    picture(page, "offline")
    page.context.set_offline(False)
    expect(page.get_by_role("heading", level=1)).to_have_text("Salt")
    expect(page.locator("#connection")).to_be_empty()
    expect(page.locator("#alert")).to_be_empty()


@pytest.mark.parametrize("config", [None, {"stage": "local", "clientId": "web"}], ids=["absent", "incomplete"])
def test_a_page_that_is_not_set_up_says_so(site: Site, page: Page, config: dict[str, str] | None) -> None:
    site.config = config
    page.goto(site.origin)
    expect(page.locator("#alert code")).to_have_text("config_missing")


def test_an_address_that_names_nothing_says_so(site: Site, page: Page) -> None:
    page.goto(f"{site.origin}/#/the-last-train/9")
    expect(page.locator("#alert code")).to_have_text("not_found")
    page.goto(f"{site.origin}/#/no-such-series")
    expect(page.locator("#alert code")).to_have_text("not_found")


def test_the_stage_is_named_unless_it_is_the_real_one(site: Site, page: Page) -> None:
    page.goto(site.origin)
    expect(page.locator("#stage-name")).to_have_text("local")
    site.config = {**(site.config or {}), "stage": "prod"}
    page.reload()
    expect(page.locator(CARDS)).to_have_count(1)
    expect(page.locator("#stage-name")).to_be_hidden()
