"""What may go wrong with a payout: after each of these the books hold, and nobody is paid twice or loses anything."""

from __future__ import annotations

from pathlib import Path

import pytest

from cliffhanger.errors import BalanceShort, DestinationRefused, ProviderRejected
from cliffhanger.ledger.declarations import set_flag
from cliffhanger.ledger.journal import record_once
from cliffhanger.ledger.names import platform
from cliffhanger.ledger.planning import Ask, Turn, living, next_entry
from cliffhanger.ledger.state import FROZEN, Posting
from cliffhanger.payments.connect import Sent
from cliffhanger.payments.routing import Subject
from cliffhanger.payouts.domain import Wish, creator
from cliffhanger.payouts.hearing import hear
from cliffhanger.payouts.policy import DAY_MS
from cliffhanger.payouts.service import cancel, request
from cliffhanger.payouts.steps import run
from cliffhanger.payouts.store import Stake
from cliffhanger.payouts.sweeping import forecasts
from cliffhanger.payouts.tallies import Limits
from tests.support.dynamodb import Call, Moment
from tests.support.payouts import ACCOUNT, BEGIN, CLEO, House
from tests.support.tables import LEDGER


@pytest.fixture
def house() -> House:
    made = House()
    made.earn(50_000)
    return made


def codes(house: House, folder: Path) -> set[str]:
    return {each.code for each in house.audited(folder).tally.findings.kept}


def finished(house: House, name: str = "one") -> str:
    """The bank pays, and the execution ends."""
    waiting = house.go_on(name)
    if waiting.status == "inTransit":
        house.bank.end(waiting.sent, "paid")
        house.hear()
    return house.go_on(name).status


@pytest.mark.parametrize(
    "call", ["balance", "stop_automatic_payouts", "transfer", "pay_out", "find_transfer", "find_payout"]
)
def test_a_provider_that_is_down_is_waited_for_and_asked_again(house: House, call: str, tmp_path: Path) -> None:
    house.bank.fails = [call] * 3
    if call == "find_transfer":
        house.bank.loses = ["transfer"]
    if call == "find_payout":
        house.bank.loses = ["pay_out"]
    house.ask(20_000)
    assert finished(house) == "paid"
    assert house.now > BEGIN + 3 * 60_000
    assert (house.bank.arrived, len(house.bank.transfers), len(house.bank.payouts)) == (20_000, 1, 1)
    assert codes(house, tmp_path) == set()


@pytest.mark.parametrize("call", ["transfer", "pay_out"])
@pytest.mark.parametrize("forgets", [False, True], ids=["keys are known", "keys are forgotten"])
def test_an_answer_that_is_lost_after_the_work_sends_nothing_twice(
    house: House, call: str, forgets: bool, tmp_path: Path
) -> None:
    """A provider forgets keys after a day, and a workflow may wait for longer."""
    house.bank.loses = [call]
    house.at_wait = house.bank.end_day if forgets else lambda: None
    house.ask(20_000)
    assert finished(house) == "paid"
    assert (house.bank.arrived, len(house.bank.transfers), len(house.bank.payouts)) == (20_000, 1, 1)
    assert codes(house, tmp_path) == set()


def test_a_platform_balance_that_is_too_small_is_foreseen_and_the_payout_waits_and_goes_on(
    house: House, tmp_path: Path
) -> None:
    house.bank.ours = {"USD": 19_999}
    seen: list[tuple[int, str, int]] = []

    def look() -> None:
        [forecast] = forecasts(house.desk)
        seen.append((forecast.shortfall, house.payout().waits_for, house.held))
        if len(seen) == 3:
            house.bank.ours = {"USD": 60_000}

    house.at_wait = look
    house.ask(20_000)
    assert seen == [(1, "platform_balance", 20_000)] * 3
    assert finished(house) == "paid"
    assert codes(house, tmp_path) == set()


def test_a_refusal_that_the_provider_keeps_under_its_key_is_asked_anew_under_the_next_one(house: House) -> None:
    """Between the look at the balance and the transfer somebody else was paid out."""
    house.bank.boundary = lambda where: house.bank.ours.update(USD=5) if where == "after balance" else None

    def top_up() -> None:
        house.bank.boundary = lambda _: None
        house.bank.ours["USD"] = 60_000

    house.at_wait = top_up
    house.ask(20_000)
    assert finished(house) == "paid"
    assert house.payout().refusals == 1


def test_a_payout_that_the_bank_returns_after_three_days_is_booked_back_and_told(house: House, tmp_path: Path) -> None:
    house.ask(20_000, speed="instant")
    assert finished(house) == "paid"
    house.now += 3 * DAY_MS
    house.bank.end(house.payout().sent, "failed", "account_closed")
    assert house.hear(times=2) == ["returned", "done_before"]
    returned = house.payout()
    assert (returned.status, returned.rule, returned.bank_code) == ("returned", "bank_refused", "account_closed")
    assert (house.balance, house.bank.arrived, house.bank.ours["USD"]) == (50_000, 0, 1_000_000)
    assert house.told() == ["PayoutRequested", "PayoutPaid", "PayoutReturned"]
    assert codes(house, tmp_path) == set()


