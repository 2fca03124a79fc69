"""The examples in ``docs/openapi.json``: the story that the README tells, in JSON.

Tests check each against its schema, so that an example cannot show what the API would not say.
"""

from __future__ import annotations

from typing import Any

from tools import openapi_checkout as checkout
from tools import openapi_partners as partners
from tools import openapi_payouts as payouts
from tools import openapi_revenue as revenue
from tools import openapi_rewards as rewards
from tools import openapi_support as support
from tools import openapi_tips as tips
from tools import openapi_unlocks as unlocks
from tools import openapi_uploads as uploads
from tools import openapi_wallet as wallet
from tools import openapi_webhooks as webhooks

SERIES = "the-last-train"
SYNOPSIS = "Every night at 0:40 a train leaves that is on no timetable. Tonight, someone gets off."
VERSION = "7k2m9x4q0v5t8w1z"
PLAYLIST = """#EXTM3U
#EXT-X-VERSION:7
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-STREAM-INF:BANDWIDTH=1215000,RESOLUTION=540x960,CODECS="avc1.64001f,mp4a.40.2",FRAME-RATE=30.000
540.m3u8?grantPolicy=eyJTdGF0…&grantSignature=Qm9~…&grantKey=K2JCJMDEHXQW5F
"""

_PROFILE = {"displayName": "Mia", "language": "en", "country": "DE", "birthDate": "1998-02-28"}
_PERSON = {"personId": "4h7d9k2m8q1r5t0v", "account": "viewer:4h7d9k2m8q1r5t0v"}

_PRICING = {"startCoins": 12, "riseCoins": 2, "everyEpisodes": 10, "mostCoins": 40}
_SERIES_BODY = {
    "title": "The Last Train",
    "synopsis": SYNOPSIS,
    "language": "en",
    "languages": ["de", "pt-BR"],
    "tags": ["mystery", "trains"],
    "ageRating": 12,
    "freeEpisodes": 1,
    "pricing": _PRICING,
    "ceilingCoins": 200,
    "restDiscountPercent": 15,
    "earlyHours": 48,
    "refundableEpisodes": 3,
    "listed": False,
    "revision": 0,
}
_EPISODE_BODY = {
    "title": "Platform Nine",
    "priceCoins": None,
    "cliffhangerMs": None,
    "releaseAt": "2026-12-01T18:00:00Z",
    "revision": 1,
}
_SERIES_MADE = {
    "seriesId": SERIES,
    **_SERIES_BODY,
    "creatorShareBp": 5_000,
    "revision": 1,
    "posterUrl": None,
    "episodes": [],
}
_EPISODE_MADE = {
    **_SERIES_MADE,
    "revision": 2,
    "episodes": [
        {
            "episode": 1,
            "title": "Platform Nine",
            "priceCoins": None,
            "viewerPriceCoins": 0,
            "published": False,
            "durationMs": None,
            "cliffhangerMs": None,
            "releaseAt": "2026-12-01T18:00:00.000Z",
            "posterUrl": None,
        }
    ],
}
_SERIES_ROW = {
    "seriesId": SERIES,
    "title": "The Last Train",
    "synopsis": SYNOPSIS,
    "episodes": 1,
    "freeEpisodes": 1,
    "posterUrl": None,
}

_KEPT = {
    "grantId": "mfrggzdfmztwq2lk",
    "device": "f3Qx9_mB2tKc",
    "version": VERSION,
    "playlistUrl": f"https://cliffhanger.example/v1/playlists/{SERIES}/2/{VERSION}/master.m3u8?grantPolicy=eyJTdGF0…",
    "downloadBy": "2026-11-21T18:19:10.000Z",
    "keepUntil": "2026-11-23T18:04:10.000Z",
}

_PARTS: tuple[Any, ...] = (checkout, unlocks, revenue, payouts, rewards, tips, support, partners, webhooks)

