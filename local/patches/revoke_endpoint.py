"""The sign-in domain has ``POST /oauth2/revoke``, which the pages call at sign-out.

Source: "The token revocation endpoint", Amazon Cognito developer guide (RFC 7009).
"""

from __future__ import annotations

import urllib.parse
from typing import Any

from ministack import app
from ministack.services import cognito

PATH = "/oauth2/revoke"


def apply() -> None:
    """Adds the path before the emulator's own sign-in paths, with the revocation that its API already has."""
    handle = app._handle_cognito_body_request

    async def handle_with_revoke(method: str, path: str, headers: Any, body: bytes, query: Any) -> Any:
        if (method, path) != ("POST", PATH):
            return await handle(method, path, headers, body, query)
        form = urllib.parse.parse_qs(body.decode("utf-8", errors="replace"))
        cognito._revoke_token({"Token": form.get("token", [""])[0]})
        return 200, {"Content-Type": "application/json"}, b""

    app._handle_cognito_body_request = handle_with_revoke
