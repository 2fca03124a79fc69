"""Rewarded ads: what is paid, once, on the word of whom; and what is tried to be paid otherwise."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import pytest

from cliffhanger.clock import ms_of
from cliffhanger.errors import AdCallbackRefused, Busy, NotFound, RewardRefused, SwitchedOff, Unavailable, Undecided
from cliffhanger.rewards.ads import VIEW_LASTS_MS, AdView, placements_of
from cliffhanger.rewards.ads_admob import MAX_QUERY_CHARS, AdMob
from cliffhanger.rewards.ads_keys import AdKeys
from cliffhanger.rewards.ads_offering import Offered, Offering, ad_standing, offer_ad
from cliffhanger.rewards.ads_sealing import MAX_SEALED_CHARS, seal_view, unseal_view
from cliffhanger.rewards.ads_taking import Outcome, Turnstile, take_callback
from cliffhanger.rewards.earning import Earner
from cliffhanger.rewards.paying import held, refuse, release
from tests.support.ads import KEY_ID, TRANSACTION, UNIT, content, document, signed
from tests.support.dynamodb import Fault, ScriptedFaults
from tests.support.earning import MORNING, EarningWorld, earner
from tests.support.tables import CLAIMS, DEVICES, LEDGER
from tests.unit.rewards.sets import a_set

KEY = b"the-key-of-ad-views-in-tests-32b"
PLACEMENTS = placements_of(json.dumps({"web": {"unit": UNIT}, "ios": {"unit": "1000666186"}}))
MINUTE_MS = 60_000
AD = {
    "name": "ad",
    "kind": "ad",
    "amount": {"type": "flat", "coins": 2},
    "caps": {"viewerDayCoins": 8, "deviceDayCoins": 8},
    "evidence": {"partner": {}},
    "lifetimeDays": 14,
}


class Ads:
    """An ad network whose callbacks a world of earning takes."""

    def __init__(self, world: EarningWorld) -> None:
        self.world = world
        self.fetched = 0
        self.unread = 0
        network = AdMob(AdKeys(self._document, world.clock, self._tell))
        self.offering = Offering(world.desk, PLACEMENTS, lambda: KEY)
        self.turnstile = Turnstile(world.desk, network, PLACEMENTS, lambda: KEY)

    def offer(self, who: Earner | None = None, placement: str = "web") -> Offered:
        return offer_ad(self.offering, who or earner(), placement)

    def query(self, offered: Offered, at: int | None = None, **more: str) -> str:
        return signed(content(offered.sealed, self.world.now if at is None else at, **more))

    def take(self, query: str) -> Outcome:
        return take_callback(self.turnstile, query)

    def doubt(self, query: str) -> str:
        """Why a callback is refused; nothing may change, and the answer may not tell."""
        before = self.stands()
        with pytest.raises(AdCallbackRefused) as refused:
            self.take(query)
        assert self.stands() == before
        assert (refused.value.detail, refused.value.members) == ("This callback is not taken.", {})
        return refused.value.doubt

    def stands(self) -> list[Any]:
        """Everything that is written."""
        return [self.world.model.items(table["TableName"]) for table in (LEDGER, CLAIMS, DEVICES)]

    def _document(self) -> bytes:
        self.fetched += 1
        return document()

    def _tell(self) -> None:
        self.unread += 1


@pytest.fixture
def ads() -> Ads:
    return Ads(EarningWorld())


def test_an_ad_is_paid_by_our_own_rules_whatever_its_network_says_of_the_amount(ads: Ads) -> None:
    """The callback says a million of something: that is the setting of an ad unit, and no promise of ours."""
    offered = ads.offer()
    assert (offered.coins, ads.world.coins("mia")) == (2, 0)
    assert ads.take(ads.query(offered)) == "earned"
    assert ads.world.coins("mia") == 2
    [entry] = ads.world.entries("mia")
    told = {name: entry.terms[name] for name in ("rule", "network", "placement", "transaction")}
    assert told == {"rule": "ad", "network": "admob", "placement": "web", "transaction": TRANSACTION}
    assert entry.reference == f"reward:ad:{offered.view.view}:grant"


def test_an_offer_writes_nothing(ads: Ads) -> None:
    before = ads.stands()
    ads.offer()
    assert ads.stands() == before


def test_the_same_ad_transaction_twice_pays_once(ads: Ads) -> None:
    query = ads.query(ads.offer())
    assert [ads.take(query) for _ in range(3)] == ["earned", "again", "again"]
    assert ads.world.coins("mia") == 2


def test_a_view_that_is_kept_for_many_ads_is_paid_once(ads: Ads) -> None:
    """A changed app may give one view to many ads that it really shows: the network signs each of them."""
    offered = ads.offer()
    outcomes = [ads.take(ads.query(offered, transaction_id=f"{number:032x}")) for number in range(5)]
    assert outcomes == ["earned", *["again"] * 4]
    assert ads.world.coins("mia") == 2


def test_a_transaction_that_another_view_names_is_another_ad(ads: Ads) -> None:
    assert [ads.take(ads.query(ads.offer())) for _ in range(2)] == ["earned", "earned"]


def test_a_viewer_is_paid_for_so_many_ads_a_day_and_is_offered_no_more(ads: Ads) -> None:
    early = [ads.offer() for _ in range(6)]
    assert [ads.take(ads.query(one)) for one in early] == ["earned"] * 4 + ["refused"] * 2
    assert ads.world.coins("mia") == 8
    with pytest.raises(RewardRefused) as refused:
        ads.offer()
    assert refused.value.members["reasons"] == ["rule_day_cap", "rule_day_times", "rule_device_day_cap"]
    ads.world.now += 24 * 60 * MINUTE_MS
    assert ads.take(ads.query(ads.offer())) == "earned"


def test_a_device_farm_is_paid_for_one_viewers_ads(ads: Ads) -> None:
    farm = [earner(f"farmer-{number}", "one-phone") for number in range(3)]
    offers = [ads.offer(who) for who in farm for _ in range(4)]
    taken = [ads.take(ads.query(one)) for one in offers]
    assert sum(ads.world.coins(who.person) for who in farm) == 8
    assert taken[4:] == ["refused"] * 8


def test_ads_of_many_new_accounts_from_one_address_block_are_held_until_a_reviewer_decides() -> None:
    """The network's servers tell nothing of where a viewer is: the view brings the block that it was asked for from."""
    weights = [{"signal": "block_new_viewers_day", "from": 3, "points": 50}]
    ads = Ads(EarningWorld(a_set(AD, scoring={"holdAt": 50, "refuseAt": 80, "weights": weights})))
    crowd = [
        earner(f"viewer-{number}", f"phone-{number}")._replace(since=MORNING - MINUTE_MS, block="b1")
        for number in range(5)
    ]
    assert [ads.take(ads.query(ads.offer(who))) for who in crowd] == ["earned"] * 5
    world = ads.world
    waiting = held(world.till, 10)
    assert {one.person: one.reasons for one in waiting} == {
        f"viewer-{number}": ("block_new_viewers",) for number in (2, 3, 4)
    }
    release(world.till, "viewer-2", waiting[0].name, "rita")
    refuse(world.till, "viewer-3", waiting[1].name, "rita")
    assert [world.coins(who.person) for who in crowd] == [2, 2, 2, 0, 0]


