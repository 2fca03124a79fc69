"""Watching to earn, from the first beat to the coins, over the shipped stores."""

from __future__ import annotations

import pytest

from cliffhanger.errors import Unavailable, WatchEnded, WatchForged
from cliffhanger.rewards.earning import Earned
from cliffhanger.rewards.sealing import seal
from cliffhanger.rewards.shipped import shipped
from cliffhanger.rewards.viewing import beat, begin_watching
from cliffhanger.rewards.watches import MOST_PARTS
from cliffhanger.rewards.watching import BEAT_EVERY_MS, STALE_MS
from tests.support.dynamodb import Fault, ScriptedFaults
from tests.support.earning import EPISODES, LENGTH, SERIES, EarningWorld, earner, page_of
from tests.support.tables import CLAIMS, DEVICES, LEDGER, WATCHES
from tests.unit.rewards.sets import a_set

MIA = earner()
WHOLE = LENGTH // BEAT_EVERY_MS + 1
HALF = 90_000 // BEAT_EVERY_MS
"""Beats of half an episode of three minutes: as much as is saved."""


@pytest.fixture
def world() -> EarningWorld:
    return EarningWorld()


def test_an_episode_that_is_watched_brings_its_coin_once(world: EarningWorld) -> None:
    watched = world.watch(MIA, 1)
    assert [(one.fact.kind, one.coins) for one in watched.earned] == [("watch.episode", 1)]
    assert world.coins("mia") == 1
    assert world.watch(MIA, 1).earned == ()
    assert world.coins("mia") == 1


def test_the_entry_names_rule_and_version_and_what_was_watched(world: EarningWorld) -> None:
    world.watch(MIA, 2)
    entry = world.entries("mia")[-1]
    assert entry.reference is not None
    assert entry.reference.startswith("reward:watch-episode:")
    told = {name: entry.terms[name] for name in ("kind", "rule", "version", "series", "episode", "coins")}
    assert told == {
        "kind": "reward", "rule": "episode", "version": "shipped-2", "series": SERIES, "episode": 2, "coins": 1,
    }  # fmt: skip


def test_the_days_minutes_are_paid_by_the_step(world: EarningWorld) -> None:
    watched = None
    for episode in range(1, 9):
        watched = world.watch(MIA, episode, after=watched)
    minutes = [entry for entry in world.entries("mia") if entry.terms["rule"] == "minutes"]
    assert [entry.reference for entry in minutes] == ["reward:watch-minutes:2026-11-28-600:grant"]


def test_a_days_caps_hold_and_the_next_day_begins_anew(world: EarningWorld) -> None:
    watched = None
    for episode in range(1, 9):
        watched = world.watch(MIA, episode, after=watched)
    paid = [entry for entry in world.entries("mia") if entry.terms["rule"] == "episode"]
    assert len(paid) == 5
    assert len(world.entries("mia")) == 6
    world.now += 86_400_000
    world.watch(MIA, 9)
    assert world.entries("mia")[-1].terms["day"][0] == "2026-11-29"
    assert world.entries("mia")[-1].terms["had"][0] <= 2


def test_a_finished_series_is_rewarded_when_its_last_episode_is(world: EarningWorld) -> None:
    world.publish(page_of("two-of-us", 2))
    first = world.watch(MIA, 2, series="two-of-us")
    assert [one.fact.kind for one in first.earned] == ["watch.episode"]
    second = world.watch(MIA, 1, series="two-of-us", after=first)
    assert [one.fact.kind for one in second.earned] == ["watch.episode", "watch.series"]
    waiting = second.earned[1].pending
    assert waiting is not None
    assert (waiting.status, waiting.coins, waiting.due_at - waiting.at) == ("waiting", 5, 86_400_000)


def test_a_replayed_beat_credits_nothing_twice(world: EarningWorld) -> None:
    """Every token that a viewer was ever given is sent again, with every position: it only ever repeats."""
    begun, tokens = world.begin(MIA), []
    watched = begun
    for _ in range(WHOLE):
        tokens.append(watched.token)
        watched = world.beats(MIA, watched, 1)
    before = world.coins("mia"), world.watches.find("mia")
    for token in tokens:
        for position in (BEAT_EVERY_MS, LENGTH):
            world.now += BEAT_EVERY_MS
            assert beat(world.room, MIA, token=token, position_ms=position).earned == ()
    assert (world.coins("mia"), world.watches.find("mia")) == before


