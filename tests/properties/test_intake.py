"""Whatever is earned, taken back, carried and rolled, in whatever order: nothing is lost, doubled or left unseen."""

from __future__ import annotations

import contextlib

from hypothesis import given
from hypothesis import strategies as st

from cliffhanger.errors import NothingToCarry
from cliffhanger.ledger.carrying import Carriage, carry_lane
from cliffhanger.ledger.names import MAX_EARNED_LANES, earned_lane
from cliffhanger.ledger.rolling import stored_upto, tail
from cliffhanger.ledger.settling import settle
from tests.unit.ledger.chains import STORY
from tests.unit.ledger.intakes import CLEO, DORA, PACE, Books

PAYEES = (CLEO, DORA)
Act = tuple[str, int, int]
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("earn"), st.integers(0, MAX_EARNED_LANES - 1), st.integers(-30, 99).filter(bool)),
        st.tuples(st.just("carry"), st.integers(0, MAX_EARNED_LANES - 1), st.integers(0, 5)),
    ),
    max_size=30,
)


@given(acts=ACTS, volume_entries=st.integers(2, 6), lanes=st.integers(1, MAX_EARNED_LANES))
def test_what_was_earned_is_what_creators_have_and_what_is_on_lanes(
    acts: list[Act], volume_entries: int, lanes: int
) -> None:
    books = Books(volume_entries)
    total = 0
    for act, lane, number in acts:
        if act == "earn":
            total += number
            settle(books.store, [books.earn(number, earned_lane(STORY, lane % lanes))], PACE)
        else:
            with contextlib.suppress(NothingToCarry):
                carriage = Carriage(STORY, PAYEES[number % 2], f"p{number // 2}")
                carry_lane(books.store, carriage, lane % lanes, retrying=PACE)
    for lane in range(MAX_EARNED_LANES):
        with contextlib.suppress(NothingToCarry):
            carry_lane(books.store, Carriage(STORY, CLEO, "end"), lane, retrying=PACE)
    fresh = books.reader(volume_entries)
    on_lanes = []
    for lane in range(MAX_EARNED_LANES):
        account = earned_lane(STORY, lane)
        end = tail(fresh, account)
        seqs = [stored.seq for stored in stored_upto(fresh, account, 999)]
        assert seqs == list(range(end.seq if end else 0, 0, -1))
        on_lanes.append(end.state.balances.get("USD", 0) if end else 0)
    heads = [books.store.head(account) for account in PAYEES]
    assert max(on_lanes) <= 0
    assert sum(head.state.balances["USD"] for head in heads if head) + sum(on_lanes) == total
