"""A statement tells all that moved, names every split and every rounding, and anybody can compute it again."""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from cliffhanger.ledger.canonical import canonical_json
from cliffhanger.revenue.domain import DAY_MS
from cliffhanger.revenue.statements import Before, Statement
from tests.unit.ledger.chains import NOW, STORY
from tests.unit.ledger.intakes import DORA, Books
from tests.unit.revenue.made import chain, earn, pay_out, statement_of
from tools import verify_statement

ROOT = Path(__file__).resolve().parents[3]
SCHEMA = json.loads((ROOT / "docs" / "schemas" / "statement.v1.json").read_text())

Document = dict[str, Any]


@pytest.fixture
def books() -> Books:
    return Books(volume_entries=100)


@pytest.fixture
def made(books: Books) -> Statement:
    earn(books, 1_001)
    earn(books, 77, currency="JPY", series="other")
    pay_out(books, 100, "p1")
    return statement_of(chain(books))


def verified(*statements: Statement, where: Path) -> int:
    files = []
    for number, statement in enumerate(statements):
        file = where / f"{number}-{statement.day}.json"
        file.write_bytes(statement.text.encode())
        files.append(str(file))
    return verify_statement.main(files)


def test_a_statement_has_the_form_that_is_published(made: Statement) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate(made.document, SCHEMA)


def test_every_total_is_what_was_there_and_what_came_and_went(made: Statement) -> None:
    usd = {"opening": 0, "earned": 334, "other": -100, "closing": 234, "held": 0, "debt": 0}
    assert made.document["totals"]["USD"] == usd
    assert made.document["totals"]["JPY"]["earned"] == 26


def test_every_rounding_is_named_with_its_split_version(made: Statement) -> None:
    line = made.document["lines"][0]
    assert (line["series"], line["split"], line["income"]) == (STORY, 4, "earned")
    assert line["divided"]["USD"] == {
        "amount": 1_001,
        "shares": [["platform", 5_000, 500, "down"], ["creator:cleo", 3_333, 334, "up"],
                   ["house:dora", 1_667, 167, "up"]],
    }  # fmt: skip


def test_the_verifier_finds_nothing_in_a_statement_of_ours(made: Statement, tmp_path: Path) -> None:
    assert verified(made, where=tmp_path) == verify_statement.FITS


def test_who_has_a_part_on_anothers_chain_has_a_statement_that_fits_too(
    books: Books, made: Statement, tmp_path: Path
) -> None:
    house = statement_of(chain(books, DORA))
    assert house.document["totals"]["USD"]["earned"] == 167
    assert house.document["lines"][0]["divided"]["USD"]["amount"] == 1_001
    assert verified(house, where=tmp_path) == verify_statement.FITS


def test_statements_follow_one_another_and_none_can_be_left_out(books: Books, tmp_path: Path) -> None:
    made: list[Statement] = []
    for number in range(3):
        earn(books, 100 + number, NOW + number * DAY_MS)
        before = Before(made[-1].day, made[-1].sha256, made[-1].last) if made else None
        made.append(statement_of(chain(books), number + 1, before=before))
    assert verified(*made, where=tmp_path) == verify_statement.FITS
    assert verified(made[0], made[2], where=tmp_path) == verify_statement.DOES_NOT_FIT


def test_the_same_entries_make_the_same_bytes(books: Books) -> None:
    earn(books, 1_001)
    assert statement_of(chain(books)).text == statement_of(chain(books)).text


def rehashed(document: Document) -> Document:
    """As somebody would write it who wants nobody to see: every hash of the chain made to fit anew."""
    prev = ""
    texts = []
    for text in document["entries"]:
        entry = {**json.loads(text), "prev": prev}
        texts.append(canonical_json(entry))
        prev = base64.urlsafe_b64encode(hashlib.sha256(texts[-1].encode()).digest()).rstrip(b"=").decode()
    return {**document, "entries": texts}


def in_entry(number: int, change: Callable[[Document], object]) -> Callable[[Document], Document]:
    def tamper(document: Document) -> Document:
        entry = json.loads(document["entries"][number])
        change(entry)
        document["entries"][number] = canonical_json(entry)
        return document

    return tamper


