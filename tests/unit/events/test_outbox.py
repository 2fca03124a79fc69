"""From the stream to the bus: at least once, whatever comes twice, late or spoilt, and never what is in no journal."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from cliffhanger.errors import EventsRefused
from cliffhanger.events.outbox import Told, publish_images
from cliffhanger.events.publisher import MAX_ENTRIES, EventPublisher
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.settlement import plan_batch
from tests.unit.events.chains import EARNED, VIEWER, as_version_1, bought, granted, limited, stranger, unlocked
from tests.unit.parking.desk import Bus


def image(entry: Entry) -> dict[str, Any]:
    """The new image of a stream record, as Lambda delivers it."""
    made = {
        "account": {"S": entry.account},
        "seq": {"N": str(entry.seq)},
        "body": {"S": entry.body},
        "hash": {"B": base64.b64encode(entry.hash).decode()},
    }
    return made if entry.reference is None else made | {"reference": {"S": entry.reference}}


def chain() -> list[Entry]:
    first = bought()
    second = granted(first)
    return [first, second, unlocked(second), limited(unlocked(second))]


IMAGES = [image(entry) for entry in chain()]


def publish(bus: Bus, images: list[dict[str, Any]]) -> Told:
    return publish_images(EventPublisher(bus, "the-bus"), images)


def ids(bus: Bus) -> list[str]:
    return [told["id"] for told in bus.told]


def test_entries_are_told_in_the_order_they_come() -> None:
    bus = Bus()
    assert publish(bus, IMAGES) == Told(3)
    assert [told["type"] for told in bus.told] == ["CoinsBought", "CoinsGranted", "EpisodeUnlocked"]


@pytest.mark.parametrize(
    "again", [IMAGES, IMAGES[::-1], IMAGES * 2, IMAGES[1:2]], ids=["same", "back", "twice", "part"]
)
def test_what_is_delivered_again_is_told_under_the_same_ids(again: list[dict[str, Any]]) -> None:
    bus = Bus()
    publish(bus, IMAGES)
    first = set(ids(bus))
    publish(bus, again)
    assert set(ids(bus)) == first


def spoilt(seq: int) -> dict[str, Any]:
    return IMAGES[seq - 1] | {"hash": {"B": base64.b64encode(b"x" * 32).decode()}}


@pytest.mark.parametrize(
    ("poison", "key", "reason"),
    [
        (spoilt(2), (VIEWER, 2), "unreadable"),
        ({**IMAGES[1], "body": {"S": "{}"}}, (VIEWER, 2), "unreadable"),
        ({"account": {"S": "viewer:noa"}, "seq": {"N": "4"}}, ("viewer:noa", 4), "unreadable"),
        ({}, ("?", 0), "unreadable"),
        (image(stranger(kind="tip")), (VIEWER, 1), "no_event"),
    ],
    ids=["another hash", "other bytes", "no entry", "nothing", "unknown kind"],
)
def test_poison_in_the_middle_is_named_and_the_others_are_told(
    poison: dict[str, Any], key: tuple[str, int], reason: str
) -> None:
    bus = Bus()
    told = publish(bus, [IMAGES[0], poison, IMAGES[2]])
    assert [entry["type"] for entry in bus.told] == ["CoinsBought", "EpisodeUnlocked"]
    ((account, seq, why, _),) = told.poison
    assert ((account, seq), why, told.events) == (key, reason, 2)


def test_what_the_bus_refuses_is_raised_and_told_when_it_is_delivered_again() -> None:
    bus = Bus()
    bus.refusals = 1
    with pytest.raises(EventsRefused):
        publish(bus, IMAGES)
    publish(bus, IMAGES)
    assert len(set(ids(bus))) == 3


def test_a_full_batch_of_the_stream_is_told_in_calls_of_ten() -> None:
    bus = Bus()
    assert publish(bus, IMAGES[:2] * MAX_ENTRIES).events == 2 * MAX_ENTRIES
    assert bus.calls == 2


def test_batches_that_come_back_through_the_stream_tell_nothing() -> None:
    bus = Bus()
    assert publish(bus, [image(plan_batch(EARNED, None, chain()[2:3], 1).entry)]) == Told(0)


def test_entries_of_both_versions_go_through_side_by_side() -> None:
    bus = Bus()
    assert publish(bus, [image(as_version_1(chain()[2])), IMAGES[3]]).events == 1
    assert bus.told[0]["data"]["episodes"] == [2]
