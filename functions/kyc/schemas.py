"""What verifications are asked and answer: to creators, and to operators who put lists in force."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from cliffhanger.clock import rfc3339
from cliffhanger.kyc.domain import Phase, State
from cliffhanger.kyc.editions import MOST_LISTS, Edition
from cliffhanger.kyc.service import Shown
from cliffhanger.web.fields import whole

ListKey = Annotated[
    str,
    Meta(
        pattern=whole(r"lists/[a-z0-9][a-z0-9-]{0,31}/[0-9]{4}-[0-9]{2}-[0-9]{2}\.json"),
        description="A list of sanctions in the bucket: its name, and the day on which it was published",
        examples=["lists/ofac-sdn/2026-11-20.json"],
    ),
]


class VerificationBody(Struct, rename="camel", forbid_unknown_fields=True):
    """What the creator asks for: tier 1 needs a document, tier 2 a matching face and a reviewer as well."""

    tier: Literal[1, 2] = 1


class LimitAnswer(Struct, rename="camel"):
    """The most that may leave on a day and in a calendar month (UTC), in the currency's smallest unit."""

    currency: str
    day: int
    month: int


class CheckAnswer(Struct, rename="camel"):
    """What is under way. ``url`` is where a document is shown: good for a short time, and for nobody else.

    ``code`` is the provider's word for why what was shown did not do; null where nothing is wrong.
    """

    tier: Literal[1, 2]
    phase: Phase
    since: str
    url: str | None
    code: str | None


class VerificationAnswer(Struct, rename="camel"):
    """How a creator stands. ``until`` is the first day (UTC) on which the tier does not hold any more."""

    tier: Literal[0, 1, 2]
    state: State
    until: str | None
    limits: list[LimitAnswer]
    check: CheckAnswer | None


class EditionBody(Struct, rename="camel", forbid_unknown_fields=True):
    """Every list that is to be in force.

    ``shrunk``: that one names less than half of whom it named before is right. It is refused otherwise, as cut off.
    """

    keys: Annotated[list[ListKey], Meta(min_length=1, max_length=MOST_LISTS)]
    shrunk: bool = False


class ListInForce(Struct, rename="camel"):
    """A list in force, and the day on which it was published."""

    list: str
    published: str


class EditionAnswer(Struct, rename="camel"):
    """The lists in force together; nobody has made the first edition, which is the list that ships."""

    edition: int
    lists: list[ListInForce]
    by: str | None
    at: str | None


def verification_answer(shown: Shown) -> VerificationAnswer:
    """A verification as its person sees it: no hit, and nobody's name."""
    standing, verification, session = shown
    limits = [LimitAnswer(currency, *limit) for currency, limit in sorted(standing.limits.items())]
    until = None if standing.until is None else standing.until.isoformat()
    check = None if verification is None else verification.check
    under_way = None
    if check is not None and check.kind == "identity" and check.tier:
        url = session.url if session is not None and session.status == "open" else ""
        under_way = CheckAnswer(check.tier, check.phase, rfc3339(check.began_at), url or None, check.code or None)
    return VerificationAnswer(standing.tier, standing.state, until, limits, under_way)


def edition_answer(edition: Edition) -> EditionAnswer:
    """An edition as operators see it."""
    lists = [ListInForce(name, day) for name, day in sorted(edition.lists.items())]
    at = rfc3339(edition.at) if edition.at else None
    return EditionAnswer(edition.number, lists, edition.by or None, at)
