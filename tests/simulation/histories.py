"""Seeded histories of viewers, rivals, support and settlement over a DynamoDB that conflicts and loses replies.

The shipped store runs, and a ledger written from the rules audits every entry. Nothing here draws on anything but the
seed, so that a failing one replays.
"""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable, Iterator
from typing import Any

from cliffhanger.catalog.packing import item_of
from cliffhanger.catalog.store import CatalogStore
from cliffhanger.commerce.domain import price_list
from cliffhanger.dynamo import Unclear
from cliffhanger.errors import Busy, CliffhangerError, KeyReused, NotReversible, Unavailable, Undecided
from cliffhanger.ledger.entries import Entry, foreign_legs, parse
from cliffhanger.ledger.journal import Recorded, Retrying
from cliffhanger.ledger.names import key_reference, viewer
from cliffhanger.ledger.packing import stored_text
from cliffhanger.ledger.settling import settle_images
from cliffhanger.ledger.state import Known
from cliffhanger.ledger.store import LedgerStore, entry_of_image
from cliffhanger.unlocks.domain import Viewer, open_spans, unlocks_of
from cliffhanger.unlocks.quotes import quote
from cliffhanger.unlocks.reversal import reverse_unlock
from cliffhanger.unlocks.service import Books, UnlockRequest, is_unlocked, unlock
from cliffhanger.wallet.service import (
    credit_bought,
    freeze,
    get_wallet,
    grant_bonus,
    set_own_limits,
    take_back_grant,
)
from tests.simulation.answers import Answers
from tests.simulation.audit import Audit, Stored
from tests.simulation.replay import DAY_MS, Replay, span_of
from tests.simulation.stories import OTHER, START, page_of, stories
from tests.support.dynamodb import Call, Fault, MemoryDynamoDB, Moment, NoFaults, ScriptedFaults, SeededFaults, connect
from tests.support.tables import CATALOG, LEDGER
from tests.support.world import SERIES

STEPS = 70
VIEWERS = ("ana", "ben", "cy")
SKEW_MS = 300_000
RIVALS = 0.05
"""How often, at a call's boundary, somebody else acts on the same account first."""
SECOND_WORKER = 0.3
"""How often a second settlement worker gets in before the first one's transaction."""
SPITE = 0.04
"""How often a viewer's put is late, while the price changes."""
FAULTS = {
    Fault.LOST_REPLY: 0.05,
    Fault.LOST_REQUEST: 0.03,
    Fault.FAILED_LATE: 0.03,
    Fault.DELAYED: 0.02,
    Fault.THROTTLED: 0.03,
    Fault.CONFLICT: 0.04,
}
UNSURE = (Busy, Undecided, Unavailable)
"""The caller does not know; a later retry decides."""


