"""What stands of a person's verification, and what becomes of it. Pure.

One record holds both what stands (a tier until a day) and what is under way (a check). Every change makes the next
revision of the record from the one before, so that of two at once one is made anew.

    begin ──▶ identity ── the provider tells ──▶ screening ── clear ──▶ decided ──▶ settled
                 │                                   └── hits, tier 2 ──▶ review ──▶ decided
                 └── canceled, or never finished ──▶ decided

A newer list that names somebody who is verified begins a check at ``review``, in place of one that is open. While a
check with hits is open, its person may take nothing out; any other leaves what stood before as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from cliffhanger.clock import rfc3339
from cliffhanger.errors import VerificationTooSoon
from cliffhanger.kyc.tiers import DAYS, LIMITS, NOTICE_DAYS, Limit, Tier, needs_two

State = Literal["none", "pending", "verified", "review", "refused", "expired"]
Kind = Literal["identity", "screening"]
"""What a check begins with: the provider's identity session, or a newer edition of the lists."""
Phase = Literal["identity", "screening", "review", "decided"]
Told = Literal["", "verified", "canceled", "gone"]
"""What the provider has told of a session. ``gone``: what it knew of the person was erased."""
Outcome = Literal["", "approved", "refused", "again", "unfinished", "canceled", "gone"]
"""What was decided. ``again``: the person is to verify anew. ``unfinished``: they never came to an end."""
Queue = Literal["open", "review", "verified"]

DAY_MS = 86_400_000
WORKS_MS = 15 * 60_000
"""For so long a step of ours is left alone: it takes seconds, and minutes where it has to be tried again."""
STRONG = 90
"""A hit with so many points is strong: one reviewer alone does not overrule it."""
MOST_HITS = 10
"""Kept of one screening, the strongest."""
MOST_OVERRULED = 20
REFUSED_DAYS = 30
"""So long after a refusal nobody tries again."""
MOST_CHECKS = 5
CHECKS_DAYS = 30
"""A session costs money: a person begins so many in so many days."""


class Hit(NamedTuple):
    """An entry of a list that a person may be: points from 0 to 100, and what they are for, in codes."""

    list: str
    entry: str
    score: int
    reasons: tuple[str, ...] = ()

    @property
    def person(self) -> str:
        """The entry, whatever day its list is of."""
        return f"{self.list.partition('/')[0]}/{self.entry}"


class Check(NamedTuple):
    """One try to be verified. Times are milliseconds since the Unix epoch, 0 for never.

    ``turn`` counts its executions, ``due_at`` is when somebody looks after it. ``session`` is the provider's id,
    ``code`` why the provider wants the person once more, ``token`` what the execution waits with. ``first`` is the
    reviewer who has approved where two must, ``records`` how many decisions are recorded.
    """

    number: int
    kind: Kind
    tier: Tier
    phase: Phase
    began_at: int
    due_at: int
    turn: int = 1
    session: str = ""
    code: str = ""
    told: Told = ""
    token: str = ""
    hits: tuple[Hit, ...] = ()
    edition: int = 0
    first: str = ""
    outcome: Outcome = ""
    reason: str = ""
    decided_by: str = ""
    decided_at: int = 0
    records: int = 0
    newer: Mapping[str, Any] = MappingProxyType({})

    @property
    def strong(self) -> bool:
        """Whether a hit is strong."""
        return any(hit.score >= STRONG for hit in self.hits)

    @property
    def needs_two(self) -> bool:
        """Whether two reviewers must approve it: it allows much, or overrules a strong hit."""
        return self.strong or needs_two(self.tier)


