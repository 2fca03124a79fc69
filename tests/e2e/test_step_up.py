"""Money leaves, and where it goes is changed, by a sign-in of the last five minutes: with the platform's own tokens."""

from __future__ import annotations

import pytest

from cliffhanger.routes import FRESH_S, ROUTES, Route
from local.aws import client
from local.cast import person_of, sign_in
from tests.e2e.client import Platform, Reply, refused

SCHEDULE = "/v1/payout-schedule"
STEPPED_UP = [route for route in ROUTES if route.fresh_sign_in]
NAMES = {"{reviewId}": "somebody.1", "{seriesId}": "some-series", "{version}": "1"}


class Account:
    """Somebody who signed in by password, and what the sign-in gave them."""

    def __init__(self, platform: Platform, group: str) -> None:
        self.platform = platform
        self.user, _ = platform.new_person(group)
        asked = {"USERNAME": self.user.email, "PASSWORD": self.user.password}
        identity, app = client("cognito-idp", platform.emulator), platform.outputs["clientId"]
        given = identity.initiate_auth(ClientId=app, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=asked)
        self.token = given["AuthenticationResult"]["AccessToken"]
        self.kept = given["AuthenticationResult"]["RefreshToken"]

    def refresh(self) -> str:
        """Another token, as a page gets it that has been open for an hour."""
        reply = self.platform.at_sign_in({"grant_type": "refresh_token", "refresh_token": self.kept})
        return str(reply.json["access_token"])

    def has_signed_in(self, seconds_ago: int) -> None:
        self.platform.put_back(person_of(self.token), "signedInAt", seconds_ago * 1_000)


def ask(platform: Platform, route: Route, token: str) -> Reply:
    path = route.path
    for name, value in NAMES.items():
        path = path.replace(name, value)
    method = platform.put if route.method == "PUT" else platform.post
    return method(path, token, {}, headers={"Idempotency-Key": "once"})


@pytest.fixture(scope="module")
def creator(platform: Platform) -> Account:
    return Account(platform, "creator")


def test_a_sign_in_is_good_for_five_minutes_and_a_refreshed_token_makes_it_no_younger(
    platform: Platform, creator: Account
) -> None:
    weekly = {"rhythm": "weekly"}
    assert platform.put(SCHEDULE, creator.token, weekly).status == 200
    assert platform.put(SCHEDULE, creator.refresh(), weekly).status == 200  # as on every page but the first
    creator.has_signed_in(FRESH_S + 1)
    old = creator.refresh()
    told = refused(platform.put(SCHEDULE, old, weekly), 403, "sign_in_too_old")
    assert told["maxAgeSeconds"] == FRESH_S
    assert platform.get(SCHEDULE, old).json["rhythm"] == "weekly"
    anew = sign_in(platform.emulator, platform.outputs["clientId"], creator.user)
    assert platform.put(SCHEDULE, anew, {"rhythm": "none"}).status == 200


@pytest.mark.parametrize("route", STEPPED_UP, ids=lambda route: route.operation)
def test_each_way_out_asks_for_a_newer_sign_in_before_it_looks_at_anything(platform: Platform, route: Route) -> None:
    caller = Account(platform, route.auth)
    assert ask(platform, route, caller.token).code != "sign_in_too_old"
    caller.has_signed_in(FRESH_S + 1)
    refused(ask(platform, route, caller.refresh()), 403, "sign_in_too_old")
