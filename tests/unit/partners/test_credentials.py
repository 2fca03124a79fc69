"""A secret is known by its digest alone, ends when it was said to, and no rotation ends another one earlier."""

from __future__ import annotations

import hashlib
import itertools
import re

from hypothesis import given
from hypothesis import strategies as st

from cliffhanger.partners.credentials import (
    HOUR_MS,
    MAX_SECRETS,
    digest_of,
    matching,
    new_client_id,
    new_secret,
    rotated,
)
from cliffhanger.partners.domain import MODES, Client, Secret
from tests.support.partners import client

NOW = 1_795_284_245_123


def known_by(secret: str) -> Client:
    return client("live", secrets=(Secret(1, digest_of(secret)),))


def number_of(known: Client, shown: str, now: int) -> int | None:
    """The number of the secret that was shown, if it is in force."""
    found = matching(known, shown, now)
    return None if found is None else found.number


def test_ids_and_secrets_tell_their_mode_and_nothing_else():
    for mode, name in zip(MODES, ("live", "test"), strict=True):
        assert re.fullmatch(rf"pc-{name}-[0-9a-hjkmnp-tv-z]{{24}}", new_client_id(mode))
        assert re.fullmatch(rf"ps_{name}_[A-Za-z0-9_-]{{43}}", new_secret(mode))
    assert len({new_client_id("live") for _ in range(1_000)}) == 1_000


def test_a_secret_is_kept_as_its_sha256():
    secret = new_secret("live")
    assert digest_of(secret) == hashlib.sha256(secret.encode()).hexdigest()
    assert secret not in repr(known_by(secret))


def test_a_client_is_known_by_its_secret_and_by_no_other():
    assert matching(known_by("right"), "right", NOW) == Secret(1, digest_of("right"))
    assert matching(known_by("right"), "wrong", NOW) is None
    assert matching(known_by("right"), digest_of("right"), NOW) is None
    assert matching(known_by("right"), "", NOW) is None


def test_nobody_is_known_by_nothing():
    """The padding that keeps the time the same is no secret either."""
    assert matching(None, "anything", NOW) is None
    assert matching(client("live", secrets=(Secret(0, digest_of("padding")),)), "padding", NOW) is None


def test_two_secrets_hold_during_the_overlap_and_the_old_one_ends_to_the_millisecond():
    after = rotated(known_by("old"), "new", NOW, 24 * HOUR_MS)
    ends = NOW + 24 * HOUR_MS
    assert number_of(after, "new", ends) == 2
    assert number_of(after, "old", ends - 1) == 1
    assert matching(after, "old", ends) is None


def test_without_an_overlap_the_old_secret_ends_at_once():
    after = rotated(known_by("old"), "new", NOW, 0)
    assert matching(after, "old", NOW) is None
    assert [secret.number for secret in after.secrets] == [2]


def test_a_rotation_that_is_repeated_ends_nothing_earlier():
    """As after a lost answer: the partner still runs on the first secret, which was to hold for a day."""
    once = rotated(known_by("first"), "lost", NOW, 24 * HOUR_MS)
    twice = rotated(once, "second", NOW + 1_000, 24 * HOUR_MS)
    assert number_of(twice, "first", NOW + 24 * HOUR_MS - 1) == 1
    assert number_of(twice, "second", NOW + 30 * HOUR_MS) == 3


def test_a_longer_overlap_does_not_lengthen_what_was_to_end_sooner():
    once = rotated(known_by("first"), "second", NOW, HOUR_MS)
    twice = rotated(once, "third", NOW + 1_000, 168 * HOUR_MS)
    assert number_of(twice, "first", NOW + HOUR_MS) is None
    assert number_of(twice, "second", NOW + HOUR_MS) == 2


def test_a_key_that_leaked_is_ended_at_once_whatever_was_said_before():
    once = rotated(known_by("leaked"), "new", NOW, 7 * 24 * HOUR_MS)
    assert matching(rotated(once, "newer", NOW, 0), "leaked", NOW) is None


@given(st.lists(st.tuples(st.integers(0, 168), st.integers(0, 200)), max_size=12))
def test_secrets_are_bounded_numbered_anew_and_one_is_without_end(turns: list[tuple[int, int]]):
    known, now, numbers = known_by("0"), NOW, itertools.count(2)
    for overlap, wait in turns:
        known = rotated(known, f"{overlap}-{wait}", now, overlap * HOUR_MS)
        assert known.secrets[0] == Secret(next(numbers), digest_of(f"{overlap}-{wait}"))
        assert all(secret.ends_at is not None and secret.holds(now) for secret in known.secrets[1:])
        assert len(known.secrets) <= MAX_SECRETS
        now += wait * HOUR_MS
