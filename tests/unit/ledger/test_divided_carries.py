"""Carries that are divided: everybody is paid in the same moment, once, and the entry says by which split."""

from __future__ import annotations

import contextlib

import pytest

from cliffhanger.errors import Busy, LedgerCorrupt, NameInvalid, NothingToCarry, Undecided
from cliffhanger.ledger.carrying import Carriage, carry_lane
from cliffhanger.ledger.entries import seal
from cliffhanger.ledger.names import earned_lane
from cliffhanger.ledger.rolling import tail
from cliffhanger.ledger.settling import settle
from cliffhanger.ledger.splits import Part, account_of
from cliffhanger.ledger.state import Posting, State
from tests.support.dynamodb import Call, Fault, Moment, NoFaults, ScriptedFaults
from tests.unit.ledger.chains import STORY
from tests.unit.ledger.intakes import CLEO, DORA, LANE, PACE, Books

PARTS = (Part("platform", 5_000), Part("creator:cleo", 3_333), Part("house:dora", 1_667))
DIVIDED = Carriage(STORY, CLEO, "2026-11-28", parts=PARTS)
PLATFORM = account_of("platform", STORY)
TERMS = {"income": "earned", "series": STORY, "day": "2026-11-28", "split": 4}


@pytest.fixture
def books() -> Books:
    return Books(volume_entries=100)


def held(books: Books, account: str) -> dict[str, int]:
    end = tail(books.store, account)
    return {} if end is None else dict(end.state.balances)


def take_in(books: Books, amount: int, lane: str = LANE, currency: str = "USD") -> None:
    settle(books.store, [books.earn(amount, lane, currency)], PACE)


def everybody(books: Books) -> tuple[dict[str, int], ...]:
    return tuple(held(books, account) for account in (PLATFORM, CLEO, DORA, LANE))


def test_a_carry_is_divided_among_all_parties_in_the_moment_it_is_written(books: Books) -> None:
    take_in(books, 1_001)
    take_in(books, 5, currency="JPY")
    recorded = carry_lane(books.store, DIVIDED, 0, terms=TERMS, retrying=PACE)
    # 500.5, 333.63 and 166.87 cents; 2.5, 1.67 and 0.83 yen.
    assert everybody(books) == ({"USD": 500, "JPY": 2}, {"USD": 334, "JPY": 2}, {"USD": 167, "JPY": 1}, {})
    assert set(books.store.settlements(recorded.entry)) == {LANE, PLATFORM, DORA}


def test_a_carry_and_every_guarded_share_say_from_what_and_by_which_split(books: Books) -> None:
    take_in(books, 1_001)
    entry = carry_lane(books.store, DIVIDED, 0, terms=TERMS, retrying=PACE).entry
    parties = [list(part) for part in PARTS]
    assert entry.terms == {**TERMS, "kind": "carry", "parties": parties}
    share = books.store.head(DORA)
    assert share is not None
    assert share.terms == {**TERMS, "kind": "share", "parties": parties, "of": {"USD": 1_001}}
    assert [(source.account, source.seq) for source in share.sources] == [(CLEO, entry.seq)]


def test_coins_that_were_given_away_mint_nothing_for_anybody(books: Books) -> None:
    """A lane holds cash of bought coins only; what was unlocked with bonus coins leaves nothing but their count."""
    for unit in ("bonus", "coin", "game"):
        take_in(books, 40, currency=unit)
    with pytest.raises(NothingToCarry):
        carry_lane(books.store, DIVIDED, 0, retrying=PACE)
    assert everybody(books) == ({}, {}, {}, {"bonus": 40, "coin": 40, "game": 40})


@pytest.mark.parametrize("fault", [Fault.LOST_REPLY, Fault.LOST_REQUEST, Fault.CONFLICT, Fault.FAILED_LATE])
@pytest.mark.parametrize("call", range(6))
def test_a_divided_carry_of_which_nothing_is_known_pays_everybody_once(books: Books, fault: Fault, call: int) -> None:
    take_in(books, 1_001)
    books.model.faults = ScriptedFaults({books.model.calls + call: fault})
    with contextlib.suppress(Busy, Undecided):
        carry_lane(books.store, DIVIDED, 0, retrying=PACE)
    books.model.faults = NoFaults()
    carry_lane(books.store, DIVIDED, 0, retrying=PACE)
    assert everybody(books) == ({"USD": 500}, {"USD": 334}, {"USD": 167}, {})


