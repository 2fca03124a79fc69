"""A replay takes what was parked once it can be taken, and nothing twice."""

from __future__ import annotations

import pytest

from cliffhanger.dynamo import Unclear
from cliffhanger.errors import Unavailable
from cliffhanger.events.envelope import event_id
from cliffhanger.events.facts import events_of
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.settling import settle
from cliffhanger.parking.domain import Consumer, Parked
from cliffhanger.parking.service import replay
from tests.support.tables import LEDGER
from tests.unit.events.chains import EARNED, VIEWER, bought, granted, stranger, unlocked
from tests.unit.parking.desk import NOW, Scene

LATER = NOW + 3_600_000


@pytest.fixture
def scene() -> Scene:
    """A viewer who bought, was given and spent; nothing of it is settled."""
    made = Scene()
    for entry in chain():
        assert made.desk.ledger.append(entry)
    return made


def chain() -> list[Entry]:
    first = bought()
    second = granted(first, coins=5)
    return [first, second, unlocked(second)]


UNLOCK = f"{VIEWER}/3"


def parked(scene: Scene, consumer: Consumer, key: str = UNLOCK, reason: str = "unreadable") -> None:
    scene.desk.parked.park(consumer, key, reason, NOW)
    scene.now = LATER


def earned(scene: Scene) -> dict[str, int]:
    head = scene.desk.ledger.head(EARNED)
    return dict(head.state.balances) if head else {}


def test_an_entry_that_can_be_settled_is_settled_on_all_its_accounts_and_parked_no_more(scene: Scene) -> None:
    parked(scene, "settlement")
    assert replay(scene.desk, "settlement", UNLOCK) == (UNLOCK, "done", None)
    assert earned(scene) == {"bonus": 5, "coin": 7, "USD": 69}
    assert scene.desk.parked.find("settlement", UNLOCK) is None


def test_replaying_twice_changes_nothing(scene: Scene) -> None:
    parked(scene, "settlement")
    replay(scene.desk, "settlement", UNLOCK)
    books = scene.items(LEDGER)
    assert replay(scene.desk, "settlement", UNLOCK) == (UNLOCK, "absent", None)
    parked(scene, "settlement")  # by a stream that delivers it once more
    assert replay(scene.desk, "settlement", UNLOCK) == (UNLOCK, "done", None)
    assert scene.items(LEDGER) == books


def test_what_the_stream_settled_meanwhile_is_done(scene: Scene) -> None:
    parked(scene, "settlement")
    settle(scene.desk.ledger, chain())
    books = scene.items(LEDGER)
    assert replay(scene.desk, "settlement", UNLOCK).outcome == "done"
    assert scene.items(LEDGER) == books


@pytest.mark.parametrize("consumer", ["settlement", "publisher"])
def test_only_what_is_parked_is_tried(scene: Scene, consumer: Consumer) -> None:
    books = scene.items(LEDGER)
    assert replay(scene.desk, consumer, UNLOCK) == (UNLOCK, "absent", None)
    assert (scene.items(LEDGER), scene.bus.told) == (books, [])


@pytest.mark.parametrize("consumer", ["settlement", "publisher"])
def test_one_consumers_entry_is_not_the_others(scene: Scene, consumer: Consumer) -> None:
    parked(scene, "publisher" if consumer == "settlement" else "settlement")
    assert replay(scene.desk, consumer, UNLOCK).outcome == "absent"


@pytest.mark.parametrize("consumer", ["settlement", "publisher"])
def test_a_broken_entry_is_kept_with_the_new_reason_until_it_is_mended(scene: Scene, consumer: Consumer) -> None:
    right = chain()[2].hash
    scene.set_hash(VIEWER, 3, b"x" * 32)
    parked(scene, consumer, reason="not_as_delivered")
    assert replay(scene.desk, consumer, UNLOCK) == (UNLOCK, "kept", "unreadable")
    assert scene.desk.parked.find(consumer, UNLOCK) == Parked(consumer, UNLOCK, "unreadable", 2, NOW, LATER)
    scene.set_hash(VIEWER, 3, right)
    assert replay(scene.desk, consumer, UNLOCK).outcome == "done"


