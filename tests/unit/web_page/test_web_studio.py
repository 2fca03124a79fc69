"""The studio as files: what the deployed policy, the service's schemas and a careful reader rely on."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from cliffhanger.catalog.editing import TAG
from cliffhanger.errors import PROBLEMS
from cliffhanger.ledger.names import ID
from cliffhanger.media.probe import MAX_DURATION_S
from cliffhanger.texts import LANGUAGE_TAG
from functions.studio.schemas import UploadBody
from functions.studio.series import EpisodeBody, SeriesBody
from tests.unit.web_page.test_web_page import FORBIDDEN, WEB, Markup

STUDIO = WEB / "studio"
MODULES = sorted(STUDIO.glob("*.js"))
PAGE = Markup((WEB / "studio.html").read_text())
BOUNDS = (STUDIO / "bounds.js").read_text()


def test_the_studio_needs_no_inline_code_and_no_inline_style() -> None:
    assert PAGE.inline == []


def test_every_file_that_the_studio_names_is_there() -> None:
    for name in PAGE.named:
        assert name.startswith("#") or name == "/" or (WEB / name.removeprefix("/")).is_file(), name


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.name)
def test_every_import_of_the_studio_is_there(module: Path) -> None:
    for name in re.findall(r'from "(\.[^"]+)"', module.read_text()):
        assert (STUDIO / name).resolve().is_file(), name


def test_every_part_that_the_studio_asks_for_is_in_its_page() -> None:
    asked = {name for module in MODULES for name in re.findall(r'\bpart\("([^"]+)"', module.read_text())}
    assert asked
    assert asked <= set(PAGE.ids)
    assert len(PAGE.ids) == len(set(PAGE.ids))


@pytest.mark.parametrize("file", [*MODULES, WEB / "studio.html", STUDIO / "studio.css"], ids=lambda path: path.name)
def test_no_file_of_the_studio_uses_what_pages_do_without(file: Path) -> None:
    text = file.read_text()
    assert [why for pattern, why in FORBIDDEN.items() if re.search(pattern, text)] == []


def test_every_code_that_the_studio_has_words_for_exists() -> None:
    words = (STUDIO / "studio-words.js").read_text()
    own = set(re.findall(r'"([a-z_]+)"', words.split("OWN_CODES")[1].split("]")[0]))
    told = set(re.findall(r"^  ([a-z_]+): ", words.split("SENTENCES = {")[1].split("};")[0], re.MULTILINE))
    assert own <= told, "a code of the studio itself has no title that could stand in"
    of_pages = set(re.findall(r'^  "([a-z_]+)",$', (WEB / "words.js").read_text(), re.MULTILINE))
    assert told - own - of_pages <= {error.code for error in PROBLEMS}
    thrown = {code for module in MODULES for code in re.findall(r'new Refusal\([^;]*?"([a-z_]+)"', module.read_text())}
    assert thrown - of_pages - {"not_found"} <= own


def bounds_in_page() -> dict[str, dict[str, int]]:
    """The table of ``bounds.js``."""
    lines = re.findall(r'^  "([\w.]+)": \{ (.*) \},$', BOUNDS, re.MULTILINE)
    return {name: {key: int(value) for key, value in re.findall(r"(\w+): (\d+)", text)} for name, text in lines}


def bounds_in(schema: dict[str, Any]) -> dict[str, int]:
    """The same of a JSON schema; what may be null is bounded as what it is otherwise."""
    schema = next((one for one in schema.get("anyOf", []) if one.get("type") != "null"), schema)
    names = {"minLength": "minLength", "maxLength": "maxLength", "minimum": "min", "maximum": "max", "maxItems": "most"}
    return {ours: schema[theirs] for theirs, ours in names.items() if theirs in schema}


def properties(body: type) -> dict[str, Any]:
    """The members of a body by the names that problems use, nested ones with a dot."""
    (schemas, components) = msgspec.json.schema_components([body], ref_template="{name}")
    found: dict[str, Any] = {}
    for name, schema in components[schemas[0]["$ref"]]["properties"].items():
        nested = components.get(schema.get("$ref", ""), {}).get("properties")
        found |= {f"{name}.{inner}": value for inner, value in nested.items()} if nested else {name: schema}
    return found


def test_the_forms_bounds_are_the_services() -> None:
    service = {**properties(EpisodeBody), **properties(SeriesBody)}
    ours = bounds_in_page()
    assert len(ours) >= 14
    assert ours == {name: bounds_in(service[name]) for name in ours}


def test_the_forms_write_all_that_the_service_takes() -> None:
    terms = (STUDIO / "terms.js").read_text()
    for body, beside in ((SeriesBody, "revision"), (EpisodeBody, "revision")):
        for name in properties(body):
            assert name == beside or f'name: "{name}"' in terms, name


def test_the_forms_patterns_are_the_services() -> None:
    for name, pattern in {"SERIES_ID": ID, "LANGUAGE_TAG": LANGUAGE_TAG, "TAG": TAG}.items():
        assert f"export const {name} = /^{pattern}$/;" in BOUNDS


def test_the_bounds_of_files_are_the_services() -> None:
    numbers = {name: int(value) for name, value in re.findall(r"export const (\w+) = (\d+);", BOUNDS)}
    text = json.dumps(msgspec.json.schema(UploadBody))
    assert numbers["LONGEST_MS"] == MAX_DURATION_S * 1000
    names = ("VIDEO_BYTES", "SUBTITLES_BYTES", "DUB_BYTES")
    assert all(f'"maximum": {numbers[name]}' in text for name in names)
    assert all(f'"maxItems": {numbers[name]}' in text for name in ("MOST_SUBTITLES", "MOST_DUBS"))
