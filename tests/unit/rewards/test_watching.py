"""What beats are credited with, whatever a client makes up."""

from __future__ import annotations

import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cliffhanger.errors import WatchForged
from cliffhanger.rewards.coverage import MOST_SPANS, covering, joined, length_of
from cliffhanger.rewards.days import Day
from cliffhanger.rewards.sealing import MAX_TOKEN_CHARS, seal, unseal
from cliffhanger.rewards.watches import MOST_PARTS, Owed, Record, Watcher, opened, saved
from cliffhanger.rewards.watching import (
    FASTEST,
    MOST_SPARE_MS,
    SAVE_EVERY_MS,
    STALE_MS,
    Episode,
    Session,
    beaten,
    moved_on,
)

NOW = 1_795_896_000_000
EPISODE = Episode("the-last-train", 2, "7k2m9x4q0v5t8w1z", 90_000)
BEGUN = Session("s1", "d1", "UTC", NOW, 1, EPISODE, NOW)
DAY = Day("2026-11-28", "UTC", NOW)
KEY = b"k" * 32
STEP = 12_000


def played(session: Session, *beats: tuple[int, int]) -> Session:
    """The session after beats, each so many milliseconds after the last one and so far ahead."""
    for waited, way in beats:
        session = beaten(session, session.position_ms + way, session.at + waited)
    return session


def watcher(session: Session) -> Watcher:
    return opened(None, session.session, DAY, session.episode.series, session.started_at)


def test_an_episode_that_is_watched_is_credited_as_it_plays() -> None:
    session = played(BEGUN._replace(episode=EPISODE._replace(duration_ms=180_000)), *[(STEP, STEP)] * 7)
    assert session.unsaved_ms == 84_000
    assert session.spans == ((0, 84_000),)
    assert not session.due
    assert played(session, (STEP, STEP)).due


def test_a_replayed_beat_credits_nothing_twice() -> None:
    once = played(BEGUN, (STEP, STEP))
    assert beaten(once, STEP, once.at).unsaved_ms == STEP
    assert beaten(once, STEP, once.at + STEP).unsaved_ms == STEP


def test_a_beat_out_of_order_credits_nothing() -> None:
    """It comes after a later one, and so goes backwards."""
    session = beaten(beaten(BEGUN, 2 * STEP, NOW + 20_000), STEP, NOW + 21_000)
    assert session.spans == ((0, 2 * STEP),)
    assert session.unsaved_ms == 20_000


def test_a_late_beat_is_credited_with_the_time_that_has_passed() -> None:
    session = played(BEGUN, (19_000, STEP), (5_000, STEP))
    assert session.unsaved_ms == 24_000


def test_a_leap_is_no_watching() -> None:
    session = played(BEGUN, (STEP, 60_000))
    assert session.unsaved_ms == 0
    assert session.spans == ()
    assert played(session, (STEP, STEP)).spans == ((60_000, 72_000),)


def test_a_pause_is_no_watching() -> None:
    session = played(BEGUN, (STEP, STEP), *[(STEP, 0)] * 20)
    assert session.unsaved_ms == STEP


def test_time_that_was_paused_is_not_taken_later() -> None:
    """An hour's pause leaves a beat's worth of time, not an hour's."""
    session = played(BEGUN, *[(STEP, 0)] * 300)
    assert session.spare_ms == MOST_SPARE_MS
    assert played(session, (1, 40_000)).unsaved_ms <= MOST_SPARE_MS


def test_what_is_watched_again_is_credited_once() -> None:
    session = played(BEGUN, (STEP, STEP), (STEP, STEP), (STEP, -2 * STEP), (STEP, STEP), (STEP, STEP))
    assert session.unsaved_ms == 2 * STEP


def test_tenfold_speed_earns_nothing() -> None:
    assert played(BEGUN, *[(STEP, 10 * STEP)] * 9).unsaved_ms == 0
    assert played(BEGUN, *[(1_200, STEP)] * 7).unsaved_ms <= 7 * 1_200


def test_double_speed_is_credited_with_the_time_that_it_took() -> None:
    session = played(BEGUN, *[(STEP, FASTEST * STEP)] * 4)
    assert session.episode.finished_by(session.spans)
    assert session.unsaved_ms <= 4 * STEP


def test_a_moved_clock_of_the_client_changes_nothing() -> None:
    """No beat carries a time: the server's own may even go backwards, and nothing is credited for that."""
    session = played(BEGUN, (STEP, STEP))
    back = beaten(session, 2 * STEP, session.at - 3_600_000)
    assert back.unsaved_ms == STEP
    assert back.at == session.at


def test_beyond_the_end_there_is_nothing_to_watch() -> None:
    session = played(BEGUN, *[(STEP, STEP)] * 20)
    assert session.unsaved_ms == EPISODE.duration_ms


def test_a_finished_episode_is_credited_no_more() -> None:
    assert played(BEGUN._replace(counted=True), *[(STEP, STEP)] * 5).unsaved_ms == 0


def test_a_session_that_was_not_heard_of_is_over() -> None:
    assert not BEGUN.over(NOW + STALE_MS)
    assert BEGUN.over(NOW + STALE_MS + 1)


@given(st.lists(st.tuples(st.integers(0, 60_000), st.integers(-100_000, 1_000_000)), max_size=60))
def test_credited_time_never_exceeds_the_time_that_has_passed(beats: list[tuple[int, int]]) -> None:
    session = played(BEGUN._replace(episode=EPISODE._replace(duration_ms=3_600_000)), *beats)
    assert session.unsaved_ms <= session.at - NOW
    assert session.unsaved_ms <= length_of(session.spans)


