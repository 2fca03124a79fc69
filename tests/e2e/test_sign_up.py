"""Whoever has an address can become a viewer: sign-up, the code from the mail, a token, a wallet of their own."""

from __future__ import annotations

import secrets

import pytest
from botocore.exceptions import ClientError

from local.aws import client
from local.cast import PROFILES, person_of, sign_in
from tests.e2e.client import Platform


def test_somebody_new_signs_up_and_has_a_wallet(platform: Platform):
    user, token = platform.sign_up()
    wallet = platform.get("/v1/wallet", token)
    assert wallet.status == 200
    assert wallet.json["coins"]["total"] == 0
    told = platform.get("/v1/me", token).json
    assert (told["personId"], told["birthDate"]) == (person_of(token), None)
    assert person_of(sign_in(platform.emulator, platform.outputs["clientId"], user)) == person_of(token)


def test_nobody_signs_in_without_the_code(platform: Platform):
    identity, app = client("cognito-idp", platform.emulator), platform.outputs["clientId"]
    address, password = f"{secrets.token_hex(6)}@example.com", "Watch-this-now-1"
    identity.sign_up(ClientId=app, Username=address, Password=password)

    def attempt() -> None:
        asked = {"USERNAME": address, "PASSWORD": password}
        identity.initiate_auth(ClientId=app, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=asked)

    with pytest.raises(ClientError, match="UserNotConfirmedException"):
        attempt()
    with pytest.raises(ClientError, match="CodeMismatchException"):
        identity.confirm_sign_up(ClientId=app, Username=address, ConfirmationCode="none")
    with pytest.raises(ClientError, match="UserNotConfirmedException"):
        attempt()


@pytest.mark.parametrize(
    "password", ["Short-1", "no-capital-letter-1", "NO-SMALL-LETTER-1", "No-digit-at-all", "Nosymbol123456"]
)
def test_a_weak_password_is_refused(platform: Platform, password: str):
    address = f"{secrets.token_hex(6)}@example.com"
    with pytest.raises(ClientError, match="InvalidPasswordException"):
        client("cognito-idp", platform.emulator).sign_up(
            ClientId=platform.outputs["clientId"], Username=address, Password=password
        )
    assert platform.mails_to(address) == []


def test_an_address_that_is_not_known_is_not_told_from_one_that_is(platform: Platform):
    identity, app = client("cognito-idp", platform.emulator), platform.outputs["clientId"]
    user, _ = platform.sign_up()
    told = []
    for address in (user.email, f"{secrets.token_hex(6)}@example.com"):
        asked = {"USERNAME": address, "PASSWORD": "Not-the-password-1"}
        with pytest.raises(ClientError) as refusal:
            identity.initiate_auth(ClientId=app, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=asked)
        told.append(refusal.value.response["Error"])
    assert told[0] == told[1]


def test_an_operator_of_the_demo_is_known_by_the_group(platform: Platform, operator: str, viewer: str):
    assert platform.get("/v1/support/switches", viewer).code == "group_required"
    assert platform.get("/v1/support/switches", operator).status == 200


def test_the_demo_has_an_adult_and_somebody_of_unknown_age(platform: Platform):
    told = {name: platform.get("/v1/me", platform.token_of(name)).json["birthDate"] for name in ("mia", "noa")}
    assert told == {"mia": PROFILES["mia"]["birthDate"], "noa": None}