@pytest.mark.parametrize("fault", [Fault.NOT_SENT, Fault.LOST_REPLY, Fault.CONFLICT, Fault.FAILED])
def test_a_callback_that_fails_anywhere_and_is_told_again_pays_once(fault: Fault) -> None:
    for call in range(1, 14):
        ads = Ads(EarningWorld())
        query = ads.query(ads.offer())
        ads.world.model.faults = ScriptedFaults({ads.world.model.calls + call: fault})
        for _ in range(2):
            with contextlib.suppress(Unavailable, Busy, Undecided):
                ads.take(query)
        ads.world.model.faults = ScriptedFaults({})
        ads.take(query)
        assert ads.world.coins("mia") == 2, call


def test_rewards_that_are_switched_off_offer_and_pay_nothing(ads: Ads) -> None:
    query = ads.query(ads.offer())

    def closed() -> None:
        raise SwitchedOff("for now")

    desk = ads.world.desk._replace(check_open=closed)
    with pytest.raises(SwitchedOff):
        take_callback(ads.turnstile._replace(desk=desk), query)
    with pytest.raises(SwitchedOff):
        offer_ad(ads.offering._replace(desk=desk), earner(), "web")
    assert ads.take(query) == "earned"


def test_a_rule_set_without_ads_offers_none() -> None:
    with pytest.raises(RewardRefused) as refused:
        Ads(EarningWorld(a_set())).offer()
    assert refused.value.members["reasons"] == ["no_rule"]


def test_an_ad_that_is_held_waits_for_a_reviewer_and_is_shown_so() -> None:
    weights = [{"signal": "account_hours", "upTo": 23, "points": 50}]
    ads = Ads(EarningWorld(a_set(AD, scoring={"holdAt": 50, "refuseAt": 80, "weights": weights})))
    offered = ads.offer(earner()._replace(since=ads.world.now))
    assert ads.take(ads.query(offered)) == "earned"
    standing = ad_standing(ads.world.desk, "mia", offered.view.view)
    assert standing is not None
    assert standing.pending is not None
    assert standing.pending.status == "held"
    assert ads.world.coins("mia") == 0


