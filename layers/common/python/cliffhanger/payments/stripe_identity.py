"""Stripe Identity, as :class:`cliffhanger.payments.identities.IdentityPort` asks for it.

A session is a person's showing of a document ("Verification Sessions API"). Its page is good for a short time, so its
address is asked for when it is needed. What was verified is expanded only where it is needed, and a date of birth needs
a restricted key with the right to read sensitive results ("Access verification results").
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cliffhanger.errors import ProviderRejected
from cliffhanger.payments.identities import Identity, Session, Status
from cliffhanger.payments.stripe_adapter import checked

if TYPE_CHECKING:
    from cliffhanger.payments.stripe_calls import StripeCalls

_STATUSES: Mapping[str, Status] = {
    "requires_input": "open",
    "processing": "processing",
    "verified": "verified",
    "canceled": "canceled",
}
_OUTPUTS: Any = {"expand": ["verified_outputs.dob", "last_verification_report"]}


class StripeIdentity:
    """Stripe Identity, through one client. ``stage`` stands in all that we ask for: each stage knows its own."""

    def __init__(self, calls: StripeCalls, stage: str) -> None:
        self._ask = calls.ask
        self._stage = stage

    def open(self, person: str, check: int, return_url: str, *, selfie: bool) -> Session:
        """As the port says: a photograph of now, never a file, and with a matching face where that is asked."""
        params: Any = {
            "type": "document",
            "client_reference_id": f"{person}.{check}",
            "metadata": {"person": person, "check": str(check), "stage": self._stage},
            "options": {"document": {"require_live_capture": True, "require_matching_selfie": selfie}},
            "return_url": return_url,
        }
        once: Any = {"idempotency_key": f"cliffhanger:{self._stage}:verification:{person}:{check}"}
        return self._session(self._ask(lambda stripe: stripe.v1.identity.verification_sessions.create(params, once)))

    def show(self, session: str) -> Session:
        """As the port says."""
        name = checked(session)
        return self._session(self._ask(lambda stripe: stripe.v1.identity.verification_sessions.retrieve(name)))

    def identity(self, session: str) -> Identity | None:
        """As the port says."""
        name = checked(session)
        found = self._ask(lambda stripe: stripe.v1.identity.verification_sessions.retrieve(name, _OUTPUTS)).to_dict()
        outputs = found.get("verified_outputs")
        if found.get("redaction") or not outputs:
            return None
        names = (outputs.get("first_name"), outputs.get("last_name"))
        report = found.get("last_verification_report")
        document = (report.get("document") or {}) if isinstance(report, Mapping) else {}
        return Identity(
            " ".join(name for name in names if name),
            _day(outputs.get("dob") or {}),
            (document.get("issuing_country") or "").upper(),
        )

    def cancel(self, session: str) -> None:
        """As the port says."""
        name = checked(session)
        try:
            self._ask(lambda stripe: stripe.v1.identity.verification_sessions.cancel(name))
        except ProviderRejected:
            if self.show(session).status == "open":
                raise

    def erase(self, session: str) -> None:
        """As the port says. Stripe takes up to four days for it ("Redact a VerificationSession").

        Only what waits or is verified can be redacted; what was given up, Stripe keeps by its own terms.
        """
        name = checked(session)
        try:
            self._ask(lambda stripe: stripe.v1.identity.verification_sessions.redact(name))
        except ProviderRejected:
            if self.show(session).status not in ("gone", "canceled"):
                raise

    def _session(self, made: Any) -> Session:
        shown = made.to_dict()
        told = shown.get("metadata") or {}
        ours = told.get("stage") == self._stage and str(told.get("check", "")).isdecimal()
        return Session(
            shown["id"],
            str(told.get("person", "")) if ours else "",
            int(told["check"]) if ours else 0,
            "gone" if shown.get("redaction") else _STATUSES[shown["status"]],
            shown.get("url") or "",
            str((shown.get("last_error") or {}).get("code") or ""),
        )


def _day(told: Mapping[str, Any]) -> str:
    """A date that is whole, as ISO 8601 writes it; else empty."""
    year, month, day = (told.get(part) for part in ("year", "month", "day"))
    return f"{year:04}-{month:02}-{day:02}" if year and month and day else ""
