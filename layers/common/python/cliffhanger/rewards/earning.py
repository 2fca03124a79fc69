"""Rewards come about here: what a viewer has done is decided by the rules and written to the viewer's chain, once.

The decision is made after the head was read, from what the chain itself says was had today, so that caps hold
whatever happens at once. What is not paid at once waits in the table of claims, and counts as if it were.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec.structs import astuple

from cliffhanger.clock import Clock, system_clock
from cliffhanger.dynamo import Unclear
from cliffhanger.errors import Busy, RewardPending, RewardRefused
from cliffhanger.ledger.consequences import Reward
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.journal import Retrying
from cliffhanger.ledger.names import viewer
from cliffhanger.ledger.planning import Turn
from cliffhanger.ledger.rewarding import Consequence, give_decided
from cliffhanger.rewards.allowance import Leeway
from cliffhanger.rewards.claims import Claim, Decision, Signals, Standing, Taken, Tally
from cliffhanger.rewards.days import HOUR_MS
from cliffhanger.rewards.facts import rule_of
from cliffhanger.rewards.pending import Pending, RuleCaps, pending_of
from cliffhanger.rewards.planner import decide_all
from cliffhanger.rewards.rules import RuleSet
from cliffhanger.rewards.scoring import FRAUD, speaks_of_fraud
from cliffhanger.rewards.signals import Lookout, Places
from cliffhanger.rewards.tallies import counting, plus, summed, terms_of, today, with_waiting

if TYPE_CHECKING:
    from cliffhanger.ledger.store import LedgerStore
    from cliffhanger.rewards.blocks_store import BlocksStore
    from cliffhanger.rewards.claims_store import ClaimsStore
    from cliffhanger.rewards.devices_store import DevicesStore
    from cliffhanger.rewards.rules import Evidence, Kind

UNIT = "bonus"
NO_TERMS: Mapping[str, Any] = MappingProxyType({})
ATTEMPTS = 3
DAY_MS = 24 * HOUR_MS
MOST_REFUSED_DAY = 20
MOST_EVER = 100
"""Rewards of one kind that are added up where a rule is capped for all time: such come only now and then."""


class Earner(NamedTuple):
    """Who earns: the viewer, the hash of their device (empty where none is known), their zone, country and age.

    ``since`` is when the viewer first signed in, in milliseconds since the Unix epoch; None where that is not known.
    ``block`` is the digest of the address block that the request comes from, empty where none does. ``known`` are
    signals that were looked at before: of the redemption of an invitation.
    """

    person: str
    device: str
    zone: str
    country: str = ""
    age: int | None = None
    since: int | None = None
    member: bool = False
    block: str = ""
    known: Signals = Signals()

    @property
    def account(self) -> str:
        """Whose chain the rewards stand on."""
        return viewer(self.person)


class Desk(NamedTuple):
    """What rewards are given with. ``shadow`` is told what rules in shadow would have decided, for the log.

    ``check_open`` raises where operators have stopped rewards. ``blocks`` is asked only where an address is known.
    """

    ledger: LedgerStore
    claims: ClaimsStore
    devices: DevicesStore
    blocks: Callable[[], BlocksStore]
    rules: Callable[[], RuleSet]
    shadow: Callable[[Claim, Decision], None]
    check_open: Callable[[], None]
    clock: Clock = system_clock
    retrying: Retrying = Retrying()


class Fact(NamedTuple):
    """What was done, once: its kind, its name as an id, what a rule's amount is measured by, and what is told of it.

    ``day``: the day on which it must be rewarded, where it is a fact of one; else empty. ``evidence``: who says so.
    """

    kind: Kind
    name: str
    amount: int = 1
    terms: Mapping[str, Any] = NO_TERMS
    day: str = ""
    evidence: Evidence = "server"


class Earned(NamedTuple):
    """What came of a fact: an entry that pays it, or what waits; ``repeated`` where that stood before."""

    fact: Fact
    entry: Entry | None
    pending: Pending | None
    repeated: bool

    @property
    def coins(self) -> int:
        """How many coins it is, paid or waiting."""
        if self.entry is not None:
            return int(self.entry.terms["coins"])
        return self.pending.coins if self.pending is not None and self.pending.counts else 0


def places_of(desk: Desk) -> Places:
    """Where a desk looks for signals of fraud."""
    return Places(desk.ledger, desk.claims, desk.devices, desk.blocks)


def earn(desk: Desk, earner: Earner, fact: Fact) -> Earned:
    """Rewards a fact once, as the rules decide it; asked again, it answers with what came of it the first time.

    Raises:
        RewardRefused: the rules give nothing, for which ``reasons`` stand; nothing changed.
        Busy, Undecided, Unavailable: try again.
    """
    waiting = desk.claims.of(earner.person)
    name = f"{rule_of(fact.kind)}.{fact.name}"
    stood = next((one for one in waiting if one.name == name), None)
    if stood is not None and stood.by_score:
        raise refusal(stood.rule, stood.version, stood.reasons)
    if stood is not None and stood.status != "paid":
        return Earned(fact, None, stood, repeated=True)
    planned = Plan(desk, earner, fact, waiting)
    try:
        given = give_decided(
            desk.ledger,
            consequence_of(earner.person, fact.kind, fact.name),
            planned.decide,
            retrying=desk.retrying._replace(clock=desk.clock),
        )
    except RewardPending:
        pending = planned.pending
        if pending is None:  # not one of ours
            raise
        if not desk.claims.add(pending):
            found = desk.claims.find(earner.person, pending.name)
            return Earned(fact, None, found or pending, repeated=True)
        planned.lookout.note(desk.clock())
        return Earned(fact, None, pending, repeated=False)
    except RewardRefused as refused:
        _keep_refused(desk, planned)
        raise refused from None
    if not given.repeated:
        planned.lookout.note(desk.clock())
    return Earned(fact, given.entry, None, given.repeated)


class Plan:
    """Decides one fact as often as its turn comes anew."""

    def __init__(self, desk: Desk, earner: Earner, fact: Fact, waiting: Iterable[Pending]) -> None:
        self._desk = desk
        self._earner = earner
        self._fact = fact
        self.waiting = tuple(waiting)
        self._rules = desk.rules()
        self.lookout = Lookout(places_of(desk), earner, self._rules, self.waiting)
        """Who looks for signals of fraud, and remembers where the viewer came from."""
        self._leeway = Leeway(desk.ledger, self._rules.allowance, self.waiting)
        self._ever: Mapping[str, Taken] | None = None
        self.pending: Pending | None = None
        self.refused: Pending | None = None
        """What was refused because of its score: it is kept, and told."""

    def decide(self, turn: Turn) -> tuple[Reward, Mapping[str, Any]]:
        """How much it is, and on what terms.

        Raises:
            RewardRefused: nothing.
            RewardPending: it waits; ``pending`` is what for.
            Busy: the viewer's day is not the fact's any more.
        """
        earner, fact = self._earner, self._fact
        now = turn.now if turn.head is None else max(turn.now, turn.head.at)
        day, had, ever = today(self._desk.ledger, turn.account, turn.head, now, earner.zone, ever=True)
        if fact.day not in ("", day.date):
            raise Busy("The day has changed; ask again.")
        claim = Claim(
            fact.kind, earner.person, fact.name, now, day.date, fact.amount, fact.evidence,
            device=earner.device, country=earner.country, age=earner.age,
        )  # fmt: skip
        standing = self._standing(turn, claim, had)._replace(left=self._leeway.at_least(ever))
        decision, would = decide_all(self._rules, claim, standing, lambda: self._leeway.in_all(turn, ever))
        for one in would:
            self._desk.shadow(claim, one)
        if decision.outcome not in ("pay", "hold"):
            if speaks_of_fraud(decision.reasons):
                self.refused = pending_of(claim, decision, {})
            raise refusal(decision.rule, decision.version, decision.reasons)
        terms = dict(fact.terms)
        if decision.outcome == "hold" or decision.vests_at > now:
            self.pending = pending_of(claim, decision, terms, self._caps(decision.rule))
            raise RewardPending("It waits.")
        return Reward(UNIT, decision.coins, decision.lifetime_days), terms | terms_of(day, had, ever, claim, decision)

    def _caps(self, name: str) -> RuleCaps:
        caps = next(rule.caps for rule in self._rules.rules if rule.name == name)
        allowance = self._rules.allowance
        figures = None if allowance is None else astuple(allowance)
        return RuleCaps(caps.viewer_day_coins, caps.viewer_day_times, caps.viewer_coins, figures)

    def _standing(self, turn: Turn, claim: Claim, had: Tally) -> Standing:
        own = counting(had, self.waiting, claim.day)
        signals = self.lookout.signals(claim, turn.head, own)
        return Standing(own, summed((own, self.lookout.others(claim).had)), self._had_ever(claim), signals=signals)

    def _had_ever(self, claim: Claim) -> Mapping[str, Taken]:
        """What the viewer has ever had by rules of the claim's kind, where one of them is capped for all time."""
        if not any(rule.kind == claim.kind and rule.caps.viewer_coins is not None for rule in self._rules.rules):
            return {}
        if self._ever is None:
            ledger, account = self._desk.ledger, viewer(claim.person)
            tally = with_waiting(Tally(), (one for one in self.waiting if one.kind == claim.kind and one.waits))
            known = ledger.references(account, f"reward:{rule_of(claim.kind)}:")
            for name, seq in known[:MOST_EVER]:
                if name.endswith(":grant"):
                    terms = ledger.entry(account, seq).terms
                    tally = plus(tally, str(terms.get("rule", "")), int(terms["coins"]))
            self._ever = tally.rules
        return self._ever


