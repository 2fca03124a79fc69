"""Rewards that are held for a reviewer: shown, released, refused."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from cliffhanger import bootstrap
from cliffhanger.clock import rfc3339
from cliffhanger.errors import Busy, CaseClosed, CursorInvalid, FourEyesRequired, NotFound, Unavailable
from cliffhanger.rewards.paying import held, refuse, release
from cliffhanger.rewards.pending import Pending, Status
from cliffhanger.web.api import Answer, Call, Operation
from cliffhanger.web.fields import ID, ListQuery, whole
from functions.support.acts import acted

ClaimId = Annotated[
    str,
    Meta(
        pattern=whole(rf"{ID}\.{ID}\.{ID}"),
        description="A claim: whose it is, its kind, and what for",
        examples=["4h7d9k2m8q1r5t0v.watch-series.k3v9t2m8q1r5x0w4"],
    ),
]
LIST = "listHeldRewards"
REFUSED = (NotFound, FourEyesRequired, CaseClosed)


class ClaimPath(Struct, rename="camel"):
    """The path of a claim."""

    claim_id: ClaimId


class HeldAnswer(Struct, rename="camel"):
    """A claim: what it is for, the coins that it would bring, and why it was held, with its score from 0 to 100."""

    claim_id: str
    person_id: str
    kind: str
    status: Status
    coins: int
    rule: str
    version: str
    day: str
    score: int
    reasons: list[str]
    since: str
    decided_by: str | None
    decided_at: str | None


class HeldList(Struct, rename="camel"):
    """Claims that wait for a reviewer, longest first."""

    items: list[HeldAnswer]
    next_cursor: str | None


def list_held(call: Call) -> Answer:
    """What waits for a reviewer, longest first."""
    cursors, cursor, limit = bootstrap.cursors(), call.query.cursor, call.query.limit
    after = tuple(cursors.open(LIST, call.person, cursor)) if cursor else None
    found = held(bootstrap.till(), limit + 1, after)  # one more tells whether there is a next page
    shown = found[:limit]
    following = None
    if len(found) > limit:
        last = shown[-1]
        following = cursors.seal(LIST, call.person, [last.person, last.name, last.due_at])
    return Answer(200, HeldList([held_answer(one) for one in shown], following))


def release_held(call: Call) -> Answer:
    """Pays a claim: an entry on the viewer's chain that names the operator. Sent again, answers how it stands."""
    person, name = _parts(call)
    done = acted(
        call,
        "releaseReward",
        lambda: release(bootstrap.till(), person, name, call.person),
        lambda one: one.status,
        claim=call.path.claim_id,
    )
    return Answer(200, held_answer(done))


def refuse_held(call: Call) -> Answer:
    """Refuses a claim: it is never paid. Sent again, answers how it stands."""
    person, name = _parts(call)
    done = acted(
        call,
        "refuseReward",
        lambda: refuse(bootstrap.till(), person, name, call.person),
        lambda one: one.status,
        claim=call.path.claim_id,
    )
    return Answer(200, held_answer(done))


def held_answer(pending: Pending) -> HeldAnswer:
    """A claim as operators see it."""
    return HeldAnswer(
        pending.id,
        pending.person,
        pending.kind,
        pending.status,
        pending.coins,
        pending.rule,
        pending.version,
        pending.day,
        pending.score,
        list(pending.reasons),
        rfc3339(pending.at),
        pending.decided_by or None,
        rfc3339(pending.decided_at) if pending.decided_at else None,
    )


def _parts(call: Call) -> tuple[str, str]:
    person, _, name = call.path.claim_id.partition(".")
    return person, name


HELD_REWARDS: dict[str, Operation] = {
    LIST: Operation(list_held, query=ListQuery, answers={200: HeldList}, problems=(CursorInvalid, Unavailable)),
    "releaseReward": Operation(
        release_held, path=ClaimPath, answers={200: HeldAnswer}, problems=(*REFUSED, Unavailable)
    ),
    "refuseReward": Operation(
        refuse_held, path=ClaimPath, answers={200: HeldAnswer}, problems=(*REFUSED, Busy, Unavailable)
    ),
}
