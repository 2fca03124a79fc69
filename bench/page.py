"""The viewer's page in a headless Chromium on the local platform: how soon a picture, and how much to load before it.

From the press to the first frame that is painted (``requestVideoFrameCallback``), the median of several; once as the
machine allows, once at 3 Mbit/s with 60 ms of latency (the DevTools protocol's emulation).
"""

from __future__ import annotations

import contextlib
import gzip
import json
import os
import statistics
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, Response, sync_playwright

from bench.figures import Figure
from bench.ready import local
from local.aws import client
from local.cast import SERIES, User
from tests.e2e.client import Platform
from tests.support.chromium import executable

SAMPLES = 5
PHONE = {"width": 360, "height": 740}


class Line(NamedTuple):
    """A viewer's connection: both ways, and how long each request waits besides."""

    bits_per_s: int
    latency_ms: int


SLOW = Line(3_000_000, 60)

_SEE = """press => new Promise(resolve => {
  let from = 0;
  const look = video => video.requestVideoFrameCallback(now => {
    if ("shown" in video.dataset) resolve((now - from) / 1000);
    else look(video);
  });
  const link = document.querySelector(press);
  from = performance.now();
  for (const video of document.querySelectorAll("video")) look(video);
  link.click();
})"""
"""Presses, and answers with the seconds until a frame of the picture in front was painted."""

_SEE_FROM_NAVIGATION = """() => new Promise(resolve => {
  const look = video => video.requestVideoFrameCallback(now => {
    if ("shown" in video.dataset) resolve(now / 1000);
    else look(video);
  });
  for (const video of document.querySelectorAll("video")) look(video);
})"""


def measure() -> list[Figure]:
    """The page's figures; one row that says so where there is no browser."""
    path = executable()
    if path is None:
        missing = "no Chromium: apt-get install chromium-headless-shell, or name it in CHROMIUM"
        return [Figure("playback.not_measured", 1, None, missing)]
    with running() as platform, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path)
        try:
            return [first_load(browser, platform), *first_frames(browser, platform), *unlocks(browser, platform)]
        finally:
            browser.close()


@contextlib.contextmanager
def running() -> Iterator[Platform]:
    """A platform of its own beside any other, in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="cliffhanger-bench-") as home:
        environment = {**os.environ, "CLIFFHANGER_HOME": home}
        local("up", "--detach", environment=environment)
        try:
            yield Platform(json.loads((Path(home) / "outputs.json").read_text()))
        finally:
            local("down", environment=environment)


def first_frames(browser: Browser, platform: Platform) -> list[Figure]:
    """From the press on an episode whose series' page has come to rest: it has loaded the beginning of it by then."""
    free, slow = (press_figures(browser, platform, line) for line in (None, SLOW))
    cold = [from_navigation(browser, platform, line) for line in (None, SLOW)]
    return [
        Figure("playback.first_frame_s", free, 0.7, f"press on a free episode, median of {SAMPLES}"),
        Figure("playback.first_frame_3mbps_s", slow, 1.0, "the same at 3 Mbit/s and 60 ms"),
        Figure("playback.first_frame_cold_s", cold[0], None, "from an address to its picture, nothing cached"),
        Figure(
            "playback.first_frame_cold_3mbps_s", cold[1], None, "the same at 3 Mbit/s; the local edge does not compress"
        ),
    ]


def press_figures(browser: Browser, platform: Platform, line: Line | None) -> float:
    """Seconds from a press on the free episode to its first frame."""

    def once() -> float:
        with viewing(browser, line) as page:
            page.goto(f"{platform.outputs['webUrl']}#/{SERIES}")
            page.wait_for_load_state("networkidle")
            return float(page.evaluate(_SEE, f'#episodes a[href="#/{SERIES}/1"]'))

    return median_of(once)


def from_navigation(browser: Browser, platform: Platform, line: Line | None) -> float:
    """Seconds from the beginning of a navigation to the first frame of the episode that it names."""

    def once() -> float:
        with viewing(browser, line) as page:
            page.goto(f"{platform.outputs['webUrl']}#/{SERIES}/1", wait_until="commit")
            page.wait_for_selector("video", state="attached")
            return float(page.evaluate(_SEE_FROM_NAVIGATION))

    return median_of(once)


def unlocks(browser: Browser, platform: Platform) -> list[Figure]:
    """From the press on the wall's first button to the first frame of what it opened."""

    def once(line: Line | None) -> float:
        viewer, token = platform.new_person()
        platform.give_coins(token)
        with viewing(browser, line, session_of(platform, viewer)) as page:
            page.goto(f"{platform.outputs['webUrl']}#/{SERIES}/2")
            page.wait_for_selector(".offer.main:enabled")
            page.wait_for_load_state("networkidle")
            return float(page.evaluate(_SEE, ".offer.main"))

    return [
        Figure("unlock_to_first_frame_s", median_of(lambda: once(None)), 1.0, f"one tap, median of {SAMPLES}"),
        Figure("unlock_to_first_frame_3mbps_s", median_of(lambda: once(SLOW)), None, "the same at 3 Mbit/s and 60 ms"),
    ]


def first_load(browser: Browser, platform: Platform) -> Figure:
    """What the first page loads from its own origin but the player, each file compressed as the distribution does."""
    with viewing(browser, None) as page:
        answers: list[Response] = []
        page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108 - playwright marks its listeners
        page.goto(platform.outputs["webUrl"])
        page.wait_for_load_state("networkidle")
        own = [one for one in answers if one.status == 200 and is_page_file(urlsplit(one.url).path)]
        size = sum(len(gzip.compress(one.body(), 6)) for one in own)
    return Figure("web.first_load_kb", size / 1000, 60, f"{len(own)} files, gzip, without the player")


def is_page_file(path: str) -> bool:
    """Whether an address is one of the page's own files: no answer of the API, no picture, not the player."""
    return not path.startswith(("/v1/", "/posters/", "/media/", "/vendor/"))


def session_of(platform: Platform, viewer: User) -> str:
    """A sign-in as the page keeps it over a reload."""
    answer = client("cognito-idp", platform.emulator).initiate_auth(
        ClientId=platform.outputs["clientId"],
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": viewer.email, "PASSWORD": viewer.password},
    )
    kept = {"refreshToken": answer["AuthenticationResult"]["RefreshToken"], "name": viewer.name}
    return f"sessionStorage.setItem('cliffhanger.session', {json.dumps(json.dumps(kept))});"


@contextlib.contextmanager
def viewing(browser: Browser, line: Line | None, script: str = "") -> Iterator[Page]:
    """A page of a profile of its own, behind such a line."""
    context: BrowserContext = browser.new_context(viewport=PHONE)  # type: ignore[arg-type]
    try:
        if script:
            context.add_init_script(script)
        page = context.new_page()
        if line is not None:
            emulate(context, page, line)
        yield page
    finally:
        context.close()


def emulate(context: BrowserContext, page: Page, line: Line) -> None:
    """Slows the page's network down."""
    conditions: dict[str, Any] = {"offline": False, "latency": line.latency_ms}
    conditions |= dict.fromkeys(("downloadThroughput", "uploadThroughput"), line.bits_per_s / 8)
    context.new_cdp_session(page).send("Network.emulateNetworkConditions", conditions)


def median_of(once: Callable[[], float]) -> float:
    """The median of several, after one that is not counted."""
    once()
    return statistics.median(once() for _ in range(SAMPLES))