def test_a_bank_that_refuses_gives_all_back_the_fee_as_well(house: House, tmp_path: Path) -> None:
    waiting = house.ask(20_000, speed="instant")
    house.bank.end(waiting.sent, "failed", "no_account")
    assert house.hear() == ["answered"]
    failed = house.go_on()
    assert (failed.status, failed.rule, failed.bank_code) == ("failed", "bank_refused", "no_account")
    assert (house.balance, house.held, house.bank.ours["USD"]) == (50_000, 0, 1_000_000)
    assert house.told() == ["PayoutRequested", "PayoutFailed"]
    assert codes(house, tmp_path) == set()


@pytest.mark.parametrize("call", ["reverse", "find_transfer"])
def test_money_that_comes_back_comes_back_once_whatever_is_lost_on_its_way(
    house: House, call: str, tmp_path: Path
) -> None:
    house.bank.loses, house.bank.fails = [call], [call]
    waiting = house.ask(20_000)
    house.bank.end(waiting.sent, "failed", "no_account")
    house.hear()
    assert house.go_on().status == "failed"
    assert (house.balance, house.bank.ours["USD"], house.bank.reversed) == (50_000, 1_000_000, ["tr_1"])
    assert codes(house, tmp_path) == set()


def test_notices_that_come_twice_or_late_change_nothing(house: House) -> None:
    waiting = house.ask(20_000)
    notice = house.bank.end(waiting.sent, "paid")
    assert house.hear(times=2) == ["answered", "late"]
    assert house.go_on().status == "paid"
    assert hear(house.desk, notice) == "done_before"
    assert house.told() == ["PayoutRequested", "PayoutPaid"]


@pytest.mark.parametrize(
    "subject",
    [
        Subject("payout.paid", "po_1", "", BEGIN),
        Subject("payout.paid", "po_1", "acct_dora", BEGIN),
        Subject("payout.paid", "po_9", ACCOUNT, BEGIN),
        Subject("v2.core.account[configuration.recipient].updated", "acct_dora", "", BEGIN),
    ],
    ids=["our own bank's", "of another account", "of no payout", "of another creator"],
)
def test_a_foreign_notice_is_nobody_s(house: House, subject: Subject) -> None:
    house.ask(20_000)
    assert hear(house.desk, subject) == "foreign"
    assert house.payout().status == "inTransit"


def test_a_notice_that_overtakes_our_own_call_finds_who_waits(house: House, tmp_path: Path) -> None:
    heard: list[str] = []
    house.bank.instant_ends = Sent("", "paid")

    def overtake(where: str) -> None:
        if where == "after pay_out":
            house.bank.boundary = lambda _: None
            heard.extend(house.hear())

    house.bank.boundary = overtake
    house.ask(20_000, speed="instant")
    assert heard == ["answered"]
    assert house.payout().status == "paid"
    assert codes(house, tmp_path) == set()


def test_a_notice_that_never_comes_costs_half_a_day(house: House) -> None:
    waiting = house.ask(20_000)
    house.bank.end(waiting.sent, "paid")
    house.bank.notices.clear()
    house.machine.time_out("one")
    assert house.payout().status == "paid"
    assert house.bank.arrived == 20_000


def test_a_task_token_is_used_once(house: House) -> None:
    waiting = house.ask(20_000)
    assert house.machine.answer(waiting.token, {"outcome": "paid", "seconds": 0})
    assert not house.machine.answer(waiting.token, {"outcome": "failed", "seconds": 0})
    house.bank.end(waiting.sent, "paid")
    assert house.hear() == ["late"]
    assert house.go_on().status == "paid"
    assert house.payout().token == ""


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


def test_a_transfer_that_may_have_been_made_is_found_and_brought_back_too(house: House, tmp_path: Path) -> None:
    house.bank.loses = ["transfer"]
    house.bank.fails = ["find_transfer"]
    house.at_wait = lambda: setattr(house, "verified", "verification_refused")
    house.ask(20_000)
    assert finished(house) == "paid", "it was there before the hit, and has arrived"
    assert codes(house, tmp_path) == set()


def test_a_destination_that_takes_nothing_any_more_gets_nothing_and_the_money_is_back(
    house: House, tmp_path: Path
) -> None:
    house.bank.refuses = {"transfer": DestinationRefused("No.", providerCode="account_closed")}
    failed = house.ask(20_000)
    assert (failed.status, failed.rule, failed.bank_code) == ("failed", "provider_refused", "account_closed")
    assert (house.balance, house.held) == (50_000, 0)
    assert codes(house, tmp_path) == set()


