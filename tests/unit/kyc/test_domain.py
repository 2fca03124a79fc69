"""What a person may while verified, in review, refused, and after: nothing leaves that was not decided."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from cliffhanger.errors import VerificationTooSoon
from cliffhanger.kyc import domain
from cliffhanger.kyc.domain import (
    DAY_MS,
    MOST_CHECKS,
    REFUSED_DAYS,
    Hit,
    Outcome,
    Verification,
    begun,
    ended,
    erased,
    midnight_ms,
    moved,
    named_anew,
    notified,
    settled,
    standing,
)
from cliffhanger.kyc.tiers import DAYS, FOUR_EYES_ABOVE, LIMITS, NOTICE_DAYS, Tier, needs_two

NOW = midnight_ms("2026-11-28") + 3_600_000
NOBODY = Verification("mia")
HIT = Hit("synthetic", "SYN-1", 97, ("name_exact",))


def checked(tier: Tier = 1, **changes: object) -> Verification:
    """A record whose check was decided as told."""
    under_way = begun(NOBODY, tier, NOW, NOW + DAY_MS)
    return moved(under_way, phase="decided", session="vs_1", edition=3, decided_at=NOW, **changes)


def verified(tier: Tier = 1) -> Verification:
    return settled(checked(tier, outcome="approved", reason="clear"))


def test_who_never_asked_may_take_nothing_out() -> None:
    assert standing(None, NOW) == (0, None, "none", {})


def test_a_check_under_way_allows_nothing_yet() -> None:
    assert standing(begun(NOBODY, 1, NOW, NOW), NOW) == (0, None, "pending", {})


@pytest.mark.parametrize("tier", [1, 2])
def test_who_is_verified_may_up_to_the_limits_of_the_tier_until_the_last_moment(tier: Tier) -> None:
    person = verified(tier)
    until = dt.date(2026, 11, 28) + dt.timedelta(days=DAYS[tier])
    assert standing(person, NOW) == (tier, until, "verified", LIMITS[tier])
    last = midnight_ms(until.isoformat())
    assert standing(person, last - 1).tier == tier
    assert standing(person, last) == (0, None, "expired", {})


def test_a_hit_of_a_newer_list_stops_a_verified_person_at_once() -> None:
    person = named_anew(verified(2), (HIT,), 4, NOW)
    assert standing(person, NOW) == (0, None, "review", {})


def test_a_hit_that_was_decided_but_is_not_settled_still_stops() -> None:
    person = moved(named_anew(verified(), (HIT,), 4, NOW), phase="decided", outcome="approved")
    assert standing(person, NOW).tier == 0


def test_asking_for_more_takes_nothing_away_meanwhile() -> None:
    asking = begun(verified(1), 2, NOW + 1, NOW)
    assert standing(asking, NOW + 1).tier == 1
    assert standing(moved(asking, phase="review"), NOW + 1).tier == 1


def test_asking_for_more_in_vain_takes_nothing_away() -> None:
    for outcome in ("unfinished", "canceled", "again"):
        over = settled(moved(begun(verified(1), 2, NOW + 1, NOW), outcome=outcome, decided_at=NOW + 2))
        assert standing(over, NOW + 3).tier == 1


def test_what_is_not_told_of_any_more_verifies_nobody() -> None:
    over = settled(moved(named_anew(verified(1), (HIT,), 4, NOW), outcome="gone", decided_at=NOW))
    assert standing(over, NOW) == (0, None, "none", {})


def test_a_false_hit_leaves_what_stood_before_and_notes_the_list() -> None:
    was = verified(2)
    over = settled(moved(named_anew(was, (HIT,), 4, NOW), outcome="approved", decided_at=NOW + 5))
    assert standing(over, NOW + 5) == standing(was, NOW)
    assert over.edition == 4


def test_a_refusal_takes_the_tier_and_lasts() -> None:
    refused = settled(moved(begun(verified(1), 2, NOW, NOW), outcome="refused", decided_at=NOW))
    assert standing(refused, NOW) == (0, None, "refused", {})
    later = NOW + REFUSED_DAYS * DAY_MS
    with pytest.raises(VerificationTooSoon) as caught:
        begun(refused, 1, later - 1, later)
    assert caught.value.members["retryAt"] == "2026-12-28T01:00:00.000Z"
    assert begun(refused, 1, later, later).check is not None


def test_a_check_under_way_is_the_one_that_is_asked_for() -> None:
    under_way = begun(NOBODY, 1, NOW, NOW)
    assert begun(under_way, 2, NOW + 5, NOW + 5) is under_way


def test_so_many_checks_are_begun_in_a_month_and_no_more() -> None:
    person, at = NOBODY, NOW
    for _ in range(MOST_CHECKS):
        person = settled(moved(begun(person, 1, at, at), outcome="canceled", decided_at=at))
        at += DAY_MS
    with pytest.raises(VerificationTooSoon):
        begun(person, 1, at, at)
    assert begun(person, 1, NOW + domain.CHECKS_DAYS * DAY_MS, at).check is not None


def test_nothing_is_settled_that_was_not_decided() -> None:
    with pytest.raises(ValueError, match="decided"):
        settled(begun(NOBODY, 1, NOW, NOW))
    with pytest.raises(ValueError, match="no check"):
        moved(NOBODY, phase="review")


def test_notice_comes_due_before_the_end_and_the_end_after_it() -> None:
    person = verified(1)
    end = midnight_ms(person.until)
    assert (person.queue, person.due_at) == ("verified", end - NOTICE_DAYS * DAY_MS)
    told = notified(person)
    assert told.due_at == end
    over = ended(told, end)
    assert (over.queue, over.tier, standing(over, end).state) == ("open", 0, "expired")
    assert erased(over, over.erase).queue is None


def test_a_check_is_listed_for_reviewers_only_in_review() -> None:
    under_way = begun(NOBODY, 1, NOW, NOW + 7)
    assert (under_way.queue, under_way.due_at) == ("open", NOW + 7)
    assert moved(under_way, phase="review", due_at=NOW).queue == "review"
    assert NOBODY.queue is None


def test_every_change_is_the_next_revision() -> None:
    person = begun(NOBODY, 1, NOW, NOW)
    assert [person.revision, moved(person, code="x").revision, verified().revision] == [1, 2, 3]


def test_what_allows_more_than_one_may_approve_needs_two() -> None:
    assert not needs_two(1)
    assert needs_two(2)
    for currency, limit in LIMITS[2].items():
        assert limit.month > FOUR_EYES_ABOVE[currency] >= LIMITS[1][currency].month
        assert 0 < limit.day <= limit.month


def test_a_strong_hit_needs_two_whatever_the_tier() -> None:
    for score, two in ((89, False), (90, True)):
        person = named_anew(verified(1), (HIT._replace(score=score),), 4, NOW)
        assert person.check is not None
        assert person.check.needs_two is two


SHOWN = "vs_now"
"""The session of the check that is decided, where "vs_before" is that of the one before it."""


def decided(outcome: Outcome, **more: Any) -> Verification:
    before = verified(1)._replace(session="vs_before")
    return settled(moved(begun(before, 2, NOW, NOW), session=SHOWN, outcome=outcome, decided_at=NOW, **more))


@pytest.mark.parametrize(
    ("outcome", "rests_on", "erase"),
    [
        ("approved", SHOWN, ("vs_before",)),
        ("refused", SHOWN, ("vs_before",)),
        ("again", "vs_before", (SHOWN,)),
        ("unfinished", "vs_before", (SHOWN,)),
        ("canceled", "vs_before", (SHOWN,)),
        ("gone", "", ("vs_before",)),
    ],
)
def test_one_session_of_a_person_is_kept_and_all_others_are_to_be_erased(
    outcome: Outcome, rests_on: str, erase: tuple[str, ...]
) -> None:
    over = decided(outcome)
    assert (over.session, over.erase, over.queue, over.due_at) == (rests_on, erase, "open", NOW)


def test_who_is_asked_to_verify_anew_because_of_a_hit_is_kept_by_nobody() -> None:
    over = decided("again", hits=(HIT,))
    assert (over.state, over.session, over.erase) == ("none", "", ("vs_before", SHOWN))


def test_a_newer_list_that_clears_a_person_leaves_their_session() -> None:
    named = named_anew(verified(1)._replace(session="vs_before"), (HIT,), 4, NOW)
    over = settled(moved(named, outcome="approved", decided_at=NOW))
    assert (over.session, over.erase, over.queue) == ("vs_before", (), "verified")


def test_what_is_to_be_erased_is_not_forgotten_by_the_next_check() -> None:
    over = settled(moved(begun(decided("again"), 1, NOW, NOW), session="vs_next", outcome="approved", decided_at=NOW))
    assert over.erase == (SHOWN, "vs_before")
    assert erased(over, (SHOWN,)).erase == ("vs_before",)
