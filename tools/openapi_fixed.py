"""The parts of ``docs/openapi.json`` that no handler declares: the problem document and the ways to prove who calls."""

from __future__ import annotations

from typing import Any

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
} | {
    field: {
        "type": "apiKey",
        "in": "query",
        "name": field,
        "description": "Part of a playback grant, as startPlayback answers it with delivery `query`.",
    }
    for field in GRANT_FIELDS
}
