"""What operators do to accounts is a case, once, and what is large takes two of them."""

from __future__ import annotations

from typing import Any

import pytest

from cliffhanger.errors import (
    CaseClosed,
    FourEyesRequired,
    KeyReused,
    NotFound,
    ValidationFailed,
)
from cliffhanger.ledger.names import is_id
from cliffhanger.support.domain import DAY_MS, FOUR_EYES_COINS, case_id
from cliffhanger.support.explain import explain
from cliffhanger.support.service import approve, get_case, list_cases, refuse
from tests.support.dynamodb import Call, Moment
from tests.unit.support.office import MIA, OLA, OTTO, SECRET, Office

MOST_ALONE = 500


def test_a_small_grant_is_done_at_once_and_its_entry_says_who_and_why(office: Office) -> None:
    case = office.grant(100, reason="service_failure")
    entry = office.head()
    assert (case.status, case.account, case.seq) == ("done", MIA, entry.seq)
    assert entry.reference == f"support:{case.case}"
    assert entry.terms == {"kind": "grant", "actor": OLA, "reason": "service_failure"}
    assert entry.state.balances["bonus"] == 130
    assert get_case(office.work, case.case) == case == office.row(case.case)


def test_a_viewer_without_any_entry_can_be_granted_coins(office: Office) -> None:
    """As one whose first purchase got lost."""
    case = office.grant(100, account="viewer:noa")
    assert (case.status, case.seq) == ("done", 1)


def test_asking_again_is_answered_with_the_same_case_and_changes_nothing(office: Office) -> None:
    first = office.grant(100)
    before = office.model.fingerprint()
    office.now += 86_400_000
    assert office.grant(100) == first
    assert office.model.fingerprint() == before


@pytest.mark.parametrize(
    "other",
    [
        {"coins": 101},
        {"lifetimeDays": 31},
        {"reason": "test"},
        {"account": "viewer:noa"},
        {"kind": "reversal", "seq": 2, "coins": None, "lifetimeDays": None},
        {"kind": "freeze", "frozen": True, "coins": None, "lifetimeDays": None},
    ],
)
def test_the_same_key_with_anything_else_is_refused_and_changes_nothing(office: Office, other: dict[str, Any]) -> None:
    office.grant(100)
    before = office.model.fingerprint()
    asked: dict[str, Any] = {"kind": "grant", "coins": 100, "lifetimeDays": 30} | other
    with pytest.raises(KeyReused):
        office.open(**{name: value for name, value in asked.items() if value is not None})
    assert office.model.fingerprint() == before


def test_two_operators_with_the_same_key_have_two_cases(office: Office) -> None:
    assert office.grant(100).case != office.grant(100, operator=OTTO).case
    assert office.head().state.balances["bonus"] == 230


def test_a_case_is_named_after_its_operator_and_key_and_tells_neither() -> None:
    names = {case_id(*named, SECRET) for named in ((OLA, "first"), (OTTO, "first"), (OLA, "second"), (OLA, "first"))}
    assert len(names) == 3
    assert all(is_id(name) and len(name) == 16 for name in names)
    assert case_id(OLA, "first", b"another secret of thirty-two byte") not in names


@pytest.mark.parametrize(("coins", "status"), [(1, "done"), (MOST_ALONE, "done"), (MOST_ALONE + 1, "awaiting")])
def test_one_operator_grants_up_to_the_threshold_and_not_a_coin_more(office: Office, coins: int, status: str) -> None:
    assert FOUR_EYES_COINS["grant"] == MOST_ALONE
    assert office.grant(coins).status == status
    assert office.head().state.balances["bonus"] == 30 + (coins if status == "done" else 0)


def test_many_small_grants_are_no_way_around_the_second_person(office: Office) -> None:
    assert [office.grant(250, key=key).status for key in ("a", "b", "c")] == ["done", "done", "awaiting"]
    assert office.grant(1, key="d", operator=OTTO).status == "awaiting"
    office.now += DAY_MS
    assert office.grant(500, key="e").status == "done"


def test_what_two_people_granted_leaves_one_of_them_their_own_share(office: Office) -> None:
    approve(office.work, office.grant(501, key="a").case, OTTO)
    assert office.grant(500, key="b").status == "done"


@pytest.mark.parametrize("reason", ["fraud", "chargeback_risk", "legal_request"])
def test_a_reason_that_must_not_be_told_stands_in_the_case_and_not_in_the_entry(office: Office, reason: str) -> None:
    """Whoever owns the account can read their entries, and would be warned."""
    case = office.freeze(reason=reason)
    assert (case.reason, office.head().terms["reason"]) == (reason, "review")


