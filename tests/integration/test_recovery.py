"""What the operations guide tells to do when things are lost, rehearsed: restore, mend, replay a window, tell again."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cliffhanger.expiry.store import SHARDS, DueStore
from cliffhanger.ledger.entries import foreign_legs
from cliffhanger.ledger.settling import settle
from cliffhanger.ledger.store import entry_of_image
from tests.support.dynamodb import connect
from tests.support.exports import write_export
from tests.support.tables import DUE, LEDGER
from tests.unit.auditing.forging import audited, codes
from tests.unit.parking.desk import Bus
from tests.unit.support.office import MIA, Office
from tools import repair as command
from tools import retell
from tools.auditing.running import Audited
from tools.auditing.tables import Live, Segment, item_count, read_segment

NAME = LEDGER["TableName"]
HOUR = 3_600_000
Item = dict[str, Any]


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> Office:
    """Mia has unlocked, and everything is settled; an hour goes by.

    The table has no stream, as none has that was restored.
    """
    without_stream = {name: value for name, value in LEDGER.items() if name != "StreamSpecification"}
    monkeypatch.setattr("tests.unit.support.office.LEDGER", without_stream)
    made = Office()
    made.unlock()
    settle(made.ledger, every_entry(made), made.pace)
    made.now += HOUR
    return made


def every_entry(office: Office) -> list[Any]:
    entries = [entry_of_image(item) for item in office.model.items(NAME)]
    return [entry for entry in entries if foreign_legs(entry)]


def audit(office: Office, folder: Path) -> Audited:
    return audited(write_export(folder, office.model.items(NAME), office.now))


def restored(office: Office, keep: Callable[[Item], Item | None]) -> None:
    """The table as a restore could have left it."""
    kept = (keep(dict(item)) for item in office.model.items(NAME))
    office.model.load(NAME, [item for item in kept if item is not None])


def without_marks(item: Item) -> Item:
    return {name: value for name, value in item.items() if not name.startswith("m")}


def without_batches(item: Item) -> Item | None:
    return item if item["account"]["S"].startswith("viewer:") else None


@pytest.fixture
def run(office: Office, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """The command over the office's table, some minutes later."""
    monkeypatch.setattr(command, "connection_of", lambda _given: connect(office.model))
    return lambda *words: command.main(["--table", NAME, *words])


def test_books_that_were_not_torn_hold(office: Office, tmp_path: Path):
    assert codes(audit(office, tmp_path)) == set()


def test_batches_without_their_marks_are_found_and_marked(office: Office, tmp_path: Path, run: Callable[..., int]):
    restored(office, without_marks)
    assert codes(audit(office, tmp_path / "1")) == {"batch_without_mark"}
    assert run("--restored") == 0
    assert codes(audit(office, tmp_path / "2")) == set()


def test_settlement_that_runs_before_the_reconciliation_settles_twice(office: Office, tmp_path: Path):
    """This is why consumers stay off until the auditor has been there (LEDGER rule 16)."""
    restored(office, without_marks)
    settle(office.ledger, every_entry(office), office.pace)
    assert "settled_twice" in codes(audit(office, tmp_path))


def test_marks_without_their_batch_are_taken_away_and_what_they_hid_is_settled(
    office: Office, tmp_path: Path, run: Callable[..., int]
):
    restored(office, without_batches)
    assert codes(audit(office, tmp_path / "1")) == {"mark_without_batch"}
    assert settle(office.ledger, every_entry(office), office.pace).legs == 0, "marked, so it would never be settled"
    assert run() == 1, "where others write, marks are left to a person"
    assert run("--restored", "--dry-run") == 0
    assert codes(audit(office, tmp_path / "2")) == {"mark_without_batch"}
    assert run("--restored") == 0
    assert codes(audit(office, tmp_path / "3")) == set()


def test_mending_twice_changes_nothing(office: Office, run: Callable[..., int]):
    restored(office, without_marks)
    assert run("--restored") == 0
    stands = office.model.items(NAME)
    assert run("--restored") == 0
    assert office.model.items(NAME) == stands


