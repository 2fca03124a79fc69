"""Partners through real handlers and a real table: who is whose member, and sees whose things."""

from __future__ import annotations

from typing import Any

import boto3
import pytest

from cliffhanger import bootstrap
from functions.partners.handler import handler as partners
from tests.support.http import SETTINGS, access_token, body_of, event
from tests.support.partners import KEYS_TEXT, partner, partner_token

PIA = access_token("pia", groups=("partner",))


@pytest.fixture(autouse=True)
def acme(dynamodb: Any) -> None:
    """The partner acme with its member pia, and the keys of tokens."""
    boto3.client("secretsmanager").create_secret(Name=SETTINGS["PARTNER_KEYS"], SecretString=KEYS_TEXT)
    assert bootstrap.partners_store().put(partner(), None) is None


def ask(token: str) -> dict[str, Any]:
    return partners(event("GET", "/v1/partner", token=token), None)


def test_a_member_sees_the_partner() -> None:
    assert body_of(ask(PIA)) == {
        "partnerId": "acme",
        "name": "Acme",
        "reach": {"all": True, "series": []},
        "quotas": {"live": 1_000, "sandbox": 500},
    }


def test_who_is_no_member_sees_nothing() -> None:
    assert body_of(ask(access_token("mia", groups=("partner",))))["code"] == "partner_required"


def test_a_client_that_was_never_made_is_nobody() -> None:
    assert body_of(ask(partner_token("live")))["code"] == "token_revoked"
