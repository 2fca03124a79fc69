"""After a restore an audit can hold again: what is on the list of what was lost is accepted, and nothing else."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

import pytest

from cliffhanger.anchoring.domain import start_of
from tests.unit.auditing.forging import Books, audited, codes
from tests.unit.auditing.test_anchors import DAYS, kept
from tools.audit import main
from tools.auditing.exports import Unreadable
from tools.auditing.losses import Loss, read_losses, write_losses
from tools.auditing.running import Audited

RESTORED_TO = start_of(DAYS[1]) + 6 * 3_600_000
LOST_DAYS = DAYS[1:]
ANCHORED_CODES = {"chain_truncated", "history_rewritten"}


class Restored:
    """Books that lack the newest entries of a viewer, the anchors of before, and the list of what was lost."""

    def __init__(self, folder: Path, days: tuple[str, ...] = LOST_DAYS) -> None:
        self.books = Books()
        self.folder = folder
        self.anchors = kept(self.books, folder / "anchors", days)
        self.account = self.books.of_kind("limits")[0]
        self.length = self.books.length(self.account) - 3
        self.before = {key: dict(item) for key, item in self.books.items.items()}
        self.books.cut(self.account, self.length)
        self.list = folder / "losses.json"

    def note(self) -> Audited:
        """The audit that notes what is missing."""
        found = self.audited(restored_to=RESTORED_TO)
        write_losses(self.list, RESTORED_TO, found.tally.losses)
        return found

    def audited(self, **how: Any) -> Audited:
        """What the auditor says of the books as they are now."""
        folder = self.folder / f"export-{len(list(self.folder.iterdir()))}"
        return audited(self.books.export(folder), anchors=self.anchors, **how)

    def accepted(self) -> Audited:
        """The same, with the list."""
        return self.audited(losses=[self.list])

    def go_on(self, *, later_ms: int) -> None:
        """Other entries take the places of those that were lost; so much later than the restore point."""
        for seq in range(self.length + 1, self.length + 4):
            self.books.items[self.account, seq] = dict(self.before[self.account, seq])
        for seq in range(self.length + 1, self.length + 4):
            at = RESTORED_TO + later_ms + seq
            self.books.change((self.account, seq), functools.partial(_again, at=at))


def _again(document: dict[str, Any], at: int) -> None:
    document.update(at=at, request="A" * 43)


@pytest.fixture
def restored(tmp_path: Path) -> Restored:
    return Restored(tmp_path)


def test_what_a_restore_has_lost_is_a_finding_until_it_is_on_the_list(restored: Restored):
    assert "chain_truncated" in codes(restored.audited())
    noted = restored.note()
    assert not codes(noted) & ANCHORED_CODES
    assert noted.tally.counts["accepted"] == len(LOST_DAYS)
    found = restored.accepted()
    assert not codes(found) & ANCHORED_CODES
    assert found.tally.counts["accepted"] == len(LOST_DAYS)


def test_what_was_written_in_the_place_of_what_was_lost_is_no_rewritten_history(restored: Restored):
    restored.note()
    restored.go_on(later_ms=1)
    assert "history_rewritten" in codes(restored.audited())
    assert not codes(restored.accepted()) & ANCHORED_CODES


def test_what_the_repair_of_the_restored_table_has_written_there_is_noted_as_well(restored: Restored):
    restored.go_on(later_ms=1)
    assert not codes(restored.note()) & ANCHORED_CODES
    assert not codes(restored.accepted()) & ANCHORED_CODES


def test_what_stands_there_from_before_the_restore_point_was_rewritten(restored: Restored):
    restored.note()
    restored.go_on(later_ms=-3_600_000)
    assert "history_rewritten" in codes(restored.accepted())
    restored.list.unlink()
    assert "history_rewritten" in codes(restored.note())


def test_a_history_that_is_rewritten_after_the_restore_does_not_hide_among_what_was_lost(restored: Restored):
    """The head that the restore has left is on the list as well, and is held against the chain."""
    restored.note()
    restored.go_on(later_ms=1)
    restored.books.change((restored.account, restored.length - 1), lambda document: document.update(request="B" * 43))
    found = restored.accepted()
    rewritten = [each for each in found.tally.findings.kept if each.code == "history_rewritten"]
    assert [(each.account, each.seq) for each in rewritten] == [(restored.account, restored.length)]


def test_more_that_goes_missing_is_not_accepted(restored: Restored):
    restored.note()
    restored.books.cut(restored.account, restored.length - 1)
    other = next(one for one in restored.books.accounts("viewer") if one != restored.account)
    restored.books.cut(other, restored.books.length(other) - 1)
    truncated = [each for each in restored.accepted().tally.findings.kept if each.code == "chain_truncated"]
    assert {each.account for each in truncated} == {restored.account, other}


def test_an_account_of_which_nothing_was_left_is_on_the_list(restored: Restored):
    restored.books.cut(restored.account, 0)
    restored.note()
    assert not codes(restored.accepted()) & ANCHORED_CODES
    assert {each["head"] for each in json.loads(restored.list.read_text())["losses"]} == {""}


def test_what_was_anchored_before_the_restore_point_cannot_have_been_lost_by_it(tmp_path: Path):
    restored = Restored(tmp_path, DAYS)
    found = restored.note()
    (truncated,) = [each for each in found.tally.findings.kept if each.code == "chain_truncated"]
    assert truncated.since == start_of(DAYS[0])
    assert {each["day"] for each in json.loads(restored.list.read_text())["losses"]} == set(LOST_DAYS)


@pytest.mark.parametrize(
    ("of_first", "change"),
    [
        (True, {"day": DAYS[0]}),
        (True, {"day": "yesterday"}),
        (True, {"leaf": "viewer:ana 1"}),
        (True, {"why": "x"}),
        (False, {"v": 2}),
        (False, {"restoredTo": "yesterday"}),
        (False, {"restoredTo": "2026-11-26T06:00:00"}),
        (False, {"losses": None}),
        (False, {"more": 1}),
    ],
)
def test_what_is_no_list_of_losses_cannot_be_read(of_first: bool, change: dict[str, Any], restored: Restored):
    """A day from before the restore point among them: nobody adds a head that was rewritten long ago."""
    restored.note()
    document = json.loads(restored.list.read_text())
    (document["losses"][0] if of_first else document).update(change)
    restored.list.write_text(json.dumps(document))
    with pytest.raises(Unreadable):
        list(read_losses(restored.list))


def test_the_command_notes_what_was_lost_and_accepts_it_from_then_on(
    restored: Restored, capsys: pytest.CaptureFixture[str]
):
    books = ["--export", str(restored.books.export(restored.folder / "e")), "--anchors", str(restored.anchors)]
    noting = ["--restored-to", "2026-11-26T06:00:00Z", "--note-losses", str(restored.list)]
    main([*books, "--workers", "1", "--json", *noting])
    assert json.loads(capsys.readouterr().out)["counts"]["accepted"] == len(LOST_DAYS)
    main([*books, "--workers", "1", "--json", "--losses", str(restored.list)])
    assert not ANCHORED_CODES & set(json.loads(capsys.readouterr().out)["findings"])
    assert main([*books, *noting]) == 2, "a list is not written over"
    assert "File exists" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        ("--restored-to", "2026-11-26T06:00:00Z"),
        ("--note-losses", "x.json"),
        ("--restored-to", "2026-11-26", "--note-losses", "x.json"),
        ("--losses", "x.json"),
    ],
)
def test_a_list_is_noted_by_the_anchors_and_of_a_time(words: tuple[str, ...], restored: Restored):
    books = ["--export", str(restored.books.export(restored.folder / "e"))]
    anchors = [] if "--losses" in words else ["--anchors", str(restored.anchors)]
    assert main([*books, *anchors, *words]) == 2


def test_a_list_reads_as_it_was_written(tmp_path: Path):
    digest = "A" * 43
    loss = Loss(DAYS[1], f"series:x:earned:0.2 17 {digest}", f"series:x:earned:0.2 9 {digest}")
    write_losses(tmp_path / "losses.json", RESTORED_TO, [loss, loss])
    assert [record[:2] for record in read_losses(tmp_path / "losses.json")] == [
        ("series:x:earned:0", 17), ("series:x:earned:0", 17), ("series:x:earned:0", 9),
    ]  # fmt: skip
