"""Partners' endpoints through the real handlers and tables, and their events on their way to them."""

from __future__ import annotations

import base64
import json
from typing import Any

import boto3
import pytest

from cliffhanger import bootstrap
from cliffhanger.clock import rfc3339, system_clock
from cliffhanger.events.catalogue import newest
from cliffhanger.webhooks.domain import secret_of
from cliffhanger.webhooks.sending import Answered, Post
from functions.deliver.handler import handler as deliver
from functions.dispatch.handler import handler as dispatch
from functions.fanout.handler import handler as fanout
from functions.webhooks.handler import handler as webhooks
from tests.support.http import SETTINGS, access_token, body_of, event
from tests.support.partners import KEYS_TEXT, partner, partner_token

ENDPOINTS = "/v1/partner/{mode}/endpoints"
ENDPOINT = ENDPOINTS + "/{endpointId}"
URL = "https://hooks.acme.example/in"
KEY = "the key of endpoints in all tests"
FAST, SLOW = "test-deliver", "test-deliver-slow"
PIA = access_token("pia", groups=("partner",))


class Clock:
    """What Lambda tells of the time that is left."""

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        return 60_000


@pytest.fixture(autouse=True)
def world(dynamodb: Any) -> None:
    """The partner acme with its member pia, secrets and queues."""
    vault = boto3.client("secretsmanager")
    for name, text in (("PARTNER_KEYS", KEYS_TEXT), ("ENDPOINT_KEY", KEY), ("REQUEST_SECRET", "r" * 32)):
        vault.create_secret(Name=SETTINGS[name], SecretString=text)
    queues = boto3.client("sqs")
    for name in (FAST, SLOW):
        queues.create_queue(QueueName=name)
    acme = partner()
    assert not bootstrap.partners_store().put(acme, None).moved
    for client in acme.clients:
        assert bootstrap.partners_store().add_client(acme.id, client)


@pytest.fixture
def posts(monkeypatch: pytest.MonkeyPatch) -> list[Post]:
    """What was sent; receivers take all of it."""
    sent: list[Post] = []

    class Receivers:
        @staticmethod
        def send(post: Post) -> Answered:
            sent.append(post)
            return Answered(204, None, b"", 12, "203.0.113.9")

    station = bootstrap.webhook_station()._replace(sender=Receivers())
    monkeypatch.setattr(bootstrap, "webhook_station", lambda: station)
    return sent


def ask(
    method: str,
    route: str,
    body: Any = None,
    *,
    token: str | None = None,
    mode: str = "live",
    key: str | None = None,
    query: dict[str, str] | None = None,
    **path: str,
) -> dict[str, Any]:
    parameters = {**({"mode": mode} if "{mode}" in route else {}), **path}
    return webhooks(
        event(
            method,
            route.format(**parameters),
            route=f"{method} {route}",
            path_parameters=parameters,
            body=body,
            query=query,
            token=token or partner_token("live" if mode == "live" else "sandbox"),
            headers={"idempotency-key": key} if key else None,
        ),
        None,
    )


def made(mode: str = "live", key: str = "k1", **body: Any) -> dict[str, Any]:
    answer = ask("POST", ENDPOINTS, {"url": URL, "types": ["*"], **body}, mode=mode, key=key)
    assert answer["statusCode"] in (200, 201), answer
    found: dict[str, Any] = body_of(answer)
    return found


def told(number: int = 1, kind: str = "EpisodeUnlocked") -> dict[str, Any]:
    example = newest(kind).example
    return {**example, "id": f"evt-{number:026d}", "occurredAt": rfc3339(system_clock())}


def records(*bodies: str, queue: str = "test-fanout") -> dict[str, Any]:
    arn = f"arn:aws:sqs:eu-central-1:111122223333:{queue}"
    return {
        "Records": [{"messageId": str(place), "body": body, "eventSourceARN": arn} for place, body in enumerate(bodies)]
    }


