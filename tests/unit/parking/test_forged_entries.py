"""An entry of another form, with its right hash, as all can store it who may write to the table: it stops nobody."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from cliffhanger.errors import LedgerCorrupt
from cliffhanger.events.outbox import publish_images
from cliffhanger.expiry.domain import Due
from cliffhanger.expiry.service import wait_for_images
from cliffhanger.ledger.canonical import digest
from cliffhanger.ledger.packing import pack
from cliffhanger.ledger.repairing import Repair, Repaired, Torn, repair
from cliffhanger.ledger.scan import LedgerScan
from cliffhanger.ledger.settling import settle_images
from tests.support.dynamodb import connect
from tests.support.tables import LEDGER
from tests.unit.expiry.scene import DAY, MIA, NOW, Scene

ROGUE = "viewer:rogue"
KEY = "key:" + "0" * 26
COINS = ["coin", 5, ".", "series:s:earned:0"]

FORGED: dict[str, dict[str, Any]] = {
    "an amount that is text": {"postings": [["coin", "5", ".", "series:s:earned:0"]]},
    "to a number": {"postings": [["coin", 5, ".", 7]]},
    "to null": {"postings": [["coin", 5, ".", None]]},
    "to a list": {"postings": [["coin", 5, ".", ["series:s:earned:0"]]]},
    "to nowhere": {"postings": [["coin", 5, ".", ""]]},
    "of no unit": {"postings": [[None, 5, ".", "series:s:earned:0"]]},
    "coins of a lot that are text": {"postings": [["bonus", 5, ".", MIA]], "lots": [[MIA, "bonus", "5", 20_000]]},
    "terms that are a list": {"terms": ["hold"]},
    "a hold until soon": {"state": {"holds": [["h", "soon", ["USD", 5]]], "held": {"USD": 5}}},
    "balances that are a list": {"state": {"balances": [1]}},
    "a lot of no unit": {"state": {"lots": [["1", "gold", 5, NOW // DAY + 1]]}},
    "a lot of no number": {"state": {"lots": [["first", "bonus", 5, NOW // DAY + 1]]}},
    "a time beyond all calendars": {"at": 10**17},
    "a source of another shape": {"reference": None, "request": None, "units": ["USD"], "sources": {"viewer": [["a"]]}},
}


def forged(**changes: Any) -> dict[str, Any]:
    """The item of an entry with its right hash, but for some members."""
    plain = {"account": ROGUE, "seq": 1, "at": NOW, "prev": "", "v": 3, "postings": [COINS], "state": {}}
    document = {**plain, "reference": KEY, "request": "x", **changes}
    body = json.dumps({name: value for name, value in document.items() if value is not None}, sort_keys=True)
    item = {"account": {"S": ROGUE}, "seq": {"N": "1"}, "body": {"B": pack(body)}, "hash": {"B": digest(body)}}
    return {**item, "reference": {"S": KEY}} if document["reference"] else item


class Forgery(Scene):
    """A viewer with coins that expire, and beside her a forged entry."""

    def __init__(self, item: dict[str, Any]) -> None:
        super().__init__()
        self.grant()
        self.items = [item, *self.model.items(LEDGER["TableName"])]
        self.model.load(LEDGER["TableName"], self.items)

    @property
    def images(self) -> list[dict[str, Any]]:
        """As the stream delivers them, the forged one first."""
        return [
            {
                name: {"B": base64.b64encode(value["B"]).decode()} if "B" in value else value
                for name, value in item.items()
            }
            for item in self.items
        ]


@pytest.fixture(params=FORGED)
def forgery(request: pytest.FixtureRequest) -> Forgery:
    return Forgery(forged(**FORGED[request.param]))


def test_settlement_parks_a_forged_entry_and_settles_the_others(forgery: Forgery) -> None:
    settled = settle_images(forgery.ledger, forgery.images, forgery.pace)
    assert [(one.account, one.seq, one.reason) for one in settled.poison] == [(ROGUE, 1, "unreadable")]
    assert settled.legs == 1


def test_the_publisher_parks_a_forged_entry_and_tells_the_others(forgery: Forgery) -> None:
    told = publish_images(forgery.broom.events, forgery.images)
    assert [(one.account, one.seq, one.reason) for one in told.poison] == [(ROGUE, 1, "unreadable")]
    assert told.events == 1


def test_a_forged_entry_waits_for_nothing_and_the_others_do(forgery: Forgery) -> None:
    assert wait_for_images(forgery.due, forgery.images) == 1
    assert [account for account, _ in forgery.waits()] == [MIA]


def test_the_sweep_leaves_a_forged_account_for_later_and_comes_to_the_others(forgery: Forgery) -> None:
    forgery.now = NOW + 7 * DAY
    for account in (ROGUE, MIA):
        forgery.due.wait(Due(account, NOW + (account == MIA), 1))
    rogue, mia = forgery.sweep()
    assert (rogue.account, type(rogue.error)) == (ROGUE, LedgerCorrupt)
    assert (mia.account, mia.expiries, mia.error) == (MIA, 1, None)


@pytest.mark.parametrize("restored", [False, True])
def test_a_repair_names_a_forged_entry_and_settles_the_others(forgery: Forgery, *, restored: bool) -> None:
    done = repaired(forgery, restored=restored)
    assert (done.torn, done.poison, done.legs) == ((Torn(ROGUE, 1, "", "unreadable"),), (), 1)


def repaired(forgery: Forgery, *, restored: bool = False) -> Repaired:
    forgery.now = NOW + DAY
    scan = LedgerScan(connect(forgery.model), LEDGER["TableName"])
    return repair(Repair(forgery.ledger, scan, restored=restored, retrying=forgery.pace), scan)


@pytest.mark.parametrize("number", ["1.5", "-1"])
def test_what_stands_under_no_whole_number_stops_nobody(number: str) -> None:
    """The table's key is any number."""
    forgery = Forgery({**forged(), "seq": {"N": number}})
    assert [one.reason for one in settle_images(forgery.ledger, forgery.images, forgery.pace).poison] == ["unreadable"]
    assert [one.reason for one in publish_images(forgery.broom.events, forgery.images).poison] == ["unreadable"]
    assert repaired(forgery).torn == (Torn(ROGUE, 0, "", "unreadable"),)


