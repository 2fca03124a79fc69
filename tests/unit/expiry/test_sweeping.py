"""The sweep of the ledger: what is due is done once, and what is no longer so is not done."""

from __future__ import annotations

import contextlib

import pytest
from jsonschema import Draft202012Validator

from cliffhanger.errors import EventsRefused, LedgerCorrupt, Unavailable
from cliffhanger.events.schemas import EVENT_SCHEMAS
from cliffhanger.expiry.domain import Due
from cliffhanger.expiry.store import SHARDS
from cliffhanger.expiry.sweeping import POSTPONED_MS
from cliffhanger.ledger.holding import Held, post, void
from cliffhanger.ledger.rewarding import expire_lots
from tests.support.dynamodb import Call, Fault, Moment, NoFaults, ScriptedFaults
from tests.support.tables import LEDGER
from tests.unit.expiry.scene import DAY, MIA, NOW, ORDER, Scene

MONDAY = NOW + 7 * DAY
RESOLUTION = "hold:order-1:resolution"


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_a_hold_that_nobody_resolves_expires_and_its_coins_come_back(scene: Scene) -> None:
    scene.grant(days=30)
    scene.hold()
    scene.deliver()
    scene.now += DAY - 1
    assert scene.sweep() == []
    scene.now += 1
    (swept,) = scene.sweep()
    assert (swept.account, swept.holds, swept.expiries, swept.error) == (MIA, 1, 0, None)
    head = scene.ledger.head(MIA)
    assert head is not None
    assert (head.reference, head.terms["kind"], dict(head.state.balances)) == (RESOLUTION, "expiry", {"bonus": 30})


@pytest.mark.parametrize("resolution", ["post", "void"])
def test_a_hold_that_was_resolved_in_time_is_left_alone(scene: Scene, resolution: str) -> None:
    scene.grant(days=30)
    scene.hold()
    scene.deliver()
    if resolution == "post":
        post(scene.ledger, ORDER, amount=10, destination="platform:shop", retrying=scene.pace)
    else:
        void(scene.ledger, ORDER, retrying=scene.pace)
    before = scene.references()
    scene.now += DAY
    (swept,) = scene.sweep()
    assert (swept.holds, swept.expiries, swept.error) == (0, 0, None)
    assert scene.references() == before


def test_coins_that_nobody_spends_are_told_of_three_days_before_and_expire_on_their_day(scene: Scene) -> None:
    scene.grant()
    scene.deliver()
    scene.now = MONDAY - 3 * DAY - 1
    assert scene.sweep() == []
    scene.now += 1
    assert [(swept.notices, swept.expiries) for swept in scene.sweep()] == [(1, 0)]
    (told,) = scene.bus.told
    Draft202012Validator(EVENT_SCHEMAS["BonusExpiring", 1]).validate(told["data"])
    assert told["data"] == {"personId": "mia", "coins": {"bonus": 30}, "expiresAt": "2025-12-01T00:00:00.000Z"}
    assert scene.waits() == [(MIA, MONDAY)]
    scene.now = MONDAY
    assert [(swept.notices, swept.expiries) for swept in scene.sweep()] == [(0, 1)]
    assert scene.references()[1:] == ["expiry:2025-12-01"]
    assert scene.waits() == []


def test_a_notice_is_told_once_however_often_somebody_comes(scene: Scene) -> None:
    scene.grant(coins=30)
    scene.deliver()
    scene.now = MONDAY - 3 * DAY
    scene.sweep()
    scene.now += DAY
    scene.grant(coins=7, days=1)
    scene.deliver()
    assert {swept.notices for swept in scene.sweep()} == {0}
    assert len(scene.bus.told) == 1


def test_a_notice_that_is_noted_after_its_wait_has_ended_leaves_nothing_behind(scene: Scene) -> None:
    """A wait that nobody could read would stand in the way of everybody in its shard."""
    due, updates = Due(MIA, MONDAY, 1), 0

    def end_the_wait(moment: Moment, call: Call) -> None:
        nonlocal updates
        updates += moment is Moment.BEFORE and call.operation == "UpdateItem"
        if updates == 2:
            scene.model.hook = None
            scene.due.remove(due, 1)

    scene.model.hook = end_the_wait
    scene.due.note_notice(due)
    assert updates == 2
    assert scene.waits() == []


def test_nothing_is_told_of_coins_that_are_spent(scene: Scene) -> None:
    scene.grant()
    scene.deliver()
    scene.hold(coins=30, days=60)
    scene.now = MONDAY - 3 * DAY
    assert [(swept.notices, swept.error) for swept in scene.sweep()] == [(0, None)]
    assert scene.bus.told == []
    assert scene.waits() == [(MIA, NOW + 60 * DAY)]


