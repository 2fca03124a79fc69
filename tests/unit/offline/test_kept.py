"""What devices keep: how long, how much, and that asking again changes nothing."""

from __future__ import annotations

import re

import pytest

from cliffhanger.errors import OfflineLimitReached
from cliffhanger.offline.domain import (
    KEPT_MS,
    MOST_DEVICES,
    MOST_GRANTS,
    RENEWED_AFTER_MS,
    Kept,
    OfflineGrant,
    drop,
    keep,
)

NOW = 1_763_700_000_000


def asked(episode: int = 1, *, device: str = "phone", version: str = "v1", now: int = NOW) -> OfflineGrant:
    return OfflineGrant(device, "the-last-train", episode, version, now + KEPT_MS)


def kept_of(*grants: OfflineGrant) -> Kept:
    kept = Kept()
    for grant in grants:
        kept = keep(kept, grant, grant.keep_until - KEPT_MS)
    return kept


def refused(kept: Kept, grant: OfflineGrant, now: int = NOW) -> object:
    with pytest.raises(OfflineLimitReached) as caught:
        keep(kept, grant, now)
    return caught.value.members["rule"], caught.value.members["limit"]


def test_an_id_follows_from_device_and_episode_alone() -> None:
    grant = asked()
    assert re.fullmatch("[a-z2-7]{16}", grant.id)
    assert asked(version="v2", now=NOW + 1).id == grant.id
    others = {asked(2).id, asked(device="tablet").id, grant._replace(series="other").id}
    assert len(others | {grant.id}) == 4


def test_a_device_and_a_series_cannot_be_mistaken_for_another_pair() -> None:
    """Neither may hold the slash that parts them."""
    assert OfflineGrant("a-b", "c", 1, "v", 0).id != OfflineGrant("a", "b-c", 1, "v", 0).id


def test_asked_again_before_half_of_its_time_a_grant_stays_as_it_is() -> None:
    kept = kept_of(asked())
    soon = NOW + RENEWED_AFTER_MS - 1
    assert keep(kept, asked(now=soon), soon) is kept


def test_from_half_of_its_time_on_it_is_renewed() -> None:
    kept = kept_of(asked())
    later = NOW + RENEWED_AFTER_MS
    renewed = keep(kept, asked(now=later), later)
    assert renewed.revision == kept.revision + 1
    assert [grant.keep_until for grant in renewed.grants] == [later + KEPT_MS]


def test_a_new_upload_renews_at_once() -> None:
    renewed = keep(kept_of(asked()), asked(version="v2", now=NOW + 1), NOW + 1)
    assert [(grant.version, grant.keep_until) for grant in renewed.grants] == [("v2", NOW + 1 + KEPT_MS)]


def test_one_device_more_than_the_limit_is_refused() -> None:
    kept = kept_of(*(asked(1, device=f"d{number}") for number in range(MOST_DEVICES)))
    assert refused(kept, asked(2, device="one-more")) == ("devices", MOST_DEVICES)
    assert len(keep(kept, asked(2, device="d0"), NOW).grants) == MOST_DEVICES + 1


def test_one_episode_more_than_the_limit_is_refused_and_a_renewal_is_not() -> None:
    kept = kept_of(*(asked(number) for number in range(1, MOST_GRANTS + 1)))
    assert refused(kept, asked(MOST_GRANTS + 1)) == ("grants", MOST_GRANTS)
    later = NOW + RENEWED_AFTER_MS
    assert len(keep(kept, asked(7, now=later), later).grants) == MOST_GRANTS


def test_what_has_expired_counts_no_more_and_makes_room_oldest_first() -> None:
    kept = kept_of(*(asked(number, device=f"d{number % MOST_DEVICES}") for number in range(1, MOST_GRANTS + 1)))
    after = NOW + KEPT_MS
    full = keep(kept, asked(99, device="new", now=after), after)
    assert len(full.grants) == MOST_GRANTS
    assert kept.grants[0] not in full.grants
    assert full.grants[-1].episode == 99


def test_a_grant_holds_until_its_last_moment() -> None:
    grant = asked()
    assert grant.holds(NOW + KEPT_MS - 1)
    assert not grant.holds(NOW + KEPT_MS)


def test_giving_up_twice_changes_nothing_the_second_time() -> None:
    kept = kept_of(asked(1), asked(2))
    without = drop(kept, asked(1).id)
    assert [grant.episode for grant in without.grants] == [2]
    assert drop(without, asked(1).id) is without
