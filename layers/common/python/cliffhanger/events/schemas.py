"""JSON Schema of every event's ``data``, by type and version. Published, and forever: a version may gain members.

Who receives an event must pass over members that it does not know. What is private to a viewer (limits, debt, why and
by whom support acted) is told to nobody.
"""

from __future__ import annotations

from typing import Any

from cliffhanger.events import schema_parts as parts
from cliffhanger.events.cashback_schemas import CASHBACK_SCHEMAS
from cliffhanger.events.gift_schemas import GIFT_SCHEMAS
from cliffhanger.events.payout_schemas import PAYOUT_SCHEMAS
from cliffhanger.events.revenue_schemas import REVENUE_SCHEMAS
from cliffhanger.events.reward_schemas import REWARD_SCHEMAS
from cliffhanger.events.verification_schemas import VERIFICATION_SCHEMAS

_MIA = {"personId": "4h7d9k2m8q1r5t0v"}

_KEY = "key:7d2r0h5w9k3m1q8v4t6x0b2c5e"
_ORDER = "9k3m1q8v4t6x0b2c"
_OF_SALE: dict[str, Any] = {
    "personId": parts.PERSON,
    "orderId": {"type": "string", "maxLength": 32, "description": "The order"},
    "coins": parts.coins("How many, by class", "bonus", "bought", every=True),
    "cash": parts.cash("How much of what was paid"),
    "reference": parts.REFERENCE,
    "seq": parts.SEQ,
}
_SALE = _MIA | {
    "orderId": _ORDER,
    "coins": {"bonus": 10, "bought": 100},
    "cash": [{"currency": "USD", "amount": 990}],
}

_OF_ENDPOINT: dict[str, Any] = {
    "partnerId": {"type": "string", "maxLength": 32, "description": "The partner"},
    "mode": {"type": "string", "enum": ["live", "sandbox"], "description": "In which mode the endpoint is"},
    "endpointId": {"type": "string", "maxLength": 32, "description": "The endpoint"},
    "description": {"type": "string", "maxLength": 200, "description": "What its partner calls it; may be empty"},
}
_ENDPOINT = {"partnerId": "north-media", "mode": "live", "endpointId": "5e7d9k2m8q1r5t0v", "description": "Orders"}

