"""Who is broken off, given up or overtaken leaves nothing behind that somebody else would take for done."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from cliffhanger.events.envelope import Event
from cliffhanger.ledger import holding
from cliffhanger.payouts.desk import held_of
from cliffhanger.payouts.domain import HOLD_MS, Wish
from cliffhanger.payouts.hearing import hear
from cliffhanger.payouts.service import cancel, request
from cliffhanger.payouts.steps import run
from cliffhanger.payouts.sweeping import resume
from tests.support.dynamodb import Call, Fault, Moment, ScriptedFaults
from tests.support.machine import Killed
from tests.support.payout_tables import PAYOUTS
from tests.support.payouts import CLEO, House
from tests.support.tables import LEDGER

ONE = {"person": CLEO, "payout": "one"}


def found(house: House, folder: Path) -> list[str]:
    return [each.code for each in house.audited(folder).tally.findings.kept]


def test_what_was_released_before_a_worker_died_is_not_sent(house: House, tmp_path: Path) -> None:
    """The amount was released because of a hit; the process died before it wrote so, and the hit is over since."""
    request(house.desk, CLEO, "one", Wish(20_000, "USD", "standard", 0))
    assert run(house.desk, {**ONE, "step": "admit"}).outcome == "go"
    house.verified = "verification_refused"

    def die(where: str) -> None:
        raise Killed

    house.bank.boundary = die  # before it is told on the bus, which comes before it is written
    with pytest.raises(Killed):
        run(house.desk, {**ONE, "step": "send"})
    house.bank.boundary = lambda _: None
    house.verified = None
    stopped = house.go_on()
    assert (stopped.status, stopped.rule) == ("failed", "verification_refused")
    assert (house.balance, house.held, house.bank.transfers) == (50_000, 0, {})
    assert found(house, tmp_path) == []


def test_who_was_told_that_a_payout_failed_is_not_paid_by_it(house: House) -> None:
    """The process died between telling that it failed and writing so, and what was in the way is over since."""
    request(house.desk, CLEO, "one", Wish(20_000, "USD", "standard", 0))
    house.verified = "verification_refused"
    tell = house.desk.tell

    def die(events: Sequence[Event]) -> None:
        tell(events)
        raise Killed

    with pytest.raises(Killed):
        run(house.desk._replace(tell=die), {**ONE, "step": "admit"})
    house.verified = None
    stopped = house.go_on()
    assert (stopped.status, stopped.rule) == ("failed", "verification_refused")
    assert set(house.told()) == {"PayoutFailed"}
    assert (house.balance, house.held, house.bank.transfers) == (50_000, 0, {})


def test_a_payout_that_comes_back_comes_back_when_its_next_execution_begins(house: House, tmp_path: Path) -> None:
    waiting = house.ask(20_000)
    house.bank.end(waiting.sent, "failed", "account_closed")
    house.hear()
    house.machine.executions["one"].outcome = "TIMED_OUT"
    house.machine.start(resume(house.desk, CLEO, "one").execution, ONE)
    house.machine.run("one-2")
    assert house.payout().status == "failed"
    assert (house.balance, house.bank.ours["USD"]) == (50_000, 1_000_000)
    assert found(house, tmp_path) == []


@pytest.mark.parametrize("dies", [False, True])
def test_what_is_set_aside_for_a_payout_that_failed_meanwhile_is_released(house: House, *, dies: bool) -> None:
    """Step Functions gave a task up that still runs: the second one fails what the first one sets aside for.

    Where the first one dies before it sees that, the next call does what it had left.
    """
    request(house.desk, CLEO, "one", Wish(20_000, "USD", "standard", 0))

    def overtake(moment: Moment, call: Call) -> None:
        if call.operation != "PutItem" or call.parameters["TableName"] != LEDGER["TableName"]:
            return
        house.model.hook = None
        if moment is Moment.BEFORE:
            cancel(house.desk, CLEO, "one")
            assert run(house.desk, {**ONE, "step": "admit"}).outcome == "over"
        elif dies:
            raise Killed

    house.model.hook = overtake
    if dies:
        with pytest.raises(Killed):
            run(house.desk, {**ONE, "step": "admit"})
        assert house.held == 20_000
        assert run(house.desk, {**ONE, "step": "admit"}).outcome == "over"
    else:
        assert run(house.desk, {**ONE, "step": "admit"}).outcome == "wait"
    assert (house.payout().rule, house.balance, house.held) == ("canceled", 50_000, 0)


def test_what_was_said_to_fail_and_is_still_set_aside_is_not_sent(house: House) -> None:
    """The process died after it had noted why, and before it had released anything; the hit is over since."""
    request(house.desk, CLEO, "one", Wish(20_000, "USD", "standard", 0))
    assert run(house.desk, {**ONE, "step": "admit"}).outcome == "go"
    house.verified = "verification_refused"

    def die(_moment: Moment, call: Call) -> None:
        if call.operation == "PutItem" and call.parameters["TableName"] == LEDGER["TableName"]:
            raise Killed

    house.model.hook = die
    with pytest.raises(Killed):
        run(house.desk, {**ONE, "step": "send"})
    house.model.hook, house.verified = None, None
    assert run(house.desk, {**ONE, "step": "send"}).outcome == "over"
    assert (house.payout().status, house.payout().rule) == ("failed", "verification_refused")
    assert (house.balance, house.held, house.bank.transfers) == (50_000, 0, {})


def test_what_has_expired_is_not_sent(house: House, tmp_path: Path) -> None:
    """The sweep of the ledger has released what was set aside, long before its payout goes on."""
    request(house.desk, CLEO, "one", Wish(20_000, "USD", "standard", 0))
    assert run(house.desk, {**ONE, "step": "admit"}).outcome == "go"
    house.now += HOLD_MS
    holding.expire(house.ledger, held_of(house.payout()), house.pace)
    assert run(house.desk, {**ONE, "step": "send"}).outcome == "over"
    assert (house.payout().status, house.payout().rule) == ("failed", "expired")
    assert (house.balance, house.held, house.bank.transfers) == (50_000, 0, {})
    assert found(house, tmp_path) == []


def test_a_payout_is_closed_again_when_the_table_did_not_answer(house: House) -> None:
    waiting = house.ask(20_000)
    house.bank.end(waiting.sent, "paid")
    house.hear()
    calls = house.model.calls
    house.model.faults = ScriptedFaults({calls + 1: Fault.LOST_REQUEST})
    assert house.go_on().status == "paid"
    assert house.machine.executions["one"].entered[-5:] == ["Closed", "WaitToClose", "Close", "Closed", "Over"]


def test_what_a_bank_sends_back_before_its_payout_is_closed_comes_back(house: House, tmp_path: Path) -> None:
    """It was told that it is paid, and before that is written down, that it is not."""
    waiting = house.ask(20_000)
    house.bank.end(waiting.sent, "paid")
    house.hear()
    house.bank.end(waiting.sent, "failed", "account_closed")
    house.hear()
    failed = house.go_on()
    assert (failed.status, failed.rule, house.balance) == ("failed", "bank_refused", 50_000)
    assert house.told() == ["PayoutRequested", "PayoutFailed"]
    assert found(house, tmp_path) == []


def test_what_a_bank_sends_back_while_its_payout_is_closed_comes_back(house: House, tmp_path: Path) -> None:
    waiting = house.ask(20_000)
    house.bank.end(waiting.sent, "paid")
    house.hear()
    notice = house.bank.end(waiting.sent, "failed", "account_closed")

    def close(moment: Moment, call: Call) -> None:
        if call.operation == "PutItem" and call.parameters["TableName"] == PAYOUTS["TableName"]:
            house.model.hook = None
            assert house.go_on().status == "paid"

    house.model.hook = close
    assert hear(house.desk, notice) == "returned"
    assert (house.payout().status, house.balance) == ("returned", 50_000)
    assert house.told() == ["PayoutRequested", "PayoutPaid", "PayoutReturned"]
    assert found(house, tmp_path) == []
