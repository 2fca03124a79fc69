"""What viewers, creators, support and settlement do in a history."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

from cliffhanger.catalog.packing import item_of
from cliffhanger.commerce.domain import price_list
from cliffhanger.dynamo import Unclear
from cliffhanger.errors import Busy, CliffhangerError, KeyReused, NotReversible
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.journal import Recorded
from cliffhanger.ledger.names import key_reference, viewer
from cliffhanger.ledger.settling import settle_images
from cliffhanger.unlocks.domain import Viewer
from cliffhanger.unlocks.quotes import quote
from cliffhanger.unlocks.reversal import reverse_unlock
from cliffhanger.unlocks.service import Books, UnlockRequest, unlock
from cliffhanger.wallet.service import (
    credit_bought,
    freeze,
    grant_bonus,
    set_own_limits,
    take_back_grant,
)
from tests.simulation.replay import DAY_MS
from tests.simulation.stories import OTHER, page_of
from tests.simulation.world import SKEW_MS, UNSURE, World
from tests.support.dynamodb import Crowded
from tests.support.tables import CATALOG
from tests.support.world import SERIES


class Acts(World):
    """Everything that somebody can do, as one step or as a rival between two calls."""

    # --- viewers -----------------------------------------------------------------------------------------------------

    def ask(self, person: str) -> None:
        """An unlock: as a quote offers it, again as it was asked before, or with a price out of the blue."""
        request = self.request(person)
        if request is None:
            return
        self.asked.append(request)
        self.check()
        with self.answers.asking(request) as asking:
            try:
                with self.unchanged_if_refused():
                    unlocked = unlock(Books(self.ledger, self.catalog, lambda: None, self.lanes), request, self.pace())
            except UNSURE:
                asking.unsure()
                return
            except CliffhangerError as refusal:
                self.check()
                asking.refused(refusal, self.now - SKEW_MS)
                return
            self.check()
            asking.answered(unlocked)

    def request(self, person: str) -> UnlockRequest | None:
        mine = [request for request in self.asked if request.viewer.person == person]
        kind = self.random.random()
        automatic = self.random.random() < 0.1
        if mine and kind < 0.3:
            return self.random.choice(mine[-6:])
        series = self.random.choice((SERIES, SERIES, SERIES, OTHER))
        last = len(self.stories[series].now)
        episode = self.random.randint(1, last)
        if kind < 0.85:
            return self.quoted(person, series, episode, automatic=automatic)
        end = min(last, episode + self.random.randint(0, 3))
        shown = sum(self.stories[series].now[number] for number in range(episode, end + 1))
        generation = self.random.choice((0, 0, 1, 2))
        return UnlockRequest(Viewer(person), series, episode, end, shown, generation, automatic)

    def quoted(self, person: str, series: str, episode: int, *, automatic: bool) -> UnlockRequest | None:
        clock = self.pace().clock
        following = self.random.randint(2, 4)
        try:
            offered = quote(
                self.ledger,
                self.catalog,
                who=Viewer(person),
                series=series,
                episode=episode,
                following=following,
                prices=price_list("EUR"),
                clock=clock,
            ).options
        except UNSURE:
            return None
        if not offered:
            return None
        option = self.random.choice(offered)
        shown = option.price.coins + (self.random.random() < 0.05)
        return UnlockRequest(Viewer(person), series, option.first, option.last, shown, option.generation, automatic)

    def limit(self, person: str) -> None:
        """Often to the coin what the next episode would need."""
        replay, story = self.replay(person), self.stories[SERIES]
        spent = {"day": replay.days.get(self.now // DAY_MS, 0), "series": replay.paid.get(SERIES, 0)}
        limits: dict[str, int] = {}
        for rule, already in spent.items():
            if self.random.random() < 0.35:
                limits[rule] = already + self.random.choice((0, 20, 60, *story.now.values()))
        if self.random.random() < 0.7:
            limits["auto"] = 1
        reference = key_reference(self.name("limits"), b"simulation")
        try:
            recorded = set_own_limits(self.ledger, viewer(person), limits, reference=reference, retrying=self.pace())
        except UNSURE:
            return
        assert recorded is not None
        own = {rule: limit for rule, limit in recorded.entry.state.limits.items() if not rule.startswith("tips")}
        assert own == limits, "other limits were laid down than those asked for"

    # --- the house ---------------------------------------------------------------------------------------------------

    def give(self, person: str) -> None:
        """A grant or a purchase; one time in four the one before is asked for again, as after a lost reply."""
        account = viewer(person)
        if self.given and self.random.random() < 0.25:
            name = self.random.choice([*self.given][-3:])
            self.repeat(name)
            return
        name, coins = self.name("give"), self.random.randint(5, 60)
        reference = key_reference(name, b"simulation")
        days, cash = self.random.choice((1, 6, 10, 20)), coins * self.random.choice((9, 9, 7)) + 1

        def grant() -> Recorded:
            terms = {"days": days}
            return grant_bonus(
                self.ledger,
                account,
                coins=coins,
                lifetime_days=days,
                reference=reference,
                terms=terms,
                retrying=self.pace(),
            )

        def sell() -> Recorded:
            return credit_bought(
                self.ledger,
                account,
                coins=coins,
                cash=cash,
                currency="USD",
                channel="web",
                source="external:seed",
                reference=reference,
                retrying=self.pace(),
            )

        self.given[name] = (self.random.choice((grant, sell, sell)), None)
        self.repeat(name)

    def repeat(self, name: str) -> None:
        make, known = self.given[name]
        try:
            made = make().entry.hash
        except UNSURE:
            return
        except KeyReused as error:
            raise AssertionError("a key was said to stand for another request") from error
        assert known in (None, made), "a key answered with two entries"
        self.given[name] = (make, made)

    def reverse(self, person: str) -> None:
        self.undo(person, "unlock", reverse_unlock)

    def take_back(self, person: str) -> None:
        self.undo(person, "grant", take_back_grant)

    def undo(self, person: str, kind: str, use_case: Callable[..., Recorded]) -> None:
        original = self.pick(person, kind)
        if original is not None:
            self.undo_entry(person, original, kind, use_case)

    def undo_entry(self, person: str, original: Entry, kind: str, use_case: Callable[..., Recorded]) -> None:
        """Support undoes that entry, for one case or another."""
        case = self.random.choice(("c1", "c1", "c2"))
        try:
            with self.unchanged_if_refused():
                recorded = use_case(self.ledger, original, case, {}, self.pace())
        except UNSURE:
            return
        except NotReversible:
            self.check()
            expired = kind == "grant" and self.replay(person).ends(original.seq) <= self.now + SKEW_MS
            assert expired or original.seq in self.replay(person).reversed, f"a {kind} was said to be irreversible"
            return
        assert recorded.entry.reference == f"{original.reference}:rev:{case}"
        assert recorded.entry.terms["reverses"] == original.seq

    def freeze(self, person: str) -> None:
        frozen = self.random.random() < 0.25
        reference = f"support:{self.name('f')}"
        with contextlib.suppress(*UNSURE):
            account = viewer(person)
            freeze(self.ledger, account, frozen=frozen, reference=reference, terms={}, retrying=self.pace())

    def reprice(self, name: str | None = None, number: int | None = None) -> None:
        """A creator changes a price; nobody retries this one."""
        name = name or self.random.choice(list(self.stories))
        story = self.stories[name]
        number = number or self.random.choice([number for number in story.now if not story.free(number)])
        story.reprice(number, self.random.randint(1, 25))
        self.pages[name] = page_of(name, story)._replace(revision=self.pages[name].revision + 1)
        self.model.load(CATALOG["TableName"], [item_of(page) for page in self.pages.values()])

    def wait_for_days(self) -> None:
        """Until shortly before a midnight, where clocks disagree on the day, or simply some days."""
        days = self.random.randint(0, 9)
        midnight = (self.now // DAY_MS + 1 + days) * DAY_MS
        self.now = max(self.now, midnight - self.random.randint(0, SKEW_MS))

    def settle(self) -> None:
        """A delivery of stream records as they may come: late, twice, out of order, only half of them."""
        records = self.take_in()
        batch = self.pending + self.random.choices(records, k=self.random.randint(0, 4)) if records else []
        self.random.shuffle(batch)
        try:
            assert not settle_images(self.ledger, batch[: max(1, len(batch) // 2)], self.pace()).poison
            assert not settle_images(self.ledger, batch, self.pace()).poison
            self.pending = []
        except (Busy, Unclear):
            return  # Lambda delivers the batch again

    def take_in(self) -> list[Any]:
        """All records there have been; those that nobody was handed yet are pending."""
        records = self.records()
        self.pending += records[self.seen :]
        self.seen = len(records)
        return records

    def crowd(self) -> None:
        """A delivery while everybody writes to one account: that one waits, and no other."""
        self.check()
        self.take_in()
        delivered = {(record["account"]["S"], int(record["seq"]["N"])) for record in self.pending}
        waiting = {to for account, seq, to in self.audit.waiting() if (account, seq) in delivered}
        if not waiting:
            return
        busy = self.random.choice(sorted(waiting))
        self.model.faults = Crowded(busy)
        with contextlib.suppress(Busy):
            assert not settle_images(self.ledger, self.pending, self.pace()).poison
        self.check()
        left = {to for account, seq, to in self.audit.waiting() if (account, seq) in delivered}
        assert left <= {busy}, f"{left - {busy}} wait for {busy}"
