"""The PDF shows what the JSON says, whatever a series is called, and always the same."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from fpdf import FPDF

from cliffhanger.revenue.drawing import FONT, draw
from cliffhanger.revenue.money import shown
from tests.unit.ledger.chains import STORY
from tests.unit.ledger.intakes import Books
from tests.unit.revenue.made import chain, earn, pay_out, statement_of

MANIFEST = json.loads((FONT.parent / "MANIFEST.json").read_text())

TITLES = [
    "The Last Train",
    "Последний поезд",
    "Το τελευταίο τρένο",  # noqa: RUF001
    "最終列車 🚂",
    "القطار الأخير",
    "e\u0301\u200d\u202e\ufeff\x00\n\ud83d".encode("utf-8", "ignore").decode(),
    "x" * 500,
    "",
]


def statement(title: str = TITLES[0]) -> object:
    books = Books(volume_entries=100)
    earn(books, 1_001)
    pay_out(books, 100, "p1")
    return statement_of(chain(books), titles={STORY: title})


@pytest.mark.parametrize("title", TITLES, ids=range(len(TITLES)))
def test_no_title_breaks_it(title: str) -> None:
    made = draw(statement(title))  # type: ignore[arg-type]
    assert made.startswith(b"%PDF-")
    assert made.rstrip().endswith(b"%%EOF")
    assert len(made) < 200_000


def texts(title: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """What is written on the page."""
    written: list[str] = []
    cell = FPDF.multi_cell

    def keep(self: Any, w: float, h: float | None = None, text: str = "", **more: Any) -> Any:
        written.append(text)
        return cell(self, w, h, text, **more)

    monkeypatch.setattr(FPDF, "multi_cell", keep)
    draw(statement(title))  # type: ignore[arg-type]
    return "\n".join(written)


@pytest.mark.parametrize("title", [*TITLES[:3], "Señor Ångström à l'été"])
def test_a_title_with_accents_or_in_another_alphabet_stands_there_as_it_is(
    title: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = texts(title, monkeypatch)
    assert title in written
    assert "by their ids" not in written


@pytest.mark.parametrize("title", ["最終列車", "마지막 열차", "The Last Train 最終"])
def test_a_title_that_the_font_has_no_signs_for_gives_way_to_the_series_id_and_the_page_says_so(
    title: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Empty boxes would tell nobody which series it was."""
    written = texts(title, monkeypatch)
    assert title not in written
    assert f"Income of a series: {STORY}" in written
    assert "by their ids" in written


def test_the_same_statement_is_drawn_to_the_same_bytes() -> None:
    assert draw(statement()) == draw(statement())  # type: ignore[arg-type]


def test_a_long_statement_goes_on_over_pages() -> None:
    books = Books(volume_entries=10_000)
    for number in range(60):
        earn(books, 100 + number, series=f"s{number}")
    assert draw(statement_of(chain(books))).count(b"/Type /Page\n") > 1


def test_the_font_is_the_one_that_was_vetted() -> None:
    (package,) = MANIFEST["packages"]
    for file in package["files"]:
        data = (FONT.parent / Path(file["path"])).read_bytes()
        assert file["integrity"] == "sha384-" + base64.b64encode(hashlib.sha384(data).digest()).decode()
    listed = {file["path"] for file in package["files"]} | {"MANIFEST.json"}
    assert listed == {path.name for path in FONT.parent.iterdir()}


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (123_456, "USD", "1 234.56"),
        (-5, "EUR", "-0.05"),
        (0, "USD", "0.00"),
        (1_500, "JPY", "1 500"),
        (7, "XYZ", "0.07"),
    ],
)
def test_amounts_are_shown_with_their_currencys_digits(amount: int, currency: str, text: str) -> None:
    assert shown(amount, currency) == text
