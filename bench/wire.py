"""Calls to AWS recorded from a model, and a stand-in for the wire that answers them again.

Everything but the wire is real then: serialising, signing, parsing. What is measured is CPU time of our side.
"""

from __future__ import annotations

import base64
import contextlib
import io
import itertools
import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple
from unittest import mock

from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from pynamodb.connection import Connection

SEND = "botocore.httpsession.URLLib3Session.send"
_PUT_EVENTS = json.dumps({"FailedEntryCount": 0, "Entries": []}).encode()


class Told(NamedTuple):
    """One call: the operation, its parameters, and the answer's bytes."""

    operation: str
    parameters: dict[str, Any]
    answer: bytes


class Recorder:
    """Keeps every call that a model's connection serves."""

    def __init__(self, connection: Connection) -> None:
        self.told: list[Told] = []
        client: Any = connection.client
        serve = client._make_api_call  # noqa: SLF001 - pynamodb calls just this

        def recording(operation: str, parameters: dict[str, Any]) -> Any:
            answer = serve(operation, parameters)
            body = {key: value for key, value in answer.items() if key != "ResponseMetadata"}
            self.told.append(Told(operation, parameters, json.dumps(body, default=_text).encode()))
            return answer

        client._make_api_call = recording  # noqa: SLF001


class Raw(io.BytesIO):
    """A body as urllib3 gives it."""

    def stream(self, **_: Any) -> Any:
        """The whole body at once."""
        yield self.read()


@contextlib.contextmanager
def answered(first: Iterable[Told], again: Iterable[Told]) -> Iterator[None]:
    """While it lasts, botocore's calls are answered in order: as the first ones were, then as the others over and over.

    Events are taken, in whatever order.
    """
    with mock.patch(SEND, _transport(itertools.chain(first, itertools.cycle(list(again))))):
        yield


def _transport(told: Iterator[Told]) -> Callable[..., AWSResponse]:
    def send(_self: Any, request: Any) -> AWSResponse:
        target = request.headers["X-Amz-Target"]
        name = (target if isinstance(target, str) else target.decode()).rpartition(".")[2]
        headers = {"content-type": "application/x-amz-json-1.0", "x-amzn-requestid": "bench"}
        answer = _PUT_EVENTS if name == "PutEvents" else _answer(next(told), name)
        return AWSResponse(request.url, 200, HTTPHeaders.from_dict(headers), Raw(answer))

    return send


def _answer(told: Told, name: str) -> bytes:
    if told.operation != name:
        raise LookupError(f"{name} is called, where {told.operation} was before")
    return told.answer


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode()
