"""The token endpoint's own ways (RFC 6749): a client's credentials, and refusals that its libraries understand."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Literal, NamedTuple
from urllib.parse import unquote_plus

from msgspec import Struct

from cliffhanger.errors import (
    BodyTooLarge,
    ClientRefused,
    CliffhangerError,
    GrantUnsupported,
    MalformedJson,
    ScopeRefused,
    ValidationFailed,
)
from cliffhanger.web.calls import Answer

CHALLENGE = 'Basic realm="clients", charset="UTF-8"'
MAX_CREDENTIAL_CHARS = 200
INVALID_REQUEST = (BodyTooLarge, MalformedJson, ValidationFailed)


class Refusal(Struct):
    """Why there is no token (RFC 6749, 5.2)."""

    error: Literal["invalid_request", "invalid_client", "unsupported_grant_type", "invalid_scope"]
    error_description: str


class Credentials(NamedTuple):
    """A client's id and secret, as they were sent."""

    client: str
    secret: str


def basic_of(headers: Mapping[str, str]) -> Credentials | None:
    """The credentials in an ``Authorization`` header (RFC 6749, 2.3.1), or None where there is no such header.

    Raises:
        ClientRefused: it is of another scheme, or cannot be read.
    """
    if "authorization" not in headers:
        return None
    scheme, _, encoded = headers["authorization"].partition(" ")
    try:
        text = base64.b64decode(encoded.strip(), validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise ClientRefused("Authenticate by HTTP Basic, or in the form.") from error
    client, colon, secret = text.partition(":")
    if scheme.lower() != "basic" or not colon or len(text) > 2 * MAX_CREDENTIAL_CHARS:
        raise ClientRefused("Authenticate by HTTP Basic, or in the form.")
    return Credentials(unquote_plus(client), unquote_plus(secret))


def refuse(error: CliffhangerError) -> Answer | None:
    """How the token endpoint tells an error; None for what RFC 6749 has no word for, which stays a problem document."""
    if isinstance(error, ClientRefused):
        return Answer(401, Refusal("invalid_client", error.detail), {"www-authenticate": CHALLENGE})
    if isinstance(error, GrantUnsupported):
        return Answer(400, Refusal("unsupported_grant_type", error.detail))
    if isinstance(error, ScopeRefused):
        return Answer(400, Refusal("invalid_scope", error.detail))
    return Answer(400, Refusal("invalid_request", error.detail)) if isinstance(error, INVALID_REQUEST) else None
