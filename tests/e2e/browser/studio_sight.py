"""What a creator at the screen, or with a screen reader, would notice of the studio."""

from __future__ import annotations

import base64
import subprocess
from collections.abc import Iterable
from pathlib import Path

import imageio_ffmpeg
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

SERIOUS = {"serious", "critical"}
SUBTITLES = "WEBVTT\n\n00:00.500 --> 00:05.500\nDo you hear it?\n"

_DROP = """(target, files) => {
  const transfer = new DataTransfer();
  for (const [name, content] of files) {
    transfer.items.add(new File([Uint8Array.from(atob(content), (char) => char.charCodeAt(0))], name));
  }
  for (const type of ["dragenter", "dragover", "drop"]) {
    target.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: transfer }));
  }
}"""


def fits(page: Page) -> None:
    """Nothing is wider than the screen, and whatever can be pressed is big enough for a thumb (44 px)."""
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide == 0, f"{wide} px too wide"
    controls = "button:visible, a.button:visible, a.episode:visible, summary:visible, select:visible"
    for control in page.locator(f"{controls}, input[type=text]:visible, input[type=number]:visible").all():
        box = control.bounding_box()
        assert box is not None
        assert box["height"] >= 44, f"{control.evaluate('node => node.outerHTML')}: {box}"


def has_no_barriers(page: Page) -> None:
    """An accessibility engine finds nothing serious: names, roles, order, contrast."""
    found = Axe().run(page).response["violations"]
    serious = [one for one in found if one["impact"] in SERIOUS]
    told = [f"{one['id']}: {[node['html'] for node in one['nodes']]}" for one in serious]
    assert not told, told


def says(page: Page, words: str) -> None:
    """The page says so aside."""
    expect(page.locator("#status")).to_contain_text(words)


def drop(page: Page, paths: Iterable[Path]) -> None:
    """Drags files onto the place for them and lets go."""
    files = [(path.name, base64.b64encode(path.read_bytes()).decode()) for path in paths]
    page.locator(".drop").evaluate(_DROP, files)


def film_clip(path: Path, size: str = "180x320", seconds: int = 3) -> Path:
    """A small clip with sound, its picture in motion."""
    command = [
        *(imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y"),
        *("-f", "lavfi", "-i", f"testsrc2=size={size}:rate=24:duration={seconds}"),
        *("-f", "lavfi", "-i", f"sine=frequency=220:duration={seconds}"),
        *("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", "-shortest", str(path)),
    ]
    subprocess.run(command, check=True)
    return path
