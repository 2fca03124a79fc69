"""From the stream's image of an entry to its expiry: publisher and sweep as Lambda calls them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from cliffhanger import bootstrap
from cliffhanger.campaigns import running
from cliffhanger.campaigns.domain import Campaign
from cliffhanger.clock import system_clock
from cliffhanger.commerce import refunds
from cliffhanger.commerce.refunds import Swept
from cliffhanger.errors import Unavailable
from cliffhanger.ledger.holding import Held, place_coins
from cliffhanger.ledger.journal import Retrying
from cliffhanger.ledger.names import COIN_UNITS
from functions.expiry import handler as expiry
from functions.publisher import handler as publisher
from tests.integration.test_publisher_stream import records
from tests.support.campaigns import TERMS
from tests.support.world import dump
from tests.unit.parking.desk import Bus

DAY = 86_400_000
MIA = "viewer:mia"
CAMPAIGN = Campaign("c", TERMS, "live", 1, 0, 0, "olga")


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


class Slow:
    """A clock that only what is slow moves, and the time that Lambda gives."""

    def __init__(self, now: int, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = now
        broom = bootstrap.broom()._replace(retrying=Retrying(clock=self.clock))
        monkeypatch.setattr(bootstrap, "broom", lambda: broom)
        monkeypatch.setattr(expiry, "system_clock", self.clock)

    def clock(self) -> int:
        return self.now

    def get_remaining_time_in_millis(self) -> int:
        return 240_000

    def refunds(self, _shop: object) -> Iterator[Swept]:
        """Twenty-six, of which the provider answers each in seven seconds."""
        for number in range(26):
            self.now += 7_000
            yield Swept(f"order-{number}", "refund", "provider_unavailable")


@pytest.fixture
def overdue(dynamodb: Any, bus: Bus, monkeypatch: pytest.MonkeyPatch) -> Slow:
    """Two hours after a hold of mia's should have expired."""
    held = place_coins(
        bootstrap.ledger_store(), Held(MIA, "order-1"), coins=5, units=frozenset(COIN_UNITS), lifetime_ms=DAY
    ).entry
    publisher.handler({"Records": records(dynamodb)}, None)
    return Slow(held.state.holds[0].until + 2 * 3_600_000, monkeypatch)


def measured(name: str, capsys: pytest.CaptureFixture[str]) -> list[float]:
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return [value for line in lines if name in line for value in line[name]]


def test_a_slow_provider_keeps_no_hold_from_expiring(
    overdue: Slow, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(refunds, "sweep", overdue.refunds)
    assert expiry.handler({}, overdue)["holds"] == 1
    assert measured("OldestDueAge", capsys) == [2 * 3_600_000]


def test_how_late_it_is_is_told_where_no_time_is_left(
    overdue: Slow, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(overdue, "get_remaining_time_in_millis", lambda: expiry.MARGIN_MS)
    assert expiry.handler({}, overdue)["seen"] == 0
    assert measured("OldestDueAge", capsys) == [2 * 3_600_000]


@pytest.mark.parametrize("named", ["tell", "vest", "confirm", "overdue_ms", "longest_held_ms"])
def test_what_fails_keeps_no_hold_from_expiring_and_is_told(
    overdue: Slow, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], named: str
) -> None:
    def away(*_: object) -> None:
        raise Unavailable("The table does not answer.")

    monkeypatch.setattr(bootstrap.campaign_office().campaigns, "opened", away)
    monkeypatch.setattr(expiry, named, away)
    with pytest.raises(Unavailable):
        expiry.handler({}, overdue)
    assert measured("HoldsExpired", capsys) == [1]


@pytest.fixture
def campaigns(overdue: Slow, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Four campaigns, each of which takes half a minute of the sweep's; the ones that it came to."""
    opened = tuple(CAMPAIGN._replace(campaign=f"c{number}") for number in range(4))
    came: list[str] = []

    def wind_up(_office: object, campaign: Campaign) -> int:
        came.append(campaign.campaign)
        overdue.now += 30_000
        return 0

    monkeypatch.setattr(bootstrap.campaign_office().campaigns, "opened", lambda: opened)
    monkeypatch.setattr(running, "wind_up", wind_up)
    return came


def test_campaigns_that_a_sweep_does_not_come_to_are_left_and_told(
    overdue: Slow, campaigns: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    expiry.handler({}, overdue)
    assert 0 < len(campaigns) < 4
    assert measured("AccountsLeft", capsys) == [4 - len(campaigns)]


def test_no_campaign_is_always_the_one_for_which_no_time_is_left(overdue: Slow, campaigns: list[str]) -> None:
    began = overdue.now
    for number in range(4):
        overdue.now = began + number * expiry.APART_MS
        expiry.handler({}, overdue)
    assert set(campaigns) == {"c0", "c1", "c2", "c3"}