def test_a_bank_that_takes_no_instant_payouts_is_not_offered_them_again(house: House, tmp_path: Path) -> None:
    house.bank.refuses = {"pay_out": DestinationRefused("No.", providerCode="instant_payouts_unsupported")}
    failed = house.ask(20_000, speed="instant")
    assert (failed.status, house.balance, house.bank.ours["USD"]) == ("failed", 50_000, 1_000_000)
    destination = house.store.destination(CLEO)
    assert destination is not None
    assert not destination.instant
    assert codes(house, tmp_path) == set()


def test_two_payouts_racing_for_one_balance_share_no_cent(house: House, tmp_path: Path) -> None:
    for name in ("one", "two"):
        request(house.desk, CLEO, name, Wish(30_000, "USD", "standard", 0))
    both = {finished(house, name) for name in ("two", "one")}
    assert both == {"paid", "failed"}
    assert (house.bank.arrived, house.balance, house.payout("one").rule) == (30_000, 20_000, "over_payable")
    assert codes(house, tmp_path) == set()


def test_the_reserve_stays_whoever_is_first(house: House) -> None:
    house.earn(50_000, ago_ms=DAY_MS)
    for name in ("one", "two"):
        request(house.desk, CLEO, name, Wish(50_000, "USD", "standard", 0))
    assert [finished(house, name) for name in ("one", "two")] == ["paid", "failed"]
    assert house.balance == 50_000, "5,000 of it must stay, so 50,000 cannot leave"


def test_a_limit_holds_for_two_at_once_and_what_fails_gives_its_room_back(house: House) -> None:
    house.limits = Limits(30_000, None)
    for name in ("one", "two"):
        request(house.desk, CLEO, name, Wish(20_000, "USD", "standard", 0))
    waiting = house.go_on("two")
    assert house.go_on("one").rule == "over_day_limit"
    house.bank.end(waiting.sent, "failed", "declined")
    house.hear()
    assert house.go_on("two").status == "failed"
    house.ask(20_000, "three")
    assert finished(house, "three") == "paid"


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


def test_what_the_provider_does_not_understand_waits_for_us_and_moves_nothing_twice(
    house: House, tmp_path: Path
) -> None:
    house.bank.refuses = {"pay_out": ProviderRejected("What?")}
    house.at_wait = lambda: house.bank.refuses.clear() if house.payout().waits > 2 else None
    house.ask(20_000)
    assert finished(house) == "paid"
    assert (len(house.bank.transfers), len(house.bank.payouts)) == (1, 1)
    assert codes(house, tmp_path) == set()


def test_money_that_the_bank_still_has_is_waited_for_before_it_is_booked_back(house: House) -> None:
    waiting = house.ask(20_000)
    house.bank.end(waiting.sent, "failed", "declined")
    house.hear()
    house.bank.refuses = {"reverse": BalanceShort("Not yet.")}
    seen: list[tuple[str, str, int]] = []

    def look() -> None:
        seen.append((house.payout().status, house.payout().waits_for, house.balance))
        house.bank.refuses.clear()

    house.at_wait = look
    assert house.go_on().status == "failed"
    assert seen == [("returning", "destination_balance", 30_000)]
    assert house.balance == 50_000


def test_the_reserve_stays_when_two_are_checked_before_either_has_held(house: House) -> None:
    house.earn(50_000, ago_ms=DAY_MS)
    for name in ("one", "two"):
        request(house.desk, CLEO, name, Wish(50_000, "USD", "standard", 0))

    def overtake(moment: Moment, call: Call) -> None:
        if call.operation == "PutItem" and call.parameters["TableName"] == LEDGER["TableName"]:
            house.model.hook = None
            house.go_on("two")

    house.model.hook = overtake
    assert house.go_on("one").rule == "over_payable"
    assert house.payout("two").status == "inTransit"
    assert (house.balance, house.held) == (50_000, 0)


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


def test_money_on_a_creators_account_there_waits_for_us_however_long_a_bank_payout_takes(
    house: House, tmp_path: Path
) -> None:
    """Left to themselves, accounts at the provider's pay out all that they have, each day, by payouts of their own."""
    house.bank.fails = ["pay_out"] * 8
    house.at_wait = house.bank.end_day
    house.ask(20_000)
    assert finished(house) == "paid"
    assert (house.bank.strayed, house.bank.arrived) == ([], 20_000)
    assert codes(house, tmp_path) == set()


def test_what_a_bank_sends_back_waits_on_the_creators_account_until_it_is_taken_back(house: House) -> None:
    waiting = house.ask(20_000)
    house.bank.end(waiting.sent, "failed", "no_account")
    house.hear()
    house.bank.fails = ["reverse"] * 3
    house.at_wait = house.bank.end_day
    assert house.go_on().status == "failed"
    assert (house.bank.strayed, house.balance, house.bank.ours["USD"]) == ([], 50_000, 1_000_000)
