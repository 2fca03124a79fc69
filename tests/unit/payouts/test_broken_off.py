"""An execution that breaks off in any of its states: where the money stands then, who is told, and how it goes on.

It breaks off where a step has raised as often as it is tried again, for what no state can catch
(``States.DataLimitExceeded``, ``States.Runtime``), when its time is over, or when an operator stops it: to us all are
one. The states are read of the definition, so that a new one is tried as well.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from cliffhanger.errors import BalanceShort, EventsRefused
from cliffhanger.payouts.domain import Wish
from cliffhanger.payouts.service import request
from cliffhanger.payouts.sweeping import STUCK_MS, find_stuck, resume
from tests.support.machine import MACHINES
from tests.support.payouts import AMPLE, CLEO, House
from tests.unit.payouts.endings import codes

DEFINITION: Mapping[str, Any] = json.loads((MACHINES / "payout.json").read_text())
STATES = [name for name, state in DEFINITION["States"].items() if state["Type"] != "Succeed"]
TASKS = [name for name in STATES if DEFINITION["States"][name]["Type"] == "Task"]


class Money(NamedTuple):
    """Where it stands: how the payout is shown, what is available, set aside, and has left ours at the provider's."""

    status: str
    available: int
    held: int
    sent: int


ASKED, HELD = Money("requested", 50_000, 0, 0), Money("held", 30_000, 20_000, 0)
LEFT, AT_BANK = Money("sending", 30_000, 0, 20_000), Money("inTransit", 30_000, 0, 20_000)
PAID, COMING, BACK = (
    AT_BANK._replace(status="paid"),
    AT_BANK._replace(status="returning"),
    Money("failed", 50_000, 0, 0),
)
STANDS: Mapping[str, Money] = {
    "Admit": ASKED,
    "WaitToAdmit": ASKED,
    "Admitted": HELD,
    "Send": HELD,
    "WaitToSend": HELD,
    "Sent": LEFT,
    "Pay": LEFT,
    "WaitToPay": AT_BANK,
    "Told": AT_BANK,
    "Close": AT_BANK,
    "WaitToClose": AT_BANK,
    "Closed": PAID,
    "BringBack": AT_BANK,
    "WaitToBringBack": COMING,
    "Back": BACK,
}
"""On entering each state."""
DONE: Mapping[str, Money] = {"Admit": HELD, "Send": LEFT, "Pay": AT_BANK, "Close": PAID, "BringBack": BACK}
"""When a task has done all that it does, and its answer is lost."""
WAYS: Mapping[str, Callable[[House], object]] = {
    "WaitToAdmit": lambda house: setattr(house, "off", True),
    "WaitToSend": lambda house: house.bank.fails.append("balance"),
    "WaitToPay": lambda house: house.bank.fails.append("pay_out"),
    "WaitToBringBack": lambda house: house.bank.refuses.update(reverse=BalanceShort("Not yet.")),
}
"""What an execution has to meet on its way to a state."""


class Stopped(BaseException):
    """The execution has come to the state."""


def money(house: House) -> Money:
    return Money(house.payout().status, house.balance, house.held, 1_000_000 - house.bank.ours["USD"])


def broken_off(house: House, until: str, *, done: bool = False) -> House:
    """An execution that ended in a state: when it was entered, or when its task had been done."""
    enter, step = house.machine._enter, house.machine._step
    refuses = until == "WaitToClose"

    def entered(execution: Any) -> None:
        if execution.state == until and not done:
            raise Stopped
        enter(execution)

    def carried_out(task: Mapping[str, Any]) -> Any:
        tell = house.desk.tell

        def down(_events: object) -> None:
            raise EventsRefused("It takes nothing.")

        if refuses and task["step"] == "close":
            house.desk = house.desk._replace(tell=down)
        answer = step(task)
        house.desk = house.desk._replace(tell=tell)
        if done and task["step"] == DEFINITION["States"][until]["Parameters"]["Payload"]["step"]:
            raise Stopped
        return answer

    house.machine._enter, house.machine._step = entered, carried_out  # type: ignore[method-assign]
    request(house.desk, CLEO, "one", Wish(20_000, "USD", "standard", 0))
    WAYS.get(until, lambda _: None)(house)
    ends = "failed" if until in ("BringBack", "Back", "WaitToBringBack") else "paid"

    def goes() -> None:
        house.go_on()
        house.bank.end(house.payout().sent, ends, "account_closed" if ends == "failed" else "")
        house.hear()
        house.go_on()

    with pytest.raises(Stopped):
        goes()
    house.machine._enter, house.machine._step = enter, step  # type: ignore[method-assign]
    execution = house.machine.executions["one"]
    execution.outcome, execution.token = "ABORTED", ""
    return house


def goes_on(house: House, folder: Path) -> None:
    """The stuck payout is named, resumed, and ends as it would have; nobody is paid twice, and the books hold."""
    house.off = False
    house.bank.refuses.clear()
    if house.payout().status not in ("paid", "failed"):
        house.now += STUCK_MS
        assert [(one.payout.payout, one.advice) for one in find_stuck(house.desk, AMPLE)] == [("one", "resume")]
        resume(house.desk, CLEO, "one")
        house.machine.run("one-2")
    for sent, (_, shown) in list(house.bank.payouts.items()):
        if shown.status == "pending":
            house.bank.end(sent, "paid")
    house.hear()
    for name in house.machine.executions:
        house.machine.run(name)
    assert len(house.bank.transfers) == 1
    assert len(house.bank.payouts) <= 1
    assert codes(house, folder) == set()


@pytest.mark.parametrize("state", STATES)
def test_an_execution_that_breaks_off_in_a_state_leaves_the_money_where_it_is_said_to_be(
    house: House, state: str, tmp_path: Path
) -> None:
    broken_off(house, state)
    assert money(house) == STANDS[state]
    goes_on(house, tmp_path)
    ends = BACK if state in ("BringBack", "Back", "WaitToBringBack") else PAID
    assert (house.payout().status, house.balance, house.held) == (ends.status, ends.available, ends.held)


@pytest.mark.parametrize("state", TASKS)
def test_an_execution_whose_task_was_done_and_its_answer_lost_leaves_the_money_where_it_is_said_to_be(
    house: House, state: str, tmp_path: Path
) -> None:
    broken_off(house, state, done=True)
    assert money(house) == DONE[state]
    goes_on(house, tmp_path)
    ends = BACK if state == "BringBack" else PAID
    assert (house.payout().status, house.balance, house.held) == (ends.status, ends.available, ends.held)
