"""A statement as a PDF, for people: what the JSON says, and nothing else. Whoever imports it pays for fpdf2.

The font is ours, in ``vendor``, and embedded as far as it is used, so that a title in another script looks the same
everywhere. A title that the font lacks a sign for, as any in Chinese or Japanese, is not drawn as empty boxes: the
series is called by its id, and the page says so; the JSON beside it has every title as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from fpdf import FPDF
from fpdf.fonts import FontFace

from cliffhanger.revenue.money import shown
from cliffhanger.revenue.statements import Statement

FONT = Path(__file__).parent / "vendor" / "DejaVuSansCondensed.ttf"
_NAME = "statement"
_LINE_MM = 5.5
MOST_TITLE_CHARS = 60
_WORDS = {
    "carry": "Income of a series",
    "share": "Share of a series",
    "recovery": "Taken back of a series",
    "hold": "Set aside",
    "post": "Paid out",
    "void": "Released",
    "expiry": "Released",
}


def draw(statement: Statement) -> bytes:
    """The PDF of a statement; the same bytes for the same statement."""
    document = statement.document
    pdf = FPDF(format="A4")
    pdf.set_creation_date(datetime.fromisoformat(document["madeAt"]))
    pdf.set_title(f"Statement of {statement.day}")
    pdf.set_creator("Cliffhanger")
    pdf.set_margin(18)
    pdf.set_auto_page_break(auto=True, margin=18)
    pdf.add_font(_NAME, fname=FONT)
    pdf.add_page()
    _head(pdf, statement, document)
    _totals(pdf, document["totals"])
    titles = {series: title for series, title in document["titles"].items() if _has_signs_of(pdf, title)}
    _lines(pdf, document["lines"], titles)
    _foot(pdf, statement, document, by_id=len(titles) < len(document["titles"]))
    return bytes(pdf.output())


def _head(pdf: FPDF, statement: Statement, document: dict[str, Any]) -> None:
    _text(pdf, f"Statement of {statement.day}", 18, 10)
    previous = document["previous"].get("day", "none")
    _text(pdf, f"{document['account']} · entries {statement.first} to {statement.last} · before it: {previous}", 9)
    pdf.ln(3)


def _totals(pdf: FPDF, totals: dict[str, dict[str, int]]) -> None:
    names = ("opening", "earned", "other", "closing", "held", "debt")
    rows = [[currency, *(shown(total[name], currency) for name in names)] for currency, total in sorted(totals.items())]
    _table(pdf, ["", *(name.capitalize() for name in names)], rows, (12, *(27,) * 6))


def _has_signs_of(pdf: FPDF, text: str) -> bool:
    """Whether the font has a sign for everything in a text."""
    font: Any = pdf.fonts[_NAME]
    return all(ord(sign) in font.cmap for sign in text)


def _lines(pdf: FPDF, lines: list[dict[str, Any]], titles: dict[str, str]) -> None:
    _text(pdf, "Entries", 13, 8)
    rows = [row for line in lines for row in _rows(line, titles)]
    _table(pdf, ["Entry", "What", "Day", "Split", "Divided", "Yours"], rows, (14, 74, 22, 12, 26, 26))


def _rows(line: dict[str, Any], titles: dict[str, str]) -> Iterator[list[str]]:
    series = line.get("series", "")
    what = _WORDS.get(line["kind"], line["kind"].capitalize())
    title = titles.get(series, series)
    if title:
        what = f"{what}: {title if len(title) <= MOST_TITLE_CHARS else title[: MOST_TITLE_CHARS - 1] + '…'}"
    if line.get("income") == "tips":
        what += " (tips)"
    divided = line.get("divided", {})
    for currency in sorted({*line["moved"], *divided}) or [""]:
        whole = shown(divided[currency]["amount"], currency) if currency in divided else ""
        moved = shown(line["moved"].get(currency, 0), currency) if currency else "-"
        split = str(line["split"]) if "split" in line else ""
        yield [str(line["seq"]), what, line.get("day", line["at"][:10]), split, whole, moved]


def _foot(pdf: FPDF, statement: Statement, document: dict[str, Any], *, by_id: bool) -> None:
    pdf.ln(3)
    if by_id:
        _text(pdf, "Series whose titles have signs that this page cannot show are called by their ids.", 8, 4.5)
    said = (
        f"Made {document['madeAt']} from {len(document['entries'])} entries of the ledger. This page shows what the"
        " statement's JSON says; the JSON proves itself with verify_statement.py, how each amount was rounded included."
    )
    _text(pdf, said, 8, 4.5)
    _text(pdf, f"SHA-256 of the JSON: {statement.sha256}", 8, 4.5)


def _text(pdf: FPDF, text: str, size: float, height: float = _LINE_MM) -> None:
    pdf.set_font(_NAME, size=size)
    pdf.multi_cell(0, height, text, new_x="LMARGIN", new_y="NEXT")


def _table(pdf: FPDF, heads: list[str], rows: list[list[str]], widths: tuple[int, ...]) -> None:
    pdf.set_font(_NAME, size=8.5)
    aligned = tuple("LEFT" if place in {0, 1} else "RIGHT" for place in range(len(heads)))
    with pdf.table(
        col_widths=widths, text_align=aligned, line_height=_LINE_MM, borders_layout="HORIZONTAL_LINES",
        headings_style=_plain(),
    ) as table:  # fmt: skip
        for cells in (heads, *rows):
            row = table.row()
            for cell in cells:
                row.cell(cell)
    pdf.ln(3)


def _plain() -> Any:
    """Headings as the rest: one font is enough, and there is no other weight of it here."""
    return FontFace(emphasis=None, fill_color=(238, 238, 240))
