"""Use cases of whoever wants to see an ad: be given a view for it, and hear what has come of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from cliffhanger.errors import NotFound
from cliffhanger.ledger.names import new_id
from cliffhanger.rewards.ads import KIND, AdView, Placement
from cliffhanger.rewards.ads_sealing import seal_view
from cliffhanger.rewards.earning import Desk, Earned, Earner, Fact, busy_instead, consequence_of
from cliffhanger.rewards.facts import rule_of
from cliffhanger.rewards.foreseeing import foresee


class Offering(NamedTuple):
    """What ads are offered with. ``key`` is what views are sealed with; asked for at the first one."""

    desk: Desk
    placements: Mapping[str, Placement]
    key: Callable[[], bytes]


class Offered(NamedTuple):
    """A view, sealed, the placement that it is for, and the coins that the rules would give for it now."""

    view: AdView
    sealed: str
    placement: Placement
    coins: int


def offer_ad(offering: Offering, earner: Earner, placement: str) -> Offered:
    """Gives a viewer leave to be paid for one ad; nothing is written.

    Nobody is shown an ad that would bring nothing: what a cap would refuse is refused here.

    Raises:
        NotFound: there is no such placement.
        RewardRefused: the rules would give nothing, for which ``reasons`` stand.
        SwitchedOff: operators have stopped rewards.
        Busy, Unavailable: try again.
    """
    offering.desk.check_open()
    place = offering.placements.get(placement)
    if place is None:
        raise NotFound("There is no such placement.")
    coins = foresee(offering.desk, earner, Fact(KIND, new_id(), evidence="partner"))
    view = AdView(
        new_id(), place.name, offering.desk.clock(), earner.person, earner.device, earner.zone,
        earner.country, earner.age, earner.since, earner.block,
    )  # fmt: skip
    return Offered(view, seal_view(view, offering.key()), place, coins)


def ad_standing(desk: Desk, person: str, view: str) -> Earned | None:
    """What has come of a viewer's ad view; None as long as its network has told nothing that is paid for.

    Raises:
        Busy, Unavailable: try again.
    """
    fact, consequence = Fact(KIND, view), consequence_of(person, KIND, view)
    waiting = desk.claims.find(person, f"{rule_of(KIND)}.{view}")
    if waiting is not None and waiting.status != "paid":
        return Earned(fact, None, waiting, repeated=True)
    ledger, account = desk.ledger, consequence.account
    known = busy_instead(lambda: ledger.references(account, consequence.prefix))
    seq = next((seq for name, seq in known if name.endswith(":grant")), None)
    if seq is None:
        return None
    return Earned(fact, busy_instead(lambda: ledger.entry(account, seq)), None, repeated=True)
