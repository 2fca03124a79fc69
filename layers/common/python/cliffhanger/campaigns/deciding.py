"""What is decided of a deed: by the campaign's own terms, then by the rules, after the head of its slice was read.

What a viewer has had of the campaign stands in their last claim on the slice, so that caps hold whatever happens at
once. Only the cap over all campaigns of a day is read from the table of claims: two claims at once in two campaigns may
both have room under it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from cliffhanger.campaigns.domain import DAY_MS, Campaign, Claimant, Kind, day_of
from cliffhanger.campaigns.pacing import paced_room
from cliffhanger.clock import Clock, system_clock
from cliffhanger.errors import BudgetCapReached
from cliffhanger.ledger.cashback import Pledge
from cliffhanger.ledger.cashing import Cashback
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.journal import Retrying
from cliffhanger.ledger.names import viewer
from cliffhanger.ledger.planning import Turn
from cliffhanger.rewards.claims import Claim, Decision, Signals, Taken, Tally
from cliffhanger.rewards.claims import Standing as Before
from cliffhanger.rewards.days import DEFAULT_ZONE
from cliffhanger.rewards.earning import Earner, busy_instead, refusal
from cliffhanger.rewards.facts import rule_of
from cliffhanger.rewards.pending import Pending, of_day
from cliffhanger.rewards.planner import decide, rule_for, shadowed
from cliffhanger.rewards.rules import Evidence, RuleSet
from cliffhanger.rewards.scoring import speaks_of_fraud
from cliffhanger.rewards.signals import Lookout, Places
from cliffhanger.rewards.tallies import counting, today, with_waiting

if TYPE_CHECKING:
    from cliffhanger.campaigns.claims import CampaignClaims
    from cliffhanger.campaigns.store import CampaignsStore
    from cliffhanger.ledger.store import LedgerStore
    from cliffhanger.rewards.blocks_store import BlocksStore
    from cliffhanger.rewards.devices_store import DevicesStore

NO_TERMS: Mapping[str, Any] = MappingProxyType({})


class Desk(NamedTuple):
    """What cashback is given with.

    ``check_open`` raises where operators have stopped campaigns; ``shadow`` is told what rules in shadow would decide,
    and ``uncounted`` when a refusal could not be counted. ``blocks`` is asked only where an address is known.
    """

    ledger: LedgerStore
    claims: CampaignClaims
    campaigns: CampaignsStore
    devices: DevicesStore
    blocks: Callable[[], BlocksStore]
    rules: Callable[[], RuleSet]
    check_open: Callable[[], None]
    shadow: Callable[[Claim, Decision], None] = lambda _claim, _decision: None
    uncounted: Callable[[], None] = lambda: None
    clock: Clock = system_clock
    retrying: Retrying = Retrying()

    @property
    def pace(self) -> Retrying:
        """How its loops wait, by its clock."""
        return self.retrying._replace(clock=self.clock)


class Deed(NamedTuple):
    """What a viewer has done, once by its ``name``: how much it is worth in coins, and who says so.

    ``whole`` is what returns are a part of: what was paid, in the currency's smallest unit; 1 where nothing returns.
    """

    kind: Kind
    name: str
    evidence: Evidence
    amount: int = 1
    whole: int = 1
    terms: Mapping[str, Any] = NO_TERMS


class Plan:
    """Decides one deed as often as its turn comes anew."""

    def __init__(self, desk: Desk, campaign: Campaign, claimant: Claimant, deed: Deed, cashback: Cashback) -> None:
        self._desk = desk
        self._campaign = campaign
        self._claimant = claimant
        self._deed = deed
        self._cashback = cashback
        self._rules = desk.rules()
        name = f"{rule_of(deed.kind)}.{cashback.fact}"
        self._waiting = tuple(one for one in desk.claims.of(claimant.person) if one.name != name)
        self.lookout = lookout_for(desk, claimant, self._waiting)
        """Who looks for signals of fraud, and remembers where the viewer came from."""
        self.refused: Decision | None = None
        """What was refused because of its score."""

    def decide(self, turn: Turn, last: Entry | None) -> tuple[Pledge, Mapping[str, Any]]:
        """How much is set aside, and on what terms.

        Raises:
            CampaignClosed, RewardRefused, BudgetCapReached: nothing.
        """
        terms, claimant, deed = self._campaign.terms, self._claimant, self._deed
        now = turn.now if turn.head is None else max(turn.now, turn.head.at)
        self._campaign.check_open(now)
        had = Had.of(last)
        if had.times >= terms.viewer_times:
            raise BudgetCapReached("The viewer has had as much as the campaign gives.", cap=terms.viewer_times)
        claim = Claim(
            deed.kind, claimant.person, self._cashback.fact, now, day_of(now), deed.amount, deed.evidence,
            device=claimant.device, country=claimant.country, age=claimant.age, campaign=self._campaign.campaign,
        )  # fmt: skip
        before = self._before(turn, claim, had)
        for decision in shadowed(self._rules, claim, before):
            self._desk.shadow(claim, decision)
        decision = decide(self._rules, claim, before)
        if decision.outcome not in ("pay", "hold"):
            self.refused = decision if speaks_of_fraud(decision.reasons) else None
            raise refusal(decision.rule, decision.version, decision.reasons)
        coins = min(decision.coins, terms.viewer_coins - had.coins)
        if coins <= 0:
            raise BudgetCapReached("The viewer has had as much as the campaign gives.", cap=terms.viewer_coins)
        until = max(now + terms.return_days * DAY_MS, decision.vests_at)
        held = {"held": list(decision.reasons), "score": decision.score} if decision.outcome == "hold" else {}
        told = {
            "what": deed.kind,
            "rule": decision.rule,
            "version": decision.version,
            "on": claim.day,
            "had": had.plus(claim.day, decision.rule, coins),
            **held,
        }
        return Pledge(coins, deed.whole, until, decision.lifetime_days), told

    def _before(self, turn: Turn, claim: Claim, had: Had) -> Before:
        others = sum(
            one.coins
            for one in self._waiting
            if one.counts and one.day == claim.day and one.terms.get("campaign", claim.campaign) != claim.campaign
        )
        own = had.rules if had.day == claim.day else {}
        coins = sum(taken.coins for taken in own.values())
        device = of_day(self.lookout.others(claim).waiting, claim.day)
        rule = rule_for(self._rules, claim)
        cap = None if rule is None else rule.caps.campaign_day_coins
        return Before(
            viewer=Tally(0, others + coins, own),
            device=with_waiting(Tally(rules=own), (one for one in device if one.campaign == claim.campaign)),
            ever=had.ever,
            campaign_today=0 if cap is None else cap - paced_room(self._desk.ledger, turn, cap, self._campaign),
            signals=busy_instead(lambda: self._signals(claim)),
        )

    def _signals(self, claim: Claim) -> Signals:
        """What speaks of fraud; the viewer's own chain is read once a turn, for the slice's is the one that decides."""
        ledger, account = self._desk.ledger, viewer(claim.person)
        head = ledger.head(account)
        day, had, _ = today(ledger, account, head, claim.at, DEFAULT_ZONE)
        return self.lookout.signals(claim, head, counting(had, self._waiting, day.date))


def lookout_for(desk: Desk, claimant: Claimant, waiting: Iterable[Pending] = ()) -> Lookout:
    """Who looks for signals of fraud in what a claimant does."""
    seen = Signals(block_viewers_day=claimant.crowd, block_new_viewers_day=claimant.newcomers)
    earner = Earner(
        claimant.person, claimant.device, DEFAULT_ZONE, claimant.country, claimant.age, claimant.since,
        block=claimant.block, known=seen,
    )  # fmt: skip
    return Lookout(Places(desk.ledger, desk.claims, desk.devices, desk.blocks), earner, desk.rules(), waiting)


class Had(NamedTuple):
    """What a viewer has claimed of a campaign, as their last claim states: in all, and by rule, of its day and ever."""

    times: int = 0
    coins: int = 0
    day: str = ""
    rules: Mapping[str, Taken] = MappingProxyType({})
    ever: Mapping[str, Taken] = MappingProxyType({})

    @classmethod
    def of(cls, last: Entry | None) -> Had:
        """What the last claim states; nothing where there is none."""
        if last is None:
            return cls()
        times, coins, rules = last.terms["had"]
        return cls(
            times,
            coins,
            str(last.terms["on"]),
            {rule: Taken(*taken[:2]) for rule, taken in rules.items()},
            {rule: Taken(*taken[2:]) for rule, taken in rules.items()},
        )

    def plus(self, day: str, rule: str, coins: int) -> list[Any]:
        """What the next claim states."""
        today = self.rules if day == self.day else {}
        rules = {
            name: [*today.get(name, Taken()), *self.ever.get(name, Taken())] for name in sorted({*self.ever, rule})
        }
        rules[rule] = [had + more for had, more in zip(rules[rule], (coins, 1, coins, 1), strict=True)]
        return [self.times + 1, self.coins + coins, rules]
