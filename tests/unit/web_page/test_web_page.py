"""The pages as files: what the deployed policy, a cold phone and a careful reader rely on."""

from __future__ import annotations

import base64
import gzip
import hashlib
import itertools
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from cliffhanger.commerce.orders import Status
from cliffhanger.errors import PROBLEMS
from cliffhanger.payments.facts import FAILURES
from cliffhanger.wallet.statement import Kind
from functions.checkout.schemas import ReturnTo

WEB = Path(__file__).parents[3] / "web"
OTHERS = {"vendor", "room", "studio", "partners", "earnings"}
"""Folders of others: the vendored player, and pages with tests of their own: studio, console, a creator's money."""


def own(suffix: str) -> list[Path]:
    """The page's own files of a kind."""
    found = (path.relative_to(WEB) for path in WEB.rglob(f"*{suffix}"))
    return [WEB / path for path in sorted(found) if path.parts[0] not in OTHERS]


MODULES = own(".js")
SHEETS = own(".css")
OWN = [*MODULES, *SHEETS, WEB / "index.html", *own(".svg")]
MANIFEST = json.loads((WEB / "vendor" / "MANIFEST.json").read_text())


STATIC_IMPORT = re.compile(r'^import .*"(\.[^"]+)";$', re.MULTILINE)


class Markup(HTMLParser):
    """Collects what a strict policy would refuse, and what the page names."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.inline: list[str] = []
        self.named: list[str] = []
        self.ids: list[str] = []
        self._open_script = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._open_script = tag == "script" and "src" not in given
        self.inline += [tag] if tag == "style" or self._open_script else []
        self.inline += [name for name in given if name == "style" or name.startswith("on")]
        self.named += [given[name] or "" for name in ("src", "href") if name in given]
        self.ids += [given["id"] or ""] if "id" in given else []


def name_of(path: Path) -> str:
    return str(path.relative_to(WEB))


INDEX = Markup((WEB / "index.html").read_text())


@pytest.mark.parametrize(
    "file", [file for package in MANIFEST["packages"] for file in package["files"]], ids=lambda file: file["path"]
)
def test_a_vendored_file_is_byte_for_byte_the_one_that_was_reviewed(file: dict[str, str]) -> None:
    digest = hashlib.sha384((WEB / "vendor" / file["path"]).read_bytes()).digest()
    assert file["integrity"] == f"sha384-{base64.b64encode(digest).decode()}"


def test_every_vendored_file_stands_in_the_manifest_with_its_licence() -> None:
    listed = {file["path"] for package in MANIFEST["packages"] for file in package["files"]}
    assert listed | {"MANIFEST.json"} == {path.name for path in (WEB / "vendor").iterdir()}
    for package in MANIFEST["packages"]:
        assert any("LICENSE" in file["path"] for file in package["files"])
        # The name carries the version, so that the file may be cached for ever.
        assert any(package["version"] in file["path"] for file in package["files"])


def test_the_page_needs_no_inline_code_and_no_inline_style() -> None:
    assert INDEX.inline == []


def test_every_file_that_the_page_names_is_there() -> None:
    for name in INDEX.named:
        assert name.startswith("#") or (WEB / name.removeprefix("/").partition("#")[0]).is_file(), name


def first_modules() -> set[Path]:
    """What ``app.js`` imports, and so on: what a page load needs before it can show anything."""
    found, due = set(), [WEB / "app.js"]
    while due:
        module = due.pop()
        if module not in found:
            found.add(module)
            due += [(module.parent / name).resolve() for name in STATIC_IMPORT.findall(module.read_text())]
    return found


def test_every_module_of_the_first_load_is_named_ahead_so_that_none_waits_for_another() -> None:
    first = {f"/{name_of(module)}" for module in first_modules()}
    assert first == {name for name in INDEX.named if name.endswith(".js")}


def test_every_icon_that_is_used_is_drawn() -> None:
    drawn = set(re.findall(r'<symbol id="([a-z]+)"', (WEB / "icons.svg").read_text()))
    text = "".join(file.read_text() for file in [*MODULES, WEB / "index.html"])
    used = set(re.findall(r'icons\.svg#([a-z]+)"', text)) | set(re.findall(r'\bicon\("([a-z]+)"', text))
    assert used
    assert used <= drawn


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_every_import_of_a_module_is_there(module: Path) -> None:
    text = module.read_text()
    for name in re.findall(r'(?:from |_MODULE = )"(\.[^"]+)"', text):
        assert (module.parent / name).resolve().is_file(), name


def test_every_part_that_a_module_asks_for_is_in_the_page() -> None:
    asked = {name for module in MODULES for name in re.findall(r'\bpart\("([^"$]+)"', module.read_text())}
    assert asked
    assert asked <= set(INDEX.ids)
    assert len(INDEX.ids) == len(set(INDEX.ids))


FORBIDDEN = {
    r"\b(?:innerHTML|outerHTML|insertAdjacentHTML|document\.write)\b": "markup in strings",
    r"\beval\(|new Function\b|\bsetTimeout\(\s*[\"'`]": "code in strings",
    r"\bconsole\.": "the console, where tokens could end",
    r"\blocalStorage\b|\bindexedDB\b|document\.cookie": "storage that outlives the tab",
    r"\.style\b(?!\.setProperty\(\"--)|setAttribute\(\"style\"": "inline style, where no custom property would do",
    r"https?://(?!www\.w3\.org/2000/svg)": "an address of another host",
}


@pytest.mark.parametrize("file", OWN, ids=name_of)
def test_no_file_uses_what_the_page_does_without(file: Path) -> None:
    text = file.read_text()
    if file == WEB / "choices.js":
        text = text.replace("localStorage", "")  # the one thing that is kept, and nothing personal
    assert [why for pattern, why in FORBIDDEN.items() if re.search(pattern, text)] == []


def test_every_code_with_words_of_its_own_exists_in_the_service_or_in_the_page() -> None:
    words = (WEB / "words.js").read_text()
    own = set(re.findall(r'^  "([a-z_]+)",$', words, re.MULTILINE))
    told = set(re.findall(r"^  ([a-z_]+): ", words.split("SENTENCES = {")[1].split("};")[0], re.MULTILINE))
    assert own <= told, "a code of the page itself has no title that could stand in"
    assert told - own <= {error.code for error in PROBLEMS}
    thrown = {
        code
        for module in MODULES
        for code in re.findall(r'(?:new Refusal\(|#refuse\()\s*"([a-z_]+)"', module.read_text())
    }
    assert thrown - {"not_found"} <= own


def table(name: str) -> set[str]:
    """The codes that a table of the shop's words has a sentence for."""
    text = (WEB / "buying" / "shop-words.js").read_text().split(f"const {name} = {{")[1].split("};")[0]
    return set(re.findall(r"^  (\w+): ", text, re.MULTILINE))


