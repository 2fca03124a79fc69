"""Viewers who earn: check-ins, watching, ads, what waits and who decides it, by the product's own services."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Collection
from typing import Any

from cliffhanger.catalog.store import CatalogStore
from cliffhanger.errors import AdCallbackRefused, CaseClosed, CheckinTooSoon, RewardRefused, WatchEnded
from cliffhanger.ledger.consequences import Undone
from cliffhanger.ledger.journal import Recorded
from cliffhanger.ledger.names import new_id, viewer
from cliffhanger.ledger.rewarding import undo_reward
from cliffhanger.ledger.store import LedgerStore
from cliffhanger.rewards import paying, vesting
from cliffhanger.rewards.ads import AdView, Callback
from cliffhanger.rewards.ads_sealing import seal_view
from cliffhanger.rewards.ads_taking import Turnstile, take_callback
from cliffhanger.rewards.blocks_store import BlocksStore
from cliffhanger.rewards.checking import check_in
from cliffhanger.rewards.claims_store import ClaimsStore
from cliffhanger.rewards.devices_store import DevicesStore
from cliffhanger.rewards.earning import Desk, Earner, consequence_of
from cliffhanger.rewards.facts import episode_fact, series_fact
from cliffhanger.rewards.viewing import Room, beat, begin_watching
from cliffhanger.rewards.watches_store import WatchesStore
from tests.simulation.earners_stage import (
    EARNING_EVERY,
    FILMS,
    KEY,
    LENGTH_MS,
    PLACEMENTS,
    REVIEWER,
    SHARED,
    SHORTEST_MS,
    SHORTS,
    SPARE_MS,
    UNIT,
    ZONES,
    Network,
    Watching,
    films,
    rules,
)
from tests.simulation.intakes import Intakes
from tests.simulation.sweeping import ATTEMPTS
from tests.simulation.world import SKEW_MS, UNSURE, VOLUME_ENTRIES
from tests.support.dynamodb import NoFaults, connect
from tests.support.tables import CLAIMS, DEVICES, LEDGER, WATCHES


class Earners(Intakes):
    """Each act may be made again, from another device, late, or by whoever has no right to it."""

    def __init__(self, seed: int, calm: Collection[int], tell: Callable[[str], None]) -> None:
        super().__init__(seed, calm, tell)
        self.earning = seed % EARNING_EVERY == EARNING_EVERY - 1
        if self.earning:
            for table in (CLAIMS, DEVICES, WATCHES, FILMS):
                self.model.call("CreateTable", table)
            self.model.load(FILMS["TableName"], films())
        connection = connect(self.model, attempts=ATTEMPTS)
        self.books = LedgerStore(connection, LEDGER["TableName"], VOLUME_ENTRIES)
        self.claims = ClaimsStore(connection, CLAIMS["TableName"])
        self.devices = DevicesStore(connection, DEVICES["TableName"])
        self.watches = WatchesStore(connection, WATCHES["TableName"])
        self.films = CatalogStore(connection, FILMS["TableName"])
        self.network = Network()
        self.vouched: dict[str, tuple[str, set[str]]] = {}
        """Views whose ads the network has told of: whose they are, and the transactions."""
        self.sessions: list[Watching] = []
        self.finished: set[tuple[str, str]] = set()
        """Episodes that a viewer has really had the time to watch."""
        self.decided: dict[str, str] = {}
        """What a reviewer was told had become of a claim."""
        self.falls_due: dict[tuple[str, str], tuple[str, int]] = {}
        """When claims are due, by how they stand; one that could not be paid is put off, and was due before."""

    def earnings(self) -> list[tuple[Callable[[str], None], int]]:
        """What may happen, and how often."""
        if not self.earning:
            return []
        mine = [(self.check_in, 18), (self.see_ad, 18), (self.watch, 20), (self.vest, 14), (self.review, 14)]
        return [*mine, (self.take_earned_back, 8)]

    def earner(self, person: str) -> Earner:
        """On a device of their own, or on one that all share, where claims are held."""
        device = SHARED if self.random.random() < 0.5 else f"phone-{person}"
        return Earner(person, device, self.random.choice(ZONES), since=1)

    def desk(self) -> Desk:
        """By a clock that is a little off."""
        pace = self.pace()
        ignored = lambda *_: None  # noqa: E731 - two of its kind
        return Desk(self.books, self.claims, self.devices, self.blocks, rules, ignored, ignored, pace.clock, pace)

    def blocks(self) -> BlocksStore:
        """Nobody here has an address."""
        raise NotImplementedError

    # --- what viewers do ---------------------------------------------------------------------------------------------

    def check_in(self, person: str) -> None:
        for _ in range(self.random.choice((1, 1, 2))):
            with contextlib.suppress(CheckinTooSoon, RewardRefused, *UNSURE):
                check_in(self.desk(), self.earner(person))

    def see_ad(self, person: str) -> None:
        """An ad is told of: a new one, one that was, another with the same view, or one that nobody has signed."""
        kind = self.random.random()
        if not self.network.said or kind < 0.6:
            earner, desk = self.earner(person), self.desk()
            view = AdView(new_id(self.random.randbytes), "web", desk.clock(), person, earner.device, earner.zone)
            self.vouched[view.view] = (person, set())
            self.tell_of(view._replace(since=1), view.view)
        else:
            query = self.random.choice([*self.network.said][-6:])
            if kind < 0.8:
                self.take(query)
            else:
                self.tell_of(None, query)

    def tell_of(self, view: AdView | None, like: str) -> None:
        """The network says of a view, or of one that it has told of before, that an ad was seen."""
        sealed = self.network.said[like].custom_data if view is None else seal_view(view, KEY)
        name = like.partition("/")[0]
        genuine = self.random.random() < 0.85
        query, transaction = (f"{name}/{self.name('q')}", self.name("t"))
        key = "genuine" if genuine else "forged"
        self.network.said[query] = Callback(UNIT, transaction, sealed, self.now, b"", b"", key)
        if genuine:
            self.vouched[name][1].add(transaction)
        self.take(query)

    def take(self, query: str) -> None:
        turnstile = Turnstile(self.desk(), self.network, PLACEMENTS, lambda: KEY)
        with contextlib.suppress(AdCallbackRefused, *UNSURE):
            take_callback(turnstile, query)

    def watch(self, person: str) -> None:
        """Some beats of a session: a new one, the last, or an older one that was kept; in time, or much too fast."""
        room = Room(self.desk(), self.watches, self.films, lambda: KEY, lambda *_: None)
        with contextlib.suppress(WatchEnded, *UNSURE):
            held = self.begun(room, person)
            for number in range(self.random.choice((1, 4, 4))):
                waited = self.random.choice((25_000,) * 6 + (1_000,))
                self.now += waited
                session = held.watched.session
                position = session.position_ms + self.random.choice((50_000,) * 6 + (LENGTH_MS,))
                covered = sum(end - start for start, end in session.spans)
                # The clock of this act is another than that of the last: all that fits may seem to have passed.
                real = max(held.real_ms, covered) + (waited if number else SPARE_MS)
                if real >= SHORTEST_MS:
                    self.finished.add((person, episode_fact(session.episode.series, 1)))
                watched = beat(room, held.earner, token=held.watched.token, position_ms=position)
                held = Watching(watched, held.earner, real if watched.session.episode == session.episode else 0)
                self.sessions.append(held)

    def begun(self, room: Room, person: str) -> Watching:
        mine = [one for one in self.sessions if one.earner.person == person]
        if mine and self.random.random() < 0.5:
            return self.random.choice(mine[-4:])
        earner, short = self.earner(person), self.random.choice(SHORTS)
        token = mine[-1].watched.token if mine and self.random.random() < 0.5 else None
        watched = begin_watching(room, earner, series=short, episode=1, position_ms=0, token=token)
        self.sessions.append(Watching(watched, earner, 0))
        return self.sessions[-1]

    # --- what waits, and what is undone ------------------------------------------------------------------------------

    def till(self) -> paying.Till:
        pace = self.pace()
        return paying.Till(self.books, self.claims, lambda: None, pace.clock, pace)

    def vest(self, _person: str) -> None:
        """The sweep that pays what has vested; now and then some time has passed."""
        if self.random.random() < 0.3:
            self.now += self.random.randint(0, 30) * 3_600_000
        with contextlib.suppress(*UNSURE):
            for vested in vesting.vest(self.till(), self.now + 10**9):
                assert vested.error is None or isinstance(vested.error, UNSURE), repr(vested.error)

    def review(self, _person: str) -> None:
        """Reviewers decide what is held, at times two of them, each as they please; what one was told stays so."""
        held = [item for item in self.model.peek(CLAIMS["TableName"]) if item["status"]["S"] != "waiting"]
        if not held:
            return
        item = self.random.choice(sorted(held, key=lambda one: (one["person"]["S"], one["claim"]["S"]))[-6:])
        person, name = item["person"]["S"], item["claim"]["S"]
        for _ in range(self.random.choice((1, 2))):
            decide = self.random.choice((paying.release, paying.refuse))
            try:
                pending = decide(self.till(), person, name, REVIEWER)
            except (CaseClosed, *UNSURE):
                continue
            told = "refused" if pending.status == "refused" else "released"
            assert self.decided.setdefault(pending.id, told) == told, f"{pending.id} was decided twice"

    def take_earned_back(self, person: str) -> None:
        """Support undoes a reward, in part or whole; of a film it may not have come yet."""
        known = [one["reference"] for one in self.replay(person).entries.values() if earned(one)]
        facts = [tuple(reference.split(":")[1:3]) for reference in known[-4:]]
        facts.append(("watch-series", series_fact(SHORTS[0])))
        kind, fact = self.random.choice(facts)
        consequence = consequence_of(person, kind, fact)
        refund, undone = self.random.choice(("r1", "r2")), Undone(self.random.randint(1, 2), 2)

        def make() -> Recorded:
            return undo_reward(self.ledger, consequence, refund, undone, retrying=self.pace())

        self.once(viewer(person), f"{consequence.prefix}rev:{refund}", make)

    # --- what must hold ----------------------------------------------------------------------------------------------

    def check(self) -> None:
        """The audit, and that each reward has come of what was done."""
        super().check()
        for item in self.model.peek(CLAIMS["TableName"]) if self.earning else ():
            name, now = (item["person"]["S"], item["claim"]["S"]), (item["status"]["S"], int(item["dueAt"]["N"]))
            before = self.falls_due.get(name)
            if before is None or now[0] not in (before[0], "paid"):
                self.falls_due[name] = now
        for account, replay in self.audit.replays.items() if self.earning else ():
            fresh, replay.earnings.fresh = replay.earnings.fresh, []
            for document in fresh:
                self.check_earned(account.removeprefix("viewer:"), document)

    def check_earned(self, person: str, document: dict[str, Any]) -> None:
        _, kind, fact, _ = document["reference"].split(":")
        terms = document["terms"]
        if kind == "ad":
            whose, transactions = self.vouched.get(fact, ("", set[str]()))
            assert whose == person, "paid to another than saw the ad"
            assert terms["transaction"] in transactions, "paid for an ad that nobody has vouched for"
        if kind == "watch-episode":
            assert (person, fact) in self.finished, "paid for an episode that nobody had the time to watch"
        pending = self.claim_of(person, f"{kind}.{fact}")
        assert pending is not None or "on" not in terms, "paid as what had waited, though nothing did"
        if pending is None:
            return
        if "on" not in terms:
            # Two asked at once, and one of them was held: nobody can refuse that any more.
            apart = abs(document["at"] - json.loads(pending["told"]["S"])["at"])
            assert apart <= 2 * SKEW_MS + 60_000, "what waits was paid at once"
            assert self.decided.get(f"{person}.{kind}.{fact}") != "refused", "refused although it was paid"
            return
        status, due = self.falls_due[person, f"{kind}.{fact}"]
        if status == "held":  # released and paid in one step: due since then
            due = int(pending["dueAt"]["N"])
        assert document["at"] >= due, "paid before it had vested"
        assert self.decided.get(f"{person}.{kind}.{fact}") != "refused", "paid although it was refused"
        was_held = json.loads(pending["told"]["S"])["score"] >= 50
        assert ("actor" in terms) == was_held, "paid though nobody had released it"

    def claim_of(self, person: str, name: str) -> dict[str, Any] | None:
        for item in self.model.peek(CLAIMS["TableName"]):
            if (item["person"]["S"], item["claim"]["S"]) == (person, name):
                return item
        return None

    def vest_all(self) -> None:
        """With the faults gone, all that was promised is paid: what has vested, and what was released."""
        if not self.earning:
            return
        assert isinstance(self.model.faults, NoFaults)
        self.now += 25 * 3_600_000 + 2 * SKEW_MS
        left = [one for one in vesting.vest(self.till(), self.now + 10**9) if one.error is not None]
        assert not left, f"a sweep has left {left}"
        waiting = [
            item["claim"]["S"] for item in self.model.peek(CLAIMS["TableName"]) if item["status"]["S"] == "waiting"
        ]
        assert not waiting, f"{waiting} were never paid"


def earned(document: dict[str, Any]) -> bool:
    """Whether an entry is a reward by the rules."""
    return document.get("terms", {}).get("kind") == "reward" and "rule" in document["terms"]
