"""Webhooks on the running platform: from a real unlock to a receiver over TLS that verifies with the public library."""

from __future__ import annotations

import json
import secrets
import time
from collections import Counter

import pytest

from cliffhanger.webhooks.fanout import KNOWN_MS
from local.aws import client
from local.cast import SERIES, person_of
from tests.e2e.client import Platform
from tests.e2e.receivers import Acme, Receiver, until


@pytest.fixture(scope="module")
def acme(platform: Platform) -> Acme:
    return Acme(platform)


@pytest.fixture(scope="module")
def receiver(platform: Platform) -> Receiver:
    return Receiver(platform)


@pytest.fixture
def inbox() -> str:
    return f"in-{secrets.token_hex(4)}"


def sweep(platform: Platform) -> None:
    """Lets the sweep run now: the clock calls it every minute."""
    answer = client("lambda", platform.emulator).invoke(FunctionName="cliffhanger-local-dispatch", Payload=b"{}")
    assert "FunctionError" not in answer, answer["Payload"].read()


def test_an_unlock_reaches_a_receiver_over_tls_that_verifies_it_with_the_public_library(
    platform: Platform, acme: Acme, receiver: Receiver, viewer: str, inbox: str
) -> None:
    endpoint = acme.endpoint(f"{receiver.hooks}/{inbox}", "EpisodeUnlocked")
    receiver.set(inbox, secret=acme.secret(endpoint))
    time.sleep(KNOWN_MS / 1_000)  # after so long, no list of endpoints without this one is in use
    assert platform.unlock(viewer).status == 201
    [got] = until(lambda: receiver.received(inbox))
    assert (got["verified"], got["why"]) == (True, "")
    event = json.loads(got["body"])
    assert (event["type"], event["data"]["seriesId"]) == ("EpisodeUnlocked", SERIES)
    assert event["data"]["personId"] == person_of(viewer)
    [row] = until(lambda: [row for row in acme.deliveries(endpoint) if row["status"] == "delivered"])
    assert row["eventId"] == got["message"] == event["id"]


def test_what_a_receiver_does_not_take_is_sent_again_until_it_does(
    platform: Platform, acme: Acme, receiver: Receiver, inbox: str
) -> None:
    endpoint = acme.endpoint(f"{receiver.hooks}/{inbox}", mode="sandbox")
    receiver.set(inbox, secret=acme.secret(endpoint, "sandbox"), behaviour="error")
    sent = acme.ask("POST", "events", {"type": "CoinsBought"}, "sandbox")
    assert (sent.status, sent.json["deliveries"]) == (202, 1), sent
    until(lambda: receiver.received(inbox))
    receiver.set(inbox, behaviour="accept")
    got = until(lambda: [one for one in receiver.received(inbox) if one["status"] == 204])
    assert got[0]["verified"]
    assert {one["message"] for one in receiver.received(inbox)} == {sent.json["eventId"]}
    assert [row["status"] for row in until(lambda: acme.deliveries(endpoint, "sandbox"))] == ["delivered"]


def test_a_receiver_that_is_gone_is_disabled_and_what_it_missed_comes_by_a_replay(
    platform: Platform, acme: Acme, receiver: Receiver, inbox: str
) -> None:
    url = f"{receiver.hooks}/{inbox}"
    endpoint = acme.endpoint(url, mode="sandbox")
    receiver.set(inbox, secret=acme.secret(endpoint, "sandbox"), behaviour="gone")
    sent = acme.ask("POST", "events", {"type": "CoinsBought"}, "sandbox").json["eventId"]

    def disabled() -> bool:
        found = acme.ask("GET", f"endpoints/{endpoint}", mode="sandbox").json
        return (found["status"], found["reason"]) == ("disabled", "gone")

    until(disabled)
    sweep(platform)
    until(lambda: any("endpoint for webhooks is disabled" in mail for mail in platform.mails_to(acme.member.email)))
    receiver.set(inbox, behaviour="accept")
    body = {"url": url, "types": ["*"], "status": "active"}
    assert acme.ask("PUT", f"endpoints/{endpoint}", body, "sandbox").status == 200
    [row] = acme.deliveries(endpoint, "sandbox")
    replay = acme.ask(
        "POST", f"endpoints/{endpoint}/replays", {"since": row["occurredAt"]}, "sandbox", **{"Idempotency-Key": inbox}
    )
    assert replay.status == 202, replay
    sweep(platform)
    until(lambda: [one for one in receiver.received(inbox) if one["status"] == 204])
    assert {one["message"] for one in receiver.received(inbox)} == {sent}


def test_all_of_a_range_is_sent_again_and_nothing_beside_it(
    platform: Platform, acme: Acme, receiver: Receiver, inbox: str
) -> None:
    endpoint = acme.endpoint(f"{receiver.hooks}/{inbox}", mode="sandbox")
    receiver.set(inbox, secret=acme.secret(endpoint, "sandbox"))

    def times() -> Counter[str]:
        """How often each message has come: what is sent at least once may come again by itself."""
        return Counter(one["message"] for one in receiver.received(inbox))

    def send_one() -> None:
        """And waits until it has come, so that no two happen at one time."""
        sent = acme.ask("POST", "events", {"type": "CoinsBought"}, "sandbox").json["eventId"]
        until(lambda: times()[sent])

    for _ in range(3):
        send_one()
    first, *rest = sorted((row["occurredAt"], row["eventId"]) for row in acme.deliveries(endpoint, "sandbox"))
    until(lambda: all(row["status"] == "delivered" for row in acme.deliveries(endpoint, "sandbox")))
    before = times()
    wanted = {"since": rest[0][0], "until": rest[-1][0], "status": "all"}
    asked = acme.ask("POST", f"endpoints/{endpoint}/replays", wanted, "sandbox", **{"Idempotency-Key": inbox})
    assert asked.status == 202, asked
    sweep(platform)
    path = f"endpoints/{endpoint}/replays/{asked.json['replayId']}"
    until(lambda: acme.ask("GET", path, mode="sandbox").json["status"] == "done")
    assert acme.ask("GET", path, mode="sandbox").json["sent"] == 2
    until(lambda: all(times()[name] > before[name] for _, name in rest))
    assert times()[first[1]] == before[first[1]]


def test_an_endpoint_is_tried_and_its_new_secret_verifies_what_comes_after(
    platform: Platform, acme: Acme, receiver: Receiver, inbox: str
) -> None:
    endpoint = acme.endpoint(f"{receiver.hooks}/{inbox}", "EpisodePublished")
    rotated = acme.ask("POST", f"endpoints/{endpoint}/rotation", {"overlapHours": 0})
    assert rotated.status == 200, rotated
    receiver.set(inbox, secret=rotated.json["secret"])
    assert acme.ask("POST", f"endpoints/{endpoint}/test", {}).status == 202
    [got] = until(lambda: receiver.received(inbox))
    assert got["verified"]
    assert json.loads(got["body"])["data"]["endpointId"] == endpoint


def test_no_address_of_this_machine_s_own_services_can_be_an_endpoint(platform: Platform, acme: Acme) -> None:
    """The stage allows loopback for the receiver; a name for the network that clouds keep their metadata in, it does
    not."""
    body = {"url": "https://169.254.169.254/latest/meta-data/", "types": ["*"]}
    refused = acme.ask("POST", "endpoints", body, **{"Idempotency-Key": "metadata"})
    assert (refused.status, refused.code) == (422, "endpoint_address_refused")