def waiting(queue: str = FAST) -> list[str]:
    client = boto3.client("sqs")
    url = client.get_queue_url(QueueName=queue)["QueueUrl"]
    found = client.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    for message in found:
        client.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return [message["Body"] for message in found]


def work() -> None:
    """Lets everything that waits be delivered."""
    for queue in (FAST, SLOW):
        if bodies := waiting(queue):
            assert deliver(records(*bodies, queue=queue), None) == {"batchItemFailures": []}


def test_an_endpoint_is_made_once_under_its_key_and_seen_in_its_mode_only() -> None:
    first = made()
    assert first["status"] == "active"
    assert made() == first
    assert ask("POST", ENDPOINTS, {"url": URL, "types": ["*"]}, key="k1")["statusCode"] == 200
    other = ask("POST", ENDPOINTS, {"url": URL, "types": ["CoinsBought"]}, key="k1")
    assert body_of(other)["code"] == "key_reused"
    assert [each["endpointId"] for each in body_of(ask("GET", ENDPOINTS))["endpoints"]] == [first["endpointId"]]
    assert body_of(ask("GET", ENDPOINTS, mode="sandbox"))["endpoints"] == []
    answer = ask("GET", ENDPOINT, mode="sandbox", endpointId=first["endpointId"])
    assert body_of(answer)["code"] == "not_found"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"url": "http://hooks.acme.example/", "types": ["*"]}, "endpoint_address_refused"),
        ({"url": "https://169.254.169.254/", "types": ["*"]}, "endpoint_address_refused"),
        ({"url": URL, "types": ["Nothing"]}, "validation_failed"),
        ({"url": URL, "types": []}, "validation_failed"),
        ({"url": URL, "types": ["*"], "description": "x" * 201}, "validation_failed"),
        ({"url": URL, "types": ["*"], "more": 1}, "validation_failed"),
    ],
)
def test_what_cannot_be_an_endpoint_is_refused_and_nothing_is_made(body: dict[str, Any], code: str) -> None:
    assert body_of(ask("POST", ENDPOINTS, body, key="k1"))["code"] == code
    assert body_of(ask("GET", ENDPOINTS))["endpoints"] == []


def test_there_are_twenty_endpoints_at_most_in_a_mode() -> None:
    for number in range(20):
        made(key=f"k{number}")
    answer = ask("POST", ENDPOINTS, {"url": URL, "types": ["*"]}, key="k20")
    assert (answer["statusCode"], body_of(answer)["code"], body_of(answer)["most"]) == (409, "endpoints_full", 20)
    assert made(key="k3")["url"] == URL
    made(mode="sandbox")


