"""What the tables of campaigns, invitations and address blocks promise: the model, moto and MiniStack alike."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pytest

from cliffhanger.campaigns.domain import Campaign, Claimant, Funding, Sponsored, Tallied, Terms, Worth
from cliffhanger.campaigns.store import CampaignsStore
from cliffhanger.rewards.blocks import DAY_MS, Came
from cliffhanger.rewards.blocks_store import BlocksStore
from cliffhanger.rewards.claims import Signals
from cliffhanger.rewards.referrals import Invitation, Referral
from cliffhanger.rewards.referrals_store import ReferralsStore
from tests.contracts.stand_ins import ALL, tables_of
from tests.support.campaign_tables import CAMPAIGNS
from tests.support.tables import BLOCKS, REFERRALS

NOW = 1_795_852_800_000
TERMS = Terms(
    "north-coats", "Winter coats", ("cashback", "watch.episode"), NOW, NOW + 30 * DAY_MS, 14, 2, 5, 400,
    ("AT", "DE"), (Worth("EUR", 100, 100),), (Sponsored("the-last-train", (1, 2)), Sponsored("other")), "shown",
)  # fmt: skip
COATS = Campaign("coats", TERMS, "paused", 1, NOW, NOW, "olga")
INVITATION = Invitation("c0de", "mia", ("d1", "d2"), ("b1",), "Europe/Berlin", "DE", 30, NOW)
REFERRAL = Referral(
    "noa", "mia", "c0de", NOW, NOW + DAY_MS, "d3", "UTC", "DE", None, NOW, Signals(referral_same_block=1)
)


class Stores(NamedTuple):
    campaigns: CampaignsStore
    referrals: ReferralsStore
    blocks: BlocksStore


@pytest.fixture(params=ALL)
def stores(request: pytest.FixtureRequest) -> Iterator[Stores]:
    with tables_of(request, CAMPAIGNS, REFERRALS, BLOCKS) as connect_anew:
        connection = connect_anew()
        yield Stores(
            CampaignsStore(connection, CAMPAIGNS["TableName"]),
            ReferralsStore(connection, REFERRALS["TableName"]),
            BlocksStore(connection, BLOCKS["TableName"]),
        )


def test_a_campaign_reads_back_whole_and_its_next_revision_is_written_once(stores: Stores) -> None:
    store = stores.campaigns
    assert store.find("coats") is None
    assert store.put(COATS)
    assert not store.put(COATS)
    funding = Funding("f1", 20_000, "approved", "olga", NOW, "otis", NOW + 1)
    live = COATS._replace(status="live", revision=2, changed_at=NOW + 1, changed_by="otis", fundings=(funding,))
    assert store.put(live)
    assert not store.put(live._replace(changed_by="olga"))
    assert store.find("coats") == live


def test_campaigns_are_listed_while_they_are_open_and_by_partner_page_by_page(stores: Stores) -> None:
    store = stores.campaigns
    every = [COATS._replace(campaign=f"c{number}", created_at=NOW + number) for number in range(3)]
    for one in every:
        store.put(one)
    store.put(every[1]._replace(status="closed", revision=2))
    assert [one.campaign for one in store.opened()] == ["c0", "c2"]
    first = store.of("north-coats", 2)
    assert [one.campaign for one in first] == ["c2", "c1"]
    rest = store.of("north-coats", 2, (first[-1].created_at, first[-1].campaign))
    assert [one.campaign for one in rest] == ["c0"]


def test_an_order_is_whose_it_was_first_and_a_token_stands_for_its_viewer(stores: Stores) -> None:
    store = stores.campaigns
    assert store.owner_of("coats", "o1", "mia", NOW) == "mia"
    assert store.owner_of("coats", "o1", "noa", NOW) == "mia"
    mia = Claimant("mia", "DE", 30, "d1", NOW)
    store.keep_claimant("coats", "t1", mia)
    assert (store.claimant("coats", "t1"), store.claimant("other", "t1")) == (mia, None)


def test_refusals_are_counted_and_a_slice_is_added_up_from_where_it_stood(stores: Stores) -> None:
    store = stores.campaigns
    for reason in ("no_rule", "no_rule", "over"):
        store.count_refusal("coats", "2026-11-28", reason)
    assert store.refusals("coats") == {"2026-11-28": {"no_rule": 2, "over": 1}}
    assert store.tallied("coats", 0) == Tallied()
    first = Tallied(3, {"2026-11-28": {"claims": 1}})
    assert store.tally("coats", 0, first, 0)
    assert not store.tally("coats", 0, first, 0)
    assert store.tally("coats", 0, first._replace(seq=5), 3)
    assert store.tallied("coats", 0) == first._replace(seq=5)


def test_an_invitation_is_redeemed_once_and_what_came_of_it_is_only_added_to(stores: Stores) -> None:
    store = stores.referrals
    store.keep(INVITATION, NOW)
    assert store.invitation("c0de") == INVITATION
    assert store.redeem(REFERRAL)
    assert not store.redeem(REFERRAL._replace(inviter="ben", code="other"))
    assert store.find("noa") == REFERRAL
    store.note(REFERRAL, order="o1", barred=("friend",), undone=False)
    store.note(REFERRAL, order="o1", barred=("inviter",), undone=True)
    assert store.find("noa") == REFERRAL._replace(order="o1", barred=("inviter", "friend"), undone=True)
    store.note(REFERRAL._replace(friend="nobody"), order="o1", barred=(), undone=False)
    assert store.find("nobody") is None


def test_who_has_redeemed_an_invitation_is_listed_newest_first(stores: Stores) -> None:
    friends = [REFERRAL._replace(friend=f"f{number}", redeemed_at=NOW + number) for number in range(3)]
    for one in friends:
        stores.referrals.redeem(one)
    assert [one.friend for one in stores.referrals.of_inviter("mia", 2)] == ["f2", "f1"]


def test_a_block_knows_who_came_within_a_day_each_once(stores: Stores) -> None:
    store = stores.blocks
    for one in (Came("old", NOW - DAY_MS - 1, True), Came("mia", NOW - 2, True), Came("noa", NOW - 1, False)):
        store.note("b1", one)
    store.note("b1", Came("mia", NOW, False))
    assert {one.person for one in store.crowd("b1", NOW).came} == {"mia", "noa"}
    assert store.crowd("b2", NOW).came == ()
