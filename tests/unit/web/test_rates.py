"""Every answer to a known caller says how the caller stands; a refusal says when to come back, and runs nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from cliffhanger.errors import InsufficientCoins
from cliffhanger.rates.domain import FREE, LIMITS
from cliffhanger.rates.service import Limiter
from cliffhanger.telemetry.log import Log
from cliffhanger.web.api import Answer, Api, Call, Operation
from tests.support.http import access_token, body_of, event
from tests.unit.rates.counts import Counts
from tests.unit.web.served import api_with, some_route

UNLOCK = "POST /v1/series/{seriesId}/episodes/{episode}/unlock"
SPEND = LIMITS["spend"]
NOON_AND_A_HALF = 29_400_000 * 60_000 + 30_500
TOKEN = access_token("mia")


def served(run: Callable[[Call], Answer] = lambda _: Answer(200, {}), counts: Counts | None = None, **told: Any) -> Api:
    limiter = Limiter(counts or Counts(), lambda: NOON_AND_A_HALF, told.get("tell", lambda: None))
    return api_with("unlock", limiter, unlockEpisode=Operation(run))


def ask(api: Api, token: str | None = TOKEN, **changes: Any) -> dict[str, Any]:
    return api(event("POST", "/", route=changes.pop("route", UNLOCK), token=token, **changes), None)


def limits_of(answer: dict[str, Any]) -> dict[str, str]:
    return {name: value for name, value in answer["headers"].items() if name in LIMIT_HEADERS}


LIMIT_HEADERS = ("ratelimit-policy", "ratelimit", "retry-after")


def test_an_answer_tells_policy_and_standing_in_structured_fields() -> None:
    """draft-ietf-httpapi-ratelimit-headers-11, sections 3 and 4."""
    api = served()
    assert limits_of(ask(api)) == {"ratelimit-policy": '"spend";q=60;w=60', "ratelimit": '"spend";r=59;t=30'}
    assert limits_of(ask(api))["ratelimit"] == '"spend";r=58;t=30'


def test_the_limit_hit_exactly_passes_and_the_next_is_refused_before_anything_runs() -> None:
    ran: list[Call] = []

    def run(call: Call) -> Answer:
        ran.append(call)
        return Answer(200, {})

    api = served(run)
    last = [ask(api) for _ in range(SPEND)][-1]
    assert (last["statusCode"], limits_of(last)["ratelimit"]) == (200, '"spend";r=0;t=30')

    refused = ask(api)
    assert len(ran) == SPEND
    assert refused["statusCode"] == 429
    assert limits_of(refused) == {
        "ratelimit-policy": '"spend";q=60;w=60',
        "ratelimit": '"spend";r=0;t=30',
        "retry-after": "30",
    }
    body = body_of(refused)
    assert (body["code"], body["rate"], body["retryAfterSeconds"]) == ("rate_limited", "spend", 30)


def test_a_refusal_never_says_to_come_back_before_the_window_ends() -> None:
    """The draft's section 6: Retry-After should not be earlier than the end of the effective window."""
    api = served()
    refused = [ask(api) for _ in range(SPEND + 1)][-1]
    headers = limits_of(refused)
    (window,) = re.findall(r";t=(\d+)$", headers["ratelimit"])
    assert int(headers["retry-after"]) >= int(window) > 0


def fail(_: Call) -> Answer:
    raise RuntimeError


def lack(_: Call) -> Answer:
    raise InsufficientCoins("Not enough.")


@pytest.mark.parametrize(("run", "status"), [(fail, 500), (lack, 402), (lambda _: Answer(304, None), 304)])
def test_problems_and_empty_answers_tell_the_standing_too(run: Callable[[Call], Answer], status: int) -> None:
    answer = ask(served(run))
    assert answer["statusCode"] == status
    assert set(limits_of(answer)) == {"ratelimit-policy", "ratelimit"}


def test_a_request_that_does_not_fit_counts_and_tells_the_standing() -> None:
    """Or a limit could be probed around by sending nonsense."""
    api = api_with("unlock", unlockEpisode=Operation(lambda _: Answer(200, {}), keyed=True))
    answers = [ask(api) for _ in range(SPEND + 1)]
    assert [answer["statusCode"] for answer in answers] == [400] * SPEND + [429]
    assert limits_of(answers[0])["ratelimit"].startswith(f'"spend";r={SPEND - 1};')


@pytest.mark.parametrize(
    "changes",
    [{"token": None}, {"token": "nonsense"}, {"token": access_token(exp=1)}, {"origin": None}, {"route": "$default"}],
    ids=["no token", "no good token", "expired", "no origin", "no route"],
)
def test_nobody_known_is_counted_or_told(changes: dict[str, Any]) -> None:
    """A limit that strangers count against could be used up for its owner."""
    counts = Counts()
    api = served(counts=counts)
    for _ in range(SPEND + 10):
        assert limits_of(ask(api, **changes)) == {}
    assert counts.calls == 0
    assert limits_of(ask(api))["ratelimit"].startswith(f'"spend";r={SPEND - 1};')


def test_a_guest_has_no_limit_of_a_caller_and_who_signs_in_has() -> None:
    route = some_route(auth="guest")
    api = api_with(route.function)
    assert limits_of(ask(api, None, route=route.key)) == {}
    assert '"read";q=120;w=60' in limits_of(ask(api, route=route.key)).values()


def test_an_open_route_has_none() -> None:
    route = some_route(auth="public")
    assert limits_of(ask(api_with(route.function), None, route=route.key)) == {}


def test_each_caller_has_a_limit_of_their_own() -> None:
    api = served()
    for _ in range(SPEND + 1):
        ask(api)
    assert ask(api, access_token("noa"))["statusCode"] == 200


def test_a_table_that_is_down_stops_nobody_and_operators_see_it(capsys: pytest.CaptureFixture[str]) -> None:
    counts = Counts()
    counts.down = True
    log = Log("s", "INFO")
    api = served(counts=counts, tell=lambda: log.counted("uncounted", "RequestsUncounted"))
    assert {ask(api)["statusCode"] for _ in range(SPEND + 20)} == {200}
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    counted = [line for line in lines if line["message"] == "uncounted"]
    assert len(counted) == SPEND + 20 - FREE
    assert counted[0]["RequestsUncounted"] == 1


def test_a_refusal_is_logged_by_its_code(capsys: pytest.CaptureFixture[str]) -> None:
    api = served()
    for _ in range(SPEND + 1):
        ask(api)
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (last["operation"], last["status"], last["code"]) == ("unlockEpisode", 429, "rate_limited")
