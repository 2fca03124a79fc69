"""The rule set that ships with the product: it holds until operators activate one of their own."""

from __future__ import annotations

import functools
from importlib import resources

from cliffhanger.rewards.rules import RuleSet, rule_set_of

RESERVED = "shipped-"
"""Versions that begin so are ours: nobody uploads one."""


@functools.cache
def shipped() -> RuleSet:
    """The shipped rule set; a changed one has another version."""
    return rule_set_of(resources.files("cliffhanger.rewards").joinpath("shipped.json").read_bytes())