def test_forks_of_a_session_save_once(world: EarningWorld) -> None:
    """One token, gone on from in two ways: the second to save finds that it was followed."""
    begun = world.begin(MIA)
    one = world.beats(MIA, begun, WHOLE)
    credited = world.watches.find("mia").credited_ms  # type: ignore[union-attr]
    world.beats(MIA, begun, WHOLE, wait_ms=1)
    assert world.watches.find("mia").credited_ms == credited  # type: ignore[union-attr]
    assert len(one.earned) == 1
    assert world.coins("mia") == 1


def test_a_forged_beat_is_refused(world: EarningWorld) -> None:
    begun = world.begin(MIA)
    forged = seal(begun.session._replace(unsaved_ms=10_000_000), "mia", b"not-the-key-of-sessions-in-tests")
    for token, who in ((forged, MIA), (begun.token, earner("noa")), (begun.token + "A", MIA)):
        with pytest.raises(WatchForged):
            beat(world.room, who, token=token, position_ms=LENGTH)
    assert world.entries("mia") == []


def test_of_two_devices_the_newer_session_ends_the_older(world: EarningWorld) -> None:
    phone, tablet = earner("mia", "phone"), earner("mia", "tablet")
    older = world.beats(phone, world.begin(phone, 1), 3)
    newer = world.begin(tablet, 2)
    with pytest.raises(WatchEnded) as ended:
        world.beats(phone, older, WHOLE)
    assert ended.value.members == {"because": "followed"}
    world.beats(tablet, newer, WHOLE)
    assert world.coins("mia") == 1


