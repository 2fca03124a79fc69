"""What a viewer has done that a rule may reward, what stands before it, and what is decided of it. Pure.

Times are milliseconds since the Unix epoch; a day is ``YYYY-MM-DD`` in the viewer's own zone, as it was fixed for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

from cliffhanger.rewards.rules import EVIDENCE, OWN_DOING, Evidence, Kind

Purse = Literal["house", "campaigns"]
"""Who pays: the house, or a campaign from its prefunded budget."""
Outcome = Literal["pay", "hold", "refuse", "shadow"]
"""``pay`` at once or when it vests; ``hold`` for a reviewer; ``refuse``; ``shadow``: computed, never paid."""
Reason = Literal[
    "no_rule",
    "country_refused",
    "age_refused",
    "age_unknown",
    "device_unknown",
    "evidence_refused",
    "nothing_due",
    "rule_day_cap",
    "rule_day_times",
    "rule_cap",
    "rule_device_day_cap",
    "campaign_day_cap",
    "house_day_cap",
    "house_device_day_cap",
    "house_allowance",
    "campaigns_day_cap",
    "account_new",
    "viewer_velocity",
    "device_velocity",
    "device_shared",
    "block_crowded",
    "block_new_viewers",
    "referral_same_block",
    "referral_device_shared",
    "evidence_weak",
]
"""Why it is less, held or refused; stable. Those of caps may stand beside what is paid in part."""


class Claim(NamedTuple):
    """A reward claim: what a viewer has done, once. ``fact`` is an id; with the rule's name it makes the reference.

    ``amount`` is what the rule's amount is measured by: the credited seconds of ``watch.minutes``, the day of the run
    for ``checkin`` (from 1) and ``streak``, what was paid in coins' worth for ``cashback``; else 1. ``device`` and
    ``country`` are empty, and ``age`` None, where they are not known. ``campaign`` is whose budget is to pay, if any.
    """

    kind: Kind
    person: str
    fact: str
    at: int
    day: str
    amount: int = 1
    evidence: Evidence = "server"
    device: str = ""
    country: str = ""
    age: int | None = None
    campaign: str = ""


class Taken(NamedTuple):
    """Coins that somebody has had by a rule, and how often; what is held or not vested counts."""

    coins: int = 0
    times: int = 0


NOTHING: Mapping[str, Taken] = MappingProxyType({})


class Tally(NamedTuple):
    """What a viewer, or a device's viewers together, have had: by purse, and by rule."""

    house: int = 0
    campaigns: int = 0
    rules: Mapping[str, Taken] = NOTHING

    def of(self, rule: str) -> Taken:
        """What was had by a rule."""
        return self.rules.get(rule, _NONE)

    def plus(self, decision: Decision) -> Tally:
        """The tally after a decision, which counts if something is paid or held by it."""
        if decision.outcome not in ("pay", "hold"):
            return self
        had = self.of(decision.rule)
        rules = {**self.rules, decision.rule: Taken(had.coins + decision.coins, had.times + 1)}
        if decision.purse == "house":
            return Tally(self.house + decision.coins, self.campaigns, rules)
        return Tally(self.house, self.campaigns + decision.coins, rules)


class Ever(NamedTuple):
    """What the house has ever paid a viewer: coins for what they alone stand for, and how many ads."""

    own: int = 0
    ads: int = 0

    def plus(self, kind: str, coins: int) -> Ever:
        """The same with one more reward."""
        if kind in OWN_DOING:
            return Ever(self.own + coins, self.ads)
        return Ever(self.own, self.ads + (kind == "ad"))


class Signals(NamedTuple):
    """What is looked at for fraud, before the claim. Address blocks are /24 of IPv4 or /56 of IPv6, as digests."""

    account_hours: int = 0
    """Hours since the viewer's first sign-in."""
    viewer_claims_hour: int = 0
    """The viewer's claims in the last hour."""
    device_claims_hour: int = 0
    """Claims from the device in the last hour, by whomever."""
    device_viewers_month: int = 1
    """Different viewers who have claimed from the device in the last 30 days, this one among them."""
    block_viewers_day: int = 1
    """Different viewers who have come to the address block within a day, this one among them: each whose account is
    younger than a week, and others when they claim from a device for the first time in ten days."""
    block_new_viewers_day: int = 0
    """Those of them whose account is younger than a day."""
    referral_same_block: int = 0
    """1 where an invitation was redeemed from an address block in which its inviter has opened it."""
    referral_device_viewers: int = 0
    """Other viewers who had claimed from the device on which an invitation was redeemed, by then."""

    def of(self, signal: str, evidence: Evidence) -> int:
        """The number of a signal."""
        return EVIDENCE.index(evidence) if signal == "evidence" else int(getattr(self, signal))


class Standing(NamedTuple):
    """What stands before a claim: had today by the viewer and on the device, by the viewer ever, and from the campaign.

    ``ever`` needs only the rules that are capped for all time; ``campaign_today`` only what the claim's campaign has
    granted to all. ``left`` is what is left of the viewer's allowance, None where the rules have none.
    """

    viewer: Tally = Tally()
    device: Tally = Tally()
    ever: Mapping[str, Taken] = NOTHING
    campaign_today: int = 0
    signals: Signals = Signals()
    left: int | None = None


class Decision(NamedTuple):
    """What is decided of a claim, by which rule of which version.

    ``coins`` are bonus coins, 0 for a refusal: paid, held, or in shadow. They vest at ``vests_at`` and live for
    ``lifetime_days`` from the day on which they are granted. ``arm`` is ``experiment.arm``, empty where the rule has
    none. ``score`` is of fraud, 0 to 100.
    """

    outcome: Outcome
    coins: int
    rule: str
    version: str
    purse: Purse = "house"
    arm: str = ""
    vests_at: int = 0
    lifetime_days: int = 0
    reasons: tuple[Reason, ...] = ()
    score: int = 0


_NONE = Taken()
