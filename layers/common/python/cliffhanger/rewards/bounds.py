"""The most that a rule set can pay a viewer in a day, computed from the set alone. Pure.

:func:`check_bounded` refuses a set that could pay more than the house has said once and for all; what is computed here
holds whatever is claimed, which a property test tries to break.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from cliffhanger.errors import RuleSetUnbounded
from cliffhanger.rewards.amounts import most_once
from cliffhanger.rewards.rules import Rule, RuleSet

HOUSE_BOUND = 300
"""Coins that the house pays a viewer in a day at most, whatever the rules: about three US dollars' worth."""
DEVICE_BOUND = 600
"""Coins that the house pays all viewers of one device in a day at most: a family's, not a farm's."""
CAMPAIGNS_BOUND = 5_000
"""Coins that campaigns pay a viewer in a day at most, from budgets that were paid for."""


class Most(NamedTuple):
    """The most coins of one day: from the house to a viewer and to a device's viewers, from campaigns to a viewer."""

    house_viewer: int
    house_device: int
    campaigns_viewer: int


def most_a_day(rules: RuleSet) -> Most:
    """The most that a rule set pays in a day. Rules in shadow pay nothing, and nobody is in two arms of an experiment.

    A device's viewers may be in different arms.
    """
    live = [rule for rule in rules.rules if not rule.shadow]
    house = [rule for rule in live if rule.campaign is None]
    campaigns = [rule for rule in live if rule.campaign is not None]
    return Most(
        min(rules.day_caps.house_viewer_coins, _to_one(house)),
        min(rules.day_caps.house_device_coins, sum(_on_device(rule, rules) for rule in house)),
        min(rules.day_caps.campaigns_viewer_coins, _to_one(campaigns)),
    )


def check_bounded(rules: RuleSet) -> Most:
    """The most that a rule set pays in a day, if it is within what the house has said once and for all.

    Raises:
        RuleSetUnbounded: ``where`` names the cap that lets it pay more, ``most`` is what it would pay, and ``bound``
            what it may.
    """
    most = most_a_day(rules)
    for where, paid, bound in (
        ("dayCaps.houseViewerCoins", most.house_viewer, HOUSE_BOUND),
        ("dayCaps.houseDeviceCoins", most.house_device, DEVICE_BOUND),
        ("dayCaps.campaignsViewerCoins", most.campaigns_viewer, CAMPAIGNS_BOUND),
    ):
        if paid > bound:
            text = f"{where} lets {paid} coins a day be paid; {bound} may be."
            raise RuleSetUnbounded(text, where=where, most=paid, bound=bound)
    return most


def most_of(rule: Rule) -> int:
    """The most coins that one rule pays a viewer in a day."""
    caps, once = rule.caps, most_once(rule.amount)
    if once is None or caps.viewer_day_times is None:
        return caps.viewer_day_coins
    return min(caps.viewer_day_coins, caps.viewer_day_times * once)


def _to_one(rules: Iterable[Rule]) -> int:
    """What rules pay one viewer: of an experiment those of one arm, whichever is the most."""
    always, arms = 0, dict[str, dict[str, int]]()
    for rule in rules:
        if rule.arm is None:
            always += most_of(rule)
        else:
            arm = arms.setdefault(rule.arm.experiment, {})
            arm[rule.arm.arm] = arm.get(rule.arm.arm, 0) + most_of(rule)
    return always + sum(max(arm.values()) for arm in arms.values())


def _on_device(rule: Rule, rules: RuleSet) -> int:
    """What a rule pays the viewers of one device; where only the set caps that, as much."""
    return rule.caps.device_day_coins or rules.day_caps.house_device_coins
