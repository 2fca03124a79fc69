"""Records of verifications as they are stored. Pure.

Two versions of the product are at work during each deployment, and a newer one may be taken back: what it has noted
beside, this one leaves alone and writes again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from cliffhanger.kyc.decisions import Decision
from cliffhanger.kyc.domain import Check, Hit, Verification

_APART = ("person", "revision", "edition")
"""What has an attribute of its own."""


def attributes_of(verification: Verification) -> dict[str, Any]:
    """The attributes of a record beside its keys, as DynamoDB takes them."""
    told = {name: value for name, value in _flat(verification).items() if name not in _APART}
    if verification.check is not None:
        told["check"] = _flat(verification.check)
    attributes = {
        "revision": {"N": str(verification.revision)},
        "edition": {"N": str(verification.edition)},
        "told": {"S": json.dumps(told, separators=(",", ":"))},
    }
    if verification.queue is not None:
        attributes |= {"queue": {"S": verification.queue}, "dueAt": {"N": str(verification.due_at)}}
    return attributes


def verification_of(item: Mapping[str, Any]) -> Verification:
    """The record that an item holds."""
    told = json.loads(item["told"]["S"])
    check = told.pop("check")
    known, newer = _known(told, Verification)
    return Verification(
        item["person"]["S"],
        **known
        | {"begun": tuple(told["begun"]), "erase": tuple(told.get("erase", ()))}
        | {"overruled": tuple((one, score) for one, score in told["overruled"])},
        revision=int(item["revision"]["N"]),
        edition=int(item["edition"]["N"]),
        check=None if check is None else _check(check),
        newer=newer,
    )


def told_of(decision: Decision) -> str:
    """A decision as it is kept."""
    return json.dumps(decision._asdict() | {"hits": [list(hit) for hit in decision.hits]})


def decision_of(item: Mapping[str, Any]) -> Decision:
    """The decision that an item holds. It is never written again."""
    told, _ = _known(json.loads(item["told"]["S"]), Decision)
    return Decision(**told | {"hits": tuple(map(_hit, told["hits"]))})


def _flat(kept: Verification | Check) -> dict[str, Any]:
    told = {**kept.newer, **kept._asdict()}
    del told["newer"]
    if isinstance(kept, Check):
        told["hits"] = [list(hit) for hit in kept.hits]
    return told


def _check(told: Mapping[str, Any]) -> Check:
    known, newer = _known(told, Check)
    return Check(**known | {"hits": tuple(map(_hit, told["hits"])), "newer": newer})


def _known(
    told: Mapping[str, Any], kind: type[Verification | Check | Decision]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What this version knows of what is told, and what it does not."""
    names = set(kind._fields) - {"newer"}
    known = {name: value for name, value in told.items() if name in names}
    return known, {name: value for name, value in told.items() if name not in names}


def _hit(kept: list[Any]) -> Hit:
    return Hit(kept[0], kept[1], kept[2], tuple(kept[3]))
