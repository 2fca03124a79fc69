"""Every finding is found: for each code somebody plants it, and the auditor names it and its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.auditing.forging import Books, audited, codes
from tests.unit.auditing.planted import PLANTS
from tools.auditing.findings import CODES, KEPT_PER_CODE, Finding, Findings

ELSEWHERE = {
    "export_file_missing",
    "export_checksum_wrong",
    "export_cut_short",
    "export_line_unreadable",
    "entry_deleted",
    "purchase_wrong",
    "cashback_wrong",
    "history_rewritten",
    "chain_truncated",
    "anchor_unreadable",
    "anchor_chain_broken",
    "anchor_missing",
    "entry_after_closed",
    "volume_unannounced",
    "volume_missing",
    "volume_wrong",
    "carry_wrong",
    "lots_otherwise",
    "rule_broken",
}
"""Planted in the tests of exports, anchors and volumes; the last is for rules that the receipt verifier may learn."""


def test_books_that_hold_have_no_finding(tmp_path: Path):
    found = Books().audited(tmp_path)
    assert codes(found) == set()
    assert found.tally.counts["settled"] == found.tally.counts["legs"] > 0
    assert not any(found.tally.worth.values())


@pytest.mark.parametrize("code", sorted(PLANTS))
def test_what_is_planted_is_found_where_it_is(code: str, tmp_path: Path):
    books = Books()
    where = PLANTS[code](books)
    found = books.audited(tmp_path)
    assert code in codes(found)
    at = {(each.account, each.seq) for each in found.tally.findings.kept if each.code == code}
    assert where is None or where in at


def test_every_code_is_planted():
    assert PLANTS.keys() | ELSEWHERE == CODES.keys()
    assert not PLANTS.keys() & ELSEWHERE


def test_a_finding_says_what_where_since_when_and_what_to_do(tmp_path: Path):
    books = Books()
    account, seq = PLANTS["link_broken"](books) or ("", 0)
    (found,) = [each for each in books.audited(tmp_path).tally.findings.kept if each.code == "link_broken"]
    document = books.document(account, seq)
    assert (found.account, found.seq, found.reference) == (account, seq, document["reference"])
    assert found.since == document["at"]
    assert found.document()["means"]
    assert found.document()["do"]


def test_one_bad_entry_does_not_hide_the_next(tmp_path: Path):
    books = Books()
    PLANTS["hash_wrong"](books)
    where = books.find(lambda document: document["seq"] > 5 and document["terms"]["kind"] == "limits")
    books.items[where]["m3"] = {"N": "1"}
    assert {"hash_wrong", "mark_unknown"} <= codes(books.audited(tmp_path))


def test_what_is_kept_of_findings_is_bounded_and_all_are_counted():
    findings, other = Findings(), Findings()
    for number in range(KEPT_PER_CODE + 5):
        findings.add(Finding("chain_gap", str(number)))
        other.add(Finding("chain_gap", str(number)))
    findings.merge(other)
    assert findings.counts["chain_gap"] == 2 * (KEPT_PER_CODE + 5)
    assert len(findings.kept) == KEPT_PER_CODE


def test_several_processes_say_the_same_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    books = Books()
    PLANTS["settled_otherwise"](books)
    one = books.audited(tmp_path)
    monkeypatch.setattr("tools.auditing.running.SMALL", 0)
    from tools.auditing.exports import open_export
    from tools.auditing.running import asked_of, audit

    export = open_export(tmp_path)
    two = audit(asked_of([export], workers=2), [export])
    assert two.tally.findings.counts == one.tally.findings.counts
    assert two.tally.counts == one.tally.counts
    assert audited(tmp_path).tally.worth == two.tally.worth
