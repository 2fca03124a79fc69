"""Refusals in Stripe's form: an HTTP status, and an error object with a type and, mostly, a code.

Sources: "Errors" and "Error codes" of Stripe's API reference.
"""

from __future__ import annotations

from typing import Any

DOCS = "https://stripe.com/docs/error-codes/"


class StripeError(Exception):
    """What a request is answered with instead of an object. ``more`` are members such as ``decline_code``."""

    def __init__(self, status: int, kind: str, message: str, code: str | None = None, **more: Any) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        named = {"code": code, "doc_url": DOCS + code.replace("_", "-")} if code else {}
        self.members: dict[str, Any] = {"type": kind, "message": message, **named, **more}

    def body(self, request: str) -> dict[str, Any]:
        """The answer's JSON."""
        return {"error": {**self.members, "request_log_url": f"/_local/requests#{request}"}}


def invalid(message: str, code: str | None = None, param: str | None = None, **more: Any) -> StripeError:
    """The request does not fit: 400."""
    return StripeError(400, "invalid_request_error", message, code, **({"param": param} if param else {}), **more)


def missing(kind: str, name: str, param: str = "id") -> StripeError:
    """There is no such object: 404."""
    words = f"No such {kind}: '{name[:255]}'"
    return StripeError(404, "invalid_request_error", words, "resource_missing", param=param)


def declined(code: str, message: str, **more: Any) -> StripeError:
    """The bank said no: 402."""
    return StripeError(402, "card_error", message, code, **more)
