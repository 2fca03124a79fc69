"""Events that did not happen, for test sends and the sandbox: the published example of a type, told anew. Pure.

What is random in the example (pseudonyms, keys, versions) is drawn from a seed, and its times keep their distance from
now; everything else stays, so that the numbers of one event agree with each other.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any

from cliffhanger.clock import ms_of, rfc3339
from cliffhanger.errors import ValidationFailed
from cliffhanger.events.catalogue import EXAMPLE_TIME, newest
from cliffhanger.events.checking import misfits
from cliffhanger.events.envelope import Event
from cliffhanger.ledger.names import base32

MOST_MISFITS = 5
"""So many are told in one refusal."""

_RANDOM = re.compile(r"(?<![0-9a-z])(?=[a-z]*[0-9])[0-9a-hjkmnp-tv-z]{16,26}(?![0-9a-z])")
"""Ids of the examples that nobody has chosen: 16 to 26 characters of Crockford's base32, a digit among them."""


def make_event(name: str, *, seed: str, now: int, data: Mapping[str, Any] | None = None) -> Event:
    """An event of the newest version of a type, which fits its schema; the same for the same arguments.

    Args:
        name: the type.
        seed: its id, and all that is random in it, follow from it.
        now: when it happens, in milliseconds since the Unix epoch.
        data: members that stand in the place of the example's, each as a whole.

    Raises:
        ValidationFailed: there is no such type, or the data do not fit its schema.
    """
    kind = newest(name)
    (example,) = kind.data["examples"]
    members = {**{key: _anew(value, seed, now) for key, value in example.items()}, **(data or {})}
    wrong = list(misfits(kind.data, members))
    if wrong:
        raise ValidationFailed("; ".join(wrong[:MOST_MISFITS]), where="body")
    return kind.event(now, members, ("made", seed))


def _anew(value: Any, seed: str, now: int) -> Any:
    """A value of the example with its random parts drawn and its times moved; the same part always the same way."""
    if isinstance(value, Mapping):
        return {key: _anew(member, seed, now) for key, member in value.items()}
    if isinstance(value, list):
        return [_anew(item, seed, now) for item in value]
    if not isinstance(value, str):
        return value
    try:
        return rfc3339(ms_of(value) - EXAMPLE_TIME + now)
    except ValueError:
        return _RANDOM.sub(lambda found: _drawn(seed, found[0]), value)


def _drawn(seed: str, instead_of: str) -> str:
    digest = hashlib.sha256(f"{seed}\n{instead_of}".encode()).digest()
    return base32(digest)[-len(instead_of) :]