@given(
    st.lists(st.tuples(st.integers(0, 1), st.integers(0, 30_000), st.integers(0, 60_000)), max_size=80),
)
def test_two_devices_together_are_credited_no_more_than_the_time_that_has_passed(
    beats: list[tuple[int, int, int]],
) -> None:
    """Each beats as it likes and saves whenever it can: the newer session ends the older one."""
    now, credited = NOW, 0
    state = watcher(BEGUN)
    sessions = [BEGUN, None]
    for device, waited, way in beats:
        now += waited
        session = sessions[device]
        if session is None:
            state = opened(state, f"s{device}", DAY, EPISODE.series, now)
            session = BEGUN._replace(session=f"s{device}", started_at=now, at=now, revision=state.revision)
        session = beaten(session, session.position_ms + way, now)
        if session.unsaved_ms and session.session == state.session and session.revision == state.revision:
            after = saved(state, session, state.record, DAY, every_s=None, episodes=lambda: 3)
            credited += after.credited_ms - state.credited_ms
            state = after
            session = session._replace(revision=state.revision, unsaved_ms=0)
        sessions[device] = session
    assert credited <= now - NOW


def test_a_checkpoint_brings_the_episode_the_series_and_the_days_minutes() -> None:
    session = played(BEGUN._replace(episode=EPISODE._replace(number=3)), *[(STEP, STEP)] * 7)
    state = watcher(session)._replace(credited_ms=570_000, claimed_s=300)
    record = Record(EPISODE.series, finished=0b011)
    after = saved(state, session, record, DAY, every_s=300, episodes=lambda: 3)
    assert [(owed.kind, owed.number, owed.amount) for owed in after.owed] == [
        ("watch.episode", 3, 1),
        ("watch.series", 0, 1),
        ("watch.minutes", 600, 300),
    ]
    assert after.record.finished == 0b111
    assert after.credited_ms == 570_000 + 84_000
    assert len({owed.fact for owed in after.owed}) == 3


def test_an_episode_is_finished_once() -> None:
    session = played(BEGUN, *[(STEP, STEP)] * 7)
    first = saved(watcher(session), session, Record(EPISODE.series), DAY, every_s=None, episodes=lambda: 9)
    assert [owed.kind for owed in first.owed] == ["watch.episode"]
    assert saved(first, session, first.record, DAY, every_s=None, episodes=lambda: 9).owed == ()


def test_another_day_begins_with_nothing() -> None:
    session = played(BEGUN, (STEP, STEP))
    state = watcher(session)._replace(credited_ms=900_000, claimed_s=900)
    after = saved(state, session, state.record, Day("2026-11-29", "UTC", NOW), every_s=600, episodes=lambda: 9)
    assert (after.credited_ms, after.claimed_s, after.owed) == (STEP, 0, ())


def test_what_is_begun_too_often_counts_no_more_rather_than_twice() -> None:
    record = Record("s")
    for number in range(1, MOST_PARTS + 2):
        record = record.after(EPISODE._replace(series="s", number=number), ((0, 20_000),))
    assert record.counted(1)
    assert not record.has_finished(1)
    assert record.spans_of(2) == ((0, 20_000),)


def test_going_on_to_another_episode_takes_no_credit_along() -> None:
    session = moved_on(played(BEGUN, (STEP, STEP)), EPISODE._replace(number=3), NOW + 13_000)
    assert (session.unsaved_ms, session.spans, session.position_ms) == (0, (), 0)


def test_a_token_opens_for_its_viewer_alone_and_only_as_it_was_sealed() -> None:
    session = played(BEGUN, (STEP, STEP), (STEP, 50_000), (STEP, STEP))
    token = seal(session, "mia", KEY)
    assert unseal(token, "mia", KEY) == session
    for forged, person, key in (
        (token, "noa", KEY),
        (token, "mia", b"o" * 32),
        (token[:-4], "mia", KEY),
        (token[:30] + ("A" if token[30] != "A" else "B") + token[31:], "mia", KEY),
        ("", "mia", KEY),
        ("ä", "mia", KEY),
        ("a" * 5_000, "mia", KEY),
    ):
        with pytest.raises(WatchForged):
            unseal(forged, person, key)


def test_the_longest_session_fits_into_a_token() -> None:
    spans = tuple((start * 1_000_000 + 80_000_000, start * 1_000_000 + 80_500_000) for start in range(MOST_SPANS))
    longest = Session(
        "s" * 16, "d" * 32, "America/Argentina/ComodRivadavia", NOW, 10**9,
        Episode("s" * 32, 200, "v" * 32, 86_400_000), NOW, 86_400_000, MOST_SPARE_MS, SAVE_EVERY_MS, spans,
    )  # fmt: skip
    assert len(seal(longest, "p" * 32, KEY)) <= MAX_TOKEN_CHARS


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(0, 100)).map(sorted).map(tuple), max_size=12))
def test_spans_cover_what_they_are_joined_of(parts: list[tuple[int, int]]) -> None:
    spans = joined(part for part in parts if part[0] < part[1])
    assert {at for start, end in spans for at in range(start, end)} == {
        at for start, end in parts for at in range(start, end)
    }
    assert all(one[1] < other[0] for one, other in itertools.pairwise(spans))


def test_more_spans_than_can_be_kept_are_not_covered() -> None:
    spans = tuple((place * 10, place * 10 + 5) for place in range(MOST_SPANS))
    assert covering(spans, [(1_000, 1_005)]) == spans
    assert covering(spans, [(5, 10)])[0] == (0, 15)


def test_what_is_owed_is_named_by_ids() -> None:
    owed = Owed("watch.episode", "2026-11-28", "s" * 32, 200)
    assert owed.fact == Owed("watch.episode", "2026-11-29", "s" * 32, 200).fact
    assert len(owed.fact) <= 32
    assert json.dumps(owed.fact).isascii()
