"""The page of a creator's money as files: policy, parts, and what it shares with the other rooms."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

from tests.unit.web_page.test_web_page import FORBIDDEN, WEB, Markup

EARNINGS, ROOM = WEB / "earnings", WEB / "room"
MODULES = sorted(EARNINGS.glob("*.js"))
PAGE = Markup((WEB / "earnings.html").read_text())


def name_of(path: Path) -> str:
    return str(path.relative_to(WEB))


def test_the_page_needs_no_inline_code_and_no_inline_style() -> None:
    assert PAGE.inline == []


def test_every_file_that_the_page_names_is_there() -> None:
    for name in PAGE.named:
        assert name.startswith("#") or (WEB / name.removeprefix("/")).is_file(), name


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_every_import_of_the_page_is_there(module: Path) -> None:
    for name in re.findall(r'(?:from |import\()"(\.[^"]+)"', module.read_text()):
        assert (module.parent / name).resolve().is_file(), name


@pytest.mark.parametrize("file", [*MODULES, WEB / "earnings.html", EARNINGS / "earnings.css"], ids=name_of)
def test_no_file_of_the_page_uses_what_pages_do_without(file: Path) -> None:
    text = file.read_text().replace("http://www.w3.org/2000/svg", "")
    assert [why for pattern, why in FORBIDDEN.items() if re.search(pattern, text)] == []


def test_modules_are_small_enough_to_be_read() -> None:
    assert max(len(module.read_text().splitlines()) for module in MODULES) <= 350


def test_the_page_is_small_enough_for_a_cold_phone() -> None:
    shared = [WEB / f"{name}.js" for name in ("auth", "api", "config", "dom", "notices", "refusal", "words")]
    sheets = [WEB / "tokens.css", WEB / "base.css", *ROOM.glob("*.css"), *EARNINGS.glob("*.css")]
    files = [*MODULES, *ROOM.glob("*.js"), *shared, *sheets, WEB / "earnings.html"]
    size = sum(len(gzip.compress(file.read_bytes(), 9)) for file in files)
    assert size <= 60_000, f"{size} bytes"
