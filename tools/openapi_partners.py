"""Examples of partners, and of their campaigns; see ``openapi_examples``."""

from __future__ import annotations

from typing import Any

from tools import openapi_campaigns as campaigns

_REACH: dict[str, Any] = {"all": False, "series": ["the-last-train"]}
_QUOTAS = {"live": 100_000, "sandbox": 10_000}

CLIENT: dict[str, Any] = {
    "clientId": "pc-live-3m9x4q0v5t8w1z6c2k7h0b4d",
    "mode": "live",
    "name": "Statistics",
    "scopes": ["requests:read", "webhooks:read"],
    "secrets": [{"number": 2, "endsAt": None}, {"number": 1, "endsAt": "2026-11-22T18:07:04.947Z"}],
    "createdAt": "2026-11-02T09:12:40.110Z",
    "lastUsedDay": "2026-11-21",
}
_NEW = {**CLIENT, "secrets": [{"number": 1, "endsAt": None}], "lastUsedDay": None}
_SECRET = "ps_live_" + "x" * 43

PARTNER: dict[str, Any] = {
    "partnerId": "acme",
    "name": "Acme Streams",
    "members": ["4h7d9k2m8q1r5t0v"],
    "reach": _REACH,
    "quotas": _QUOTAS,
    "status": "active",
    "revision": 1,
    "createdAt": "2026-11-02T09:00:00.000Z",
    "changedAt": "2026-11-02T09:00:00.000Z",
    "clients": [CLIENT],
}

BODIES: dict[str, Any] = {
    **campaigns.BODIES,
    "grantToken": {"grant_type": "client_credentials", "scope": "webhooks:read"},
    "createClient": {"name": "Statistics", "scopes": ["webhooks:read", "requests:read"]},
    "rotateSecret": {"overlapHours": 24},
    "putPartner": {
        "name": "Acme Streams",
        "members": ["4h7d9k2m8q1r5t0v"],
        "reach": _REACH,
        "quotas": _QUOTAS,
        "status": "active",
        "revision": 0,
    },
}
"""Bodies by operation."""

ANSWERS: dict[str, dict[int, Any]] = {
    **campaigns.ANSWERS,
    "grantToken": {
        200: {"access_token": "eyJhbGciOi…", "token_type": "Bearer", "expires_in": 900, "scope": "webhooks:read"},
        400: {"error": "invalid_scope", "error_description": "The client does not have events:send."},
        401: {"error": "invalid_client", "error_description": "The client is not known by that secret."},
    },
    "getPartner": {200: {"partnerId": "acme", "name": "Acme Streams", "reach": _REACH, "quotas": _QUOTAS}},
    "listClients": {200: {"clients": [CLIENT]}},
    "createClient": {201: {"client": _NEW, "clientSecret": _SECRET}},
    "rotateSecret": {200: {"client": CLIENT, "clientSecret": _SECRET}},
    "listRequests": {
        200: {
            "requests": [
                {
                    "at": "2026-11-21T18:07:04.947Z",
                    "requestId": "0f3c9a52-7d61-4a0e-9a3e-5c1f2b8d4e6f",
                    "method": "GET",
                    "route": "/v1/partner/{mode}/usage",
                    "status": 200,
                    "code": "ok",
                    "millis": 14,
                    "clientId": CLIENT["clientId"],
                }
            ],
            "nextCursor": None,
        }
    },
    "getUsage": {200: {"quota": 100_000, "remaining": 99_998, "days": [{"day": "2026-11-21", "requests": 2}]}},
    "listPartners": {
        200: {
            "partners": [{name: PARTNER[name] for name in ("partnerId", "name", "status", "createdAt")}],
            "nextCursor": None,
        }
    },
    "explainPartner": {200: PARTNER},
    "putPartner": {200: {**PARTNER, "revision": 2}, 201: {**PARTNER, "clients": []}},
}
"""Answers by operation and status."""
