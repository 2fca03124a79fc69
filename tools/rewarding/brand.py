"""A brand's campaign among the viewers: a budget that was paid before, and what it has given to whom."""

from __future__ import annotations

import msgspec

from cliffhanger.rewards.claims import Decision, Taken
from cliffhanger.rewards.rules import Rule, RuleSet
from tools.rewarding.assumptions import Brand

SAMPLE = "sample"
"""The campaign that stands for any brand's, where a rule set has none that gives cashback."""


def with_campaign(rules: RuleSet, known: Brand) -> tuple[RuleSet, str]:
    """The rules with one for cashback, and the campaign of it: the set's own where it has one, else the sample's."""
    own = next((rule.campaign for rule in rules.rules if rule.kind == "cashback" and rule.campaign), None)
    if own is not None:
        return rules, own
    document = {
        "name": SAMPLE,
        "kind": "cashback",
        "campaign": SAMPLE,
        "amount": {"type": "proportion", "perMille": known.per_mille},
        "caps": {"viewerDayCoins": known.viewer_coins},
        "evidence": {"partner": {}},
        "lifetimeDays": known.lifetime_days,
    }
    return msgspec.structs.replace(rules, rules=(*rules.rules, msgspec.convert(document, Rule))), SAMPLE


class Budget:
    """What is left of the campaign's budget, and what each viewer has had; what was taken back counts for viewers."""

    def __init__(self, known: Brand, campaign: str) -> None:
        self.known = known
        self.campaign = campaign
        self.left = known.budget_coins
        self._had: dict[str, Taken] = {}
        self._day = -1
        self._today = 0

    def given_on(self, day: int) -> int:
        """Coins that all viewers have been given on a day, the newest one."""
        if day != self._day:
            self._day, self._today = day, 0
        return self._today

    def open_to(self, person: str) -> bool:
        """Whether a viewer may claim once more, by the campaign's own terms."""
        had = self._had.get(person, Taken())
        return had.times < self.known.viewer_times and had.coins < self.known.viewer_coins

    def set_aside(self, person: str, made: Decision, day: int) -> Decision:
        """What the budget makes of a decision: as much as it and the campaign's terms leave, or a refusal."""
        had = self._had.get(person, Taken())
        coins = min(made.coins, self.known.viewer_coins - had.coins, self.left)
        if made.outcome == "refuse" or coins <= 0:
            return made._replace(outcome="refuse", coins=0)
        self._had[person] = Taken(had.coins + coins, had.times + 1)
        self.left -= coins
        self._today = self.given_on(day) + coins
        return made._replace(coins=coins)

    def take_back(self, coins: int) -> None:
        """Coins of goods that came back, or that a reviewer has refused."""
        self.left += coins
