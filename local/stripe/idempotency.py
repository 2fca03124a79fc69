"""Idempotency keys: the first answer is the answer, and a key belongs to one request.

Sources: "Idempotent requests" of Stripe's API reference. v1 keeps what an endpoint answered once it had begun, errors
of banks and of Stripe included; a request that did not fit is not kept. v2 keeps
successes only, and tries failures again.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from local.stripe.errors import StripeError, invalid

MAX_KEY: Final = 255
KEPT_S: Final = 24 * 3_600
MAX_KEYS: Final = 20_000


class Saved(NamedTuple):
    """An answer, the request that it was given to, and when."""

    fingerprint: list[Any]
    at: int
    request: str
    status: int
    body: str


class Keys:
    """Not safe by itself: the server holds a lock around each call."""

    def __init__(self) -> None:
        self._saved: dict[str, Saved] = {}
        self._running: dict[str, list[Any]] = {}

    def begin(self, key: str, fingerprint: list[Any], now: int) -> Saved | None:
        """The answer that the key's first request got, or None: this is the first, and ``end`` must follow.

        Raises:
            StripeError: the key is too long, belongs to another request, or its first request is still under way.
        """
        if len(key) > MAX_KEY:
            raise invalid(f"Idempotency keys are at most {MAX_KEY} characters long.")
        saved = self._saved.get(key)
        if saved is not None and now - saved.at >= KEPT_S:
            saved = None
        known = saved.fingerprint if saved else self._running.get(key)
        if known is not None and known != fingerprint:
            words = (
                "Keys for idempotent requests can only be used with the same parameters they were first used with. "
                f"Try using a key other than '{key}' if you meant to execute a different request."
            )
            raise StripeError(400, "idempotency_error", words)
        if saved is None and key in self._running:
            words = f"There is currently another in-progress request using this Idempotent Key: {key}."
            raise StripeError(409, "idempotency_error", words, "idempotency_key_in_use")
        if saved is None:
            self._running[key] = fingerprint
        return saved

    def end(self, key: str, saved: Saved | None) -> None:
        """The key's request is over; its answer is kept, or the key is free again."""
        self._running.pop(key, None)
        if saved is not None:
            self._saved.pop(key, None)
            self._saved[key] = saved
            while len(self._saved) > MAX_KEYS:
                del self._saved[next(iter(self._saved))]

    def dump(self) -> dict[str, list[Any]]:
        """All kept answers, for a file."""
        return {key: list(saved) for key, saved in self._saved.items()}

    def load(self, kept: dict[str, list[Any]]) -> None:
        """Takes over what ``dump`` gave."""
        self._saved = {key: Saved(*saved) for key, saved in kept.items()}


def keeps(status: int, *, v2: bool) -> bool:
    """Whether an answer of that status is kept for its key."""
    return status < 300 if v2 else status < 300 or status == 402 or status >= 500
