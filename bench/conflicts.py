"""Do viewers stand in each other's way? 64 of them unlock one series at once, with settlement beside them.

Time is simulated: every call to DynamoDB takes some milliseconds of it, and who comes next is decided by that alone, so
that the run is the same each time. Items are locked for 10 ms by each write; a transaction holds its items as long.
"""

from __future__ import annotations

import contextlib
import heapq
import random
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any, NamedTuple

from botocore.exceptions import ClientError
from pynamodb.connection import Connection

from bench.figures import Figure
from bench.fixtures import SERIES, memory, page, stores
from cliffhanger.catalog.domain import SeriesPage
from cliffhanger.errors import Busy
from cliffhanger.ledger.journal import Retrying
from cliffhanger.ledger.names import key_reference, viewer
from cliffhanger.ledger.settling import settle_images
from cliffhanger.unlocks.domain import Viewer
from cliffhanger.unlocks.service import Books, UnlockRequest, unlock
from cliffhanger.wallet.service import credit_bought, grant_bonus
from tests.support.dynamodb import Call, MemoryDynamoDB, Moment, connect
from tests.support.tables import LEDGER

VIEWERS = 64
EPISODES = 10
LOCK_MS = 10
CALL_MS = (2, 12)
"""What a call takes, at least and at most."""
SETTLED_EVERY_MS = 25
SETTLEMENT = "settlement"
LOST_PUTS = ("ConditionalCheckFailedException", "TransactionConflictException")
SEED = 11
_BEGIN = 1_795_000_000_000


class Timeline:
    """Actors, each in a thread, of whom one acts at a time: whoever is due first in simulated milliseconds."""

    def __init__(self) -> None:
        self.now = _BEGIN
        self._due: list[tuple[int, int, threading.Event]] = []
        self._entered = 0
        self._threads: list[threading.Thread] = []
        self._failed: list[BaseException] = []
        self._over = threading.Event()

    def add(self, act: Callable[[], None]) -> None:
        """An actor, who begins when :meth:`play` is called."""
        floor = self._enter(0)

        def run() -> None:
            floor.wait()
            try:
                act()
            except BaseException as error:  # noqa: BLE001 - raised again by play
                self._failed.append(error)
            self._pass_on()

        self._threads.append(threading.Thread(target=run, daemon=True))

    def wait(self, milliseconds: int) -> None:
        """Lets so much time pass for the actor who calls it; others act meanwhile."""
        floor = self._enter(milliseconds)
        self._pass_on()
        floor.wait()

    def play(self) -> None:
        """Lets all actors come to their end.

        Raises:
            BaseException: what the first of them has raised; the others are left where they stand.
        """
        for thread in self._threads:
            thread.start()
        self._pass_on()
        self._over.wait()
        for error in self._failed:
            raise error

    def _enter(self, milliseconds: int) -> threading.Event:
        floor = threading.Event()
        self._entered += 1
        heapq.heappush(self._due, (self.now + milliseconds, self._entered, floor))
        return floor

    def _pass_on(self) -> None:
        if self._failed or not self._due:
            self._over.set()
            return
        self.now, _, floor = heapq.heappop(self._due)
        floor.set()


class Outcome(NamedTuple):
    """What became of a run: unlocks written, errors that viewers and settlement met, legs settled, how long it was.

    ``unlocking_ms`` is when the last viewer had done, ``milliseconds`` when everything was settled.
    """

    unlocks: int
    met: Counter[str]
    met_by_settlement: Counter[str]
    legs_settled: int
    milliseconds: int
    unlocking_ms: int

    @property
    def lost_puts(self) -> int:
        """Puts of viewers that somebody else stood in the way of."""
        return sum(self.met[code] for code in LOST_PUTS)


