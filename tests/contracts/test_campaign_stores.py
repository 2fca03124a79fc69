"""What the tables of campaigns and of their claims promise, over the in-memory model, moto and MiniStack."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cliffhanger.campaigns.claims import CampaignClaims
from cliffhanger.campaigns.domain import DAY_MS, Campaign, Claimant, Funding, Sponsored, Tallied, Terms, Worth
from cliffhanger.campaigns.store import CampaignsStore
from cliffhanger.rewards.pending import Pending
from tests.contracts.stand_ins import ALL, tables_of
from tests.support.campaign_tables import CAMPAIGNS
from tests.support.tables import CLAIMS

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
    live = COATS._replace(
        status="live", revision=2, changed_at=NOW + 1, changed_by="otis", fundings=(funding,), promised=NOW
    )
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


@pytest.fixture(params=ALL)
def claims(request: pytest.FixtureRequest) -> Iterator[CampaignClaims]:
    with tables_of(request, CLAIMS) as connect_anew:
        yield CampaignClaims(connect_anew(), CLAIMS["TableName"])


ASKED = Pending("mia", "scan", "f1", "2026-11-28", NOW, "asked", NOW + 900_000, 0, 0, "", "", terms={"campaign": "c"})


def swept(claims: CampaignClaims, until: int = NOW + DAY_MS) -> list[str]:
    return [one.name for one in claims.due("cashback", until, 10)]


def test_the_last_attempt_that_leaves_closes_a_claim_and_the_next_opens_it_again(claims: CampaignClaims) -> None:
    assert claims.enter(ASKED, "a") is None
    assert claims.enter(ASKED, "b") is None
    claims.leave(ASKED, "a", at=NOW)
    claims.leave(ASKED, "a", at=NOW)  # its answer was lost
    assert swept(claims) == ["scan.f1"]
    claims.leave(ASKED, "b", at=NOW)
    assert swept(claims) == []
    assert claims.enter(ASKED, "c") is None
    assert swept(claims) == ["scan.f1"]


def test_a_claim_is_given_up_as_it_was_seen_and_not_after_it_was_asked_for_anew(claims: CampaignClaims) -> None:
    claims.enter(ASKED, "a")
    claims.enter(ASKED._replace(due_at=NOW + DAY_MS), "b")
    claims.give_up(ASKED, at=NOW)
    assert swept(claims) == ["scan.f1"]
    claims.give_up(ASKED._replace(due_at=NOW + DAY_MS), at=NOW)
    assert swept(claims) == []


def test_a_refusal_is_kept_by_who_is_alone_and_seen_by_who_comes_next(claims: CampaignClaims) -> None:
    refused = ASKED._replace(status="refused", score=90, reasons=("viewer_velocity",))
    claims.enter(ASKED, "a")
    claims.enter(ASKED, "b")
    claims.keep_refused(refused, "b")
    claims.leave(ASKED, "b", at=NOW)
    assert swept(claims) == ["scan.f1"]  # what the other sets aside is not to be lost
    claims.keep_refused(refused, "a")
    claims.leave(ASKED, "a", at=NOW)
    assert swept(claims) == []
    assert claims.enter(ASKED, "c") == refused
