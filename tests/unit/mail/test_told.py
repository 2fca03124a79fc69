"""Which events ask for a receipt."""

from __future__ import annotations

from typing import Any

import pytest

from cliffhanger.events.schemas import EVENT_SCHEMAS
from cliffhanger.mail.domain import KINDS, told_by

PURCHASE = "purchase:9k3m1q8v4t6x0b2c:grant"


def event(kind: str = "CoinsBought", **data: Any) -> dict[str, Any]:
    example = {
        "personId": "4h7d9k2m8q1r5t0v",
        "coins": {"bought": 100, "bonus": 10},
        "cash": [{"currency": "EUR", "amount": 990}],
        "reference": PURCHASE,
        "seq": 7,
    }
    return {
        "specVersion": 1,
        "id": "evt-1",
        "type": kind,
        "version": 1,
        "subject": "viewer:4h7d9k2m8q1r5t0v",
        "occurredAt": "2026-11-27T18:04:05.123Z",
        "data": {**example, **data},
    }


def test_a_bonus_that_was_withheld_is_told():
    told = told_by(event(coins={"bought": 100}, withheldBonus=50))
    assert told is not None
    assert (told.receipt.bonus, told.receipt.withheld) == (0, 50)


def test_a_purchase_asks_for_one():
    told = told_by(event())
    assert told is not None
    assert (told.event, told.person) == ("evt-1", "4h7d9k2m8q1r5t0v")
    assert told.receipt[:7] == ("purchase", "9k3m1q8v4t6x0b2c", 7, 100, 10, 990, "EUR")


def test_a_refund_asks_for_one():
    told = told_by(event("PurchaseRefunded", reference="purchase:9k3m1q8v4t6x0b2c:rev:r1"))
    assert told is not None
    assert told.receipt.kind == "refund"


@pytest.mark.parametrize(
    "asked",
    [
        event("EpisodeUnlocked"),
        event(reference="key:7d2r0h5w9k3m1q8v4t6x0b2c5e"),
    ],
    ids=["another event", "coins without an order"],
)
def test_nothing_else_does(asked: dict[str, Any]):
    assert told_by(asked) is None


@pytest.mark.parametrize(
    "data", [{"cash": []}, {"seq": "x"}, {"coins": None}, {"personId": "No:Body"}, {"reference": None}]
)
def test_an_event_that_is_not_of_its_schema_is_none_of_ours(data: dict[str, Any]):
    with pytest.raises((LookupError, TypeError, ValueError, AttributeError)):
        told_by(event(**data))


@pytest.mark.parametrize("kind", [kind for kind in KINDS if (kind, 1) in EVENT_SCHEMAS])
def test_the_published_example_of_each_event_can_be_read(kind: str):
    [example] = EVENT_SCHEMAS[kind, 1]["examples"]
    assert told_by(event(kind) | {"data": example | {"reference": PURCHASE}}) is not None
