"""The studio's door, the creator's series and what is written of them: hard states too."""

from __future__ import annotations

import threading

import pytest
from playwright.sync_api import Dialog, Page, expect

from tests.e2e.browser.conftest import DESKTOP, PHONE, Picture
from tests.e2e.browser.servers import as_json, held, instead, lost, problem
from tests.e2e.browser.sight import until
from tests.e2e.browser.stub import Issuer
from tests.e2e.browser.studio_rooms import Enter, enter, store, studio
from tests.e2e.browser.studio_sight import fits, has_no_barriers, says
from tests.e2e.browser.studio_stub import StudioSite, salt

__all__ = ["enter", "store", "studio"]
pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

SALT = "/v1/studio/series/salt"


def heading(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


def test_a_guest_is_sent_to_sign_in_and_comes_back_to_the_place(studio: StudioSite, page: Page) -> None:
    page.goto(f"{studio.origin}/studio.html#/series/salt")
    heading(page, "Your studio")
    assert not studio.paths("GET", "/v1/studio.*")
    has_no_barriers(page)
    page.get_by_role("button", name="Sign in").click()
    heading(page, "Salt")
    assert page.url == f"{studio.origin}/studio.html#/series/salt"


def test_a_viewer_who_is_no_creator_is_told_in_plain_words(studio: StudioSite, enter: Enter) -> None:
    studio.is_creator = False
    page = enter()
    heading(page, "The studio is for creators")
    expect(page.locator("#view")).to_contain_text("signed in as mia@example.test")
    expect(page.get_by_role("link", name="Watch instead")).to_be_visible()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    has_no_barriers(page)


def test_a_sign_in_that_has_ended_is_asked_for_again(studio: StudioSite, issuer: Issuer, enter: Enter) -> None:
    page = enter()
    issuer.good.clear()
    issuer.refresh = lambda: as_json(400, {"error": "invalid_grant"})
    page.get_by_role("link", name="Salt").click()
    expect(page.locator("#view")).to_contain_text("Your sign-in has ended")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    expect(page.get_by_role("button", name="Sign out")).to_be_hidden()


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_series_are_listed_page_by_page(
    studio: StudioSite, enter: Enter, picture: Picture, size: tuple[int, int]
) -> None:
    names = {"ember": "Ember and Ash", "velvet": "The Velvet Hour", "nine": "Platform Nine"}
    studio.own += [salt(seriesId=name, title=title, listed=name == "ember") for name, title in names.items()]
    studio.page_size = 3
    page = enter(size=size)
    heading(page, "Your series")
    cards = page.locator(".cards li")
    expect(cards).to_have_count(3)
    expect(cards.nth(0)).to_contain_text("Listed")
    expect(cards.nth(2)).to_contain_text("Draft")
    page.get_by_role("button", name="Show more").click()
    expect(cards).to_have_count(4)
    expect(page.get_by_role("link", name="Platform Nine")).to_be_focused()
    expect(page.get_by_role("button", name="Show more")).to_be_hidden()
    fits(page)
    has_no_barriers(page)
    picture(page, f"studio-list-{size[0]}")


def test_no_series_yet_says_how_to_begin(studio: StudioSite, enter: Enter) -> None:
    studio.own = []
    page = enter()
    expect(page.locator("#view")).to_contain_text("nobody sees it until you list it")
    page.get_by_role("link", name="Make a series").click()
    heading(page, "Make a series")
    expect(page.get_by_role("heading", level=1)).to_be_focused()


def test_a_slow_answer_is_said_to_be_waited_for(studio: StudioSite, enter: Enter) -> None:
    page = enter()
    arrive = threading.Event()
    studio.then("GET", SALT, held(arrive))
    page.get_by_role("link", name="Salt").click()
    says(page, "Still waiting")
    arrive.set()
    heading(page, "Salt")
    expect(page.locator("#status")).to_be_empty()


def test_what_did_not_load_says_why_and_is_tried_again(studio: StudioSite, enter: Enter) -> None:
    studio.then("GET", "/v1/studio/series", instead(problem("unavailable")))
    page = enter()
    heading(page, "This did not load")
    expect(page.locator("#view code")).to_have_text("unavailable")
    page.get_by_role("button", name="Try again").click()
    heading(page, "Your series")


def test_offline_is_said_and_the_place_is_found_again_by_itself(studio: StudioSite, enter: Enter) -> None:
    page = enter()
    page.context.set_offline(True)
    expect(page.locator("#connection")).to_contain_text("You are offline")
    page.get_by_role("link", name="Salt").click()
    heading(page, "This did not load")
    page.context.set_offline(False)
    heading(page, "Salt")
    expect(page.locator("#connection")).to_be_empty()


@pytest.mark.parametrize("place", ["#/series/nowhere", "#/series/salt/9", "#/elsewhere", "#/series/UPPER"])
def test_an_address_that_leads_nowhere_says_so(enter: Enter, place: str) -> None:
    page = enter(place)
    heading(page, "Not here")


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_series_is_made_from_its_title_on(
    studio: StudioSite, enter: Enter, picture: Picture, size: tuple[int, int]
) -> None:
    page = enter("#/make", size)
    page.get_by_label("Title").fill("Café Noir!")
    expect(page.get_by_label("Address")).to_have_value("cafe-noir")
    page.get_by_label("Synopsis").fill("Somebody pays with a ring.")
    page.get_by_label("More languages").fill("de, pt-BR")
    page.get_by_label("Tags").fill("mystery slow-burn")
    page.get_by_label("Age rating").select_option("12 and older")
    expect(page.locator(".prices")).to_have_text(
        "Episodes 1 to 3 are free; 4 to 13 cost 10 coins; 14 to 23 cost 12 coins; 24 to 33 cost 14 coins; "
        "and so on up to 30 coins."
    )
    page.get_by_label("Ceiling").fill("600")
    page.get_by_label("Episodes to give back").fill("3")
    fits(page)
    has_no_barriers(page)
    picture(page, f"studio-make-{size[0]}")
    page.get_by_role("button", name="Make the series").click()
    heading(page, "Café Noir!")
    says(page, "is made. Only you see it")
    [asked] = studio.paths("PUT", "/v1/studio/series/cafe-noir")
    assert asked.json == {
        "title": "Café Noir!",
        "synopsis": "Somebody pays with a ring.",
        "language": "en",
        "languages": ["de", "pt-BR"],
        "tags": ["mystery", "slow-burn"],
        "ageRating": 12,
        "freeEpisodes": 3,
        "pricing": {"startCoins": 10, "riseCoins": 2, "everyEpisodes": 10, "mostCoins": 30},
        "ceilingCoins": 600,
        "restDiscountPercent": 0,
        "refundableEpisodes": 3,
        "earlyHours": 0,
        "listed": False,
        "revision": 0,
    }


def test_what_does_not_fit_is_said_at_its_field_before_anything_is_asked(studio: StudioSite, enter: Enter) -> None:
    page = enter("#/make")
    page.get_by_label("Address").fill("Not An Address")
    page.get_by_label("First price").fill("0")
    page.get_by_label("Tags").fill("fine NOT")
    page.get_by_role("button", name="Make the series").click()
    title = page.get_by_label("Title")
    expect(title).to_be_focused()
    expect(title).to_have_accessible_description("Fill this in.")
    expect(page.locator("#series-seriesId-fault")).to_have_text("Write it like the-last-train.")
    expect(page.locator("#series-pricing-startCoins-fault")).to_have_text("Give a number from 1 to 1,000.")
    expect(page.locator("#series-tags-fault")).to_contain_text("“NOT” does not fit")
    assert not studio.paths("PUT", ".*")
    has_no_barriers(page)
    page.get_by_label("First price").fill("8")
    page.get_by_label("Title").fill("Ember")
    expect(page.locator("#series-pricing-startCoins-fault")).to_be_empty()


def test_what_the_service_finds_is_said_at_its_field(studio: StudioSite, enter: Enter) -> None:
    page = enter("#/series/salt/edit")
    detail = "Expected a first price of at most 'mostCoins'."
    studio.then("PUT", SALT, instead(problem("validation_failed", where="pricing.startCoins", detail=detail)))
    page.get_by_role("button", name="Save").click()
    price = page.get_by_label("First price")
    expect(price).to_be_focused()
    expect(price).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#series-pricing-startCoins-fault")).to_have_text(detail)


def test_what_fits_no_field_is_said_at_the_button(studio: StudioSite, enter: Enter) -> None:
    page = enter("#/series/salt/edit")
    studio.then("PUT", SALT, instead(problem("page_too_large", bytes=4100, maxBytes=4096)))
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".form-alert")).to_contain_text("Shorten the synopsis or the titles")