def test_a_live_table_is_not_mended_as_if_nobody_wrote_to_it_whatever_its_name(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    live = Office()
    monkeypatch.setattr(command, "connection_of", lambda _given: connect(live.model))
    before = live.model.fingerprint()
    assert command.main(["--table", NAME, "--restored"]) == 2
    assert "as live ledgers have" in capsys.readouterr().err
    assert live.model.fingerprint() == before


def test_a_stage_s_ledger_is_the_restored_one_once_its_file_says_so(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    stream = f"arn:aws:dynamodb:us-east-1:111122223333:table/{NAME}/stream/2026-11-28T06:00:00.000"
    file = tmp_path / "dev.json"
    file.write_text(
        json.dumps({"stage": "dev", "region": "us-east-1", "restoredLedger": {"name": NAME, "streamArn": stream}})
    )
    monkeypatch.setattr("infra.config.stage_file", lambda _stage: file)
    monkeypatch.setattr(command, "connection_of", lambda _given: connect(office.model))
    assert command.main(["--stage", "dev"]) == 0
    assert command.main(["--stage", "nowhere"]) == 2
    assert "is the file of stage dev" in capsys.readouterr().err


def test_a_window_is_replayed_from_its_export(
    office: Office, tmp_path: Path, run: Callable[..., int], monkeypatch: pytest.MonkeyPatch
):
    """Longer than the stream keeps: what settlement and the publisher have missed, both of them take from an export."""
    office.model.call("CreateTable", DUE)
    bus, due = Bus(), DueStore(connect(office.model), DUE["TableName"])
    monkeypatch.setattr(command, "bus_client", lambda _given: bus)
    office.unlock(3)
    office.now += HOUR
    folder = write_export(tmp_path / "changes", office.model.items(NAME), office.now, incremental_from=0)
    assert "settlement_overdue" in codes(audited(folder))
    words = ["--export", str(folder), "--due", DUE["TableName"], "--bus", "the-bus"]
    assert run(*words, "--dry-run") == 0
    assert bus.told == []
    assert run(*words) == 0
    assert codes(audit(office, tmp_path / "after")) == set()
    assert [wait.account for shard in range(SHARDS) for wait in due.due(shard, 10**15, 9)] == [MIA]
    ids = [told["id"] for told in bus.told]
    assert "EpisodeUnlocked" in {told["type"] for told in bus.told}
    stands = office.model.items(NAME)
    assert run(*words) == 0
    assert office.model.items(NAME) == stands
    assert [told["id"] for told in bus.told] == ids * 2, "who has heard it knows it by its id"


def test_a_bus_that_refuses_stops_the_replay_and_a_second_one_tells_the_rest(
    office: Office, tmp_path: Path, run: Callable[..., int], monkeypatch: pytest.MonkeyPatch
):
    bus = Bus()
    bus.refusals = 1
    monkeypatch.setattr(command, "bus_client", lambda _given: bus)
    folder = write_export(tmp_path, office.model.items(NAME), office.now, incremental_from=0)
    assert run("--export", str(folder), "--bus", "the-bus") == 2
    assert run("--export", str(folder), "--bus", "the-bus") == 0


@pytest.mark.parametrize("harm", ["another table", "cut short", "missing"])
def test_of_an_export_that_is_damaged_or_another_table_s_nothing_is_done(
    harm: str, office: Office, tmp_path: Path, run: Callable[..., int], capsys: pytest.CaptureFixture[str]
):
    office.unlock(3)
    folder = write_export(tmp_path / "export", office.model.items(NAME), office.now, incremental_from=0)
    if harm == "another table":
        summary = next(folder.rglob("manifest-summary.json"))
        summary.write_text(summary.read_text().replace(NAME, "cliffhanger-prod-ledger"))
    elif harm == "cut short":
        data = max(folder.rglob("*.json.gz"))
        data.write_bytes(data.read_bytes()[:-9])
    else:
        folder = tmp_path / "nothing"
    before = office.model.fingerprint()
    assert run("--export", str(folder), "--grace-minutes", "0") == 2
    assert "Refused" in capsys.readouterr().err
    assert office.model.fingerprint() == before


def test_what_is_due_is_noted_anew_from_the_table(office: Office, run: Callable[..., int]):
    office.model.call("CreateTable", DUE)
    due = DueStore(connect(office.model), DUE["TableName"])
    assert run("--due", DUE["TableName"]) == 0
    assert [wait.account for shard in range(SHARDS) for wait in due.due(shard, 10**15, 9)] == [MIA]


def test_what_others_have_built_from_events_is_rebuilt_by_telling_all_again(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    """Nothing in the ledger is a projection; receivers rebuild theirs from the same facts under the same ids."""
    bus = Bus()
    monkeypatch.setattr(retell, "bus_client", lambda _given: bus)
    folder = write_export(tmp_path / "full", office.model.items(NAME), office.now)
    words = ["--table", NAME, "--bus", "the-bus", "--export", str(folder)]
    assert retell.main(words) == 0
    assert bus.told == [], "told only when asked to"
    assert retell.main([*words, "--tell"]) == 0
    ids = [told["id"] for told in bus.told]
    assert f"{len(ids)} events" in capsys.readouterr().out
    assert {"EpisodeUnlocked"} <= {told["type"] for told in bus.told}
    bus.refusals = 1
    assert retell.main([*words, "--tell"]) == 2, "and once more"
    bus.told.clear()
    assert retell.main([*words, "--tell"]) == 0
    assert [told["id"] for told in bus.told] == ids


def test_an_entry_of_which_nothing_can_be_told_holds_up_no_other(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    bus = Bus()
    monkeypatch.setattr(retell, "bus_client", lambda _given: bus)
    items = [dict(item) for item in office.model.items(NAME)]
    items[0] = {**items[0], "hash": {"B": bytes(32)}}
    folder = write_export(tmp_path, items, office.now)
    assert retell.main(["--table", NAME, "--bus", "the-bus", "--export", str(folder), "--tell"]) == 1
    assert "Cannot be told" in capsys.readouterr().out
    assert bus.told
    assert retell.main(["--table", "another", "--bus", "the-bus", "--export", str(folder), "--tell"]) == 2


def test_a_live_table_is_read_in_segments_whole_and_no_faster_than_asked(office: Office):
    client, waited = connect(office.model).client, list[float]()
    live = Live(NAME, "us-east-1", None, 3, 0.5)
    found = [
        (record[0], record[1])
        for number in range(3)
        for record in read_segment(Segment(live, number), client, waited.append, lambda: 0.0)
    ]
    assert sorted(found) == sorted((item["account"]["S"], int(item["seq"]["N"])) for item in office.model.items(NAME))
    assert MIA in {account for account, _ in found}
    assert item_count(live, client) >= 0
