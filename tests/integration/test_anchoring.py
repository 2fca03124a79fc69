"""A day is anchored once, in order, from a whole export, where it stays; and the auditor holds the books to it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from cliffhanger import bootstrap
from cliffhanger.anchoring.adapters import AnchorBucket, LedgerExports
from cliffhanger.anchoring.domain import anchor_key, heads_key, start_of
from cliffhanger.anchoring.service import Anchoring, begin, finish
from cliffhanger.errors import InternalError, Unavailable
from functions.anchor.handler import handler
from tests.support.exports import ExportFolder
from tests.unit.auditing.forging import Books, audited, codes
from tools import verify_anchor

DAY, NEXT = "2026-11-26", "2026-11-27"
NOW = start_of("2026-11-28") + 30 * 60_000
EXPORTS, ANCHORS = "exports", "anchors"
ARN = "arn:aws:dynamodb:us-east-1:123456789012:table/test-ledger"


class Exporting:
    """DynamoDB, as far as it is asked for exports: remembers what was asked. Its window begins ``earliest``."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.earliest = self.latest = 0

    def describe_continuous_backups(self, **asked: Any) -> dict[str, Any]:
        assert asked == {"TableName": ARN}
        window = {"EarliestRestorableDateTime": dt.datetime.fromtimestamp(self.earliest / 1_000, dt.UTC)}
        return {"ContinuousBackupsDescription": {"PointInTimeRecoveryDescription": window if self.earliest else {}}}

    def export_table_to_point_in_time(self, **asked: Any) -> dict[str, Any]:
        window = asked["IncrementalExportSpecification"]
        if window["ExportFromTime"] * 1_000 < self.earliest or (
            self.latest and window["ExportToTime"] * 1_000 > self.latest
        ):
            told = {"Error": {"Code": "InvalidExportTimeException", "Message": "outside of the window"}}
            raise ClientError(cast("Any", told), "ExportTableToPointInTime")
        self.asked.append(asked)
        return {"ExportDescription": {"ExportStatus": "IN_PROGRESS"}}


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket=EXPORTS)
        client.create_bucket(Bucket=ANCHORS, ObjectLockEnabledForBucket=True)
        yield client


@pytest.fixture
def dynamodb() -> Exporting:
    return Exporting()


@pytest.fixture
def anchoring(s3: Any, dynamodb: Exporting) -> Anchoring:
    return Anchoring(LedgerExports(dynamodb, s3, ARN, EXPORTS), AnchorBucket(s3, ANCHORS))


def begun(anchoring: Anchoring) -> str | None:
    """The day that is begun, where every day can be exported."""

    def never(day: str) -> None:
        raise AssertionError(f"{day} was marked")

    return begin(anchoring, NOW, never)


def uploaded(s3: Any, folder: Path, day: str, items: Any) -> str:
    """An export of a day's changes in the bucket; the key of its summary."""
    export = ExportFolder(folder, start_of(day) + 86_400_000, incremental_from=start_of(day))
    for item in items:
        export.add(item)
    summary = ""
    for path in sorted(export.close().rglob("*")):
        if path.is_file():
            key = f"anchor/{day}/{path.relative_to(folder)}"
            s3.put_object(Bucket=EXPORTS, Key=key, Body=path.read_bytes())
            summary = key if path.name == "manifest-summary.json" else summary
    return summary