def test_two_devices_at_once_earn_no_more_than_one(world: EarningWorld) -> None:
    """They take turns to begin anew, as a script would: what is credited is still less than the time that passes."""
    phone, tablet = earner("mia", "phone"), earner("mia", "tablet")
    began = world.now
    for round_ in range(10):
        for who in (phone, tablet):
            session = world.begin(who, 1 + round_)
            world.beats(who, session, 6, wait_ms=BEAT_EVERY_MS // 2)
    watcher = world.watches.find("mia")
    assert watcher is not None
    assert watcher.credited_ms <= world.now - began


def test_tenfold_speed_earns_nothing(world: EarningWorld) -> None:
    for episode in range(1, 11):
        world.beats(MIA, world.begin(MIA, episode), 10, wait_ms=1_000, way_ms=10_000)
    assert world.coins("mia") == 0


def test_a_moved_clock_of_the_client_earns_nothing(world: EarningWorld) -> None:
    """A client that plays an hour in a minute of ours is believed a minute."""
    world.beats(MIA, world.begin(MIA), 5, wait_ms=100, way_ms=12_000)
    assert world.coins("mia") == 0


def test_who_goes_on_to_the_next_episode_writes_nothing_for_it(world: EarningWorld) -> None:
    first = world.watch(MIA, 1)
    before = world.model.meter.units().write
    following = world.begin(MIA, 2, after=first)
    assert world.model.meter.units().write == before
    assert following.session.session == first.session.session


def test_what_was_begun_goes_on_where_it_was_left(world: EarningWorld) -> None:
    """Another day, on another device: what was covered is known, and credited no more."""
    world.publish(page_of("long-story", 9, 180_000))
    left = world.beats(MIA, world.begin(MIA, 3, series="long-story"), HALF)
    assert left.earned == ()
    world.now += 90_000_000
    tablet = earner("mia", "tablet")
    again = world.begin(tablet, 3, series="long-story", position_ms=90_000)
    assert again.session.spans == ((0, 90_000),)
    assert [one.fact.kind for one in world.beats(tablet, again, HALF).earned] == ["watch.episode"]


def test_a_series_that_another_follows_is_remembered(world: EarningWorld) -> None:
    world.publish(page_of("two-of-us", 2))
    watched = world.watch(MIA, 1)
    watched = world.watch(MIA, 1, series="two-of-us", after=watched)
    watched = world.watch(MIA, 1, after=watched)
    assert world.coins("mia") == 2
    assert world.begin(MIA, 1, series="two-of-us", after=watched).session.counted


def test_what_is_begun_too_often_is_not_credited_anew(world: EarningWorld) -> None:
    """A script that begins more episodes than are remembered, over and over, earns by none of them twice."""
    world.publish(page_of("long-story", 9, 180_000))
    credited = 0
    for _ in range(2):
        for episode in range(1, MOST_PARTS + 3):
            world.beats(MIA, world.begin(MIA, episode, series="long-story"), HALF)
        credited = world.watches.find("mia").credited_ms  # type: ignore[union-attr]
    assert credited == (MOST_PARTS + 2) * 90_000


def test_nobody_earns_by_their_own_series(world: EarningWorld) -> None:
    cleo = earner("cleo", "phone-of-cleo")
    world.watch(cleo, 1)
    assert world.entries("cleo") == []


def test_a_session_that_was_not_heard_of_is_over(world: EarningWorld) -> None:
    begun = world.begin(MIA)
    world.now += STALE_MS + 1
    with pytest.raises(WatchEnded) as ended:
        beat(world.room, MIA, token=begun.token, position_ms=12_000)
    assert ended.value.members == {"because": "silent"}
    assert world.begin(MIA, 2, after=begun).session.session != begun.session.session


@pytest.mark.parametrize("fault", [Fault.NOT_SENT, Fault.LOST_REPLY, Fault.THROTTLED, Fault.FAILED])
def test_a_beat_that_fails_anywhere_and_is_sent_again_pays_once(fault: Fault) -> None:
    """At every call that the finishing beat makes, one after the other."""
    broken = 0
    for call in range(1, 30):
        world = EarningWorld()
        ready = world.beats(MIA, world.begin(MIA), WHOLE - 3)
        ready = world.beats(MIA, ready, 1)
        world.now += 20_000
        position = LENGTH
        world.model.faults = ScriptedFaults({world.model.calls + call: fault})
        earned: list[Earned] = []
        token = ready.token
        for _ in range(4):
            try:
                after = beat(world.room, MIA, token=token, position_ms=position)
            except Unavailable:
                broken += 1
                continue
            earned += after.earned
            token = after.token
            world.now += 1_000
        world.model.faults = ScriptedFaults({})
        assert world.coins("mia") == 1, call
        assert len([entry for entry in world.entries("mia") if entry.terms["rule"] == "episode"]) == 1
    assert broken


def test_a_rule_in_shadow_is_told_and_not_paid() -> None:
    rule = {
        "name": "episode",
        "kind": "watch.episode",
        "amount": {"type": "flat", "coins": 3},
        "caps": {"viewerDayCoins": 9, "deviceDayCoins": 12},
        "evidence": {"server": {}},
        "lifetimeDays": 14,
        "shadow": True,
    }
    world = EarningWorld(a_set(rule))
    world.watch(MIA, 1)
    assert world.shadow == ["episode"]
    assert world.coins("mia") == 0


def test_a_device_that_many_viewers_share_is_looked_at(world: EarningWorld) -> None:
    """A farm: many accounts on one device. From the fourth on it scores, from the seventh on nothing is paid."""
    paid = []
    for number in range(1, 10):
        who = earner(f"farmer-{number}", "one-phone")
        world.watch(who, 1)
        paid.append(world.coins(who.person))
    assert sum(paid) <= 10
    assert paid[6:] == [0, 0, 0]


def test_a_device_pays_all_its_viewers_together_no_more_than_its_cap(world: EarningWorld) -> None:
    total = 0
    for number in range(1, 5):
        who = earner(f"viewer-{number}", "one-tablet")
        watched = None
        for episode in range(1, 7):
            watched = world.watch(who, episode, after=watched)
        total += sum(1 for entry in world.entries(who.person) if entry.terms["rule"] == "episode")
    assert total == next(rule.caps.device_day_coins for rule in shipped().rules if rule.name == "episode")


def test_a_binge_writes_less_than_two_units_for_each_minute_that_is_credited(world: EarningWorld) -> None:
    tables = [table["TableName"] for table in (LEDGER, WATCHES, CLAIMS, DEVICES)]
    watched = world.watch(MIA, 1)
    before = sum(world.model.meter.units(table).write for table in tables)
    for episode in range(2, EPISODES + 1):
        watched = world.watch(MIA, episode, after=watched)
    units = sum(world.model.meter.units(table).write for table in tables) - before
    credited = world.watches.find("mia").credited_ms  # type: ignore[union-attr]
    assert units / (credited / 60_000) <= 2


def test_beginning_at_a_place_that_does_not_answer_changes_nothing(world: EarningWorld) -> None:
    world.model.faults = ScriptedFaults({world.model.calls + 3: Fault.NOT_SENT})
    with pytest.raises(Unavailable):
        begin_watching(world.room, MIA, series=SERIES, episode=1, position_ms=0, token=None)
    assert world.watches.find("mia") is None
