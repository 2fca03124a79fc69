"""What must hold of who is verified, written from the rules over what lies in the table, not by the product's words."""

from __future__ import annotations

import collections
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.simulation.sessions import ALIKE, HERSELF, LISTED, UNREADABLE
from tests.support.dynamodb import MemoryDynamoDB
from tests.support.payouts import CLEO
from tests.support.tables import VERIFICATIONS

if TYPE_CHECKING:
    from tests.simulation.verifications import VerificationHistory

Record = Mapping[str, Any]
STRONG = 90
POLICY = "policy"
KINDS = {"approved", "refused", "again", "unfinished", "canceled", "gone"}


class Decided(NamedTuple):
    """A decision, as it lies in the table."""

    check: int
    outcome: str
    by: str
    tier: int
    edition: int
    final: bool
    strong: bool


def record_in(model: MemoryDynamoDB, person: str) -> Record | None:
    """What is kept of a person."""
    for item in model.peek(VERIFICATIONS["TableName"]):
        if (item["person"]["S"], item["item"]["S"]) == (person, "now"):
            return {"told": json.loads(item["told"]["S"]), "edition": int(item["edition"]["N"])}
    return None


def stands(record: Record | None, now: int) -> str | None:
    """Why a person may take nothing out; None where they may."""
    told = {} if record is None else record["told"]
    check = told.get("check")
    if check and check["hits"]:
        return "verification_pending"
    if told.get("state") == "verified" and _rfc(now) < told["until"]:
        return None
    if check:
        return "verification_pending"
    return "verification_refused" if told.get("state") == "refused" else "verification_required"


def decisions_in(model: MemoryDynamoDB, person: str) -> list[Decided]:
    """What was decided of a person."""
    found = []
    for item in model.peek(VERIFICATIONS["TableName"]):
        if item["person"]["S"] == person and item["item"]["S"].startswith("decision#"):
            told = json.loads(item["told"]["S"])
            strong = any(hit[2] >= STRONG for hit in told["hits"])
            members = {name: told[name] for name in Decided._fields if name != "strong"}
            found.append(Decided(**members, strong=strong))
    return found


def check_verified(history: VerificationHistory) -> None:
    """At any time: what stands was decided by who may, on what was shown, and each check is decided once."""
    decisions = decisions_in(history.model, CLEO)
    finals = [one for one in decisions if one.final]
    numbers = [one.check for one in finals]
    assert len(numbers) == len(set(numbers)), f"decided twice: {numbers}"
    assert not [one for one in decisions if one.by == CLEO], "decided on herself"
    for one in finals:
        if one.outcome != "approved":
            continue
        agreed = {each.by for each in decisions if each.check == one.check and each.outcome == "approved"}
        assert len(agreed) == 2 or not (one.strong or one.tier == 2), f"check {one.check} is approved by {agreed} alone"
        if one.by == POLICY:
            assert one.tier == 1, "a machine let much leave"
    record = history.record
    told = {} if record is None else record["told"]
    history.kept |= {told.get("session", ""), (told.get("check") or {}).get("session", "")} - {""}
    if told.get("state") == "verified":
        _check_stands(history, told, finals)


def _check_stands(history: VerificationHistory, told: Mapping[str, Any], finals: list[Decided]) -> None:
    """Who is verified has shown a document in the session that it rests on, and nothing named them there unseen."""
    session = told["session"]
    shown = history.sessions.proved.get(session)
    assert shown is not None, f"verified by {session}, in which nobody has shown anything"
    assert session not in history.sessions.ours, f"what stands rests on {session}, which was erased"
    # A check that makes way for a newer list's hit goes on under the next number.
    final = min(one for one in finals if one.check >= history.sessions.of_check[session])
    assert (final.outcome, final.tier) == ("approved", told["tier"]), f"verified, and {final}"
    if final.by == POLICY:
        assert shown not in (ALIKE, LISTED, UNREADABLE), f"a machine has cleared {shown.name}"
        named = shown == HERSELF and history.names_her[final.edition]
        assert not named, f"a machine has cleared who is named in edition {final.edition}"


def check_settled(history: VerificationHistory) -> None:
    """At the end: nothing is under way, newest lists were looked at, all was told, and needless sessions are erased."""
    record = history.record
    assert record is not None
    assert record["edition"] == history.edition, f"held against {record['edition']} of {history.edition}"
    finals = [one for one in decisions_in(history.model, CLEO) if one.final]
    told = {event["id"]: event for event in history.events if event["type"] == "VerificationDecided"}
    outcomes = collections.Counter(event["data"]["outcome"] for event in told.values())
    # An approval that a newer list has overtaken is told of no more than it stands: the next check is.
    overtaken = collections.Counter(one.outcome for one in finals if one.outcome == "approved" and one != max(finals))
    decided = collections.Counter(one.outcome for one in finals)
    untold = decided - outcomes
    assert not untold - overtaken, f"decided {decided}, and told {outcomes}"
    assert all(outcomes[kind] <= decided[kind] for kind in KINDS), f"decided {decided}, and told {outcomes}"
    keeps = record["told"]["session"]
    for session in history.kept - {keeps}:
        status = history.sessions.sessions[session].status
        assert status in ("gone", "canceled"), f"{session} is {status}, and nothing rests on it"


def _rfc(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1_000, UTC).date().isoformat()
