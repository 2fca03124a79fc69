"""Rewarded ads: what an app is given before one plays, and what its network vouches for afterwards. Pure.

An *ad view* is one viewer's leave to be paid for one ad: it goes with the app to the ad network, sealed
(:mod:`.ads_sealing`), and comes back in the network's signed *callback*. So whoever is credited is named by us, and the
network learns nothing of them. A view is paid once, whatever its network tells and however often; how much it is, our
own rules say (docs/adr/0036).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Literal, NamedTuple, Protocol

from cliffhanger.errors import AdCallbackRefused
from cliffhanger.rewards.rules import Kind

KIND: Kind = "ad"
VIEW_LASTS_MS = 3_600_000
"""From the offer of an ad to its end. A network's ads are good for an hour after they were loaded (AdMob, "Rewarded
ads"), and are asked for beforehand."""
MOST_LATE_MS = 10 * 60_000
"""So much after an ad was seen its callback is taken; AdMob tries for some seconds."""
SKEW_MS = 5 * 60_000
"""By how much a network's clock may be ahead of ours."""

Doubt = Literal["malformed", "stale", "foreign_view", "view_over", "foreign_unit", "unknown_key", "wrong_signature"]
"""Why a callback is refused, for the log: no answer tells it."""
UNSIGNED: tuple[Doubt, ...] = ("unknown_key", "wrong_signature")
"""Of whoever holds a view and is no network: all else is refused before any signature is looked at."""


class Placement(NamedTuple):
    """A place in an app where ads are shown: its network's ad unit, and the page that plays them, if one does."""

    name: str
    unit: str
    player: str | None = None


class AdView(NamedTuple):
    """One viewer's leave to be paid for one ad. ``at`` is when it was given; times are in milliseconds.

    The other members are those of an :class:`~cliffhanger.rewards.earning.Earner` at that time.
    """

    view: str
    placement: str
    at: int
    person: str
    device: str
    zone: str
    country: str = ""
    age: int | None = None
    since: int | None = None
    block: str = ""

    @property
    def ends_at(self) -> int:
        """Until when the ad must have been seen."""
        return self.at + VIEW_LASTS_MS


class Callback(NamedTuple):
    """What a network tells of an ad that was seen, as it was read; it may be anybody's until it is verified.

    ``at`` is when the ad was seen, in milliseconds. ``signed`` are the bytes that the ``key`` of that id has signed.
    """

    unit: str
    transaction: str
    custom_data: str
    at: int
    signed: bytes
    signature: bytes
    key: str


class AdNetwork(Protocol):
    """An ad network: how its callbacks are written and signed. ``name`` is an id."""

    @property
    def name(self) -> str:
        """How it is named in receipts."""

    def read(self, query: str) -> Callback:
        """A callback of its form.

        Raises:
            AdCallbackRefused: it is not.
        """

    def verify(self, callback: Callback) -> None:
        """Lets a callback pass that the network has signed.

        Raises:
            AdCallbackRefused: it has not.
            Unavailable: its keys are not known now.
        """


def placements_of(document: str) -> Mapping[str, Placement]:
    """The placements of a stage by name, from the setting that holds them as JSON."""
    return {name: Placement(name, told["unit"], told.get("player")) for name, told in json.loads(document).items()}


def check_recent(callback: Callback, now: int) -> None:
    """Lets a callback pass that comes soon after its ad was seen.

    Raises:
        AdCallbackRefused: it is old, or from the future.
    """
    if not -SKEW_MS <= now - callback.at <= MOST_LATE_MS:
        raise AdCallbackRefused("stale")


def check_within(callback: Callback, view: AdView) -> None:
    """Lets a callback pass whose ad was seen while its view lasted.

    Raises:
        AdCallbackRefused: it was seen before the view was given, or after its end.
    """
    if not view.at - SKEW_MS <= callback.at <= view.ends_at + SKEW_MS:
        raise AdCallbackRefused("view_over")


def check_unit(callback: Callback, view: AdView, placements: Mapping[str, Placement]) -> None:
    """Lets a callback pass that is of the ad unit of its view's placement.

    A network signs for all its publishers with the same keys, and each names where its callbacks go: without this,
    anybody's own ad unit could credit viewers of ours.

    Raises:
        AdCallbackRefused: it is of another unit.
    """
    placement = placements.get(view.placement)
    if placement is None or placement.unit != callback.unit:
        raise AdCallbackRefused("foreign_unit")