class Verification(NamedTuple):
    """All that is known of one person: what stands, and the check that is under way, if one is.

    ``until`` is the first day (UTC, ``YYYY-MM-DD``) on which it does not hold any more. ``edition`` is that of the
    lists which the person was held against last. ``begun`` is when the latest checks began. ``overruled`` are the hits
    that reviewers have found to be somebody else, so that each newer edition does not ask them again. ``session`` is
    what all that stands rests on; ``erase`` are those that nothing rests on any more, for the provider to erase.
    ``newer``, as of its check, is what a newer version of the product has noted beside.
    """

    person: str
    revision: int = 0
    state: Literal["none", "verified", "refused", "expired"] = "none"
    tier: Tier = 0
    until: str = ""
    session: str = ""
    edition: int = 0
    reason: str = ""
    decided_at: int = 0
    notified: bool = False
    checks: int = 0
    begun: tuple[int, ...] = ()
    overruled: tuple[tuple[str, int], ...] = ()
    erase: tuple[str, ...] = ()
    check: Check | None = None
    newer: Mapping[str, Any] = MappingProxyType({})

    def unknown(self, hits: tuple[Hit, ...]) -> tuple[Hit, ...]:
        """Those hits that no reviewer has overruled or is asked of already, or that have become stronger since."""
        known = dict(self.overruled)
        for hit in () if self.check is None else self.check.hits:
            known[hit.person] = max(hit.score, known.get(hit.person, -1))
        return tuple(hit for hit in hits if hit.score > known.get(hit.person, -1))

    @property
    def queue(self) -> Queue | None:
        """The list on which it is found."""
        if self.check is not None:
            return "review" if self.check.phase == "review" else "open"
        if self.erase:
            return "open"
        return "verified" if self.state == "verified" else None

    @property
    def due_at(self) -> int:
        """Its place on that list: since when it waits for a reviewer, or when somebody comes to it."""
        if self.check is not None:
            return self.check.due_at
        if self.erase:
            return self.decided_at
        ends = midnight_ms(self.until) if self.until else 0
        return ends if self.notified else ends - NOTICE_DAYS * DAY_MS


class KycStanding(NamedTuple):
    """What a person may: nothing leaves beyond ``limits``, by ISO 4217 code; ``until`` is the first day without."""

    tier: Tier
    until: date | None
    state: State
    limits: Mapping[str, Limit]


def standing(verification: Verification | None, now: int) -> KycStanding:
    """How a person stands at a time in milliseconds since the Unix epoch."""
    if verification is None:
        return KycStanding(0, None, "none", LIMITS[0])
    check = verification.check
    if check is not None and check.hits:
        return KycStanding(0, None, "review", LIMITS[0])
    if verification.state == "verified" and now < midnight_ms(verification.until):
        return KycStanding(
            verification.tier, date.fromisoformat(verification.until), "verified", LIMITS[verification.tier]
        )
    if check is not None:
        return KycStanding(0, None, "review" if check.phase == "review" else "pending", LIMITS[0])
    state: State = "expired" if verification.state == "verified" else verification.state
    return KycStanding(0, None, state, LIMITS[0])


def begun(verification: Verification, tier: Tier, now: int, due_at: int) -> Verification:
    """The record with a new check, by an identity session; the same record where one is under way.

    Raises:
        VerificationTooSoon: ``retryAt`` is when: after a refusal, or after too many checks.
    """
    if verification.check is not None:
        return verification
    recent = tuple(at for at in verification.begun if at > now - CHECKS_DAYS * DAY_MS)
    wait = recent[-MOST_CHECKS] + CHECKS_DAYS * DAY_MS if len(recent) >= MOST_CHECKS else 0
    if verification.state == "refused":
        wait = max(wait, verification.decided_at + REFUSED_DAYS * DAY_MS)
    if wait > now:
        raise VerificationTooSoon("Try again later.", retryAt=rfc3339(wait))
    number = verification.checks + 1
    check = Check(number, "identity", tier, "identity", now, due_at)
    return _next(verification, checks=number, begun=(*recent, now)[-MOST_CHECKS:], check=check)


