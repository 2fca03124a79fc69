"""An export is judged whole or not at all: what is damaged on its way is told apart from books that are wrong."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.exports import ExportFolder
from tests.unit.auditing.forging import AS_OF, Books, audited, codes
from tools.audit import main
from tools.auditing.exports import Unreadable, open_export, refuse_gaps

DAY = 86_400_000


@pytest.fixture(scope="module")
def _whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = Books().export(tmp_path_factory.mktemp("export"))
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def export(tmp_path: Path, _whole: dict[str, bytes]) -> Path:
    """An export of books that hold."""
    for name, data in _whole.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return tmp_path


def data_file(export: Path) -> Path:
    return min(export.rglob("*.json.gz"))


def manifest(export: Path) -> Path:
    return next(export.rglob("manifest-files.json"))


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def flip(path: Path) -> None:
    """The same lines, compressed otherwise."""
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()), 9))


def shorten(path: Path) -> None:
    lines = gzip.decompress(path.read_bytes()).splitlines(keepends=True)
    path.write_bytes(gzip.compress(b"".join(lines[:-1])))


def foul(path: Path) -> None:
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()) + b'{"Item": {"account": {"S": "x"}}}\n'))


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (cut, "export_cut_short"),
        (empty, "export_cut_short"),
        (shorten, "export_cut_short"),
        (flip, "export_checksum_wrong"),
        (foul, "export_line_unreadable"),
        (Path.unlink, "export_file_missing"),
    ],
)
def test_a_damaged_data_file_is_named_and_nothing_is_judged(act: Callable[[Path], object], code: str, export: Path):
    act(data_file(export))
    found = audited(export)
    assert code in codes(found)
    assert all(each.startswith("export_") for each in codes(found))
    assert not found.judged
    assert main(["--export", str(export), "--workers", "1"]) == 2


def test_a_manifest_that_was_changed_is_found(export: Path):
    manifest(export).write_bytes(manifest(export).read_bytes() + b"\n")
    assert codes(audited(export)) == {"export_checksum_wrong"}


def test_a_manifest_that_lacks_a_file_is_found(export: Path):
    lines = manifest(export).read_bytes().splitlines(keepends=True)
    manifest(export).write_bytes(lines[0])
    assert "export_cut_short" in codes(audited(export))


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"itemCount": "many"}', '{"dataFileS3Key": "../../x"}'])
def test_what_is_no_manifest_cannot_be_read(text: str, export: Path, capsys: pytest.CaptureFixture[str]):
    if text:
        manifest(export).write_text(text)
    else:
        manifest(export).unlink()
    with pytest.raises(Unreadable):
        open_export(export)
    assert main(["--export", str(export)]) == 2
    assert "Unreadable" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("member", "value"), [("outputFormat", "ION"), ("exportTime", "yesterday"), ("exportTime", None)]
)
def test_a_summary_that_cannot_be_understood_cannot_be_read(member: str, value: str | None, export: Path):
    path = next(export.rglob("manifest-summary.json"))
    path.write_text(json.dumps({**json.loads(path.read_text()), member: value}))
    with pytest.raises(Unreadable):
        open_export(export)


def test_no_export_and_two_exports_cannot_be_read(export: Path, tmp_path_factory: pytest.TempPathFactory):
    with pytest.raises(Unreadable):
        open_export(tmp_path_factory.mktemp("nothing"))
    Books().export(export / "another")
    with pytest.raises(Unreadable):
        open_export(export)


def test_only_the_prefix_that_was_copied_need_be_there(export: Path, tmp_path_factory: pytest.TempPathFactory):
    """``aws s3 cp --recursive`` of an export's own folder leaves out what stands above it."""
    here = tmp_path_factory.mktemp("copied") / "mine"
    next(export.glob("AWSDynamoDB/*/data")).parent.rename(here)
    assert codes(audited(here)) == set()


