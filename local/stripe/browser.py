"""What a browser asks for: the hosted pages, and what their buttons do."""

from __future__ import annotations

import hmac
import re
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, urlsplit

from local.stripe import attempts, connect, control, hosted, identity, pages
from local.stripe.core import Core
from local.stripe.customers import Typed
from local.stripe.errors import StripeError, missing
from local.stripe.forms import Form
from local.stripe.service import Answer, Request, Service
from local.stripe.store import Object
from local.stripe.webhooks import Webhooks

STYLE: Final = Path(__file__).with_name("style.css")
ID: Final = r"([A-Za-z0-9_]{1,255})"
MAX_FIELDS: Final = 20

Fields = dict[str, str]


class Browser:
    """Answers everything that is neither API nor control."""

    def __init__(self, service: Service, webhooks: Webhooks) -> None:
        self._service = service
        self._webhooks = webhooks
        self._routes = tuple(
            (re.compile(pattern), work)
            for pattern, work in (
                ("/", self._index),
                (f"/c/pay/{ID}", self._checkout),
                (f"/c/back/{ID}", self._back),
                (f"/pay/authenticate/{ID}", self._authenticate),
                (f"/setup/{ID}", self._setup),
                (f"/verify/{ID}", self._verify),
                (rf"/move/([a-z]{{1,20}})/{ID}", self._move),
            )
        )

    @property
    def _core(self) -> Core:
        return self._service.core

    def answer(self, request: Request) -> Answer:
        """A page, or where to go next.

        Raises:
            StripeError: there is no such page, or another site sent the form.
        """
        if request.path == "/style.css":
            return Answer(200, STYLE.read_bytes(), {"Content-Type": "text/css; charset=utf-8"})
        post = request.method == "POST"
        if post:
            _require_own(request)
        fields = _fields(request.body.decode(errors="replace") if post else request.query)
        for pattern, work in self._routes:
            found = pattern.fullmatch(request.path)
            if found and request.method in ("GET", "POST"):
                with self._service.lock:
                    return work(*found.groups(), fields=fields, post=post)
        raise missing("page", request.path)

    def _index(self, *, fields: Fields, post: bool, words: str = "") -> Answer:
        del fields, post
        core = self._core
        kinds = ("charge", "dispute", "refund", "payout")
        objects = {kind: [*core.store.newest(kind)] for kind in kinds}
        return _page(pages.index_page(objects, core.store.counts(), self._webhooks.url, words))

    def _move(self, path: str, name: str, *, fields: Fields, post: bool) -> Answer:
        move = control.MOVES.get(path)
        if move is None or not post:
            raise missing("page", f"/move/{path}")
        try:
            move(self._core, name, Form({"to": fields.get("to", "")}))
        except StripeError as error:
            return self._index(fields=fields, post=post, words=error.message)
        return _go("/")

    def _checkout(self, name: str, *, fields: Fields, post: bool) -> Answer:
        core, found = self._core, self._core.store.get("checkout.session", name, "session")
        hosted.end_if_over(core, found)
        if hosted.settle(core, found):
            if post:
                return _go(hosted.after(found))
            return _page(pages.over_page("Paid", "This is paid already.", hosted.after(found), "Continue"))
        if found["status"] != "open":
            return _page(pages.over_page("Too late", "This page has expired.", found["cancel_url"], "Back"))
        if not post:
            return self._form(found, _why(core, found) if "failed" in fields else "")
        if not hmac.compare_digest(fields.get("key", "").encode(), core.store.note(name)["key"].encode()):
            return self._form(found, "Please try again.")
        try:
            paid = hosted.pay(core, found, _typed(fields), save=fields.get("save") == "yes")
        except StripeError as error:
            return self._form(found, error.message)
        action = paid["next_action"]
        return _go(action["redirect_to_url"]["url"] if action else hosted.after(found))

    def _form(self, found: Object, words: str) -> Answer:
        note = self._core.store.note(found["id"])
        page = pages.checkout_page(found, note["lines"], note["key"], words)
        return _page(page, 402 if words else 200, found["success_url"])

    def _back(self, name: str, *, fields: Fields, post: bool) -> Answer:
        """From the payer's bank back to the session."""
        del fields, post
        found = self._core.store.get("checkout.session", name, "session")
        if hosted.settle(self._core, found):
            return _go(hosted.after(found))
        return _go(f"/c/pay/{name}?failed=1")

    def _authenticate(self, name: str, *, fields: Fields, post: bool) -> Answer:
        core, payment = self._core, self._core.store.get("payment_intent", name, "intent")
        back = core.store.note(name)["return_url"]
        key = payment["client_secret"].rpartition("_")[2]
        if not hmac.compare_digest(fields.get("key", "").encode(), key.encode()):
            raise missing("page", f"/pay/authenticate/{name}")
        if payment["status"] != "requires_action":
            url = attempts.back_to(payment, back) if back else None
            return _page(pages.over_page("Done", "There is nothing to confirm any more.", url, "Continue"))
        session = core.store.note(name)["session"]
        found = core.store.get("checkout.session", session) if session else None
        if not post:
            # Browsers hold a form to the last of its redirects too, and a session's lead through a page of ours.
            return _page(pages.authenticate_page(payment, key), leads_to=found["success_url"] if found else back)
        attempts.authenticated(core, payment, passed=fields.get("to") == "complete")
        if found:
            hosted.settle(core, found)
        if back:
            return _go(attempts.back_to(payment, back))
        return _page(pages.over_page("Done", "You can go back to the app.", None, ""))

    def _setup(self, name: str, *, fields: Fields, post: bool) -> Answer:
        core, account = self._core, self._core.store.get("v2.core.account", name)
        link = core.store.note(name).get("link") or {"key": "", "end": 0, "refresh": None, "back": None}
        right = link["key"] and hmac.compare_digest(fields.get("key", "").encode(), link["key"].encode())
        if not right or link["end"] <= core.store.now():
            return _page(pages.over_page("Too late", "This link has expired.", link["refresh"], "Get a new one"))
        if not post:
            return _page(pages.setup_page(account, link["key"]), leads_to=link["back"])
        core.store.note(name)["link"] = {**link, "end": 0}
        connect.onboarded(core, account, to="active" if fields.get("to") == "active" else "rejected")
        if link["back"]:
            return _go(link["back"])
        return _page(pages.over_page("Done", "You can close this page.", None, ""))

    def _verify(self, name: str, *, fields: Fields, post: bool) -> Answer:
        core, found = self._core, self._core.store.get("identity.verification_session", name, "session")
        back = core.store.note(name)["back"]
        if found["status"] != "requires_input":
            return _page(pages.over_page("Done", "There is nothing to show any more.", back, "Continue"))
        if not post:
            return _page(pages.verify_page(found), leads_to=back)
        identity.move(core, found, "verified" if fields.get("to") == "verified" else "requires_input")
        return _go(back) if back else _page(pages.over_page("Done", "You can close this page.", None, ""))