def named_anew(verification: Verification, hits: tuple[Hit, ...], edition: int, now: int) -> Verification:
    """The record of somebody whom a newer edition may name: a check of what stands, or is about to, at its review.

    What is open makes way for it, under a number of its own, so that nobody decides on a hit that they were not shown.
    What a reviewer has before them already is decided together with the hits, and so is what they have just approved;
    a document that was not held against any list yet is given up.
    """
    number, before = verification.checks + 1, verification.check
    if before is not None and before.phase in ("review", "decided"):
        of_entry = {hit.person: hit for hit in (*before.hits, *hits)}  # what is new of an entry is stronger
        strongest = tuple(sorted(of_entry.values(), key=lambda hit: -hit.score)[:MOST_HITS])
        check = Check(
            *(number, before.kind, before.tier, "review", before.began_at, min(before.due_at, now)),
            session=before.session,
            told=before.told,
            hits=strongest,
            edition=edition,
            reason="hits",
        )
        stands = edition if verification.state == "verified" else verification.edition
        return _next(verification, checks=number, edition=stands, check=check)
    check = Check(
        *(number, "screening", verification.tier, "review", now, now),
        session=verification.session,
        told="verified",
        hits=hits[:MOST_HITS],
        edition=edition,
    )
    given_up = _left(verification, () if before is None else (before.session,), {})
    return _next(verification, checks=number, edition=edition, check=check, erase=given_up)


def cleared(verification: Verification, edition: int) -> Verification:
    """The record of somebody verified of whom a newer edition tells nothing new."""
    return _next(verification, edition=edition)


def moved(verification: Verification, **changes: object) -> Verification:
    """The record with members of its check changed."""
    if verification.check is None:
        raise ValueError("there is no check")
    check: Check = verification.check._replace(**changes)  # type: ignore[arg-type] # members are named by callers
    return _next(verification, check=check)


def settled(verification: Verification) -> Verification:
    """The record after its check was decided: what stands from now on, and nothing under way."""
    check = verification.check
    if check is None or not check.outcome:
        raise ValueError("nothing is decided")
    stands: dict[str, object] = {"decided_at": check.decided_at, "reason": check.reason}
    if check.outcome == "approved" and check.kind == "screening":
        stands |= {"edition": check.edition}
    elif check.outcome == "approved":
        ends = datetime.fromtimestamp(check.decided_at / 1_000, UTC).date() + timedelta(days=DAYS[check.tier])
        stands |= {"state": "verified", "tier": check.tier, "until": ends.isoformat(), "notified": False}
        stands |= {"session": check.session, "edition": check.edition}
    elif check.outcome == "refused":
        stands |= {"state": "refused", "tier": 0, "until": "", "session": check.session}
    elif check.hits or check.outcome == "gone":
        stands |= {"state": "none", "tier": 0, "until": "", "session": ""}
    if check.outcome == "approved" and check.hits:
        found_other = dict(verification.overruled) | {hit.person: hit.score for hit in check.hits}
        stands |= {"overruled": tuple(found_other.items())[-MOST_OVERRULED:]}
    shown = (verification.session, "" if check.outcome == "gone" else check.session)
    return _next(verification, check=None, **stands, erase=_left(verification, shown, stands))


def ended(verification: Verification, now: int) -> Verification:
    """The record of somebody whose verification holds no more: it rests on no session."""
    stands: dict[str, object] = {"state": "expired", "tier": 0, "session": "", "reason": "expired", "decided_at": now}
    return _next(verification, **stands, erase=_left(verification, (verification.session,), stands))


def erased(verification: Verification, sessions: Sequence[str]) -> Verification:
    """The record after the provider has taken it on itself to erase sessions."""
    return _next(verification, erase=tuple(one for one in verification.erase if one not in sessions))


def notified(verification: Verification) -> Verification:
    """The record of somebody who was told that their verification will end."""
    return _next(verification, notified=True)


def midnight_ms(day: str) -> int:
    """When a date (UTC) begins, in milliseconds since the Unix epoch."""
    return int(datetime.fromisoformat(f"{day}T00:00:00+00:00").timestamp()) * 1_000


def _left(verification: Verification, shown: Sequence[str], stands: Mapping[str, object]) -> tuple[str, ...]:
    """The sessions to erase: those before, and of those that were shown all but the one that what stands rests on."""
    keeps = stands.get("session", verification.session)
    return tuple(dict.fromkeys((*verification.erase, *(one for one in shown if one and one != keeps))))


def _next(verification: Verification, **changes: object) -> Verification:
    made: Verification = verification._replace(revision=verification.revision + 1, **changes)  # type: ignore[arg-type]
    return made
