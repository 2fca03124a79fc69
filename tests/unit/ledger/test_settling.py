"""Settling: what cannot be settled is named with its reason, and holds up nobody."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cliffhanger.dynamo import LONGEST_CALL_S
from cliffhanger.errors import Busy
from cliffhanger.functions import FUNCTIONS
from cliffhanger.ledger.canonical import MAX_INTEGER, canonical_json, digest
from cliffhanger.ledger.entries import Entry, parse, seal
from cliffhanger.ledger.journal import PATIENCE_S, Retrying
from cliffhanger.ledger.settling import Poison, settle, settle_images, settle_inline
from cliffhanger.ledger.state import Posting, State
from cliffhanger.ledger.store import LedgerStore
from tests.support.dynamodb import Crowded, Fault, MemoryDynamoDB, NoFaults, ScriptedFaults, connect
from tests.support.tables import LEDGER
from tests.unit.ledger.chains import NOW, SERIES, VIEWER, bought, granted, unlocked

TABLE = LEDGER["TableName"]
PACE = Retrying(clock=lambda: NOW, sleep=lambda _: None, jitter=lambda: 1.0, timer=lambda: 0.0)


class Books:
    def __init__(self) -> None:
        self.model = MemoryDynamoDB()
        self.model.call("CreateTable", LEDGER)
        self.store = LedgerStore(connect(self.model), TABLE)

    def write(self, *entries: Entry) -> None:
        for entry in entries:
            assert self.store.append(entry)

    def images(self) -> list[dict[str, Any]]:
        return [record["dynamodb"]["NewImage"] for record in self.model.stream(TABLE)]

    def balance(self, account: str) -> dict[str, int]:
        head = self.store.head(account)
        return {} if head is None else dict(head.state.balances)


@pytest.fixture
def books() -> Books:
    return Books()


BUDGET = "budget:winter:1:0"
"""Guarded, and owes nothing: what it does not have cannot be taken from it."""


def paid_to(creator: str, amount: int, source: str) -> Entry:
    """Cash from one account of the world outside to a creator; a negative amount goes the other way."""
    return paid(f"creator:{creator}", amount, source)


def paid(account: str, amount: int, source: str) -> Entry:
    """Likewise to any account."""
    ends = (".", account) if amount > 0 else (account, ".")
    posting = Posting("USD", abs(amount), *ends)
    return seal(f"external:{source}", None, NOW, postings=[posting], state=State({"USD": -amount}))


def test_what_overdraws_a_guarded_account_is_named_and_all_others_are_settled(books: Books) -> None:
    """Though they would have been one batch."""
    good, bad, late = (paid(BUDGET, *paying) for paying in ((3, "a"), (-9, "b"), (4, "c")))
    books.write(good, bad, late)
    settled = settle(books.store, [good, bad, late], PACE)
    assert [(one.account, one.seq, one.reason) for one in settled.poison] == [("external:b", 1, "not_plannable")]
    assert (settled.legs, books.balance(BUDGET)) == (2, {"USD": 7})


def test_what_overdrew_a_guarded_account_is_settled_once_the_account_can_bear_it(books: Books) -> None:
    bad, late = paid(BUDGET, -9, "b"), paid(BUDGET, 10, "c")
    books.write(bad, late)
    assert settle(books.store, [bad], PACE).poison
    settle(books.store, [late], PACE)
    assert settle(books.store, [bad], PACE) == (1, ())
    assert books.balance(BUDGET) == {"USD": 1}


def test_what_a_creator_no_longer_has_is_owed_and_repaid_by_what_comes(books: Books) -> None:
    """LEDGER rule 20: income that was taken back after it had been paid out."""
    bad, late = paid_to("a", -9, "b"), paid_to("a", 10, "c")
    books.write(bad, late)
    assert settle(books.store, [bad], PACE) == (1, ())
    head = books.store.head("creator:a")
    assert head is not None
    assert (dict(head.state.balances), dict(head.state.debt)) == ({}, {"USD": 9})
    settle(books.store, [late], PACE)
    assert books.balance("creator:a") == {"USD": 1}


def test_a_debit_that_credits_of_the_same_delivery_cover_is_settled_with_them(books: Books) -> None:
    entries = [paid_to("a", -9, "b"), paid_to("a", 10, "c")]
    books.write(*entries)
    assert settle(books.store, entries, PACE) == (2, ())


def forged(**changes: Any) -> Entry:
    """An entry whose bytes have their right hash, and which no planner could have sealed."""
    body = canonical_json({**json.loads(unlocked(granted()).body), **changes})
    return parse(body, digest(body))


@pytest.mark.parametrize(
    "postings",
    [
        [["doubloon", 12, ".", SERIES]],
        [["bonus", 12, ".", "viewer:b"]],
        [["bonus", -12, ".", "creator:b"]],
    ],
)
def test_what_no_batch_can_be_made_of_is_named_and_all_others_are_settled(
    books: Books, postings: list[list[Any]]
) -> None:
    """Delivered again and again, it would hold up the stream for a day."""
    other = unlocked(bought())
    bad = forged(account="viewer:z", seq=1, postings=postings)
    books.write(bad, bought(), other)
    settled = settle(books.store, [bad, other], PACE)
    assert [(one.account, one.reason) for one in settled.poison] == [("viewer:z", "not_plannable")]
    assert books.balance(SERIES)["coin"] == 12


def test_a_sum_beyond_what_an_entry_can_say_holds_up_nobody(books: Books) -> None:
    first, second = paid_to("a", MAX_INTEGER, "a"), paid_to("a", MAX_INTEGER, "b")
    other = paid_to("b", 5, "c")
    books.write(first, second, other)
    settled = settle(books.store, [first, second, other], PACE)
    assert [(one.account, one.reason) for one in settled.poison] == [("external:b", "not_plannable")]
    assert (books.balance("creator:a"), books.balance("creator:b")) == ({"USD": MAX_INTEGER}, {"USD": 5})


def test_bytes_that_are_no_entry_are_named_by_their_key_and_all_others_are_settled(books: Books) -> None:
    head = bought()
    books.write(head, unlocked(head))
    first, second = books.images()
    for broken in (
        {**second, "hash": {"B": b"x" * 32}},
        {**second, "body": {"S": "{}"}},
        {key: value for key, value in second.items() if key != "body"},
        {**second, "seq": {"N": "7"}},
        {**second, "reference": {"S": "unlock:the-last-train:9-9.0"}},
        {key: value for key, value in second.items() if key != "reference"},
    ):
        settled = settle_images(books.store, [broken, first], PACE)
        ((account, seq, reason, detail),) = settled.poison
        assert (account, seq, reason) == (VIEWER, int(broken["seq"]["N"]), "unreadable")
        assert detail
    assert books.balance("external:stripe") == {"coin": -100, "USD": -990}
    assert books.balance(SERIES) == {}


def test_an_image_without_a_key_is_named_all_the_same(books: Books) -> None:
    ((account, seq, reason, _),) = settle_images(books.store, [{}], PACE).poison
    assert (account, seq, reason) == ("?", 0, "unreadable")


def test_an_entry_that_is_not_as_it_was_delivered_is_named_and_all_others_are_settled(books: Books) -> None:
    """As after a restore: another entry stands under its number, or none does."""
    head = bought()
    stands, delivered = unlocked(head, 2), unlocked(head, 3)
    gone = granted(stands)
    books.write(head, stands)
    settled = settle(books.store, [head, delivered, gone], PACE)
    assert [(one.seq, one.reason) for one in settled.poison] == [(3, "not_as_delivered"), (2, "not_as_delivered")]
    assert isinstance(settled.poison[0], Poison)
    assert books.balance(SERIES) == {}
    assert books.balance("external:stripe") == {"coin": -100, "USD": -990}


def test_poison_on_two_accounts_is_named_for_each(books: Books) -> None:
    entry = bought(coins=10, cash=9)
    spent = unlocked(granted(entry, coins=2, days=1), at=NOW + 30 * 86_400_000, price=10)
    settled = settle(books.store, [spent], PACE)
    assert len(settled.poison) == 2
    assert len({one.detail for one in settled.poison}) == 2


def test_what_is_settled_already_is_passed_over(books: Books) -> None:
    head = bought()
    books.write(head, unlocked(head))
    assert settle_images(books.store, books.images(), PACE).legs == 2
    assert settle_images(books.store, books.images(), PACE) == (0, ())


def test_nothing_delivered_is_nothing_settled(books: Books) -> None:
    assert settle(books.store, [], PACE) == (0, ())


def test_a_table_that_does_not_answer_is_no_poison(books: Books) -> None:
    """It is delivered again."""
    head = bought()
    books.write(head)
    books.model.faults = ScriptedFaults(dict.fromkeys(range(1, 200), Fault.LOST_REQUEST))
    with pytest.raises(Busy):
        settle(books.store, [head], PACE)


def test_a_busy_account_delays_none_but_itself(books: Books) -> None:
    """Whatever order the accounts come in; the delivery comes again for the busy one alone."""
    sent = [paid_to("a", 3, "a"), paid_to("b", 4, "b"), paid_to("c", 5, "c")]
    books.write(*sent)
    books.model.faults = Crowded("creator:a")
    with pytest.raises(Busy, match="creator:a"):
        settle(books.store, sent, PACE)
    assert [books.balance(f"creator:{name}") for name in "abc"] == [{}, {"USD": 4}, {"USD": 5}]
    books.model.faults = NoFaults()
    assert settle(books.store, sent, PACE) == (1, ())
    assert books.balance("creator:a") == {"USD": 3}


def test_busy_accounts_are_waited_for_no_longer_than_the_function_has_time(books: Books) -> None:
    """A table that answers nobody makes every account busy: what is not begun by then comes with the next delivery."""
    sent = [paid_to(f"c{number}", 3, f"c{number}") for number in range(100)]
    books.write(*sent)
    books.model.faults = ScriptedFaults(dict.fromkeys(range(1, 9_999), Fault.LOST_REQUEST))
    now = [0.0]

    def sleep(seconds: float) -> None:
        now[0] += max(seconds, PATIENCE_S)

    with pytest.raises(Busy):
        settle(books.store, sent, PACE._replace(sleep=sleep, timer=lambda: now[0]))
    limit = next(spec.timeout_s for spec in FUNCTIONS if spec.name == "settlement")
    assert now[0] + 2 * LONGEST_CALL_S < limit


@pytest.mark.parametrize("fault", [Fault.LOST_REQUEST, Fault.THROTTLED, Fault.CONFLICT])
def test_inline_settlement_is_best_effort_and_leaves_the_rest_to_the_stream(books: Books, fault: Fault) -> None:
    """LEDGER rule 14: the answer to who sent it does not wait for the account of who is paid."""
    sent = paid_to("a", 3, "a")
    books.write(sent)
    books.model.faults = ScriptedFaults(dict.fromkeys(range(1, 200), fault))
    assert not settle_inline(books.store, sent, PACE)
    books.model.faults = NoFaults()
    assert settle(books.store, [sent], PACE) == (1, ())


@pytest.mark.parametrize("fault", [Fault.LOST_REPLY, Fault.FAILED_LATE])
def test_inline_settlement_whose_reply_is_lost_reads_again_and_settles_once(books: Books, fault: Fault) -> None:
    sent = paid_to("a", 3, "a")
    books.write(sent)
    claim = books.model.calls + 2  # the head, then the claim
    books.model.faults = ScriptedFaults({claim: fault})
    assert settle_inline(books.store, sent, PACE)
    assert books.balance("creator:a") == {"USD": 3}


def test_inline_settlement_of_what_no_batch_can_be_made_of_is_left_to_be_parked(books: Books) -> None:
    bad = forged(account="viewer:z", seq=1, postings=[["doubloon", 12, ".", "creator:b"]])
    books.write(bad)
    assert not settle_inline(books.store, bad, PACE)
