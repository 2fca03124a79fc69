"""An invitation on the running platform: from the link over a friend's first purchase to both rewards, and back."""

from __future__ import annotations

import secrets
from typing import Any

from local.cast import person_of
from tests.e2e.client import Platform, Reply, eventually, refused
from tests.e2e.test_purchases_undone import VISA, Shopper

INVITATION = "/v1/rewards/invitation"
HELD = "/v1/support/rewards/held"
INVITER_COINS, FRIEND_COINS = 40, 30


def opened(platform: Platform, token: str) -> dict[str, Any]:
    """A viewer's invitation, opened on a device of their own."""
    reply = platform.post(INVITATION, token, {"device": secrets.token_urlsafe(9)})
    assert reply.status == 200, reply
    told: dict[str, Any] = reply.json
    return told


def redeem(platform: Platform, token: str, code: str) -> Reply:
    return platform.post(f"{INVITATION}/redemption", token, {"code": code, "device": secrets.token_urlsafe(9)})


def bonus(platform: Platform, token: str) -> int:
    return int(platform.get("/v1/wallet", token).json["coins"]["bonus"])


def of_both(platform: Platform, inviter: str, friend: str) -> tuple[str, str]:
    """How the invitation stands for either side."""
    theirs = platform.get(INVITATION, inviter).json["friends"]
    return theirs[0]["status"], platform.get(INVITATION, friend).json["redeemed"]["status"]


def test_both_sides_are_rewarded_after_a_friends_first_purchase_and_its_refund_takes_both_back(
    platform: Platform, operator: str
) -> None:
    _, inviter = platform.sign_up()
    invited = opened(platform, inviter)
    assert (invited["inviterCoins"], invited["friendCoins"]) == (INVITER_COINS, FRIEND_COINS)
    told = refused(redeem(platform, inviter, invited["code"]), 403, "invitation_refused")
    assert told["reasons"] == ["own_invitation"]

    _, friend = platform.sign_up()
    joined = redeem(platform, friend, invited["code"])
    assert (joined.status, joined.json["stage"]) == (200, "open")
    assert redeem(platform, friend, invited["code"]).json == joined.json
    shopper = Shopper(platform, friend)
    order = shopper.buy(VISA)
    shopper.waits_for(order, "paid")

    # Everybody here comes from one address, as a household does: a reviewer looks at both.
    assert eventually(lambda: of_both(platform, inviter, friend) == ("held", "held"))
    before = bonus(platform, friend)
    _, reviewer = platform.new_person("reviewer")
    mine = {person_of(inviter), person_of(friend)}
    waiting = [one for one in all_held(platform, reviewer) if one["personId"] in mine]
    assert [one["reasons"] for one in waiting]
    for one in waiting:
        released = platform.post(f"{HELD}/{one['claimId']}/release", reviewer, {})
        assert (released.status, released.json["status"]) == (200, "paid"), released
    assert (bonus(platform, inviter), bonus(platform, friend)) == (INVITER_COINS, before + FRIEND_COINS)

    path = f"/v1/support/accounts/{platform.account_of(friend)}/refunds"
    asked = {"orderId": order, "amount": None, "reason": "viewer_request"}
    done = platform.post(path, operator, asked, headers={"Idempotency-Key": secrets.token_hex(8)})
    assert (done.status, done.json["status"]) == (201, "done"), done
    shopper.waits_for(order, "refunded")
    assert eventually(lambda: (bonus(platform, inviter), shopper.wallet()) == (0, (0, 0)))
    assert eventually(lambda: platform.get(INVITATION, inviter).json["friends"][0]["stage"] == "undone")


def all_held(platform: Platform, reviewer: str) -> list[dict[str, Any]]:
    """All that waits for a reviewer, page by page."""
    found: list[dict[str, Any]] = []
    cursor = ""
    while True:
        page = platform.get(f"{HELD}?limit=50{cursor}", reviewer)
        assert page.status == 200, page
        found += page.json["items"]
        if page.json["nextCursor"] is None:
            return found
        cursor = f"&cursor={page.json['nextCursor']}"
