"""Read, plan, append: what a caller hears when DynamoDB does not answer, and when."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cliffhanger.dynamo import LONGEST_CALL_S, Unclear
from cliffhanger.errors import Busy, InsufficientCoins, SpendLimitReached, Undecided
from cliffhanger.functions import FUNCTIONS
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.journal import ATTEMPTS, PATIENCE_S, Prefix, Recorded, Retrying, record
from cliffhanger.ledger.state import Known
from tests.unit.ledger.chains import NOW, VIEWER, bought, limited, unlocked

LIMITED = limited(bought(), day=5)
CALLS_AN_ATTEMPT = {"unlock": 6, "support": 5}
"""An unlock's: head, references, switch, page, the series' last entry, put; a reversal's: head, references, the entry
before the original, the series' last entry, put."""
MOST_CALLS_OF_OTHERS = 4
REFERENCE = "unlock:the-last-train:2-2.0"


class Chain:
    """A store of one chain; each call may be told to fail, and takes its time."""

    def __init__(self, *entries: Entry) -> None:
        self.entries = list(entries)
        self.now = 0.0
        self.call_s = 0.0
        self.down = False
        self.puts: list[str] = []
        self.in_flight: Entry | None = None
        self.lands_after_s = 1e9

    def _call(self) -> None:
        self.now += self.call_s
        if self.in_flight is not None and self.now >= self.lands_after_s:
            if self.in_flight.seq == len(self.entries) + 1:
                self.entries.append(self.in_flight)
            self.in_flight = None
        if self.down:
            raise Unclear

    def head(self, _: str) -> Entry | None:
        self._call()
        return self.entries[-1] if self.entries else None

    def references(self, _: str, prefix: str) -> tuple[Known, ...]:
        self._call()
        found = [(entry.reference or "", entry.seq) for entry in self.entries]
        return tuple(Known(*one) for one in found if one[0].startswith(prefix))

    def append(self, entry: Entry) -> bool:
        self._call()
        told = self.puts.pop(0) if self.puts else "written"
        if told == "in flight":
            self.in_flight = entry
            raise Unclear
        if "rival" in told:
            self.entries.append(LIMITED)
        if told.startswith("lost, "):
            raise Unclear
        if told == "taken" or entry.seq != len(self.entries) + 1:
            return False
        if told != "lost":
            self.entries.append(entry)
        if told in ("lost reply", "lost"):
            raise Unclear
        return True

    def entry(self, _: str, seq: int) -> Entry:
        return self.entries[seq - 1]


def ask(
    chain: Chain, plan: Callable[[Entry | None, int], Entry | int] | None = None, prefix: Prefix = REFERENCE
) -> Recorded:
    def sleep(seconds: float) -> None:
        chain.now += seconds

    return record(
        chain,  # type: ignore[arg-type]
        VIEWER,
        prefix,
        decide=lambda known: known[0].seq if known else None,
        plan=plan or (lambda head, now: unlocked(head, at=now)),
        retrying=Retrying(clock=lambda: NOW, sleep=sleep, jitter=lambda: 1.0, timer=lambda: chain.now),
    )


def test_a_brown_out_is_told_before_the_function_s_time_is_over() -> None:
    chain = Chain(bought())
    chain.down, chain.call_s = True, LONGEST_CALL_S
    with pytest.raises(Busy):
        ask(chain)
    assert chain.now <= PATIENCE_S + LONGEST_CALL_S + 1


def test_every_http_function_outlives_its_longest_attempt() -> None:
    for spec in FUNCTIONS:
        if spec.trigger == "http":
            calls = CALLS_AN_ATTEMPT.get(spec.name, MOST_CALLS_OF_OTHERS)
            assert spec.timeout_s > PATIENCE_S + calls * LONGEST_CALL_S


def test_a_lost_reply_is_answered_with_the_entry_that_was_written() -> None:
    chain = Chain(bought())
    chain.puts = ["lost reply"]
    assert ask(chain).entry == chain.entries[-1]
    assert len(chain.entries) == 2


def test_it_is_never_said_that_nothing_happened_when_it_may_have() -> None:
    chain = Chain(bought())
    chain.puts = ["lost"] * 20
    with pytest.raises(Undecided):
        ask(chain)


