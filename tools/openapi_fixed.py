"""The parts of ``docs/openapi.json`` that no handler declares: problems, headers and the ways to prove who calls."""

from __future__ import annotations

from typing import Any

import msgspec

from cliffhanger.web.fields import IdempotencyKey
from cliffhanger.web.problems import PROBLEM_TYPE

Json = dict[str, Any]

GRANT_FIELDS = ("grantPolicy", "grantSignature", "grantKey")
"""Names of the query parameters in which a playback grant travels."""

PROBLEM_SCHEMA: Json = {
    "type": "object",
    "title": "Problem",
    "description": "RFC 9457. `code` is stable; decide by it, never by the texts. Some codes add members.",
    "required": ["type", "title", "status", "code"],
    "properties": {
        "type": {"type": "string", "pattern": f"^{PROBLEM_TYPE}[a-z_]+$"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "pattern": "^[a-z_]+$"},
        "detail": {"type": "string"},
    },
}

SECURITY_SCHEMES: Json = {
    "accessToken": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "A Cognito access token (not the id token).",
    },
    "signIn": {
        "type": "oauth2",
        "description": "Authorization code with PKCE (S256). Each stage has its own sign-in host; see its outputs.",
        "flows": {
            "authorizationCode": {
                "authorizationUrl": "https://sign-in.cliffhanger.example/oauth2/authorize",
                "tokenUrl": "https://sign-in.cliffhanger.example/oauth2/token",
                "refreshUrl": "https://sign-in.cliffhanger.example/oauth2/token",
                "scopes": {"openid": "who you are", "email": "your address", "profile": "your name"},
            }
        },
    },
    "clientToken": {
        "type": "oauth2",
        "description": "A partner's client, by its own credentials (RFC 6749, 4.4). Tokens are good for 15 minutes.",
        "flows": {
            "clientCredentials": {
                "tokenUrl": "/v1/oauth/token",
                "scopes": {
                    "webhooks:read": "see endpoints and deliveries",
                    "webhooks:write": "make and change endpoints, and replay deliveries",
                    "events:send": "have events made in the sandbox",
                    "requests:read": "see the request log and the usage",
                    "campaigns:read": "see campaigns, their codes and their reports",
                    "purchases:write": "tell of purchases and returns",
                },
            }
        },
    },
    "clientSecret": {
        "type": "http",
        "scheme": "basic",
        "description": "A client's id and secret. They may stand in the form instead, as `client_id` and"
        " `client_secret`.",
    },
    "bodySignature": {
        "type": "apiKey",
        "in": "header",
        "name": "Stripe-Signature",
        "description": "Stripe's signature over the body's bytes: `t={seconds},v1={hex}`. Only Stripe can make it.",
    },
    "querySignature": {
        "type": "apiKey",
        "in": "query",
        "name": "signature",
        "description": "AdMob's signature over the query before it, followed by `key_id`. Only AdMob can make it.",
    },
} | {
    field: {
        "type": "apiKey",
        "in": "query",
        "name": field,
        "description": "Part of a playback grant, as startPlayback answers it with delivery `query`.",
    }
    for field in GRANT_FIELDS
}

HEADERS: Json = {
    "RateLimit-Policy": {
        "description": "To a known caller: how many requests of this kind a minute has room for, and to a partner's"
        " client how many a day (draft-ietf-httpapi-ratelimit-headers, a structured field).",
        "schema": {"type": "string"},
        "example": '"spend";q=60;w=60',
    },
    "RateLimit": {
        "description": "To a known caller: how many more are taken (`r`) before the minute or the day ends, in `t`"
        " seconds.",
        "schema": {"type": "string"},
        "example": '"spend";r=12;t=30',
    },
    "Retry-After": {
        "description": "Seconds after which the request may be tried again.",
        "schema": {"type": "integer", "minimum": 1},
        "example": 30,
    },
    "ETag": {
        "description": "A strong tag of exactly this answer, for `If-None-Match`.",
        "schema": {"type": "string"},
        "example": '"kr7xk3m2v6h4q5t2zd3n7wyb4e"',
    },
}
"""Headers of answers, by name."""

PARAMETERS: Json = {
    "Idempotency-Key": {
        "name": "Idempotency-Key",
        "in": "header",
        "required": True,
        "schema": msgspec.json.schema(IdempotencyKey),
    },
    "If-None-Match": {
        "name": "If-None-Match",
        "in": "header",
        "required": False,
        "description": "Tags of the answers that the client holds: if the present one is among them, 304 and no body.",
        "schema": {"type": "string"},
    },
}
"""Headers of requests, by name."""


def headers(*names: str) -> Json:
    """References to headers of answers."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def parameter(name: str) -> Json:
    """A reference to a header of requests."""
    return {"$ref": f"#/components/parameters/{name}"}
