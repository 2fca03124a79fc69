"""Decides claims by a rule set: who is paid how much, when it vests, and why it is less, held or refused. Pure.

The first rule that fits a claim decides it. Whether the same fact was rewarded before is not asked here: the ledger
knows, by the reward's reference. What a viewer is paid in a day is bounded by the caps alone (:mod:`.bounds`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from cliffhanger.rewards.amounts import worth
from cliffhanger.rewards.claims import Claim, Decision, Outcome, Purse, Reason, Standing
from cliffhanger.rewards.rules import ON_DEVICES, OWN_DOING, Proof, Rule, RuleSet, arm_of
from cliffhanger.rewards.scoring import score

HOUR_MS = 3_600_000


def decide(rules: RuleSet, claim: Claim, standing: Standing) -> Decision:
    """What is decided of a claim by the first rule that fits it and is not in shadow.

    Where none does, it is refused: as ``country_refused`` if one would elsewhere, else as ``no_rule``.
    """
    elsewhere = False
    for rule in _for(rules, claim):
        if rule.shadow:
            continue
        if holds_in(rule, claim.country):
            return _by(rules, rule, claim, standing)
        elsewhere = True
    reason: Reason = "country_refused" if elsewhere else "no_rule"
    return Decision("refuse", 0, "", rules.version, _purse(claim), reasons=(reason,))


def decide_all(
    rules: RuleSet, claim: Claim, standing: Standing, all_left: Callable[[], int | None]
) -> tuple[Decision, tuple[Decision, ...]]:
    """What is decided of a claim, and what rules in shadow would.

    ``all_left`` finds out what the allowance leaves when everything is looked at; it is asked only where what
    ``standing`` knows of it would bind.
    """
    made = decide(rules, claim, standing), shadowed(rules, claim, standing)
    if any("house_allowance" in one.reasons for one in (made[0], *made[1])):
        standing = standing._replace(left=all_left())
        made = decide(rules, claim, standing), shadowed(rules, claim, standing)
    return made


def rule_for(rules: RuleSet, claim: Claim) -> Rule | None:
    """The rule by which a claim is decided, None where none fits."""
    return next((rule for rule in _for(rules, claim) if not rule.shadow and holds_in(rule, claim.country)), None)


def shadowed(rules: RuleSet, claim: Claim, standing: Standing) -> tuple[Decision, ...]:
    """What the rules in shadow would decide of a claim, each for itself; for the log, never to be paid.

    The standing knows what was paid and nothing of what would have been, so that caps bind later than they would.
    """
    return tuple(
        _by(rules, rule, claim, standing)
        for rule in _for(rules, claim)
        if rule.shadow and holds_in(rule, claim.country)
    )


def holds_in(rule: Rule, country: str) -> bool:
    """Whether a rule holds in a country; where that is unknown, only if it holds everywhere."""
    if not country:
        return not rule.countries and not rule.not_in
    return (not rule.countries or country in rule.countries) and country not in rule.not_in


def _for(rules: RuleSet, claim: Claim) -> Iterator[Rule]:
    """The rules for a claim's kind and campaign that are for its viewer's arm."""
    for rule in rules.rules:
        if rule.kind == claim.kind and (rule.campaign or "") == claim.campaign and _in_arm(rules, rule, claim.person):
            yield rule


def _in_arm(rules: RuleSet, rule: Rule, person: str) -> bool:
    if rule.arm is None:
        return True
    experiment = next(test for test in rules.experiments if test.name == rule.arm.experiment)
    return arm_of(rules, experiment, person) == rule.arm.arm


def _by(rules: RuleSet, rule: Rule, claim: Claim, standing: Standing) -> Decision:
    """What one rule decides of a claim."""
    proof: Proof | None = getattr(rule.evidence, claim.evidence)
    barred = _barred(rule, claim)
    if proof is None or barred is not None:
        return _refused(rules, rule, claim, barred or "evidence_refused")
    coins = worth(rule.amount, claim.amount) * proof.per_mille // 1000
    if not coins:
        return _refused(rules, rule, claim, "nothing_due")
    room = {reason: most for reason, most in _room(rules, rule, claim, standing) if most < coins}
    coins = max(0, min([coins, *room.values()]))
    binding = tuple(reason for reason, most in room.items() if most <= coins)
    found = score(rules.scoring, standing.signals, claim.evidence)
    verdict = found.verdict if coins else "refuse"
    outcome: Outcome = "shadow" if rule.shadow and verdict != "refuse" else verdict
    return Decision(
        outcome,
        0 if verdict == "refuse" else coins,
        rule.name,
        rules.version,
        _purse(claim),
        arm=_arm(rule),
        vests_at=claim.at + proof.vests_after_h * HOUR_MS,
        lifetime_days=rule.lifetime_days,
        reasons=binding + found.reasons,
        score=found.points,
    )


def _barred(rule: Rule, claim: Claim) -> Reason | None:
    if rule.minimum_age and claim.age is None:
        return "age_unknown"
    if claim.age is not None and claim.age < rule.minimum_age:
        return "age_refused"
    if not claim.device and rule.kind in ON_DEVICES and rule.caps.device_day_coins is not None:
        return "device_unknown"
    return None


def _room(rules: RuleSet, rule: Rule, claim: Claim, standing: Standing) -> Iterator[tuple[Reason, int]]:
    """What each cap leaves; below zero where more was paid by an earlier version."""
    caps, day, had = rule.caps, rules.day_caps, standing.viewer.of(rule.name)
    yield "rule_day_cap", caps.viewer_day_coins - had.coins
    if caps.viewer_day_times is not None and had.times >= caps.viewer_day_times:
        yield "rule_day_times", 0
    if caps.viewer_coins is not None:
        yield "rule_cap", caps.viewer_coins - standing.ever.get(rule.name, had).coins
    if caps.device_day_coins is not None and claim.device:
        yield "rule_device_day_cap", caps.device_day_coins - standing.device.of(rule.name).coins
    if rule.campaign is not None:
        yield "campaigns_day_cap", day.campaigns_viewer_coins - standing.viewer.campaigns
        if caps.campaign_day_coins is not None:
            yield "campaign_day_cap", caps.campaign_day_coins - standing.campaign_today
        return
    yield "house_day_cap", day.house_viewer_coins - standing.viewer.house
    if claim.device:
        yield "house_device_day_cap", day.house_device_coins - standing.device.house
    if standing.left is not None and rule.kind in OWN_DOING:
        yield "house_allowance", standing.left


def _refused(rules: RuleSet, rule: Rule, claim: Claim, reason: Reason) -> Decision:
    return Decision("refuse", 0, rule.name, rules.version, _purse(claim), arm=_arm(rule), reasons=(reason,))


def _purse(claim: Claim) -> Purse:
    return "campaigns" if claim.campaign else "house"


def _arm(rule: Rule) -> str:
    return "" if rule.arm is None else f"{rule.arm.experiment}.{rule.arm.arm}"
