"""Two versions of the product at work on one check, as during every deployment, and after one was taken back."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cliffhanger.kyc.review import decide
from cliffhanger.kyc.service import begin
from tests.support.tables import VERIFICATIONS
from tests.unit.kyc.scene import ALIKE, Scene

TABLE = VERIFICATIONS["TableName"]
NEWER = {"noted": ["this"]}


@pytest.fixture
def scene() -> Scene:
    """A check that waits for a reviewer."""
    made = Scene()
    begin(made.desk, "mia", 1)
    made.machine.run()
    made.provider.who[made.provider.by_key["mia", 1]] = ALIKE
    made.tell("verified")
    made.machine.run()
    return made


def told(scene: Scene, item: str = "now") -> dict[str, Any]:
    [found] = [one for one in scene.model.peek(TABLE) if one["item"]["S"] == item]
    shown: dict[str, Any] = json.loads(found["told"]["S"])
    return shown


def note(scene: Scene, changed: dict[str, Any], item: str = "now") -> None:
    """A newer version has noted something more."""
    [found] = [one for one in scene.model.peek(TABLE) if one["item"]["S"] == item]
    written = {**found, "told": {"S": json.dumps(changed)}}
    scene.model.call("PutItem", {"TableName": TABLE, "Item": written})


def test_what_a_newer_version_notes_of_a_person_or_a_check_stops_no_older_one_and_stays(scene: Scene) -> None:
    record = told(scene)
    note(scene, {**record, "since": NEWER, "check": {**record["check"], "since": NEWER}})
    decide(scene.desk, "mia", 1, "approve", reason="false_hit", note="", by="rita")
    assert (told(scene)["since"], told(scene)["check"]["since"]) == (NEWER, NEWER)
    scene.machine.run()
    assert scene.standing().state == "verified"
    assert told(scene)["since"] == NEWER


def test_what_a_newer_version_notes_of_a_hit_stops_no_older_one(scene: Scene) -> None:
    record = told(scene)
    hits = [[*hit, NEWER] for hit in record["check"]["hits"]]
    note(scene, {**record, "check": {**record["check"], "hits": hits}})
    check = scene.record().check
    assert check is not None
    assert check.hits[0].entry == "SYN-0004"


def test_what_a_newer_version_notes_of_a_decision_stops_no_older_one(scene: Scene) -> None:
    decide(scene.desk, "mia", 1, "approve", reason="false_hit", note="", by="rita")
    [item] = [one["item"]["S"] for one in scene.model.peek(TABLE) if one["item"]["S"].startswith("decision#")]
    note(scene, {**told(scene, item), "since": NEWER}, item)
    [noted] = scene.desk.store.decisions("mia")
    assert (noted.decision.by, noted.decision.outcome) == ("rita", "approved")
