"""What rewards are given by."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from cliffhanger.bootstrap.foundation import (
    catalog_store,
    connection,
    event_publisher,
    ledger_store,
    request_secret,
    switches,
)
from cliffhanger.bootstrap.playback import entitlements
from cliffhanger.clock import system_clock
from cliffhanger.settings import read
from cliffhanger.telemetry.log import logger

if TYPE_CHECKING:
    from cliffhanger.campaigns.claims import CampaignClaims
    from cliffhanger.catalog.domain import SeriesPage
    from cliffhanger.rewards.blocks_store import BlocksStore
    from cliffhanger.rewards.claims import Claim, Decision
    from cliffhanger.rewards.devices_store import DevicesStore
    from cliffhanger.rewards.earning import Desk, Earner
    from cliffhanger.rewards.inviting import Hall
    from cliffhanger.rewards.paying import Till
    from cliffhanger.rewards.rulebook import Rulebook
    from cliffhanger.rewards.telling import Herald
    from cliffhanger.rewards.viewing import Room


@functools.cache
def rulebook() -> Rulebook:
    """The rule sets."""
    from cliffhanger.rewards.rule_store import RuleSetsStore
    from cliffhanger.rewards.rulebook import Rulebook

    def unread() -> None:
        logger().counted("rule sets unread", "RuleSetsUnread")

    return Rulebook(RuleSetsStore(connection(), read("RULESETS_TABLE")), system_clock, unread)


@functools.cache
def claims_store() -> CampaignClaims:
    """Rewards that wait, the house's and campaigns'."""
    from cliffhanger.campaigns.claims import CampaignClaims

    return CampaignClaims(connection(), read("CLAIMS_TABLE"))


@functools.cache
def till() -> Till:
    """What rewards that have waited are paid with."""
    from cliffhanger.bootstrap.campaigns import cashier
    from cliffhanger.rewards.paying import Till

    return Till(ledger_store(), claims_store(), lambda: switches().check("rewards"), cashbacks=cashier())


@functools.cache
def devices_store() -> DevicesStore:
    """Who claims from which device."""
    from cliffhanger.rewards.devices_store import DevicesStore

    return DevicesStore(connection(), read("DEVICES_TABLE"))


@functools.cache
def blocks_store() -> BlocksStore:
    """Who has come to which address block."""
    from cliffhanger.rewards.blocks_store import BlocksStore

    return BlocksStore(connection(), read("BLOCKS_TABLE"))


@functools.cache
def herald() -> Herald:
    """What tells of rewards that are held or refused."""
    from cliffhanger.rewards.telling import Herald

    return Herald(claims_store(), event_publisher())


@functools.cache
def referral_hall() -> Hall:
    """What inviting works with."""
    from cliffhanger.rewards.inviting import Hall
    from cliffhanger.rewards.referrals_store import ReferralsStore

    store = ReferralsStore(connection(), read("REFERRALS_TABLE"))
    return Hall(rewards_desk(), store, lambda: request_secret("invitations"))


@functools.cache
def rewards_desk() -> Desk:
    """What rewards are given with."""
    from cliffhanger.rewards.earning import Desk

    return Desk(
        ledger_store(),
        claims_store(),
        devices_store(),
        blocks_store,
        lambda: rulebook().active(),
        told_in_shadow,
        lambda: switches().check("rewards"),
    )


def told_in_shadow(claim: Claim, decision: Decision) -> None:
    """Logs what a rule in shadow would have decided."""
    told = {"rule": decision.rule, "version": decision.version, "coins": decision.coins}
    logger().info("shadow", kind=claim.kind, outcome=decision.outcome, **told)


@functools.cache
def watching_room() -> Room:
    """What watching to earn works with."""
    from cliffhanger.playback.service import admit
    from cliffhanger.rewards.viewing import Room
    from cliffhanger.rewards.watches_store import WatchesStore
    from cliffhanger.unlocks.domain import Viewer

    def admit_earner(page: SeriesPage, earner: Earner, episode: int, now: int) -> None:
        admit(page, entitlements(), Viewer(earner.person, earner.age, earner.member), episode, now)

    def sponsored(earner: Earner, series: str, episode: int) -> int:
        from cliffhanger.bootstrap.campaigns import sponsors
        from cliffhanger.campaigns.domain import Claimant

        claimant = Claimant(
            earner.person, earner.country, earner.age, earner.device, since=earner.since, block=earner.block
        )
        return sponsors().watched(claimant, series, episode)

    return Room(
        rewards_desk(),
        WatchesStore(connection(), read("WATCHES_TABLE")),
        catalog_store(),
        lambda: request_secret("watches"),
        admit_earner,
        sponsored,
    )
