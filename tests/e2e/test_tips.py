"""Gifts on the running platform: from the tap over the lane to what others see, and back by support."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Any

import pytest

from cliffhanger.ledger.packing import stored_text
from local.cast import SERIES
from tests.e2e.client import Platform, Reply, eventually, refused
from tools import verify_receipt as verifier

EPISODE = f"/v1/series/{SERIES}/episodes/1"
ROSES = {"gift": "rose", "count": 3, "priceShownCoins": 5}


def key() -> dict[str, str]:
    return {"Idempotency-Key": secrets.token_hex(8)}


def give(platform: Platform, token: str, headers: dict[str, str], **changes: Any) -> Reply:
    return platform.post(f"{EPISODE}/tips", token, ROSES | changes, headers=headers)


def recent(platform: Platform) -> list[dict[str, Any]]:
    reply = platform.get(f"{EPISODE}/gifts")
    assert reply.status == 200, reply
    gifts: list[dict[str, Any]] = reply.json["gifts"]
    return gifts


def settled_on(platform: Platform, account: str, seq: int) -> dict[str, int]:
    """What an entry has brought to the series' lane of tips, per unit."""
    moved: dict[str, int] = {}
    for name, row in platform.rows("ledger").items():
        if not name.startswith(f"series:{SERIES}:tips:"):
            continue
        entry = json.loads(stored_text(row))
        for rest, source, *amounts in entry.get("sources", {}).get("viewer", ()):
            if (f"viewer:{rest}", source) == (account, seq):
                moved |= dict(zip(entry["units"], amounts, strict=True))
    return moved


def test_a_gift_reaches_the_lane_and_the_eyes_of_others_once(platform: Platform, viewer: str):
    headers = key()
    name = f"Mia {secrets.token_hex(3)}"
    profile = {"displayName": name, "language": "en", "country": None, "birthDate": None}
    assert platform.put("/v1/me", viewer, profile).status == 200
    given = give(platform, viewer, headers, named=True)
    assert given.status == 201, given
    again = give(platform, viewer, headers, named=True)
    assert (again.status, again.json["receipt"]) == (200, given.json["receipt"])
    refused(give(platform, viewer, headers, count=4, named=True), 409, "key_reused")
    receipt = given.json["receipt"]
    assert given.json["wallet"]["coins"]["bought"] == 85
    account = platform.account_of(viewer)
    moved = eventually(lambda: settled_on(platform, account, receipt["seq"]))
    assert moved["coin"] == 15
    assert sum(moved.values()) - 15 == sum(one["cash"] for one in receipt["spent"])
    mine = eventually(lambda: [one for one in recent(platform) if one["name"] == name])
    assert [(one["gift"], one["count"]) for one in mine] == [("rose", 3)]
    proven = platform.get(f"/v1/wallet/receipts/{receipt['seq']}", viewer).json
    judged = verifier.judge(proven)
    assert (proven["kind"], judged.findings) == ("tip", [])


def test_support_gives_a_gift_back_and_others_see_it_no_more(platform: Platform, viewer: str, operator: str):
    name = f"Noa {secrets.token_hex(3)}"
    profile = {"displayName": name, "language": "en", "country": None, "birthDate": None}
    platform.put("/v1/me", viewer, profile)
    seq = give(platform, viewer, key(), named=True).json["receipt"]["seq"]
    assert eventually(lambda: [one for one in recent(platform) if one["name"] == name])
    account = platform.account_of(viewer)
    asked = {"seq": seq, "reason": "viewer_request"}
    done = platform.post(f"/v1/support/accounts/{account}/reversals", operator, asked, headers=key())
    assert (done.status, done.json["status"]) == (201, "done"), done
    assert platform.get("/v1/wallet", viewer).json["coins"]["bought"] == 100
    assert eventually(lambda: settled_on(platform, account, done.json["entry"]["seq"]))["coin"] == -15
    assert eventually(lambda: not [one for one in recent(platform) if one["name"] == name])


def test_what_is_refused_names_what_is_missing(platform: Platform, viewer: str, penniless: str, creator: str):
    told = refused(give(platform, penniless, key()), 402, "insufficient_coins")
    assert (told["missingCoins"], told["packId"]) == (15, "taste")
    refused(give(platform, creator, key()), 403, "own_series")
    limit = platform.put("/v1/wallet/tip-limit", viewer, {"dayCoins": 10}, headers=key())
    assert (limit.status, limit.json["leftCoins"]) == (200, 10)
    told = refused(give(platform, viewer, key()), 403, "spend_limit_reached")
    assert (told["rule"], told["limitCoins"]) == ("tips", 10)


@pytest.mark.parametrize("path", ["/v1/gifts", f"{EPISODE}/gifts"])
def test_whoever_holds_the_present_answer_is_not_sent_it_again(platform: Platform, path: str):
    first = platform.get(path)
    again = platform.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert first.status == 200
    assert again.status in (200, 304)
    assert Path(path).name == "gifts"