@pytest.mark.parametrize("mark", [{"S": "1"}, {"N": "1.5"}])
def test_a_mark_that_is_no_number_of_a_batch_stops_no_repair(mark: dict[str, str]) -> None:
    """Nothing of the entry is settled: who knows whether it was."""
    done = repaired(Forgery({**forged(), "m0": mark}))
    assert (done.legs, done.poison) == (1, ())


@pytest.mark.parametrize("terms", [{"kind": "closed"}, {"kind": "closed", "next": 7}, {"kind": "opened", "before": ""}])
def test_half_of_a_roll_that_leads_nowhere_stops_no_repair(terms: dict[str, Any]) -> None:
    lane: dict[str, Any] = {"account": "series:s:earned:0", "postings": [], "units": [], "sources": {}}
    item = {**forged(**lane, terms=terms, reference=None, request=None), "account": {"S": lane["account"]}}
    assert repaired(Forgery(item)).torn == (Torn(lane["account"], 1, "", "rolled_otherwise"),)


def test_half_of_a_roll_whose_other_half_nobody_could_write_stops_no_repair() -> None:
    """A number that canonical JSON does not have: it can be stored, and follows to the next volume."""
    lane: dict[str, Any] = {"account": "series:s:earned:0", "postings": [], "units": [], "sources": {}}
    terms = {"kind": "closed", "next": "series:s:earned:0.2"}
    state = {"balances": {"USD": 2**60}}
    half = forged(**lane, terms=terms, state=state, reference=None, request=None)
    done = repaired(Forgery({**half, "account": {"S": lane["account"]}}))
    assert done.torn == (Torn(lane["account"], 1, "", "rolled_otherwise"),)
    assert done.legs == 1
