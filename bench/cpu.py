"""CPU of one unlock through its handler, against the four bare botocore calls that it makes; the transport is stubbed.

Everything but the wire is real on both sides: serialising, signing, parsing. The two are run in turn in one process.
"""

from __future__ import annotations

import base64
import contextlib
import functools
import gc
import io
import json
import os
import statistics
import time
from collections.abc import Callable
from typing import Any
from unittest import mock

import botocore.session
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders

from bench.figures import Figure
from bench.units import EARLIER_UNLOCKS, busy_viewer, memory, page
from cliffhanger.catalog.store import CatalogStore
from cliffhanger.ledger.store import LedgerStore
from tests.support.http import SETTINGS, access_token, event, key_set

ROUNDS = 25
CALLS = 25
PERSON = "mia0123456789abc"
EPISODE = EARLIER_UNLOCKS + 2
SEND = "botocore.httpsession.URLLib3Session.send"

Told = list[tuple[str, dict[str, Any], bytes]]


class _Raw(io.BytesIO):
    """A body as urllib3 gives it."""

    def stream(self, **_: Any) -> Any:
        """The whole body at once."""
        yield self.read()


def recorded_calls() -> Told:
    """The four calls of one unlock with their parameters and the answers' bytes, from the in-memory model."""
    from cliffhanger.unlocks.service import UnlockRequest, unlock_episode  # noqa: PLC0415 - as the handler does

    connection = memory()
    ledger, catalog = LedgerStore(connection, "test-ledger"), CatalogStore(connection, "test-catalog")
    catalog.create(page(EPISODE))
    busy_viewer(ledger, catalog, PERSON)
    told: Told = []
    client: Any = connection.client
    serve = client._make_api_call  # noqa: SLF001 - pynamodb calls just this

    def recording(operation: str, parameters: dict[str, Any]) -> Any:
        answer = serve(operation, parameters)
        body = {key: value for key, value in answer.items() if key != "ResponseMetadata"}
        told.append((operation, parameters, json.dumps(body, default=_wire).encode()))
        return answer

    client._make_api_call = recording  # noqa: SLF001
    unlock_episode(ledger, catalog, UnlockRequest(PERSON, "the-last-train", EPISODE, 12))
    return told


def _wire(value: bytes) -> str:
    return base64.b64encode(value).decode()


def transport(told: Told) -> Callable[..., AWSResponse]:
    """A stand-in for the wire that answers each call as recorded, by operation and index."""
    answers = {(operation, parameters.get("IndexName")): body for operation, parameters, body in told}

    def send(_self: Any, request: Any) -> AWSResponse:
        operation = request.headers["X-Amz-Target"]
        name = (operation if isinstance(operation, str) else operation.decode()).rpartition(".")[2]
        index = "by-reference" if b"by-reference" in request.body else None
        headers = {"content-type": "application/x-amz-json-1.0", "x-amzn-requestid": "bench"}
        return AWSResponse(request.url, 200, HTTPHeaders.from_dict(headers), _Raw(answers[name, index]))

    return send


def cpu_of(work: Callable[[], object]) -> float:
    """CPU seconds of one call, over many."""
    gc.collect()
    started = time.process_time()
    for _ in range(CALLS):
        work()
    return (time.process_time() - started) / CALLS


def measure() -> list[Figure]:
    """The ratio, pair by pair, so that a machine whose speed drifts compares like with like."""
    told = recorded_calls()
    os.environ.update(SETTINGS)
    from cliffhanger import bootstrap  # noqa: PLC0415 - reads the settings above
    from cliffhanger.clock import system_clock  # noqa: PLC0415
    from cliffhanger.web import api  # noqa: PLC0415
    from cliffhanger.web.tokens import KeySet  # noqa: PLC0415
    from functions.unlock.handler import handler  # noqa: PLC0415

    bootstrap.forget()
    client: Any = botocore.session.get_session().create_client("dynamodb", region_name=SETTINGS["AWS_REGION"])
    methods = {"Query": client.query, "GetItem": client.get_item, "PutItem": client.put_item}
    keys = KeySet(key_set, system_clock)
    request = event(
        "POST",
        f"/v1/series/the-last-train/episodes/{EPISODE}/unlock",
        route="POST /v1/series/{seriesId}/episodes/{episode}/unlock",
        path_parameters={"seriesId": "the-last-train", "episode": str(EPISODE)},
        body={"priceShownCoins": 12},
        token=access_token(PERSON),
    )

    def unlock() -> None:
        answer = handler(request, None)
        if answer["statusCode"] != 201:
            raise RuntimeError(answer["body"])

    def bare() -> None:
        for operation, parameters, _ in told:
            methods[operation](**parameters)

    with (
        mock.patch(SEND, transport(told)),
        mock.patch.object(api, "_keys", functools.partial(_same, keys)),
        contextlib.redirect_stdout(io.StringIO()),
    ):
        unlock()
        bare()
        pairs = [(cpu_of(unlock), cpu_of(bare)) for _ in range(ROUNDS)]
    ours, theirs = min(one for one, _ in pairs), min(other for _, other in pairs)
    ratio = statistics.median(one / other for one, other in pairs)
    how = f"median of {ROUNDS} pairs; at best {ours * 1000:.2f} ms, and {theirs * 1000:.2f} ms for {len(told)} calls"
    return [Figure("unlock.handler_cpu_ratio", ratio, 1.4, how)]


def _same(keys: Any) -> Any:
    return keys
