"""A payout: what a creator asks to have paid out, and how far it has come. Pure.

Amounts are whole numbers in the currency's smallest unit, times milliseconds since the Unix epoch. Where the money is,
the ledger says; a payout says what is being done about it, so that whoever comes next goes on from there.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, cast, get_args

from cliffhanger.errors import PayoutRefused
from cliffhanger.ledger.canonical import canonical_json, digest
from cliffhanger.ledger.names import account_kind, base32, text_of_hash

Speed = Literal["instant", "standard"]
Status = Literal["requested", "held", "sending", "inTransit", "paid", "returning", "failed", "returned"]
"""``requested``: to be checked. ``held``: set aside in the ledger. ``sending``: it leaves the account, for the
provider's account of the creator. ``inTransit``: on its way to the bank. ``returning``: it comes back. ``failed``: it
never arrived, and all of it stands where it stood before. ``returned``: it had arrived, the bank sent it back, and it
stands on the account again."""
STATUSES: tuple[Status, ...] = get_args(Status)

Rule = Literal[
    "verification_required",
    "verification_pending",
    "verification_refused",
    "no_destination",
    "destination_restricted",
    "cooling_off",
    "currency",
    "speed",
    "below_minimum",
    "over_payable",
    "disputed",
    "over_day_limit",
    "over_month_limit",
    "too_many",
    "frozen",
    "debt",
    "canceled",
    "expired",
    "provider_refused",
    "bank_refused",
]
"""Why a payout is refused or has failed: stable codes."""
RULES: tuple[Rule, ...] = get_args(Rule)

TRANSITIONS: Mapping[Status, frozenset[Status]] = {
    "requested": frozenset({"held", "failed"}),
    "held": frozenset({"sending", "failed"}),
    "sending": frozenset({"inTransit", "returning", "failed"}),
    "inTransit": frozenset({"paid", "returning"}),
    "paid": frozenset({"returning"}),
    "returning": frozenset({"failed", "returned"}),
    "failed": frozenset(),
    "returned": frozenset(),
}
"""What may follow what. Everything else is a fault of ours, and is not written."""
OVER: frozenset[Status] = frozenset({"paid", "failed", "returned"})
"""Nothing more is to be done, unless a bank sends back what was paid."""

HOLD_MS = 45 * 86_400_000
"""For so long the money is set aside: longer than any execution of the workflow, which ends after thirty days."""
_ID_BYTES = 10


class Payout(NamedTuple):
    """One payout. ``amount`` leaves the creator's account; ``amount`` less ``fee`` arrives.

    ``account`` is the provider's id of where it goes, ``transfer`` and ``sent`` the provider's ids of the transfer and
    of the payout, empty until there are any. ``tried`` says what was ever asked for: from then
    on it is looked for before it is asked for again, for a provider forgets keys. ``token`` opens the state of the
    workflow that waits. ``paid_at`` is when it arrived, 0 before; ``waits_for`` why it does not go on at
    present, and ``waits`` for how many tries in a row. ``refusals`` counts what the provider has refused: that is
    kept under its key. ``asked_at`` is when the bank was asked for it last, 0 before. ``newer`` is what a newer version
    of the product has noted, which stays: two are at work during every deployment.
    """

    payout: str
    person: str
    amount: int
    fee: int
    currency: str
    speed: Speed
    created_at: int
    hash: str
    account: str = ""
    status: Status = "requested"
    changed_at: int = 0
    rule: Rule | Literal[""] = ""
    bank_code: str = ""
    waits_for: str = ""
    transfer: str = ""
    sent: str = ""
    tried: tuple[str, ...] = ()
    token: str = ""
    arrives_at: int = 0
    paid_at: int = 0
    canceled: bool = False
    executions: int = 1
    refusals: int = 0
    waits: int = 0
    revision: int = 0
    asked_at: int = 0
    newer: Mapping[str, Any] = MappingProxyType({})

    @property
    def net(self) -> int:
        """What arrives."""
        return self.amount - self.fee

    @property
    def execution(self) -> str:
        """The name of its newest execution: the same however often it is started."""
        return self.payout if self.executions == 1 else f"{self.payout}-{self.executions}"

    def moved(self, to: Status, at: int, **changes: object) -> Payout:
        """The payout in its next status.

        Raises:
            ValueError: that does not follow; a fault of ours.
        """
        if to not in TRANSITIONS[self.status]:
            raise ValueError(f"a payout that is {self.status} does not become {to}")
        changed: dict[str, object] = {"waits_for": "", "waits": 0, **changes, "status": to, "changed_at": at}
        return self._replace(**changed)  # type: ignore[arg-type]  # by name, as callers spell them


class Wish(NamedTuple):
    """What a creator asks for. ``fee`` is the one that was shown: where it is another by now, nothing happens."""

    amount: int
    currency: str
    speed: Speed
    fee: int

    @property
    def hash(self) -> str:
        """SHA-256 of it, base64url: the same key with anything else is refused."""
        return text_of_hash(digest(canonical_json(self._asdict())))


class Destination(NamedTuple):
    """Where a creator's money goes: an account at the provider's, which alone knows bank and name.

    ``ready``: the provider takes transfers for it. ``instant``: it has not refused an instant payout yet.
    ``changed_at`` is when its bank may last have been changed, 0 for one that has never been. ``was_ready``: the
    provider has taken transfers for it, and may have ceased to.
    """

    person: str
    account: str
    country: str
    ready: bool = False
    instant: bool = True
    created_at: int = 0
    changed_at: int = 0
    revision: int = 0
    was_ready: bool = False

    @property
    def named(self) -> bool:
        """Whether it has a bank, so that whoever tells another one changes it."""
        return self.ready or self.was_ready or bool(self.changed_at)

    def becomes(self, *, ready: bool) -> Destination:
        """It as the provider takes transfers for it, or not."""
        return self._replace(ready=ready, was_ready=self.was_ready or self.ready or ready)


def creator(person: str) -> str:
    """The account of a person's income.

    Raises:
        NameInvalid: it is no person.
    """
    account = f"creator:{person}"
    account_kind(account)
    return account


def payout_id(person: str, idempotency_key: str, secret: bytes) -> str:
    """The id of a payout: the same for the same person and key, so that a retry finds what it began."""
    return base32(hmac.new(secret, f"payout:{person}:{idempotency_key}".encode(), hashlib.sha256).digest()[:_ID_BYTES])


def weekly_id(person: str, currency: str, week: str) -> str:
    """The id of the one payout that a schedule makes in a week, such as ``2026-W48``, whoever asks and how often."""
    return base32(hashlib.sha256(f"weekly:{person}:{currency}:{week}".encode()).digest()[:_ID_BYTES])


def rule_in(refused: PayoutRefused) -> Rule:
    """The rule by which :func:`refuse` has refused."""
    rule: Any = refused.members["rule"]
    return cast("Rule", rule)


def refuse(rule: Rule, detail: str, **members: object) -> PayoutRefused:
    """The refusal of a payout by a rule."""
    return PayoutRefused(detail, rule=rule, **members)
