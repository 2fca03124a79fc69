"""The studio on the running platform: the hosted sign-in, the real store, the real pipeline, the real player."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.browser.conftest import DESKTOP, PHONE, OpenContext, Picture
from tests.e2e.browser.sight import sees_moving_picture
from tests.e2e.browser.steps_rooms import sign_in
from tests.e2e.browser.studio_sight import SUBTITLES, drop, film_clip, fits, has_no_barriers, says
from tests.e2e.client import Platform
from tests.e2e.series import series_body

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

TRANSCODED_MS = 180_000
"""How long transcoding a few seconds may take on a small machine that does other things too."""


def test_a_creator_makes_a_series_sends_a_video_and_watches_it(
    platform: Platform, new_context: OpenContext, picture: Picture, tmp_path: Path
) -> None:
    creator, _ = platform.new_person("creator")
    page = new_context(DESKTOP).new_page()
    page.goto(f"{platform.outputs['webUrl']}studio.html#/make")
    sign_in(page, creator, "studio.html")
    expect(page.get_by_role("heading", level=1)).to_have_text("Make a series")
    assert page.url.endswith("/studio.html#/make")
    page.get_by_label("Title").fill("Low Tide")
    page.get_by_label("Address").fill(f"test-{secrets.token_hex(6)}")
    page.get_by_label("Synopsis").fill("The sea gives her back, but not all of her.")
    page.get_by_label("More languages").fill("es")
    page.get_by_role("button", name="Make the series").click()
    page.get_by_role("link", name="Add episode 1").click()
    page.get_by_label("Title").fill("What the Water Kept")
    page.get_by_role("button", name="Add episode 1").click()
    says(page, "Now it needs its video")

    clip = film_clip(tmp_path / "low-tide.mp4", size="360x640", seconds=6)
    subtitles = tmp_path / "low-tide.es.vtt"
    subtitles.write_text(SUBTITLES)
    drop(page, [clip, subtitles])
    expect(page.locator(".chosen li").nth(0)).to_contain_text("360 by 640, 6 s")
    page.get_by_role("button", name="Send", exact=True).click()
    card = page.locator(".current .upload")
    expect(card.locator("dd").first).to_contain_text(
        "360 by 640, 6 s, 24 pictures a second, with sound", timeout=60_000
    )
    expect(card).to_contain_text("to transcode, by the price table of")
    expect(card).to_contain_text("Spanish")
    picture(page, "studio-platform-sending")
    expect(card).to_contain_text("Published", timeout=TRANSCODED_MS)
    expect(card).to_contain_text("this is what viewers see", timeout=TRANSCODED_MS)
    expect(page.locator(".state")).to_have_text("Free; 6 s.")

    page.get_by_role("button", name="Play the preview").click()
    sees_moving_picture(page)
    page.get_by_label("Captions").select_option("Spanish")
    expect(page.locator(".lines")).to_contain_text("Do you hear it?")
    fits(page)
    has_no_barriers(page)
    picture(page, "studio-platform-published")
    page.reload()
    expect(card).to_contain_text("this is what viewers see")
    page.get_by_role("link", name="Low Tide").click()
    expect(page.locator(".own-episodes li")).to_contain_text("Out")


def test_a_file_that_is_no_video_is_told_in_words_with_what_to_do(
    platform: Platform, new_context: OpenContext, picture: Picture, tmp_path: Path
) -> None:
    creator, token = platform.new_person("creator")
    series = f"test-{secrets.token_hex(6)}"
    made = platform.put(f"/v1/studio/series/{series}", token, series_body("Ember"))
    assert made.status == 201, made
    body = {"title": "Spark", "priceCoins": None, "cliffhangerMs": None, "releaseAt": None, "revision": 1}
    assert platform.put(f"/v1/studio/series/{series}/episodes/1", token, body).status == 201
    page = new_context(PHONE).new_page()
    page.goto(f"{platform.outputs['webUrl']}studio.html#/series/{series}/1")
    sign_in(page, creator, "studio.html")
    expect(page.get_by_role("heading", level=1)).to_have_text("1. Spark")
    film = tmp_path / "spark.mp4"
    film.write_bytes(b"a letter with another name " * 40)
    page.set_input_files("#files", film)
    expect(page.locator(".chosen li")).to_contain_text("This browser cannot look into it; the service will.")
    page.get_by_role("button", name="Send", exact=True).click()
    card = page.locator(".current .upload")
    expect(card.locator("code")).to_have_text("media_refused: unreadable", timeout=60_000)
    expect(card).to_contain_text("What to do: Export the video again")
    fits(page)
    has_no_barriers(page)
    picture(page, "studio-platform-refused")


def test_a_viewer_is_told_that_the_studio_is_for_creators(platform: Platform, new_context: OpenContext) -> None:
    viewer, _ = platform.new_person()
    page = new_context(PHONE).new_page()
    page.goto(f"{platform.outputs['webUrl']}studio.html")
    sign_in(page, viewer, "studio.html")
    expect(page.get_by_role("heading", level=1)).to_have_text("The studio is for creators")
    fits(page)
