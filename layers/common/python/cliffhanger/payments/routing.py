"""Who works off what a payment provider tells that is of no order: by the kind of notice. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple

Listener = Literal["kyc", "payouts"]
"""Contexts that are told of objects which are of no order."""

ROUTED: Mapping[str, Listener] = {
    "identity.verification_session.verified": "kyc",
    "identity.verification_session.requires_input": "kyc",
    "identity.verification_session.canceled": "kyc",
    "identity.verification_session.redacted": "kyc",
    "payout.paid": "payouts",
    "payout.failed": "payouts",
    "payout.canceled": "payouts",
    "v2.core.account[configuration.recipient].updated": "payouts",
    "v2.core.account[configuration.recipient].capability_status_updated": "payouts",
}
"""By kind of notice. Whoever takes one looks its object up, as it stands then."""


class Subject(NamedTuple):
    """What a notice is about: its kind, the provider's id of the object, and when it was made, in milliseconds.

    ``account`` is the connected account that the object is of, empty for our own.
    """

    kind: str
    identity: str
    account: str
    at_ms: int


Listening = Callable[[Subject], str]
"""Takes what it is told of, once, however often; answers what came of it in a word, or raises what may pass."""
