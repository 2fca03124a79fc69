"""The edge: parse, authenticate, run, render; every refusal a problem document."""

from __future__ import annotations

import base64
import json
import time
from typing import Any

import msgspec
import pytest

from cliffhanger.errors import InsufficientCoins, SwitchedOff
from cliffhanger.web import api as served_api
from cliffhanger.web.api import Answer, Api, Call, LimiterMissing, Operation, RoutesMismatch, build_api
from cliffhanger.web.bodies import MAX_BODY_BYTES
from tests.support.http import SETTINGS, access_token, body_of, event
from tests.unit.web.served import api_with, limiter, some_route

UNLOCK = "POST /v1/series/{seriesId}/episodes/{episode}/unlock"


class Path(msgspec.Struct, rename="camel"):
    series_id: str
    episode: int


class Body(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    price_shown_coins: int


def serve(
    run: Any = lambda call: Answer(200, {"person": call.person, "price": call.body.price_shown_coins}),
) -> Api:
    return api_with("unlock", unlockEpisode=Operation(run, path=Path, body=Body))


def call(api: Api, **changes: Any) -> dict[str, Any]:
    sent: dict[str, Any] = {
        "route": UNLOCK,
        "path_parameters": {"seriesId": "s", "episode": "2"},
        "body": {"priceShownCoins": 12},
        "token": access_token("mia"),
    } | changes
    return api(event("POST", "/v1/series/s/episodes/2/unlock", **sent), None)


def code(answer: dict[str, Any]) -> tuple[int, str]:
    assert answer["headers"]["content-type"] == "application/problem+json"
    return answer["statusCode"], body_of(answer)["code"]


def test_a_request_reaches_its_operation_with_the_person_of_its_token() -> None:
    answer = call(serve())
    assert (answer["statusCode"], body_of(answer)) == (200, {"person": "mia", "price": 12})


@pytest.mark.parametrize("operations", [{}, {"other": Operation(lambda _: Answer(200, {}))}])
def test_a_handler_that_does_not_serve_exactly_its_routes_refuses_to_import(operations: dict[str, Operation]) -> None:
    with pytest.raises(RoutesMismatch):
        build_api("unlock", operations, limiter)


def test_a_handler_of_limited_routes_refuses_to_import_without_a_limiter() -> None:
    served = api_with("unlock").operations
    with pytest.raises(LimiterMissing, match="rate_limiter"):
        build_api("unlock", served)


def test_a_handler_whose_routes_are_all_open_needs_no_limiter() -> None:
    assert build_api("catalog", api_with("catalog").operations).limiter is None


def test_a_function_without_routes_serves_nothing() -> None:
    with pytest.raises(RoutesMismatch):
        build_api("settlement", {"unlockEpisode": Operation(lambda _: Answer(200, {}))})


@pytest.mark.parametrize("origin", [None, "", "guess"])
def test_a_request_past_the_distribution_is_refused_before_its_token_is_looked_at(origin: str | None) -> None:
    assert code(call(serve(), origin=origin, token="nonsense")) == (403, "origin_refused")


def test_two_origin_secrets_hold_while_one_is_being_rotated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORIGIN_DIGESTS", "0" * 64 + "," + SETTINGS["ORIGIN_DIGESTS"])
    assert call(serve())["statusCode"] == 200


def test_a_path_that_no_route_has_is_a_problem_too() -> None:
    assert code(call(serve(), route="$default")) == (404, "route_not_found")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("{", (400, "malformed_json")),
        ("[[[[", (400, "malformed_json")),
        ("\ud800", (400, "malformed_json")),
        ({}, (422, "validation_failed")),
        ([], (422, "validation_failed")),
        ({"priceShownCoins": "12"}, (422, "validation_failed")),
        ({"priceShownCoins": 1.5}, (422, "validation_failed")),
        ({"priceShownCoins": None}, (422, "validation_failed")),
        ({"priceShownCoins": 12, "extra": 1}, (422, "validation_failed")),
        ('{"priceShownCoins":12,"priceShownCoins":"x"}', (422, "validation_failed")),
        ("x" * (MAX_BODY_BYTES + 1), (413, "body_too_large")),
        ("é" * (MAX_BODY_BYTES - 10), (413, "body_too_large")),
    ],
)
def test_a_body_that_does_not_fit_says_how(body: Any, expected: tuple[int, str]) -> None:
    assert code(call(serve(), body=body)) == expected


