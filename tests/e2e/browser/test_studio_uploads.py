"""Sending an episode's files from the studio and seeing them through, against a service that a test moves on."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.browser.conftest import DESKTOP, PHONE, Picture
from tests.e2e.browser.servers import Reply, held, instead, problem
from tests.e2e.browser.sight import sees_moving_picture, until
from tests.e2e.browser.studio_rooms import Enter, enter, store, studio
from tests.e2e.browser.studio_sight import SUBTITLES, drop, film_clip, fits, has_no_barriers, says
from tests.e2e.browser.studio_stub import MICRO_USD, Store, StudioSite, refusal_of_store
from tests.e2e.browser.viewer import SERIES

__all__ = ["enter", "store", "studio"]
pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

EPISODE = "#/series/salt/2"
UPLOADS = "/v1/studio/series/salt/episodes/2/uploads"
LOOKED_AT = {
    "source": {"widthPx": 1080, "heightPx": 1920, "durationMs": 42_000, "frameRate": 29.97, "hasAudio": True},
    "price": {
        "microUsd": MICRO_USD,
        "tableDate": "2026-11-01",
        "policy": "within-budget",
        "month": "2026-11",
        "lines": [],
    },
    "renditionsPx": [360, 540, 720, 1080],
}


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    return film_clip(tmp_path / "tide.mp4")


@pytest.fixture
def subtitles(tmp_path: Path) -> Path:
    path = tmp_path / "tide.es.vtt"
    path.write_text(SUBTITLES)
    return path


def card(page: Page) -> Locator:
    return page.locator(".current .upload")


def send(page: Page, *paths: Path) -> None:
    page.set_input_files("#files", list(paths))
    page.get_by_role("button", name="Send", exact=True).click()


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_files_are_dropped_sent_priced_transcoded_and_published(
    studio: StudioSite,
    store: Store,
    enter: Enter,
    picture: Picture,
    clip: Path,
    subtitles: Path,
    size: tuple[int, int],
) -> None:
    page = enter(EPISODE, size)
    expect(page.locator(".video")).to_contain_text("Transcoding budget for November 2026: $3.80 left of $5.00.")
    drop(page, [clip, subtitles])
    chosen = page.locator(".chosen li")
    expect(chosen.nth(0)).to_contain_text("180 by 320, 3 s")
    expect(chosen.nth(1).get_by_label("Language")).to_have_value("es")
    fits(page)
    has_no_barriers(page)
    picture(page, f"studio-chosen-{size[0]}")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(card(page).get_by_role("heading", name="tide.mp4")).to_be_focused()
    expect(card(page)).to_contain_text("All files are there and are being looked at.")
    [asked] = studio.paths("POST", UPLOADS)
    assert asked.json == {
        "contentType": "video/mp4",
        "sizeBytes": clip.stat().st_size,
        "subtitles": [{"language": "es", "contentType": "text/vtt", "sizeBytes": len(SUBTITLES)}],
        "dubs": [],
    }
    assert store.kept == {"upload-1/source": clip.read_bytes(), "upload-1/subtitles-es": SUBTITLES.encode()}

    studio.reserved += MICRO_USD
    studio.uploads[0].update(LOOKED_AT, status="transcoding", percent=40)
    expect(card(page).locator(".measure")).to_have_text("40 %")
    expect(card(page).get_by_role("progressbar", name="Transcoded")).to_have_attribute("value", "40")
    expect(card(page).locator("[aria-current]")).to_have_text("Transcoded")
    expect(card(page).locator("dd")).to_have_text(
        [
            "1080 by 1920, 42 s, 29.97 pictures a second, with sound",
            "Spanish",
            "$0.0413 to transcode, by the price table of 1 November 2026",
            "360, 540, 720, 1080 pixels wide",
        ]
    )
    expect(page.locator("#news")).to_have_text("Episode 2: 25 % transcoded.")
    fits(page)
    has_no_barriers(page)
    picture(page, f"studio-transcoding-{size[0]}")

    studio.series()["episodes"][1].update(published=True, durationMs=42_000)
    studio.uploads[0].update(status="published", percent=100)
    says(page, "The new version is published")
    expect(page.locator(".state")).to_have_text("A viewer pays 10 coins; 42 s.")
    expect(page.locator(".video")).to_contain_text("$3.76 left of $5.00")
    page.get_by_role("button", name="Play the preview").click()
    sees_moving_picture(page)
    fits(page)
    has_no_barriers(page)
    picture(page, f"studio-published-{size[0]}")
    page.get_by_role("button", name="The story hangs here").click()
    assert float(page.get_by_label("Cliffhanger").input_value()) > 0


def test_files_that_cannot_be_taken_are_told_before_anything_is_sent(
    studio: StudioSite, enter: Enter, tmp_path: Path
) -> None:
    page = enter(EPISODE)
    names = {"empty.mp4": b"", "notes.pdf": b"x", "long.srt": b"x" * 262_145}
    for name, content in names.items():
        (tmp_path / name).write_bytes(content)
    drop(page, [tmp_path / name for name in names])
    expect(page.locator(".sending [role=alert] p")).to_have_text(
        [
            "“empty.mp4” is empty.",
            "“notes.pdf” is neither a video nor subtitles nor sound that the studio takes.",
            "“long.srt” has 262 kB; at most 262 kB are taken.",
        ]
    )
    expect(page.locator(".chosen li")).to_have_count(0)
    assert not studio.paths("POST", UPLOADS)


def test_what_the_service_may_refuse_is_hinted_and_left_to_it(enter: Enter, tmp_path: Path) -> None:
    page = enter(EPISODE)
    drop(page, [film_clip(tmp_path / "wide.mp4", size="320x180")])
    expect(page.locator(".chosen .doubt")).to_contain_text("320 by 180, 3 s: this is not upright")
    unknown = tmp_path / "other.mkv"
    unknown.write_bytes(b"no film at all")
    drop(page, [unknown])
    expect(page.locator(".chosen li")).to_have_count(1)
    expect(page.locator(".chosen li")).to_contain_text("This browser cannot look into it; the service will.")
    expect(page.get_by_role("button", name="Send", exact=True)).to_be_enabled()


def test_each_of_the_files_needs_its_own_language(studio: StudioSite, enter: Enter, clip: Path, tmp_path: Path) -> None:
    page = enter(EPISODE)
    for name in ("ep.vtt", "ep_pt_br.srt"):
        (tmp_path / name).write_text(SUBTITLES)
    drop(page, [tmp_path / "ep.vtt", tmp_path / "ep_pt_br.srt"])
    languages = page.get_by_label("Language", exact=True).and_(page.locator(".chosen input"))
    expect(languages.nth(0)).to_have_value("")
    expect(languages.nth(1)).to_have_value("pt-BR")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator(".sending [role=alert]")).to_contain_text("A video is needed")
    drop(page, [clip])
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator(".sending [role=alert]")).to_contain_text("needs its language")
    expect(languages.nth(0)).to_be_focused()
    languages.nth(0).fill("pt-BR")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator(".sending [role=alert]")).to_contain_text("have the same language")
    assert not studio.paths("POST", UPLOADS)
    languages.nth(0).fill("en")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(card(page)).to_be_visible()


def test_a_transfer_shows_how_far_it_is_and_can_be_cancelled(
    studio: StudioSite, store: Store, enter: Enter, tmp_path: Path
) -> None:
    page = enter(EPISODE)
    session = page.context.new_cdp_session(page)
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 400_000}
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", slow)
    film = tmp_path / "long.mp4"
    film.write_bytes(bytes(4_000_000))
    send(page, film)
    bar = card(page).get_by_role("progressbar", name="Sent")
    until(page, lambda: bar.evaluate("bar => bar.value"), lambda value: 0 < value < 100, "no progress")
    expect(card(page).locator(".measure")).to_contain_text("of 4.0 MB")
    card(page).get_by_role("button", name="Cancel").click()
    expect(card(page)).to_contain_text("Cancelled. Nothing has been published.")
    assert store.kept == {}
    session.send("Network.emulateNetworkConditions", slow | {"uploadThroughput": -1})
    card(page).get_by_role("button", name="Try again").click()
    expect(card(page)).to_contain_text("All files are there")
    assert store.kept["upload-1/source"] == film.read_bytes()


def test_after_a_broken_connection_only_what_is_missing_is_sent(
    studio: StudioSite, store: Store, enter: Enter, clip: Path, subtitles: Path
) -> None:
    page = enter(EPISODE)
    # More than once, since a browser by itself repeats a request whose connection was closed without a word.
    store.scripts = [lambda serve: serve(), *[instead(Reply(0))] * 9]
    send(page, clip, subtitles)
    expect(card(page).locator("code")).to_have_text("upload_interrupted")
    has_no_barriers(page)
    store.scripts = []
    card(page).get_by_role("button", name="Try again").click()
    expect(card(page)).to_contain_text("All files are there")
    assert len(studio.paths("POST", UPLOADS)) == 1
    assert len([one for one in store.asked if b"subtitles-es" in one.body]) == 1


def test_a_permission_that_has_run_out_is_asked_for_anew(
    studio: StudioSite, store: Store, enter: Enter, clip: Path, subtitles: Path
) -> None:
    page = enter(EPISODE)
    store.scripts = [lambda serve: serve(), instead(refusal_of_store(403, "AccessDenied"))]
    send(page, clip, subtitles)
    expect(card(page).locator("code")).to_have_text("form_expired")
    card(page).get_by_role("button", name="Try again").click()
    expect(card(page)).to_contain_text("All files are there")
    assert len(studio.paths("POST", UPLOADS)) == 2
    assert {"upload-2/source", "upload-2/subtitles-es"} <= set(store.kept)


def test_a_refused_upload_says_why(studio: StudioSite, enter: Enter, clip: Path) -> None:
    page = enter(EPISODE)
    studio.then("POST", UPLOADS, instead(problem("rate_limited", retryAfterSeconds=7)))
    send(page, clip)
    expect(card(page).locator("code")).to_have_text("rate_limited")
    card(page).get_by_role("button", name="Try again").click()
    expect(card(page)).to_contain_text("All files are there")


def test_a_reload_finds_running_uploads_again_and_the_ones_before(studio: StudioSite, enter: Enter) -> None:
    studio.upload(status="retired", percent=100, **LOOKED_AT)
    studio.upload(**LOOKED_AT, status="transcoding", percent=60)
    page = enter(EPISODE)
    expect(card(page).locator(".measure")).to_have_text("60 %")
    page.get_by_text("Earlier uploads (1)").click()
    expect(page.locator(".earlier .upload")).to_contain_text("Replaced by a later version.")
    page.reload()
    expect(card(page).locator(".measure")).to_have_text("60 %")
    studio.uploads[0]["percent"] = 80
    expect(card(page).locator(".measure")).to_have_text("80 %")


def test_a_failed_upload_says_why_and_what_to_do(studio: StudioSite, enter: Enter, picture: Picture) -> None:
    upload = studio.upload(status="received")
    page = enter(EPISODE, PHONE)
    expect(card(page)).to_contain_text("All files are there")
    detail = "Line 3 of the Spanish subtitles is no time."
    upload.update(status="failed", problem={"code": "media_refused", "reason": "subtitles_malformed", "detail": detail})
    expect(card(page)).to_contain_text(detail)
    expect(card(page)).to_contain_text("What to do: Correct the subtitles")
    expect(card(page).locator("code")).to_have_text("media_refused: subtitles_malformed")
    expect(page.locator("#news")).to_have_text(f"Episode 2: {detail}")
    fits(page)
    has_no_barriers(page)
    picture(page, "studio-failed-360")


def test_several_uploads_go_on_at_once_wherever_the_creator_is(
    studio: StudioSite, store: Store, enter: Enter, clip: Path
) -> None:
    page = enter("#/series/salt/1")
    arrive = threading.Event()
    store.scripts = [held(arrive), held(arrive)]
    send(page, clip)
    expect(page.get_by_text("A new version takes the place of the published one")).to_be_hidden()
    page.evaluate(f"location.assign('{EPISODE}')")
    expect(page.get_by_role("heading", level=1)).to_have_text("2. Tide 2")
    send(page, clip)
    expect(page.locator("#tray li")).to_have_count(1)
    page.locator(".brand").click()
    rows = page.get_by_role("complementary", name="Running uploads").get_by_role("link")
    expect(rows).to_have_count(2)
    fits(page)
    has_no_barriers(page)
    arrive.set()
    until(page, lambda: sorted(store.kept), lambda kept: kept == ["upload-1/source", "upload-2/source"], "not sent")
    for upload in studio.uploads:
        upload.update(status="published", percent=100)
    expect(page.locator("#tray")).to_be_hidden()
    says(page, "Published: this is what viewers see.")
    page.locator("#status").get_by_role("button", name="Show it").click()
    expect(card(page)).to_contain_text("Published")


def test_leaving_while_files_are_sent_is_asked_about(store: Store, enter: Enter, clip: Path) -> None:
    page = enter(EPISODE)
    arrive = threading.Event()
    store.scripts = [held(arrive)]
    send(page, clip)
    expect(card(page)).to_contain_text("Keep this page open")
    with page.expect_event("dialog") as asked:
        page.close(run_before_unload=True)
    assert asked.value.type == "beforeunload"
    with page.expect_event("close"):
        asked.value.accept()
    arrive.set()


def test_a_lost_or_refused_answer_does_not_end_the_following(studio: StudioSite, enter: Enter) -> None:
    upload = studio.upload(**LOOKED_AT, status="transcoding", percent=10)
    page = enter(EPISODE)
    expect(card(page).locator(".measure")).to_have_text("10 %")
    path = f"/v1/studio/uploads/{upload['uploadId']}"
    studio.then("GET", path, instead(problem("unavailable")), instead(problem("rate_limited", retryAfterSeconds=1)))
    upload["percent"] = 70
    expect(card(page).locator(".measure")).to_have_text("70 %")


def test_a_new_version_is_explained_and_takes_the_place_of_the_published_one(
    studio: StudioSite, enter: Enter, clip: Path
) -> None:
    studio.upload(**LOOKED_AT, status="published", percent=100)
    studio.series()["episodes"][1].update(published=True, durationMs=42_000)
    page = enter(EPISODE)
    explained = page.get_by_text("A new version takes the place of the published one")
    expect(explained).to_be_visible()
    send(page, clip)
    expect(page.locator(".current .upload")).to_have_count(2)
    studio.uploads[1]["status"] = "retired"
    studio.uploads[0].update(status="published", percent=100)
    says(page, "The new version is published")
    expect(page.locator(".current .upload")).to_have_count(1)
    page.get_by_text("Earlier uploads (1)").click()
    expect(page.locator(".earlier .upload")).to_contain_text("Replaced by a later version.")


def test_a_preview_that_is_refused_says_why(studio: StudioSite, enter: Enter) -> None:
    studio.grants_refused = True
    page = enter("#/series/salt/1")
    page.get_by_role("button", name="Play the preview").click()
    expect(page.locator(".preview code")).to_have_text("stream_refused")
    expect(page.get_by_role("button", name="Play the preview")).to_be_visible()


def test_a_preview_begins_at_the_beginning_in_the_languages_chosen(studio: StudioSite, enter: Enter) -> None:
    studio.viewer.progress[SERIES, 1] = 30_000  # where she stopped as a viewer
    page = enter("#/series/salt/1")
    page.get_by_role("button", name="Play the preview").click()
    sees_moving_picture(page)
    assert float(page.evaluate("document.querySelector('video').currentTime")) < 30
    lines, captions, sound = page.locator(".lines"), page.get_by_label("Captions"), page.get_by_label("Sound")
    expect(lines).to_contain_text("Who is on the")
    captions.select_option("Spanish")
    expect(lines).to_contain_text("¿Quién va")
    captions.select_option("Off")
    expect(lines).to_be_empty()
    captions.select_option("English")
    expect(lines).to_contain_text("Who is on the")
    # What the browser's own menu turns on is not drawn twice.
    page.evaluate("for (const track of document.querySelector('video').textTracks) track.mode = 'showing'")
    expect(lines).to_be_empty()
    captions.select_option("Spanish")
    expect(lines).to_contain_text("¿Quién va")
    expect(sound).to_have_value("en")
    sound.select_option("Spanish")
    until(page, lambda: studio.paths("GET", r"/media/.*/2-\d+\.m4s"), bool, "no dub")
    fits(page)
    has_no_barriers(page)
