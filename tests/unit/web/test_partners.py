"""A partner's route: the client with the scope in the mode, or a member; everybody else is told why not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from cliffhanger.routes import Route, Scope
from cliffhanger.web import api as web
from cliffhanger.web.api import Answer, Api, Call, Operation, ReceptionMissing
from tests.support.http import access_token, body_of, event
from tests.support.partners import LIVE_CLIENT, SANDBOX_CLIENT, KeptRequests, partner, partner_token, reception
from tests.unit.web.served import limiter

PIA = access_token("pia", groups=("partner",))
LOG = KeptRequests()


class Context:
    """As Lambda gives it."""

    aws_request_id = "0f3c9a52-7d61-4a0e-9a3e-5c1f2b8d4e6f"


def who(call: Call) -> Answer:
    caller = call.partner
    return Answer(200, {"partner": caller.id, "mode": caller.mode, "client": caller.client, "person": caller.person})


Serve = Callable[..., Callable[..., dict[str, Any]]]


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Serve:
    """Serves one route that a test describes; what it gives back asks it, in mode ``live`` unless told otherwise."""

    LOG.noted.clear()
    LOG.used.clear()

    def made(
        scope: Scope = "webhooks:read", path: str = "/v1/partner/{mode}/things", method: str = "GET"
    ) -> Callable[..., dict[str, Any]]:
        route = Route(method, path, "things", "listThings", "partner", "read", "Things", scope)
        monkeypatch.setattr(web, "routes_of", lambda _: (route,))
        limits, received = limiter(), reception(partner(), partner("other", ("otto",), clients=()), requests=LOG)
        served = Api("things", {"listThings": Operation(who)}, lambda: limits, lambda: received)

        def ask(token: str | None, mode: str = "live") -> dict[str, Any]:
            parameters = {"mode": mode} if "{mode}" in path else {}
            return served(event(method, "/", route=route.key, path_parameters=parameters, token=token), Context())

        return ask

    return made


def code(answer: dict[str, Any]) -> tuple[int, str]:
    return answer["statusCode"], body_of(answer)["code"]


def test_a_client_calls_in_the_mode_and_for_the_partner_of_its_token(serve: Serve) -> None:
    ask = serve()
    expected = {"partner": "acme", "mode": "live", "client": LIVE_CLIENT, "person": None}
    assert body_of(ask(partner_token("live"))) == expected
    expected |= {"mode": "sandbox", "client": SANDBOX_CLIENT}
    assert body_of(ask(partner_token("sandbox"), "sandbox")) == expected


def test_a_member_calls_in_the_mode_that_the_path_names(serve: Serve) -> None:
    ask = serve()
    for mode in ("live", "sandbox"):
        assert body_of(ask(PIA, mode)) == {"partner": "acme", "mode": mode, "client": None, "person": "pia"}
    assert body_of(ask(access_token("otto", groups=("partner",))))["partner"] == "other"


@pytest.mark.parametrize(("key", "address"), [("sandbox", "live"), ("live", "sandbox")])
def test_a_client_of_one_mode_is_refused_in_the_other_and_told_so(serve: Serve, key: Any, address: str) -> None:
    refused = serve()(partner_token(key), address)
    assert code(refused) == (403, "wrong_mode")
    assert (body_of(refused)["mode"], body_of(refused)["needed"]) == (key, address)


def test_a_path_of_one_mode_alone_takes_that_mode_alone(serve: Serve) -> None:
    ask = serve("events:send", "/v1/partner/sandbox/events")
    assert body_of(ask(partner_token("sandbox")))["mode"] == "sandbox"
    assert body_of(ask(PIA))["mode"] == "sandbox"
    assert code(ask(partner_token("live"))) == (403, "wrong_mode")


def test_a_token_without_the_scope_is_refused_and_told_which(serve: Serve) -> None:
    refused = serve("webhooks:write")(partner_token("live", "webhooks:read", "requests:read"))
    assert code(refused) == (403, "scope_missing")
    assert body_of(refused)["scope"] == "webhooks:write"


def test_a_route_without_a_scope_is_for_members_alone(serve: Serve) -> None:
    """So that a scope that was forgotten shuts clients out rather than letting all of them in."""
    ask = serve("")
    assert code(ask(partner_token("live"))) == (403, "group_required")
    assert ask(PIA)["statusCode"] == 200


def test_a_member_needs_no_scope_and_no_mode_where_there_is_none(serve: Serve) -> None:
    assert body_of(serve("", "/v1/partner")(PIA))["mode"] == ""


def test_a_mode_that_does_not_exist_does_not_fit(serve: Serve) -> None:
    ask = serve()
    for token in (PIA, partner_token("live")):
        assert code(ask(token, "production")) == (422, "validation_failed")
        assert body_of(ask(token, "production"))["where"] == "path"


@pytest.mark.parametrize(
    ("token", "expected"),
    [
        (None, (401, "token_missing")),
        ("nonsense", (401, "token_malformed")),
        (partner_token("live", key=b"x" * 32), (401, "token_forged")),
        (partner_token("live", expires_at=1), (401, "token_expired")),
        (partner_token("live", client="pc-live-ffffffffffffffff"), (401, "token_revoked")),
        (access_token("pia"), (403, "group_required")),
        (access_token("mia", groups=("partner",)), (403, "partner_required")),
        (access_token("pia", key="another", groups=("partner",)), (401, "token_forged")),
    ],
)
def test_whoever_is_nobody_of_a_partner_is_told_why(serve: Serve, token: str | None, expected: tuple[int, str]) -> None:
    assert code(serve()(token)) == expected


def test_a_clients_token_opens_no_route_of_people(monkeypatch: pytest.MonkeyPatch) -> None:
    route = Route("GET", "/v1/mine", "things", "listThings", "viewer", "read", "Things")
    monkeypatch.setattr(web, "routes_of", lambda _: (route,))
    limits = limiter()
    served = Api("things", {"listThings": Operation(lambda _: Answer(200, {}))}, lambda: limits)
    assert code(served(event("GET", "/", route=route.key, token=partner_token("live")), None)) == (
        401,
        "token_unsigned",
    )


def test_a_client_is_limited_by_itself(serve: Serve) -> None:
    ask = serve()
    assert ask(partner_token("live"))["headers"]["ratelimit"].startswith('"read";r=119;')
    assert ask(partner_token("live"))["headers"]["ratelimit"].startswith('"read";r=118;')
    assert ask(partner_token("sandbox"), "sandbox")["headers"]["ratelimit"].startswith('"read";r=119;')
    assert ask(PIA)["headers"]["ratelimit"].startswith('"read";r=119;')


def test_a_handler_of_partners_routes_refuses_to_import_without_a_reception(monkeypatch: pytest.MonkeyPatch) -> None:
    route = Route("GET", "/v1/partner", "things", "getThing", "partner", "read", "Thing")
    monkeypatch.setattr(web, "routes_of", lambda _: (route,))
    with pytest.raises(ReceptionMissing, match="partner_reception"):
        Api("things", {"getThing": Operation(who)}, limiter)


def test_an_operation_of_no_partner_cannot_ask_for_one(monkeypatch: pytest.MonkeyPatch) -> None:
    route = Route("GET", "/v1/mine", "things", "listThings", "public", "open", "Things")
    monkeypatch.setattr(web, "routes_of", lambda _: (route,))
    assert Api("things", {"listThings": Operation(who)})(event("GET", "/", route=route.key), None)["statusCode"] == 500


def test_every_request_of_a_client_is_noted_also_one_that_was_refused(serve: Serve) -> None:
    ask = serve("webhooks:write")
    assert ask(partner_token("live"))["headers"]["request-id"] == Context.aws_request_id
    ask(partner_token("live", "webhooks:read"))
    ask(partner_token("sandbox"), "live")
    assert [(owner, noted.status, noted.code, noted.client) for owner, noted in LOG.noted] == [
        ("acme#live", 200, "ok", LIVE_CLIENT),
        ("acme#live", 403, "scope_missing", LIVE_CLIENT),
        ("acme#sandbox", 403, "wrong_mode", SANDBOX_CLIENT),
    ]
    assert {(noted.id, noted.method, noted.route) for _, noted in LOG.noted} == {
        (Context.aws_request_id, "GET", "/v1/partner/{mode}/things")
    }


def test_of_members_what_they_change_is_noted_and_what_they_look_at_is_not(serve: Serve) -> None:
    """Or a page that shows this log would fill it."""
    serve("")(PIA)
    assert LOG.noted == []
    serve("", method="POST")(PIA)
    ((owner, noted),) = LOG.noted
    assert (owner, noted.method, noted.client) == ("acme#live", "POST", None)


def test_nobody_known_is_noted(serve: Serve) -> None:
    ask = serve()
    for token in (None, "nonsense", partner_token("live", expires_at=1), access_token("mia", groups=("partner",))):
        assert "request-id" not in ask(token)["headers"]
    assert LOG.noted == []


def test_a_log_that_is_down_keeps_nobody_from_an_answer_and_operators_see_it(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ask = serve()
    monkeypatch.setattr(LOG, "down", True)
    assert ask(partner_token("live"))["statusCode"] == 200
    assert '"RequestsUnlogged":1' in capsys.readouterr().out


def test_no_token_is_logged(serve: Serve, capsys: pytest.CaptureFixture[str]) -> None:
    token = partner_token("live")
    serve()(token)
    assert token.split(".")[2] not in capsys.readouterr().out
    assert token.split(".")[2] not in repr(LOG.noted)


def test_a_client_is_told_of_its_minute_and_its_partners_day(serve: Serve) -> None:
    headers = serve()(partner_token("live"))["headers"]
    assert headers["ratelimit-policy"] == '"read";q=120;w=60, "day";q=1000;w=86400'
    assert headers["ratelimit"].startswith('"read";r=119;t=')
    assert '"day";r=999;t=' in headers["ratelimit"]
    assert "day" not in serve()(PIA)["headers"]["ratelimit"]


def test_a_quota_that_is_used_up_refuses_until_the_day_ends_and_runs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    route = Route(
        "GET", "/v1/partner/{mode}/things", "things", "listThings", "partner", "read", "Things", "requests:read"
    )
    monkeypatch.setattr(web, "routes_of", lambda _: (route,))
    few, log, ran = partner(quotas={"live": 3, "sandbox": 3}), KeptRequests(), []
    limits, received = limiter(), reception(few, requests=log)

    def run(call: Call) -> Answer:
        ran.append(call)
        return who(call)

    served = Api("things", {"listThings": Operation(run)}, lambda: limits, lambda: received)
    asked = event("GET", "/", route=route.key, path_parameters={"mode": "live"}, token=partner_token("live"))
    answers = [served(asked, Context()) for _ in range(5)]
    assert [answer["statusCode"] for answer in answers] == [200] * 3 + [429] * 2
    assert len(ran) == 3
    last = answers[-1]
    assert (body_of(last)["code"], body_of(last)["quota"]) == ("quota_reached", 3)
    assert int(last["headers"]["retry-after"]) == body_of(last)["retryAfterSeconds"]
    assert [noted.code for _, noted in log.noted] == ["ok"] * 3 + ["quota_reached"] * 2


def test_a_minute_that_is_used_up_counts_nothing_against_the_day(serve: Serve) -> None:
    ask = serve()
    answers = [ask(partner_token("live")) for _ in range(125)]
    last = answers[-1]
    assert body_of(last)["code"] == "rate_limited"
    assert '"day";r=880;t=' in last["headers"]["ratelimit"]
