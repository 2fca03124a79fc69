"""What problems carry beside RFC 9457's own members, as they might arrive; see ``openapi_examples``."""

from __future__ import annotations

from typing import Any

from tools import openapi_checkout as checkout
from tools import openapi_wallet as wallet

MEMBERS: dict[str, dict[str, Any]] = {
    "age_restricted": {"ageRating": 16},
    "body_too_large": {"maxBytes": 16_384},
    "budget_cap_reached": {"cap": 3},
    "budget_exhausted": {"available": 12},
    "campaign_changed": {"revision": 4},
    "campaign_closed": {"reason": "over"},
    "campaigns_full": {"most": 200},
    "fundings_full": {"most": 50},
    "return_too_large": {"most": 999},
    "checkin_too_soon": {"nextAt": "2026-11-22T03:10:00.000Z"},
    "case_closed": {"caseStatus": "done"},
    "debt_outstanding": {"debt": {"coin": 12}},
    "endpoint_address_refused": {"rule": "port"},
    "endpoints_full": {"most": 20},
    "replays_full": {"most": 3},
    "rotation_running": {"until": "2026-11-22T18:04:05.123Z"},
    "episode_locked": {"priceCoins": 12, "generation": 0, "balanceCoins": 4, "missingCoins": 8},
    "episode_out_of_order": {"next": 2},
    "four_eyes_required": {"rule": "own_case"},
    "generation_unknown": {"generation": 1},
    "group_required": {"group": "creator"},
    "invitation_refused": {"reasons": ["not_new"]},
    "insufficient_coins": {"priceCoins": 12, "balanceCoins": 4, "missingCoins": 8, "packId": "taste"},
    "offline_limit_reached": {"rule": "devices", "limit": 3},
    "page_too_large": {"bytes": 4_210, "maxBytes": 4_096},
    "payment_refused": {"declineCode": "insufficient_funds"},
    "payout_fee_changed": {"fee": 50},
    "payout_refused": {"rule": "below_minimum", "minimum": 1_000},
    "price_changed": {"priceCoins": 15},
    "not_refundable": {"rule": "coins_spent"},
    "purchase_limit_reached": checkout.LIMIT,
    "verification_too_soon": {"retryAt": "2026-12-21T18:04:05.123Z"},
    "scope_missing": {"scope": "webhooks:write"},
    "watch_ended": {"because": "followed"},
    "wrong_mode": {"mode": "sandbox", "needed": "live"},
    "partner_changed": {"revision": 4},
    "member_taken": {"persons": ["4h7d9k2m8q1r5t0v"]},
    "quota_reached": {"quota": 100_000, "retryAfterSeconds": 21_600},
    "rate_limited": {"rate": "spend", "retryAfterSeconds": 30},
    "repair_unavailable": {"date": "2026-11-20"},
    "reward_refused": {"rule": "checkin", "version": "shipped-2", "reasons": ["unusual_activity"]},
    "rule_set_changed": {"active": "shipped-2"},
    "rule_set_unbounded": {"where": "dayCaps.houseViewerCoins", "most": 500, "bound": 300},
    "split_changed": {"latest": 3},
    "sign_in_too_old": {"maxAgeSeconds": 300},
    "spend_limit_reached": wallet.LIMIT_REACHED,
    "transcode_budget_reached": {"reason": "creator", "month": "2026-11"},
    "transcode_refused": {"reason": "within-budget"},
    "switched_off": {"switch": "playback"},
    "series_changed": {"revision": 4},
    "validation_failed": {"where": "body"},
}
"""By code."""