def test_the_exit_code_tells_programs(export: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["--export", str(export), "--workers", "1", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["clean"], said["findings"]) == (True, {})
    assert said["units"]["coin"] == {"heads": 0, "open": 0}
    books = Books()
    books.items[books.of_kind("unlock")].pop("m0")
    assert main(["--export", str(books.export(tmp_path / "wrong")), "--workers", "1", "--json"]) == 1
    said = json.loads(capsys.readouterr().out)
    assert said["findings"] == {"batch_without_mark": 1}
    assert said["kept"][0]["do"]


def test_a_person_is_told_what_was_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    books = Books()
    account, seq = books.of_kind("unlock")
    books.items[account, seq].pop("m0")
    assert main(["--export", str(books.export(tmp_path)), "--workers", "1"]) == 1
    said = capsys.readouterr().out
    assert "batch_without_mark" in said
    assert f"#{seq}" in said
    assert "docs/auditor.md" in said


# --- Changes of a window ---------------------------------------------------------------------------------------------


def window(books: Books, folder: Path, since: int = AS_OF - DAY) -> ExportFolder:
    del books
    return ExportFolder(folder, AS_OF + DAY, incremental_from=since)


def test_changes_come_on_top_of_a_full_export(tmp_path: Path):
    """What was open in the full export is settled by what came after it."""
    books = Books()
    account = books.accounts("series")[0]
    last = books.length(account)
    document = books.document(account, last)
    sources = [(f"{kind}:{rest}", seq) for kind, lines in document["sources"].items() for rest, seq, *_ in lines]
    changes = window(books, tmp_path / "changes")
    changes.add(books.items[account, last])
    for key in sources:
        changes.add(books.items[key])
    changes.close()
    books.cut(account, last - 1)
    for key in sources:
        item = books.items[key]
        own = next(name for name in item if name.startswith("m"))
        books.items[key] = {name: value for name, value in item.items() if name != own}
    full = books.export(tmp_path / "full")
    assert "settlement_overdue" in codes(audited(full))
    assert codes(audited(full, tmp_path / "changes")) == set()


def test_a_window_alone_is_judged_by_what_it_holds(tmp_path: Path):
    """Chains begin before it and sources may have been settled before it; what is in it must still be right."""
    books = Books()
    account = next(one for one in books.accounts("viewer") if books.length(one) > 8)
    changes = window(books, tmp_path)
    for seq in (3, 4, 5, 7, 8):
        changes.add(books.items[account, seq])
    changes.close()
    assert codes(audited(tmp_path)) == set()


def test_a_deletion_is_a_finding(tmp_path: Path):
    books = Books()
    full = books.export(tmp_path / "full")
    where = books.of_kind("limits")
    changes = window(books, tmp_path / "changes")
    changes.add_deletion(books.items[where])
    changes.close()
    found = audited(full, tmp_path / "changes")
    assert {"entry_deleted", "chain_gap"} <= codes(found)
    assert (found.tally.findings.kept[0].account, found.tally.findings.kept[0].seq) in {where, (where[0], where[1] + 1)}


def full(folder: Path, at: int = AS_OF) -> Path:
    """An export of no items at a time."""
    return ExportFolder(folder, at).close()


def changed(folder: Path, since: int, until: int) -> Path:
    """An export of no changes between two times."""
    return ExportFolder(folder, until, incremental_from=since).close()


def refusal(*folders: Path) -> str:
    """Why these exports are not judged together; empty where they are."""
    try:
        refuse_gaps([open_export(folder) for folder in folders])
    except Unreadable as refused:
        return str(refused)
    return ""


def test_exports_with_a_hole_between_them_are_not_judged(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """What changed in the hole alone is stale or absent, and nothing else would tell."""
    books = Books().export(tmp_path / "full")
    late = changed(tmp_path / "changes", AS_OF + 29 * DAY, AS_OF + 30 * DAY)
    assert main(["--export", str(books), "--export", str(late), "--workers", "1"]) == 2
    told = capsys.readouterr()
    assert "is of changes from" in told.err
    assert "The books hold" not in told.out
    with pytest.raises(Unreadable):
        audited(books, late)


@pytest.mark.parametrize(
    ("windows", "gap"),
    [
        ([(0, 1)], False),
        ([(-1, 1)], False),
        ([(1, 2)], True),
        ([(0, 1), (1, 2)], False),
        ([(1, 2), (0, 1)], False),
        ([(0, 1), (2, 3)], True),
        ([(0, 9), (1, 2), (8, 10)], False),
    ],
)
def test_changes_begin_no_later_than_what_comes_before_them_ends(
    windows: list[tuple[int, int]], gap: bool, tmp_path: Path
):
    changes = [
        changed(tmp_path / str(number), AS_OF + since * DAY, AS_OF + until * DAY)
        for number, (since, until) in enumerate(windows)
    ]
    assert bool(refusal(*changes, full(tmp_path / "full"))) is gap


def test_windows_alone_follow_one_another_too(tmp_path: Path):
    first, second = changed(tmp_path / "1", AS_OF, AS_OF + DAY), changed(tmp_path / "2", AS_OF + DAY, AS_OF + 2 * DAY)
    third = changed(tmp_path / "3", AS_OF + 2 * DAY + 1000, AS_OF + 3 * DAY)
    assert not refusal(first, second)
    assert refusal(first, second, third)


def test_changes_that_were_over_before_the_full_export_are_not_laid_over_it(tmp_path: Path):
    """Their images are older than its items, which carry no time: the older ones would win."""
    assert refusal(full(tmp_path / "full"), changed(tmp_path / "1", AS_OF - 2 * DAY, AS_OF - DAY))


def test_two_full_exports_are_not_judged_together(tmp_path: Path):
    assert refusal(full(tmp_path / "1"), full(tmp_path / "2", AS_OF + DAY))


@pytest.mark.parametrize("member", ["tableArn", "tableId"])
def test_exports_of_two_tables_are_not_judged_together(member: str, tmp_path: Path):
    """A restored table has another name; one that was made anew under the old name another id."""
    one, other = full(tmp_path / "1"), changed(tmp_path / "2", AS_OF, AS_OF + DAY)
    path = next(other.rglob("manifest-summary.json"))
    path.write_text(json.dumps({**json.loads(path.read_text()), member: "arn:aws:dynamodb:us-east-1:1:table/another"}))
    assert "another table" in refusal(one, other)


@pytest.mark.parametrize("value", [None, "yesterday"])
def test_changes_that_do_not_say_since_when_cannot_be_read(value: str | None, tmp_path: Path):
    changes = changed(tmp_path, AS_OF, AS_OF + DAY)
    path = next(changes.rglob("manifest-summary.json"))
    path.write_text(json.dumps({**json.loads(path.read_text()), "exportFromTime": value}))
    with pytest.raises(Unreadable):
        open_export(changes)


# --- In flight --------------------------------------------------------------------------------------------------------


def test_a_torn_pair_is_in_flight_until_it_is_too_old(tmp_path: Path):
    """An export reads its partitions at slightly different moments: a batch may be seen before the mark."""
    books = Books()
    where = books.of_kind("unlock")
    del books.items[where]["m0"]
    long = (AS_OF - books.document("external:stripe", 1)["at"]) + DAY
    found = books.audited(tmp_path, in_flight_ms=long)
    assert codes(found) == set()
    assert found.tally.counts["in flight"] == 1


def test_what_is_just_being_settled_is_in_flight(tmp_path: Path):
    books = Books()
    account = books.accounts("series")[0]
    books.cut(account, books.length(account) - 1)
    long = AS_OF - 1_700_000_000_000
    found = books.audited(tmp_path, in_flight_ms=long)
    assert codes(found) == set()
    assert found.tally.counts["in flight"] > 0
