"""The publisher function over stream records as Lambda delivers them, of entries that the use cases wrote."""

from __future__ import annotations

import base64
import json
from typing import Any

import boto3
import pytest
from jsonschema import Draft202012Validator

from cliffhanger import bootstrap
from cliffhanger.errors import EventsRefused, Unavailable
from cliffhanger.events.schemas import EVENT_SCHEMAS
from cliffhanger.ledger.consequences import Reward, Undone
from cliffhanger.ledger.names import key_reference
from cliffhanger.ledger.rewarding import Consequence, give_reward, undo_reward
from cliffhanger.parking.service import list_parked, replay
from cliffhanger.unlocks.domain import Viewer
from cliffhanger.unlocks.reversal import reverse_unlock
from cliffhanger.unlocks.service import UnlockRequest, unlock
from cliffhanger.wallet.service import freeze, grant_bonus, set_own_limits, take_back_grant
from functions.publisher.handler import handler
from tests.support.http import SETTINGS
from tests.support.world import PRICE, SERIES, dump
from tests.unit.parking.desk import Bus

MIA = "viewer:mia"
SUPPORT = {"actor": "op1", "reason": "goodwill"}


@pytest.fixture
def bus(dynamodb: Any, monkeypatch: pytest.MonkeyPatch) -> Bus:
    """Stands in for EventBridge, which moto has, but without a way to see what it was told or to make it refuse."""
    made = Bus()
    monkeypatch.setattr(bootstrap.event_publisher(), "_client", made)
    return made


def key(name: str) -> str:
    return key_reference(name, b"test")


def live() -> None:
    """A viewer's life, by the use cases: bought and given coins by the fixture, and then one of every kind."""
    ledger, books = bootstrap.ledger_store(), bootstrap.unlock_books()
    set_own_limits(ledger, MIA, {"day": 100}, reference=key("limits"))
    unlocked = unlock(books, UnlockRequest(Viewer("mia"), SERIES, 2, 2, PRICE)).entries[0]
    reverse_unlock(ledger, unlocked, "case1", SUPPORT)
    unlock(books, UnlockRequest(Viewer("mia"), SERIES, 2, 2, PRICE, generation=1))
    grant = grant_bonus(ledger, MIA, coins=50, lifetime_days=30, reference="support:case2", terms=SUPPORT).entry
    take_back_grant(ledger, grant, "case3", SUPPORT)
    freeze(ledger, MIA, frozen=True, reference="support:case4", terms=SUPPORT)
    freeze(ledger, MIA, frozen=False, reference="support:case5", terms=SUPPORT)


LIFE = [
    "CoinsBought",
    "CoinsGranted",
    "EpisodeUnlocked",
    "UnlockReversed",
    "EpisodeUnlocked",
    "CoinsGranted",
    "GrantReversed",
    "AccountFrozen",
    "AccountThawed",
]


def image(item: dict[str, Any]) -> dict[str, Any]:
    return {
        name: {"B": base64.b64encode(value["B"]).decode()} if "B" in value else value for name, value in item.items()
    }


def records(client: Any) -> list[dict[str, Any]]:
    items = [item for item in dump(client, "test-ledger") if item["account"]["S"] == MIA]
    items.sort(key=lambda item: int(item["seq"]["N"]))
    return [{"eventName": "INSERT", "dynamodb": {"NewImage": image(item)}} for item in items]


def deliver(some: list[dict[str, Any]]) -> None:
    assert handler({"Records": some}, None) == {"batchItemFailures": []}


def types(bus: Bus) -> list[str]:
    return [told["type"] for told in bus.told]


def test_a_viewers_life_is_told_as_it_happened(dynamodb: Any, bus: Bus) -> None:
    live()
    deliver(records(dynamodb))
    assert types(bus) == LIFE
    for told in bus.told:
        Draft202012Validator(EVENT_SCHEMAS[told["type"], told["version"]]).validate(told["data"])
    assert dump(dynamodb, "test-parked") == []


def test_an_unlock_is_told_with_its_episode_and_its_coins(dynamodb: Any, bus: Bus) -> None:
    unlock(bootstrap.unlock_books(), UnlockRequest(Viewer("mia"), SERIES, 2, 2, PRICE))
    deliver(records(dynamodb)[-1:])
    (told,) = bus.told
    assert told["data"] == {
        "personId": "mia",
        "seriesId": SERIES,
        "episodes": [2],
        "coins": {"bonus": 12, "bought": 0},
        "cash": [],
        "reference": f"unlock:{SERIES}:2-2.0",
        "seq": 3,
    }