def more_for_the_platform(entry: Document) -> None:
    """The platform takes ten cents of the creator's, and every balance says so."""
    for posting in entry["postings"]:
        if posting[3].startswith("platform:"):
            posting[1] += 10
    entry["state"]["balances"]["USD"] -= 10


def without(document: Document, number: int) -> Document:
    del document["entries"][number]
    return document


TAMPERED: dict[str, Callable[[Document], Document]] = {
    "an amount in a line": lambda one: one["lines"][0]["moved"].update(USD=335) or one,
    "a rounding in a line": lambda one: one["lines"][0]["divided"]["USD"]["shares"][1].__setitem__(3, "") or one,
    "a split version in a line": lambda one: one["lines"][0].update(split=5) or one,
    "a total": lambda one: one["totals"]["USD"].update(closing=235) or one,
    "a total that is left out": lambda one: one["totals"].pop("JPY") and one,
    "a line that is left out": lambda one: one["lines"].pop() and one,
    "an entry that is left out": lambda one: without(one, 1),
    "an entry and its hashes": in_entry(0, lambda entry: entry["terms"].update(day="2026-01-01")),
    "a share, its balance and every hash": lambda one: rehashed(in_entry(0, more_for_the_platform)(one)),
    "the parts, and every hash": lambda one: rehashed(
        in_entry(0, lambda entry: entry["terms"].update(parties=[["platform", 6_000], ["creator:cleo", 4_000]]))(one)
    ),
    "parts that do not make up the whole": lambda one: rehashed(
        in_entry(0, lambda entry: entry["terms"]["parties"][0].__setitem__(1, 4_999))(one)
    ),
    "a balance, and every hash": lambda one: rehashed(
        in_entry(1, lambda entry: entry["state"]["balances"].update(JPY=27))(one)
    ),
    "another account's entry": lambda one: rehashed(in_entry(1, lambda entry: entry.update(account=DORA))(one)),
}


@pytest.mark.parametrize("name", TAMPERED)
def test_what_was_tampered_with_is_found(
    made: Statement, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text = canonical_json(TAMPERED[name](made.document))
    assert text != made.text
    assert verified(made._replace(text=text), where=tmp_path) == verify_statement.DOES_NOT_FIT
    assert len(capsys.readouterr().out.splitlines()) > 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"v":1}',
        '{"v":1,"v":1}',
        '{"a":1.5}',
        "null",
        "[" * 5_000,
    ],
)
def test_what_is_no_statement_is_said_to_be_unreadable(made: Statement, tmp_path: Path, text: str) -> None:
    assert verified(made._replace(text=text), where=tmp_path) == verify_statement.UNREADABLE


@pytest.mark.parametrize("member", sorted(verify_statement.MEMBERS))
def test_a_statement_of_another_form_is_never_said_to_fit(made: Statement, tmp_path: Path, member: str) -> None:
    for wrong in ([], {}, "", 0, [0], {"USD": 0}, ["{}"]):
        text = canonical_json({**made.document, member: wrong})
        if text == made.text or (member, wrong) == ("titles", {}):  # what series are called is no fact of the ledger
            continue
        assert verified(made._replace(text=text), where=tmp_path) != verify_statement.FITS


def test_a_statement_that_was_written_anew_is_not_taken_for_the_one_that_was_hashed(
    made: Statement, tmp_path: Path
) -> None:
    text = json.dumps(made.document, indent=1, ensure_ascii=False)
    assert verified(made._replace(text=text), where=tmp_path) == verify_statement.UNREADABLE


def test_the_verifier_is_one_file_and_needs_nothing_but_python(made: Statement, tmp_path: Path) -> None:
    """Isolated: no installed package and nothing beside it is found."""
    alone = tmp_path / "verify_statement.py"
    alone.write_bytes((ROOT / "tools" / "verify_statement.py").read_bytes())
    file = tmp_path / "statement.json"
    file.write_bytes(made.text.encode())
    done = subprocess.run(
        [sys.executable, "-I", "-S", alone, file], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout[:4]) == (verify_statement.FITS, "FITS")
