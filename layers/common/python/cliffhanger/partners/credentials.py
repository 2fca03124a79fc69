"""Clients' ids and secrets: how they are made, kept, compared and rotated.

A secret is of 256 random bits, so that its SHA-256 is enough to know it by and nothing slower is needed: there is no
dictionary to try. It is shown once and then is nowhere.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from cliffhanger.ledger.names import base32
from cliffhanger.partners.domain import Client, Mode, Secret

SECRET_BYTES = 32
ID_BYTES = 15
MAX_SECRETS = 5
"""In force at once. Two are meant to be; the rest is room for rotations that are repeated, as after a lost answer."""
MAX_OVERLAP_HOURS = 7 * 24
DEFAULT_OVERLAP_HOURS = 24
HOUR_MS = 3_600_000

_NAMES: dict[Mode, str] = {"live": "live", "sandbox": "test"}
_NOBODYS = "0" * 64
"""The digest of no secret that is known."""


def new_client_id(mode: Mode) -> str:
    """An id that nobody can guess, and that tells its mode: ``pc-live-...`` or ``pc-test-...``, 32 characters."""
    return f"pc-{_NAMES[mode]}-{base32(secrets.token_bytes(ID_BYTES))}"


def new_secret(mode: Mode) -> str:
    """A secret of 256 random bits that begins with its mode, so that scanners find one that leaked: ``ps_live_...``."""
    return f"ps_{_NAMES[mode]}_{secrets.token_urlsafe(SECRET_BYTES)}"


def digest_of(secret: str) -> str:
    """What is kept of a secret: its SHA-256, in hex."""
    return hashlib.sha256(secret.encode()).hexdigest()


def rotated(client: Client, secret: str, now: int, overlap_ms: int) -> Client:
    """The client with a new secret beside those in force, which end after the overlap, or earlier where they did.

    Rotating again never ends a secret earlier than it was said to, unless the new overlap is shorter; of too many,
    those go that end first. With no overlap the old ones end now.
    """
    ends = now + overlap_ms
    kept = [
        before._replace(ends_at=ends if before.ends_at is None else min(before.ends_at, ends))
        for before in client.secrets
        if before.holds(now)
    ]
    kept = sorted((one for one in kept if one.holds(now)), key=lambda one: (one.ends_at or 0, one.number), reverse=True)
    number = 1 + max(before.number for before in client.secrets)
    return client._replace(secrets=(Secret(number, digest_of(secret)), *kept[: MAX_SECRETS - 1]))


def matching(client: Client | None, shown: str, now: int) -> Secret | None:
    """The client's secret that was shown, if it is in force; compared in the same time whatever is known.

    No client is compared with as many secrets as a client can have, so that the time tells nobody who is there.
    """
    digest = digest_of(shown)
    known = () if client is None else client.secrets
    padded = (*known, *(Secret(0, _NOBODYS),) * (MAX_SECRETS - len(known)))
    found = [one for one in padded if hmac.compare_digest(one.digest, digest) and one.number > 0]
    return found[0] if found and found[0].holds(now) else None