def _keep_refused(desk: Desk, planned: Plan) -> None:
    """Keeps what was refused because of its score, so that it stays refused and is told.

    Of one viewer so many a day: more would tell nothing new.
    """
    refused = planned.refused
    if refused is None:
        return
    planned.lookout.note(desk.clock())
    if sum(one.by_score and refused.at - one.at < DAY_MS for one in planned.waiting) < MOST_REFUSED_DAY:
        desk.claims.add(refused)


def refusal(rule: str, version: str, reasons: Iterable[str]) -> RewardRefused:
    """What is answered where the rules give nothing."""
    found = tuple(reasons)
    return RewardRefused(
        "The rules give nothing for it.",
        reasons=[reason for reason in found if reason not in FRAUD],
        signals=[reason for reason in found if reason in FRAUD],
        rule=rule,
        version=version,
    )


def consequence_of(person: str, kind: str, fact: str) -> Consequence:
    """What a reward's entry is for, and on which account it stands."""
    return Consequence(viewer(person), rule_of(kind), fact)


def busy_instead(call: Callable[[], Any]) -> Any:
    """What a read of the ledger answers.

    Raises:
        Busy: it did not succeed; try again.
    """
    try:
        return call()
    except Unclear as error:
        raise Busy("Try again in a moment.") from error
