"""Capacity units of requests and of settlement, counted by DynamoDB's published rules.

The shipped handlers run over the in-memory model; the same requests over the emulator must agree on writes.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import NamedTuple

from pynamodb.connection import Connection

from bench.figures import Figure
from bench.fixtures import (
    EARLIER_UNLOCKS,
    EPISODES,
    LOTS,
    OTHER_SERIES,
    PERSON,
    SERIES,
    Counter,
    Request,
    again,
    busy_viewer,
    emulator,
    memory,
    one_episode,
    page,
    served,
    stores,
)
from cliffhanger.catalog.authoring import publish_video
from cliffhanger.catalog.domain import Video
from cliffhanger.clock import system_clock
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.names import key_reference, viewer
from cliffhanger.ledger.settling import settle
from cliffhanger.progress.domain import MOST_BOOKMARKS, Bookmark, noted
from cliffhanger.progress.store import ProgressStore
from cliffhanger.rates.domain import FREE
from cliffhanger.switches.service import CACHED_MS
from cliffhanger.unlocks.domain import Viewer
from cliffhanger.unlocks.service import Books, UnlockRequest, unlock
from cliffhanger.wallet.service import credit_bought
from tests.support.ministack import dynamodb_endpoint
from tests.support.tables import PROGRESS

NEXT = EARLIER_UNLOCKS + 2
"""The first episode that the viewer of long standing has not unlocked."""
REST = 20
FULL_BATCH, SMALL_BATCH, ALONE = 99, 10, 1
SERIES_BEGUN = 100
UNLOCKS_BETWEEN_SWITCH_READS = 10
"""What an instance answers while it knows its switches, at one unlock a second; it could answer forty times that."""


class Units(NamedTuple):
    """Write and read units."""

    write: float
    read: float


class Unlocking(NamedTuple):
    """One more unlock.

    ``warm``: the instance knows its switches. ``stale``: it read them ten seconds ago. ``counted``: the caller has used
    up what an instance lets pass uncounted.
    """

    warm: Units
    stale: Units
    counted: Units


def unlock_units(connection: Connection) -> Unlocking:
    """One more unlock by a viewer with 80 unlocks of the same series, one by one, and 6 lots."""
    series = page()
    busy_viewer(connection, series)
    counter = Counter(connection)
    with served(connection) as service:

        def ask(episode: int) -> Units:
            counter.reset()
            service.ask(one_episode(episode, series.price_of(episode)))
            return Units(counter.write, counter.read)

        warm = ask(NEXT)
        service.clock.now += CACHED_MS
        stale = ask(NEXT + 1)
        for episode in range(NEXT + 2, NEXT + FREE):
            ask(episode)
        return Unlocking(warm, stale, ask(NEXT + FREE))


def other_series_units(connection: Connection) -> Units:
    """The unlock with which the viewer comes back from another series."""
    series, elsewhere = page(), page(OTHER_SERIES)
    busy_viewer(connection, series)
    ledger, catalog = stores(connection)
    catalog.create(elsewhere)
    request = UnlockRequest(Viewer(PERSON), OTHER_SERIES, 2, 2, elsewhere.price_of(2))
    unlock(Books(ledger, catalog, lambda: None), request)
    return units_of(connection, one_episode(NEXT, series.price_of(NEXT)))


def with_ranges_units(connection: Connection) -> Units:
    """One more unlock by a viewer who has once unlocked five episodes at a time."""
    series = page()
    busy_viewer(connection, series, ranged_from=NEXT)
    return units_of(connection, one_episode(NEXT + 5, series.price_of(NEXT + 5)))


def batch_units(connection: Connection) -> Units:
    """The rest of a series, 20 episodes each dearer than the one before, at its discount, as it was quoted."""
    busy_viewer(connection, page(dearer_from=NEXT))
    with served(connection) as service:
        offered = service.ask(quote_of(NEXT))["options"][-1]
    if (offered["kind"], len(offered["episodes"]), offered["discountCoins"] > 0) != ("rest", REST, True):
        raise RuntimeError(f"the quote does not offer the rest: {offered}")
    body = {"first": offered["first"], "last": offered["last"], "priceShownCoins": offered["priceCoins"]}
    return units_of(connection, Request("POST /v1/series/{seriesId}/unlock", {"seriesId": SERIES}, body=body))


def quote_of(episode: int) -> Request:
    """The quote that the wall asks for."""
    path = {"seriesId": SERIES, "episode": str(episode)}
    return Request("GET /v1/series/{seriesId}/episodes/{episode}/quote", path, {"next": "10", "currency": "EUR"})


READING = {
    "wallet": Request("GET /v1/wallet", {}),
    "series": Request("GET /v1/series/{seriesId}", {"seriesId": SERIES}),
    "quote": quote_of(NEXT),
}
"""What a page asks for before anything is bought."""


def reading_units(connection: Connection) -> dict[str, Units]:
    """What each of those costs the viewer of long standing."""
    busy_viewer(connection, page())
    return {name: units_of(connection, request) for name, request in READING.items()}


def units_of(connection: Connection, request: Request) -> Units:
    """One request on a warm instance."""
    counter = Counter(connection)
    with served(connection) as service:
        counter.reset()
        service.ask(request)
        return Units(counter.write, counter.read)


class Saving(NamedTuple):
    """Where a viewer stopped: one more save, one that comes too early, and the list of what to continue."""

    save: Units
    early: Units
    listed: Units


def progress_units(connection: Connection) -> Saving:
    """A viewer with as many bookmarks as a series keeps, in each of a hundred series."""
    _, catalog = stores(connection)
    progress = ProgressStore(again(connection), PROGRESS["TableName"])
    catalog.create(page())
    publish_video(catalog, SERIES, NEXT, Video("7k2m9x4q0v5t8w1z", "master.m3u8", 90_000, 1))
    long_ago = system_clock() - 3_600_000
    for number in range(SERIES_BEGUN):
        name, watched = SERIES if number == 0 else f"another-story-{number:03}", None
        for episode in range(1, MOST_BOOKMARKS + 1):
            bookmark = Bookmark(episode, 41_500, "7k2m9x4q0v5t8w1z", 90_000, long_ago + episode)
            watched = noted(name, watched, bookmark)
        if watched is None or not progress.put(PERSON, watched, replaces=None):
            raise RuntimeError("the bookmarks are not fresh")
    save = Request(
        "PUT /v1/series/{seriesId}/episodes/{episode}/progress",
        {"seriesId": SERIES, "episode": str(NEXT)},
        body={"positionMs": 41_500},
    )
    return Saving(
        save=units_of(connection, save),
        early=units_of(connection, save),
        listed=units_of(connection, Request("GET /v1/continue", {}, {"limit": str(SERIES_BEGUN)})),
    )


def settlement_units(connection: Connection, count: int) -> Units:
    """Units per unlock when that many unlocks of as many viewers are settled in one batch."""
    ledger, catalog = stores(connection)
    catalog.create(page())
    entries = [first_unlock(connection, f"viewer{number:010d}") for number in range(count)]
    counter = Counter(connection)
    settle(ledger, entries)
    return Units(counter.write / count, counter.read / count)


def first_unlock(connection: Connection, person: str) -> Entry:
    """The first unlock of a viewer who has bought coins for it."""
    ledger, catalog = stores(connection)
    credit_bought(
        ledger, viewer(person), coins=100, cash=99, currency="USD", channel="web", source="external:stripe",
        reference=key_reference(person, b"bench"),
    )  # fmt: skip
    request = UnlockRequest(Viewer(person), SERIES, 2, 2, page().price_of(2))
    return unlock(Books(ledger, catalog, lambda: None), request).entries[0]


def by_rule() -> list[Figure]:
    """The counts by the published rules."""
    how = f"{EARLIER_UNLOCKS} earlier unlocks of the same series, {LOTS} lots"
    one = unlock_units(memory())
    switched, ranged, batch = (count(memory()) for count in (other_series_units, with_ranges_units, batch_units))
    reading = reading_units(memory())
    settled = {count: settlement_units(memory(), count) for count in (FULL_BATCH, SMALL_BATCH, ALONE)}
    saving = progress_units(memory())
    switch_read = one.stale.read - one.warm.read
    spread = f"{switch_read:g} every {CACHED_MS // 1000} s, on an instance that answers one unlock a second"
    return [
        Figure("unlock.write_units", one.warm.write, 2, how),
        Figure("unlock.read_units", one.warm.read, 2.5, how),
        Figure("unlock.switch_read_units", switch_read, None, "on top, when an instance last read it 10 s ago"),
        Figure("unlock.switch_read_units_spread", switch_read / UNLOCKS_BETWEEN_SWITCH_READS, None, spread),
        Figure(
            "unlock.rate_write_units",
            one.counted.write - one.warm.write,
            None,
            f"on top, from a caller's request {FREE + 1} in a minute on an instance; none before",
        ),
        Figure("unlock_other_series.write_units", switched.write, None, "back from another series"),
        Figure("unlock_other_series.read_units", switched.read, None, "all 80 references and the series' sum"),
        Figure("unlock_with_ranges.write_units", ranged.write, None, "once unlocked five at a time"),
        Figure("unlock_with_ranges.read_units", ranged.read, None, "all 81 references"),
        Figure(f"unlock_batch_{REST}.write_units", batch.write, 3, "the rest, rising prices, discount, in one entry"),
        Figure(f"unlock_batch_{REST}.read_units", batch.read, None, "the same"),
        Figure("wallet.read_units", reading["wallet"].read, 1, how),
        Figure("series.read_units", reading["series"].read, 0.5, f"{EPISODES} episodes"),
        Figure("quote.read_units", reading["quote"].read, None, how),
        Figure("progress.write_units", saving.save.write, 1, f"one more of {MOST_BOOKMARKS} bookmarks of a series"),
        Figure("progress.read_units", saving.save.read, None, "the video, and the bookmarks"),
        Figure("progress.early_write_units", saving.early.write, 0, "again within half a minute"),
        Figure("continue.read_units", saving.listed.read, None, f"{SERIES_BEGUN} series begun"),
        Figure("settlement.write_units_per_unlock", settled[FULL_BATCH].write, 2.1, f"{FULL_BATCH} viewers in a batch"),
        Figure("settlement.write_units_small", settled[SMALL_BATCH].write, None, f"{SMALL_BATCH} viewers in a batch"),
        Figure("settlement.write_units_alone", settled[ALONE].write, None, "one viewer"),
    ]


def measure() -> list[Figure]:
    """The counts by rule, and beside them what the emulator reports for the same steps.

    The emulator charges reads by the call, not by size; its writes follow the rules.
    """
    with tempfile.TemporaryDirectory() as folder, dynamodb_endpoint(Path(folder)) as endpoint:
        one = unlock_units(emulator(endpoint)).warm
        batch = batch_units(emulator(endpoint))
        reading = reading_units(emulator(endpoint))
        settled = settlement_units(emulator(endpoint), FULL_BATCH)
    told = "as the emulator reports it"
    return [
        *by_rule(),
        Figure("unlock.write_units_emulator", one.write, 2, told),
        Figure("unlock.read_units_emulator", one.read, 2.5, f"{told}, by the call"),
        Figure(f"unlock_batch_{REST}.write_units_emulator", batch.write, 3, told),
        Figure("wallet.read_units_emulator", reading["wallet"].read, 1, f"{told}, by the call"),
        Figure("series.read_units_emulator", reading["series"].read, 0.5, f"{told}, by the call"),
        Figure("settlement.write_units_emulator", settled.write, None, told),
    ]
