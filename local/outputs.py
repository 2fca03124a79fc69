"""``.local/outputs.json``: what programs and people need to talk to the running platform."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from local.cast import USERS
from local.environment import REGION
from local.paths import MAILBOX


class Addresses(NamedTuple):
    """Where the platform answers."""

    edge: str
    gateway: str
    emulator: str
    mediaconvert: str
    stripe: str
    mailbox: str
    receiver: str
    hooks: str
    ads: str


TABLES = {
    name: f"{name.title()}Table"
    for name in ("ledger", "catalog", "uploads", "people", "rates", "switches", "parked", "cases")
}
BUCKETS = {"uploads": "UploadsBucket", "media": "MediaBucket", "web": "PagesBucket"}


REQUIRED = ("ApiId", "UserPoolId", "ClientId", "KeyPairId", "EventBus", *TABLES.values(), *BUCKETS.values())
"""The stacks' outputs that the platform needs."""


def outputs(addresses: Addresses, stacks: Mapping[str, str], state: Path) -> dict[str, Any]:
    """The document, from the stacks' outputs. ``apiUrl`` is the public origin: ``apiUrl + "/v1/series"`` is an address.

    Raises:
        KeyError: the stacks lack a required output.
    """
    return {
        "apiUrl": addresses.edge,
        "webUrl": f"{addresses.edge}/",
        "edgeUrl": addresses.edge,
        "gatewayUrl": addresses.gateway,
        "cognitoUrl": addresses.emulator,
        "endpointUrl": addresses.emulator,
        "mediaConvertUrl": addresses.mediaconvert,
        "stripeUrl": addresses.stripe,
        "mailboxUrl": addresses.mailbox,
        "receiverUrl": addresses.receiver,
        "hooksUrl": addresses.hooks,
        "adsUrl": addresses.ads,
        "region": REGION,
        "userPoolId": stacks["UserPoolId"],
        "clientId": stacks["ClientId"],
        "keyPairId": stacks["KeyPairId"],
        "users": {user.name: {"email": user.email, "password": user.password, "group": user.group} for user in USERS},
        "tables": {name: stacks[output] for name, output in TABLES.items()},
        "buckets": {name: stacks[output] for name, output in BUCKETS.items()},
        "eventBus": stacks["EventBus"],
        "stateDir": str(state),
        "mailbox": str(MAILBOX),
        "launcherPid": os.getpid(),
    }


def write(path: Path, document: dict[str, Any]) -> None:
    """Writes the document in one step, so that a reader never sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".part")
    draft.write_text(json.dumps(document, indent=2) + "\n")
    draft.replace(path)
