"""What may go wrong with a payout: after each of these the books hold, and nobody is paid twice or loses anything."""

from __future__ import annotations

from pathlib import Path

import pytest

from cliffhanger.errors import BalanceShort, DestinationRefused, PayoutRefused, ProviderRejected
from cliffhanger.payments.connect import Sent
from cliffhanger.payments.routing import Subject
from cliffhanger.payouts.domain import Wish
from cliffhanger.payouts.hearing import hear
from cliffhanger.payouts.policy import DAY_MS
from cliffhanger.payouts.service import request
from cliffhanger.payouts.sweeping import forecasts
from cliffhanger.payouts.tallies import Limits
from tests.support.dynamodb import Call, Moment
from tests.support.payouts import ACCOUNT, AMPLE, BEGIN, CLEO, House
from tests.support.tables import LEDGER
from tests.unit.payouts.endings import codes, finished


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
        [forecast] = forecasts(house.desk, AMPLE)
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


def test_a_notice_of_another_account_than_the_payout_went_to_is_nobody_s(house: House) -> None:
    """Though it tells of a payout that bears the name of ours: whoever made it there, ours is still on its way."""
    waiting = house.ask(20_000)
    sending, sent = house.bank.payouts[waiting.sent]
    house.bank.payouts["po_9"] = (sending._replace(account="acct_dora"), sent._replace(sent="po_9", status="paid"))
    assert hear(house.desk, Subject("payout.paid", "po_9", "acct_dora", BEGIN)) == "foreign"
    assert house.go_on().status == "inTransit"


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
    with pytest.raises(PayoutRefused) as refused:
        house.ask(20_000, "again", speed="instant")
    assert refused.value.members["rule"] == "speed"
    assert codes(house, tmp_path) == set()


def test_a_day_s_limit_of_all_instant_payouts_takes_them_from_no_creator(house: House) -> None:
    """The provider sets it for the whole platform: whoever is the first above it has done nothing."""
    house.bank.refuses = {"pay_out": DestinationRefused("No.", providerCode="instant_payouts_limit_exceeded")}
    failed = house.ask(20_000, speed="instant")
    assert (failed.status, failed.bank_code, house.balance) == ("failed", "instant_payouts_limit_exceeded", 50_000)
    destination = house.store.destination(CLEO)
    assert destination is not None
    assert destination.instant


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
