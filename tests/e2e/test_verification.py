"""A creator is verified on the running platform: at the provider's page, by its signed webhook, by the workflow."""

from __future__ import annotations

import json
import secrets
import time
import urllib.parse
from collections.abc import Callable
from typing import Any

import pytest

from cliffhanger.webhooks.fanout import KNOWN_MS
from local.verification import DOCUMENT
from tests.e2e.client import Platform, eventually, refused, send
from tests.e2e.receivers import Acme, Receiver, until

OWN = "/v1/creator/verification"
SEE_OTHER = 303


def shows(platform: Platform, token: str, **wanted: Any) -> dict[str, Any]:
    """How the creator stands, when it is so."""

    def found() -> dict[str, Any]:
        reply = platform.get(OWN, token)
        assert reply.status == 200, reply
        return reply.json if wanted.items() <= reply.json.items() else {}

    return eventually(found)


def asked(platform: Platform, path: str, token: str) -> dict[str, Any]:
    """What is shown there; nothing while it is not."""
    reply = platform.get(path, token)
    return reply.json if reply.status == 200 else {}


def begun(platform: Platform, token: str, **body: Any) -> str:
    """The address of the provider's page."""
    reply = platform.post(OWN, token, body)
    assert reply.status == 202, reply
    return str(reply.json["check"]["url"])


def show_document(url: str, to: str = "verified") -> None:
    typed = urllib.parse.urlencode({"to": to}).encode()
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert send("POST", url, raw=typed, headers=form).status == SEE_OTHER


@pytest.fixture(scope="module")
def told(platform: Platform) -> Callable[[str], list[dict[str, Any]]]:
    """What a partner has heard of a creator's verification, by webhooks that the public library has verified."""
    acme, receiver, inbox = Acme(platform, sees_all=True), Receiver(platform), f"in-{secrets.token_hex(4)}"
    endpoint = acme.endpoint(f"{receiver.hooks}/{inbox}", "VerificationDecided")
    receiver.set(inbox, secret=acme.secret(endpoint))
    time.sleep(KNOWN_MS / 1_000)  # before that, lists of endpoints without this one may be in use

    def heard(token: str) -> list[dict[str, Any]]:
        person = platform.account_of(token).removeprefix("viewer:")
        events = [json.loads(one["body"]) for one in receiver.received(inbox) if one["verified"]]
        return [event["data"] for event in events if event["data"]["personId"] == person]

    return heard


def test_a_creator_shows_a_document_and_is_verified(
    platform: Platform, told: Callable[[str], list[dict[str, Any]]]
) -> None:
    _, token = platform.new_person("creator")
    assert platform.get(OWN, token).json["state"] == "none"
    url = begun(platform, token)
    assert begun(platform, token) == url
    show_document(url, "requires_input")
    assert eventually(lambda: (platform.get(OWN, token).json["check"] or {}).get("code")) == "document_unverified_other"
    show_document(url)
    stands = shows(platform, token, tier=1, state="verified", check=None)
    assert {"currency": "EUR", "day": 230_000, "month": 920_000} in stands["limits"]
    (data,) = until(lambda: told(token))
    assert (data["outcome"], data["tier"], data["until"]) == ("approved", 1, stands["until"])


def test_who_is_named_by_a_list_waits_for_a_reviewer_and_a_partner_hears_of_the_refusal_but_not_why(
    platform: Platform, told: Callable[[str], list[dict[str, Any]]]
) -> None:
    _, creator = platform.new_person("creator")
    session = begun(platform, creator).rsplit("/", 1)[-1]
    shows_somebody = {"to": "verified", **DOCUMENT}
    address = f"{platform.outputs['stripeUrl']}/_local/verifications/{session}"
    assert send("POST", address, body=shows_somebody).status == 200
    shows(platform, creator, state="review", tier=0)
    person, reviewer = platform.account_of(creator).removeprefix("viewer:"), platform.new_person("reviewer")[1]
    path = f"/v1/reviews/{person}.1"
    seen: dict[str, Any] = eventually(lambda: asked(platform, path, reviewer))
    assert [hit["entry"] for hit in seen["review"]["hits"]] == ["SYN-0001"]
    assert told(creator) == []
    reply = platform.post(f"{path}/decision", reviewer, {"verdict": "refuse", "reason": "listed", "note": "He is."})
    assert reply.json["status"] == "decided"
    shows(platform, creator, tier=0, state="refused")
    (data,) = until(lambda: told(creator))
    assert set(data) == {"personId", "outcome", "tier", "until"}
    assert (data["outcome"], data["tier"]) == ("refused", 0)


def test_tier_two_waits_for_two_reviewers(platform: Platform) -> None:
    _, creator = platform.new_person("creator")
    show_document(begun(platform, creator, tier=2))
    shows(platform, creator, state="review", tier=0)
    person = platform.account_of(creator).removeprefix("viewer:")
    path = f"/v1/reviews/{person}.1"
    reviewers = [platform.new_person("reviewer")[1] for _ in range(2)]
    seen: dict[str, Any] = eventually(lambda: asked(platform, path, reviewers[0]))
    assert seen["identity"] == {"name": "Cleo Marchetti", "birthDate": "1988-05-17", "country": "IT"}
    refused(platform.get(path, creator), 403, "group_required")
    body = {"verdict": "approve", "reason": "identity_confirmed", "note": "Seen."}
    told = [platform.post(f"{path}/decision", reviewer, body).json["status"] for reviewer in reviewers]
    assert told == ["awaiting", "decided"]
    shows(platform, creator, tier=2, state="verified")
