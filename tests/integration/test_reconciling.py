"""A day is reconciled from the very export that its anchor is made of, and its report stands where it was put."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from cliffhanger import bootstrap
from cliffhanger.anchoring.adapters import ExportBucket
from cliffhanger.errors import InternalError, Unavailable
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.store import attributes_of
from cliffhanger.reconciling.adapters import ExportedEntries, ReportBucket, disk_shelves
from cliffhanger.reconciling.domain import DAY_MS
from cliffhanger.reconciling.service import Desk, reconcile_next, start_of
from functions.reconcile import handler as handling
from tests.support.exports import ExportFolder
from tests.unit.reconciling.messes import BEGIN, DAY, Lines, Shop

EXPORTS, REPORTS = "exports", "reports"
NOW = BEGIN + DAY_MS + 45 * 60_000


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        for bucket in (EXPORTS, REPORTS):
            client.create_bucket(Bucket=bucket)
        yield client


def desk(s3: Any, shop: Shop) -> Desk:
    return Desk(Lines(shop.lines), ExportedEntries(ExportBucket(s3, EXPORTS)), ReportBucket(s3, REPORTS), disk_shelves)


def item(entry: Entry) -> Mapping[str, Any]:
    reference = {"reference": {"S": entry.reference}} if entry.reference else {}
    key = {"account": {"S": entry.account}, "seq": {"N": str(entry.seq)}}
    return {**key, **reference, **attributes_of(entry), "m0": {"N": "7"}}


def exported(s3: Any, folder: Path, entries: list[Entry], day: str = DAY) -> None:
    """An export of a day's changes, as it lies in the bucket."""
    export = ExportFolder(folder, start_of(day) + DAY_MS, incremental_from=start_of(day))
    for entry in entries:
        export.add(item(entry))
    for path in sorted(export.close().rglob("*")):
        if path.is_file():
            s3.put_object(Bucket=EXPORTS, Key=f"anchor/{day}/{path.relative_to(folder)}", Body=path.read_bytes())


def report(s3: Any, name: str = "report.json") -> bytes:
    data: bytes = s3.get_object(Bucket=REPORTS, Key=f"reconciled/{DAY}/{name}")["Body"].read()
    return data


def test_a_day_is_reconciled_from_its_export_over_files_on_disk(s3: Any, tmp_path: Path):
    shop = Shop(1)
    shop.trade(80)
    for code in ("paid_not_granted", "granted_not_paid", "refund_not_booked"):
        shop.plant(code)
    exported(s3, tmp_path, shop.entries)
    day = reconcile_next(desk(s3, shop), NOW)
    assert day is not None
    assert {(each.code, each.order) for each in day.findings} == set(shop.expected)
    kept = json.loads(report(s3))
    assert (kept["day"], kept["clean"], sum(kept["found"].values())) == (DAY, False, 3)
    assert b"paid_not_granted (1)" in report(s3, "report.txt")


def test_a_day_whose_export_is_not_whole_waits(s3: Any, tmp_path: Path):
    shop = Shop(2)
    exported(s3, tmp_path, shop.entries)
    for each in s3.list_objects_v2(Bucket=EXPORTS)["Contents"]:
        if each["Key"].endswith("manifest-summary.json"):
            s3.delete_object(Bucket=EXPORTS, Key=each["Key"])
    assert reconcile_next(desk(s3, shop), NOW) is None
    with pytest.raises(Unavailable):
        list(desk(s3, shop).entries.purchases(DAY))


def test_the_first_report_of_a_day_stands(s3: Any):
    bucket = ReportBucket(s3, REPORTS)
    bucket.put(DAY, "first", "first")
    bucket.put(DAY, "second", "second")
    assert (bucket.report(DAY), bucket.last_day(), bucket.report("2026-11-28")) == (b"first", DAY, None)


def test_a_damaged_export_is_reconciled_with_nothing(s3: Any, tmp_path: Path):
    shop = Shop(3)
    shop.trade(20)
    exported(s3, tmp_path, shop.entries)
    keys = [each["Key"] for each in s3.list_objects_v2(Bucket=EXPORTS)["Contents"]]
    data = next(key for key in keys if key.endswith(".json.gz"))
    s3.put_object(Bucket=EXPORTS, Key=data, Body=s3.get_object(Bucket=EXPORTS, Key=data)["Body"].read()[:-20])
    with pytest.raises(InternalError):
        reconcile_next(desk(s3, shop), NOW)
    assert "Contents" not in s3.list_objects_v2(Bucket=REPORTS)


def test_nothing_of_a_day_that_failed_is_left_for_the_next_try(s3: Any, tmp_path: Path):
    """A warm function that kept the lines it had read would count them once more."""
    shop = Shop(4)
    shop.trade(10)
    working = desk(s3, shop)
    with pytest.raises(Unavailable):
        reconcile_next(working._replace(entries=Silent()), NOW)
    exported(s3, tmp_path, shop.entries)
    day = reconcile_next(working, NOW)
    assert day is not None
    assert (day.findings, day.counts["lines"]) == ((), len(shop.lines))


def test_a_bucket_that_does_not_answer_is_unavailable(s3: Any):
    bucket = ReportBucket(s3, "nowhere")
    for ask in (bucket.last_day, lambda: bucket.put(DAY, "", "")):
        with pytest.raises(Unavailable):
            ask()


class Silent:
    """A ledger that does not answer once it is asked for more than whether it would."""

    def ready(self, _day: str) -> bool:
        return True

    def purchases(self, _day: str) -> Iterator[Entry]:
        raise Unavailable("no answer")


def test_the_function_reconciles_one_day_a_call_and_counts_it(
    s3: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("STAGE", "test")
    shop = Shop(5)
    shop.plant("paid_not_granted")
    exported(s3, tmp_path, shop.entries)
    monkeypatch.setattr(bootstrap, "reconciling_desk", lambda: desk(s3, shop))
    monkeypatch.setattr(handling, "system_clock", lambda: NOW)
    assert handling.handler({}, None) == {"reconciled": DAY, "found": {"paid_not_granted": 1}}
    said = capsys.readouterr().out
    assert '"DaysReconciled"' in said
    assert '"ReconcilingFindings"' in said
    assert handling.handler({}, None) == {"reconciled": None}
