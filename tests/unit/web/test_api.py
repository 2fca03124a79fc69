"""The edge: parse, authenticate, run, render; every refusal a problem document."""

from __future__ import annotations

import base64
import json
from typing import Any

import msgspec
import pytest

from cliffhanger.errors import InsufficientCoins
from cliffhanger.routes import ROUTES
from cliffhanger.web import api as web
from cliffhanger.web.api import MAX_BODY_BYTES, Answer, Call, Operation, RoutesMismatch, build_api
from cliffhanger.web.tokens import KeySet
from tests.support.http import SETTINGS, access_token, body_of, event, key_set

UNLOCK = "POST /v1/series/{seriesId}/episodes/{episode}/unlock"


class Path(msgspec.Struct, rename="camel"):
    series_id: str
    episode: int


class Body(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    price_shown_coins: int


@pytest.fixture(autouse=True)
def settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)
    from cliffhanger.clock import system_clock

    monkeypatch.setattr(web, "_keys", lambda: KeySet(key_set, system_clock))


def serve(
    run: Any = lambda call: Answer(200, {"person": call.person, "price": call.body.price_shown_coins}),
) -> web.Api:
    return build_api("unlock", {"unlockEpisode": Operation(run, path=Path, body=Body)})


def call(api: web.Api, **changes: Any) -> dict[str, Any]:
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
        build_api("unlock", operations)


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


def test_a_route_for_a_group_refuses_others() -> None:
    route = next(route for route in ROUTES if route.auth == "creator")
    creators = build_api(
        route.function,
        {r.operation: Operation(lambda _: Answer(200, {})) for r in ROUTES if r.function == route.function},
    )
    refused = creators(event(route.method, "/", route=route.key, token=access_token()), None)
    assert code(refused) == (403, "group_required")
    assert (
        creators(event(route.method, "/", route=route.key, token=access_token(groups=("creator",))), None)["statusCode"]
        == 200
    )


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