def test_who_meets_another_carrier_on_a_partys_account_reads_again(books: Books) -> None:
    """Two series whose house is the same, at once: both shares arrive, and neither twice."""
    other = earned_lane("other", 0)
    take_in(books, 1_000)
    take_in(books, 500, other)
    rival = Carriage("other", CLEO, "2026-11-28", parts=PARTS)

    def meet(moment: Moment, call: Call) -> None:
        if moment is Moment.BEFORE and call.operation == "TransactWriteItems":
            books.model.hook = None
            carry_lane(books.reader(100), rival, 0, retrying=PACE)

    books.model.hook = meet
    carry_lane(books.store, DIVIDED, 0, retrying=PACE)
    assert held(books, DORA) == {"USD": 167 + 83}
    assert (held(books, LANE), held(books, other)) == ({}, {})


def test_the_stream_finds_everybody_paid(books: Books) -> None:
    take_in(books, 1_001)
    entry = carry_lane(books.store, DIVIDED, 0, retrying=PACE).entry
    before = everybody(books)
    assert settle(books.store, [entry], PACE) == (0, ())
    assert everybody(books) == before


def test_debt_is_repaid_from_ones_own_share_and_never_from_anothers(books: Books) -> None:
    owed = seal(CLEO, None, 0, postings=[Posting("USD", 400, ".", "external:bank")], state=State(debt={"USD": 400}),
                reference="support:c1", request=b"r" * 32)  # fmt: skip
    assert books.store.append(owed)
    take_in(books, 1_001)
    entry = carry_lane(books.store, DIVIDED, 0, retrying=PACE).entry
    assert (entry.state.balances, entry.state.debt) == ({}, {"USD": 66})
    assert held(books, DORA) == {"USD": 167}


def test_a_share_repays_what_its_party_owes(books: Books) -> None:
    owed = seal(DORA, None, 0, postings=[Posting("USD", 200, ".", "external:bank")], state=State(debt={"USD": 200}),
                reference="support:c1", request=b"r" * 32)  # fmt: skip
    assert books.store.append(owed)
    take_in(books, 1_001)
    carry_lane(books.store, DIVIDED, 0, retrying=PACE)
    share = books.store.head(DORA)
    assert share is not None
    assert (dict(share.state.balances), dict(share.state.debt)) == ({}, {"USD": 33})


def test_of_a_single_cent_whoever_gets_nothing_is_not_written_to(books: Books) -> None:
    take_in(books, 1)
    entry = carry_lane(books.store, DIVIDED, 0, retrying=PACE).entry
    assert everybody(books) == ({"USD": 1}, {}, {}, {})
    assert books.store.head(DORA) is None
    assert entry.state.balances == {}


@pytest.mark.parametrize(
    ("parts", "error"),
    [
        ((Part("platform", 5_000), Part("creator:dora", 5_000)), LedgerCorrupt),
        ((Part("platform:x", 5_000), Part("creator:cleo", 5_000)), NameInvalid),
        ((Part("friend:dora", 5_000), Part("creator:cleo", 5_000)), NameInvalid),
        ((Part("house", 5_000), Part("creator:cleo", 5_000)), NameInvalid),
    ],
    ids=["not the account's", "a person of the platform", "no role", "nobody"],
)
def test_parts_that_nobody_can_be_paid_by_change_nothing(
    books: Books, parts: tuple[Part, ...], error: type[Exception]
) -> None:
    take_in(books, 1_001)
    before = list(books.model.peek("test-ledger"))
    with pytest.raises(error):
        carry_lane(books.store, DIVIDED._replace(parts=parts), 0, retrying=PACE)
    assert list(books.model.peek("test-ledger")) == before
