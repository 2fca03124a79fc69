"""What comes in between: until a bank has been asked, each of these stops a payout, and its money is where it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from cliffhanger.errors import BalanceShort
from cliffhanger.ledger.declarations import set_flag
from cliffhanger.ledger.journal import record_once
from cliffhanger.ledger.names import platform
from cliffhanger.ledger.planning import Ask, Turn, living, next_entry
from cliffhanger.ledger.state import FROZEN, Posting
from cliffhanger.payouts.domain import Wish, creator
from cliffhanger.payouts.policy import DAY_MS
from cliffhanger.payouts.service import cancel, request
from cliffhanger.payouts.steps import run
from cliffhanger.payouts.store import Stake
from tests.support.payouts import CLEO, House
from tests.unit.payouts.endings import codes, finished


def freeze_cleo(house: House) -> None:
    ask = Ask("support:stop", b"\0" * 32, {"kind": "freeze", "by": "op", "case": "stop", "reason": "fraud"})
    record_once(house.ledger, creator(CLEO), ask, lambda turn: set_flag(turn, flag=FROZEN, on=True), house.pace)


def owe(house: House) -> None:
    """What was paid out is taken back of: there is less than is owed."""

    def make(turn: Turn) -> object:
        alive = living(turn)
        taken = [Posting("USD", 400, ".", platform("recovered", turn.account))]
        return next_entry(turn, alive, postings=taken, state=alive.state._replace(debt={"USD": 400}))

    ask = Ask("support:owe", b"\0" * 32, {"kind": "reversal"})
    record_once(house.ledger, creator(CLEO), ask, make, house.pace)  # type: ignore[arg-type]


def dispute_most(house: House) -> None:
    house.store.put_stake(Stake(CLEO, "dispute-1", "USD", 45_000, house.now + DAY_MS))


HITS = {
    "a dispute": (dispute_most, "disputed"),
    "a freeze": (freeze_cleo, "frozen"),
    "a sanctions hit": (lambda house: setattr(house, "verified", "verification_refused"), "verification_refused"),
    "a debt": (owe, "debt"),
    "a cancellation": (lambda house: cancel(house.desk, CLEO, "one"), "canceled"),
}


@pytest.mark.parametrize("hit", HITS)
def test_what_hits_a_payout_before_the_transfer_stops_it_and_its_money_stays(house: House, hit: str) -> None:
    act, rule = HITS[hit]

    def strike(where: str) -> None:
        if where == "after tell":
            house.bank.boundary = lambda _: None
            act(house)

    house.bank.boundary = strike
    stopped = house.ask(20_000)
    assert (stopped.status, stopped.rule) == ("failed", rule)
    assert (house.balance, house.held, house.bank.transfers) == (50_000 - (400 if hit == "a debt" else 0), 0, {})
    assert house.told() == ["PayoutRequested", "PayoutFailed"]


@pytest.mark.parametrize("hit", HITS)
def test_what_hits_between_the_books_and_the_transfer_brings_the_money_back(
    house: House, tmp_path: Path, hit: str
) -> None:
    act, rule = HITS[hit]
    house.bank.fails = ["transfer"]
    house.at_wait = lambda: act(house)
    stopped = house.ask(20_000)
    assert (stopped.status, stopped.rule) == ("failed", rule)
    owed = 400 if hit == "a debt" else 0
    assert (house.balance, house.held, house.bank.transfers) == (50_000 - owed, 0, {}), "what is owed is repaid of it"
    assert codes(house, tmp_path) == set()


@pytest.mark.parametrize("hit", HITS)
def test_what_hits_between_the_transfer_and_the_bank_takes_the_transfer_back(
    house: House, tmp_path: Path, hit: str
) -> None:
    act, rule = HITS[hit]

    def strike(where: str) -> None:
        if where == "after transfer":
            house.bank.boundary = lambda _: None
            act(house)

    house.bank.boundary = strike
    stopped = house.ask(20_000)
    assert (stopped.status, stopped.rule, house.bank.payouts) == ("failed", rule, {})
    owed = 400 if hit == "a debt" else 0
    assert (house.balance, house.bank.ours["USD"], house.bank.reversed) == (50_000 - owed, 1_000_000, ["tr_1"])
    assert house.told() == ["PayoutRequested", "PayoutFailed"]
    assert codes(house, tmp_path) == set()


@pytest.mark.parametrize("hit", sorted(set(HITS) - {"a cancellation"}))
def test_what_hits_while_the_bank_cannot_be_asked_takes_the_transfer_back(
    house: House, tmp_path: Path, hit: str
) -> None:
    """For hours, as it may; and what a call that was given up may still do is waited for."""
    act, rule = HITS[hit]
    house.bank.fails = ["pay_out"] * 8
    house.at_wait = lambda: act(house) if house.payout().waits == 4 and not house.payout().rule else None
    stopped = house.ask(20_000)
    assert (stopped.status, stopped.rule, house.bank.payouts) == ("failed", rule, {})
    owed = 400 if hit == "a debt" else 0
    assert (house.balance, house.bank.ours["USD"], house.bank.reversed) == (50_000 - owed, 1_000_000, ["tr_1"])
    assert codes(house, tmp_path) == set()


@pytest.mark.parametrize("noted", [True, False], ids=["noted when it asked", "of a version that did not"])
def test_a_bank_payout_that_is_still_on_its_way_is_waited_for_before_the_transfer_is_taken_back(
    house: House, tmp_path: Path, *, noted: bool
) -> None:
    """Nobody waits for its answer any more, and it is not to be found yet; and then there is a hit."""
    house.bank.delays = ["pay_out"]
    request(house.desk, CLEO, "one", Wish(20_000, "USD", "standard", 0))
    task = {"person": CLEO, "payout": "one"}
    for step in ("admit", "send"):
        assert run(house.desk, {**task, "step": step}).outcome == "go"
    assert run(house.desk, {**task, "step": "pay", "token": "t1"}).outcome == "wait"
    if not noted:
        found = house.payout()
        assert house.store.put(found._replace(asked_at=0, revision=found.revision + 1))
    house.verified = "verification_refused"
    waits = run(house.desk, {**task, "step": "pay", "token": "t2"})
    assert (waits.outcome, house.bank.reversed) == ("wait", [])
    house.let_pass(waits.seconds)
    assert run(house.desk, {**task, "step": "pay", "token": "t3"}).outcome == "go"
    [sent] = house.bank.payouts
    assert house.payout().sent == sent
    assert codes(house, tmp_path) == set()


def test_the_kill_switch_between_the_transfer_and_the_bank_lets_it_wait_where_it_is(
    house: House, tmp_path: Path
) -> None:
    waited: list[tuple[str, str, int]] = []

    def strike(where: str) -> None:
        if where == "after transfer":
            house.off = True

    def look() -> None:
        waited.append((house.payout().status, house.payout().waits_for, len(house.bank.payouts)))
        house.off = len(waited) < 3

    house.bank.boundary, house.at_wait = strike, look
    house.ask(20_000)
    assert waited == [("sending", "switched_off", 0)] * 3
    assert finished(house) == "paid"
    assert (len(house.bank.transfers), house.bank.reversed) == (1, [])
    assert codes(house, tmp_path) == set()


def test_a_transfer_that_may_have_been_made_is_found_and_taken_back_too(house: House, tmp_path: Path) -> None:
    house.bank.loses = ["transfer"]
    house.bank.fails = ["find_transfer"]
    house.at_wait = lambda: setattr(house, "verified", "verification_refused")
    stopped = house.ask(20_000)
    assert (stopped.status, stopped.rule, house.bank.payouts) == ("failed", "verification_refused", {})
    assert (house.balance, house.bank.reversed) == (50_000, ["tr_1"])
    assert codes(house, tmp_path) == set()


def test_the_kill_switch_stops_what_has_not_left_and_it_goes_on_when_it_is_switched_on(
    house: House, tmp_path: Path
) -> None:
    house.bank.fails = ["balance"]
    waited: list[str] = []

    def turn() -> None:
        house.off = not waited
        waited.append(house.payout().waits_for)
        house.off = len(waited) < 4

    house.at_wait = turn
    house.ask(20_000)
    assert waited == ["provider", "switched_off", "switched_off", "switched_off"]
    assert finished(house) == "paid"
    assert codes(house, tmp_path) == set()


def test_a_transfer_that_is_still_on_its_way_is_waited_for_before_money_is_booked_back(
    house: House, tmp_path: Path
) -> None:
    """Nobody waits for its answer any more, and it is not to be found yet; and then there is a hit."""
    house.bank.delays = ["transfer"]
    request(house.desk, CLEO, "one", Wish(20_000, "USD", "standard", 0))
    task = {"person": CLEO, "payout": "one"}
    assert run(house.desk, {**task, "step": "admit"}).outcome == "go"
    assert run(house.desk, {**task, "step": "send"}).outcome == "wait"
    house.verified = "verification_refused"
    assert run(house.desk, {**task, "step": "send"}).outcome == "back"
    waits = run(house.desk, {**task, "step": "bring_back"})
    assert waits.outcome == "wait"
    house.let_pass(waits.seconds)
    assert run(house.desk, {**task, "step": "bring_back"}).outcome == "over"
    assert (house.balance, house.bank.ours["USD"], house.bank.reversed) == (50_000, 1_000_000, ["tr_1"])
    assert codes(house, tmp_path) == set()


def test_one_that_the_provider_never_sends_on_is_called_off_and_its_money_is_back(house: House, tmp_path: Path) -> None:
    """As what was transferred in a currency that the creator's account does not keep: it is there in another one."""
    house.bank.refuses = {"pay_out": BalanceShort("There is nothing in this currency.")}
    house.at_wait = lambda: cancel(house.desk, CLEO, "one") if house.payout().waits > 3 else None
    over = house.ask(20_000)
    assert (over.status, over.rule, house.balance) == ("failed", "canceled", 50_000)
    assert (len(house.bank.reversed), house.bank.ours["USD"]) == (1, 1_000_000)
    assert codes(house, tmp_path) == set()


def test_one_that_a_bank_has_arrives_whoever_calls_it_off(house: House) -> None:
    waiting = house.ask(20_000)
    assert cancel(house.desk, CLEO, "one") == waiting
    assert finished(house) == "paid"


def test_one_that_a_bank_has_without_our_knowing_arrives_though_it_was_called_off(house: House) -> None:
    house.bank.loses = ["pay_out"]
    house.at_wait = lambda: cancel(house.desk, CLEO, "one")
    house.ask(20_000)
    assert house.payout().canceled
    assert finished(house) == "paid"
    assert (house.bank.arrived, house.balance) == (20_000, 30_000)
