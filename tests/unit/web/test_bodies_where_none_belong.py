"""An operation that takes no body answers as its description says, whatever is sent along."""

from __future__ import annotations

from typing import Any

import pytest

from cliffhanger.web.bodies import MAX_BODY_BYTES, parse_body


@pytest.mark.parametrize(
    "event",
    [
        {"body": "x" * (2 * MAX_BODY_BYTES)},
        {"body": "not base64", "isBase64Encoded": True},
        {"body": "\ud800"},
        {"body": None},
    ],
)
def test_what_is_sent_where_no_body_belongs_is_not_looked_at(event: dict[str, Any]) -> None:
    """The description of such an operation names neither 413 nor malformed JSON."""
    assert parse_body(event, None) is None
