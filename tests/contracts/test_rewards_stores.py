"""What the tables of rewards promise, over the in-memory model, moto and MiniStack."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pytest
from pynamodb.connection import Connection

from cliffhanger.errors import Unavailable
from cliffhanger.rewards.blocks import DAY_MS, Came
from cliffhanger.rewards.blocks_store import BlocksStore
from cliffhanger.rewards.claims import Signals
from cliffhanger.rewards.claims_store import ClaimsStore
from cliffhanger.rewards.coverage import MOST_SPANS
from cliffhanger.rewards.days import Day
from cliffhanger.rewards.devices import MOST_VIEWERS, Device
from cliffhanger.rewards.devices_store import DevicesStore
from cliffhanger.rewards.pending import Pending
from cliffhanger.rewards.referrals import Invitation, Referral
from cliffhanger.rewards.referrals_store import ReferralsStore
from cliffhanger.rewards.watches import MOST_PARTS, Owed, Part, Record, Watcher
from cliffhanger.rewards.watches_store import WatchesStore
from tests.contracts.stand_ins import ALL, tables_of
from tests.support.dynamodb import Fault, MemoryDynamoDB, ScriptedFaults, connect
from tests.support.dynamodb.capacity import item_size
from tests.support.tables import BLOCKS, CLAIMS, DEVICES, REFERRALS, WATCHES

NOW = 1_795_852_800_000
SPANS = tuple((80_000_000 + place * 1_000_000, 80_500_000 + place * 1_000_000) for place in range(MOST_SPANS))
RECORD = Record(
    "s" * 32, (1 << 200) - 1, (1 << 199) - 1, tuple(Part(200 - place, SPANS) for place in range(MOST_PARTS))
)
OWED = (
    Owed("watch.episode", "2026-11-28", "s" * 32, 200),
    Owed("watch.series", "2026-11-28", "s" * 32),
    Owed("watch.minutes", "2026-11-28", "", 86_400, 600),
)
DAY = Day("2026-11-28", "America/Argentina/ComodRivadavia", NOW)
LARGEST = Watcher("s" * 16, 1, NOW, DAY, RECORD, 86_400_000, 86_400, OWED)
HELD = Pending(
    "mia", "watch.series", "k3v9", "2026-11-28", NOW, "held", NOW, 5, 30, "series", "v-1", 60,
    ("device_shared",), {"series": "the-last-train"},
)  # fmt: skip
INVITATION = Invitation("c0de", "mia", ("d1", "d2"), ("b1",), "Europe/Berlin", "DE", 30, NOW)
REFERRAL = Referral(
    "noa", "mia", "c0de", NOW, NOW + DAY_MS, "d3", "UTC", "DE", None, NOW, Signals(referral_same_block=1)
)
TABLES = (WATCHES, CLAIMS, DEVICES, BLOCKS, REFERRALS)


class Stores(NamedTuple):
    watches: WatchesStore
    claims: ClaimsStore
    devices: DevicesStore
    blocks: BlocksStore
    referrals: ReferralsStore


def stores_over(connection: Connection) -> Stores:
    return Stores(
        WatchesStore(connection, WATCHES["TableName"]),
        ClaimsStore(connection, CLAIMS["TableName"]),
        DevicesStore(connection, DEVICES["TableName"]),
        BlocksStore(connection, BLOCKS["TableName"]),
        ReferralsStore(connection, REFERRALS["TableName"]),
    )


@pytest.fixture(params=ALL)
def stores(request: pytest.FixtureRequest) -> Iterator[Stores]:
    with tables_of(request, *TABLES) as connect_anew:
        yield stores_over(connect_anew())


def test_a_watcher_reads_back_whole(stores: Stores) -> None:
    assert stores.watches.find("mia") is None
    assert stores.watches.put("mia", LARGEST)
    assert stores.watches.find("mia") == LARGEST
    plain = Watcher("s1", 2, NOW, DAY, Record("s"))
    assert stores.watches.put("mia", plain)
    assert stores.watches.find("mia") == plain


def test_of_two_checkpoints_made_from_one_the_first_is_written(stores: Stores) -> None:
    assert stores.watches.put("mia", LARGEST)
    assert not stores.watches.put("mia", LARGEST)
    assert stores.watches.put("mia", LARGEST._replace(revision=2))
    assert not stores.watches.put("mia", LARGEST._replace(revision=2))


def test_a_record_that_is_put_aside_late_leaves_a_newer_one(stores: Stores) -> None:
    assert stores.watches.record("mia", "s") == Record("s")
    stores.watches.put_aside("mia", Record("s", 0b11), LARGEST._replace(revision=9))
    stores.watches.put_aside("mia", Record("s", 0b01), LARGEST._replace(revision=5))
    assert stores.watches.record("mia", "s") == Record("s", 0b11)


def test_the_largest_watcher_fits_into_one_write_unit() -> None:
    model = MemoryDynamoDB()
    model.call("CreateTable", WATCHES)
    WatchesStore(connect(model), WATCHES["TableName"]).put("p" * 32, LARGEST)
    item = model.call("Scan", {"TableName": WATCHES["TableName"]})["Items"][0]
    assert item_size(item) <= 1_024


def test_a_claim_waits_once_and_is_decided_once(stores: Stores) -> None:
    assert stores.claims.add(HELD)
    assert not stores.claims.add(HELD._replace(coins=50))
    assert stores.claims.of("mia") == (HELD,)
    assert stores.claims.find("mia", HELD.name) == HELD
    assert stores.claims.find("noa", HELD.name) is None
    assert stores.claims.decide(HELD, "paid", by="olga", at=NOW + 1)
    assert not stores.claims.decide(HELD, "refused", by="olga", at=NOW + 2)
    decided = stores.claims.find("mia", HELD.name)
    assert decided is not None
    assert (decided.status, decided.decided_by, decided.decided_at) == ("paid", "olga", NOW + 1)
    assert not stores.claims.add(HELD)


def test_a_queue_holds_what_is_open_and_due_the_longest_first(stores: Stores) -> None:
    waiting = HELD._replace(status="waiting", fact="w1", due_at=NOW + 5)
    for one in (
        waiting,
        waiting._replace(fact="w2", due_at=NOW + 1),
        waiting._replace(fact="w3", due_at=NOW + 9),
        HELD,
    ):
        assert stores.claims.add(one)
    assert [one.fact for one in stores.claims.due("waiting", NOW + 5, 10)] == ["w2", "w1"]
    assert [one.fact for one in stores.claims.due("held", NOW, 10)] == ["k3v9"]
    stores.claims.decide(waiting, "paid", by="", at=NOW + 6)
    assert [one.fact for one in stores.claims.due("waiting", NOW + 5, 10)] == ["w2"]


def test_what_could_not_be_paid_stays_where_it_was_in_its_queue(stores: Stores) -> None:
    waiting = HELD._replace(status="waiting")
    stores.claims.add(waiting)
    stores.claims.put_off(waiting, NOW + 9)
    assert stores.claims.due("waiting", NOW, 10) == (waiting._replace(again_at=NOW + 9),)
    stores.claims.decide(waiting, "paid", by="", at=NOW + 1)
    stores.claims.put_off(waiting, NOW + 99)
    assert stores.claims.due("waiting", NOW + 99, 10) == ()


def test_what_a_reviewer_refuses_is_due_to_its_budget_from_then_on(stores: Stores) -> None:
    """However long it was held: nobody is late yet."""
    cashback = HELD._replace(terms={"campaign": "coats"})
    stores.claims.add(cashback)
    assert stores.claims.decide(cashback, "refused", by="olga", at=NOW + 9)
    assert [(one.fact, one.due_at) for one in stores.claims.due("cashback", NOW + 9, 10)] == [("k3v9", NOW + 9)]
    assert stores.claims.due("cashback", NOW + 8, 10) == ()


def test_a_device_knows_its_viewers(stores: Stores) -> None:
    assert stores.devices.find("d1") == Device()
    known = Device()
    for place in range(MOST_VIEWERS + 2):
        known = known.after(f"viewer-{place}", NOW + place)
        assert stores.devices.put("d1", known)
    assert not stores.devices.put("d1", known)
    assert stores.devices.find("d1") == known
    assert known.lately(NOW)[-1] == f"viewer-{MOST_VIEWERS + 1}"
    assert len(known.viewers) == MOST_VIEWERS


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


@pytest.mark.parametrize("fault", [Fault.NOT_SENT, Fault.LOST_REPLY, Fault.THROTTLED, Fault.FAILED])
def test_a_table_that_does_not_answer_is_unavailable(fault: Fault) -> None:
    model = MemoryDynamoDB()
    for table in TABLES:
        model.call("CreateTable", table)
    watches, claims, devices, blocks, referrals = stores_over(connect(model))
    for call in (
        lambda: watches.find("mia"),
        lambda: watches.record("mia", "s"),
        lambda: watches.put("mia", LARGEST),
        lambda: claims.of("mia"),
        lambda: claims.find("mia", "x"),
        lambda: claims.add(HELD),
        lambda: claims.decide(HELD, "paid", by="", at=NOW),
        lambda: claims.due("held", NOW, 1),
        lambda: devices.find("d1"),
        lambda: devices.put("d1", Device().after("mia", NOW)),
        lambda: blocks.crowd("b1", NOW),
        lambda: blocks.note("b1", Came("mia", NOW, False)),
        lambda: referrals.invitation("c0de"),
        lambda: referrals.keep(INVITATION, NOW),
        lambda: referrals.find("noa"),
        lambda: referrals.redeem(REFERRAL),
        lambda: referrals.note(REFERRAL, order="o1", barred=(), undone=False),
        lambda: referrals.of_inviter("mia", 1),
    ):
        model.faults = ScriptedFaults({model.calls + 1: fault})
        with pytest.raises(Unavailable):
            call()
