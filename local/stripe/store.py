"""Every object there is, by id, as the JSON that is answered; beside each a note of what only the server knows."""

from __future__ import annotations

import json
import os
import secrets
import string
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from cliffhanger.clock import Clock
from local.stripe.errors import StripeError, missing

Object = dict[str, Any]

MAX_OBJECTS: Final = 200_000
MAX_EVENTS: Final = 20_000
"""Events kept; the oldest are forgotten first. (Stripe keeps thirty days of them.)"""

_ALPHABET = string.ascii_letters + string.digits
_PLATFORM = ""


class Store:
    """Not safe by itself: the server holds one lock around each request."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._objects: dict[str, Object] = {}
        self._notes: dict[str, Object] = {}
        self._kinds: dict[str, list[str]] = {}

    def now(self) -> int:
        """Seconds since the Unix epoch."""
        return self._clock() // 1000

    def now_ms(self) -> int:
        """Milliseconds since the Unix epoch."""
        return self._clock()

    def name(self, prefix: str, length: int = 24) -> str:
        """A new id. Letters of both cases, as Stripe's: nobody may rely on less."""
        return f"{prefix}_{''.join(secrets.choice(_ALPHABET) for _ in range(length))}"

    def add(self, found: Object, note: Object | None = None, account: str = _PLATFORM) -> Object:
        """Keeps a new object, which belongs to the platform or to a connected account.

        Raises:
            StripeError: there are too many.
        """
        if len(self._objects) >= MAX_OBJECTS:
            words = f"The local Stripe keeps {MAX_OBJECTS} objects; start it anew."
            raise StripeError(507, "api_error", words)
        name, kind = found["id"], found["object"]
        self._objects[name] = found
        self._notes[name] = {**(note or {}), "account": account}
        names = self._kinds.setdefault(kind, [])
        names.append(name)
        if kind.endswith("event") and len(names) > MAX_EVENTS:
            oldest = names.pop(0)
            del self._objects[oldest], self._notes[oldest]
        return found

    def get(self, kind: str, name: str, param: str = "id", account: str | None = None) -> Object:
        """The object of that kind and id, of one account or of any.

        Raises:
            StripeError: there is none.
        """
        found = self._objects.get(name)
        if found is None or found["object"] != kind or (account is not None and self.owner(name) != account):
            raise missing(kind.removeprefix("checkout.").removeprefix("v2.core."), name, param)
        return found

    def find(self, name: str) -> Object | None:
        """The object of that id, of whatever kind."""
        return self._objects.get(name)

    def note(self, name: str) -> Object:
        """What only the server knows of an object; may be changed."""
        return self._notes[name]

    def owner(self, name: str) -> str:
        """The connected account that an object belongs to; empty for the platform."""
        return str(self._notes[name]["account"])

    def newest(self, kind: str, account: str | None = None) -> Iterator[Object]:
        """All objects of a kind, the newest first, of one account or of all."""
        for name in reversed(self._kinds.get(kind, [])):
            if account is None or self.owner(name) == account:
                yield self._objects[name]

    def counts(self) -> dict[str, int]:
        """How many there are, by kind."""
        return {kind: len(names) for kind, names in self._kinds.items()}

    def save(self, path: Path, more: Object) -> None:
        """Writes everything to a file that only its owner can read, in one step."""
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".part")
        kept = {"objects": self._objects, "notes": self._notes, "kinds": self._kinds, **more}
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as handle:
            json.dump(kept, handle)
        draft.replace(path)

    def load(self, path: Path) -> Object:
        """Takes over what a file holds; answers with what else stands in it."""
        kept: Object = json.loads(path.read_text())
        self._objects, self._notes, self._kinds = kept.pop("objects"), kept.pop("notes"), kept.pop("kinds")
        return kept


def copied(value: Object) -> Object:
    """A deep copy, as JSON has it."""
    made: Object = json.loads(json.dumps(value))
    return made
