"""Where the simulation's claims are decided: by the real planner and the real score, with what stands before each.

Hours are hours of the clock and days are whole, so that velocity and crowds are counted a little coarser than the
service does.
"""

from __future__ import annotations

from collections import Counter

from cliffhanger.ledger.lots import DAY_MS
from cliffhanger.rewards.blocks import YOUNG_MS
from cliffhanger.rewards.claims import Claim, Decision, Signals, Standing
from cliffhanger.rewards.devices import KEPT_MS, SEEN_EVERY_MS
from cliffhanger.rewards.planner import decide, shadowed
from cliffhanger.rewards.rules import Evidence, Kind, RuleSet
from tools.rewarding.assumptions import Assumptions
from tools.rewarding.brand import Budget
from tools.rewarding.outcome import Outcome, Sums
from tools.rewarding.people import Person

HOUR_MS, SECOND_MS = 3_600_000, 1_000
APART_MS = 20 * SECOND_MS
KEPT, SEEN_EVERY, YOUNG = (span // DAY_MS for span in (KEPT_MS, SEEN_EVERY_MS, YOUNG_MS))
NO_SIGNALS = Signals()


class Desk:
    """Decides, and counts what comes of it. ``at`` is the time of the day that is lived, in milliseconds."""

    def __init__(self, rules: RuleSet, known: Assumptions, outcome: Outcome, budget: Budget) -> None:
        self.rules, self.known, self.outcome, self.budget = rules, known, outcome, budget
        self.at = 0
        self._in_shadow = any(rule.shadow for rule in rules.rules)

    def claim(
        self,
        person: Person,
        sums: Sums,
        kind: Kind,
        amount: int = 1,
        evidence: Evidence = "server",
        *,
        seen: Signals = NO_SIGNALS,
    ) -> bool:
        """What a viewer claims of the house, and whether something comes of it.

        ``seen`` are signals that were looked at before.
        """
        made = self._decided(person, kind, amount, evidence, seen=seen)
        if not self._stands(person, sums, made):
            return False
        person.vouched = person.vouched.plus(kind, made.coins)
        later = self.known.review_days if made.outcome == "hold" else 0
        sums.paid[kind] += made.coins
        sums.vested += person.purse.take_in(made, self.at // DAY_MS, later)
        return True

    def left(self, person: Person) -> int | None:
        """What is left of a viewer's allowance; None where the rules have none. What was bought is not given back."""
        allowance = self.rules.allowance
        if allowance is None:
            return None
        return allowance.of(person.vouched.ads, person.purchases) - person.vouched.own

    def shop(self, person: Person, sums: Sums, worth: int, *, returned: bool) -> bool:
        """A purchase at the brand, worth so many coins, and whether the viewer makes it: only where it gives something.

        What is returned is told when the purchase is, so that its coins are never pending.
        """
        budget = self.budget
        if not budget.open_to(person.name):
            return False
        made = self._decided(person, "cashback", worth, "partner", campaign=budget.campaign)
        made = budget.set_aside(person.name, made, self.at // DAY_MS)
        sums.purchases += 1
        sums.set_aside += made.coins
        if not self._stands(person, sums, made) or returned:
            sums.taken_back += made.coins
            budget.take_back(made.coins)
            return True
        sums.paid["cashback"] += made.coins
        sums.vested += person.purse.take_in(made, self.at // DAY_MS, self.known.brand.return_days)
        return True

    def _decided(
        self,
        person: Person,
        kind: Kind,
        amount: int,
        evidence: Evidence,
        *,
        seen: Signals = NO_SIGNALS,
        campaign: str = "",
    ) -> Decision:
        self.at += APART_MS
        day, hour = self.at // DAY_MS, self.at // HOUR_MS
        device = person.device.counts
        device.turn(day)
        person.counts.turn(day)
        claim = Claim(
            kind, person.name, "fact", self.at, "", amount, evidence, person.device.name, "US", 30, campaign=campaign
        )
        given = self.budget.given_on(day) if campaign else 0
        signals = self._signals(person, day, hour, seen)
        standing = Standing(person.counts.tally, device.tally, person.ever, given, signals, self.left(person))
        made = decide(self.rules, claim, standing)
        person.counts.hours[hour] += 1
        device.hours[hour] += 1
        if self._in_shadow:
            for would in shadowed(self.rules, claim, standing):
                self.outcome.shadow[would.rule] += would.coins
        return made

    def _signals(self, person: Person, day: int, hour: int, seen: Signals) -> Signals:
        device, block, name = person.device, person.block, person.name
        fresh = day - device.viewers.get(name, -SEEN_EVERY) >= SEEN_EVERY
        if fresh:
            device.viewers[name] = day
        if block.day != day:
            block.day = day
            block.viewers.clear()
            block.new.clear()
        if fresh or day - person.joined < YOUNG:
            block.viewers.add(name)
        if person.joined >= day:
            block.new.add(name)
        return seen._replace(
            account_hours=max(0, self.at - person.joined * DAY_MS) // HOUR_MS,
            viewer_claims_hour=person.counts.hours[hour],
            device_claims_hour=device.counts.hours[hour],
            device_viewers_month=sum(last > day - KEPT for last in device.viewers.values()),
            block_viewers_day=len(block.viewers) + (name not in block.viewers),
            block_new_viewers_day=len(block.new),
        )

    def _stands(self, person: Person, sums: Sums, made: Decision) -> bool:
        """Counts a claim, and whether something comes of it: of what is held a reviewer releases honest viewers'."""
        sums.claims += 1
        if made.arm:
            arm = self.outcome.arms.setdefault(made.arm, Counter())
            arm["coins"] += made.coins
            arm["claims"] += 1
        if made.outcome == "refuse":
            sums.refused += 1
            sums.reasons.update(made.reasons)
            return False
        person.counts.tally = person.counts.tally.plus(made)
        person.device.counts.tally = person.device.counts.tally.plus(made)
        had = person.counts.tally.of(made.rule)
        before = person.ever.get(made.rule, had._replace(coins=0, times=0))
        person.ever[made.rule] = before._replace(coins=before.coins + made.coins, times=before.times + 1)
        if made.outcome == "hold":
            sums.held += 1
            sums.reasons.update(made.reasons)
        return person.honest or made.outcome == "pay"
