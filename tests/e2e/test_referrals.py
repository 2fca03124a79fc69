"""Invitations on the running platform: from the link over a friend's first purchase to both rewards, and back."""

from __future__ import annotations

import secrets
from typing import Any

from tests.e2e.client import Platform, Reply, eventually, refused
from tests.e2e.reviewers import new_reviewer
from tests.e2e.test_purchases_undone import VISA, Shopper

INVITATION = "/v1/rewards/invitation"
INVITER_COINS, FRIEND_COINS = 40, 30


def opened(home: Platform, token: str) -> dict[str, Any]:
    """A viewer's invitation, opened at home on a device of their own."""
    reply = home.post(INVITATION, token, {"device": secrets.token_urlsafe(9)})
    assert reply.status == 200, reply
    told: dict[str, Any] = reply.json
    return told


def redeem(home: Platform, token: str, code: str) -> Reply:
    return home.post(f"{INVITATION}/redemption", token, {"code": code, "device": secrets.token_urlsafe(9)})


def joined(home: Platform, code: str) -> str:
    """The token of somebody new who has redeemed an invitation at home; asked again, it is answered alike."""
    _, token = home.sign_up()
    first = redeem(home, token, code)
    assert (first.status, first.json["stage"]) == (200, "open"), first
    assert redeem(home, token, code).json == first.json
    return token


def buys(home: Platform, token: str) -> str:
    """The order of coins that somebody has paid."""
    shopper = Shopper(home, token)
    order = shopper.buy(VISA)
    shopper.waits_for(order, "paid")
    return order


def bonus(platform: Platform, token: str) -> int:
    return int(platform.get("/v1/wallet", token).json["coins"]["bonus"])


def of_both(platform: Platform, inviter: str, friend: str) -> tuple[str | None, str | None]:
    """What has become of the coins of a friend, and of their inviter's for the newest friend."""
    theirs = platform.get(INVITATION, inviter).json["friends"]
    return theirs[0]["status"], platform.get(INVITATION, friend).json["redeemed"]["status"]


def test_a_friends_first_purchase_rewards_both_a_household_by_a_reviewers_word_and_a_refund_takes_both_back(
    platform: Platform, home: Platform, operator: str
) -> None:
    _, inviter = home.sign_up()
    invited = opened(home, inviter)
    assert (invited["inviterCoins"], invited["friendCoins"]) == (INVITER_COINS, FRIEND_COINS)
    told = refused(redeem(home, inviter, invited["code"]), 403, "invitation_refused")
    assert told["reasons"] == ["own_invitation"]

    elsewhere = platform.at_a_home_of_its_own()
    friend = joined(elsewhere, invited["code"])
    buys(elsewhere, friend)
    assert eventually(lambda: of_both(platform, inviter, friend) == ("waiting", "paid"))
    assert (bonus(platform, inviter), bonus(platform, friend)) == (0, FRIEND_COINS)

    sibling = joined(home, invited["code"])
    order = buys(home, sibling)
    assert eventually(lambda: of_both(platform, inviter, sibling) == ("held", "held"))
    reviewer = new_reviewer(platform)
    waiting = reviewer.finds((inviter, sibling)).values()
    assert [one["reasons"] for one in waiting] == [["account_new", "referral_same_block"]] * 2
    assert [reviewer.decides(one, "release") for one in waiting] == ["paid", "paid"]
    assert (bonus(platform, inviter), bonus(platform, sibling)) == (INVITER_COINS, FRIEND_COINS)

    path = f"/v1/support/accounts/{platform.account_of(sibling)}/refunds"
    asked = {"orderId": order, "amount": None, "reason": "viewer_request"}
    done = platform.post(path, operator, asked, headers={"Idempotency-Key": secrets.token_hex(8)})
    assert (done.status, done.json["status"]) == (201, "done"), done
    assert eventually(lambda: (bonus(platform, inviter), Shopper(home, sibling).wallet()) == (0, (0, 0)))
    stages = [one["stage"] for one in platform.get(INVITATION, inviter).json["friends"]]
    assert stages == ["undone", "rewarded"]
