"""Cut short anywhere, a case goes on from where it was: one entry, whoever asks next, and nobody is told a lie."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

import pytest

from cliffhanger.errors import Busy, NotReversible, Unavailable, Undecided
from cliffhanger.ledger.lots import DAY_MS
from cliffhanger.support.domain import Case
from cliffhanger.support.service import approve, get_case, list_cases
from cliffhanger.wallet.service import take_back_grant
from tests.support.dynamodb import Call, Fault, Moment, NoFaults, ScriptedFaults
from tests.support.tables import CASES, LEDGER
from tests.unit.support.office import OTTO, Office

MOST_CALLS = 12
"""More than any of the acts below makes; a place beyond the last is no crash, and as good."""
FAULTS = (
    Fault.NOT_SENT,
    Fault.LOST_REQUEST,
    Fault.LOST_REPLY,
    Fault.DELAYED,
    Fault.FAILED_LATE,
    Fault.THROTTLED,
)

Act = Callable[[Office], Case]


class Crash(BaseException):
    """The process is gone."""


def small_grant(office: Office) -> Case:
    return office.grant(100)


def freeze(office: Office) -> Case:
    return office.freeze()


def reversal(office: Office) -> Case:
    return office.reverse(2)


def approval(office: Office) -> Case:
    """Opened and approved: by two people, of whom each tries until there is an answer."""
    opened = office.grant(501)
    return opened if opened.status == "done" else approve(office.work, opened.case, OTTO)


ACTS = (small_grant, freeze, reversal, approval)


def crash_at(office: Office, place: int, moment: Moment) -> Callable[[Moment, Call], None]:
    target = office.model.calls + place

    def hook(now: Moment, call: Call) -> None:
        if (now, call.number) == (moment, target):
            raise Crash

    return hook


def check_done(office: Office, case: Case) -> None:
    (entry,) = office.written_for(case.case)
    assert (case.status, case.seq) == ("done", entry.seq)
    assert get_case(office.work, case.case) == case == office.row(case.case)


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("moment", [Moment.BEFORE, Moment.AFTER])
@pytest.mark.parametrize("place", range(1, MOST_CALLS))
def test_a_crash_at_any_call_and_a_retry_come_to_one_entry(place: int, moment: Moment, act: Act) -> None:
    office = Office()
    office.model.hook = crash_at(office, place, moment)
    with contextlib.suppress(Crash):
        act(office)
    office.model.hook = None
    office.now += 600_000
    check_done(office, act(office))


def test_there_are_calls_to_crash_at(office: Office) -> None:
    """Or the places above would all lie beyond the end."""
    for act in ACTS:
        fresh = Office()
        before = fresh.model.calls
        act(fresh)
        assert 5 <= fresh.model.calls - before < MOST_CALLS


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("place", range(1, MOST_CALLS))
def test_whatever_becomes_of_a_call_one_entry_stands_in_the_end(place: int, fault: Fault, act: Act) -> None:
    office = Office()
    office.model.faults = ScriptedFaults({office.model.calls + place: fault})
    with contextlib.suppress(Busy, Undecided, Unavailable):
        act(office)
    office.model.faults = NoFaults()
    case = act(office)
    office.model.deliver_delayed()
    check_done(office, case)


@pytest.mark.parametrize("act", [small_grant, freeze, reversal])
def test_a_case_without_its_entry_is_shown_as_approved_and_any_operator_may_finish_it(office: Office, act: Act) -> None:
    case = cut_short_before_the_entry(office, act)
    assert get_case(office.work, case).status == "approved"
    assert [each.case for each in list_cases(office.work, "approved", 9).cases] == [case]
    check_done(office, approve(office.work, case, OTTO))


def test_what_was_approved_and_cut_short_is_finished_by_its_opener_with_the_approver_s_name(office: Office) -> None:
    opened = office.grant(501)
    cut_short_before_the_entry(office, lambda office: approve(office.work, opened.case, OTTO))
    case = get_case(office.work, opened.case)
    assert (case.status, case.decided_by, office.written_for(case.case)) == ("approved", OTTO, [])
    done = office.grant(501)
    check_done(office, done)
    assert office.head().terms["approver"] == OTTO


def cut_short_before_the_entry(office: Office, act: Act) -> str:
    """The process ends just before its put to the ledger; the id of the case that it leaves."""

    def hook(moment: Moment, call: Call) -> None:
        if moment is Moment.BEFORE and call.operation == "PutItem" and call.parameters["TableName"] == "test-ledger":
            raise Crash

    office.model.hook = hook
    with pytest.raises(Crash):
        act(office)
    office.model.hook = None
    (row,) = list_cases(office.work, "approved", 9).cases
    return row.case


def test_an_entry_that_its_case_does_not_know_of_is_found_when_the_case_is_read(office: Office) -> None:
    def hook(moment: Moment, call: Call) -> None:
        if moment is Moment.AFTER and call.operation == "PutItem" and call.parameters["TableName"] == "test-ledger":
            raise Crash

    office.model.hook = hook
    with pytest.raises(Crash):
        office.grant(100)
    office.model.hook = None
    ((row,),) = (list_cases(office.work, "approved", 9).cases,)
    case, before = row.case, office.books()
    assert office.row(case).status == "approved"
    check_done(office, get_case(office.work, case))
    assert office.books() == before


def test_a_table_of_cases_that_is_away_after_the_entry_does_not_turn_it_into_a_failure(office: Office) -> None:
    down = False

    def hook(moment: Moment, call: Call) -> None:
        nonlocal down
        if moment is Moment.AFTER and call.operation == "PutItem" and call.parameters["TableName"] == "test-ledger":
            down = True
            office.model.faults = ScriptedFaults(dict.fromkeys(range(call.number, call.number + 99), Fault.NOT_SENT))

    office.model.hook = hook
    case = office.grant(100)
    assert (down, case.status) == (True, "done")
    office.model.hook, office.model.faults = None, NoFaults()
    assert office.row(case.case).status == "approved"
    check_done(office, office.grant(100))


def test_nobody_is_told_that_nothing_happened_while_it_may_have(office: Office) -> None:
    """The case may have been written: only the same request again can tell."""
    office.model.faults = ScriptedFaults(
        dict.fromkeys(range(office.model.calls + 3, office.model.calls + 99), Fault.LOST_REPLY)
    )
    with pytest.raises(Undecided):
        office.grant(501)
    office.model.faults = NoFaults()
    assert office.grant(501).status == "awaiting"


@pytest.mark.parametrize("table", [CASES, LEDGER])
def test_what_is_away_is_said_so_within_the_function_s_time(office: Office, table: dict) -> None:
    began = office.now
    case = office.grant(501).case
    first = office.model.calls + (1 if table is CASES else 4)
    office.model.faults = ScriptedFaults(dict.fromkeys(range(first, first + 99), Fault.NOT_SENT))
    with pytest.raises((Unavailable, Busy, Undecided)):
        approve(office.work, case, OTTO)
    assert office.now - began < 10_000


def test_a_put_that_lands_after_the_case_has_failed_still_makes_it_done(office: Office) -> None:
    """It was on its way when the lot that it takes back expired, and the next to try was refused for that."""
    granted = office.grant(40, key="granted", lifetimeDays=1).seq
    began = office.now
    case = cut_short_before_the_entry(office, lambda office: office.reverse(granted))
    office.now = office.head().state.lots[-1].expires_day * DAY_MS
    with pytest.raises(NotReversible):
        office.reverse(granted)
    assert get_case(office.work, case).status == "failed"
    office.now = began  # what was planned then, lands now
    take_back_grant(office.ledger, office.head(), case, office.row(case).terms, office.pace)
    check_done(office, get_case(office.work, case))
