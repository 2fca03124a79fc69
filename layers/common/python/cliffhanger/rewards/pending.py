"""Rewards that are decided and not paid: they wait for their time, or for somebody to look at them. Pure.

They count against the day's caps as if they were paid. What becomes of one is decided once: it is paid, and then the
ledger has its entry, or refused, and then it is not. A reviewer's word stands beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from cliffhanger.rewards.facts import rule_of

if TYPE_CHECKING:
    from cliffhanger.rewards.claims import Claim, Decision

Status = Literal["asked", "waiting", "held", "paid", "refused", "returned"]
"""``waiting`` for its time; ``held`` for a reviewer; ``paid``; ``refused`` by a reviewer, or because of its score. Of a
campaign's also ``asked``, before the ledger has answered, and ``returned``, when nothing of it is left."""
Queue = Literal["waiting", "cashback", "held"]
"""What is swept when its time comes, house rewards and campaigns' each for themselves; and what a reviewer looks at."""
OPEN: tuple[Status, ...] = ("waiting", "held")
HOUSE = "house"
"""Who refuses a reward that waits when what it is for is undone, or when others at the same moment came before it."""


class RuleCaps(NamedTuple):
    """What a viewer may have by a claim's rule as it stood: coins and times of a day, coins ever; None is no bound.

    ``allowance`` are the figures of the set's, for what counts against it.
    """

    day_coins: int | None = None
    day_times: int | None = None
    coins: int | None = None
    allowance: Sequence[int] | None = None


NO_CAPS = RuleCaps()


class Pending(NamedTuple):
    """A claim that is decided. ``due_at`` is when it vests, or since when it is held; milliseconds.

    ``terms`` are what its entry will state: rule, version and what else tells what it is for. ``decided_by`` is the
    operator who released or refused it, or the house, empty where its time came. ``taken`` are coins of it that were
    clawed back. ``caps`` are looked at when it is paid: claims that were decided at its moment were not seen then.
    ``again_at`` is when it is tried again, where it could not be paid when it was due.
    """

    person: str
    kind: str
    fact: str
    day: str
    at: int
    status: Status
    due_at: int
    coins: int
    lifetime_days: int
    rule: str
    version: str
    score: int = 0
    reasons: tuple[str, ...] = ()
    terms: Mapping[str, Any] = {}
    decided_by: str = ""
    decided_at: int = 0
    taken: int = 0
    caps: RuleCaps = NO_CAPS
    again_at: int = 0

    @property
    def name(self) -> str:
        """Its name among the viewer's."""
        return f"{rule_of(self.kind)}.{self.fact}"

    @property
    def id(self) -> str:
        """Its name among all: ids have no point, so that it splits in one way only."""
        return f"{self.person}.{self.name}"

    @property
    def by_score(self) -> bool:
        """Whether it was refused because of what it scores, and by nobody."""
        return self.status == "refused" and self.score > 0 and not self.decided_by

    @property
    def counts(self) -> bool:
        """Whether it counts against caps."""
        return self.status not in ("refused", "asked")

    @property
    def waits(self) -> bool:
        """Whether it counts, and no chain says so yet."""
        return self.status in OPEN

    @property
    def campaign(self) -> str:
        """Whose budget pays; empty where the house does."""
        return str(self.terms.get("campaign", ""))

    @property
    def queue(self) -> Queue | None:
        """Which list it is in, while something is to come of it."""
        if self.status in ("asked", "waiting"):
            return "cashback" if self.campaign else "waiting"
        return "held" if self.status == "held" else None


def pending_of(claim: Claim, decision: Decision, terms: Mapping[str, Any], caps: RuleCaps = NO_CAPS) -> Pending:
    """What waits after a decision that does not pay at once, or is kept because its score refuses it."""
    held = decision.outcome != "pay"
    status: Status = "refused" if decision.outcome == "refuse" else "held" if held else "waiting"
    return Pending(
        claim.person,
        claim.kind,
        claim.fact,
        claim.day,
        claim.at,
        status,
        claim.at if held else decision.vests_at,
        decision.coins,
        decision.lifetime_days,
        decision.rule,
        decision.version,
        decision.score,
        tuple(decision.reasons),
        terms,
        caps=caps,
    )


def before(pending: Pending, others: Iterable[Pending]) -> list[Pending]:
    """Those that were decided by the same rule before one, and count: of a moment, by their names."""
    return [
        one
        for one in others
        if one.rule == pending.rule and one.counts and (one.at, one.name) < (pending.at, pending.name)
    ]


def of_day(pending: Iterable[Pending], day: str) -> list[Pending]:
    """Those that count on a day."""
    return [one for one in pending if one.day == day and one.counts]
