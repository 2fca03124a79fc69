"""What support is asked with."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import unquote

from msgspec import Meta, Struct

from cliffhanger.parking.domain import Consumer
from cliffhanger.support.domain import MAX_GRANT_COINS, MAX_LIFETIME_DAYS, Reason, Status
from cliffhanger.switches.domain import SwitchName
from cliffhanger.web.fields import DEFAULT_LIMIT, Account, Cursor, Limit, Seq, whole

AccountSegment = Annotated[
    str,
    Meta(
        pattern=whole("[a-z]{1,16}((:|%3[Aa])[a-z0-9][a-z0-9-]{0,31}){1,3}"),
        max_length=120,
        description="The address of an account; its colons may be percent-encoded",
        examples=["viewer:4h7d9k2m8q1r5t0v"],
    ),
]
CaseId = Annotated[
    str, Meta(pattern=whole("[0-9a-hjkmnp-tv-z]{16}"), description="A case", examples=["6q0x9s4c7v2m8k1d"])
]


OrderId = Annotated[
    str, Meta(pattern=whole("[0-9a-hjkmnp-tv-z]{16}"), description="An order", examples=["9k3m1q8v4t6x0b2c"])
]


class AccountPath(Struct, rename="camel"):
    """The path of an account."""

    account: AccountSegment

    @property
    def address(self) -> str:
        """The account's address, however the path spells it."""
        return unquote(self.account)


class CasePath(Struct, rename="camel"):
    """The path of a case."""

    case_id: CaseId


class SwitchPath(Struct, rename="camel"):
    """The path of a switch."""

    switch: SwitchName


class ParkedPath(Struct, rename="camel"):
    """The path of a consumer's parked entries."""

    consumer: Consumer


class CasesQuery(Struct, rename="camel"):
    """Which page of the cases of a status: without a cursor the first."""

    limit: Limit = DEFAULT_LIMIT
    cursor: Cursor = ""
    status: Status = "awaiting"


class GrantBody(Struct, rename="camel", forbid_unknown_fields=True):
    """Bonus coins for a viewer; they expire after so many days, rounded up to a Monday."""

    coins: Annotated[int, Meta(ge=1, le=MAX_GRANT_COINS, examples=[120])]
    lifetime_days: Annotated[int, Meta(ge=1, le=MAX_LIFETIME_DAYS, examples=[30])]
    reason: Reason


class ReversalBody(Struct, rename="camel", forbid_unknown_fields=True):
    """The entry to reverse: an unlock, or a grant of the house."""

    seq: Seq
    reason: Reason


class RefundBody(Struct, rename="camel", forbid_unknown_fields=True):
    """The order whose money is to go back, and how much, in the currency's smallest unit; null for all that is left."""

    order_id: OrderId
    amount: Annotated[int, Meta(ge=1, le=10_000_000, examples=[499])] | None
    reason: Reason


class FreezeBody(Struct, rename="camel", forbid_unknown_fields=True):
    """Whether spending is to be stopped, or allowed again."""

    frozen: bool
    reason: Reason


class SwitchBody(Struct, rename="camel", forbid_unknown_fields=True):
    """Whether it is to be off, and why."""

    off: bool
    reason: Reason


class EntryKey(Struct, rename="camel", forbid_unknown_fields=True):
    """Where an entry stands."""

    account: Account
    seq: Seq


class ReplayBody(Struct, rename="camel", forbid_unknown_fields=True):
    """The parked entry to try again."""

    entry: EntryKey
