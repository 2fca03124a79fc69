"""Two versions of the product at work on one payout, as during every deployment, and after one was taken back."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.payout_tables import PAYOUTS
from tests.support.payouts import ACCOUNT, CLEO, House
from tests.unit.payouts.endings import finished

TABLE = PAYOUTS["TableName"]


def item(house: House, name: str) -> dict[str, Any]:
    [found] = [one for one in house.model.peek(TABLE) if one["item"]["S"] == name]
    return dict(found)


def note(house: House, name: str) -> None:
    """A newer version has noted something more."""
    found = item(house, name)
    told = json.loads(found["told"]["S"]) | {"since": {"noted": ["this"]}}
    changed = {**found, "told": {"S": json.dumps(told)}}
    house.model.call("PutItem", {"TableName": TABLE, "Item": changed})


def test_what_a_newer_version_notes_of_a_payout_stops_no_older_one_and_stays(house: House) -> None:
    house.ask(20_000)
    note(house, "payout:one")
    assert finished(house) == "paid"
    assert json.loads(item(house, "payout:one")["told"]["S"])["since"] == {"noted": ["this"]}


@pytest.mark.parametrize("name", ["destination", "tally:2026-11:USD", "asked:2026-11-21"])
def test_what_a_newer_version_notes_of_anything_else_stops_no_older_one(house: House, name: str) -> None:
    house.ask(20_000)
    note(house, name)
    assert house.ask(20_000, "two").status == "inTransit"
    assert house.payout("two").account == ACCOUNT
    assert house.store.of(CLEO)
