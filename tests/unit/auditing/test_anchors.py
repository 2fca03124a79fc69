"""Whoever rewrites the table, hashes and all, is contradicted by what was kept elsewhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cliffhanger.anchoring.domain import Head, anchor_key, anchored, heads_key, newest, start_of
from tests.unit.auditing.forging import Books, codes
from tools import verify_anchor
from tools.audit import main
from tools.auditing.entries import text_of_hash

DAYS = ("2026-11-25", "2026-11-26", "2026-11-27")


@pytest.fixture
def books() -> Books:
    return Books()


def kept(books: Books, folder: Path, days: tuple[str, ...] = DAYS) -> Path:
    """Anchors of the books as they are, for some days."""
    found = newest((account, Head(seq, item["hash"]["B"])) for (account, seq), item in books.items.items())
    before = None
    for day in days:
        made = anchored(day, found, before)
        for key, data in ((anchor_key(day), made.anchor), (heads_key(day), made.heads)):
            path = folder / key
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        before = made.anchor
    return folder


def receipt(books: Books, account: str, seq: int) -> dict[str, Any]:
    from cliffhanger.ledger.packing import stored_text

    return {"entry": stored_text(books.items[account, seq])}


def test_books_that_are_as_they_were_hold(books: Books, tmp_path: Path):
    found = books.audited(tmp_path / "export", anchors=kept(books, tmp_path / "anchors"))
    assert codes(found) == set()
    assert found.tally.counts["anchored"] == len(DAYS) * len({account for account, _ in books.items})


def test_history_that_was_rewritten_with_all_its_hashes_is_found(books: Books, tmp_path: Path):
    """The chain hangs together again; only the anchor tells."""
    anchors = kept(books, tmp_path / "anchors")
    account, seq = books.of_kind("limits")
    books.change((account, seq), lambda document: document["state"].update(limits={"day": 1}))
    books.change((account, seq), lambda document: document.update(request="A" * 43))
    assert "history_rewritten" in codes(books.audited(tmp_path / "export", anchors=anchors))


def test_a_tail_that_was_cut_off_is_found(books: Books, tmp_path: Path):
    anchors = kept(books, tmp_path / "anchors")
    account, _ = books.of_kind("limits")
    books.cut(account, books.length(account) - 1)
    found = books.audited(tmp_path / "export", anchors=anchors)
    truncated = [each for each in found.tally.findings.kept if each.code == "chain_truncated"]
    assert {each.account for each in truncated} == {account}
    assert min(each.since for each in truncated) == start_of(DAYS[0])


def test_heads_that_do_not_make_the_root_are_found(books: Books, tmp_path: Path):
    anchors = kept(books, tmp_path / "anchors")
    other = kept(Books(), tmp_path / "other", DAYS[:1])
    path = anchors / anchor_key(DAYS[0])
    document = json.loads(path.read_text())
    path.write_text(json.dumps({**document, "root": "0" * 64}))
    assert {"anchor_unreadable", "anchor_chain_broken"} <= codes(books.audited(tmp_path / "export", anchors=anchors))
    assert verify_anchor.check(path)
    assert verify_anchor.check(other / anchor_key(DAYS[0])) == []


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b'{"v":2}'])
def test_what_is_no_anchor_is_found(data: bytes, books: Books, tmp_path: Path):
    anchors = kept(books, tmp_path / "anchors")
    (anchors / anchor_key(DAYS[1])).write_bytes(data)
    assert "anchor_unreadable" in codes(books.audited(tmp_path / "export", anchors=anchors))


def test_heads_that_are_gone_or_cut_short_are_found(books: Books, tmp_path: Path):
    anchors = kept(books, tmp_path / "anchors")
    path = anchors / heads_key(DAYS[1])
    path.write_bytes(path.read_bytes()[:-20])
    (anchors / heads_key(DAYS[2])).unlink()
    found = books.audited(tmp_path / "export", anchors=anchors)
    assert found.tally.findings.counts["anchor_unreadable"] == 2


def test_a_day_without_an_anchor_is_found(books: Books, tmp_path: Path):
    anchors = kept(books, tmp_path / "anchors", (DAYS[0], DAYS[2]))
    assert codes(books.audited(tmp_path / "export", anchors=anchors)) == {"anchor_missing"}


def test_an_anchor_that_was_exchanged_breaks_the_chain_of_anchors(books: Books, tmp_path: Path):
    anchors = kept(books, tmp_path / "anchors")
    made = anchored(DAYS[1], {"viewer:nobody": Head(1, bytes(32))}, None)
    (anchors / anchor_key(DAYS[1])).write_bytes(made.anchor)
    (anchors / heads_key(DAYS[1])).write_bytes(made.heads)
    assert "anchor_chain_broken" in codes(books.audited(tmp_path / "export", anchors=anchors))


def test_a_folder_without_anchors_cannot_be_read(books: Books, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "anchors").mkdir()
    export = str(books.export(tmp_path / "export"))
    assert main(["--export", export, "--anchors", str(tmp_path / "anchors"), "--workers", "1"]) == 2
    assert "no anchor" in capsys.readouterr().err


# --- A receipt under the root ----------------------------------------------------------------------------------------


@pytest.fixture
def proof(books: Books, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[Path, Path, str]:
    """A proof for an account, the anchor, and the account."""
    account = books.of_kind("unlock")[0]
    anchor = kept(books, tmp_path / "anchors") / anchor_key(DAYS[2])
    assert verify_anchor.main(["prove", "--anchor", str(anchor), "--account", account]) == 0
    path = tmp_path / "proof.json"
    path.write_text(capsys.readouterr().out)
    return path, anchor, account


def verified(tmp_path: Path, proof: Path, anchor: Path | None, *receipts: dict[str, Any]) -> int:
    named = []
    for number, each in enumerate(receipts):
        path = tmp_path / f"receipt-{number}.json"
        path.write_text(json.dumps(each))
        named += ["--receipt", str(path)]
    return verify_anchor.main(["verify", "--proof", str(proof), *(["--anchor", str(anchor)] if anchor else []), *named])


def test_the_newest_receipt_of_the_day_is_proven_by_itself(books: Books, proof: Any, tmp_path: Path):
    path, anchor, account = proof
    assert verified(tmp_path, path, anchor, receipt(books, account, books.length(account))) == 0


def test_an_older_receipt_is_proven_through_those_that_follow_it(books: Books, proof: Any, tmp_path: Path):
    path, anchor, account = proof
    last = books.length(account)
    chain = [receipt(books, account, seq) for seq in range(last - 3, last + 1)]
    assert verified(tmp_path, path, anchor, *chain) == 0
    assert verified(tmp_path, path, anchor, chain[0], *chain[2:]) == 1


def test_a_forged_receipt_is_not_proven(books: Books, proof: Any, tmp_path: Path):
    path, anchor, account = proof
    last = receipt(books, account, books.length(account))
    forged = {"entry": last["entry"].replace('"at":', '"at":1')}
    assert verified(tmp_path, path, anchor, forged) == 1
    other = receipt(books, books.accounts("viewer")[-1], 1)
    assert verified(tmp_path, path, anchor, other) == 1


@pytest.mark.parametrize("member", ["root", "leaf", "index", "path"])
def test_a_proof_that_was_changed_proves_nothing(member: str, books: Books, proof: Any, tmp_path: Path):
    path, anchor, account = proof
    document = json.loads(path.read_text())
    changed = {
        "root": "0" * 64,
        "leaf": f"{account} 1 {text_of_hash(bytes(32))}",
        "index": (document["index"] + 1) % document["heads"],
        "path": ["0" * 64, *document["path"][1:]],
    }
    path.write_text(json.dumps({**document, member: changed[member]}))
    assert verified(tmp_path, path, anchor, receipt(books, account, books.length(account))) == 1


def test_a_root_that_was_compared_with_no_anchor_proves_nothing(
    books: Books, proof: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    """Anybody can make a tree of one leaf over a receipt of their own, and its proof leads to its root."""
    account = proof[2]
    own = receipt(books, account, books.length(account))
    leaf = f"{account} {books.length(account)} {verify_anchor.hash_of(own['entry'])}"
    made_up = {
        "v": 1, "day": DAYS[2], "root": verify_anchor.leaf_hash(leaf.encode()).hex(), "heads": 1,
        "leaf": leaf, "index": 0, "path": [],
    }  # fmt: skip
    path = tmp_path / "made-up.json"
    path.write_text(json.dumps(made_up))
    for each in (path, proof[0]):
        assert verified(tmp_path, each, None, own) == 1
        told = capsys.readouterr().out
        assert "--anchor" in told
        assert "Proven" not in told


def test_a_root_that_is_not_the_anchor_s_proves_nothing(books: Books, proof: Any, tmp_path: Path):
    path, anchor, account = proof
    other = anchor.parent.parent / DAYS[0] / "anchor.json"
    assert verified(tmp_path, path, other, receipt(books, account, books.length(account))) == 1


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"leaf": 1}', '{"leaf": "x", "index": 0, "heads": 1, "path": []}'])
def test_what_is_no_proof_cannot_be_read(text: str, books: Books, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = tmp_path / "proof.json"
    path.write_text(text)
    assert verified(tmp_path, path, None, receipt(books, *books.of_kind("unlock"))) == 2
    assert "Unreadable" in capsys.readouterr().err