def test_every_way_that_a_payment_comes_to_nothing_has_words() -> None:
    assert table("FAILURES") == set(FAILURES)


def test_every_code_that_the_shop_has_words_for_exists() -> None:
    words = (WEB / "buying" / "shop-words.js").read_text()
    told = table("SENTENCES") | set(re.findall(r'code === "(\w+)"', words))
    assert {"payment_refused", "purchase_limit_reached"} <= told <= {error.code for error in PROBLEMS}


def test_every_kind_of_entry_has_its_words_in_the_statement() -> None:
    text = (WEB / "account" / "statement.js").read_text().split("const KINDS = {")[1].split("};")[0]
    assert set(re.findall(r"(\w+):", text)) == set(get_args(Kind)) - {"other"}


def test_every_state_of_an_order_has_words() -> None:
    assert table("STATUSES") == set(get_args(Status))


def test_the_place_to_come_back_to_is_one_that_the_service_takes() -> None:
    choosing = (WEB / "buying" / "choosing.js").read_text()
    assert 'returnTo: `/?at=${place.slice(1) || "/"}`' in choosing
    for place in ("/", "/the-last-train", "/the-last-train/12"):
        assert msgspec.convert(f"/?at={place}", ReturnTo)


def test_the_page_without_the_player_is_small_enough_for_a_cold_phone() -> None:
    first = [file for file in OWN if file.suffix not in {".js", ".css"} or f"/{name_of(file)}" in INDEX.named]
    size = sum(len(gzip.compress(file.read_bytes(), 9)) for file in first)
    assert size <= 60_000, f"{size} bytes"


def test_modules_are_small_enough_to_be_read_as_the_reference_client() -> None:
    longest = max(MODULES, key=lambda module: len(module.read_text().splitlines()))
    assert len(longest.read_text().splitlines()) <= 350, longest


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


COLOURS = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", (WEB / "tokens.css").read_text()))


@pytest.mark.parametrize(
    ("text", "ground"),
    [
        *itertools.product(("text", "soft", "gold", "good", "bad"), ("ground", "raised", "lifted")),
        ("on-accent", "accent"),
        ("on-accent", "gold"),
    ],
)
def test_text_stands_out_from_its_ground(text: str, ground: str) -> None:
    assert contrast(COLOURS[text], COLOURS[ground]) >= 4.5  # WCAG 2.2, 1.4.3 (AA)