def test_nothing_is_refused_while_a_put_of_ours_may_still_land() -> None:
    """The client would hear 409, give up, and have paid."""
    chain = Chain(bought())
    chain.puts, chain.call_s, chain.lands_after_s = ["in flight"], 0.05, 0.4
    asked = 0

    def plan(head: Entry | None, now: int) -> Entry:
        nonlocal asked
        asked += 1
        if asked > 1:
            raise InsufficientCoins
        return unlocked(head, at=now)

    answer = ask(chain, plan)
    assert (answer.repeated, answer.entry.reference) == (True, REFERENCE)


def test_a_refusal_without_a_put_of_ours_is_told_at_once() -> None:
    chain = Chain(bought())

    def plan(head: Entry | None, now: int) -> Entry:
        raise InsufficientCoins

    with pytest.raises(InsufficientCoins):
        ask(chain, plan)
    assert chain.now == 0.0


def test_what_only_the_plan_knows_to_answer_waits_for_a_put_of_ours_that_may_still_land() -> None:
    """Or the viewer is told that nothing was bought, and then pays."""
    chain = Chain(bought())
    chain.puts, chain.call_s, chain.lands_after_s = ["in flight"], 0.05, 0.4
    asked = 0

    def plan(head: Entry | None, now: int) -> Entry | int:
        nonlocal asked
        asked += 1
        return unlocked(head, at=now) if asked == 1 else 1

    answer = ask(chain, plan)
    assert (answer.repeated, answer.entry.reference) == (True, REFERENCE)


def test_a_plan_may_name_the_entry_that_answers_and_nothing_is_written() -> None:
    chain = Chain(bought(), unlocked(bought()))
    answer = ask(chain, lambda head, now: 1, prefix="unlock:another:")
    assert (answer.entry.seq, answer.repeated, len(chain.entries)) == (1, True, 2)


def test_which_references_decide_follows_from_the_head_of_that_attempt() -> None:
    """A head of another attempt may know less: what to read must fit what was read before it."""
    chain = Chain(bought())
    chain.puts = ["rival"]
    heads: list[int] = []

    def prefix(head: Entry | None) -> str:
        heads.append(head.seq if head else 0)
        return REFERENCE

    with pytest.raises(SpendLimitReached):
        ask(chain, prefix=prefix)
    assert heads == [1, 2]


def test_a_plan_that_was_made_for_an_old_head_is_never_written() -> None:
    """A viewer lowers the limit while an unlock is under way: the unlock is planned anew, and refused."""
    chain = Chain(bought())
    chain.puts = ["rival"]
    with pytest.raises(SpendLimitReached):
        ask(chain)
    assert [entry.reference for entry in chain.entries[1:]] == [LIMITED.reference]


def test_when_all_attempts_are_lost_to_rivals_nothing_is_said_to_have_happened() -> None:
    chain = Chain(bought())
    chain.puts = ["taken"] * ATTEMPTS
    with pytest.raises(Busy):
        ask(chain)
    assert len(chain.entries) == 1


def test_a_put_of_ours_whose_place_another_has_taken_is_decided() -> None:
    """It cannot land any more: the refusal that follows is true."""
    chain = Chain(bought())
    chain.puts = ["lost, and a rival"]
    with pytest.raises(SpendLimitReached):
        ask(chain)


def pauses(jitter: float, patience_s: float = PATIENCE_S, began: float = 1_000.0) -> list[float]:
    """How long is waited between attempts, of which none takes any time itself."""
    slept: list[float] = []
    pace = Retrying(sleep=slept.append, jitter=lambda: jitter, timer=lambda: began + sum(slept), patience_s=patience_s)
    assert len(list(pace.attempts())) <= ATTEMPTS
    return slept


def test_each_pause_may_be_twice_the_one_before_up_to_the_longest() -> None:
    """Rivals part by chance, and nobody waits for ever."""
    assert pauses(1.0) == pytest.approx([0.02, 0.04, 0.08, 0.16, 0.32, 0.4, 0.4])
    assert pauses(0.5) == pytest.approx([0.01, 0.02, 0.04, 0.08, 0.16, 0.2, 0.2])
    assert pauses(0.0) == [0.0] * (ATTEMPTS - 1)


def test_no_attempt_begins_after_the_patience_is_over() -> None:
    assert len(pauses(1.0, patience_s=0.1)) == 3
    assert len(pauses(1.0, patience_s=0.0)) == 1
