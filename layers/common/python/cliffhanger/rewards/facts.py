"""The names of what is rewarded: ids that follow from the fact itself, so that it is rewarded once. Pure.

The reference of a reward is made of the kind of fact, not of a rule's name: a rule that is renamed pays nobody twice.
"""

from __future__ import annotations

import hashlib

from cliffhanger.ledger.names import base32

_SERIES_BYTES = 10
"""Of the hash of a series' id: with an episode's number it is an id, which series' ids may fill by themselves."""


def rule_of(kind: str) -> str:
    """What a kind of fact is called in the references of its rewards: ``watch.episode`` is ``watch-episode``."""
    return kind.replace(".", "-")


def series_fact(series: str) -> str:
    """A series, whose episodes have all been finished."""
    return base32(hashlib.sha256(series.encode()).digest()[:_SERIES_BYTES])


def episode_fact(series: str, episode: int) -> str:
    """An episode that was finished; those of a series have its fact as their prefix."""
    return f"{series_fact(series)}-{episode}"


def minutes_fact(date: str, seconds: int) -> str:
    """So many seconds of a day that were credited."""
    return f"{date}-{seconds}"