def test_a_body_nested_without_end_is_refused_and_not_a_fault() -> None:
    assert code(call(serve(), body="[" * 10_000))[0] == 400


def test_a_base64_body_is_decoded() -> None:
    request = event(
        "POST",
        "/",
        route=UNLOCK,
        path_parameters={"seriesId": "s", "episode": "2"},
        body=base64.b64encode(b'{"priceShownCoins":7}').decode(),
        token=access_token(),
    )
    request["isBase64Encoded"] = True
    assert body_of(serve()(request, None))["price"] == 7
    request["body"] = "%%%"
    assert code(serve()(request, None)) == (400, "malformed_json")


@pytest.mark.parametrize("episode", ["two", "2.5", ""])
def test_a_path_that_does_not_fit_says_so(episode: str) -> None:
    answer = call(serve(), path_parameters={"seriesId": "s", "episode": episode})
    assert code(answer) == (422, "validation_failed")
    assert body_of(answer)["where"] == "path"


def test_a_missing_token_is_told_how_to_authenticate() -> None:
    answer = call(serve(), token=None)
    assert code(answer) == (401, "token_missing")
    assert answer["headers"]["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("group", ["creator", "operator"])
def test_a_route_for_a_group_refuses_others(group: str) -> None:
    route = some_route(auth=group)
    served = api_with(route.function)
    for groups in ((), ("member",), ("creators",)):
        refused = served(event(route.method, "/", route=route.key, token=access_token(groups=groups)), None)
        assert code(refused) == (403, "group_required")
        assert body_of(refused)["group"] == group
    taken = served(event(route.method, "/", route=route.key, token=access_token(groups=(group,))), None)
    assert taken["statusCode"] == 200


def test_a_route_that_needs_a_fresh_sign_in_refuses_an_old_one_before_anything_runs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whoever finds a phone unlocked has a token; they do not have the password."""
    fresh = some_route(auth="viewer")._replace(fresh_sign_in=300)
    monkeypatch.setattr(served_api, "routes_of", lambda function: (fresh,))
    ran: list[str] = []

    def run(call: Call) -> Answer:
        ran.append(call.person)
        return Answer(200, {})

    served = build_api(fresh.function, {fresh.operation: Operation(run)}, limiter)

    def ask(seconds_ago: int) -> dict[str, Any]:
        token = access_token("mia", auth_time=int(time.time()) - seconds_ago)
        return served(event(fresh.method, "/", route=fresh.key, token=token), None)

    refused = ask(302)
    assert code(refused) == (403, "sign_in_too_old")
    assert body_of(refused)["maxAgeSeconds"] == 300
    assert ran == []
    assert ask(298)["statusCode"] == 200
    assert ran == ["mia"]


def guests() -> tuple[Api, str, str]:
    """A route that takes guests, whose operation tells who calls."""
    route = some_route(auth="guest")
    run = Operation(lambda call: Answer(200, {"person": call.caller.person if call.caller else None}))
    return api_with(route.function, **{route.operation: run}), route.method, route.key


def test_a_guest_is_who_shows_no_token_at_all() -> None:
    served, method, key = guests()
    assert body_of(served(event(method, "/", route=key), None)) == {"person": None}
    assert body_of(served(event(method, "/", route=key, token=access_token("mia")), None)) == {"person": "mia"}


@pytest.mark.parametrize(
    ("authorization", "expected"),
    [
        ("Bearer nonsense", "token_malformed"),
        ("Bearer " + access_token(key="another-key"), "token_forged"),
        ("Bearer " + access_token(exp=1), "token_expired"),
        ("Bearer " + access_token(iss="https://elsewhere.invalid"), "token_foreign"),
        ("Bearer ", "token_missing"),
        ("Basic abc", "token_missing"),
        ("", "token_missing"),
    ],
)
def test_a_token_that_does_not_hold_makes_nobody_a_guest(authorization: str, expected: str) -> None:
    """Or an app whose token has expired would show a member the wall, and never learn why."""
    served, method, key = guests()
    answer = served(event(method, "/", route=key, headers={"authorization": authorization}), None)
    assert code(answer) == (401, expected)


def keyed(headers: dict[str, str] | None) -> dict[str, Any]:
    ran: list[str] = []

    def run(call: Call) -> Answer:
        ran.append(call.idempotency_key)
        return Answer(200, {"key": call.idempotency_key})

    served = api_with("unlock", unlockEpisode=Operation(run, keyed=True))
    answer = served(event("POST", "/", route=UNLOCK, token=access_token(), headers=headers), None)
    assert bool(ran) == (answer["statusCode"] == 200)
    return answer


@pytest.mark.parametrize("key", ["k", "8e03978e-40d5-43dd-bc93-6894a57f9324", "~" * 64, '"quoted"'])
def test_an_idempotency_key_is_taken_as_it_comes(key: str) -> None:
    assert body_of(keyed({"idempotency-key": key})) == {"key": key}


def test_a_request_that_needs_a_key_and_has_none_is_told_so_before_anything_runs() -> None:
    assert code(keyed(None)) == (400, "idempotency_key_missing")


@pytest.mark.parametrize("key", ["", " ", "two words", "x" * 65, "tab\there", "line\n", "é", "\x7f"])
def test_a_key_with_spaces_too_long_or_of_other_letters_does_not_fit(key: str) -> None:
    answer = keyed({"idempotency-key": key})
    assert code(answer) == (422, "validation_failed")
    assert body_of(answer)["where"] == "header"


def test_an_operation_that_did_not_declare_its_key_does_not_get_it() -> None:
    """Or the API's description would not tell clients to send one."""
    answer = call(serve(lambda call: Answer(200, call.idempotency_key)), headers={"idempotency-key": "k"})
    assert code(answer) == (500, "internal_error")


def test_an_answer_without_content_has_neither_body_nor_type() -> None:
    answer = call(serve(lambda _: Answer(304, None, {"etag": '"x"'})))
    assert (answer["statusCode"], answer["body"]) == (304, "")
    assert "content-type" not in answer["headers"]
    assert answer["headers"]["etag"] == '"x"'


def test_what_operators_have_stopped_is_not_asked_for_every_second() -> None:
    def stopped(_: Call) -> Answer:
        raise SwitchedOff("Stopped.", switch="unlocks")

    answer = call(serve(stopped))
    assert code(answer) == (503, "switched_off")
    assert body_of(answer)["switch"] == "unlocks"
    assert int(answer["headers"]["retry-after"]) >= 10


def test_an_error_of_the_product_carries_its_members() -> None:
    def refuse(_: Call) -> Answer:
        raise InsufficientCoins("Not enough.", missingCoins=7)

    answer = call(serve(refuse))
    assert code(answer) == (402, "insufficient_coins")
    assert body_of(answer) == {
        "type": "urn:cliffhanger:problem:insufficient_coins",
        "title": "Not enough coins",
        "status": 402,
        "code": "insufficient_coins",
        "detail": "Not enough.",
        "missingCoins": 7,
    }


def test_a_fault_of_ours_tells_nothing_of_itself() -> None:
    def fail(_: Call) -> Answer:
        raise RuntimeError("the database password is hunter2")

    answer = call(serve(fail))
    assert code(answer) == (500, "internal_error")
    assert "hunter2" not in answer["body"]
    assert "detail" not in body_of(answer)


def test_the_log_names_the_operation_and_holds_neither_token_nor_origin_secret(
    capsys: pytest.CaptureFixture[str],
) -> None:
    token = access_token()
    call(serve(), token=token)
    told = capsys.readouterr().out
    (line,) = [json.loads(line) for line in told.splitlines()]
    assert (line["message"], line["operation"], line["status"], line["code"]) == ("request", "unlockEpisode", 200, "ok")
    assert token not in told
    assert "the-origin-secret" not in told


def test_a_fault_of_ours_is_logged_with_its_trace(capsys: pytest.CaptureFixture[str]) -> None:
    def fail(_: Call) -> Answer:
        raise RuntimeError("seen by the operator only")

    call(serve(fail))
    fault, request = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert fault["level"] == "ERROR"
    assert "seen by the operator only" in fault["trace"]
    assert request["status"] == 500
