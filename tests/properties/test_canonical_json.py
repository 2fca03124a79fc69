"""Canonical JSON against an independent implementation of RFC 8785."""

from __future__ import annotations

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from cliffhanger.errors import NotCanonical
from cliffhanger.ledger.canonical import MAX_INTEGER, canonical_json

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
KEYS = st.text(st.characters(max_codepoint=127))
SCALARS = st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | TEXT
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner), max_leaves=30)


@given(VALUES)
def test_the_bytes_are_those_of_rfc_8785(value: object) -> None:
    assert canonical_json(value).encode() == rfc8785.dumps(value)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [1.0, float("nan"), MAX_INTEGER + 1, {"é": 1}, {1: 2}, None, "\ud800", b"", [1.5]])
def test_what_has_no_one_form_is_refused(value: object) -> None:
    with pytest.raises(NotCanonical):
        canonical_json(value)