def _why(core: Core, found: Object) -> str:
    """Why the last try of a session's payment came to nothing."""
    payment = core.store.find(found["payment_intent"] or "")
    error = payment["last_payment_error"] if payment else None
    return str(error["message"]) if error else ""


def _typed(fields: Fields) -> Typed:
    """What was typed into the form of a card.

    Raises:
        StripeError: the expiry is none.
    """
    month, _, year = re.sub(r"\s", "", fields.get("expiry", "")).partition("/")
    if not re.fullmatch(r"[0-9]{1,2}", month, re.ASCII) or not re.fullmatch(r"[0-9]{2}([0-9]{2})?", year, re.ASCII):
        raise StripeError(402, "card_error", "Your card's expiration date is incomplete.", "invalid_expiry_year")
    full = int(year) if len(year) == 4 else 2000 + int(year)
    return Typed(fields.get("number", ""), int(month), full, fields.get("cvc", ""))


def _fields(text: str) -> Fields:
    try:
        return {name: values[0] for name, values in parse_qs(text, max_num_fields=MAX_FIELDS).items()}
    except ValueError as error:
        raise StripeError(400, "invalid_request_error", "Too many fields.") from error


def _require_own(request: Request) -> None:
    """Only our own pages may send our forms."""
    origin = request.headers.get("origin", "")
    if origin and urlsplit(origin).netloc != request.headers.get("host"):
        raise StripeError(403, "invalid_request_error", "Another site sent this form.")


def _page(content: bytes, status: int = 200, leads_to: str | None = None) -> Answer:
    """A page that loads nothing but its style; ``leads_to`` is where its form may end."""
    allowed = f"'self' {'://'.join(urlsplit(leads_to)[:2])}" if leads_to else "'self'"
    policy = f"default-src 'none'; style-src 'self'; img-src data:; form-action {allowed}; frame-ancestors 'none'"
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": f"{policy}; base-uri 'none'",
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return Answer(status, content, headers)


def _go(url: str) -> Answer:
    return Answer(303, b"", {"Location": url, "Cache-Control": "no-store"})