class Crowd:
    """Viewers who unlock the same episodes of one series at once, one by one, on so many devices each.

    With ``series`` they are spread over so many, of as many creators.
    """

    def __init__(self, viewers: int, devices: int = 1, seed: int = SEED, series: int = 1) -> None:
        self._random = random.Random(seed)
        self._timeline = Timeline()
        self._model = MemoryDynamoDB(
            clock=lambda: self._timeline.now, transaction_lock_ms=LOCK_MS, item_lock_ms=LOCK_MS
        )
        self._met: dict[str, Counter[str]] = {"viewers": Counter(), SETTLEMENT: Counter()}
        self._pages = [page(SERIES if number == 0 else f"{SERIES}-{number}") for number in range(series)]
        self._last_done = 0
        self._acting = viewers * devices
        self._unlocks = self._legs = 0
        connection = memory(self._model)
        ledger, catalog = stores(connection)
        for each in self._pages:
            catalog.create(each)
        people = [f"viewer{number:010d}" for number in range(viewers)]
        for person in people:
            self._fill_wallet(ledger, person)
        for number, person in enumerate(people):
            about = self._pages[number % series]
            for _ in range(devices):
                self._timeline.add(lambda person=person, about=about: self._watch(person, about))  # type: ignore[misc]
        self._seen = self._model.stream_length(LEDGER["TableName"])
        self._timeline.add(self._settle)

    def run(self) -> Outcome:
        """Everybody to the end, until all is settled."""
        begun = self._timeline.now
        self._model.hook = self._take_time
        self._timeline.play()
        met, by_settlement = self._met["viewers"], self._met[SETTLEMENT]
        return Outcome(
            self._unlocks, met, by_settlement, self._legs, self._timeline.now - begun, self._last_done - begun
        )

    def _fill_wallet(self, ledger: Any, person: str) -> None:
        account, pace = viewer(person), self._pace()
        credit_bought(
            ledger, account, coins=320, cash=299, currency="USD", channel="web", source="external:stripe",
            reference=key_reference(person, b"bench"), retrying=pace,
        )  # fmt: skip
        reference = key_reference(f"{person}-bonus", b"bench")
        grant_bonus(ledger, account, coins=30, lifetime_days=30, reference=reference, retrying=pace)

    def _watch(self, person: str, about: SeriesPage) -> None:
        ledger, catalog = stores(self._client("viewers"))
        books = Books(ledger, catalog, lambda: None)
        for episode in range(2, 2 + EPISODES):
            request = UnlockRequest(Viewer(person), about.series, episode, episode, about.price_of(episode))
            unlocked = unlock(books, request, self._pace())  # others act meanwhile: what is counted is read after it
            self._unlocks += not unlocked.repeated
        self._acting -= 1
        self._last_done = self._timeline.now

    def _settle(self) -> None:
        """Settles what is new in the stream, as its consumer does, until nothing more can come."""
        ledger, _ = stores(self._client(SETTLEMENT))
        name = LEDGER["TableName"]
        while self._acting or self._seen < self._model.stream_length(name):
            end = self._model.stream_length(name)
            records = self._model.stream(name, self._seen, end - self._seen)
            images = [record["dynamodb"]["NewImage"] for record in records if record["eventName"] == "INSERT"]
            with contextlib.suppress(Busy):  # delivered again
                settled = settle_images(ledger, images, self._pace())
                self._legs += settled.legs
                self._seen = end
            self._timeline.wait(SETTLED_EVERY_MS)

    def _client(self, who: str) -> Connection:
        """A connection whose errors are counted."""
        connection = connect(self._model, actor=who)
        client: Any = connection.client
        serve = client._make_api_call  # noqa: SLF001 - pynamodb calls just this

        def counted(operation: str, parameters: dict[str, Any]) -> Any:
            try:
                return serve(operation, parameters)
            except ClientError as error:
                self._met[who][error.response["Error"]["Code"]] += 1
                raise

        client._make_api_call = counted  # noqa: SLF001
        return connection

    def _pace(self) -> Retrying:
        return Retrying(
            clock=lambda: self._timeline.now,
            sleep=lambda seconds: self._timeline.wait(max(1, int(seconds * 1000))),
            jitter=self._random.random,
            timer=lambda: self._timeline.now / 1000,
        )

    def _take_time(self, moment: Moment, _call: Call) -> None:
        if moment is Moment.BEFORE:
            self._timeline.wait(self._random.randint(*CALL_MS))
        elif moment is Moment.HELD:
            self._timeline.wait(LOCK_MS)


def measure() -> list[Figure]:
    """Lost puts and conflicts between different viewers, and how often settlement had to try again."""
    outcome = Crowd(VIEWERS).run()
    if outcome.unlocks != VIEWERS * EPISODES:
        raise RuntimeError(f"{outcome.unlocks} unlocks of {VIEWERS * EPISODES}")
    how = (
        f"{VIEWERS} viewers, {EPISODES} episodes each of one series in {outcome.milliseconds} ms, locks of {LOCK_MS} ms"
    )
    retries = outcome.met_by_settlement["TransactionCanceledException"]
    settled = f"transactions that met another, for {outcome.legs_settled} legs settled beside them"
    return [
        Figure("unlock.conflicts_per_unlock", outcome.lost_puts / outcome.unlocks, 0, how),
        Figure("settlement.cancelled_beside", retries, None, settled),
    ]