def test_two_who_make_the_twentieth_endpoint_at_once_do_not_both_succeed(monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(19):
        made(key=f"k{number}")
    store = type(bootstrap.webhook_office().endpoints)
    nineteen = bootstrap.webhook_office().endpoints.of("acme", "live")
    monkeypatch.setattr(store, "of", lambda *_: nineteen)  # what both of them have read
    twentieth = made(key="k19")
    answer = ask("POST", ENDPOINTS, {"url": URL, "types": ["*"]}, key="k20")
    assert (answer["statusCode"], body_of(answer)["code"]) == (409, "endpoints_full")
    assert made(key="k19") == twentieth


def test_an_endpoint_that_ended_makes_room_for_one_however_often_it_is_ended() -> None:
    names = [made(key=f"k{number}")["endpointId"] for number in range(20)]
    for _ in range(2):
        assert ask("DELETE", ENDPOINT, endpointId=names[0])["statusCode"] == 204
    made(key="k20")
    assert body_of(ask("POST", ENDPOINTS, {"url": URL, "types": ["*"]}, key="k21"))["code"] == "endpoints_full"


@pytest.mark.parametrize(
    ("method", "route", "scope"),
    [
        ("POST", ENDPOINTS, "webhooks:write"),
        ("GET", ENDPOINT + "/secret", "webhooks:write"),
        ("GET", ENDPOINTS, "webhooks:read"),
        ("POST", "/v1/partner/sandbox/events", "events:send"),
    ],
)
def test_a_client_without_the_scope_is_told_which_one_is_missing(method: str, route: str, scope: str) -> None:
    held = {"webhooks:write", "webhooks:read", "events:send"} - {scope}
    mode = "sandbox" if "sandbox" in route else "live"
    token = partner_token(mode, *held)  # type: ignore[arg-type]
    answer = ask(method, route, token=token, key="k1", endpointId="5e7d9k2m8q1r5t0v", mode=mode)
    assert (answer["statusCode"], body_of(answer)["code"], body_of(answer)["scope"]) == (403, "scope_missing", scope)


def test_a_sandbox_key_opens_nothing_that_is_live() -> None:
    answer = ask("GET", ENDPOINTS, token=partner_token("sandbox"))
    assert (answer["statusCode"], body_of(answer)["code"]) == (403, "wrong_mode")
    answer = ask("POST", "/v1/partner/sandbox/events", {"type": "CoinsBought"}, token=partner_token("live"))
    assert body_of(answer)["code"] == "wrong_mode"


def test_an_event_of_the_bus_reaches_the_receiver_signed_and_stands_in_the_log(posts: list[Post]) -> None:
    from standardwebhooks import Webhook

    endpoint = made(types=["EpisodeUnlocked"])["endpointId"]
    envelope = told()
    message = json.dumps({"source": "cliffhanger", "detail": envelope})
    assert fanout(records(message), None) == {"batchItemFailures": []}
    work()
    [post] = posts
    secret = body_of(ask("GET", ENDPOINT + "/secret", endpointId=endpoint))["secret"]
    assert Webhook(secret).verify(post.body, dict(post.headers)) == envelope
    assert base64.b64decode(secret.removeprefix("whsec_")) == secret_of(KEY.encode(), endpoint, 1)
    [row] = body_of(ask("GET", ENDPOINT + "/deliveries", endpointId=endpoint))["deliveries"]
    assert (row["status"], row["attempts"], row["eventId"]) == ("delivered", 1, envelope["id"])
    route = ENDPOINT + "/deliveries/{deliveryId}"
    full = body_of(ask("GET", route, endpointId=endpoint, deliveryId=row["deliveryId"]))
    assert json.loads(full["body"]) == envelope
    assert [attempt["status"] for attempt in full["attempts"]] == [204]


def test_one_event_that_cannot_be_taken_holds_up_none_of_the_others(posts: list[Post]) -> None:
    made()
    fine = json.dumps({"detail": told()})
    answer = fanout(records("{", fine, json.dumps({"detail": {}})), None)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "0"}, {"itemIdentifier": "2"}]}
    bodies = waiting()
    answer = deliver(records("{}", *bodies, queue=FAST), None)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "0"}]}
    assert len(posts) == 1


def test_nothing_of_addresses_bodies_or_secrets_goes_into_the_log(
    posts: list[Post], capsys: pytest.CaptureFixture[str]
) -> None:
    endpoint = made(description="my-description")["endpointId"]
    secret = body_of(ask("GET", ENDPOINT + "/secret", endpointId=endpoint))["secret"]
    fanout(records(json.dumps({"detail": told()})), None)
    work()
    dispatch({}, Clock)
    said = capsys.readouterr().out
    assert endpoint in said
    for private in ("hooks.acme.example", secret, "the-last-train", "my-description", KEY):
        assert private not in said


def test_a_secret_is_rotated_with_an_overlap_and_a_lost_answer_does_not_rotate_twice() -> None:
    endpoint = made()["endpointId"]
    before = body_of(ask("GET", ENDPOINT + "/secret", endpointId=endpoint))
    route = ENDPOINT + "/rotation"
    rotated = body_of(ask("POST", route, {"overlapHours": 1}, endpointId=endpoint))
    assert rotated["formerSecret"] == before["secret"] != rotated["secret"]
    assert rotated["formerUntil"]
    again = ask("POST", route, {"overlapHours": 1}, endpointId=endpoint)
    assert (again["statusCode"], body_of(again)["code"]) == (409, "rotation_running")
    assert body_of(ask("GET", ENDPOINT + "/secret", endpointId=endpoint)) == rotated
    at_once = body_of(ask("POST", route, {"overlapHours": 0}, endpointId=endpoint))
    assert at_once["formerSecret"] is None


