"""Statements, and the chains that they are made of, that several tests start from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from cliffhanger.ledger.carrying import Carriage, carry_lane
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.holding import Held, place_cash, post
from cliffhanger.ledger.names import earned_lane
from cliffhanger.ledger.settling import settle
from cliffhanger.ledger.splits import Part
from cliffhanger.revenue.domain import DAY_MS, day_of
from cliffhanger.revenue.statements import Before, Statement, make_statement, read_statement
from cliffhanger.revenue.telling import Kept, Link
from tests.unit.ledger.chains import NOW, STORY
from tests.unit.ledger.intakes import CLEO, PACE, Books

PARTS = (Part("platform", 5_000), Part("creator:cleo", 3_333), Part("house:dora", 1_667))
TITLES = MappingProxyType({STORY: "The Last Train · Последний поезд"})


class Shelf:
    """Keeps statements in memory, as the bucket does: the first of a day stands."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], tuple[Statement, bytes]] = {}
        """Without a PDF until it is added."""

    def newest(self, person: str, limit: int, before: str | None = None) -> Sequence[Kept]:
        days = sorted(
            (day for who, day in self.kept if who == person and (before is None or day < before)), reverse=True
        )
        return [Kept(day, len(self.kept[person, day][0].text), NOW) for day in days[:limit]]

    def find(self, person: str, day: str) -> Kept | None:
        found = next((kept for kept in self.newest(person, 99) if kept.day == day), None)
        return None if found is None else found._replace(drawn=self.kept[person, day][1] != b"")

    def before(self, person: str, day: str) -> Before | None:
        for kept in self.newest(person, 1, day):
            made, _ = self.kept[person, kept.day]
            return Before(kept.day, made.sha256, made.last)
        return None

    def read(self, person: str, day: str) -> Statement:
        return read_statement(self.kept[person, day][0].text)

    def put(self, statement: Statement) -> bool:
        return self.kept.setdefault((statement.person, statement.day), (statement, b"")) == (statement, b"")

    def add(self, statement: Statement, pdf: bytes) -> None:
        stands, drawn = self.kept[statement.person, statement.day]
        self.kept[statement.person, statement.day] = stands, drawn or pdf

    def link(self, person: str, day: str, kind: str) -> Link:
        return Link(f"https://statements.example/{person}/{day}.{kind}", NOW)


def earn(books: Books, amount: int, at: int = NOW, *, currency: str = "USD", series: str = STORY,
         parts: tuple[Part, ...] = PARTS) -> Entry:  # fmt: skip
    """A day's income of a series, carried just after that day."""
    day, pace = day_of(at - DAY_MS), PACE._replace(clock=lambda: at)
    settle(books.store, [books.earn(amount, earned_lane(series, 0), currency)], pace)
    terms = {"income": "earned", "series": series, "day": day, "split": 4}
    return carry_lane(books.store, Carriage(series, CLEO, day, parts=parts), 0, terms=terms, retrying=pace).entry


def pay_out(books: Books, amount: int, hold: str) -> None:
    held = Held(CLEO, hold)
    place_cash(books.store, held, currency="USD", amount=amount, lifetime_ms=DAY_MS, retrying=PACE)
    post(books.store, held, amount=amount, destination="external:stripe-1", retrying=PACE)


def chain(books: Books, account: str = CLEO) -> list[Entry]:
    head = books.store.head(account)
    assert head is not None
    return list(reversed(books.store.newest(account, head.seq)))


def statement_of(entries: Sequence[Entry], first: int = 1, *, before: Before | None = None,
                 titles: Mapping[str, str] = TITLES) -> Statement:  # fmt: skip
    """The statement of a chain's entries from the first on."""
    return make_statement(
        entries[first - 1 :],
        day=day_of(entries[-1].at - DAY_MS),
        made_at=entries[-1].at + 1,
        head_before=entries[first - 2] if first > 1 else None,
        before=before,
        titles=titles,
    )