def test_what_another_entry_has_recorded_is_not_recorded_again(scene: Scene) -> None:
    scene.grant()
    scene.deliver()
    scene.now = MONDAY
    expire_lots(scene.ledger, MIA, MONDAY // DAY, scene.pace)
    assert [(swept.expiries, swept.error) for swept in scene.sweep()] == [(0, None)]
    assert len(scene.references()) == 2


def test_old_news_in_any_order_does_nothing_twice(scene: Scene) -> None:
    scene.grant()
    scene.hold()
    scene.deliver()
    scene.now = MONDAY
    scene.sweep()
    before = scene.references()
    for due in (Due(MIA, NOW + DAY, 2), Due(MIA, MONDAY - 3 * DAY, 1), Due(MIA, NOW, 1)):
        scene.due.wait(due)
    assert {(swept.holds, swept.expiries, swept.error) for swept in scene.sweep()} == {(0, 0, None)}
    assert scene.references() == before
    assert scene.waits() == []


def test_who_has_come_to_a_hold_waits_for_the_coins_behind_it(scene: Scene) -> None:
    scene.grant()
    scene.hold()
    scene.deliver()
    scene.now += DAY
    scene.sweep()
    assert scene.waits() == [(MIA, MONDAY - 3 * DAY)]


@pytest.mark.parametrize("fault", [Fault.NOT_SENT, Fault.LOST_REPLY])
def test_wherever_a_sweep_ends_the_next_one_finishes_it_and_nothing_happens_twice(fault: Fault) -> None:
    """Every call in turn is lost on its way, or its answer is; what is told once more has the same id."""
    struck, call = True, 0
    while struck:
        call += 1
        scene = Scene()
        scene.grant(days=1)
        scene.grant(coins=20, days=8)
        scene.hold(coins=40, days=6)
        scene.now = MONDAY
        scene.deliver()
        scene.now += 4 * DAY  # a hold and a lot are over, and of the other lot notice is due
        last = scene.model.calls + call
        scene.model.faults = ScriptedFaults({last: fault})
        with contextlib.suppress(Unavailable):
            scene.sweep()
        struck = scene.model.calls >= last
        scene.model.faults = NoFaults()
        for _ in range(2):
            scene.now += POSTPONED_MS
            assert [swept for swept in scene.sweep() if swept.error] == []
        assert scene.references()[2:] == ["hold:order-1:placed", RESOLUTION]
        assert len({told["id"] for told in scene.bus.told}) == 1
        assert scene.waits() == [(MIA, MONDAY + 7 * DAY)]
    assert call > SHARDS


def test_a_bus_that_refuses_loses_no_notice(scene: Scene) -> None:
    scene.grant()
    scene.deliver()
    scene.now = MONDAY - 3 * DAY
    scene.bus.refusals = 1
    (swept,) = scene.sweep()
    assert isinstance(swept.error, EventsRefused)
    scene.now += POSTPONED_MS
    assert [swept.notices for swept in scene.sweep()] == [1]
    assert len(scene.bus.told) == 1


def test_an_account_that_cannot_be_dealt_with_holds_up_nobody_and_comes_up_again(scene: Scene) -> None:
    for name in ("viewer:ada", MIA):
        scene.grant(account=name)
    scene.deliver()
    scene.model.call(
        "UpdateItem",
        {
            "TableName": LEDGER["TableName"],
            "Key": {"account": {"S": "viewer:ada"}, "seq": {"N": "1"}},
            "UpdateExpression": "SET #h = :h",
            "ExpressionAttributeNames": {"#h": "hash"},
            "ExpressionAttributeValues": {":h": {"B": b"x" * 32}},
        },
    )
    scene.now = MONDAY
    swept = {one.account: one for one in scene.sweep()}
    assert isinstance(swept["viewer:ada"].error, LedgerCorrupt)
    assert swept[MIA].expiries == 1
    assert scene.waits() == [("viewer:ada", MONDAY + POSTPONED_MS)]


def test_a_sweep_is_bounded_in_accounts_and_in_time(scene: Scene) -> None:
    for number in range(40):
        scene.grant(account=f"viewer:v{number}")
    scene.deliver()
    scene.now = MONDAY
    assert scene.sweep(until=MONDAY) == []
    assert 0 < len(scene.sweep(most=1)) <= 16
    while scene.sweep(most=1):
        pass
    assert scene.waits() == []


def test_an_account_that_a_restored_ledger_does_not_have_waits_no_more(scene: Scene) -> None:
    scene.due.wait(Due("viewer:gone", NOW, 3))
    assert [swept.error for swept in scene.sweep()] == [None]
    assert scene.waits() == []


def test_two_holds_and_coins_of_one_account_are_dealt_with_at_once(scene: Scene) -> None:
    scene.grant()
    scene.hold(coins=5)
    scene.hold(coins=6, held=Held(MIA, "order-2"))
    scene.deliver()
    scene.now = MONDAY
    swept = scene.sweep()
    assert (sum(one.holds for one in swept), scene.waits()) == (2, [])
    head = scene.ledger.head(MIA)
    assert head is not None
    assert (dict(head.state.balances), head.state.lots, head.state.holds) == ({}, (), ())
