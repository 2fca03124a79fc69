"""Stripe Connect, as :class:`cliffhanger.payments.connect.Connect` asks for it.

Accounts are of API v2, as recipients; money goes by separate charges and transfers, so that the platform carries what
is refunded (Stripe, "Create separate charges and transfers"; "Recipient accounts"; "Instant payouts").
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cliffhanger.payments.connect import Link, Recipient, Sending, Sent, SentStatus, Told
from cliffhanger.payments.stripe_adapter import checked
from cliffhanger.payments.stripe_calls import NotThere, StripeCalls

SHOWN = ["configuration.recipient"]
LOOKED_THROUGH = 100
"""Payouts of one account, newest first, among which one of ours is looked for."""

_STATUSES: Mapping[str, SentStatus] = {
    "pending": "pending",
    "in_transit": "pending",
    "paid": "paid",
    "failed": "failed",
    "canceled": "failed",
}
_LINKS: Mapping[Link, str] = {"onboarding": "account_onboarding", "update": "account_update"}


class StripeConnect:
    """Stripe Connect, through one client. ``stage`` stands in all that we ask for, so that each stage knows its own."""

    def __init__(self, calls: StripeCalls, stage: str) -> None:
        self._ask = calls.ask
        self._stage = stage

    def open_account(self, person: str, country: str) -> str:
        """As the port says."""
        transfers = {"stripe_balance": {"stripe_transfers": {"requested": True}}}
        params: Any = {
            "configuration": {"recipient": {"capabilities": transfers}},
            "defaults": {"responsibilities": {"fees_collector": "application", "losses_collector": "application"}},
            "dashboard": "none",
            "identity": {"country": country.lower()},
            "metadata": {"person": person, "stage": self._stage},
        }
        made = self._ask(lambda stripe: stripe.v2.core.accounts.create(params, self._once("recipient", person)))
        return str(made.id)

    def link(self, account: str, kind: Link, return_url: str) -> str:
        """As the port says."""
        case = _LINKS[kind]
        asked = {"configurations": ["recipient"], "refresh_url": return_url, "return_url": return_url}
        params: Any = {"account": checked(account), "use_case": {"type": case, case: asked}}
        return str(self._ask(lambda stripe: stripe.v2.core.account_links.create(params)).url)

    def recipient(self, account: str) -> Recipient:
        """As the port says."""
        params: Any = {"include": SHOWN}
        shown = self._ask(lambda stripe: stripe.v2.core.accounts.retrieve(checked(account), params)).to_dict()
        metadata = shown.get("metadata") or {}
        person = metadata.get("person", "") if metadata.get("stage") == self._stage else ""
        recipient = (shown.get("configuration") or {}).get("recipient") or {}
        balance = (recipient.get("capabilities") or {}).get("stripe_balance") or {}
        ready = all((balance.get(what) or {}).get("status") == "active" for what in ("stripe_transfers", "payouts"))
        return Recipient(account, str(person), ready)

    def stop_automatic_payouts(self, account: str) -> None:
        """As the port says: the schedule of payouts becomes ``manual``; it is ``daily`` before that.

        Source: Stripe, "Manual payouts" and "Balance settings", for accounts v1 and v2. Money may then stay for two
        years in the USA, ten days in Thailand and ninety elsewhere. It is looked at first, for each change is an event.
        """
        of: Any = {"stripe_account": checked(account)}
        shown = self._ask(lambda stripe: stripe.v1.balance_settings.retrieve(None, of)).to_dict()
        payouts = shown["payments"].get("payouts") or {}
        if (payouts.get("schedule") or {}).get("interval") == "manual":
            return
        params: Any = {"payments": {"payouts": {"schedule": {"interval": "manual"}}}}
        self._ask(lambda stripe: stripe.v1.balance_settings.update(params, of))

    def balance(self) -> Mapping[str, int]:
        """As the port says."""
        found = self._ask(lambda stripe: stripe.v1.balance.retrieve()).to_dict()
        return {str(line["currency"]).upper(): int(line["amount"]) for line in found["available"]}

    def transfer(self, sending: Sending) -> str:
        """As the port says."""
        params: Any = {
            "amount": sending.amount,
            "currency": sending.currency.lower(),
            "destination": checked(sending.account),
            "transfer_group": self._group(sending.payout),
            "metadata": self._metadata(sending),
        }
        once = self._once(sending.payout, "transfer", str(sending.attempt))
        return str(self._ask(lambda stripe: stripe.v1.transfers.create(params, once)).id)

    def find_transfer(self, payout: str) -> str:
        """As the port says."""
        params: Any = {"transfer_group": self._group(payout), "limit": 1}
        found = self._ask(lambda stripe: stripe.v1.transfers.list(params)).data
        return str(found[0].id) if found else ""

    def reverse(self, transfer: str, sending: Sending) -> None:
        """As the port says."""
        shown = self._ask(lambda stripe: stripe.v1.transfers.retrieve(checked(transfer)))
        if shown.reversed:
            return
        params: Any = {"metadata": self._metadata(sending)}
        once = self._once(sending.payout, "reversal", str(sending.attempt))
        self._ask(lambda stripe: stripe.v1.transfers.reversals.create(transfer, params, once))

    def pay_out(self, sending: Sending, *, instant: bool) -> Sent:
        """As the port says."""
        params: Any = {
            "amount": sending.amount,
            "currency": sending.currency.lower(),
            "method": "instant" if instant else "standard",
            "metadata": self._metadata(sending),
        }
        once = self._once(sending.payout, "payout", str(sending.attempt)) | {"stripe_account": checked(sending.account)}
        return _sent(self._ask(lambda stripe: stripe.v1.payouts.create(params, once)).to_dict())

    def find_payout(self, account: str, payout: str) -> Sent | None:
        """As the port says."""
        params: Any = {"limit": LOOKED_THROUGH}
        of: Any = {"stripe_account": checked(account)}
        for found in self._ask(lambda stripe: stripe.v1.payouts.list(params, of)).data:
            shown = found.to_dict()
            metadata = shown.get("metadata") or {}
            if metadata.get("payout") == payout and metadata.get("stage") == self._stage:
                return _sent(shown)
        return None

    def told_of(self, account: str, sent: str) -> Told | None:
        """As the port says."""
        of: Any = {"stripe_account": checked(account)}
        try:
            shown = self._ask(lambda stripe: stripe.v1.payouts.retrieve(checked(sent), None, of)).to_dict()
        except NotThere:
            return None
        metadata = shown.get("metadata") or {}
        ours = metadata.get("stage") == self._stage
        return Told(
            _sent(shown),
            str(metadata.get("payout", "")) if ours else "",
            str(metadata.get("person", "")) if ours else "",
        )

    def _group(self, payout: str) -> str:
        return f"{self._stage}-payout-{payout}"

    def _metadata(self, sending: Sending) -> dict[str, str]:
        return {"payout": sending.payout, "person": sending.person, "stage": self._stage}

    def _once(self, *names: str) -> Any:
        """The key under which a call happens once."""
        return {"idempotency_key": ":".join(("cliffhanger", self._stage, *names))}


def _sent(shown: Mapping[str, Any]) -> Sent:
    return Sent(
        str(shown["id"]),
        _STATUSES[str(shown["status"])],
        int(shown.get("arrival_date") or 0) * 1_000,
        str(shown.get("failure_code") or ""),
    )
