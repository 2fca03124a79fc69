"""What a webhook of Stripe's costs: its start, and its CPU against verification and one put alone."""

from __future__ import annotations

import compileall
import hashlib
import hmac
import io
import json
from typing import Any
from unittest import mock

import botocore.session
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders

from bench import imports, streams
from bench.cpu import cpu_of
from bench.figures import Figure
from bench.wire import SEND, Raw
from cliffhanger import bootstrap
from cliffhanger.clock import system_clock
from cliffhanger.payments.notices import notice_of
from cliffhanger.payments.packing import packed
from functions.stripe.handler import handler
from tests.support.http import SETTINGS, event
from tests.support.stripe_events import SECRET, body_of, charge, signed
from tests.support.stripe_events import event as told
from tests.support.tables import NOTICES
from tests.unit.commerce.counter import WEEKEND
from tests.unit.payments.test_purchase import Till

ROUNDS, CALLS = 60, 10
STARTS = 11
WEBHOOK = """
import functions.stripe.handler
from cliffhanger import bootstrap
bootstrap.payments_office()
bootstrap.webhook_secrets()
"""
BODY = body_of(told("charge.succeeded", charge()))


def _send(_self: Any, request: Any) -> AWSResponse:
    """The wire: everything is taken."""
    headers = {"content-type": "application/x-amz-json-1.0", "x-amzn-requestid": "bench"}
    return AWSResponse(request.url, 200, HTTPHeaders.from_dict(headers), Raw(b"{}"))


def cold() -> Figure:
    """The handler's imports and adapters against a bare DynamoDB client, in fresh processes."""
    for folder in ("layers/common/python", "functions"):
        compileall.compile_dir(imports.ROOT / folder, quiet=2)
    programs = {"bare": imports.BARE, "webhook": WEBHOOK}
    times: dict[str, list[float]] = {name: [] for name in programs}
    for _ in range(STARTS):
        for name, body in programs.items():
            spent, heavy = imports.run(body)
            times[name].append(spent)
            if heavy:
                raise RuntimeError(f"{name} imports {', '.join(heavy)}")
    bare, ours = (min(times[name]) for name in programs)
    how = f"min of {STARTS}: bare {bare:.0f} ms, webhook {ours:.0f} ms; no stripe, pydantic, requests"
    return Figure("stripe_webhook.cold_import_ratio", ours / bare, 1.4, how)


def cpu() -> Figure:
    """One notice through the handler, against its verification and the put of the same item alone."""
    now_s = system_clock() // 1_000
    request = event(
        "POST", "/v1/webhooks/stripe", body=BODY.decode(), headers={"stripe-signature": signed(BODY, at_s=now_s)}
    )
    client: Any = botocore.session.get_session().create_client(
        "dynamodb",
        region_name=SETTINGS["AWS_REGION"],
        aws_access_key_id="bench",
        aws_secret_access_key="bench",  # noqa: S106
    )
    notice = notice_of(BODY)
    item = {
        "hour": {"S": notice.key.hour},
        "notice": {"S": notice.key.event},
        "kind": {"S": notice.kind},
        "form": {"N": "1"},
        "body": {"B": packed(notice.event)},
        "recordedAt": {"N": str(now_s * 1_000)},
        "expiresAt": {"N": str(now_s)},
    }

    def bare() -> None:
        digest = hmac.new(SECRET.encode(), b"%d." % now_s + BODY, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(digest, digest):
            raise RuntimeError
        client.put_item(
            TableName=NOTICES["TableName"], Item=item, ConditionExpression="attribute_not_exists(#n)",
            ExpressionAttributeNames={"#n": "notice"},
        )  # fmt: skip

    def whole() -> None:
        answer = handler(request, None)
        if answer["statusCode"] != 200:
            raise RuntimeError(answer["body"])

    with mock.patch.dict("os.environ", SETTINGS), mock.patch(SEND, _send), mock.patch("sys.stdout", io.StringIO()):
        bootstrap.forget()
        secrets = bootstrap.webhook_secrets()
        secrets._known, secrets._read_at = (SECRET,), system_clock()  # noqa: SLF001 - as read a moment ago
        whole()
        bare()
        pairs = [(cpu_of(whole, CALLS), cpu_of(bare, CALLS)) for _ in range(ROUNDS)]
        bootstrap.forget()
    # The least of each, as for imports: what else the machine does only ever adds.
    ours, theirs = (min(pair[side] for pair in pairs) for side in (0, 1))
    how = (
        f"least of {ROUNDS} turns: {ours * 1000:.2f} ms with record and message, {theirs * 1000:.2f} ms for both alone"
    )
    return Figure("stripe_webhook.handler_cpu_ratio", ours / theirs, 1.5, how)


def sizes() -> Figure:
    """An event as it comes, and as it is kept."""
    compact = len(json.dumps(json.loads(BODY), separators=(",", ":")))
    how = (
        f"a paid charge of {len(BODY):,} bytes, {compact:,} without spaces; it is written twice, and is to fit one unit"
    )
    return Figure("stripe_webhook.packed_bytes", len(packed(json.loads(BODY))), 850, how)


def purchase() -> Figure:
    """Write units of an order that is paid: order, notice, entry, and the notice's end."""
    till = Till()
    before = till.counter.model.meter.units().write
    till.pays(till.counter.ordered(WEEKEND))
    units = till.counter.model.meter.units().write - before
    settled = streams.settlement(streams.FULL_DELIVERY).write_units / streams.FULL_DELIVERY
    how = f"order 1, notice 1, entry 2, done 1; settlement, in full deliveries, {settled:.2f} more"
    return Figure("coin_purchase.write_units", units, 5, how)


def measure() -> list[Figure]:
    """All of them."""
    return [cold(), cpu(), sizes(), purchase()]
