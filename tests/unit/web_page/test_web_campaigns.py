"""The brands' page as files: policy, parts, words, and what a cold phone loads."""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from typing import get_args

import pytest

from cliffhanger.campaigns.domain import Kind, Status
from cliffhanger.errors import PROBLEMS
from cliffhanger.rewards.claims import Reason
from tests.unit.web_page.test_web_page import FORBIDDEN, WEB, Markup

FOLDER = WEB / "campaigns"
MODULES = sorted(FOLDER.glob("*.js"))
PAGE = Markup((WEB / "campaigns.html").read_text())
WORDS = (FOLDER / "campaign-words.js").read_text()


def keys(name: str) -> set[str]:
    table = WORDS.split(f"{name} = {{")[1].split("};")[0].replace(", ", ",\n")
    return set(re.findall(r'^\s*"?([a-z_.]+)"?: ', table, re.MULTILINE))


def test_the_page_needs_no_inline_code_and_every_file_that_it_names_is_there() -> None:
    assert PAGE.inline == []
    for name in PAGE.named:
        assert name.startswith("#") or name == "/" or (WEB / name.removeprefix("/")).is_file(), name


def test_every_import_of_the_page_is_there() -> None:
    for module in MODULES:
        for name in re.findall(r'from "(\.[^"]+)"', module.read_text()):
            assert (module.parent / name).resolve().is_file(), name


def test_every_part_that_the_room_asks_for_is_in_the_page() -> None:
    asked = {
        part for file in (WEB / "room").glob("*.js") for part in re.findall(r'\bpart\("([^"]+)"', file.read_text())
    }
    assert asked <= set(PAGE.ids)


@pytest.mark.parametrize(
    "file", [*MODULES, WEB / "campaigns.html", FOLDER / "campaigns.css"], ids=lambda file: file.name
)
def test_no_file_of_the_page_uses_what_pages_do_without(file: Path) -> None:
    text = file.read_text().replace("http://www.w3.org/2000/svg", "")
    assert [why for pattern, why in FORBIDDEN.items() if re.search(pattern, text)] == []


def test_the_page_has_words_for_every_state_and_kind_and_for_no_code_that_does_not_exist() -> None:
    assert {key.replace(".", "_") for key in keys("KINDS")} == {kind.replace(".", "_") for kind in get_args(Kind)}
    assert set(re.findall(r"(\w+): \[", WORDS.split("STATUSES = {")[1].split("};")[0])) == set(get_args(Status))
    codes = {error.code for error in PROBLEMS}
    assert keys("REASONS") <= codes | set(get_args(Reason)) | {"currency_refused"}
    assert keys("SENTENCES") - {"offline", "unreachable", "no_answer_in_time"} <= codes


def test_the_page_is_small() -> None:
    files = [*MODULES, WEB / "campaigns.html", FOLDER / "campaigns.css"]
    assert sum(len(gzip.compress(file.read_bytes(), 9)) for file in files) <= 10_000
