"""A new version deploys while records of older ones lie in their tables: the steps that ship read each."""

from __future__ import annotations

import json

import pytest

from tests.infra.frozen_records import (
    AT,
    CHECK,
    DECISION,
    FROZEN,
    PAYOUT,
    VERIFICATION,
    empty,
    file_of,
    stores,
    written,
)
from tests.support.payout_tables import PAYOUTS
from tests.support.tables import VERIFICATIONS

VERSIONS = {file.stem: json.loads(file.read_text()) for file in sorted(FROZEN.glob("*.json"))}
TABLES = {"payouts": PAYOUTS["TableName"], "verifications": VERIFICATIONS["TableName"]}


def test_the_records_that_ship_are_frozen() -> None:
    file = file_of(written())
    assert file.exists(), "records have other members: freeze them by python -m tests.infra.frozen_records"
    assert json.loads(file.read_text()) == written(), "what a member is written as is never changed"


@pytest.mark.parametrize("version", VERSIONS)
def test_a_record_of_each_version_is_read_as_it_was_written(version: str) -> None:
    """What it has is taken as it was meant; what it does not have yet is as if it had never been."""
    model = empty()
    for name, item in VERSIONS[version].items():
        model.call("PutItem", {"TableName": TABLES[name.partition("/")[0]], "Item": item})
    payouts, checks = stores(model)
    payout = payouts.find("cleo", "one")
    assert payout is not None
    told = json.loads(VERSIONS[version]["payouts/payout:one"]["told"]["S"])
    assert payout == PAYOUT._replace(**{name: PAYOUT._field_defaults[name] for name in {*PAYOUT._fields} - {*told}})
    assert payouts.put(payout._replace(revision=2))
    destination = payouts.destination("cleo")
    assert destination is not None
    assert (destination.account, destination.ready, destination.instant) == ("acct_cleo", True, False)
    assert payouts.schedule("cleo").rhythm == "weekly"
    assert payouts.tally("cleo", "2026-11", "USD").taken == (("one", "2026-11-21", 20_000),)
    assert payouts.asked("cleo", "2026-11-21").payouts == ("one",)
    assert [stake.amount for stake in payouts.stakes("cleo", AT)] == [5_000]
    found = checks.find("mia")
    assert found is not None
    kept = json.loads(VERSIONS[version]["verifications/now"]["told"]["S"])
    unknown = {*CHECK._fields} - {*kept["check"]}
    check = CHECK._replace(**{name: CHECK._field_defaults[name] for name in unknown})
    missing = {*VERIFICATION._fields} - {*kept, "person", "revision", "edition"}
    stands = VERIFICATION._replace(**{name: VERIFICATION._field_defaults[name] for name in missing})
    assert found == stands._replace(check=check)
    assert checks.put(found._replace(revision=2))
    ((decision, note),) = checks.decisions("mia")
    assert (decision, note) == (DECISION, "A note.")
