"""What a notice is known by, and how it is kept."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cliffhanger.errors import MalformedJson, NoticeUnreadable, ValidationFailed
from cliffhanger.payments.notices import hours_before, key_of, notice_of
from cliffhanger.payments.packing import packed, unpacked
from tests.support.stripe_events import (
    MADE_AT_S,
    body_of,
    charge,
    dispute,
    event,
    payment,
    refund,
    session,
    thin,
)

SHOWN = {
    "charge.succeeded": charge(),
    "payment_intent.succeeded": payment(),
    "refund.created": refund(),
    "charge.dispute.created": dispute(),
    "checkout.session.expired": session(),
}
ONE_UNIT_BYTES = 1_024
BESIDE_BYTES = 130
"""The item's names and its other attributes, by DynamoDB's rules."""


def test_an_event_has_the_same_key_whenever_it_comes():
    notice = notice_of(body_of(event("charge.succeeded", charge())))
    assert str(notice.key) == "2026-11-21T18/evt_3SXk2vLkdIwHu7ix1Zk4T9aB"
    assert key_of(str(notice.key)) == notice.key


def test_a_thin_event_is_of_the_same_kind_as_one_that_shows_its_object():
    notice = notice_of(body_of(thin("charge.succeeded", "charge", "ch_1")))
    assert (notice.kind, notice.key.hour) == ("charge.succeeded", "2026-11-21T18")


def test_members_and_kinds_that_nobody_knows_yet_do_not_matter():
    body = body_of(event("quantum.entangled", {"object": "quark"}, api_version="2031-01-01.future", brand_new=[1, 2]))
    assert notice_of(body).kind == "quantum.entangled"


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"object":'])
def test_what_is_no_json_is_refused(body: bytes):
    with pytest.raises(MalformedJson):
        notice_of(body)


@pytest.mark.parametrize(
    "change",
    [
        {"object": "charge"},
        {"object": ["event"]},
        {"id": None},
        {"id": "evt/../x"},
        {"id": "e" * 129},
        {"type": 7},
        {"created": None},
        {"created": True},
        {"created": 17.5},
        {"created": -1},
        {"created": 10**15},
        {"created": "yesterday"},
    ],
)
def test_what_is_no_event_with_an_id_a_type_and_a_time_is_refused(change: dict[str, Any]):
    with pytest.raises(ValidationFailed):
        notice_of(json.dumps(event("charge.succeeded", charge()) | change).encode())
    for body in (b"[]", b"7", b'"event"', b"null"):
        with pytest.raises(ValidationFailed):
            notice_of(body)


@pytest.mark.parametrize("text", ["", "evt_1", "2026-11-21T18/", "2026-11-21T18/evt_1/2", "2026-11-21/evt_1"])
def test_a_text_that_is_no_key_is_refused(text: str):
    with pytest.raises(ValidationFailed):
        key_of(text)


def test_hours_are_swept_over_midnight():
    at_ms = (MADE_AT_S - 18 * 3_600) * 1_000
    assert list(hours_before(at_ms, 3)) == ["2026-11-20T22", "2026-11-20T23", "2026-11-21T00"]


@pytest.mark.parametrize("kind", SHOWN)
def test_a_notice_of_every_kind_is_recorded_in_one_write_unit(kind: str):
    """A notice is written twice, and a purchase is to cost five units in all."""
    assert len(packed(event(kind, SHOWN[kind]))) + BESIDE_BYTES <= ONE_UNIT_BYTES


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(st.characters(codec=None)),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text(), JSON, max_size=5))
def test_what_was_packed_is_unpacked_member_for_member(document: dict[str, Any]):
    assert unpacked(packed(document)) == document


@pytest.mark.parametrize("data", [b"", b"x", packed({"a": 1})[:-1]])
def test_bytes_that_are_no_event_are_said_to_be_none(data: bytes):
    with pytest.raises(NoticeUnreadable):
        unpacked(data)