def test_a_paused_endpoint_is_sent_what_it_missed_by_a_replay(posts: list[Post]) -> None:
    endpoint = made()["endpointId"]
    change = {"url": URL, "types": ["*"], "status": "paused"}
    assert body_of(ask("PUT", ENDPOINT, change, endpointId=endpoint))["status"] == "paused"
    fanout(records(json.dumps({"detail": told()})), None)
    work()
    [row] = body_of(ask("GET", ENDPOINT + "/deliveries", endpointId=endpoint, query={"status": "held"}))["deliveries"]
    ask("PUT", ENDPOINT, {**change, "status": "active"}, endpointId=endpoint)
    since = {"since": row["occurredAt"]}
    begun = ask("POST", ENDPOINT + "/replays", since, endpointId=endpoint, key="r1")
    assert begun["statusCode"] == 202
    assert ask("POST", ENDPOINT + "/replays", since, endpointId=endpoint, key="r1")["statusCode"] == 200
    assert dispatch({}, Clock)["replayed"] == 1
    work()
    assert len(posts) == 1
    replay = body_of(begun)["replayId"]
    found = body_of(ask("GET", ENDPOINT + "/replays/{replayId}", endpointId=endpoint, replayId=replay))
    assert (found["status"], found["sent"]) == ("done", 1)


def test_one_delivery_is_sent_again_when_asked(posts: list[Post]) -> None:
    endpoint = made()["endpointId"]
    fanout(records(json.dumps({"detail": told()})), None)
    work()
    [row] = body_of(ask("GET", ENDPOINT + "/deliveries", endpointId=endpoint))["deliveries"]
    route = ENDPOINT + "/deliveries/{deliveryId}/replay"
    answer = ask("POST", route, endpointId=endpoint, deliveryId=row["deliveryId"])
    assert (answer["statusCode"], body_of(answer)["status"]) == (202, "pending")
    work()
    assert len(posts) == 2
    assert posts[0].headers["webhook-id"] == posts[1].headers["webhook-id"]


def test_an_endpoint_is_tried_also_while_it_is_paused_and_a_live_one_is_told_nothing_untrue(posts: list[Post]) -> None:
    endpoint = made(types=["CoinsBought"])["endpointId"]
    ask("PUT", ENDPOINT, {"url": URL, "types": ["CoinsBought"], "status": "paused"}, endpointId=endpoint)
    answer = ask("POST", ENDPOINT + "/test", {"type": "CoinsBought"}, endpointId=endpoint)
    assert body_of(answer)["code"] == "validation_failed"
    sent = ask("POST", ENDPOINT + "/test", {}, endpointId=endpoint)
    assert (sent["statusCode"], body_of(sent)["test"]) == (202, True)
    work()
    [post] = posts
    assert json.loads(post.body)["data"]["endpointId"] == endpoint
    assert json.loads(post.body)["type"] == "WebhookEndpointTested"


def test_the_sandbox_is_sent_any_event_and_live_endpoints_none_of_them(posts: list[Post]) -> None:
    made()
    made(mode="sandbox", url="https://sandbox.acme.example/")
    made(mode="sandbox", key="k2", types=["CoinsBought"])
    route, token = "/v1/partner/sandbox/events", partner_token("sandbox")
    body = {"type": "EpisodeUnlocked", "data": {"seriesId": "mine"}}
    sent = ask("POST", route, body, token=token)
    assert (sent["statusCode"], body_of(sent)["deliveries"]) == (202, 1)
    work()
    [post] = posts
    assert post.url == "https://sandbox.acme.example/"
    assert json.loads(post.body)["data"]["seriesId"] == "mine"
    wrong = ask("POST", route, {"type": "EpisodeUnlocked", "data": {"episodes": "all"}}, token=token)
    assert body_of(wrong)["code"] == "validation_failed"


