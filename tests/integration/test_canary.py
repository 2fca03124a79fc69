"""The canary: how old the oldest posting is that is not settled, whatever keeps it from that."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cliffhanger import bootstrap
from cliffhanger.clock import system_clock
from functions.canary.handler import handler

HOUR = 3_600_000


def ages(capsys: pytest.CaptureFixture[str]) -> list[float]:
    """What the metric of the alarm was told since it was looked at last."""
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return [age for line in lines for age in line.get("OldestPostingAge", ())]


@pytest.mark.usefixtures("dynamodb")
def test_the_oldest_posting_that_waits_is_told_of_until_it_is_settled(capsys: pytest.CaptureFixture[str]) -> None:
    """What is parked waits for somebody, for days if need be, though the stream runs."""
    handler({}, None)
    assert ages(capsys) == []
    parked = bootstrap.parked_store()
    parked.park("settlement", "viewer:mia/2", "not_plannable", system_clock() - 2 * HOUR)
    parked.park("settlement", "viewer:zoe/7", "not_plannable", system_clock() - HOUR)
    parked.park("publisher", "viewer:mia/2", "no_event", system_clock() - 9 * HOUR)
    told: dict[str, Any] = handler({}, None)
    posting, oldest = ages(capsys)
    assert posting < HOUR
    assert 2 * HOUR <= oldest == told["parkedMs"] < 3 * HOUR
    parked.remove("settlement", "viewer:mia/2")
    handler({}, None)
    assert HOUR <= max(ages(capsys)) < 2 * HOUR
    parked.remove("settlement", "viewer:zoe/7")
    assert handler({}, None)["parkedMs"] is None
    assert max(ages(capsys)) < HOUR
