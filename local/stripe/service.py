"""One request of the API from its headers to its answer: key, version, idempotency, faults, the operation, the log."""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import re
import threading
import time
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final, NamedTuple

from cliffhanger.clock import rfc3339
from local.stripe import API_VERSION, hosted
from local.stripe.core import Call, Core
from local.stripe.errors import StripeError, invalid, missing
from local.stripe.faults import Fault, Faults
from local.stripe.forms import Form, Values, decode_form, decode_json
from local.stripe.idempotency import Keys, Saved, keeps
from local.stripe.listing import expanded
from local.stripe.routes import route

MAX_LOG: Final = 1_000
SECRETS: Final = re.compile(r"number|cvc|secret", re.IGNORECASE)


class Request(NamedTuple):
    """A request, as it came; header names in lower case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def v2(self) -> bool:
        """Whether it is of the API's second generation: JSON in and out."""
        return self.path.startswith("/v2/")


class Answer(NamedTuple):
    """What is answered. ``hang_up``: nothing is, after all, and the connection ends."""

    status: int
    body: bytes
    headers: dict[str, str]
    hang_up: bool = False


class Service:
    """Answers requests of the API. ``lock`` is held while an operation runs, and by whoever else touches ``core``."""

    def __init__(self, core: Core, api_key: str, keys: Keys, faults: Faults) -> None:
        self.core = core
        self.keys = keys
        self.faults = faults
        self.lock = threading.RLock()
        self._api_key = api_key
        self._log: deque[dict[str, Any]] = deque(maxlen=MAX_LOG)

    def log(self) -> list[dict[str, Any]]:
        """The requests, newest first; numbers of cards and secrets are left out."""
        with self.lock:
            return list(reversed(self._log))

    def answer(self, request: Request) -> Answer:
        """The answer to a request; a refusal is one too."""
        name, begun = self.core.store.name("req", 14), time.monotonic()
        headers = {"Request-Id": name, "Stripe-Version": API_VERSION}
        line: dict[str, Any] = {"id": name, "method": request.method, "path": request.path}
        values: Values = {}
        fault = None
        try:
            self._admit(request)
            values = _values(request)
            with self.lock:
                fault = self.faults.of_request(request.method, request.path)
            status, body = self._once(request, values, name, fault, headers)
        except StripeError as error:
            status, body = error.status, json.dumps(error.body(name), indent=2)
            if error.status == 429 or "idempotency_key" in str(error.code):
                headers["Stripe-Should-Retry"] = "true"
        line |= {"status": status, "ms": round((time.monotonic() - begun) * 1000), "params": _shown(values)}
        line |= {"key": request.headers.get("idempotency-key"), "account": request.headers.get("stripe-account")}
        line |= {"replayed": "Idempotent-Replayed" in headers, "fault": fault.kind if fault else None}
        with self.lock:
            self._log.append({"at": rfc3339(self.core.store.now_ms()), **line})
        gone = fault is not None and fault.kind.startswith("timeout_")
        return Answer(status, body.encode(), headers, gone)

    def _admit(self, request: Request) -> None:
        """Checks the API key and the version.

        Raises:
            StripeError: 401, or 400 for a version of another shape.
        """
        sent = _key(request.headers.get("authorization", ""))
        if not sent:
            words = "You did not provide an API key. Provide it in the Authorization header, using Bearer auth."
            raise StripeError(401, "invalid_request_error", words)
        if not hmac.compare_digest(sent.encode(), self._api_key.encode()):
            words = f"Invalid API Key provided: {sent[:8]}{'*' * 8}"
            raise StripeError(401, "invalid_request_error", words, "api_key_invalid")
        version = request.headers.get("stripe-version", "" if request.v2 else API_VERSION)
        if version != API_VERSION:
            words = f"Invalid Stripe API version: {version[:40]}. The local Stripe answers {API_VERSION} only."
            raise invalid(words)

    def _once(
        self, request: Request, values: Values, name: str, fault: Fault | None, headers: dict[str, str]
    ) -> tuple[int, str]:
        """The operation's answer, or the one that its idempotency key was given before."""
        key = request.headers.get("idempotency-key", "")
        if not key or not (request.method == "POST" or (request.v2 and request.method == "DELETE")):
            return self._work(request, values, name, fault)
        account = request.headers.get("stripe-account", "")
        fingerprint = [request.method, request.path, values]
        scoped = f"{account}:{key}" if account else key
        with self.lock:
            saved = self.keys.begin(scoped, fingerprint, self.core.store.now())
        headers["Idempotency-Key"] = key
        if saved is not None:
            headers |= {"Idempotent-Replayed": "true", "Original-Request": saved.request}
            return saved.status, saved.body
        kept = None
        try:
            status, body = self._work(request, values, name, fault)
            if keeps(status, v2=request.v2) and (fault is None or fault.kind != "500"):
                kept = Saved(fingerprint, self.core.store.now(), name, status, body)
        finally:
            with self.lock:
                self.keys.end(scoped, kept)
        return status, body

    def _work(self, request: Request, values: Values, name: str, fault: Fault | None) -> tuple[int, str]:
        if fault is not None:
            if fault.seconds and fault.kind != "timeout_after":
                time.sleep(fault.seconds)
            refusal = fault.answer()
            if refusal is not None:
                return refusal.status, json.dumps(refusal.body(name), indent=2)
            if fault.kind == "timeout_before":
                raise StripeError(504, "api_error", "Nobody sees this.")
        try:
            document = self._operate(request, values, name)
            status = 200
        except StripeError as error:
            status, document = error.status, error.body(name)
        if fault is not None and fault.kind == "timeout_after" and fault.seconds:
            time.sleep(fault.seconds)
        return status, json.dumps(document, indent=2)

    def _operate(self, request: Request, values: Values, name: str) -> dict[str, Any]:
        work, ids = route(request.method, request.path)
        form = Form({key: value for key, value in values.items() if key != "expand" or request.v2})
        paths = [] if request.v2 else Form(values).words("expand")
        account = request.headers.get("stripe-account", "") or request.headers.get("stripe-context", "")
        with self.lock:
            if account and self.core.store.find(account) is None:
                raise missing("account", account, "account")
            self.core.events.during(name, request.headers.get("idempotency-key"))
            try:
                hosted.sweep(self.core)
                found = work(self.core, Call(form, ids, account, request.path))
                return expanded(self.core, found, paths)
            finally:
                self.core.events.during(None, None)


def _key(authorization: str) -> str:
    """The key of ``Bearer key`` or of Basic with the key as the name; empty when there is none."""
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() == "basic":
        with suppress(binascii.Error, UnicodeDecodeError):
            return base64.b64decode(value, validate=True).decode().partition(":")[0]
    return ""


def _values(request: Request) -> Values:
    """What the request says, from its query or its body."""
    try:
        if request.method != "POST":
            return decode_form(request.query)
        if not request.v2:
            return decode_form(request.body.decode())
    except UnicodeDecodeError as error:
        raise invalid("The body is not UTF-8.") from error
    if request.body and "json" not in request.headers.get("content-type", ""):
        raise invalid("API v2 takes application/json.", "invalid_content_type")
    return decode_json(request.body)


def _shown(value: Any) -> Any:
    """Parameters for the log, without what nobody should read there."""
    if isinstance(value, dict):
        return {name: "…" if SECRETS.search(name) else _shown(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_shown(item) for item in value]
    return value
