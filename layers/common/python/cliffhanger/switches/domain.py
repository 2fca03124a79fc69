"""Switches by name. Pure."""

from __future__ import annotations

from typing import Literal, NamedTuple, get_args

SwitchName = Literal["unlocks", "playback", "rewards", "tips", "payouts", "campaigns"]
SWITCHES: tuple[SwitchName, ...] = get_args(SwitchName)
"""Each is obeyed somewhere: ``unlocks`` by everything that spends coins, ``playback`` by new playback grants,
``rewards`` by all that earns, ``tips`` by gifts alone, ``payouts`` by new payouts and by those whose money has not
left, ``campaigns`` by what brands pay for."""


class Switch(NamedTuple):
    """One switch: whether it is off, and the reason code, the operator and the time (milliseconds) of its last change.

    What has never been changed is on; its reason and operator are empty and its time is 0.
    """

    switch: SwitchName
    off: bool = False
    reason: str = ""
    by: str = ""
    at: int = 0
