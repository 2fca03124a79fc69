"""The calls of a restore, as the operations guide has them, rehearsed: what DynamoDB does not restore, the guide sets.

What a restore brings along and what it does not: the API reference of RestoreTableToPointInTime. moto restores as it
says, but for billing and encryption, which it forgets; they are left to DynamoDB.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws
from pynamodb.connection import Connection

from cliffhanger.ledger.settling import settle
from cliffhanger.ledger.store import LedgerStore
from infra.config import load
from tests.infra.assembly import Assembly
from tests.support.aws_commands import blocks, run
from tests.unit.house.tree import ROOT
from tests.unit.ledger.chains import bought, granted, unlocked
from tools import audit, repair

GUIDE = (ROOT / "docs" / "operations.md").read_text().partition("\n## Restoring\n")[2].partition("\n## ")[0]
BROUGHT_ALONG = {
    "TableName",  # its own
    "KeySchema",
    "AttributeDefinitions",
    "LocalSecondaryIndexes",
    "BillingMode",
    "SSESpecification",
}
SET_BY_THE_GUIDE = {
    "PointInTimeRecoverySpecification",
    "DeletionProtectionEnabled",
    "StreamSpecification",
    "Tags",
}
RESTORED = "cliffhanger-prod-ledger-restored"


def ledger_of(production: Assembly) -> dict[str, Any]:
    """The ledger's table, as the template has it."""
    [table] = [each for each in production.resources("AWS::DynamoDB::Table") if each.id.startswith("Ledger")]
    return table.properties


@pytest.fixture
def ledger(production: Assembly, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """The stage's ledger with what somebody has bought, settled; in moto."""
    made = ledger_of(production)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    with mock_aws():
        client: Any = boto3.client("dynamodb", region_name="us-east-1")
        stream = {"StreamEnabled": True, **made["StreamSpecification"]}
        taken = {"TableName", "KeySchema", "AttributeDefinitions", "LocalSecondaryIndexes", "BillingMode", "Tags"}
        asked = {name: made[name] for name in (*taken, "DeletionProtectionEnabled")}
        client.create_table(**asked, StreamSpecification=stream)
        store = LedgerStore(Connection(region="us-east-1"), made["TableName"])
        chain = [bought(), granted(bought()), unlocked(granted(bought()))]
        assert all(map(store.append, chain))
        settle(store, chain)
        yield made


def carried_out(ledger: dict[str, Any], step: str) -> list[str]:
    """What the block of the guide prints in which an ``aws`` command is."""
    [block] = [block for block in blocks(GUIDE) if step in block]
    variables = {"STAGE": "prod", "WHEN": "2026-11-28T06:00:00Z", "restored": RESTORED}
    return run(block, variables, {"output": lambda _words: str(ledger["TableName"])})


def items(client: Any, name: str) -> list[Any]:
    return sorted(client.scan(TableName=name)["Items"], key=lambda item: (item["account"]["S"], int(item["seq"]["N"])))


def test_whatever_a_restore_leaves_out_of_the_ledger_is_set_by_the_guide(production: Assembly) -> None:
    """A setting that the table gets one day, its guide must have too."""
    assert ledger_of(production).keys() == BROUGHT_ALONG | SET_BY_THE_GUIDE


def test_the_guide_restores_beside_the_old_table_and_only_what_it_may_mend_has_no_stream(
    ledger: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    client: Any = boto3.client("dynamodb", region_name="us-east-1")
    carried_out(ledger, "restore-table-to-point-in-time")
    made = client.describe_table(TableName=RESTORED)["Table"]
    assert items(client, RESTORED) == items(client, ledger["TableName"]) != []
    assert [index["IndexName"] for index in made["LocalSecondaryIndexes"]] == ["by-reference"]
    assert not made.get("StreamSpecification", {}).get("StreamEnabled")
    assert not made["DeletionProtectionEnabled"]
    assert client.describe_table(TableName=ledger["TableName"])["Table"]["DeletionProtectionEnabled"]
    assert repair.main(["--table", RESTORED, "--restored", "--dry-run"]) == repair.DONE
    assert repair.main(["--table", ledger["TableName"], "--restored"]) == repair.STOPPED
    assert audit.main(["--table", RESTORED, "--in-flight-minutes", "0", "--workers", "1"]) == audit.CLEAN
    assert "The books hold" in capsys.readouterr().out


def test_the_table_that_goes_live_is_what_the_stage_had_made(
    ledger: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its stream, its protection, its recovery and its tags; and the stage's file takes what the guide prints."""
    client: Any = boto3.client("dynamodb", region_name="us-east-1")
    carried_out(ledger, "restore-table-to-point-in-time")
    *_, stream = carried_out(ledger, "update-continuous-backups")
    made = client.describe_table(TableName=RESTORED)["Table"]
    assert made["StreamSpecification"] == {"StreamEnabled": True, **ledger["StreamSpecification"]}
    assert made["DeletionProtectionEnabled"] is ledger["DeletionProtectionEnabled"] is True
    backups = client.describe_continuous_backups(TableName=RESTORED)["ContinuousBackupsDescription"]
    assert backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"
    assert ledger["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    tags = client.list_tags_of_resource(ResourceArn=made["TableArn"])["Tags"]
    assert sorted(tags, key=str) == sorted(ledger["Tags"], key=str)
    file = tmp_path / "prod.json"
    told = {"stage": "prod", "region": "us-east-1", "restoredLedger": {"name": RESTORED, "streamArn": stream}}
    file.write_text(json.dumps(told))
    monkeypatch.setattr("infra.config.stage_file", lambda _stage: file)
    assert load("prod").ledger == RESTORED