def test_live_events_never_reach_the_sandbox(posts: list[Post]) -> None:
    made(mode="sandbox")
    fanout(records(json.dumps({"detail": told()})), None)
    work()
    assert posts == []


def test_a_list_of_deliveries_goes_on_where_it_ended_and_its_cursor_is_good_for_nothing_else(posts: list[Post]) -> None:
    endpoint = made()["endpointId"]
    fanout(records(*(json.dumps({"detail": told(number)}) for number in range(5))), None)
    route = ENDPOINT + "/deliveries"
    first = body_of(ask("GET", route, endpointId=endpoint, query={"limit": "3"}))
    rest = body_of(ask("GET", route, endpointId=endpoint, query={"limit": "3", "cursor": first["nextCursor"]}))
    seen = [row["eventId"] for page in (first, rest) for row in page["deliveries"]]
    assert sorted(seen) == sorted(f"evt-{number:026d}" for number in range(5))
    assert rest["nextCursor"] is None
    other = {"status": "failed", "cursor": first["nextCursor"]}
    assert body_of(ask("GET", route, endpointId=endpoint, query=other))["code"] == "cursor_invalid"


def test_who_deletes_an_endpoint_is_not_sent_what_waits_for_it(posts: list[Post]) -> None:
    endpoint = made()["endpointId"]
    fanout(records(json.dumps({"detail": told()})), None)
    assert ask("DELETE", ENDPOINT, endpointId=endpoint)["statusCode"] == 204
    assert ask("DELETE", ENDPOINT, endpointId=endpoint)["statusCode"] == 204
    work()
    assert posts == []
    assert body_of(ask("GET", ENDPOINT + "/deliveries", endpointId=endpoint))["code"] == "not_found"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"since": "2020-01-01T00:00:00Z"}, "validation_failed"),
        ({"since": "yesterday"}, "validation_failed"),
        ({"since": "2030-01-01T00:00:00Z"}, "validation_failed"),
    ],
)
def test_a_replay_of_what_is_not_kept_is_refused(body: dict[str, Any], code: str) -> None:
    endpoint = made()["endpointId"]
    answer = ask("POST", ENDPOINT + "/replays", body, endpointId=endpoint, key="r1")
    assert (answer["statusCode"], body_of(answer)["code"]) == (422, code)


def test_three_replays_of_an_endpoint_run_at_once() -> None:
    endpoint = made()["endpointId"]
    since = {"since": rfc3339(system_clock() - 3_600_000)}
    for number in range(3):
        begun = ask("POST", ENDPOINT + "/replays", since, endpointId=endpoint, key=f"r{number}")
        assert begun["statusCode"] == 202
    full = ask("POST", ENDPOINT + "/replays", since, endpointId=endpoint, key="r3")
    assert (full["statusCode"], body_of(full)["code"]) == (409, "replays_full")
    dispatch({}, Clock)
    assert ask("POST", ENDPOINT + "/replays", since, endpointId=endpoint, key="r3")["statusCode"] == 202


def test_a_member_sees_and_changes_what_a_client_does() -> None:
    endpoint = made()["endpointId"]
    assert [each["endpointId"] for each in body_of(ask("GET", ENDPOINTS, token=PIA))["endpoints"]] == [endpoint]
    assert body_of(ask("GET", ENDPOINT + "/secret", token=PIA, endpointId=endpoint))["secret"].startswith("whsec_")


def test_all_that_the_threads_of_one_call_share_is_made_before_they_start(dynamodb: Any) -> None:
    """A connection takes a table once: two threads that made the same store would break each other's delivery."""
    bootstrap.forget()
    bootstrap.webhook_station()
    shared = (bootstrap.partners_store, bootstrap.endpoints_store, bootstrap.delivery_log)
    assert [made.cache_info().currsize for made in shared] == [1] * len(shared)