def fetched(s3: Any, folder: Path) -> Path:
    """The anchors, copied into a folder."""
    for each in s3.list_objects_v2(Bucket=ANCHORS)["Contents"]:
        path = folder / each["Key"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(s3.get_object(Bucket=ANCHORS, Key=each["Key"])["Body"].read())
    return folder


def test_the_first_call_asks_for_yesterday_and_no_more(anchoring: Anchoring, dynamodb: Exporting):
    assert begun(anchoring) == NEXT
    [asked] = dynamodb.asked
    window = asked["IncrementalExportSpecification"]
    assert (window["ExportFromTime"], window["ExportToTime"]) == (
        start_of(NEXT) // 1000,
        start_of("2026-11-28") // 1000,
    )
    assert (asked["ExportType"], window["ExportViewType"]) == ("INCREMENTAL_EXPORT", "NEW_IMAGE")
    assert asked["ClientToken"] == f"anchor-{NEXT}"


def test_what_is_asked_fits_the_service_s_own_model(anchoring: Anchoring, dynamodb: Exporting):
    from botocore.session import get_session
    from botocore.validate import validate_parameters

    begun(anchoring)
    shape: Any = get_session().get_service_model("dynamodb").operation_model("ExportTableToPointInTime").input_shape
    validate_parameters(dynamodb.asked[0], shape)
    views = shape.members["IncrementalExportSpecification"].members["ExportViewType"].enum
    assert dynamodb.asked[0]["IncrementalExportSpecification"]["ExportViewType"] in views


def test_a_day_is_anchored_with_the_heads_that_it_has_seen(anchoring: Anchoring, s3: Any, tmp_path: Path):
    books = Books()
    summary = uploaded(s3, tmp_path / "export", NEXT, books.items.values())
    assert finish(anchoring, summary) == (NEXT, len({account for account, _ in books.items}))
    path = fetched(s3, tmp_path / "anchors") / anchor_key(NEXT)
    assert verify_anchor.check(path) == []
    assert path.with_name(verify_anchor.LEAVES) == tmp_path / "anchors" / heads_key(NEXT)


def test_an_event_that_comes_twice_anchors_once(anchoring: Anchoring, s3: Any, tmp_path: Path):
    summary = uploaded(s3, tmp_path, NEXT, Books().items.values())
    assert finish(anchoring, summary) is not None
    assert finish(anchoring, summary) is None
    versions = s3.list_object_versions(Bucket=ANCHORS)["Versions"]
    assert len(versions) == 2


def test_a_crash_between_heads_and_anchor_is_mended_by_doing_it_again(anchoring: Anchoring, s3: Any, tmp_path: Path):
    summary = uploaded(s3, tmp_path, NEXT, Books().items.values())
    finish(anchoring, summary)
    s3.delete_object(Bucket=ANCHORS, Key=anchor_key(NEXT), BypassGovernanceRetention=True)
    assert finish(anchoring, summary) is not None


def test_other_heads_than_those_that_are_kept_are_refused(anchoring: Anchoring, s3: Any, tmp_path: Path):
    books = Books()
    summary = uploaded(s3, tmp_path, NEXT, books.items.values())
    s3.put_object(Bucket=ANCHORS, Key=heads_key(NEXT), Body=b"others")
    with pytest.raises(InternalError):
        finish(anchoring, summary)
    assert anchoring.bucket.anchor(NEXT) is None


def test_missed_days_are_caught_up_one_by_one_each_naming_the_one_before(
    anchoring: Anchoring, dynamodb: Exporting, s3: Any, tmp_path: Path
):
    books = Books()
    first = uploaded(s3, tmp_path / "1", DAY, books.items.values())
    second = uploaded(s3, tmp_path / "2", NEXT, list(books.items.values())[:20])
    finish(anchoring, first)
    assert begun(anchoring) == NEXT
    assert finish(anchoring, second) == (
        NEXT,
        len({item["account"]["S"] for item in list(books.items.values())[:20]}),
    )
    assert begun(anchoring) is None
    assert [each["ClientToken"] for each in dynamodb.asked] == [f"anchor-{NEXT}"]
    found = audited(books.export(tmp_path / "full"), anchors=fetched(s3, tmp_path / "anchors"))
    assert codes(found) == set()
    assert found.tally.counts["anchored"] > 0


def test_a_day_out_of_its_turn_is_left(anchoring: Anchoring, s3: Any, tmp_path: Path):
    finish(anchoring, uploaded(s3, tmp_path / "1", DAY, Books().items.values()))
    late = uploaded(s3, tmp_path / "2", "2026-11-28", Books().items.values())
    assert finish(anchoring, late) is None


@pytest.mark.parametrize("act", ["cut", "gone", "other"])
def test_a_damaged_export_anchors_nothing(act: str, anchoring: Anchoring, s3: Any, tmp_path: Path):
    summary = uploaded(s3, tmp_path, NEXT, Books().items.values())
    key = next(each["Key"] for each in s3.list_objects_v2(Bucket=EXPORTS)["Contents"] if each["Key"].endswith(".gz"))
    data = s3.get_object(Bucket=EXPORTS, Key=key)["Body"].read()
    if act == "gone":
        s3.delete_object(Bucket=EXPORTS, Key=key)
    else:
        s3.put_object(Bucket=EXPORTS, Key=key, Body=data[:-9] if act == "cut" else data + data)
    with pytest.raises((InternalError, Unavailable)):
        finish(anchoring, summary)
    assert "Contents" not in s3.list_objects_v2(Bucket=ANCHORS)


def test_an_export_that_tells_of_a_deletion_anchors_nothing(anchoring: Anchoring, s3: Any, tmp_path: Path):
    books = Books()
    export = ExportFolder(tmp_path, start_of(NEXT), incremental_from=0)
    export.add_deletion(next(iter(books.items.values())))
    for path in export.close().rglob("*.*"):
        s3.put_object(Bucket=EXPORTS, Key=f"anchor/{NEXT}/{path.relative_to(tmp_path)}", Body=path.read_bytes())
    key = f"anchor/{NEXT}/AWSDynamoDB/01795000000000-a1b2c3d4/manifest-summary.json"
    with pytest.raises(InternalError, match="deleted"):
        finish(anchoring, key)


def test_a_service_that_does_not_answer_is_asked_again_by_lambda(anchoring: Anchoring, s3: Any):
    s3.delete_bucket(Bucket=ANCHORS)
    with pytest.raises(Unavailable):
        begun(anchoring)


def test_the_handler_tells_the_clock_from_an_object(
    anchoring: Anchoring, s3: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("STAGE", "test")
    monkeypatch.setattr(bootstrap, "anchoring", lambda: anchoring)
    monkeypatch.setattr("functions.anchor.handler.system_clock", lambda: NOW)
    assert handler({"source": "aws.events"}, None) == {"begun": NEXT}
    summary = uploaded(s3, tmp_path, NEXT, Books().items.values())
    event = {"source": "aws.s3", "detail": {"object": {"key": summary}}}
    assert handler(event, None) == {"anchored": NEXT}
    assert handler(event, None) == {"anchored": None}
    counted = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "DaysAnchored" in line]
    assert len(counted) == 1


def test_days_from_before_the_window_are_marked_and_the_chain_of_anchors_goes_on(
    anchoring: Anchoring, dynamodb: Exporting, s3: Any, tmp_path: Path
):
    """A restored table's window begins when point-in-time recovery is set up on it: it tells of no day before."""
    books = Books()
    assert finish(anchoring, uploaded(s3, tmp_path / "1", "2026-11-24", books.items.values())) is not None
    dynamodb.earliest = start_of(DAY) + 3_600_000
    told: list[str] = []
    assert begin(anchoring, NOW, told.append) == NEXT
    assert told == ["2026-11-25", DAY]
    assert begun(anchoring) == NEXT, "what is marked is marked once"
    assert finish(anchoring, uploaded(s3, tmp_path / "2", NEXT, books.items.values())) is not None
    folder = fetched(s3, tmp_path / "anchors")
    assert [verify_anchor.read_anchor(folder / anchor_key(day)).unseen for day in (DAY, NEXT)] == [True, False]
    assert verify_anchor.check(folder / anchor_key(DAY)) == []
    with pytest.raises(verify_anchor.Unreadable, match="anchored without its entries"):
        verify_anchor.prove(folder / anchor_key(DAY), "viewer:mia")
    assert codes(audited(books.export(tmp_path / "full"), anchors=folder)) == set()


@pytest.mark.parametrize("earliest", [0, start_of(DAY)])
def test_a_day_that_can_be_told_of_later_is_never_marked(anchoring: Anchoring, dynamodb: Exporting, earliest: int):
    """Too early after midnight, or without a window at all: a mark could not be taken back for three years."""
    dynamodb.earliest, dynamodb.latest = earliest, start_of(NEXT)
    with pytest.raises(Unavailable):
        begun(anchoring)
    assert anchoring.bucket.last_day() is None


def test_a_mark_hides_no_heads(anchoring: Anchoring, s3: Any, tmp_path: Path):
    finish(anchoring, uploaded(s3, tmp_path / "1", NEXT, Books().items.values()))
    path = fetched(s3, tmp_path / "anchors") / anchor_key(NEXT)
    path.write_text(json.dumps({**json.loads(path.read_text()), "unseen": True}))
    with pytest.raises(verify_anchor.Unreadable):
        verify_anchor.read_anchor(path)


def test_a_day_that_is_marked_is_counted_for_the_alarm(
    anchoring: Anchoring,
    dynamodb: Exporting,
    s3: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    monkeypatch.setenv("STAGE", "test")
    monkeypatch.setattr(bootstrap, "anchoring", lambda: anchoring)
    monkeypatch.setattr("functions.anchor.handler.system_clock", lambda: NOW)
    finish(anchoring, uploaded(s3, tmp_path, DAY, Books().items.values()))
    dynamodb.earliest = start_of("2026-11-28")
    assert handler({"source": "aws.events"}, None) == {"begun": None}
    assert len([line for line in capsys.readouterr().out.splitlines() if '"DaysUnseen"' in line]) == 1
