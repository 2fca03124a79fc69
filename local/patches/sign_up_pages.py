"""The sign-in pages lead to sign-up, as the managed login's do: an address and a password, then the code from the mail.

The emulator has the calls (``SignUp``, ``ConfirmSignUp``) but no page for them, so that on one machine nobody could
sign up with a browser. Source: "The managed login sign-up endpoint: /signup", Amazon Cognito developer guide.
"""

from __future__ import annotations

import html
import json
import urllib.parse
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from ministack import app
from ministack.services import cognito

SIGN_UP, CONFIRM = "/signup", "/confirm"
CARRIED = (
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "response_type",
    "code_challenge",
    "code_challenge_method",
    "nonce",
)
"""What the sign-in was asked with, which every page hands on to the next; the order is that of the emulator's pages."""

FOOTER = '<div class="footer">'
Form = Mapping[str, str]
Answer = tuple[int, dict[str, str], bytes]


def _first(values: Mapping[str, Any]) -> dict[str, str]:
    """The first value of each name."""
    return {name: value[0] if isinstance(value, list | tuple) else str(value) for name, value in values.items()}


def _query(form: Form) -> str:
    return urllib.parse.urlencode({name: form[name] for name in CARRIED if form.get(name)})


def _page(title: str, action: str, form: Form, fields: str, problem: str) -> Answer:
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{html.escape(form.get(name, ""))}">' for name in CARRIED
    )
    told = f'<div class="error">{html.escape(problem)}</div>' if problem else ""
    body = f'{told}<form method="POST" action="{action}">{hidden}{fields}<button type="submit">{title}</button></form>'
    page = cognito._page_shell(title, title, body)
    return HTTPStatus.OK, {"Content-Type": "text/html; charset=utf-8"}, page.encode()


def sign_up_page(form: Form, problem: str = "") -> Answer:
    """Asks for an address and a password."""
    fields = (
        '<label for="username">Email</label><input type="text" id="username" name="username" autocomplete="email" '
        f'value="{html.escape(form.get("username", ""))}" required autofocus>'
        '<label for="password">Password</label><input type="password" id="password" name="password" '
        'autocomplete="new-password" required>'
    )
    return _page("Sign up", SIGN_UP, form, fields, problem)


def code_page(form: Form, problem: str = "") -> Answer:
    """Asks for the code that was sent."""
    fields = (
        f'<input type="hidden" name="username" value="{html.escape(form.get("username", ""))}">'
        '<label for="code">Code from the mail</label><input type="text" id="code" name="code" '
        'inputmode="numeric" autocomplete="one-time-code" required autofocus>'
    )
    return _page("Confirm your address", CONFIRM, form, fields, problem)


def _call(action: str, handler: Any, form: Form, **more: object) -> str:
    """One call of the user pool's API; answers with its refusal, or nothing."""
    data = {"ClientId": form.get("client_id", ""), "Username": form.get("username", ""), **more}
    status, _headers, body = cognito._run_idp_handler(handler, action, data)
    return "" if status < HTTPStatus.BAD_REQUEST else str(json.loads(body).get("message", "Refused"))


def sign_up(form: Form) -> Answer:
    """Signs up, and asks for the code; or says why not."""
    address = [{"Name": "email", "Value": form.get("username", "")}]
    problem = _call("SignUp", cognito._sign_up, form, Password=form.get("password", ""), UserAttributes=address)
    return sign_up_page(form, problem) if problem else code_page(form)


def confirm(form: Form) -> Answer:
    """Confirms, and goes on to the sign-in that was asked for; or says why not."""
    problem = _call("ConfirmSignUp", cognito._confirm_sign_up, form, ConfirmationCode=form.get("code", "").strip())
    if problem:
        return code_page(form, problem)
    return HTTPStatus.FOUND, {"Location": f"/oauth2/authorize?{_query(form)}"}, b""


def apply() -> None:
    """Adds the pages, and a link to the first of them on each page that begins a sign-in."""
    get, post = app._handle_cognito_get_request, app._handle_cognito_body_request

    async def get_with_sign_up(method: str, path: str, headers: Any, query: Any) -> Any:
        if (method, path) == ("GET", SIGN_UP):
            return sign_up_page(_first(query))
        return await get(method, path, headers, query)

    async def post_with_sign_up(method: str, path: str, headers: Any, body: bytes, query: Any) -> Any:
        if method == "POST" and path in (SIGN_UP, CONFIRM):
            form = _first(urllib.parse.parse_qs(body.decode("utf-8", errors="replace")))
            return sign_up(form) if path == SIGN_UP else confirm(form)
        return await post(method, path, headers, body, query)

    def with_link(page: Any) -> Any:
        def linked(*asked: str, **named: str) -> str:
            form = {**dict(zip(CARRIED, asked, strict=False)), **named}
            link = f'<p><a href="{SIGN_UP}?{html.escape(_query(form))}">New here? Sign up</a></p>'
            return str(page(*asked, **named)).replace(FOOTER, link + FOOTER, 1)

        return linked

    app._handle_cognito_get_request, app._handle_cognito_body_request = get_with_sign_up, post_with_sign_up
    cognito._login_page_html = with_link(cognito._login_page_html)
    cognito._username_page_html = with_link(cognito._username_page_html)