def test_what_has_come_of_an_ad_is_told_to_its_viewer_alone(ads: Ads) -> None:
    offered = ads.offer()
    assert ad_standing(ads.world.desk, "mia", offered.view.view) is None
    ads.take(ads.query(offered))
    standing = ad_standing(ads.world.desk, "mia", offered.view.view)
    assert standing is not None
    assert standing.coins == 2
    assert ad_standing(ads.world.desk, "noa", offered.view.view) is None


def test_there_are_only_the_placements_of_the_stage(ads: Ads) -> None:
    with pytest.raises(NotFound):
        ads.offer(placement="elsewhere")


# --- what is no callback ---------------------------------------------------------------------------------------------


def test_a_wrong_signature_is_refused(ads: Ads) -> None:
    said = content(ads.offer().sealed, ads.world.now)
    assert ads.doubt(signed(said, by="another-key")) == "wrong_signature"
    genuine = signed(said)
    assert ads.doubt(genuine.replace(f"transaction_id={TRANSACTION}", f"transaction_id=0{TRANSACTION[1:]}")) == (
        "wrong_signature"
    )


def test_an_amount_that_is_changed_under_way_breaks_the_signature(ads: Ads) -> None:
    assert ads.doubt(ads.query(ads.offer()).replace("1000000", "2000000")) == "wrong_signature"


def test_a_callback_is_signed_as_it_was_before_it_was_escaped(ads: Ads) -> None:
    """The ad unit's reward is called "Key Doubler" here, which travels as ``Key%20Doubler``."""
    query = ads.query(ads.offer())
    assert "Key%20Doubler" in query
    assert ads.take(query) == "earned"


def test_no_escape_makes_other_values_of_what_is_signed(ads: Ads) -> None:
    """A viewer's own app chooses ``user_id``: with it, one signed callback could be read as another's transaction."""
    offered, now = ads.offer(), ads.world.now
    more = f"x&timestamp={now}&transaction_id=" + "f" * 32
    genuine = signed(content(offered.sealed, now, user_id=more))
    hidden = genuine.replace("&timestamp=", "%26timestamp=", 1).replace("&transaction_id=", "%26transaction_id=", 1)
    assert unquote(hidden) == unquote(genuine)
    assert ads.doubt(genuine) == ads.doubt(hidden) == "malformed"


@pytest.mark.parametrize("away_ms", [-11 * MINUTE_MS, 6 * MINUTE_MS, -(10**12)])
def test_a_callback_of_another_time_is_refused_before_a_key_is_looked_for(ads: Ads, away_ms: int) -> None:
    assert ads.doubt(ads.query(ads.offer(), ads.world.now + away_ms)) == "stale"
    assert ads.fetched == 0


def test_a_view_ends_after_an_hour(ads: Ads) -> None:
    offered = ads.offer()
    ads.world.now += VIEW_LASTS_MS + 6 * MINUTE_MS
    assert ads.doubt(ads.query(offered)) == "view_over"


def test_nobody_names_the_viewer_but_us(ads: Ads) -> None:
    """Another key, a view of another purpose, a plain name: none is a view, and no key is looked for because of it."""
    forged = seal_view(ads.offer().view, b"another-key-of-thirty-two-bytes!")
    for custom_data in (forged, "mia", "A" * 300, "A" * (MAX_SEALED_CHARS + 1)):
        assert ads.doubt(signed(content(custom_data, ads.world.now))) == "foreign_view"
    assert ads.fetched == 0


def test_an_ad_unit_of_somebody_else_credits_nobody(ads: Ads) -> None:
    """A network signs for every publisher with the same keys, and anybody may name our address for their own units."""
    offered = ads.offer()
    assert ads.doubt(ads.query(offered, ad_unit="9999999999")) == "foreign_unit"
    assert ads.doubt(ads.query(offered, ad_unit="1000666186")) == "foreign_unit"
    assert ads.fetched == 0


SPOILS: dict[str, Callable[[str], str]] = {
    "nothing": lambda _query: "",
    "no key": lambda query: query.replace("&key_id=", "&key="),
    "more behind the key": lambda query: query + "&more=1",
    "no signature": lambda query: query.replace("&signature=", "&sig="),
    "too long": lambda query: query + "0" * MAX_QUERY_CHARS,
    "a value twice": lambda query: query.replace("ad_network=", "ad_unit=1&ad_network="),
    "no UTF-8": lambda query: query.replace("Doubler", "%ff"),
    "many values": lambda query: "&".join(f"a{chr(97 + n)}=1" for n in range(20)) + "&" + query,
    "no ad unit": lambda query: query.replace("ad_unit", "ad_group"),
    "no time": lambda query: query.replace("timestamp=", "timestamp=x"),
}