def test_nothing_of_who_decided_and_why_and_of_limits_leaves(dynamodb: Any, bus: Bus) -> None:
    live()
    deliver(records(dynamodb))
    text = json.dumps(bus.told)
    for private in ("op1", "goodwill", "limit"):
        assert private not in text


def test_what_is_delivered_twice_or_out_of_order_is_told_under_the_same_ids(dynamodb: Any, bus: Bus) -> None:
    live()
    batch = records(dynamodb)
    deliver(batch)
    ids = [told["id"] for told in bus.told]
    assert len(set(ids)) == len(LIFE)
    for again in (batch, batch[::-1], batch * 2, batch[3:5]):
        deliver(again)
    assert {told["id"] for told in bus.told} == set(ids)


def test_only_new_entries_are_told(dynamodb: Any, bus: Bus) -> None:
    deliver([record | {"eventName": "MODIFY"} for record in records(dynamodb)])
    assert bus.told == []


def test_poison_in_the_middle_is_parked_named_and_counted_and_the_rest_is_told(
    dynamodb: Any, bus: Bus, capsys: pytest.CaptureFixture[str]
) -> None:
    live()
    batch = records(dynamodb)
    batch[3]["dynamodb"]["NewImage"]["hash"] = {"B": base64.b64encode(b"x" * 32).decode()}
    deliver(batch)
    assert types(bus) == LIFE[:2] + LIFE[3:]
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    (named,) = [line for line in lines if line.get("message") == "entry parked"]
    assert (named["entry"], named["reason"]) == (f"{MIA}/4", "unreadable")
    assert [line["EntriesParked"] for line in lines if "EntriesParked" in line] == [[1.0]]
    assert [line["EventsPublished"] for line in lines if "EventsPublished" in line] == [[8.0]]
    (parked,) = list_parked(bootstrap.parked_store(), "publisher", 10).parked
    assert (parked.entry, parked.reason, parked.times) == (f"{MIA}/4", "unreadable", 1)


def test_what_the_house_gives_as_rewards_is_counted(
    dynamodb: Any, bus: Bus, capsys: pytest.CaptureFixture[str]
) -> None:
    """And neither coins that were bought, nor those that support grants, nor what is taken back."""
    live()
    for day, coins in (("2026-11-21", 3), ("2026-11-22", 4)):
        give_reward(bootstrap.ledger_store(), Consequence(MIA, "checkin", day), Reward("bonus", coins, 14))
    undo_reward(bootstrap.ledger_store(), Consequence(MIA, "checkin", "2026-11-22"), "case6", Undone(1, 1))
    deliver(records(dynamodb))
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["HouseCoinsGiven"] for line in lines if "HouseCoinsGiven" in line] == [[7.0]]


def test_what_was_parked_is_told_by_a_replay(dynamodb: Any, bus: Bus) -> None:
    """The stream had spoilt it; in the table it stands as it was written."""
    batch = records(dynamodb)
    batch[0]["dynamodb"]["NewImage"]["body"] = {"S": "{}"}
    deliver(batch)
    assert types(bus) == ["CoinsGranted"]
    assert replay(bootstrap.replay_desk(), "publisher", f"{MIA}/1").outcome == "done"
    assert types(bus) == ["CoinsGranted", "CoinsBought"]
    assert replay(bootstrap.replay_desk(), "publisher", f"{MIA}/1").outcome == "absent"
    assert len(bus.told) == 2


@pytest.mark.parametrize("refusals", [1, 2])
def test_what_the_bus_refuses_is_delivered_again_until_all_is_told(dynamodb: Any, bus: Bus, refusals: int) -> None:
    batch = records(dynamodb)
    bus.refusals = refusals
    with pytest.raises(EventsRefused):
        handler({"Records": batch}, None)
    deliver(batch)
    assert set(types(bus)) == {"CoinsBought", "CoinsGranted"}
    assert dump(dynamodb, "test-parked") == []


def test_poison_that_cannot_be_parked_is_delivered_again_and_nothing_is_lost(
    dynamodb: Any, bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise Unavailable

    batch = records(dynamodb)
    batch[0]["dynamodb"]["NewImage"]["body"] = {"S": "{}"}
    with monkeypatch.context() as gone:
        gone.setattr(bootstrap.parked_store(), "park", away)
        with pytest.raises(Unavailable):
            handler({"Records": batch}, None)
    deliver(batch)
    assert {told["id"] for told in bus.told} == {bus.told[-1]["id"]}
    assert len(dump(dynamodb, "test-parked")) == 1


def test_the_shipped_publisher_reaches_a_real_bus(dynamodb: Any) -> None:
    """Not only the stand-in: botocore takes the parameters, and the bus exists."""
    boto3.client("events").create_event_bus(Name=SETTINGS["EVENT_BUS"])
    deliver(records(dynamodb))
