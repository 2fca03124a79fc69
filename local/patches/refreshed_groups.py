"""A token refreshed through the sign-in domain carries the person's groups and attributes, as on AWS.

The emulator has two ways to refresh: its API's keeps them, its ``/oauth2/token``'s leaves them out, so that a creator
who has stayed on the page for an hour would lose the studio and the token trigger would see no subject.
"""

from __future__ import annotations

import urllib.parse
from typing import Any

from ministack.services import cognito


def apply() -> None:
    """Sends every refresh the way that the API's refreshes go."""
    token = cognito._oauth2_token

    def token_with_whole_refresh(data: Any, query: Any, raw_body: bytes = b"", headers: Any = None) -> Any:
        form = {
            name: values[0]
            for name, values in urllib.parse.parse_qs(raw_body.decode("utf-8", errors="replace")).items()
        }
        if form.get("grant_type") != "refresh_token":
            return token(data, query, raw_body, headers)
        client, secret = cognito._authenticate_client(headers or {}, form)
        return cognito._oauth2_refresh_api_issued_token(form.get("refresh_token", ""), client, secret)

    cognito._oauth2_token = token_with_whole_refresh
