"""Days of a shop, drawn from a seed: what the provider and the ledger say of them, and messes that are planted."""

from __future__ import annotations

import contextlib
import json
import random
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from cliffhanger.ledger.entries import Entry, seal
from cliffhanger.ledger.state import State
from cliffhanger.payments.ports import BalanceLine
from cliffhanger.reconciling.domain import DAY_MS, KINDS, SIGNS, Kind, Movement
from cliffhanger.reconciling.report import Day, Opening
from cliffhanger.reconciling.service import Desk, reconcile_day, start_of

DAY = "2026-11-27"
BEGIN = start_of(DAY)
NOON, MINUTE, HOUR = BEGIN + DAY_MS // 2, 60_000, 3_600_000
CURRENCIES = ("EUR", "USD", "JPY")
LINE_KINDS: dict[Kind, tuple[str, ...]] = {
    "payment": ("charge", "payment"),
    "refund": ("refund",),
    "refund_failure": ("refund_failure",),
    "dispute": ("adjustment", "dispute"),
    "dispute_won": ("adjustment", "dispute_reversal"),
}
TERMS = {
    "payment": "purchase",
    "refund": "refund",
    "refund_failure": "refundFailed",
    "dispute": "dispute",
    "dispute_won": "disputeWon",
}


class Shop:
    """What both sides say. ``expected`` counts the findings that were planted, by code and order."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.lines: list[BalanceLine] = []
        self.entries: list[Entry] = []
        self.expected: Counter[tuple[str, str]] = Counter()
        self._orders = 0

    def order(self) -> str:
        """A new order's id."""
        self._orders += 1
        return f"order{self._orders:04}"

    def amount(self) -> int:
        return self.random.randrange(50, 10_000)

    def moment(self) -> int:
        """Some time of the day whose counterpart comes on the day too, and is no longer in flight at its end."""
        return BEGIN + self.random.randrange(HOUR, DAY_MS - 3 * HOUR)

    def line(self, kind: Kind, order: str, amount: int, currency: str, at_ms: int, **other: Any) -> BalanceLine:
        """What the provider says of it."""
        number, fee = len(self.lines), self.random.randrange(100) if kind == "payment" else 0
        signed = SIGNS[kind] * amount
        line = BalanceLine(
            line=f"txn_{number}",
            kind=self.random.choice(LINE_KINDS[kind]),
            amount=signed,
            fee=fee,
            net=signed - fee,
            currency=currency,
            source=f"src_{number}",
            order=order,
            at_ms=at_ms,
        )._replace(**other)
        self.lines.append(line)
        return line

    def entry(self, kind: Kind, order: str, amount: int | None, currency: str, at_ms: int) -> Entry:
        """What the ledger says of it."""
        name = f"n{len(self.entries)}"
        part = {"payment": "grant", "refund_failure": f"back:{name}", "dispute_won": f"back:{name}"}
        money = "cash" if kind == "payment" else "amount"
        terms = {"kind": TERMS[kind], money: amount, "currency": currency}
        entry = seal(
            f"viewer:v{len(self.entries)}",
            None,
            at_ms,
            postings=(),
            state=State(),
            reference=f"purchase:{order}:{part.get(kind, f'rev:{name}')}",
            request=b"0" * 32,
            terms={key: value for key, value in terms.items() if value not in (None, "")},
        )
        self.entries.append(entry)
        return entry

    def both(self, kind: Kind, order: str, amount: int, currency: str, at_ms: int | None = None) -> None:
        """What both sides say alike, the ledger some seconds later."""
        moment = self.moment() if at_ms is None else at_ms
        self.line(kind, order, amount, currency, moment)
        self.entry(kind, order, amount, currency, moment + self.random.randrange(20_000))

    def trade(self, orders: int) -> None:
        """A day on which everything agrees: purchases, some undone in part or whole, some of that undone again."""
        for _ in range(orders):
            order, amount, currency = self.order(), self.amount(), self.random.choice(CURRENCIES)
            self.both("payment", order, amount, currency)
            fate = self.random.randrange(6)
            if fate == 1:
                for part in (amount // 3, amount // 3):  # two partial refunds of one amount
                    self.both("refund", order, part, currency)
            elif fate == 2:
                self.both("refund", order, amount, currency)
                self.both("refund_failure", order, amount, currency)
            elif fate == 3:
                self.both("dispute", order, amount, currency)
                self.both("dispute_won", order, amount, currency)
        for kind in ("payout", "stripe_fee", "transfer", "topup", "reserve_hold"):
            amount = self.amount()
            self.lines.append(BalanceLine(f"txn_{kind}", kind, -amount, 0, -amount, "EUR", "x", "", self.moment()))

    def plant(self, code: str) -> None:
        """One difference of that kind, on an order of its own."""
        order, amount, currency, at_ms = self.order(), self.amount(), self.random.choice(CURRENCIES), self.moment()
        if code in _OF_PAYMENTS:
            _OF_PAYMENTS[code](self, order, amount, currency, at_ms)
        else:
            kind, _, missing = code.rpartition("_not_")
            self.both("payment", order, amount, currency)
            tell = self.line if missing == "booked" else self.entry
            tell(next(each for each in KINDS if each == kind), order, amount // 2, currency, at_ms)
        self.expected[code, order if code not in ("order_unknown", "kind_unknown") else ""] += 1

    def reconciled(self, opening: Opening | None = None, day: str = DAY) -> Day:
        """The day as it is reconciled, from what was handed on by the one before."""
        desk = Desk(Lines(self.lines), Entries(self.entries), Kept(opening), shelves)
        return reconcile_day(desk, day, start_of(day) + 2 * DAY_MS)


def _differs(shop: Shop, order: str, amount: int, currency: str, at_ms: int) -> None:
    shop.line("payment", order, amount, currency, at_ms)
    shop.entry("payment", order, amount + 1, currency, at_ms)


def _other_currency(shop: Shop, order: str, amount: int, _currency: str, at_ms: int) -> None:
    shop.line("payment", order, amount, "EUR", at_ms)
    shop.entry("payment", order, amount, "CHF", at_ms)


def _twice(shop: Shop, order: str, amount: int, currency: str, at_ms: int) -> None:
    shop.both("payment", order, amount, currency, at_ms)
    shop.line("payment", order, amount, currency, at_ms + MINUTE)


def _moon(shop: Shop, _order: str, amount: int, currency: str, at_ms: int) -> None:
    shop.lines.append(BalanceLine(f"txn_{len(shop.lines)}", "moon_fee", -amount, 0, -amount, currency, "", "", at_ms))


def _old(shop: Shop, order: str, amount: int, currency: str, _at_ms: int) -> None:
    shop.line("payment", order, amount, currency, BEGIN - 36 * DAY_MS)


_OF_PAYMENTS: dict[str, Callable[[Shop, str, int, str, int], Any]] = {
    "paid_not_granted": lambda shop, *told: shop.line("payment", *told),
    "granted_not_paid": lambda shop, *told: shop.entry("payment", *told),
    "paid_twice": _twice,
    "amount_differs": _differs,
    "currency_differs": _other_currency,
    "order_unknown": lambda shop, _order, *told: shop.line("payment", "", *told),
    "kind_unknown": _moon,
    "line_wrong": lambda shop, order, amount, currency, at_ms: (
        shop.line("payment", order, amount, currency, at_ms, net=amount + 7),
        shop.entry("payment", order, amount, currency, at_ms),
    ),
    "left_open": _old,
}


class Shelves:
    """All orders in one part, in memory."""

    def __init__(self) -> None:
        self._kept: list[Movement] = []

    def put(self, movement: Movement) -> None:
        self._kept.append(movement)

    def orders(self) -> Iterator[list[Movement]]:
        yield self._kept


@contextlib.contextmanager
def shelves() -> Iterator[Shelves]:
    yield Shelves()


class Lines:
    """A provider's lines, newest first, whatever day is asked for: a test gives those of its day."""

    def __init__(self, lines: list[BalanceLine]) -> None:
        self._lines = lines

    def balance_lines(self, _since_ms: int, _until_ms: int) -> Iterator[BalanceLine]:
        return iter(self._lines)


class Entries:
    """The entries of an export."""

    def __init__(self, entries: list[Entry]) -> None:
        self._entries = entries

    def ready(self, _day: str) -> bool:
        return True

    def purchases(self, _day: str) -> Iterator[Entry]:
        return iter(self._entries)


class Kept:
    """The report of the day before, where there is one."""

    def __init__(self, opening: Opening | None) -> None:
        self._opening = opening

    def last_day(self) -> str | None:
        return None

    def report(self, _day: str) -> bytes | None:
        return None if self._opening is None else handed_on(self._opening)

    def put(self, day: str, document: str, text: str) -> None:
        raise AssertionError("a day that is only looked at is not kept")


def handed_on(opening: Opening) -> bytes:
    """A report that hands on exactly that."""
    document = {
        "v": 1,
        "currencies": {currency: {"closing": balance} for currency, balance in opening.balances.items()},
        "open": [list(movement) for movement in opening.open],
        "recent": sorted(opening.recent),
    }
    return json.dumps(document).encode()
