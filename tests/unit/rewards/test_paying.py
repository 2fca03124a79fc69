"""Rewards that wait: paid in their time, released or refused by a reviewer, once."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest

from cliffhanger.errors import Busy, CaseClosed, FourEyesRequired, NotFound, SwitchedOff, Unavailable, Undecided
from cliffhanger.ledger.consequences import Reward
from cliffhanger.ledger.rewarding import give_reward
from cliffhanger.rewards import vesting
from cliffhanger.rewards.days import HOUR_MS
from cliffhanger.rewards.earning import UNIT, consequence_of
from cliffhanger.rewards.paying import Till, held, refuse, release
from cliffhanger.rewards.pending import Pending
from cliffhanger.rewards.vesting import AT_ONCE, PUT_OFF_MS, longest_held_ms, overdue_ms, vest
from tests.support.dynamodb import Fault, ScriptedFaults
from tests.support.earning import MORNING, EarningWorld

LATER = MORNING + 24 * HOUR_MS
WAITING = Pending(
    "mia", "watch.series", "k3v9", "2026-11-28", MORNING, "waiting", LATER, 5, 30, "series", "v-1",
    terms={"series": "the-last-train"},
)  # fmt: skip
HELD = WAITING._replace(status="held", fact="x0w4", due_at=MORNING, score=50, reasons=("device_shared",))


class Paying:
    """A till over the in-memory model, with one claim that waits and one that is held."""

    def __init__(self) -> None:
        self.world = EarningWorld()
        self.till = Till(self.world.ledger, self.world.claims, lambda: None, self.world.clock, self.world.desk.retrying)
        self.world.claims.add(WAITING)
        self.world.claims.add(HELD)

    def swept(self) -> list[str]:
        return [one.pending.fact for one in vest(self.till, 10**15) if one.error is None]

    @property
    def coins(self) -> int:
        return self.world.coins("mia")


@pytest.fixture
def paying() -> Paying:
    return Paying()


def test_what_waits_is_paid_when_its_time_comes_and_once(paying: Paying) -> None:
    paying.world.now = LATER - 1
    assert paying.swept() == []
    paying.world.now = LATER
    assert paying.swept() == ["k3v9"]
    assert paying.swept() == []
    assert paying.coins == 5
    terms = paying.world.entries("mia")[-1].terms
    assert (terms["rule"], terms["version"], terms["series"]) == ("series", "v-1", "the-last-train")


@pytest.mark.parametrize("decide", [release, refuse])
def test_no_reviewer_decides_their_own_reward(paying: Paying, decide: Any) -> None:
    with pytest.raises(FourEyesRequired) as refused:
        decide(paying.till, "mia", HELD.name, "mia")
    assert refused.value.members == {"rule": "own_account"}
    assert paying.world.claims.find("mia", HELD.name) == HELD
    assert paying.coins == 0


def test_a_claim_that_is_released_is_paid_and_names_who_did_it(paying: Paying) -> None:
    assert [one.fact for one in held(paying.till, 10)] == ["x0w4"]
    first = release(paying.till, "mia", HELD.name, "olga")
    assert (first.status, first.decided_by) == ("paid", "olga")
    assert release(paying.till, "mia", HELD.name, "otto").decided_by == "olga"
    assert paying.coins == 5
    assert paying.world.entries("mia")[-1].terms["actor"] == "olga"
    assert held(paying.till, 10) == ()


def test_a_claim_that_is_refused_is_never_paid(paying: Paying) -> None:
    assert refuse(paying.till, "mia", HELD.name, "olga").status == "refused"
    assert refuse(paying.till, "mia", HELD.name, "otto").decided_by == "olga"
    with pytest.raises(CaseClosed) as closed:
        release(paying.till, "mia", HELD.name, "otto")
    assert closed.value.members["caseStatus"] == "refused"
    paying.world.now += 10 * 24 * HOUR_MS
    assert "x0w4" not in paying.swept()


def test_a_claim_that_was_held_while_its_fact_was_paid_cannot_be_refused(paying: Paying) -> None:
    """Two devices ask at once: one answer is paid, the other is held, and one fact has one outcome."""
    fact = consequence_of("mia", HELD.kind, HELD.fact)
    give_reward(paying.world.ledger, fact, Reward(UNIT, 5, 30), retrying=paying.till.retrying)
    with pytest.raises(CaseClosed) as closed:
        refuse(paying.till, "mia", HELD.name, "olga")
    assert closed.value.members["caseStatus"] == "paid"
    assert held(paying.till, 10) == ()
    with pytest.raises(CaseClosed):
        release(paying.till, "mia", HELD.name, "olga")
    assert paying.coins == 5


def test_what_was_released_cannot_be_refused(paying: Paying) -> None:
    release(paying.till, "mia", HELD.name, "olga")
    with pytest.raises(CaseClosed):
        refuse(paying.till, "mia", HELD.name, "otto")


def test_what_waits_for_its_time_is_no_reviewers(paying: Paying) -> None:
    for decide in (release, refuse):
        with pytest.raises(CaseClosed):
            decide(paying.till, "mia", WAITING.name, "olga")
    with pytest.raises(NotFound):
        release(paying.till, "mia", "watch-series.nothing", "olga")


def test_rewards_that_are_switched_off_keep_waiting(paying: Paying) -> None:
    def closed() -> None:
        raise SwitchedOff("stopped", switch="rewards")

    paying.world.now = LATER
    with pytest.raises(SwitchedOff):
        list(vest(paying.till._replace(check_open=closed), 10**15))
    assert paying.swept() == ["k3v9"]


@pytest.mark.parametrize("fault", [Fault.NOT_SENT, Fault.LOST_REPLY, Fault.THROTTLED, Fault.FAILED])
def test_a_release_that_fails_anywhere_pays_once(fault: Fault) -> None:
    """What the release could not pay, the next sweep does."""
    for call in range(1, 12):
        paying = Paying()
        model = paying.world.model
        model.faults = ScriptedFaults({model.calls + call: fault})
        with contextlib.suppress(Unavailable, Busy, Undecided):
            release(paying.till, "mia", HELD.name, "olga")
        model.faults = ScriptedFaults({})
        paying.swept()
        assert release(paying.till, "mia", HELD.name, "olga").status == "paid"
        assert paying.coins == 5, call


def test_a_claim_that_cannot_be_paid_holds_up_no_other(paying: Paying) -> None:
    paying.world.claims.add(WAITING._replace(person="NO ID", fact="bad"))
    paying.world.now = LATER
    came = {one.pending.fact: one.error for one in vest(paying.till, 10**15)}
    assert came["k3v9"] is None
    assert came["bad"] is not None


def test_however_many_cannot_be_paid_the_others_are(paying: Paying) -> None:
    for number in range(2 * AT_ONCE):
        paying.world.claims.add(WAITING._replace(person="NO ID", fact=f"bad-{number}", due_at=MORNING + number))
    paying.world.now = LATER
    assert paying.swept() == ["k3v9"]
    assert list(vest(paying.till, 10**15)) == []  # the others are left alone for a while
    paying.world.now += PUT_OFF_MS
    assert len(list(vest(paying.till, 10**15))) == 2 * AT_ONCE


def test_how_long_the_longest_has_waited_for_a_reviewer_is_known_until_it_is_decided(paying: Paying) -> None:
    paying.world.claims.add(HELD._replace(fact="later", due_at=MORNING + HOUR_MS))
    paying.world.now = MORNING + 2 * HOUR_MS
    assert longest_held_ms(paying.till) == 2 * HOUR_MS
    release(paying.till, "mia", HELD.name, "olga")
    assert longest_held_ms(paying.till) == HOUR_MS
    refuse(paying.till, "mia", HELD._replace(fact="later").name, "olga")
    assert longest_held_ms(paying.till) == 0


def test_a_claim_that_cannot_be_paid_is_late_since_it_first_was_due(paying: Paying) -> None:
    """Else one that is never paid would be a quarter of an hour late at most, and nobody be told."""
    paying.world.claims.add(WAITING._replace(person="NO ID", fact="bad"))
    for _ in range(9):
        paying.world.now = max(LATER, paying.world.now + PUT_OFF_MS)
        assert overdue_ms(paying.till) == paying.world.now - LATER
        assert [one.pending.fact for one in vest(paying.till, 10**15) if one.error] == ["bad"]


def test_what_could_not_be_paid_comes_behind_what_is_due_for_the_first_time(paying: Paying) -> None:
    paying.world.claims.add(WAITING._replace(person="NO ID", fact="bad"))
    paying.world.now = LATER
    list(vest(paying.till, 10**15))
    paying.world.now += PUT_OFF_MS
    paying.world.claims.add(WAITING._replace(fact="late", due_at=paying.world.now))
    assert [one.pending.fact for one in vest(paying.till, 10**15)] == ["late", "bad"]


def test_of_many_that_cannot_be_paid_each_is_tried_in_turn(paying: Paying, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vesting, "AGAIN_AT_MOST", 2)
    for number in range(5):
        paying.world.claims.add(WAITING._replace(person="NO ID", fact=f"bad-{number}"))
    paying.world.now = LATER
    list(vest(paying.till, 10**15))
    paying.world.now += PUT_OFF_MS
    tried = [one.pending.fact for _ in range(3) for one in vest(paying.till, 10**15)]
    assert sorted(tried) == [f"bad-{number}" for number in range(5)]
