"""Errors over HTTP: RFC 9457 problem documents from the one table in ``cliffhanger.errors``."""

from __future__ import annotations

from typing import Any

import msgspec

from cliffhanger.errors import CliffhangerError, ProviderUnavailable, SwitchedOff, TokenMissing, problem_of

PROBLEM_TYPE = "urn:cliffhanger:problem:"
RETRY_AFTER_S = 1
SWITCHED_OFF_RETRY_S = 60
"""What an operator has stopped is not back in a second."""
PROVIDER_RETRY_S = 20
"""As long as nobody asks a payment provider that did not answer several times in a row."""
UNAVAILABLE = 503
UNAUTHENTICATED = 401
TOO_MANY = 429
"""Whoever refuses so says in ``retryAfterSeconds`` when to come back."""
SERVER_FAULT = 500


def status_of(error: CliffhangerError) -> int:
    """The HTTP status of an error."""
    return problem_of(error).status


def document_of(error: CliffhangerError) -> dict[str, Any]:
    """The problem document of an error. A fault of ours tells its code and nothing else."""
    problem = problem_of(error)
    document: dict[str, Any] = {
        "type": PROBLEM_TYPE + error.code,
        "title": problem.title,
        "status": problem.status,
        "code": error.code,
    }
    if problem.status != SERVER_FAULT:
        document["detail"] = error.detail
        # Members extend the document; RFC 9457's own stay what they are.
        document |= {name: value for name, value in error.members.items() if name not in document}
    return document


def render(error: CliffhangerError) -> dict[str, Any]:
    """The answer that API Gateway sends for an error (payload format 2.0)."""
    status = status_of(error)
    headers = {"content-type": "application/problem+json", "cache-control": "no-store"}
    if status == UNAVAILABLE:
        headers["retry-after"] = str(_retry_after(error))
    if status == TOO_MANY:
        headers["retry-after"] = str(error.members["retryAfterSeconds"])
    if status == UNAUTHENTICATED:
        fault = "invalid_request" if isinstance(error, TokenMissing) else "invalid_token"
        headers["www-authenticate"] = f'Bearer error="{fault}"'
    return {"statusCode": status, "headers": headers, "body": msgspec.json.encode(document_of(error)).decode()}


def _retry_after(error: CliffhangerError) -> int:
    """After how many seconds it is worth while to ask again."""
    if isinstance(error, SwitchedOff):
        return SWITCHED_OFF_RETRY_S
    return PROVIDER_RETRY_S if isinstance(error, ProviderUnavailable) else RETRY_AFTER_S