@pytest.mark.parametrize("code", ["not_owner", "series_changed"])
def test_an_address_that_is_taken_is_said_at_the_address(studio: StudioSite, enter: Enter, code: str) -> None:
    page = enter("#/make")
    page.get_by_label("Title").fill("Salt")
    studio.then("PUT", SALT, instead(problem(code)))
    page.get_by_role("button", name="Make the series").click()
    expect(page.locator("#series-seriesId-fault")).to_have_text("This address is taken; choose another.")
    expect(page.get_by_label("Address")).to_be_focused()


def test_a_lost_answer_is_told_and_saving_again_is_safe(studio: StudioSite, enter: Enter) -> None:
    page = enter("#/series/salt/edit")
    page.get_by_label("Title").fill("Salt and Iron")
    studio.then("PUT", SALT, instead(problem("busy")), lost)
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".form-alert code")).to_have_text("busy")
    expect(page.get_by_label("Title")).to_have_value("Salt and Iron")


def test_a_video_published_meanwhile_is_no_conflict(studio: StudioSite, enter: Enter) -> None:
    page = enter("#/series/salt/edit")
    page.get_by_label("Title").fill("Salt and Iron")
    studio.series()["revision"] = 9
    page.get_by_role("button", name="Save").click()
    heading(page, "Salt and Iron")
    assert [one.json["revision"] for one in studio.paths("PUT", SALT)] == [3, 9]