@pytest.mark.parametrize("spoiled", SPOILS)
def test_what_is_not_of_the_networks_form_is_refused(ads: Ads, spoiled: str) -> None:
    assert ads.doubt(SPOILS[spoiled](ads.query(ads.offer()))) == "malformed"
    assert ads.fetched == 0


# --- views ----------------------------------------------------------------------------------------------------------


def test_a_sealed_view_tells_nothing_of_the_viewer_and_is_never_the_same() -> None:
    view = AdView(
        "v" * 32,
        "p" * 32,
        MORNING,
        "4h7d9k2m8q1r5t0v",
        "d" * 16,
        "America/Argentina/Buenos_Aires",
        "AR",
        30,
        MORNING,
        "b" * 16,
    )
    one, other = seal_view(view, KEY), seal_view(view, KEY)
    assert one != other
    assert unseal_view(one, KEY) == unseal_view(other, KEY) == view
    assert len(one) <= MAX_SEALED_CHARS


def test_every_changed_character_of_a_view_makes_it_none() -> None:
    sealed = seal_view(AdView("v", "web", MORNING, "mia", "d", "UTC"), KEY)
    for place in range(0, len(sealed) - 1, 7):
        changed = sealed[:place] + ("A" if sealed[place] != "A" else "B") + sealed[place + 1 :]
        with pytest.raises(AdCallbackRefused):
            unseal_view(changed, KEY)


# --- keys -----------------------------------------------------------------------------------------------------------


class Server:
    """Where a network keeps its keys."""

    def __init__(self) -> None:
        self.now = ms_of("2026-11-28T08:00:00Z")
        self.ids: tuple[str, ...] = (KEY_ID,)
        self.down = False
        self.asked = 0
        self.told = 0
        self.keys = AdKeys(self._fetch, lambda: self.now, self._tell)

    def _fetch(self) -> bytes:
        self.asked += 1
        if self.down:
            raise OSError("no answer")
        return document(*self.ids)

    def _tell(self) -> None:
        self.told += 1


def test_a_flood_of_forged_key_ids_asks_for_keys_once_a_minute() -> None:
    server = Server()
    assert server.keys.find(KEY_ID) is not None
    for number in range(1_000):
        assert server.keys.find(str(number)) is None
    assert server.asked == 1
    server.now += MINUTE_MS
    for number in range(1_000):
        server.keys.find(str(number))
    assert server.asked == 2


def test_a_network_that_is_down_is_asked_once_a_minute() -> None:
    server = Server()
    server.down = True
    for _ in range(100):
        with pytest.raises(Unavailable):
            server.keys.find(KEY_ID)
    assert (server.asked, server.told) == (1, 1)


def test_a_rotated_key_is_found_at_its_first_callback_and_several_hold_beside_each_other() -> None:
    server = Server()
    server.keys.find(KEY_ID)
    server.ids = (KEY_ID, "4444444444")
    server.now += 2 * MINUTE_MS
    assert server.keys.find("4444444444") is not None
    assert server.keys.find(KEY_ID) is not None
    assert server.asked == 2


def test_an_old_key_holds_no_more_once_the_network_has_withdrawn_it() -> None:
    server = Server()
    server.keys.find(KEY_ID)
    server.ids = ("4444444444",)
    server.now += 6 * 60 * MINUTE_MS
    assert server.keys.find(KEY_ID) is None


def test_the_last_good_keys_hold_for_a_day_and_no_longer() -> None:
    server = Server()
    server.keys.find(KEY_ID)
    server.down = True
    server.now += 24 * 60 * MINUTE_MS - 1
    assert server.keys.find(KEY_ID) is not None
    server.now += 1
    with pytest.raises(Unavailable):
        server.keys.find(KEY_ID)
    assert server.told == 1


def test_a_clock_that_was_set_back_keeps_no_key_for_longer() -> None:
    server = Server()
    server.keys.find(KEY_ID)
    server.now -= 10 * MINUTE_MS
    server.keys.find(KEY_ID)
    assert server.asked == 2


@pytest.mark.parametrize(
    "told",
    [b"", b"[]", b'{"keys": []}', b'{"keys": [{"keyId": 1}]}', b'{"keys": [{"keyId": 1, "base64": "AAAA"}]}', b"\xff"],
)
def test_a_document_that_is_none_leaves_what_is_known(told: bytes) -> None:
    server = Server()
    server.keys.find(KEY_ID)
    spoiled = AdKeys(lambda: told, lambda: server.now, server._tell)
    with pytest.raises(Unavailable):
        spoiled.find(KEY_ID)
    assert server.told == 1
