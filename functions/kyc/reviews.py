"""What reviewers are shown and decide: checks that wait, what speaks for and against each, and the decision."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct, field

from cliffhanger import bootstrap
from cliffhanger.clock import rfc3339
from cliffhanger.errors import (
    Busy,
    CaseClosed,
    CliffhangerError,
    CursorInvalid,
    FourEyesRequired,
    ListsMissing,
    NotFound,
    Unavailable,
    ValidationFailed,
)
from cliffhanger.kyc.decisions import Noted
from cliffhanger.kyc.domain import STRONG, Check, Hit, Kind, Outcome, State, Verification, standing
from cliffhanger.kyc.review import MAX_NOTE_CHARS, Evidence, Listed, Reason, Verdict, decide, evidence, waiting
from cliffhanger.kyc.tiers import Tier
from cliffhanger.telemetry.log import logger
from cliffhanger.web.api import Answer, Call, Operation
from cliffhanger.web.fields import ListQuery, whole

LIST = "listReviews"
ReviewId = Annotated[
    str,
    Meta(
        pattern=whole(r"[a-z0-9][a-z0-9-]{0,31}\.[1-9][0-9]{0,5}"),
        description="A check of a person: whose it is, and the number of it",
        examples=["4h7d9k2m8q1r5t0v.1"],
    ),
]


class ReviewPath(Struct, rename="camel"):
    """The path of a review."""

    review_id: ReviewId


class DecisionBody(Struct, rename="camel", forbid_unknown_fields=True):
    """A decision. Which reasons go with which verdict, the refusal of another one says.

    ``note`` is for other reviewers, is never shown to the person, and can be erased.
    """

    verdict: Verdict
    reason: Reason
    note: Annotated[str, Meta(max_length=MAX_NOTE_CHARS)] = ""


class HitAnswer(Struct, rename="camel"):
    """An entry of a list that the person may be: points from 0 to 100, and what they are for."""

    list_name: str = field(name="list")
    entry: str
    score: int
    strong: bool
    reasons: list[str]


class ReviewAnswer(Struct, rename="camel"):
    """A check that waits. ``why``: ``hits``, ``enhanced`` (its tier is always looked at) or ``name_unreadable``.

    ``firstApproval`` is the reviewer who has approved where two must.
    """

    review_id: str
    person_id: str
    kind: Kind
    tier: Tier
    why: str
    since: str
    edition: int
    hits: list[HitAnswer]
    needs_two: bool
    first_approval: str | None


class ReviewsAnswer(Struct, rename="camel"):
    """Checks that wait for a reviewer, longest first."""

    items: list[ReviewAnswer]
    next_cursor: str | None


class IdentityAnswer(Struct, rename="camel"):
    """Who the document says that the person is, as the provider tells it now. Kept nowhere."""

    name: str
    birth_date: str
    country: str


class ListedAnswer(Struct, rename="camel"):
    """What the list says of a hit; nothing where the list in force has it no more."""

    list_name: str = field(name="list")
    entry: str
    names: list[str]
    births: list[str]
    countries: list[str]
    programs: list[str]


class DecisionAnswer(Struct, rename="camel"):
    """What was decided, by whom and why. ``final`` is false of an approval that waits for a second one."""

    check: int
    outcome: Outcome
    by: str
    at: str
    reason: str
    note: str
    final: bool


class ReviewDetailAnswer(Struct, rename="camel"):
    """What a reviewer decides on. ``identity`` is null where the provider tells nothing; ``told``: that it has none."""

    review: ReviewAnswer | None
    state: State
    identity: IdentityAnswer | None
    told: bool
    entries: list[ListedAnswer]
    decisions: list[DecisionAnswer]


class DecidedAnswer(Struct, rename="camel"):
    """What became of it: ``decided``, or ``awaiting`` a second reviewer; the person stands anew within seconds."""

    review_id: str
    status: str


def list_reviews(call: Call) -> Answer:
    """What waits for a reviewer, longest first."""
    cursors, cursor, limit = bootstrap.cursors(), call.query.cursor, call.query.limit
    position = cursors.open(LIST, call.person, cursor) if cursor else None
    after = None if position is None else (int(position[0]), str(position[1]))
    found = waiting(bootstrap.verification_desk(), limit + 1, after)  # one more tells whether there is a next page
    shown = found[:limit]
    following = None
    if len(found) > limit:
        following = cursors.seal(LIST, call.person, [shown[-1].due_at, shown[-1].person])
    return Answer(200, ReviewsAnswer([review for one in shown if (review := _review(one)) is not None], following))


def get_review(call: Call) -> Answer:
    """What speaks for and against a person. Whoever looks is in the log; whom they see is not."""
    person, _ = _parts(call)
    found = evidence(bootstrap.verification_desk(), person, call.person)
    logger().info("review", operation="getReview", reviewer=call.person, about=call.path.review_id, outcome="shown")
    return Answer(200, _detail(found))


def decide_review(call: Call) -> Answer:
    """Decides on a check that waits; sent again, answers the same."""
    (person, check), body, outcome = _parts(call), call.body, "error"
    try:
        after = decide(
            *(bootstrap.verification_desk(), person, check, body.verdict),
            reason=body.reason,
            note=body.note,
            by=call.person,
        )
        still = after.check is not None and after.check.number == check and after.check.phase == "review"
        outcome = "awaiting" if still else "decided"
    except CliffhangerError as error:
        outcome = error.code
        raise
    finally:
        told = {"about": call.path.review_id, "verdict": body.verdict, "reason": body.reason}
        logger().info("review", operation="decideReview", reviewer=call.person, outcome=outcome, **told)
    return Answer(200, DecidedAnswer(call.path.review_id, outcome))


def _parts(call: Call) -> tuple[str, int]:
    person, _, check = call.path.review_id.partition(".")
    return person, int(check)


def _review(verification: Verification) -> ReviewAnswer | None:
    check = verification.check
    if check is None or check.phase != "review":
        return None
    return ReviewAnswer(
        f"{verification.person}.{check.number}",
        verification.person,
        check.kind,
        check.tier,
        _why(check),
        rfc3339(check.due_at),
        check.edition,
        [_hit(hit) for hit in check.hits],
        check.needs_two,
        check.first or None,
    )


def _why(check: Check) -> str:
    return "hits" if check.hits else check.reason


def _hit(hit: Hit) -> HitAnswer:
    return HitAnswer(hit.list, hit.entry, hit.score, hit.score >= STRONG, list(hit.reasons))


def _detail(found: Evidence) -> ReviewDetailAnswer:
    who = found.identity
    return ReviewDetailAnswer(
        _review(found.verification),
        standing(found.verification, bootstrap.verification_desk().clock()).state,
        None if who is None else IdentityAnswer(who.name, who.birth_date, who.country),
        found.told,
        [_entry(one) for one in found.listed],
        [_decision(one) for one in found.decisions],
    )


def _entry(listed: Listed) -> ListedAnswer:
    entry = listed.entry
    if entry is None:
        return ListedAnswer(listed.list, listed.name, [], [], [], [])
    names = [called.written for called in entry.names]
    return ListedAnswer(
        *(listed.list, listed.name, names, list(entry.births)), sorted(entry.countries), list(entry.programs)
    )


def _decision(noted: Noted) -> DecisionAnswer:
    one = noted.decision
    return DecisionAnswer(one.check, one.outcome, one.by, rfc3339(one.at), one.reason, noted.note, one.final)


REVIEWS: dict[str, Operation] = {
    LIST: Operation(list_reviews, query=ListQuery, answers={200: ReviewsAnswer}, problems=(CursorInvalid, Unavailable)),
    "getReview": Operation(
        get_review,
        path=ReviewPath,
        answers={200: ReviewDetailAnswer},
        problems=(NotFound, FourEyesRequired, ListsMissing, Unavailable),
    ),
    "decideReview": Operation(
        decide_review,
        path=ReviewPath,
        body=DecisionBody,
        answers={200: DecidedAnswer},
        problems=(NotFound, ValidationFailed, FourEyesRequired, CaseClosed, Busy, Unavailable),
    ),
}
