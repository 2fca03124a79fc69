"""The examples in ``docs/openapi.json``: the story that the README tells, in JSON.

Tests check each against its schema, so that an example cannot show what the API would not say.
"""

from __future__ import annotations

from typing import Any

SERIES = "the-last-train"
SYNOPSIS = "Every night at 0:40 a train leaves that is on no timetable. Tonight, someone gets off."
VERSION = "7k2m9x4q0v5t8w1z"
PLAYLIST = """#EXTM3U
#EXT-X-VERSION:7
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-STREAM-INF:BANDWIDTH=1215000,RESOLUTION=540x960,CODECS="avc1.64001f,mp4a.40.2",FRAME-RATE=30.000
540.m3u8?grantPolicy=eyJTdGF0…&grantSignature=Qm9~…&grantKey=K2JCJMDEHXQW5F
"""

_BONUS = {"lot": "2", "unit": "bonus", "coins": 18, "expiresAt": "2027-11-22T00:00:00.000Z"}
_BOUGHT = {"lot": "1", "unit": "coin", "coins": 100, "expiresAt": None}
_WALLET_AFTER = {"coins": {"total": 118, "bought": 100, "bonus": 18}, "lots": [_BONUS, _BOUGHT], "asOf": 3}
_RECEIPT = {
    "account": "viewer:4h7d9k2m8q1r5t0v",
    "seq": 3,
    "reference": f"unlock:{SERIES}:2-2.0",
    "at": "2026-11-21T18:04:05.123Z",
    "priceCoins": 12,
    "spent": [{"lot": "2", "unit": "bonus", "coins": 12, "cash": 0, "currency": None}],
    "hash": "WYxKolN-nfzJEc_K_BdRPyXlB5FwrYhugIIN30uNCOo",
}

BODIES: dict[str, Any] = {
    "unlockEpisode": {"priceShownCoins": 12},
    "startPlayback": {"delivery": "cookies"},
    "createUpload": {"contentType": "video/mp4", "sizeBytes": 8_000_000},
}
"""Request bodies by operation."""

ANSWERS: dict[str, dict[int, Any]] = {
    "listSeries": {
        200: {
            "series": [
                {
                    "seriesId": SERIES,
                    "title": "The Last Train",
                    "synopsis": SYNOPSIS,
                    "episodes": 2,
                    "freeEpisodes": 1,
                }
            ]
        }
    },
    "getSeries": {
        200: {
            "seriesId": SERIES,
            "title": "The Last Train",
            "synopsis": SYNOPSIS,
            "language": "en",
            "episodes": [
                {
                    "episode": 1,
                    "title": "Platform Nine",
                    "priceCoins": 0,
                    "free": True,
                    "published": True,
                    "durationMs": 10000,
                },
                {
                    "episode": 2,
                    "title": "The Passenger",
                    "priceCoins": 12,
                    "free": False,
                    "published": True,
                    "durationMs": 10000,
                },
            ],
        }
    },
    "getWallet": {
        200: {
            "coins": {"total": 130, "bought": 100, "bonus": 30},
            "lots": [{**_BONUS, "coins": 30}, _BOUGHT],
            "asOf": 2,
        }
    },
    "unlockEpisode": {
        201: {"alreadyUnlocked": False, "receipt": _RECEIPT, "wallet": _WALLET_AFTER},
        200: {"alreadyUnlocked": True, "receipt": _RECEIPT, "wallet": _WALLET_AFTER},
    },
    "startPlayback": {
        200: {
            "playlistUrl": f"https://cliffhanger.example/media/{SERIES}/2/{VERSION}/master.m3u8",
            "expiresAt": "2026-11-21T20:04:10.000Z",
            "renewAfter": "2026-11-21T19:04:10.000Z",
            "delivery": "cookies",
        }
    },
    "getPlaylist": {200: PLAYLIST},
    "createUpload": {
        201: {
            "uploadId": VERSION,
            "url": "https://uploads.example/",
            "fields": {"key": f"uploads/{SERIES}/3/{VERSION}/source", "Content-Type": "video/mp4"},
            "expiresAt": "2026-11-21T18:19:05.000Z",
        }
    },
    "getUpload": {200: {"uploadId": VERSION, "status": "transcoding", "percent": 40, "problem": None}},
}
"""Answers by operation and status."""

HEADERS: dict[str, dict[int, dict[str, Any]]] = {
    "startPlayback": {
        200: {
            "Set-Cookie": {
                "description": "With delivery `cookies`: the grant's CloudFront-* cookies, for the version's folder"
                " alone; Secure, HttpOnly, SameSite=Lax. One header each.",
                "schema": {"type": "string"},
            }
        }
    },
}
"""Headers of answers by operation and status."""

MEMBERS: dict[str, dict[str, Any]] = {
    "body_too_large": {"maxBytes": 16_384},
    "episode_locked": {"priceCoins": 12, "generation": 0, "balanceCoins": 4, "missingCoins": 8},
    "generation_unknown": {"generation": 1},
    "group_required": {"group": "creator"},
    "insufficient_coins": {"priceCoins": 12, "balanceCoins": 4, "missingCoins": 8},
    "price_changed": {"priceCoins": 15},
    "validation_failed": {"where": "body"},
}
"""What problems carry beside RFC 9457's own members, by code."""
