"""What several answers of earning have in common."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from cliffhanger.clock import rfc3339
from cliffhanger.rewards.earning import Earned
from cliffhanger.rewards.pending import Pending, Status
from cliffhanger.web.fields import whole

Zone = Annotated[
    str,
    Meta(
        pattern=whole("[A-Z][A-Za-z0-9_+-]{0,31}(/[A-Za-z0-9_+-]{1,31}){0,2}"),
        description="The IANA name of the viewer's time zone. A change takes effect with the viewer's next day",
        examples=["Europe/Lisbon"],
    ),
]


class EarnedItem(Struct, rename="camel"):
    """What was earned: paid with the entry ``seq``, or waiting until ``vestsAt``, or held for somebody to look at."""

    kind: str
    coins: int
    status: Status
    seq: int | None
    vests_at: str | None
    rule: str
    version: str


def earned_item(earned: Earned) -> EarnedItem:
    """What was earned."""
    if earned.entry is not None:
        terms = earned.entry.terms
        return EarnedItem(
            earned.fact.kind, earned.coins, "paid", earned.entry.seq, None, terms["rule"], terms["version"]
        )
    pending = earned.pending
    if pending is None:
        raise TypeError("nothing was earned")
    return EarnedItem(
        earned.fact.kind, pending.coins, pending.status, None, vests_at(pending), pending.rule, pending.version
    )


def vests_at(pending: Pending) -> str | None:
    """When what waits for its time is paid; None where it waits for something else, or no more."""
    return rfc3339(pending.due_at) if pending.status == "waiting" else None
