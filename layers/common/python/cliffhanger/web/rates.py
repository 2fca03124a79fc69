"""Rate limits over HTTP: the headers of every answer to a known caller, and the refusal.

``RateLimit-Policy`` and ``RateLimit`` are those of draft-ietf-httpapi-ratelimit-headers-11: structured fields (RFC
9651) whose item is named after the route's rate, ``"spend";q=60;w=60`` and ``"spend";r=12;t=30``. A refusal is 429
(RFC 6585 §4) with ``Retry-After`` in seconds (RFC 9110 §10.2.3), no earlier than the window's end, as the draft asks.
"""

from __future__ import annotations

from collections.abc import Mapping

from cliffhanger.errors import QuotaReached, RateLimited
from cliffhanger.rates.domain import Standing

POLICY_HEADER = "ratelimit-policy"
LIMIT_HEADER = "ratelimit"
RETRY_HEADER = "retry-after"


def headers_of(*standings: Standing) -> Mapping[str, str]:
    """What an answer says of the caller's limits: one item for each, and nothing where there is none."""
    if not standings:
        return {}
    headers = {
        POLICY_HEADER: ", ".join(f'"{each.rate}";q={each.limit};w={each.window_s}' for each in standings),
        LIMIT_HEADER: ", ".join(f'"{each.rate}";r={each.remaining};t={each.resets_in_s}' for each in standings),
    }
    waits = [standing.resets_in_s for standing in standings if not standing.allowed]
    if waits:
        headers[RETRY_HEADER] = str(max(waits))
    return headers


def check(standing: Standing | None) -> None:
    """Sees that a request may pass; None is of who has no limit.

    Raises:
        RateLimited: with its ``rate`` and, in ``retryAfterSeconds``, when the next one is taken.
    """
    if standing is not None and not standing.allowed:
        raise RateLimited(
            f"At most {standing.limit} such requests a minute.",
            rate=standing.rate,
            retryAfterSeconds=standing.resets_in_s,
        )


def check_quota(standing: Standing | None) -> None:
    """Sees that a partner's request may pass; None is of who has no quota.

    Raises:
        QuotaReached: with its ``quota`` and, in ``retryAfterSeconds``, when the next day begins.
    """
    if standing is not None and not standing.allowed:
        raise QuotaReached(
            f"At most {standing.limit} requests on a day (UTC) in this mode.",
            quota=standing.limit,
            retryAfterSeconds=standing.resets_in_s,
        )
