"""A world in which viewers earn: series to watch, the shipped rules, and a clock that only a test moves."""

from __future__ import annotations

import msgspec

from cliffhanger.catalog.authoring import publish_video
from cliffhanger.catalog.domain import EpisodeLine, SeriesPage, Video
from cliffhanger.catalog.store import CatalogStore
from cliffhanger.clock import ms_of
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.journal import Retrying
from cliffhanger.ledger.names import viewer
from cliffhanger.ledger.store import LedgerStore
from cliffhanger.rewards.blocks_store import BlocksStore
from cliffhanger.rewards.claims_store import ClaimsStore
from cliffhanger.rewards.devices import device_hash
from cliffhanger.rewards.devices_store import DevicesStore
from cliffhanger.rewards.earning import Desk, Earner
from cliffhanger.rewards.inviting import Hall
from cliffhanger.rewards.paying import Till
from cliffhanger.rewards.referrals_store import ReferralsStore
from cliffhanger.rewards.rules import RuleSet
from cliffhanger.rewards.shipped import shipped
from cliffhanger.rewards.viewing import Room, Watched, beat, begin_watching
from cliffhanger.rewards.watches_store import WatchesStore
from cliffhanger.rewards.watching import BEAT_EVERY_MS
from tests.support.dynamodb import MemoryDynamoDB, connect
from tests.support.tables import BLOCKS, CATALOG, CLAIMS, DEVICES, LEDGER, REFERRALS, WATCHES

MORNING = ms_of("2026-11-28T08:00:00Z")
LENGTH = 90_000
KEY = b"the-key-of-sessions-in-tests-32b"
SERIES = "the-last-train"
EPISODES = 30


def page_of(series: str, episodes: int = EPISODES, length_ms: int = LENGTH) -> SeriesPage:
    """A series of cleo's whose episodes are free and have videos, of ninety seconds unless told otherwise."""
    lines = tuple(EpisodeLine(number, f"Episode {number}", None, length_ms) for number in range(1, episodes + 1))
    return SeriesPage(series, series, "", "en", "cleo", 200, 1, lines)


def publish(catalog: CatalogStore, page: SeriesPage) -> None:
    """A series with a video of each episode."""
    catalog.create(page._replace(episodes=tuple(line._replace(duration_ms=0) for line in page.episodes)))
    for line in page.episodes:
        publish_video(catalog, page.series, line.number, Video("7k2m9x4q0v5t8w1z", "master.m3u8", line.duration_ms, 1))


class EarningWorld:
    """The shipped stores over the in-memory model."""

    def __init__(self, rules: RuleSet | None = None) -> None:
        self.now = MORNING
        self.rules = rules or shipped()
        self.model = MemoryDynamoDB()
        for table in (LEDGER, CATALOG, WATCHES, CLAIMS, DEVICES, BLOCKS, REFERRALS):
            self.model.call("CreateTable", table)
        connection = connect(self.model)
        self.ledger = LedgerStore(connection, LEDGER["TableName"])
        self.claims = ClaimsStore(connection, CLAIMS["TableName"])
        self.devices = DevicesStore(connection, DEVICES["TableName"])
        self.blocks = BlocksStore(connection, BLOCKS["TableName"])
        self.catalog = CatalogStore(connection, CATALOG["TableName"])
        self.shadow: list[str] = []
        self.desk = Desk(
            self.ledger,
            self.claims,
            self.devices,
            lambda: self.blocks,
            lambda: self.rules,
            lambda _claim, decision: self.shadow.append(decision.rule),
            lambda: None,
            self.clock,
            Retrying(clock=self.clock, sleep=lambda _seconds: None),
        )
        self.till = Till(self.ledger, self.claims, lambda: None, self.clock, self.desk.retrying)
        self.watches = WatchesStore(connection, WATCHES["TableName"])
        self.referrals = ReferralsStore(connection, REFERRALS["TableName"])
        self.hall = Hall(self.desk, self.referrals, lambda: KEY)
        self.room = Room(self.desk, self.watches, self.catalog, lambda: KEY, lambda *_: None)
        self.publish(page_of(SERIES))

    def clock(self) -> int:
        """The server's time, in milliseconds."""
        return self.now

    def publish(self, page: SeriesPage) -> None:
        """A series with a video of each episode."""
        publish(self.catalog, page)

    def begin(
        self, who: Earner, episode: int = 1, *, series: str = SERIES, after: Watched | None = None, position_ms: int = 0
    ) -> Watched:
        """A session that begins, or goes on after another."""
        token = None if after is None else after.token
        return begin_watching(self.room, who, series=series, episode=episode, position_ms=position_ms, token=token)

    def beats(
        self, who: Earner, watched: Watched, count: int, *, wait_ms: int = BEAT_EVERY_MS, way_ms: int = BEAT_EVERY_MS
    ) -> Watched:
        """A session after so many beats; what they brought is that of all of them."""
        earned = list(watched.earned)
        for _ in range(count):
            self.now += wait_ms
            position = watched.session.position_ms + way_ms
            watched = beat(self.room, who, token=watched.token, position_ms=max(0, position))
            earned += watched.earned
        return watched._replace(earned=tuple(earned))

    def watch(self, who: Earner, episode: int = 1, *, series: str = SERIES, after: Watched | None = None) -> Watched:
        """An episode watched to its end."""
        begun = self.begin(who, episode, series=series, after=after)
        return self.beats(who, begun, LENGTH // BEAT_EVERY_MS + 1)

    def coins(self, person: str) -> int:
        """The bonus coins that a viewer has."""
        head = self.ledger.head(viewer(person))
        return 0 if head is None else head.state.balances.get("bonus", 0)

    def entries(self, person: str) -> list[Entry]:
        """A viewer's chain, oldest first."""
        return list(self.ledger.newest(viewer(person), 1_000))[::-1]


def unbounded() -> RuleSet:
    """The shipped rules as they are for who has been vouched for often enough."""
    return msgspec.structs.replace(shipped(), allowance=None)


def earner(person: str = "mia", device: str = "phone-of-mia", zone: str = "UTC", country: str = "DE") -> Earner:
    """A viewer on a device, who has been with us for a month."""
    return Earner(person, device_hash(device) if device else "", zone, country, 30, MORNING - 30 * 86_400_000)
