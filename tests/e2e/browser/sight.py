"""What a person at the screen would notice, asked of the page."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

LONGEST_WAIT_S = 30

_SAMPLE = """() => {
  const video = document.querySelector("video[data-shown]") ?? document.querySelector("video");
  if (!video?.videoWidth || !video.checkVisibility({ visibilityProperty: true })) return null;
  const canvas = document.createElement("canvas");
  canvas.width = 36;
  canvas.height = 64;
  const context = canvas.getContext("2d");
  context.drawImage(video, 0, 0, 36, 64);
  const { data } = context.getImageData(0, 0, 36, 64);
  return { at: video.currentTime, tones: new Set(data).size, pixels: data.join() };
}"""


def until(page: Page, look: Callable[[], Any], enough: Callable[[Any], bool], what: str) -> Any:
    """Looks again until it is enough."""
    deadline = time.monotonic() + LONGEST_WAIT_S
    while not enough(seen := look()):
        assert time.monotonic() < deadline, f"{what}: last seen {seen!s:.200}"
        page.wait_for_timeout(50)
    return seen


def sees_moving_picture(page: Page) -> None:
    """The picture has content, the clock runs on, and a later picture differs from an earlier one."""
    earlier = until(page, lambda: page.evaluate(_SAMPLE), lambda seen: bool(seen) and seen["tones"] > 8, "no picture")

    def moves(seen: Any) -> bool:
        nonlocal earlier
        if seen and seen["at"] < earlier["at"]:
            earlier = seen  # another episode has taken the place of the one before
        return bool(seen) and seen["at"] > earlier["at"] and seen["pixels"] != earlier["pixels"]

    until(page, lambda: page.evaluate(_SAMPLE), moves, "the picture stands still")


def fits_the_screen(page: Page) -> None:
    """Nothing is wider than the screen, and whatever can be pressed is big enough for a thumb (44 px)."""
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide == 0, f"{wide} px too wide"
    for control in page.locator("button:visible:not([disabled]), a.episode:visible, summary:visible").all():
        box = control.bounding_box()
        assert box is not None
        assert box["height"] >= 44, f"{control.inner_text()}: {box}"


def coins_shown(page: Page, words: str) -> None:
    """The wallet in the header says so."""
    expect(page.locator("#total")).to_have_text(words)


def front(page: Page, expression: str) -> Any:
    """A property of the video that is seen: ``front(page, "muted")``."""
    return page.evaluate(f'document.querySelector("video[data-shown]")?.{expression}')


def seek(page: Page, seconds: float) -> None:
    """Puts the video that is seen to a place."""
    page.evaluate('at => { document.querySelector("video[data-shown]").currentTime = at; }', seconds)


def end_episode(page: Page) -> None:
    """Puts the video that is seen shortly before its end."""
    page.evaluate(
        """() => {
          const video = document.querySelector("video[data-shown]");
          video.currentTime = video.duration - 0.3;
        }"""
    )
