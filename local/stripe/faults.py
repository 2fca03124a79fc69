"""Faults on request: what the next requests, or the next webhooks, are to suffer."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from typing import Any, Final

from local.stripe.errors import StripeError, invalid
from local.stripe.forms import Form

REQUESTS: Final = ("500", "500_kept", "rate_limit", "slow", "timeout_after", "timeout_before")
"""``500``: nothing done, and the key stays free. ``500_kept``: nothing done, and the key answers 500 from now on, as
Stripe's does. ``timeout_…``: the connection ends without an answer, after or before the work. ``slow``: done, late."""

WEBHOOKS: Final = ("late", "doubled", "dropped", "reordered")
"""``dropped``: never sent, but it stands in the list of events. ``reordered``: sent after the one that follows it."""

MAX_FAULTS: Final = 100
MAX_TIMES: Final = 1_000
MAX_SECONDS: Final = 60


@dataclass
class Fault:
    """One fault: for what it is (``*`` stands for anything), and how often it is still to happen."""

    kind: str
    times: int
    seconds: int
    method: str
    path: str
    type: str

    def answer(self) -> StripeError | None:
        """What a request with this fault is answered with, when nothing is to be done."""
        if self.kind in ("500", "500_kept"):
            return StripeError(500, "api_error", "An error occurred with our connection to Stripe.")
        if self.kind == "rate_limit":
            words = "Testmode request rate limit exceeded, the rate limits in testmode are lower than livemode."
            return StripeError(429, "invalid_request_error", words, "rate_limit")
        return None


class Faults:
    """What was asked for and has not happened yet. Not safe by itself."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def ask(self, form: Form) -> dict[str, Any]:
        """A new fault.

        Raises:
            StripeError: there is no such kind, or there are too many.
        """
        kind = form.choice("kind", *REQUESTS, *WEBHOOKS)
        if kind is None:
            raise form.lacks("kind")
        fault = Fault(
            kind,
            form.integer("times", 1, MAX_TIMES) or 1,
            form.integer("seconds", 0, MAX_SECONDS) or 0,
            form.choice("method", "GET", "POST", "DELETE") or "*",
            form.text("path", 500) or "*",
            form.text("type", 200) or "*",
        )
        form.done()
        if len(self._faults) >= MAX_FAULTS:
            raise invalid(f"At most {MAX_FAULTS} faults can wait.")
        self._faults.append(fault)
        return asdict(fault)

    def waiting(self) -> list[dict[str, Any]]:
        """All that have not happened yet."""
        return [asdict(fault) for fault in self._faults]

    def clear(self) -> None:
        """Forgets all of them."""
        self._faults.clear()

    def of_request(self, method: str, path: str) -> Fault | None:
        """What the request that begins now suffers."""
        return self._take(
            lambda fault: fault.kind in REQUESTS and fault.method in ("*", method) and fnmatchcase(path, fault.path)
        )

    def of_webhook(self, kind: str) -> Fault | None:
        """What the webhook of an event of that type suffers."""
        return self._take(lambda fault: fault.kind in WEBHOOKS and fnmatchcase(kind, fault.type))

    def _take(self, fits: Any) -> Fault | None:
        for fault in self._faults:
            if fits(fault):
                fault.times -= 1
                if not fault.times:
                    self._faults.remove(fault)
                return fault
        return None
