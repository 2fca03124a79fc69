"""Read, plan, append: what a caller hears when DynamoDB does not answer, and when."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cliffhanger.dynamo import LONGEST_CALL_S, Unclear
from cliffhanger.errors import Busy, InsufficientCoins, Undecided
from cliffhanger.functions import FUNCTIONS
from cliffhanger.ledger.entries import Entry, Known
from cliffhanger.ledger.journal import PATIENCE_S, Recorded, Retrying, record
from tests.unit.ledger.chains import NOW, VIEWER, bought, unlocked

MOST_CALLS_AN_ATTEMPT = 4
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
        if entry.seq != len(self.entries) + 1:
            return False
        if told != "lost":
            self.entries.append(entry)
        if told in ("lost reply", "lost"):
            raise Unclear
        return True

    def entry(self, _: str, seq: int) -> Entry:
        return self.entries[seq - 1]


def ask(chain: Chain, plan: Callable[[Entry | None, int], Entry] | None = None) -> Recorded:
    def sleep(seconds: float) -> None:
        chain.now += seconds

    return record(
        chain,  # type: ignore[arg-type]
        VIEWER,
        REFERENCE,
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
            assert spec.timeout_s > PATIENCE_S + MOST_CALLS_AN_ATTEMPT * LONGEST_CALL_S


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
