"""What the operations guide tells to do when things are lost, rehearsed: restore, mend, replay a window, tell again."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest

from cliffhanger.events.envelope import event_id
from cliffhanger.events.outbox import publish_images
from cliffhanger.events.publisher import EventPublisher
from cliffhanger.ledger.entries import foreign_legs
from cliffhanger.ledger.settling import settle, settle_images
from cliffhanger.ledger.store import entry_of_image
from tests.support.dynamodb import connect
from tests.support.exports import write_export
from tests.support.tables import LEDGER
from tests.unit.auditing.forging import audited, codes
from tests.unit.support.office import MIA, Office
from tools import mend as mending
from tools.auditing.report import for_machines
from tools.auditing.running import Audited
from tools.auditing.tables import Live, Segment, item_count, read_segment

NAME = LEDGER["TableName"]
HOUR = 3_600_000
Item = dict[str, Any]


@pytest.fixture
def office() -> Office:
    """Mia has unlocked, and everything is settled; an hour goes by."""
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


def report(office: Office, folder: Path) -> Path:
    path = folder / "report.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(for_machines(audit(office, folder / "export"), "restored"))
    return path


def mended(office: Office, path: Path) -> int:
    """Mends with the office's table standing for the restored one."""
    client: Any = connect(office.model).client

    class Renamed:
        def get_item(self, **asked: Any) -> Any:
            return client.get_item(**{**asked, "TableName": NAME})

        def update_item(self, **asked: Any) -> Any:
            return client.update_item(**{**asked, "TableName": NAME})

    return mending.main(["--table", "restored", "--report", str(path)], Renamed())


def test_books_that_were_not_torn_hold(office: Office, tmp_path: Path):
    assert codes(audit(office, tmp_path)) == set()


def test_batches_without_their_marks_are_found_and_marked(office: Office, tmp_path: Path):
    restored(office, without_marks)
    assert codes(audit(office, tmp_path / "1")) == {"batch_without_mark"}
    assert mended(office, report(office, tmp_path / "2")) == 0
    assert codes(audit(office, tmp_path / "3")) == set()


def test_settlement_that_runs_before_the_reconciliation_settles_twice(office: Office, tmp_path: Path):
    """This is why consumers stay off until the auditor has been there (LEDGER rule 16)."""
    restored(office, without_marks)
    settle(office.ledger, every_entry(office), office.pace)
    assert "settled_twice" in codes(audit(office, tmp_path))


def test_marks_without_their_batch_are_taken_away_and_settlement_goes_on(office: Office, tmp_path: Path):
    restored(office, without_batches)
    assert codes(audit(office, tmp_path / "1")) == {"mark_without_batch"}
    assert settle(office.ledger, every_entry(office), office.pace).legs == 0, "marked, so it would never be settled"
    assert mended(office, report(office, tmp_path / "2")) == 0
    settle(office.ledger, every_entry(office), office.pace)
    assert codes(audit(office, tmp_path / "3")) == set()


def test_mending_twice_changes_nothing_and_what_has_changed_since_is_left(office: Office, tmp_path: Path):
    restored(office, without_marks)
    path = report(office, tmp_path)
    assert mended(office, path) == 0
    stands = office.model.items(NAME)
    assert mended(office, path) == 1
    assert office.model.items(NAME) == stands


@pytest.mark.parametrize("table", ["cliffhanger-dev-ledger", "another"])
def test_a_live_table_and_another_s_report_are_refused(table: str, office: Office, tmp_path: Path):
    path = report(office, tmp_path)
    assert mending.main(["--table", table, "--report", str(path)], object()) == 2
    path.write_text("{}")
    assert mending.main(["--table", "restored", "--report", str(path)], object()) == 2


def test_a_window_is_replayed_from_its_export(office: Office, tmp_path: Path):
    """Longer than the stream keeps: the new images of an incremental export are what settlement is handed."""
    office.unlock(3)
    office.now += HOUR
    folder = write_export(tmp_path / "changes", office.model.items(NAME), office.now, incremental_from=0)
    assert "settlement_overdue" in codes(audited(folder))
    images = [line["NewImage"] for line in lines_of(folder)]
    assert settle_images(office.ledger, images, office.pace).legs > 0
    assert settle_images(office.ledger, images, office.pace).legs == 0
    assert codes(audit(office, tmp_path / "after")) == set()


def lines_of(folder: Path) -> list[dict[str, Any]]:
    files = sorted(folder.rglob("*.json.gz"))
    return [json.loads(line) for file in files for line in gzip.decompress(file.read_bytes()).splitlines()]


def test_what_others_have_built_from_events_is_rebuilt_by_telling_all_again(office: Office, tmp_path: Path):
    """Nothing in the ledger is a projection; receivers rebuild theirs from the same facts under the same ids."""
    told: list[str] = []

    class Bus:
        def publish(self, events: Any) -> None:
            told.extend(map(event_id, events))

    images = [line["Item"] for line in lines_of(write_export(tmp_path, office.model.items(NAME), office.now))]
    publish_images(cast("EventPublisher", Bus()), images)
    first = list(told)
    publish_images(cast("EventPublisher", Bus()), images)
    assert first
    assert told == first * 2


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
