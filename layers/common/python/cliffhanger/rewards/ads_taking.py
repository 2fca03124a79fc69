"""Use case of an ad network: its callback is believed if it is signed, and pays the view that it names, once.

What is cheap comes first: a callback whose view we have not sealed is refused before a key is looked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple

from cliffhanger.errors import RewardRefused
from cliffhanger.rewards.ads import KIND, AdNetwork, AdView, Placement, check_recent, check_unit, check_within
from cliffhanger.rewards.ads_sealing import unseal_view
from cliffhanger.rewards.earning import Desk, Earner, Fact, earn

Outcome = Literal["earned", "again", "refused"]
"""Of a genuine callback: paid or waiting by now; as it stood before; nothing, by the rules."""


class Turnstile(NamedTuple):
    """What callbacks are taken with. ``key`` is what views are sealed with; asked for at the first one."""

    desk: Desk
    network: AdNetwork
    placements: Mapping[str, Placement]
    key: Callable[[], bytes]


def take_callback(turnstile: Turnstile, query: str) -> Outcome:
    """Pays the view that a network's callback names, as our rules decide; told again, it changes nothing.

    Raises:
        AdCallbackRefused: it is not the network's, or of no view of ours, and nothing changed.
        SwitchedOff: operators have stopped rewards.
        Busy, Undecided, Unavailable: let the network try again.
    """
    desk, network = turnstile.desk, turnstile.network
    callback = network.read(query)
    check_recent(callback, desk.clock())
    view = unseal_view(callback.custom_data, turnstile.key())
    check_within(callback, view)
    check_unit(callback, view, turnstile.placements)
    network.verify(callback)
    desk.check_open()
    told = {"network": network.name, "placement": view.placement, "transaction": callback.transaction}
    try:
        earned = earn(desk, _earner(view), Fact(KIND, view.view, 1, told, evidence="partner"))
    except RewardRefused:  # by a cap that others have reached meanwhile: there is nothing to try again
        return "refused"
    return "again" if earned.repeated else "earned"


def _earner(view: AdView) -> Earner:
    return Earner(view.person, view.device, view.zone, view.country, view.age, view.since, block=view.block)
