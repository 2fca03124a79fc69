"""Events for the sandbox fit their published schema, whatever is asked for, or are refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from cliffhanger.clock import ms_of, rfc3339
from cliffhanger.errors import ValidationFailed
from cliffhanger.events.catalogue import EXAMPLE_TIME, EventType, catalogue
from cliffhanger.events.envelope import envelope_of
from cliffhanger.events.examples import make_event

KINDS = catalogue()
TIMES = st.integers(0, 4_102_444_800_000)
SEEDS = st.text(max_size=40)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=120),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=5,
)


def checked(kind: EventType) -> Draft202012Validator:
    return Draft202012Validator(kind.schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


@given(st.sampled_from(KINDS), SEEDS, TIMES)
def test_an_event_of_any_type_fits_its_schema(kind: EventType, seed: str, now: int):
    made = envelope_of(make_event(kind.type, seed=seed, now=now))
    checked(kind).validate(made)
    assert (made["type"], made["occurredAt"]) == (kind.type, rfc3339(now))
    assert json.loads(json.dumps(made)) == made


@given(st.sampled_from(KINDS), SEEDS, TIMES, st.data())
@example(kind=KINDS[0], seed="", now=0, draw=None)
def test_named_members_stand_in_the_event_or_it_is_refused(kind: EventType, seed: str, now: int, draw: Any):
    members = {} if draw is None else draw.draw(st.dictionaries(st.sampled_from([*kind.data["properties"]]), VALUES))
    try:
        made = make_event(kind.type, seed=seed, now=now, data=members)
    except ValidationFailed:
        return
    assert {name: made.data[name] for name in members} == members
    checked(kind).validate(envelope_of(made))


@given(st.sampled_from(KINDS), st.lists(SEEDS, min_size=2, max_size=2, unique=True), TIMES)
def test_a_seed_stands_for_one_event_and_another_for_another(kind: EventType, seeds: list[str], now: int):
    first, again = (envelope_of(make_event(kind.type, seed=seeds[0], now=now)) for _ in range(2))
    other = envelope_of(make_event(kind.type, seed=seeds[1], now=now))
    assert first == again
    assert first["id"] != other["id"]


def test_what_is_random_in_the_example_is_drawn_and_the_rest_stays():
    one, other = (make_event("PurchaseRefunded", seed=seed, now=EXAMPLE_TIME).data for seed in "ab")
    for drawn in ("personId", "orderId", "reference"):
        assert one[drawn] != other[drawn]
        assert len(one[drawn]) == len(other[drawn])
    assert one["orderId"] in one["reference"]
    assert (one["coins"], one["cash"], one["seq"]) == (other["coins"], other["cash"], other["seq"])


def test_times_keep_their_distance_from_now():
    now = EXAMPLE_TIME + 86_400_000
    made = make_event("BonusExpiring", seed="a", now=now)
    (shown,) = next(kind for kind in KINDS if kind.type == "BonusExpiring").data["examples"]
    assert ms_of(made.data["expiresAt"]) - now == ms_of(shown["expiresAt"]) - EXAMPLE_TIME


def test_a_refusal_names_the_members_and_only_so_many():
    with pytest.raises(ValidationFailed) as refused:
        make_event("EpisodePublished", seed="a", now=0, data={"episode": 0, **dict.fromkeys("abcdefg", 1)})
    assert refused.value.detail.startswith("data.episode: less than 1; ")
    assert refused.value.detail.count(";") == 4