EVENT_SCHEMAS: dict[tuple[str, int], dict[str, Any]] = {
    **CASHBACK_SCHEMAS,
    **REWARD_SCHEMAS,
    **VERIFICATION_SCHEMAS,
    **GIFT_SCHEMAS,
    **PAYOUT_SCHEMAS,
    **REVENUE_SCHEMAS,
    ("EpisodePublished", 1): parts.event_data(
        "An episode's video can be watched for the first time, or has been replaced by a newer version.",
        {
            "seriesId": parts.SERIES,
            "episode": {**parts.EPISODE, "description": "The episode's number"},
            "version": {"type": "string", "maxLength": 32, "description": "The version that plays from now on"},
            "durationMs": {"type": "integer", "minimum": 1, "description": "Milliseconds"},
        },
        {"seriesId": "the-last-train", "episode": 2, "version": "7k2m9x4q0v5t8w1z", "durationMs": 8_021},
    ),
    ("TranscodeBudgetReached", 1): parts.event_data(
        "An upload was refused because the month's budget for transcoding does not hold its price.",
        {
            "seriesId": parts.SERIES,
            "episode": {**parts.EPISODE, "description": "The episode's number"},
            "version": {"type": "string", "maxLength": 32, "description": "The version that it would have become"},
            "month": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}$", "description": "In UTC"},
            "budget": {"type": "string", "enum": ["stage", "creator"], "description": "Whose: all creators', or one's"},
        },
        {
            "seriesId": "the-last-train",
            "episode": 3,
            "version": "7k2m9x4q0v5t8w1z",
            "month": "2026-11",
            "budget": "creator",
        },
    ),
    ("EpisodeUnlocked", 1): parts.event_data(
        "A viewer has unlocked episodes.",
        {
            "personId": parts.PERSON,
            "seriesId": parts.SERIES,
            "episodes": {
                "type": "array",
                "minItems": 1,
                "maxItems": 9_999,
                "items": parts.EPISODE,
                "description": "Those that this opens, in order; not those that were open before",
            },
            "coins": parts.coins("What was paid, by class", "bonus", "bought", every=True),
            "cash": parts.cash("What the bought coins had cost"),
            "reference": parts.REFERENCE,
            "seq": parts.SEQ,
        },
        _MIA
        | {
            "seriesId": "the-last-train",
            "episodes": [2, 3],
            "coins": {"bonus": 18, "bought": 6},
            "cash": [{"currency": "USD", "amount": 54}],
            "reference": "unlock:the-last-train:2-3.0",
            "seq": 3,
        },
    ),
    ("UnlockReversed", 1): parts.event_data(
        "An unlock was reversed: its coins went back, and what it opened is locked unless another unlock opens it.",
        {
            "personId": parts.PERSON,
            "seriesId": parts.SERIES,
            "firstEpisode": {**parts.EPISODE, "description": "The first episode that the unlock spanned"},
            "lastEpisode": {**parts.EPISODE, "description": "The last one"},
            "coins": parts.coins("What went back, by class", "bonus", "bought", every=True),
            "cash": parts.cash("What the bought coins had cost"),
            "reverses": parts.REVERSES,
            "reference": parts.REFERENCE,
            "seq": parts.SEQ,
        },
        _MIA
        | {
            "seriesId": "the-last-train",
            "firstEpisode": 2,
            "lastEpisode": 3,
            "coins": {"bonus": 18, "bought": 6},
            "cash": [{"currency": "USD", "amount": 54}],
            "reverses": 3,
            "reference": "unlock:the-last-train:2-3.0:rev:2t6x0b2c5e7d9k2m",
            "seq": 4,
        },
    ),
    ("CoinsGranted", 1): parts.event_data(
        "A viewer was given coins that stand for no cash and expire.",
        {
            "personId": parts.PERSON,
            "coins": parts.coins("How many, by class", "bonus", "game"),
            "reference": parts.REFERENCE,
            "seq": parts.SEQ,
        },
        _MIA | {"coins": {"bonus": 30}, "reference": _KEY, "seq": 2},
    ),
    ("GrantReversed", 1): parts.event_data(
        "Coins that a viewer was given were taken back; what the viewer no longer had is owed.",
        {
            "personId": parts.PERSON,
            "coins": parts.coins("How many, by class", "bonus", "game"),
            "reverses": parts.REVERSES,
            "reference": parts.REFERENCE,
            "seq": parts.SEQ,
        },
        _MIA | {"coins": {"bonus": 30}, "reverses": 2, "reference": f"{_KEY}:rev:2t6x0b2c5e7d9k2m", "seq": 5},
    ),
    ("CoinsBought", 1): parts.event_data(
        "A viewer has paid for coins and has them.",
        {
            "personId": parts.PERSON,
            "coins": parts.coins("How many, by class", "bought", "bonus"),
            "cash": parts.cash("What was paid"),
            "reference": parts.REFERENCE,
            "seq": parts.SEQ,
        },
        _MIA
        | {
            "coins": {"bonus": 10, "bought": 100},
            "cash": [{"currency": "USD", "amount": 990}],
            "reference": f"purchase:{_ORDER}:grant",
            "seq": 1,
        },
        {
            "withheldBonus": parts.SOME
            | {"description": "Bonus coins of an offer for a first purchase: another purchase came before this one"}
        },
    ),
    ("PurchaseRefunded", 1): parts.event_data(
        "Money of an order goes back to who paid it, and its coins were taken; those that were spent are owed.",
        _OF_SALE,
        _SALE | {"reference": f"purchase:{_ORDER}:rev:2t6x0b2c5e7d9k2m", "seq": 9},
    ),
    ("PurchaseRefundFailed", 1): parts.event_data(
        "A refund did not reach who paid: the money is with us again, and the coins are with the viewer.",
        _OF_SALE,
        _SALE | {"reference": f"purchase:{_ORDER}:back:2t6x0b2c5e7d9k2m", "seq": 10},
    ),
    ("DisputeOpened", 1): parts.event_data(
        "The bank of who paid an order has taken its money back, and its coins were taken; those spent are owed.",
        _OF_SALE,
        _SALE | {"reference": f"purchase:{_ORDER}:rev:dispute-5m8q1r5t0v4h7d9k", "seq": 11},
    ),
    ("DisputeClosed", 1): parts.event_data(
        "A dispute was decided for us: the money came again, and the coins are with the viewer. One that is lost moves "
        "nothing more, and is not told.",
        _OF_SALE | {"outcome": {"type": "string", "enum": ["won"], "description": "How it was decided"}},
        _SALE | {"reference": f"purchase:{_ORDER}:back:dispute-5m8q1r5t0v4h7d9k", "seq": 12, "outcome": "won"},
    ),
    ("CoinsExpired", 1): parts.event_data(
        "It was noticed that coins of a viewer have expired. It is told with the next entry after their day, whatever "
        "that is for; where none comes, the sweep writes one.",
        {"personId": parts.PERSON, "coins": parts.coins("How many, by class", "bonus", "game"), "seq": parts.SEQ},
        _MIA | {"coins": {"bonus": 12}, "seq": 6},
    ),
    ("BonusExpiring", 1): parts.event_data(
        "Coins that a viewer was given expire within three days. It is told once for each day on which some do, with "
        "as many as there are then; what is spent meanwhile, or given for the same day, is not told again.",
        {
            "personId": parts.PERSON,
            "coins": parts.coins("How many, by class", "bonus", "game"),
            "expiresAt": {
                "type": "string",
                "format": "date-time",
                "maxLength": 35,
                "description": "From when on they cannot be spent",
            },
        },
        _MIA | {"coins": {"bonus": 12}, "expiresAt": "2026-11-23T00:00:00.000Z"},
    ),
    ("AccountFrozen", 1): parts.event_data(
        "Support has stopped all spending from an account.",
        {"account": {"type": "string", "maxLength": 100, "description": "Its address"}, "seq": parts.SEQ},
        {"account": "viewer:4h7d9k2m8q1r5t0v", "seq": 7},
    ),
    ("AccountThawed", 1): parts.event_data(
        "Support lets an account spend again.",
        {"account": {"type": "string", "maxLength": 100, "description": "Its address"}, "seq": parts.SEQ},
        {"account": "viewer:4h7d9k2m8q1r5t0v", "seq": 8},
    ),
    ("WebhookEndpointDisabled", 1): parts.event_data(
        "An endpoint has failed for so long that nothing more is sent to it. Its partner alone is told, at its other "
        "endpoints and by mail.",
        {
            **_OF_ENDPOINT,
            "reason": {
                "type": "string",
                "enum": ["gone", "failing", "exhausted"],
                "description": "It answered 410; nothing came through for five days; a delivery was tried for the last "
                "time, and nothing had come through since its first",
            },
            "failingSince": {
                "type": "string",
                "format": "date-time",
                "maxLength": 35,
                "description": "The first failure since its last success",
            },
        },
        _ENDPOINT | {"reason": "exhausted", "failingSince": "2026-11-18T06:12:31.400Z"},
    ),
    ("WebhookEndpointTested", 1): parts.event_data(
        "Somebody has asked to try an endpoint. Nothing else has happened.", _OF_ENDPOINT, _ENDPOINT
    ),
}