@pytest.mark.parametrize("frozen", [True, False])
def test_a_freeze_or_thaw_never_waits(office: Office, frozen: bool) -> None:
    office.freeze(frozen=not frozen, key="before")
    case = office.freeze(frozen=frozen)
    assert (case.status, office.head().state.frozen) == ("done", frozen)
    assert office.head().terms == {"kind": "freeze" if frozen else "thaw", "actor": OLA, "reason": "review"}


@pytest.mark.parametrize("account", ["creator:cleo", "budget:spring:2026-01:0"])
def test_creators_and_budgets_are_frozen_too_and_thawed(office: Office, account: str) -> None:
    """Whoever has taken over a creator's account is stopped by nothing else."""
    case = office.freeze(account=account)
    assert (case.status, case.account, office.head(account).state.frozen) == ("done", account, True)
    assert "Frozen: nothing goes out; what comes in still does." in explain(office.ledger, account, 9).words
    assert office.freeze(account=account) == case
    thawed = office.freeze(account=account, frozen=False, key="again")
    assert (thawed.status, office.head(account).state.frozen) == ("done", False)


@pytest.mark.parametrize(
    "account", ["series:the-last-train:earned:0", "platform:issued-1", "external:stripe-1", "bank:a", "creator:a:b"]
)
def test_what_has_no_owner_is_not_frozen(office: Office, account: str) -> None:
    before = office.model.fingerprint()
    with pytest.raises(ValidationFailed):
        office.freeze(account=account)
    assert office.model.fingerprint() == before


@pytest.mark.parametrize("account", ["creator:cleo", "budget:spring:2026-01:0"])
@pytest.mark.parametrize("kind", ["grant", "reversal"])
def test_grants_and_reversals_are_for_viewers_alone(office: Office, kind: Any, account: str) -> None:
    asked: dict[str, Any] = {"grant": {"coins": 1, "lifetimeDays": 1}, "reversal": {"seq": 1}}
    before = office.model.fingerprint()
    with pytest.raises(ValidationFailed):
        office.open(kind, account=account, **asked[kind])
    assert office.model.fingerprint() == before


@pytest.mark.parametrize("frozen", [True, False])
def test_no_operator_who_creates_freezes_or_thaws_what_they_earn(office: Office, frozen: bool) -> None:
    before = office.model.fingerprint()
    with pytest.raises(FourEyesRequired) as refused:
        office.freeze(account="creator:cleo", operator="cleo", frozen=frozen)
    assert refused.value.members == {"rule": "own_account"}
    assert office.model.fingerprint() == before


def test_what_awaits_a_second_operator_has_moved_nothing(office: Office) -> None:
    before = office.books()
    case = office.grant(501)
    assert (case.status, case.seq, case.decided_by) == ("awaiting", 0, "")
    assert office.grant(501) == case
    assert office.books() == before


def test_another_operator_s_approval_carries_it_out_and_stands_in_the_entry(office: Office) -> None:
    opened = office.grant(501)
    office.now += 5_000
    done = approve(office.work, opened.case, OTTO)
    entry = office.head()
    assert (done.status, done.seq, done.decided_by, done.decided_at) == ("done", entry.seq, OTTO, office.now)
    assert entry.terms == {"kind": "grant", "actor": OLA, "approver": OTTO, "reason": "goodwill"}
    assert office.grant(501) == done == get_case(office.work, opened.case)


def test_approving_twice_is_answered_the_same_and_changes_nothing(office: Office) -> None:
    case = office.grant(501).case
    done = approve(office.work, case, OTTO)
    before = office.model.fingerprint()
    assert approve(office.work, case, OTTO) == done
    assert office.model.fingerprint() == before


def test_no_operator_approves_what_they_have_opened(office: Office) -> None:
    case = office.grant(501).case
    before = office.model.fingerprint()
    with pytest.raises(FourEyesRequired) as refused:
        approve(office.work, case, OLA)
    assert refused.value.members == {"rule": "own_case"}
    assert office.model.fingerprint() == before


@pytest.mark.parametrize("kind", ["grant", "reversal", "freeze"])
def test_no_operator_opens_a_case_about_their_own_account(office: Office, kind: Any) -> None:
    every: dict[str, Any] = {
        "grant": {"coins": 1, "lifetimeDays": 1},
        "reversal": {"seq": 1},
        "freeze": {"frozen": False},
    }
    before = office.model.fingerprint()
    with pytest.raises(FourEyesRequired) as refused:
        office.open(kind, operator="mia", **every[kind])
    assert refused.value.members == {"rule": "own_account"}
    assert office.model.fingerprint() == before


@pytest.mark.parametrize("decide", [approve, refuse])
def test_no_operator_decides_a_case_about_their_own_account(office: Office, decide: Any) -> None:
    """A friend's grant is not approved by who receives it, nor a reversal stopped by who would lose by it."""
    case = office.grant(501).case
    before = office.model.fingerprint()
    with pytest.raises(FourEyesRequired) as refused:
        decide(office.work, case, "mia")
    assert refused.value.members == {"rule": "own_account"}
    assert office.model.fingerprint() == before


