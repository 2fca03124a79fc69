"""A partner's server with the generated client (``make clients TO=...``): a token for its secret, then what it asked.

    PYTHONPATH=.../python python partner.py https://watch.example "$CLIENT_ID" "$CLIENT_SECRET"

Prints what it saw, as JSON. A client of the sandbox with the scope ``requests:read``.
"""

from __future__ import annotations

import base64
import json
import sys
from typing import Any

from cliffhanger_client import AuthenticatedClient
from cliffhanger_client.api.catalog import list_event_types
from cliffhanger_client.api.partners import get_usage, grant_token, list_clients
from cliffhanger_client.models import GetUsageMode, ListClientsMode, Problem, TokenAnswer, TokenForm, UsageAnswer


def signed_in(address: str, client: str, secret: str) -> AuthenticatedClient:
    """The API for a client, for 15 minutes (RFC 6749, 4.4; the secret travels by HTTP Basic)."""
    basic = base64.b64encode(f"{client}:{secret}".encode()).decode()
    by_secret = AuthenticatedClient(base_url=address, token=basic, prefix="Basic")
    given = grant_token.sync(client=by_secret, body=TokenForm(grant_type="client_credentials"))
    if not isinstance(given, TokenAnswer):
        raise SystemExit(f"no token: {given}")
    return AuthenticatedClient(base_url=address, token=given.access_token, raise_on_unexpected_status=True)


def look(api: AuthenticatedClient) -> dict[str, Any]:
    """What is left of the day's quota, what a client may not see, and what it can be told of."""
    usage = get_usage.sync(GetUsageMode.SANDBOX, client=api)
    if not isinstance(usage, UsageAnswer):
        raise SystemExit(f"no usage: {usage}")
    # A mode that is not the client's own is refused, whatever its scopes.
    wrong = get_usage.sync(GetUsageMode.LIVE, client=api)
    members_only = list_clients.sync(ListClientsMode.SANDBOX, client=api)
    types = list_event_types.sync(client=api)
    return {
        "quota": usage.quota,
        "wrongMode": wrong.code if isinstance(wrong, Problem) else None,
        "membersOnly": members_only.code if isinstance(members_only, Problem) else None,
        "events": [] if types is None or isinstance(types, Problem) else [kind.type_ for kind in types.event_types],
    }


if __name__ == "__main__":
    print(json.dumps(look(signed_in(*sys.argv[1:]))))
