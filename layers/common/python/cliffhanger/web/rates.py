"""Rate limits over HTTP: the headers of every answer to a known caller, and the refusal.

``RateLimit-Policy`` and ``RateLimit`` are those of draft-ietf-httpapi-ratelimit-headers-11: structured fields (RFC
9651) whose one item is named after the route's rate, ``"spend";q=60;w=60`` and ``"spend";r=12;t=30``. A refusal is 429
(RFC 6585 §4) with ``Retry-After`` in seconds (RFC 9110 §10.2.3), no earlier than the window's end, as the draft asks.
"""

from __future__ import annotations

from collections.abc import Mapping

from cliffhanger.errors import RateLimited
from cliffhanger.rates.domain import WINDOW_MS, Standing

POLICY_HEADER = "ratelimit-policy"
LIMIT_HEADER = "ratelimit"
RETRY_HEADER = "retry-after"


def headers_of(standing: Standing) -> Mapping[str, str]:
    """What an answer says of the caller's limit."""
    headers = {
        POLICY_HEADER: f'"{standing.rate}";q={standing.limit};w={WINDOW_MS // 1000}',
        LIMIT_HEADER: f'"{standing.rate}";r={standing.remaining};t={standing.resets_in_s}',
    }
    if not standing.allowed:
        headers[RETRY_HEADER] = str(standing.resets_in_s)
    return headers


def check(standing: Standing) -> None:
    """Sees that a request may pass.

    Raises:
        RateLimited: with its ``rate`` and, in ``retryAfterSeconds``, when the next one is taken.
    """
    if not standing.allowed:
        raise RateLimited(
            f"At most {standing.limit} such requests a minute.",
            rate=standing.rate,
            retryAfterSeconds=standing.resets_in_s,
        )
