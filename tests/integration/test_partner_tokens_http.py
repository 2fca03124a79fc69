"""Tokens of partners' clients: for a secret that holds, in its mode, and for nothing else."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlencode

import pytest

from cliffhanger import bootstrap
from tests.integration.partnering import (
    PIA,
    ask,
    buy,
    clients,
    later,
    make,
    read_requests,
    rotate,
    status,
    token_of,
)
from tests.support.http import body_of

pytestmark = pytest.mark.usefixtures("acme")


@pytest.mark.parametrize("basic", [True, False], ids=["Basic", "form"])
def test_a_client_is_given_a_token_for_fifteen_minutes(basic: bool) -> None:
    answer = buy(*make(), basic=basic)
    assert answer["statusCode"] == 200
    assert answer["headers"]["content-type"] == "application/json"
    assert (answer["headers"]["cache-control"], answer["headers"]["pragma"]) == ("no-store", "no-cache")
    given = body_of(answer)
    assert (given["token_type"], given["expires_in"], given["scope"]) == ("Bearer", 900, "requests:read webhooks:read")
    assert read_requests(given["access_token"])["statusCode"] == 200


def test_a_token_may_be_asked_for_fewer_scopes_and_not_for_more() -> None:
    client, secret = make()
    fewer = body_of(buy(client, secret, scope="webhooks:read"))
    assert fewer["scope"] == "webhooks:read"
    refused = read_requests(fewer["access_token"])
    assert (status(refused), body_of(refused)["scope"]) == ((403, "scope_missing"), "requests:read")
    for scope in ("events:send", "webhooks:read everything"):
        more = buy(client, secret, scope=scope)
        assert (more["statusCode"], body_of(more)["error"]) == (400, "invalid_scope")


def test_an_unknown_client_and_a_wrong_secret_are_told_apart_by_nothing() -> None:
    client, secret = make()
    unknown = "pc-live-" + "0" * 24
    refused = [
        buy(client, "ps_live_wrong"),
        buy(unknown, secret),
        buy("no client's id at all", secret),
        buy(client, "ps_live_wrong", basic=False),
        buy("", secret),
        buy(client, ""),
    ]
    assert {answer["statusCode"] for answer in refused} == {401}
    assert {body_of(answer)["error"] for answer in refused} == {"invalid_client"}
    assert {answer["headers"]["www-authenticate"].split()[0] for answer in refused} == {"Basic"}
    assert len({json.dumps([one["body"], one["headers"]]) for one in refused[:4]}) == 1


def test_an_unknown_client_costs_as_many_reads_as_a_wrong_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """Or the time would tell who is there."""
    client, _ = make()
    calls: list[str] = []
    dynamo: Any = bootstrap.connection().client
    serve = dynamo._make_api_call

    def counting(name: str, sent: dict[str, Any]) -> Any:
        calls.append(name)
        return serve(name, sent)

    monkeypatch.setattr(dynamo, "_make_api_call", counting)
    costs = []
    for shown in (client, "pc-live-" + "0" * 24):
        calls.clear()
        buy(shown, "ps_live_wrong")
        costs.append(list(calls))
    assert costs == [["GetItem", "Query"]] * 2


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": ""}, "invalid_request"),
        ({"grant_type": "x" * 101}, "invalid_request"),
        ({"client_id": "pc-live-another"}, "invalid_request"),
        ({"client_secret": "twice"}, "invalid_request"),
        ({"scope": "x" * 201}, "invalid_request"),
    ],
    ids=str,
)
def test_a_request_for_a_token_that_does_not_fit_says_how(form: dict[str, Any], error: str) -> None:
    answer = buy(*make(), **form)
    assert (answer["statusCode"], body_of(answer)["error"]) == (400, error)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", '{"grant_type":"client_credentials"}'),
        ("application/x-www-form-urlencoded", "grant_type=client_credentials&grant_type=client_credentials"),
        ("application/x-www-form-urlencoded", "grant_type=%ff"),
        ("application/x-www-form-urlencoded", "&".join(f"p{number}=1" for number in range(30))),
        ("application/x-www-form-urlencoded", "x" * 20_000),
        ("application/x-www-form-urlencoded", ""),
    ],
)
def test_what_is_no_form_is_an_invalid_request(kind: str, body: str) -> None:
    answer = ask("POST", "/oauth/token", headers={"content-type": kind}, body=body)
    assert (answer["statusCode"], body_of(answer)["error"]) == (400, "invalid_request")


@pytest.mark.parametrize("header", ["Basic", "Basic !!!", "Bearer abc", "Basic bm9jb2xvbg==", "Basic /w=="])
def test_credentials_that_cannot_be_read_are_no_clients(header: str) -> None:
    answer = ask(
        "POST", "/oauth/token", headers={"authorization": header}, body=urlencode({"grant_type": "client_credentials"})
    )
    assert (answer["statusCode"], body_of(answer)["error"]) == (401, "invalid_client")


def test_what_fails_too_often_is_stopped_and_the_client_elsewhere_is_not() -> None:
    """Guessing from one place shuts nobody out at another."""
    client, secret = make()
    answers = [buy(client, f"ps_live_{number}") for number in range(14)]
    assert [answer["statusCode"] for answer in answers][:10] == [401] * 10
    assert [status(answer) for answer in answers[10:]] == [(429, "rate_limited")] * 4
    assert int(answers[-1]["headers"]["retry-after"]) > 0
    assert status(buy(client, secret)) == (429, "rate_limited")
    assert buy(client, secret, address="192.0.2.1")["statusCode"] == 200


def test_a_block_that_tries_one_client_after_another_is_stopped() -> None:
    answers = [
        buy(f"pc-live-{number:024}", "ps_live_guess", address=f"198.51.100.{number}")["statusCode"]
        for number in range(70)
    ]
    assert answers[:60] == [401] * 60
    assert set(answers[62:]) == {429}


def test_who_asks_rightly_is_never_limited() -> None:
    client, secret = make()
    assert {buy(client, secret)["statusCode"] for _ in range(70)} == {200}


def test_neither_secret_nor_token_nor_address_is_logged(capsys: pytest.CaptureFixture[str]) -> None:
    client, secret = make()
    token = token_of(client, secret)
    buy("ps_live_sent_in_the_wrong_place", "wrong")
    read_requests(token)
    told = capsys.readouterr().out
    for kept_quiet in (secret, token, "198.51.100", "ps_live_sent"):
        assert kept_quiet not in told
    assert f'"outcome":"granted","client":"{client}"' in told


def test_the_day_of_a_clients_last_token_is_shown() -> None:
    client, secret = make()
    assert clients()[0]["lastUsedDay"] is None
    token_of(client, secret)
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", clients()[0]["lastUsedDay"])


def test_both_secrets_hold_during_the_overlap() -> None:
    client, old = make()
    new = rotate(client, 24)
    assert buy(client, old)["statusCode"] == buy(client, new)["statusCode"] == 200
    (listed,) = clients()
    assert [secret["endsAt"] is None for secret in listed["secrets"]] == [True, False]


def test_a_secret_that_leaked_ends_at_once_and_its_tokens_within_ten_seconds() -> None:
    client, old = make()
    stolen = token_of(client, old)
    assert read_requests(stolen)["statusCode"] == 200
    new = rotate(client, 0)
    assert buy(client, old)["statusCode"] == 401
    later()
    assert status(read_requests(stolen)) == (401, "token_revoked")
    assert read_requests(token_of(client, new))["statusCode"] == 200


def test_a_client_that_is_removed_is_nobody_within_ten_seconds() -> None:
    client, secret = make()
    token = token_of(client, secret)
    for _ in range(2):
        assert ask("DELETE", "/partner/{mode}/clients/{clientId}", PIA, client=client)["statusCode"] == 204
    assert body_of(buy(client, secret))["error"] == "invalid_client"
    later()
    assert status(read_requests(token)) == (401, "token_revoked")


def test_a_sandbox_key_on_live_is_refused_and_told_so() -> None:
    token = token_of(*make(mode="sandbox"))
    refused = read_requests(token, "live")
    assert status(refused) == (403, "wrong_mode")
    assert (body_of(refused)["mode"], body_of(refused)["needed"]) == ("sandbox", "live")
    assert read_requests(token, "sandbox")["statusCode"] == 200
