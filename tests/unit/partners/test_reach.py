"""A partner sees what it was given to see, and nothing that happened to another partner."""

from __future__ import annotations

from cliffhanger.partners.domain import Reach

SOME = Reach("acme", series=frozenset({"the-last-train"}))
ALL = Reach("acme", all=True)
NONE = Reach("acme")


def event(**data: object) -> dict[str, object]:
    return {"type": "EpisodeUnlocked", "data": data}


def test_events_of_a_reached_series_are_seen_and_of_others_not() -> None:
    assert SOME.sees(event(seriesId="the-last-train"))
    assert not SOME.sees(event(seriesId="another"))
    assert not NONE.sees(event(seriesId="the-last-train"))


def test_who_reaches_all_sees_events_without_a_series_too() -> None:
    assert ALL.sees(event(seriesId="another"))
    assert ALL.sees(event(account="viewer:mia"))
    assert not SOME.sees(event(account="viewer:mia"))


def test_what_happened_to_a_partner_is_for_that_partner_alone() -> None:
    own, others = event(partnerId="acme"), event(partnerId="other", seriesId="the-last-train")
    assert [reach.sees(own) for reach in (NONE, SOME, ALL)] == [True] * 3
    assert [reach.sees(others) for reach in (NONE, SOME, ALL)] == [False] * 3
