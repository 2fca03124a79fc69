"""Cases: what operators do to accounts, and when a second one must agree. Pure.

A case is written before anything happens and holds what was asked, so that it can be carried out by whoever comes next:

    awaiting ── another operator approves ──▶ approved ── its entry is written ──▶ done
        └─────── anyone refuses ──▶ refused       └────── the ledger refuses ─────▶ failed

What needs no second person begins as approved. The entry follows from the case alone, so that it does not matter who
carries it out, nor how often: its reference makes it once.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from typing import Any, Literal, NamedTuple

from cliffhanger.errors import NameInvalid, NotReversible
from cliffhanger.ledger.canonical import canonical_json, digest
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.names import (
    OWN,
    base32,
    check_reference,
    purchase_prefix,
    reversal_reference,
    text_of_hash,
)
from cliffhanger.ledger.purchases import Deal, position
from cliffhanger.ledger.tipping import TIP

Kind = Literal["grant", "reversal", "refund", "freeze"]
Status = Literal["awaiting", "approved", "done", "refused", "failed"]
Reason = Literal[
    "goodwill",
    "service_failure",
    "fraud",
    "chargeback_risk",
    "legal_request",
    "test",
    "viewer_request",
    "mistake",
]
"""Why, in codes: entries and cases hold no free text (LEDGER rule 21)."""
UNTOLD: frozenset[Reason] = frozenset({"fraud", "chargeback_risk", "legal_request"})
"""Reasons that an account's owner must not learn from a receipt, whose entry they can read: the entry says ``review``,
and only the case says why."""

FOUR_EYES_COINS: Mapping[Kind, int | None] = {"grant": 500, "reversal": 500, "refund": 500, "freeze": None}
"""The most coins that one operator moves alone; what is above awaits a second one. None: any.

Grants, reversals and refunds: 500 coins cost a viewer about five dollars, which is as much as a single complaint is
about. More is a rare and costly thing to be wrong about, or to be talked into. Freezes and thaws move nothing, are
undone by their contrary, and cannot wait while an account is being emptied. A grant counts together with what the
account was granted without a second person within a day, so that a large one cannot be told as many small ones.
"""
KINDS: Mapping[Kind, tuple[str, ...]] = {
    **dict.fromkeys(("grant", "reversal", "refund"), ("viewer",)),
    "freeze": ("viewer", "creator", "budget"),
}
"""The kinds of account that cases are about. Those that are frozen are those whose owner, or whoever has taken over
from them, could take something out; a lane only ever pays its creators, and a budget is frozen slice by slice."""

DAY_MS = 86_400_000
MAX_GRANT_COINS = 100_000
MAX_LIFETIME_DAYS = 366

_CASE_BYTES = 10
"""80 bits of HMAC: 16 characters, as of every id of ours."""

Asked = Mapping[str, int | bool | str]
"""What an operator asked for: ``coins`` and ``lifetimeDays``; ``seq``; ``orderId`` and ``amount``, 0 for the whole; or
``frozen``."""


class Request(NamedTuple):
    """What an operator asks to be done to an account; ``case`` follows from the operator and the Idempotency-Key."""

    case: str
    operator: str
    kind: Kind
    account: str
    asked: Asked
    reason: Reason

    @property
    def hash(self) -> str:
        """SHA-256 of what is asked, base64url: the same key with anything else is another request."""
        document = {"kind": self.kind, "account": self.account, "asked": dict(self.asked), "reason": self.reason}
        return text_of_hash(digest(canonical_json(document)))


class Case(NamedTuple):
    """One case. People are person ids; times are milliseconds since the Unix epoch, 0 for never.

    ``coins`` is how many it moves and ``reference`` what its entry is for; ``seq`` is the entry's number once there is
    one, 0 before. ``decided_by`` approved or refused it; it is empty while it awaits that, and where nobody has to.
    ``code`` is the error that it failed with.
    """

    case: str
    kind: Kind
    account: str
    asked: Asked
    reason: str
    hash: str
    coins: int
    reference: str
    status: Status
    opened_by: str
    opened_at: int
    decided_by: str = ""
    decided_at: int = 0
    seq: int = 0
    code: str = ""

    @property
    def terms(self) -> dict[str, Any]:
        """Who decided the entry and why, as the entry keeps it: person ids and a code that the owner may read."""
        terms = {"actor": self.opened_by, "reason": "review" if self.reason in UNTOLD else self.reason}
        return terms | {"approver": self.decided_by} if self.decided_by else terms


class CasePage(NamedTuple):
    """Some cases of a status, oldest first, and the last one's position where others follow."""

    cases: tuple[Case, ...]
    after: tuple[int, str] | None


