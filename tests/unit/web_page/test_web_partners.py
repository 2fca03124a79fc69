"""The console for partners as files, and what it shares with the studio: policy, parts, codes, bounds."""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from cliffhanger.errors import PROBLEMS
from cliffhanger.partners.domain import SCOPES
from cliffhanger.webhooks.domain import Reason, State
from functions.webhooks.schemas import EndpointBody
from tests.unit.web_page.test_web_page import FORBIDDEN, WEB, Markup

CONSOLE, ROOM = WEB / "partners", WEB / "room"
MODULES = sorted([*CONSOLE.glob("*.js"), *ROOM.glob("*.js")])
SHEETS = sorted([*CONSOLE.glob("*.css"), *ROOM.glob("*.css")])
PAGE = Markup((WEB / "partners.html").read_text())


def name_of(path: Path) -> str:
    return str(path.relative_to(WEB))


def test_the_console_needs_no_inline_code_and_no_inline_style() -> None:
    assert PAGE.inline == []


def test_every_file_that_the_console_names_is_there() -> None:
    for name in PAGE.named:
        assert name.startswith("#") or name == "/" or (WEB / name.removeprefix("/")).is_file(), name


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_every_import_of_the_console_is_there(module: Path) -> None:
    for name in re.findall(r'from "(\.[^"]+)"', module.read_text()):
        assert (module.parent / name).resolve().is_file(), name


def asked(*modules: Path) -> set[str]:
    return {name for module in modules for name in re.findall(r'\bpart\("([^"]+)"', module.read_text())}


def test_every_part_that_the_console_asks_for_is_in_its_page() -> None:
    assert asked(*CONSOLE.glob("*.js")) <= set(PAGE.ids)
    assert len(PAGE.ids) == len(set(PAGE.ids))


@pytest.mark.parametrize("page", ["review.html", "studio.html", "partners.html", "earnings.html"])
def test_every_part_that_a_room_asks_for_is_in_the_page_of_each(page: str) -> None:
    parts = asked(*ROOM.glob("*.js"))
    assert parts
    assert parts <= set(Markup((WEB / page).read_text()).ids)


@pytest.mark.parametrize("file", [*MODULES, WEB / "partners.html", *SHEETS], ids=name_of)
def test_no_file_of_the_console_uses_what_pages_do_without(file: Path) -> None:
    text = file.read_text().replace("/^https:\\/\\//", "").replace("https://hooks.example.com", "")
    assert [why for pattern, why in FORBIDDEN.items() if re.search(pattern, text)] == []


def test_modules_are_small_enough_to_be_read() -> None:
    assert max(len(module.read_text().splitlines()) for module in MODULES) <= 350


def test_the_console_is_small_enough_for_a_cold_phone() -> None:
    shared = [WEB / f"{name}.js" for name in ("auth", "api", "config", "dom", "notices", "refusal", "sheets", "words")]
    sheets = [WEB / "tokens.css", WEB / "base.css", *SHEETS]
    files = [*MODULES, *shared, *sheets, WEB / "partners.html"]
    size = sum(len(gzip.compress(file.read_bytes(), 9)) for file in files)
    assert size <= 60_000, f"{size} bytes"


def test_every_code_that_the_console_has_words_for_exists() -> None:
    words = (CONSOLE / "partner-words.js").read_text()
    told = set(re.findall(r"^  ([a-z_]+): ", words.split("SENTENCES = {")[1].split("};")[0], re.MULTILINE))
    of_pages = set(re.findall(r'^  "([a-z_]+)",$', (WEB / "words.js").read_text(), re.MULTILINE))
    closed = set(re.findall(r'"([a-z_]+)"', (CONSOLE / "partners.js").read_text().split("closed: [")[1].split("]")[0]))
    assert (told | closed) - of_pages <= {error.code for error in PROBLEMS}


def test_the_form_s_bounds_are_the_service_s() -> None:
    text = (CONSOLE / "endpoint-views.js").read_text().split("const BOUNDS = ")[1].split(";")[0]
    ours = {name: int(most) for name, most in re.findall(r"(\w+): { maxLength: (\d+) }", text)}
    (_, components) = msgspec.json.schema_components([EndpointBody], ref_template="{name}")
    service = components["EndpointBody"]["properties"]
    assert ours == {name: service[name]["maxLength"] for name in ("url", "description")}


def test_every_state_and_every_reason_of_the_service_has_words() -> None:
    words = (CONSOLE / "partner-words.js").read_text()

    def table(name: str) -> set[str]:
        text = words.split(f"const {name} = {{")[1].split("};")[0]
        return set(re.findall(r"^\s*\"?([a-z_:]+)\"?: ", text.replace("{ ", "{\n").replace(", ", ",\n"), re.MULTILINE))

    assert table("STATES") == set(get_args(State))
    assert table("REASONS") == set(get_args(Reason)) - {""}
    assert table("SCOPES") == set(SCOPES)