BODIES: dict[str, Any] = {
    "putSeries": _SERIES_BODY,
    "putEpisode": _EPISODE_BODY,
    "unlockEpisode": {"priceShownCoins": 12},
    "startPlayback": {"delivery": "cookies"},
    "keepEpisode": {"device": "f3Qx9_mB2tKc"},
    "saveProgress": {"positionMs": 41_500, "version": VERSION},
    "createUpload": uploads.BODY,
    "putProfile": _PROFILE,
    "setLimits": wallet.LIMITS,
    **{operation: shown for part in _PARTS for operation, shown in part.BODIES.items()},
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
                    "posterUrl": f"/posters/{SERIES}/1/{VERSION}.0000001.jpg",
                }
            ],
            "nextCursor": None,
        }
    },
    "getSeries": {
        200: {
            "seriesId": SERIES,
            "title": "The Last Train",
            "synopsis": SYNOPSIS,
            "language": "en",
            "languages": ["de", "pt-BR"],
            "tags": ["mystery", "trains"],
            "ageRating": 12,
            "freeEpisodes": 1,
            "ceilingCoins": 200,
            "restDiscountPercent": 15,
            "refundableEpisodes": 3,
            "posterUrl": f"/posters/{SERIES}/1/{VERSION}.0000001.jpg",
            "episodes": [
                {
                    "episode": 1,
                    "title": "Platform Nine",
                    "priceCoins": 0,
                    "free": True,
                    "published": True,
                    "durationMs": 10000,
                    "cliffhangerMs": 9200,
                    "releaseAt": None,
                    "membersFrom": None,
                    "posterUrl": f"/posters/{SERIES}/1/{VERSION}.0000001.jpg",
                },
                {
                    "episode": 2,
                    "title": "The Passenger",
                    "priceCoins": 12,
                    "free": False,
                    "published": False,
                    "durationMs": 10000,
                    "cliffhangerMs": None,
                    "releaseAt": "2026-12-01T18:00:00.000Z",
                    "membersFrom": "2026-11-29T18:00:00.000Z",
                    "posterUrl": f"/posters/{SERIES}/2/{VERSION}.0000001.jpg",
                },
            ],
        }
    },
    "getWallet": {200: wallet.WALLET},
    "setLimits": {200: wallet.WALLET_LIMITED},
    "getStatement": {200: wallet.STATEMENT},
    "getReceipt": {200: wallet.RECEIPT_PROVEN},
    "unlockEpisode": {
        201: {"alreadyUnlocked": False, "receipt": wallet.RECEIPT, "wallet": wallet.WALLET_AFTER},
        200: {"alreadyUnlocked": True, "receipt": wallet.RECEIPT, "wallet": wallet.WALLET_AFTER},
    },
    "getProfile": {200: {**_PERSON, **_PROFILE}},
    "putProfile": {200: {**_PERSON, **_PROFILE}},
    "startPlayback": {
        200: {
            "playlistUrl": f"https://cliffhanger.example/media/{SERIES}/2/{VERSION}/master.m3u8",
            "expiresAt": "2026-11-21T18:19:10.000Z",
            "renewAfter": "2026-11-21T18:11:40.000Z",
            "delivery": "cookies",
            "version": VERSION,
            "durationMs": 90_000,
            "resumeMs": 41_500,
        }
    },
    "saveProgress": {
        200: {
            "positionMs": 41_500,
            "savedAt": "2026-11-21T18:05:10.000Z",
            "nextAfter": "2026-11-21T18:05:40.000Z",
        }
    },
    "keepEpisode": dict.fromkeys((201, 200), _KEPT),
    "listOffline": {
        200: {
            "items": [
                {
                    "grantId": _KEPT["grantId"],
                    "seriesId": SERIES,
                    "episode": 2,
                    "device": _KEPT["device"],
                    "version": VERSION,
                    "keepUntil": _KEPT["keepUntil"],
                    "state": "valid",
                }
            ]
        }
    },
    "listContinue": {
        200: {
            "items": [
                {
                    "seriesId": SERIES,
                    "episode": 2,
                    "positionMs": 41_500,
                    "durationMs": 90_000,
                    "savedAt": "2026-11-21T18:05:10.000Z",
                }
            ],
            "nextCursor": None,
        }
    },
    "getPlaylist": {200: PLAYLIST},
    "createUpload": {201: uploads.FORMS},
    "listUploads": {200: {"uploads": [uploads.UPLOAD], "nextCursor": None}},
    "getBudget": {200: uploads.BUDGET},
    "takeStripeNotice": {200: {"outcome": "recorded"}},
    "listOwnSeries": {200: {"series": [{**_SERIES_ROW, "listed": False}], "nextCursor": None}},
    "getOwnSeries": {200: _EPISODE_MADE},
    "putSeries": {200: _SERIES_MADE, 201: _SERIES_MADE},
    "putEpisode": {200: _EPISODE_MADE, 201: _EPISODE_MADE},
    "getUpload": {200: uploads.UPLOAD},
    **{operation: shown for part in _PARTS for operation, shown in part.ANSWERS.items()},
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