@pytest.mark.parametrize("choice", ["mine", "theirs"])
def test_a_conflict_is_explained_and_the_creator_chooses(
    studio: StudioSite, enter: Enter, picture: Picture, choice: str
) -> None:
    page = enter("#/series/salt/edit", PHONE)
    page.get_by_label("Title").fill("Salt and Iron")
    page.get_by_label("Tags").fill("drama")
    studio.series().update(revision=9, title="Brine", listed=False)
    page.get_by_role("button", name="Save").click()
    question = page.get_by_role("region", name="This was changed elsewhere meanwhile")
    expect(page.get_by_role("heading", name="This was changed elsewhere meanwhile")).to_be_focused()
    expect(question.locator("li")).to_have_text(
        ["Title: “Brine” (you wrote “Salt and Iron”)", "Listed: everybody sees the series: no"]
    )
    fits(page)
    has_no_barriers(page)
    picture(page, "studio-conflict-360")
    if choice == "mine":
        question.get_by_role("button", name="Keep my changes").click()
        heading(page, "Salt and Iron")
        stored = studio.series()
        # What only the others have changed stays theirs.
        assert (stored["title"], stored["tags"], stored["listed"]) == ("Salt and Iron", ["drama"], False)
    else:
        question.get_by_role("button", name="Drop mine").click()
        says(page, "Nothing of yours was saved")
        expect(page.get_by_label("Title")).to_have_value("Brine")
        assert studio.series()["title"] == "Brine"
        assert studio.series()["tags"] == ["mystery"]


def test_typed_words_are_not_lost_by_a_press_beside(studio: StudioSite, enter: Enter) -> None:
    page = enter("#/series/salt/edit")
    page.get_by_label("Title").fill("Salt and Iron")
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    page.once("dialog", stay)
    page.locator(".brand").click()
    until(page, lambda: asked, bool, "nobody asked")
    expect(page.get_by_label("Title")).to_have_value("Salt and Iron")
    assert page.url.endswith("#/series/salt/edit")
    page.once("dialog", lambda dialog: dialog.accept())
    page.locator(".brand").click()
    heading(page, "Your series")


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_series_shows_how_each_episode_stands(
    studio: StudioSite, enter: Enter, picture: Picture, size: tuple[int, int]
) -> None:
    lines = studio.series()["episodes"]
    lines[1].update(durationMs=45_000, releaseAt="2099-12-01T18:00:00Z")
    page = enter("#/series/salt", size)
    rows = page.locator(".own-episodes li")
    expect(rows.nth(0)).to_contain_text("free; 1 min")
    expect(rows.nth(0)).to_contain_text("Out")
    expect(rows.nth(1)).to_contain_text("10 coins; 45 s; release 1 December 2099")
    expect(rows.nth(1)).to_contain_text("Waits")
    expect(page.locator("#view")).to_contain_text("your share is 50 %")
    fits(page)
    has_no_barriers(page)
    picture(page, f"studio-series-{size[0]}")


def test_an_episode_is_added_and_then_asks_for_its_video(studio: StudioSite, enter: Enter) -> None:
    page = enter("#/series/salt")
    page.get_by_role("link", name="Add episode 3").click()
    page.get_by_label("Title").fill("Undertow")
    page.get_by_label("Release").fill("2099-12-01T18:00")
    page.get_by_label("Cliffhanger").fill("41.5")
    page.get_by_role("button", name="Add episode 3").click()
    heading(page, "3. Undertow")
    says(page, "Now it needs its video")
    [asked] = studio.paths("PUT", f"{SALT}/episodes/3")
    assert asked.json["cliffhangerMs"] == 41_500
    assert asked.json["priceCoins"] is None
    assert asked.json["releaseAt"].endswith(":00.000Z")


def test_saving_an_episode_leaves_a_release_to_the_millisecond_alone(studio: StudioSite, enter: Enter) -> None:
    studio.series()["episodes"][1]["releaseAt"] = "2026-01-01T18:00:12.345Z"
    page = enter("#/series/salt/2")
    page.get_by_label("Title").fill("Undertow")
    page.get_by_role("button", name="Save the episode").click()
    says(page, "Saved")
    [asked] = studio.paths("PUT", f"{SALT}/episodes/2")
    assert asked.json["releaseAt"] == "2026-01-01T18:00:12.345Z"


def test_everything_is_reached_by_keyboard_in_the_order_of_reading(enter: Enter) -> None:
    page = enter("#/series/salt")
    seen = []
    for _ in range(11):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.innerText.replace(/\\s+/g, ' ').trim()"))
    head = ["Skip", "Cliffhanger Studio", "Watch", "Earnings", "Sign out"]
    names = [*head, "← Your series", "Edit", "See it", "1", "2", "Add"]
    assert all(text.startswith(name) for text, name in zip(seen, names, strict=True)), seen