class History:
    """One seeded run: what was asked, what was answered, and what stands in the table."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.now = START
        self.model = MemoryDynamoDB(clock=lambda: self.now, transaction_lock_ms=5, item_lock_ms=5)
        for table in (LEDGER, CATALOG):
            self.model.call("CreateTable", table)
        self.ledger = LedgerStore(connect(self.model), LEDGER["TableName"])
        self.catalog = CatalogStore(connect(self.model), CATALOG["TableName"])
        self.stories = stories(self.random)
        self.pages = {name: page_of(name, story) for name, story in self.stories.items()}
        for page in self.pages.values():
            assert self.catalog.create(page)
        self.audit = Audit(self.stories)
        self.answers = Answers(self.audit)
        self.texts: dict[bytes, str] = {}
        self.asked: list[UnlockRequest] = []
        self.given: dict[str, tuple[Callable[[], Recorded], bytes | None]] = {}
        self.names = 0
        self.acting: str | None = None
        self.second_worker = False
        self.pending: list[Any] = []
        self.seen = 0
        for person in VIEWERS:
            for _ in range(2):
                self.give(person)
        self.faults = self.model.faults = SeededFaults(seed, FAULTS)
        self.model.hook = self.meet_a_rival

    # --- who acts ----------------------------------------------------------------------------------------------------

    def step(self) -> None:
        """Somebody does something."""
        acts: list[tuple[Callable[[str], None], int]] = [
            (self.ask, 45),
            (self.reverse, 9),
            (self.give, 8),
            (self.take_back, 4),
            (self.limit, 3),
            (self.freeze, 2),
            (lambda _: self.settle(), 20),
            (lambda _: self.reprice(), 5),
            (lambda _: self.wait_for_days(), 4),
        ]
        act = self.random.choices([act for act, _ in acts], [weight for _, weight in acts])[0]
        person = self.random.choice(VIEWERS)
        self.now += self.random.randint(0, 60_000)
        self.acting = person if act not in (acts[-1][0], acts[-2][0], acts[-3][0]) else None
        act(person)
        self.acting = None
        self.check()

    def meet_a_rival(self, moment: Moment, call: Call) -> None:
        """Between two calls, somebody else acts: the same viewer on another device, support, or a second worker."""
        if call.operation == "PutItem" and self.answers.under_way and self.acting is not None:
            self.spite(moment, call)
        if moment is not Moment.BEFORE:
            return
        if self.acting is not None and self.random.random() < RIVALS:
            person, self.acting = self.acting, None
            self.answers.rivals += 1
            acts = (*[self.ask] * 6, self.reverse, self.reverse, self.limit, self.freeze, self.take_back, self.give)
            self.random.choice(acts)(person)
            self.acting = person
        elif call.operation == "TransactWriteItems" and not self.second_worker and self.random.random() < SECOND_WORKER:
            self.second_worker = True
            with contextlib.suppress(Busy):  # Lambda delivers it again; here the first worker has it too
                settle_images(self.ledger, self.random.choices(self.records(), k=2), self.pace())
            self.second_worker = False

    def spite(self, moment: Moment, call: Call) -> None:
        """A put that lands late, and just then another price: whoever refuses now has sold it all the same."""
        if moment is Moment.AFTER:
            self.model.faults = self.faults
        elif self.random.random() < SPITE:
            self.model.faults = ScriptedFaults({call.number: Fault.DELAYED})
            series, first, last, _ = span_of(self.answers.under_way[-1][1])
            for number in range(first, last + 1):
                if not self.stories[series].free(number):
                    self.reprice(series, number)

    def pace(self) -> Retrying:
        """Callers' clocks are up to five minutes off."""
        skew = self.random.randint(-SKEW_MS, SKEW_MS)
        return Retrying(
            clock=lambda: self.now + skew,
            sleep=self.wait,
            jitter=self.random.random,
            timer=lambda: self.now / 1000,
        )

    def wait(self, seconds: float) -> None:
        self.now += max(1, int(seconds * 1000))

    def name(self, kind: str) -> str:
        self.names += 1
        return f"{kind}{self.names}"

    def pick(self, person: str, kind: str) -> Entry | None:
        """An entry of that kind on a viewer's chain, reversed or not."""
        self.check()
        replay = self.replay(person)
        found = [seq for seq, document in replay.entries.items() if document["terms"]["kind"] == kind]
        if not found:
            return None
        # Lately bought is lately regretted; what a later range spans is worth a try; what was reversed is asked again.
        under = replay.spanned() if kind == "unlock" and self.random.random() < 0.4 else []
        return self.entries[viewer(person), self.random.choice(under or found[-4:])]

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
                unlocked = unlock(Books(self.ledger, self.catalog, lambda: None), request, self.pace())
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
        assert recorded.entry.state.limits == limits, "other limits were laid down than those asked for"

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

        self.given[name] = (self.random.choice((grant, sell)), None)
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
        if original is None:
            return
        case = self.random.choice(("c1", "c1", "c2"))
        try:
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
        records = self.records()
        self.pending += records[self.seen :]
        self.seen = len(records)
        batch = self.pending + self.random.choices(records, k=self.random.randint(0, 4)) if records else []
        self.random.shuffle(batch)
        try:
            assert not settle_images(self.ledger, batch[: max(1, len(batch) // 2)], self.pace()).poison
            assert not settle_images(self.ledger, batch, self.pace()).poison
            self.pending = []
        except (Busy, Unclear):
            return  # Lambda delivers the batch again

    # --- what stands -------------------------------------------------------------------------------------------------

    def records(self) -> list[Any]:
        stream = self.model.stream(LEDGER["TableName"])
        return [record["dynamodb"]["NewImage"] for record in stream if record["eventName"] == "INSERT"]

    def replay(self, person: str) -> Replay:
        return self.audit.replay(viewer(person))

    def stored(self) -> Iterator[Stored]:
        for item in self.model.items(LEDGER["TableName"]):
            packed = item["body"]["B"]
            if packed not in self.texts:
                self.texts[packed] = stored_text(item)
            marks = tuple(int(value["N"]) for name, value in item.items() if name[0] == "m")
            reference = item.get("reference", {}).get("S")
            key = item["account"]["S"], int(item["seq"]["N"])
            yield Stored(*key, reference, self.texts[packed], item["hash"]["B"], marks)

    def check(self) -> None:
        """The audit of everything that stands, and of what was said not to."""
        for account in self.audit.feed(self.stored()):
            if account.startswith("viewer:"):
                self.check_open(self.audit.replay(account))
        self.answers.check_refusals()

    def check_open(self, replay: Replay) -> None:
        unlocks = unlocks_of(Known(entry["reference"], seq) for seq, entry in replay.entries.items())
        for series in self.stories:
            spans = open_spans([unlock for unlock in unlocks if unlock.series == series])
            opened = {number for first, last, _ in spans for number in range(first, last + 1)}
            assert opened == replay.open(series), "entitlements are other than the plain model's"

    @property
    def entries(self) -> dict[tuple[str, int], Entry]:
        return {(one.account, one.seq): parse(one.body, one.hash) for one in self.stored()}

    def finish(self) -> None:
        """With the faults gone, everything asked for is answered and everything is settled, once."""
        self.model.faults = NoFaults()
        self.model.hook = None
        self.model.deliver_delayed()
        settle_images(self.ledger, self.pending + self.records()[self.seen :], self.pace())
        self.check()
        assert self.audit.open_legs() == 0, "a posting was left unsettled"
        rows = self.model.items(LEDGER["TableName"])
        marks = [sum(1 for name in item if name.startswith("m")) for item in rows]
        assert marks == [len(foreign_legs(entry_of_image(item))) for item in rows], "a mark is missing or too many"
        self.answers.ask_again(
            lambda request: unlock(Books(self.ledger, self.catalog, lambda: None), request, self.pace())
        )
        for person in VIEWERS:
            self.compare(person)
        assert self.model.items(LEDGER["TableName"]) == rows, "a retry or a look changed something"

    def compare(self, person: str) -> None:
        """What the product says of a viewer is what the replayed chain says."""
        replay = self.replay(person)
        for series, story in self.stories.items():
            for number in story.now:
                assert is_unlocked(self.ledger, person, series, number) == (number in replay.open(series))
        wallet = get_wallet(self.ledger, person, lambda: self.now)
        living = [lot for lot in replay.lots if not lot.expires or self.now < lot.expires * DAY_MS]
        assert wallet.total == sum(lot.coins for lot in living), "the wallet shows other coins"


def run(seed: int) -> None:
    """One history from its seed to its end.

    Raises:
        AssertionError: an invariant does not hold.
        Exception: whatever the product should not have raised.
    """
    history = History(seed)
    for _ in range(STEPS):
        history.step()
    history.finish()
