"""The caller must change the request."""

from __future__ import annotations

from cliffhanger.errors.base import CliffhangerError


class RequestError(CliffhangerError):
    """The caller must change the request."""


class MalformedJson(RequestError):
    """The body is not JSON."""

    code = "malformed_json"


class BodyTooLarge(RequestError):
    """The body exceeds the route's limit in bytes."""

    code = "body_too_large"


class ValidationFailed(RequestError):
    """A value does not fit its schema: wrong type, unknown field, out of bounds."""

    code = "validation_failed"


class KeyMissing(RequestError):
    """The request changes what has no natural name of its own, and carries no Idempotency-Key."""

    code = "idempotency_key_missing"


class CursorInvalid(RequestError):
    """The cursor was not given by this list to this caller."""

    code = "cursor_invalid"


class PageTooLarge(RequestError):
    """The series with its price table would not fit into its one item; ``bytes`` and ``maxBytes`` say by how much."""

    code = "page_too_large"


class RuleSetUnbounded(RequestError):
    """The rule set could pay more in a day than it may: ``most`` coins by the cap at ``where``, above the ``bound``."""

    code = "rule_set_unbounded"


class EndpointAddressRefused(RequestError):
    """Webhooks are not sent to such an address; ``rule`` says what it breaks."""

    code = "endpoint_address_refused"


class GrantUnsupported(RequestError):
    """A token is given for a client's credentials and for nothing else."""

    code = "unsupported_grant_type"


class ScopeRefused(RequestError):
    """A scope was asked for that the client does not have, or that there is not."""

    code = "invalid_scope"


class NotFound(RequestError):
    """There is no such thing."""

    code = "not_found"


class RouteNotFound(RequestError):
    """There is no such path, or not with that method."""

    code = "route_not_found"
