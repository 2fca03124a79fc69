"""From the stream's image of an entry to its expiry: publisher and sweep as Lambda calls them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cliffhanger import bootstrap
from cliffhanger.clock import system_clock
from cliffhanger.errors import Unavailable
from cliffhanger.ledger.holding import Held, place_coins
from cliffhanger.ledger.journal import Retrying
from cliffhanger.ledger.names import COIN_UNITS
from functions.expiry import handler as expiry
from functions.publisher import handler as publisher
from tests.integration.test_publisher_stream import records
from tests.support.world import dump
from tests.unit.parking.desk import Bus

DAY = 86_400_000
MIA = "viewer:mia"


class Context:
    def get_remaining_time_in_millis(self) -> int:
        return 400 * DAY


@pytest.fixture
def bus(dynamodb: Any, monkeypatch: pytest.MonkeyPatch) -> Bus:
    made = Bus()
    monkeypatch.setattr(bootstrap.event_publisher(), "_client", made)
    return made


def sweep_at(now: int, monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    with monkeypatch.context() as moved:
        broom = bootstrap.broom()._replace(retrying=Retrying(clock=lambda: now))
        moved.setattr(bootstrap, "broom", lambda: broom)
        return expiry.handler({}, Context())


def test_a_hold_and_coins_that_nobody_comes_for_are_told_of_and_expire(
    dynamodb: Any, bus: Bus, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ledger = bootstrap.ledger_store()
    units = frozenset(COIN_UNITS)
    held = place_coins(ledger, Held(MIA, "order-1"), coins=5, units=units, lifetime_ms=DAY).entry
    (day,) = {lot.expires_day for lot in held.state.lots if lot.unit == "bonus"}
    for _ in range(2):
        publisher.handler({"Records": records(dynamodb)[::-1]}, None)
    assert sweep_at(system_clock(), monkeypatch)["seen"] == 0
    bus.told.clear()
    nothing = {"holds": 0, "expiries": 0, "notices": 0, "vested": 0, "confirmed": 0, "left": 0}
    expected = [(held.at + DAY, {"holds": 1}), ((day - 3) * DAY, {"notices": 1}), (day * DAY, {"expiries": 1})]
    for now, outcome in expected:
        assert sweep_at(now, monkeypatch) == {"seen": 1} | nothing | outcome
        assert sweep_at(now, monkeypatch) == {"seen": 0} | nothing
    assert [event["type"] for event in bus.told] == ["BonusExpiring"]
    assert bus.told[0]["data"]["coins"] == {"bonus": 30}
    assert dump(dynamodb, "test-due") == []
    head = ledger.head(MIA)
    assert head is not None
    assert (head.seq, dict(head.state.balances)) == (5, {"coin": 100, "USD.deferred": 900})
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    for name in ("HoldsExpired", "ExpiriesRecorded", "ExpiryNoticesTold"):
        assert [line[name] for line in lines if name in line] == [[1.0]]


def test_what_is_due_that_cannot_be_noted_is_delivered_again(
    dynamodb: Any, bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise Unavailable

    with monkeypatch.context() as gone:
        gone.setattr(bootstrap.due_store(), "wait", away)
        with pytest.raises(Unavailable):
            publisher.handler({"Records": records(dynamodb)}, None)
    publisher.handler({"Records": records(dynamodb)}, None)
    assert len({told["id"] for told in bus.told}) == 2
    assert len(dump(dynamodb, "test-due")) == 1
