"""Whose block a request comes from, whatever the caller says of it."""

from __future__ import annotations

import pytest

from cliffhanger.web.addresses import block_of


@pytest.mark.parametrize(
    ("forwarded", "source", "block"),
    [
        ("198.51.100.7, 130.176.0.9", "130.176.0.9", "198.51.100.0/24"),
        ("198.51.100.7", "130.176.0.9", "198.51.100.0/24"),
        ("6.6.6.6, 198.51.100.7, 130.176.0.9", "130.176.0.9", "198.51.100.0/24"),
        ("2001:db8:1:2:3::4, 130.176.0.9", "130.176.0.9", "2001:db8:1::/56"),
        ("::ffff:198.51.100.7, 130.176.0.9", "130.176.0.9", "198.51.100.0/24"),
        ("", "203.0.113.9", "203.0.113.0/24"),
        ("130.176.0.9", "130.176.0.9", "130.176.0.0/24"),
        ("nonsense", "130.176.0.9", "unknown"),
        ("", "", "unknown"),
    ],
)
def test_the_block_is_the_last_address_that_others_than_the_caller_vouch_for(
    forwarded: str, source: str, block: str
) -> None:
    request = {"headers": {"x-forwarded-for": forwarded}, "requestContext": {"http": {"sourceIp": source}}}
    assert block_of(request) == block


def test_an_event_without_any_of_it_is_of_an_unknown_block() -> None:
    assert block_of({}) == "unknown"
