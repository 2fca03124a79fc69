"""Stripe's webhook through the real handler: what it is answered, and what is left behind."""

from __future__ import annotations

import base64
import json
from typing import Any

import boto3
import pytest

from cliffhanger import bootstrap
from cliffhanger.clock import system_clock
from cliffhanger.errors import Unavailable
from cliffhanger.payments.notices import MAX_BODY_BYTES
from functions.stripe.handler import handler as stripe
from tests.support import stripe_events as sent
from tests.support.adapters import replace_in_bootstrap
from tests.support.http import SETTINGS, body_of, event
from tests.support.stripe_events import SECRET, charge, signed
from tests.support.world import dump

ROUTE = "/v1/webhooks/stripe"
TABLE = "test-notices"
OTHER = "whsec_0000000000000000000000000000000000"
BODY = sent.body_of(sent.event("charge.succeeded", charge()))


class Line:
    """Stands for the queue."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.down = False

    def send(self, body: str) -> None:
        if self.down:
            raise Unavailable("The queue does not answer.")
        self.sent.append(body)


@pytest.fixture
def line(dynamodb: Any, monkeypatch: pytest.MonkeyPatch) -> Line:
    queue = Line()
    replace_in_bootstrap(monkeypatch, "payments_queue", lambda: queue)
    put_secrets(SECRET)
    return queue


def put_secrets(*secrets: str) -> None:
    vault = boto3.client("secretsmanager")
    text = json.dumps({"webhookSecrets": list(secrets)})
    try:
        vault.create_secret(Name=SETTINGS["WEBHOOK_SECRET"], SecretString=text)
    except vault.exceptions.ResourceExistsException:
        vault.put_secret_value(SecretId=SETTINGS["WEBHOOK_SECRET"], SecretString=text)


def post(body: bytes = BODY, header: str | None = None, **more: Any) -> dict[str, Any]:
    now_s = system_clock() // 1_000
    headers = {"stripe-signature": signed(body, at_s=now_s) if header is None else header}
    return stripe(event("POST", ROUTE, body=body.decode(), headers=headers, **more), None)


def test_a_notice_is_answered_once_it_is_recorded_and_let_into_the_queue(dynamodb: Any, line: Line) -> None:
    answer = post()
    assert (answer["statusCode"], body_of(answer)) == (200, {"outcome": "recorded"})
    (item,) = dump(dynamodb, TABLE)
    assert json.loads(line.sent[0]) == {"notice": f"{item['hour']['S']}/{item['notice']['S']}"}
    assert body_of(post()) == {"outcome": "again"}
    assert len(dump(dynamodb, TABLE)) == 1


def test_a_body_that_the_gateway_encoded_is_verified_byte_for_byte(line: Line) -> None:
    """It hands on as base64 whatever it takes for no text."""
    now_s = system_clock() // 1_000
    made = event(
        "POST",
        ROUTE,
        body=base64.b64encode(BODY).decode(),
        headers={"stripe-signature": signed(BODY, at_s=now_s)},
    )
    assert stripe({**made, "isBase64Encoded": True}, None)["statusCode"] == 200
    spoilt = base64.b64encode(BODY + b" ").decode()
    assert stripe({**made, "body": spoilt, "isBase64Encoded": True}, None)["statusCode"] == 400


@pytest.mark.parametrize("case", ["unsigned", "nonsense", "forged", "old"])
def test_an_unsigned_forged_or_old_notice_leaves_nothing_behind(dynamodb: Any, line: Line, case: str) -> None:
    now_s = system_clock() // 1_000
    headers = {"unsigned": "", "nonsense": "t=1,v1=0", "forged": signed(BODY, OTHER, now_s), "old": signed(BODY)}
    answer = post(header=headers[case])
    assert (answer["statusCode"], body_of(answer)["code"]) == (400, "signature_invalid")
    assert (dump(dynamodb, TABLE), line.sent) == ([], [])


def test_a_notice_that_did_not_come_through_the_distribution_is_refused(dynamodb: Any, line: Line) -> None:
    assert body_of(post(origin=None))["code"] == "origin_refused"
    assert dump(dynamodb, TABLE) == []


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "malformed_json"),
        (b"", 400, "malformed_json"),
        (b"{}", 422, "validation_failed"),
        (b'{"object":"event"}', 422, "validation_failed"),
        (b"x" * (MAX_BODY_BYTES + 1), 413, "body_too_large"),
    ],
)
def test_what_is_signed_and_no_event_is_refused_with_a_code(line: Line, body: bytes, status: int, code: str) -> None:
    answer = post(body)
    assert (answer["statusCode"], body_of(answer)["code"]) == (status, code)


def test_stripe_has_to_come_again_while_the_queue_is_down(dynamodb: Any, line: Line) -> None:
    line.down = True
    answer = post()
    assert (answer["statusCode"], body_of(answer)["code"]) == (503, "unavailable")
    assert len(dump(dynamodb, TABLE)) == 1
    line.down = False
    assert body_of(post()) == {"outcome": "again"}
    assert len(line.sent) == 1


def test_both_secrets_are_taken_while_one_is_rolled_and_the_old_one_is_refused_afterwards(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    now_s = system_clock() // 1_000
    old, new = signed(BODY, SECRET, now_s), signed(BODY, OTHER, now_s)
    put_secrets(OTHER, SECRET)
    bootstrap.webhook_secrets.cache_clear()
    assert [post(header=header)["statusCode"] for header in (old, new)] == [200, 200]
    put_secrets(OTHER)
    later = system_clock() + 6 * 60_000
    monkeypatch.setattr(bootstrap.webhook_secrets(), "_clock", lambda: later)
    assert [post(header=header)["statusCode"] for header in (old, new)] == [400, 200]


def test_what_was_known_of_the_secrets_holds_while_their_vault_does_not_answer(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert post()["statusCode"] == 200
    boto3.client("secretsmanager").delete_secret(SecretId=SETTINGS["WEBHOOK_SECRET"], ForceDeleteWithoutRecovery=True)
    later = system_clock() + 6 * 60_000
    monkeypatch.setattr(bootstrap.webhook_secrets(), "_clock", lambda: later)
    assert post()["statusCode"] == 200
    bootstrap.webhook_secrets.cache_clear()
    assert body_of(post())["code"] == "unavailable"


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"webhookSecrets": []}', '{"webhookSecrets": [""]}', '"whsec_1"'])
def test_a_secret_of_another_form_lets_nobody_in_and_is_not_shown(
    line: Line, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    vault = boto3.client("secretsmanager")
    vault.put_secret_value(SecretId=SETTINGS["WEBHOOK_SECRET"], SecretString=text.replace("whsec_1", SECRET))
    assert post()["statusCode"] == 500
    assert SECRET not in capsys.readouterr().out


def test_the_log_names_the_notice_and_nothing_of_the_payer_or_the_signature(
    line: Line, capsys: pytest.CaptureFixture[str]
) -> None:
    post()
    post(header=signed(BODY, OTHER, system_clock() // 1_000))
    log = capsys.readouterr().out
    assert "evt_3SXk2vLkdIwHu7ix1Zk4T9aB" in log
    for secret in (SECRET, "v1=", "mia.schumann", "Schumann", "4242", "Leipzig"):
        assert secret not in log