@pytest.mark.parametrize("consumer", ["settlement", "publisher"])
@pytest.mark.parametrize("key", [f"{VIEWER}/9", "?/0"])
def test_an_entry_that_is_not_there_is_kept(scene: Scene, consumer: Consumer, key: str) -> None:
    parked(scene, consumer, key)
    assert replay(scene.desk, consumer, key) == (key, "kept", "unreadable")


def test_an_account_that_cannot_take_a_batch_keeps_the_entry_until_it_is_mended(scene: Scene) -> None:
    settle(scene.desk.ledger, chain()[:2])
    other = unlocked(chain()[2], 3, 3)
    scene.desk.ledger.append(other)
    settle(scene.desk.ledger, [other])
    head = scene.desk.ledger.head(EARNED)
    assert head is not None
    scene.set_hash(EARNED, head.seq, b"x" * 32)
    parked(scene, "settlement")
    assert replay(scene.desk, "settlement", UNLOCK) == (UNLOCK, "kept", "not_plannable")
    scene.set_hash(EARNED, head.seq, head.hash)
    assert replay(scene.desk, "settlement", UNLOCK).outcome == "done"
    assert earned(scene)["coin"] == 19


def test_an_account_that_others_write_all_the_time_keeps_the_entry(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def settle_never(_batch: object) -> None:
        raise Unclear

    parked(scene, "settlement")
    monkeypatch.setattr(scene.desk.ledger, "settle", settle_never)
    assert replay(scene.desk, "settlement", UNLOCK) == (UNLOCK, "kept", "busy")


def test_events_are_told_again_under_the_ids_they_always_have(scene: Scene) -> None:
    parked(scene, "publisher")
    assert replay(scene.desk, "publisher", UNLOCK).outcome == "done"
    assert replay(scene.desk, "publisher", UNLOCK).outcome == "absent"
    (unlock,) = events_of(chain()[2])
    assert [told["id"] for told in scene.bus.told] == [event_id(unlock)]
    assert scene.desk.parked.find("publisher", UNLOCK) is None


def test_a_bus_that_refuses_keeps_the_entry(scene: Scene) -> None:
    parked(scene, "publisher", reason="no_event")
    scene.bus.refusals = 1
    assert replay(scene.desk, "publisher", UNLOCK) == (UNLOCK, "kept", "refused")
    assert replay(scene.desk, "publisher", UNLOCK).outcome == "done"


def test_an_entry_of_which_nothing_is_to_be_told_is_kept(scene: Scene) -> None:
    made = Scene()
    made.desk.ledger.append(stranger(kind="tip"))
    parked(made, "publisher", f"{VIEWER}/1")
    assert replay(made.desk, "publisher", f"{VIEWER}/1").reason == "no_event"
    assert made.bus.told == []


@pytest.mark.parametrize("consumer", ["settlement", "publisher"])
def test_a_ledger_that_does_not_answer_leaves_it_parked_as_before(
    scene: Scene, consumer: Consumer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> Entry:
        raise Unclear

    parked(scene, consumer)
    before = scene.desk.parked.find(consumer, UNLOCK)
    monkeypatch.setattr(scene.desk.ledger, "entry", away)
    with pytest.raises(Unavailable):
        replay(scene.desk, consumer, UNLOCK)
    assert scene.desk.parked.find(consumer, UNLOCK) == before


def test_a_replay_whose_end_was_lost_is_done_again_and_changes_nothing(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was settled, and the table of parked entries went away before it was removed."""
    remove = scene.desk.parked.remove

    def away(*_: object) -> None:
        raise Unavailable

    parked(scene, "settlement")
    monkeypatch.setattr(scene.desk.parked, "remove", away)
    with pytest.raises(Unavailable):
        replay(scene.desk, "settlement", UNLOCK)
    books = scene.items(LEDGER)
    monkeypatch.setattr(scene.desk.parked, "remove", remove)
    assert replay(scene.desk, "settlement", UNLOCK).outcome == "done"
    assert scene.items(LEDGER) == books