def case_id(operator: str, idempotency_key: str, secret: bytes) -> str:
    """The id of a case: the same for the same operator and key, so that a retry finds what it began."""
    named = f"case:{operator}:{idempotency_key}"  # a person id contains no colon
    return base32(hmac.new(secret, named.encode(), hashlib.sha256).digest()[:_CASE_BYTES])


def granted_alone(entries: Iterable[Entry], now: int) -> int:
    """Coins that these entries granted on one operator's word within the last day."""
    return sum(
        line.amount
        for entry in entries
        if entry.at > now - DAY_MS
        and (entry.reference or "").startswith("support:")
        and entry.terms.get("kind") == "grant"
        and "approver" not in entry.terms
        for line in entry.postings
        if line.destination == OWN
    )


def new_case(
    request: Request, now: int, original: Entry | None = None, granted: int = 0, deal: Deal | None = None
) -> Case:
    """The case of a request; ``original`` is the entry to be reversed, ``granted`` what was granted alone within a day.

    ``deal`` is what the order to be refunded has bought.

    Raises:
        NotReversible: nothing reverses that entry.
    """
    if deal is not None:
        coins, reference = coins_of(deal, int(request.asked["amount"])), refund_reference(request)
    elif original is None:
        coins, reference = int(request.asked.get("coins", 0)), f"support:{request.case}"
    else:
        coins, reference = coins_to_move(original), reversal_of(original, request.case)
    most = FOUR_EYES_COINS[request.kind]
    return Case(
        case=request.case,
        kind=request.kind,
        account=request.account,
        asked=request.asked,
        reason=request.reason,
        hash=request.hash,
        coins=coins,
        reference=reference,
        status="approved" if most is None or coins + granted <= most else "awaiting",
        opened_by=request.operator,
        opened_at=now,
    )


def coins_of(deal: Deal, amount: int) -> int:
    """How many coins, of both classes, the refund of an amount of an order moves; of 0 for the whole."""
    moved = position(deal, amount or deal.cash)
    return moved.coins + moved.bonus


def refund_reference(request: Request) -> str:
    """What the entry of a refund is for."""
    return f"{purchase_prefix(str(request.asked['orderId']))}rev:{request.case}"


def reversal_of(original: Entry, case: str) -> str:
    """What the entry of a reversal is for: beside what it reverses, and that of a reward beside its grant."""
    reference = original.reference or ""
    return reversal_reference(reference.removesuffix(":grant") if is_reward(original) else reference, case)


def is_reward(entry: Entry) -> bool:
    """Whether an entry is a reward that the house gave."""
    return entry.terms.get("kind") == "reward"


def is_unlock(entry: Entry) -> bool:
    """Whether an entry is an unlock, and no reversal of one."""
    reference = entry.reference or ""
    return reference.startswith("unlock:") and ":rev:" not in reference


def coins_to_move(original: Entry) -> int:
    """How many coins the reversal of an entry moves.

    Raises:
        NotReversible: it is neither an unlock, nor a tip, nor a reward or another grant of the house.
    """
    if is_unlock(original) or original.terms.get("kind") == TIP:
        return sum(portion.coins for portion in original.spent)
    granted = [line.amount for line in original.postings if line.destination == OWN and line.unit != "coin"]
    if original.terms.get("kind", "grant") not in ("grant", "reward") or len(granted) != 1:
        raise NotReversible("Only unlocks, tips, and coins that the house granted, are reversed here.")
    try:
        check_reference(reversal_of(original, "case"), original.account)
    except NameInvalid as error:
        raise NotReversible("What was granted for this is not taken back.") from error
    return granted[0]