@pytest.mark.parametrize("operator", [OLA, OTTO])
def test_a_refused_case_moves_nothing_whether_refused_or_withdrawn(office: Office, operator: str) -> None:
    case, before = office.grant(501).case, office.books()
    refused = refuse(office.work, case, operator)
    assert (refused.status, refused.decided_by) == ("refused", operator)
    assert refuse(office.work, case, operator) == refused
    assert office.grant(501) == refused
    for decide, other in ((approve, OTTO), (refuse, "olga")):
        with pytest.raises(CaseClosed) as closed:
            decide(office.work, case, other)
        assert closed.value.members == {"caseStatus": "refused"}
    assert office.books() == before


def test_what_is_done_is_neither_approved_by_a_third_nor_refused(office: Office) -> None:
    case = office.grant(501).case
    approve(office.work, case, OTTO)
    before = office.model.fingerprint()
    for decide, operator in ((approve, "olga"), (approve, OLA), (refuse, OTTO), (refuse, OLA)):
        with pytest.raises(CaseClosed) as closed:
            decide(office.work, case, operator)
        assert closed.value.members == {"caseStatus": "done"}
    assert office.model.fingerprint() == before


def test_what_needed_nobody_else_cannot_be_approved(office: Office) -> None:
    case = office.grant(100).case
    for operator in (OLA, OTTO):
        with pytest.raises(CaseClosed):
            approve(office.work, case, operator)


def test_two_operators_who_approve_at_once_write_one_entry(office: Office) -> None:
    """The second one's whole approval runs before each of the first one's calls in turn."""
    for place in range(1, 12):
        case = office.grant(501, key=f"at-once-{place}").case
        outcome: list[str] = []
        meanwhile(office, place, lambda case=case, outcome=outcome: outcome.append(decided(office, case, "olga")))
        outcome.append(decided(office, case, OTTO))
        office.model.hook = None
        done = get_case(office.work, case)
        (entry,) = office.written_for(case)
        assert (done.status, done.seq) == ("done", entry.seq)
        assert entry.terms["approver"] == done.decided_by
        assert sorted(outcome) in (["closed done", "done"], ["done"])


def test_an_approval_and_a_refusal_at_once_come_to_one_of_the_two(office: Office) -> None:
    outcomes = set()
    for place in range(1, 12):
        case = office.grant(501, key=f"both-{place}").case
        meanwhile(office, place, lambda case=case: decided(office, case, OLA, refuse))
        decided(office, case, OTTO)
        office.model.hook = None
        status = get_case(office.work, case).status
        outcomes.add(status)
        assert len(office.written_for(case)) == (status == "done")
    assert outcomes == {"done", "refused"}


def meanwhile(office: Office, place: int, act: Any) -> None:
    """Lets somebody else act before the so-manieth call from now."""
    target = office.model.calls + place

    def hook(moment: Moment, call: Call) -> None:
        if moment is Moment.BEFORE and call.number == target:
            office.model.hook = None
            act()

    office.model.hook = hook


def decided(office: Office, case: str, operator: str, decide: Any = approve) -> str:
    try:
        return str(decide(office.work, case, operator).status)
    except CaseClosed as error:
        return f"closed {error.members['caseStatus']}"


@pytest.mark.parametrize(
    "account", ["creator:cleo", "platform:issued-3", "series:one:earned:0", "abc:def", "viewer:a:b"]
)
def test_cases_are_about_viewers_only(office: Office, account: str) -> None:
    before = office.model.fingerprint()
    with pytest.raises(ValidationFailed):
        office.grant(1, account=account)
    assert office.model.fingerprint() == before


def test_a_case_that_nobody_opened_is_not_found(office: Office) -> None:
    nobodys = "0" * 16
    with pytest.raises(NotFound):
        get_case(office.work, nobodys)
    for decide in (approve, refuse):
        with pytest.raises(NotFound):
            decide(office.work, nobodys, OTTO)


def test_what_awaits_is_listed_oldest_first_and_in_pages(office: Office) -> None:
    opened = []
    for number in range(5):
        office.now += 1_000 * (number % 2)  # some at the same time
        opened.append(office.grant(501 + number, key=str(number)).case)
    office.grant(1, key="small")
    approve(office.work, opened.pop(1), OTTO)
    first = list_cases(office.work, "awaiting", 3)
    second = list_cases(office.work, "awaiting", 3, first.after)
    listed = [case.case for case in (*first.cases, *second.cases)]
    assert (len(first.cases), len(second.cases), second.after) == (3, 1, None)
    assert set(listed) == set(opened)
    times = [office.row(case).opened_at for case in listed]
    assert times == sorted(times)
    assert [case.status for case in list_cases(office.work, "done", 9).cases] == ["done", "done"]
