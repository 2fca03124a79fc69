"""What campaigns are run and cashback is given with."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from cliffhanger.bootstrap.foundation import connection, ledger_store, request_secret, switches
from cliffhanger.bootstrap.rewards import blocks_store, claims_store, devices_store, rulebook, told_in_shadow
from cliffhanger.settings import read
from cliffhanger.telemetry.log import logger

if TYPE_CHECKING:
    from cliffhanger.campaigns.confirming import Cashier
    from cliffhanger.campaigns.deciding import Desk
    from cliffhanger.campaigns.running import Office
    from cliffhanger.campaigns.sponsoring import Sponsors
    from cliffhanger.campaigns.store import CampaignsStore


@functools.cache
def campaigns_store() -> CampaignsStore:
    """Campaigns."""
    from cliffhanger.campaigns.store import CampaignsStore

    return CampaignsStore(connection(), read("CAMPAIGNS_TABLE"))


@functools.cache
def cashback_desk() -> Desk:
    """What cashback is given with."""
    from cliffhanger.campaigns.deciding import Desk

    return Desk(
        ledger_store(),
        claims_store(),
        campaigns_store(),
        devices_store(),
        blocks_store,
        lambda: rulebook().active(),
        lambda: switches().check("campaigns"),
        told_in_shadow,
        functools.partial(logger().counted, "refusal uncounted", "RefusalsUncounted"),
    )


@functools.cache
def cashier() -> Cashier:
    """What confirms cashback."""
    from cliffhanger.campaigns.confirming import Cashier

    return Cashier(ledger_store(), claims_store(), lambda: switches().check("campaigns"))


@functools.cache
def sponsors() -> Sponsors:
    """What campaigns give for watching."""
    from cliffhanger.campaigns.sponsoring import Sponsors

    return Sponsors(cashback_desk())


@functools.cache
def campaign_office() -> Office:
    """What campaigns are run with."""
    from cliffhanger.campaigns.running import Office

    return Office(campaigns_store(), ledger_store())


def campaign_key() -> bytes:
    """What codes and claim tokens are made with.

    Raises:
        Unavailable: Secrets Manager does not answer; asked again at the next request.
    """
    return request_secret("campaigns")
