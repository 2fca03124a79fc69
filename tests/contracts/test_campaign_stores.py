"""What the table of campaigns promises, over the in-memory model, moto and MiniStack."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cliffhanger.campaigns.domain import DAY_MS, Campaign, Claimant, Funding, Sponsored, Tallied, Terms, Worth
from cliffhanger.campaigns.store import CampaignsStore
from tests.contracts.stand_ins import ALL, tables_of
from tests.support.campaign_tables import CAMPAIGNS

NOW = 1_795_852_800_000
TERMS = Terms(
    "north-coats", "Winter coats", ("cashback", "watch.episode"), NOW, NOW + 30 * DAY_MS, 14, 2, 5, 400,
    ("AT", "DE"), (Worth("EUR", 100, 100),), (Sponsored("the-last-train", (1, 2)), Sponsored("other")), "shown",
)  # fmt: skip
COATS = Campaign("coats", TERMS, "paused", 1, NOW, NOW, "olga")


@pytest.fixture(params=ALL)
def store(request: pytest.FixtureRequest) -> Iterator[CampaignsStore]:
    with tables_of(request, CAMPAIGNS) as connect_anew:
        yield CampaignsStore(connect_anew(), CAMPAIGNS["TableName"])


def test_a_campaign_reads_back_whole_and_its_next_revision_is_written_once(store: CampaignsStore) -> None:
    assert store.find("coats") is None
    assert store.put(COATS)
    assert not store.put(COATS)
    funding = Funding("f1", 20_000, "approved", "olga", NOW, "otis", NOW + 1)
    live = COATS._replace(status="live", revision=2, changed_at=NOW + 1, changed_by="otis", fundings=(funding,))
    assert store.put(live)
    assert not store.put(live._replace(changed_by="olga"))
    assert store.find("coats") == live


def test_campaigns_are_listed_while_they_are_open_and_by_partner_page_by_page(store: CampaignsStore) -> None:
    every = [COATS._replace(campaign=f"c{number}", created_at=NOW + number) for number in range(3)]
    for one in every:
        store.put(one)
    store.put(every[1]._replace(status="closed", revision=2))
    assert [one.campaign for one in store.opened()] == ["c0", "c2"]
    first = store.of("north-coats", 2)
    assert [one.campaign for one in first] == ["c2", "c1"]
    rest = store.of("north-coats", 2, (first[-1].created_at, first[-1].campaign))
    assert [one.campaign for one in rest] == ["c0"]


def test_an_order_is_whose_it_was_first_and_a_token_stands_for_its_viewer(store: CampaignsStore) -> None:
    assert store.owner_of("coats", "o1", "mia", NOW) == "mia"
    assert store.owner_of("coats", "o1", "noa", NOW) == "mia"
    mia = Claimant("mia", "DE", 30, "d1", NOW)
    store.keep_claimant("coats", "t1", mia)
    assert (store.claimant("coats", "t1"), store.claimant("other", "t1")) == (mia, None)


def test_refusals_are_counted_and_a_slice_is_added_up_from_where_it_stood(store: CampaignsStore) -> None:
    for reason in ("no_rule", "no_rule", "over"):
        store.count_refusal("coats", "2026-11-28", reason)
    assert store.refusals("coats") == {"2026-11-28": {"no_rule": 2, "over": 1}}
    assert store.tallied("coats", 0) == Tallied()
    first = Tallied(3, {"2026-11-28": {"claims": 1}})
    assert store.tally("coats", 0, first, 0)
    assert not store.tally("coats", 0, first, 0)
    assert store.tally("coats", 0, first._replace(seq=5), 3)
    assert store.tallied("coats", 0) == first._replace(seq=5)
