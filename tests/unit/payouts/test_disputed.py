"""A card dispute after its coins were spent: what creators had of it stays until it is over, and not for longer."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from cliffhanger.errors import Busy, NothingToCarry, PayoutRefused
from cliffhanger.ledger.carrying import Carriage, carry_lane
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.journal import record_once
from cliffhanger.ledger.movements import Spend, spend_coins
from cliffhanger.ledger.names import earned_lane, unlock_reference, viewer
from cliffhanger.ledger.planning import Ask, Turn
from cliffhanger.ledger.purchases import Deal
from cliffhanger.ledger.purchasing import OrderChain, record_grant, record_return, record_reversal
from cliffhanger.ledger.recovering import recover_lane
from cliffhanger.ledger.settling import settle
from cliffhanger.ledger.splits import Part
from cliffhanger.payouts import stakes
from cliffhanger.payouts.domain import Wish, creator
from cliffhanger.payouts.policy import DAY_MS
from cliffhanger.payouts.service import quote, request
from cliffhanger.payouts.stakes import STAKE_MS, Heeding, heed
from cliffhanger.payouts.standing import standing_of
from tests.support.dynamodb import Call, Moment
from tests.support.payout_tables import PAYOUTS
from tests.support.payouts import CLEO, House

MIA = viewer("mia")
ORDER = OrderChain(MIA, "o1")
SERIES = "salt"
LANE = earned_lane(SERIES, 0)
SPLIT = (Part("platform", 5_000), Part("creator:cleo", 3_000), Part("house:dora", 2_000))
DISPUTE = "dispute-5m8q1r5t0v4h7d9k"


class Story:
    """Mia has bought coins for 100 dollars and spent them, and their money was divided; Cleo has had 500 for long."""

    def __init__(self, *, carried: bool = True) -> None:
        self.house = House()
        self.house.earn(50_000)
        record_grant(self.house.ledger, ORDER, Deal(100, 10_000, "USD"), retrying=self.house.pace)
        self.spend()
        if carried:
            self.carry("2026-11-20")

    def spend(self, coins: int = 100, episode: int = 2) -> None:
        spend = Spend(coins, LANE, SERIES, 0)

        def make(turn: Turn) -> Entry:
            return spend_coins(turn, spend)

        terms = {"kind": "unlock", "prices": [[episode, episode, coins]], "share": 5_000}
        ask = Ask(unlock_reference(SERIES, episode, episode, 0), bytes(32), terms)
        settle(
            self.house.ledger, [record_once(self.house.ledger, MIA, ask, make, self.house.pace).entry], self.house.pace
        )

    def earn_since(self, times: int) -> None:
        """So many entries of the lane come after its last carry."""
        for episode in range(3, 3 + times):
            on = OrderChain(MIA, f"o{episode}")
            record_grant(self.house.ledger, on, Deal(1, 100, "USD"), retrying=self.house.pace)
            self.spend(1, episode)

    def carry(self, day: str) -> None:
        terms = {"income": "earned", "series": SERIES, "day": day, "split": 1}
        carriage = Carriage(SERIES, creator(CLEO), day, parts=SPLIT)
        carry_lane(self.house.ledger, carriage, 0, terms=terms, retrying=self.house.pace)

    def dispute(self, amount: int = 10_000, *, settled: bool = True) -> Entry:
        entry = record_reversal(
            self.house.ledger, ORDER, DISPUTE, amount, kind="dispute", retrying=self.house.pace
        ).entry
        if settled:
            settle(self.house.ledger, [entry], self.house.pace)
        return entry

    def win(self) -> Entry:
        entry = record_return(self.house.ledger, ORDER, DISPUTE, kind="disputeWon", retrying=self.house.pace).entry
        settle(self.house.ledger, [entry], self.house.pace)
        return entry

    def heed(self, entry: Entry) -> int:
        return heed(Heeding(self.house.ledger, self.house.store), entry.account, entry.seq)

    def disputed(self, person: str = CLEO) -> int:
        return standing_of(self.house.desk, person, "USD").disputed


@pytest.fixture
def story() -> Story:
    return Story()


def payable(story: Story) -> int:
    return standing_of(story.house.desk, CLEO, "USD").payable


def test_a_dispute_keeps_each_persons_share_of_what_was_divided_from_being_paid_out(story: Story) -> None:
    before = payable(story)
    assert story.heed(story.dispute()) == 2
    assert (story.disputed(), story.disputed("dora"), story.disputed("mia")) == (3_000, 2_000, 0)
    assert payable(story) == before - 3_000
    with pytest.raises(PayoutRefused) as refused:
        request(story.house.desk, CLEO, "one", Wish(before, "USD", "standard", 0))
    assert refused.value.members["rule"] == "disputed"
    assert quote(story.house.desk, CLEO, "USD", before).options[0].rule == "disputed"
    assert story.house.ask(before - 3_000).status == "inTransit"


def test_of_a_part_that_is_disputed_a_part_is_kept(story: Story) -> None:
    story.heed(story.dispute(5_000))
    assert (story.disputed(), story.disputed("dora")) == (1_500, 1_000)


def test_what_is_told_twice_is_kept_once(story: Story) -> None:
    entry = story.dispute()
    for _ in range(3):
        story.heed(entry)
    assert story.disputed() == 3_000


def test_what_a_dispute_took_of_coins_that_were_not_spent_is_nobodys_share() -> None:
    house = House()
    record_grant(house.ledger, ORDER, Deal(100, 10_000, "USD"), retrying=house.pace)
    entry = record_reversal(house.ledger, ORDER, DISPUTE, 10_000, kind="dispute", retrying=house.pace).entry
    assert heed(Heeding(house.ledger, house.store), MIA, entry.seq) == 0


def test_a_dispute_that_is_won_lets_go_at_once_and_stays_won_whatever_comes_late(story: Story) -> None:
    before, opened = payable(story), story.dispute()
    story.heed(opened)
    story.heed(story.win())
    assert (story.disputed(), payable(story)) == (0, before)
    story.heed(opened)
    assert story.disputed() == 0


def test_a_dispute_whose_end_comes_first_keeps_nothing(story: Story) -> None:
    story.heed(story.win())
    story.heed(story.dispute())
    assert story.disputed() == 0


def test_a_dispute_that_is_won_while_its_opening_is_worked_off_keeps_nothing(story: Story) -> None:
    """Two workers: the one that was told of the opening must not have the last word."""
    opened, model = story.dispute(), story.house.model
    armed = True

    def hook(moment: Moment, call: Call) -> None:
        nonlocal armed
        if (
            armed
            and call.operation == "PutItem"
            and call.parameters["TableName"] == PAYOUTS["TableName"]
            and moment is Moment.BEFORE
        ):
            armed = False
            story.heed(story.win())

    model.hook = hook
    story.heed(opened)
    model.hook = None
    assert not armed
    assert story.disputed() == 0


def test_a_dispute_that_is_lost_is_taken_after_a_month_and_kept_no_longer(story: Story, tmp_path: Path) -> None:
    story.heed(story.dispute())
    had = story.house.balance
    story.house.now += 31 * DAY_MS
    assert (story.house.balance, story.disputed()) == (had, 3_000)
    recovered = recover_lane(story.house.ledger, SERIES, 0, "2026-12-22", retrying=story.house.pace)
    assert recovered is not None
    story.house.now += STAKE_MS
    assert (story.house.balance, story.disputed()) == (had - 3_000, 0)
    assert story.house.audited(tmp_path).tally.findings.kept == []


def test_what_is_recovered_of_who_has_been_paid_out_is_owed_and_repaid_by_what_comes_next(
    story: Story, tmp_path: Path
) -> None:
    assert story.house.ask(payable(story)).status == "inTransit"
    left = story.house.balance
    story.dispute()
    story.house.now += 31 * DAY_MS
    assert recover_lane(story.house.ledger, SERIES, 0, "2026-12-22", retrying=story.house.pace) is not None
    assert (story.house.balance, standing_of(story.house.desk, CLEO, "USD").debt) == (0, 3_000 - left)
    story.house.earn(10_000)
    assert (story.house.balance, standing_of(story.house.desk, CLEO, "USD").debt) == (7_000 + left, 0)
    assert story.house.audited(tmp_path).tally.findings.kept == []


def test_a_payout_that_is_set_aside_when_a_dispute_comes_is_called_off_and_nothing_leaves(
    story: Story, tmp_path: Path
) -> None:
    story.house.bank.fails = ["balance"]  # it waits, set aside, before it is sent
    story.house.at_wait = lambda: story.heed(story.dispute())
    had = story.house.balance
    payout = story.house.ask(payable(story))
    assert (payout.status, payout.rule) == ("failed", "disputed")
    assert (story.house.balance, story.house.held, story.house.bank.arrived) == (had, 0, 0)
    assert story.house.audited(tmp_path).tally.findings.kept == []


def test_a_payout_goes_on_whose_creator_has_the_disputed_share_besides(story: Story) -> None:
    story.house.bank.fails = ["balance"]
    story.house.at_wait = lambda: story.heed(story.dispute())
    assert story.house.ask(20_000).status == "inTransit"


def terms(story: Story) -> Mapping[str, object]:
    entries = story.house.ledger.newest(creator(CLEO), 20)
    return next(entry.terms for entry in entries if entry.terms.get("kind") == "hold")


def test_what_is_set_aside_for_a_payout_says_why(story: Story) -> None:
    story.house.ask(20_000)
    assert terms(story)["why"] == "payout"


def test_a_dispute_before_a_lane_was_ever_carried_is_heeded_once_the_lane_has_heard_of_it() -> None:
    """Until then the daily round might carry what is disputed; from then on the lane itself is without it."""
    story = Story(carried=False)
    entry = story.dispute(settled=False)
    with pytest.raises(Busy):
        story.heed(entry)
    settle(story.house.ledger, [entry], story.house.pace)
    assert story.heed(entry) == 0
    with pytest.raises(NothingToCarry):
        story.carry("2026-11-20")


def test_what_is_carried_before_the_lane_has_heard_of_a_dispute_is_kept_from_being_paid_out() -> None:
    story = Story(carried=False)
    entry = story.dispute(settled=False)
    with pytest.raises(Busy):
        story.heed(entry)
    story.carry("2026-11-20")
    assert story.heed(entry) == 2
    assert (story.disputed(), story.disputed("dora")) == (3_000, 2_000)


def test_a_series_that_many_watch_is_looked_back_through_for_who_had_shared_in_it(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stakes, "PAGE", 2)
    story.earn_since(7)
    assert story.heed(story.dispute()) == 2
    assert story.disputed() == 3_000


def test_a_dispute_of_a_series_with_more_than_is_looked_through_is_left_and_not_taken_for_nobodys(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stakes, "PAGE", 2)
    monkeypatch.setattr(stakes, "LOOKED_BACK", 4)
    story.earn_since(7)
    entry = story.dispute()
    with pytest.raises(Busy):
        story.heed(entry)


def test_of_income_that_is_divided_the_reserve_is_of_the_creators_own_share(story: Story) -> None:
    """The others' only passes through the account, when it is carried and when it is given back."""
    assert standing_of(story.house.desk, CLEO, "USD").reserve == 300
    story.dispute()
    story.house.now += 31 * DAY_MS
    assert recover_lane(story.house.ledger, SERIES, 0, "2026-12-22", retrying=story.house.pace)
    assert standing_of(story.house.desk, CLEO, "USD").reserve == 0
