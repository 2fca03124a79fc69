"""One viewer's chain, replayed from raw entries by the rules: lots, debt, limits, tallies, what is open and why."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from tests.simulation import gift_rules, phases, purchases
from tests.simulation.earners_rules import Earnings
from tests.simulation.lapses import Lapses

DAY_MS = 86_400_000
MONDAY = 4
SECOND_LIFE_DAYS = 7
UNLOCK = re.compile(r"unlock:([^:]+):(\d+)-(\d+)\.(\d+)")
LANE = re.compile(
    r"^((?:platform:(?:expired|recovered|issued|exchange|repairs|losses)|external:stripe)-|series:[^:]+:(?:earned|tips):)\d+$"
)

Document = dict[str, Any]
Place = tuple[str, int]
"""A series and an episode."""


class Lot(NamedTuple):
    """As an entry stores it, spelled out."""

    name: str
    unit: str
    coins: int
    expires: int
    cash: int = 0
    currency: str = ""
    channel: str = ""

    @property
    def age(self) -> list[int]:
        return [int(part) for part in self.name.split(".")]

    def packed(self) -> list[Any]:
        return list(self) if self.cash or self.currency or self.channel else list(self[:4])


class Moment(NamedTuple):
    """What stood between two entries: who opens what, which spans were reversed, the limits, whether it was frozen."""

    opener: dict[Place, int]
    undone: tuple[tuple[str, int, int], ...]
    limits: dict[str, int]
    frozen: bool


class Story:
    """What the catalog has ever said of a series. Free episodes, ceiling, discount and releases never change."""

    def __init__(self, prices: list[int], *, ceiling: int, discount: int, releases: Mapping[int, int]) -> None:
        self.prices = {number: {price} for number, price in enumerate(prices, start=1)}
        self.now = dict(enumerate(prices, start=1))
        self.ceiling = ceiling
        self.discount = discount
        self.releases = releases

    def reprice(self, number: int, price: int) -> None:
        self.prices[number].add(price)
        self.now[number] = price

    def free(self, number: int) -> bool:
        return self.now[number] == 0

    def released(self, number: int, at: int) -> bool:
        return at >= self.releases.get(number, 0)


def week_end(at: int, days: int) -> int:
    """The Monday on or after a lifetime's end, which is counted from the next midnight."""
    day = -(-at // DAY_MS) + days
    while day % 7 != MONDAY:
        day += 1
    return day


class Replay:
    """The state after the entries so far, and what became of each."""

    day_ms = DAY_MS

    def __init__(self, stories: Mapping[str, Story]) -> None:
        self.stories = stories
        self.holds: list[phases.CoinHold] = []
        self.orders: dict[str, purchases.Order] = {}
        self.earned: dict[str, int] = {}
        """Money that each series has of this viewer."""
        self.entries: dict[int, Document] = {}
        self.references: set[str] = set()
        self.lots: list[Lot] = []
        self.debt: dict[str, int] = {}
        self.limits: dict[str, int] = {}
        self.frozen = False
        self.ranges = False
        self.paid: dict[str, int] = {}
        self.days: dict[int, int] = {}
        self.last_day = 0
        self.last_series = ""
        self.opener: dict[Place, int] = {}
        self.undone: list[tuple[str, int, int]] = []
        self.reversed: set[int] = set()
        self.became: dict[int, str] = {}
        self.earnings = Earnings()
        self.lapses = Lapses()
        self.moments = [Moment({}, (), {}, frozen=False)]
        """What stood after each entry, from before the first."""

    def apply(self, document: Document) -> None:
        """Replays one entry, and holds it against what the rules make of it."""
        self.entries[document["seq"]] = document
        self.references.add(document["reference"])
        postings: list[list[Any]] = []
        self._expire(document["at"], postings)
        kind = document["terms"]["kind"]
        assert kind != "expiry" or postings or ":" in document["reference"].removeprefix("expiry:"), "nothing expired"
        steps: dict[str, Callable[[Document, list[list[Any]]], None]] = {
            "purchase": self._credit,
            "grant": self._credit,
            "unlock": self._unlock,
            "tip": lambda one, lines: gift_rules.give(self, one, lines),
            "reversal": self._reverse,
            "limits": self._set_limits,
            "freeze": self._freeze,
            "thaw": self._freeze,
            "hold": lambda one, lines: phases.hold(self, one, lines),
            "post": lambda one, lines: phases.resolve(self, one, lines),
            "void": lambda one, lines: phases.resolve(self, one, lines),
            "expiry": self._end,
            "reward": lambda one, lines: phases.reward(self, one, lines),
            "exchange": lambda one, lines: phases.exchange(self, one, lines),
            "repair": lambda one, lines: phases.repair(self, one, lines),
            "refund": lambda one, lines: purchases.undo(self, one, lines),
            "dispute": lambda one, lines: purchases.undo(self, one, lines),
            "refundFailed": lambda one, lines: purchases.bring_again(self, one, lines),
            "disputeWon": lambda one, lines: purchases.bring_again(self, one, lines),
        }
        steps[kind](document, postings)
        where = f"{document['account']}/{document['seq']} ({kind})"
        assert summed(postings) == summed(document["postings"]), f"{where} moves other amounts than it must"
        purchases.earn(self, document)
        self._stand(document, where)

    def settle(self, document: Document, legs: Iterable[Any]) -> None:
        """Replays one batch: what sources have sent, one after the other. Nothing expires by it."""
        phases.settle(self, document["seq"], legs)
        self._stand(document, f"{document['account']}/{document['seq']} (batch)")

    def _stand(self, document: Document, where: str) -> None:
        expected = self._state()
        for part in {*expected, *document["state"]}:
            assert document["state"].get(part) == expected.get(part), f"{where}: other {part}"
        self.moments.append(Moment(dict(self.opener), tuple(self.undone), self.limits, self.frozen))

    # --- what is told of it ------------------------------------------------------------------------------------------

    def generation(self, series: str, first: int, last: int) -> int:
        """How many reversed unlocks touch a range."""
        return touching(self.undone, series, first, last)

    def ends(self, seq: int) -> int:
        """When what an entry granted expires, in milliseconds."""
        entry = self.entries[seq]
        return week_end(entry["at"], entry["terms"]["days"]) * DAY_MS

    def spanned(self) -> list[int]:
        """The unlocks that stand and that a later range spans, though it did not charge for them."""
        spans = {
            seq: span_of(one["reference"]) for seq, one in self.entries.items() if one["terms"]["kind"] == "unlock"
        }
        standing = [(seq, span) for seq, span in spans.items() if seq not in self.reversed]
        return [
            seq
            for seq, (series, first, last, _) in standing
            if any(seq < other and to[0] == series and to[1] <= first <= last <= to[2] for other, to in standing)
        ]

    def open(self, series: str) -> set[int]:
        return {number for name, number in self.opener if name == series}

    def lot(self, name: str, unit: str, coins: int, expires: int) -> Lot:
        return Lot(name, unit, coins, expires)

    @staticmethod
    def week_end(at: int, days: int) -> int:
        return week_end(at, days)

    # --- kinds of entries --------------------------------------------------------------------------------------------

    def _expire(self, at: int, postings: list[list[Any]]) -> None:
        for lot in [lot for lot in self.lots if lot.expires and at >= lot.expires * DAY_MS]:
            self.lots.remove(lot)
            self.lapses.expire(lot.name, lot.expires, lot.coins)
            postings.append([lot.unit, lot.coins, ".", "platform:expired-"])

    def _end(self, document: Document, postings: list[list[Any]]) -> None:
        """A hold's time is over, or what has expired is recorded where nobody else came to notice."""
        if document["reference"].startswith("hold:"):
            phases.resolve(self, document, postings)

    def _credit(self, document: Document, postings: list[list[Any]]) -> None:
        terms, seq = document["terms"], document["seq"]
        if document["reference"].startswith("purchase:"):
            purchases.bought(self, document, postings)
            return
        arriving = [line for line in document["postings"] if line[3] in (".", ".deferred")]
        ((unit, coins, _, _), *cash) = sorted(arriving, key=lambda line: line[3])
        lot = Lot(str(seq), unit, coins, 0)
        if terms["kind"] == "purchase":
            lot = lot._replace(cash=cash[0][1] if cash else 0, currency="USD", channel="web")
        else:
            lot = lot._replace(expires=week_end(document["at"], terms["days"]))
        postings += arriving
        left = self.repay(lot, postings)
        self.became[seq] = lot.name if left is None else self.merge(left)

    def merge(self, new: Lot) -> str:
        """Adds a lot to one that nothing tells apart from it, or to the others; the name it then goes by."""
        for place, lot in enumerate(self.lots):
            alike = (lot.unit, lot.expires, lot.currency, lot.channel) == (
                new.unit,
                new.expires,
                new.currency,
                new.channel,
            )
            if alike and lot.cash * new.coins == new.cash * lot.coins:
                self.lots[place] = lot._replace(coins=lot.coins + new.coins, cash=lot.cash + new.cash)
                return lot.name
        self.lots.append(new)
        return new.name

    def repay(self, lot: Lot, postings: list[list[Any]]) -> Lot | None:
        repaid = min(self.debt.get(lot.unit, 0), lot.coins)
        if not repaid:
            return lot
        self.debt[lot.unit] -= repaid
        cash = lot.cash * repaid // lot.coins
        if cash:
            postings.append([lot.currency, cash, ".deferred", "platform:recovered-"])
        return lot._replace(coins=lot.coins - repaid, cash=lot.cash - cash) if repaid < lot.coins else None

    def _unlock(self, document: Document, postings: list[list[Any]]) -> None:
        series, first, last, generation = span_of(document["reference"])
        story, at = self.stories[series], document["at"]
        coins = sum(portion[2] for portion in document.get("spent", []))
        runs = document["terms"]["prices"]
        priced = {number: price for start, end, price in runs for number in range(start, end + 1)}
        missing = [n for n in range(first, last + 1) if not story.free(n) and (series, n) not in self.opener]
        assert sorted(priced) == missing, "it charges for other episodes than those that were missing"
        assert missing, "it opens nothing"
        assert all(price in story.prices[number] for number, price in priced.items()), "a price that never was"
        assert all(story.released(number, at) for number in missing), "sold before its release"
        assert generation == self.generation(series, first, last), "another generation"
        rest = [n for n in story.prices if not story.free(n) and (series, n) not in self.opener]
        listed = sum(priced.values())
        if len(missing) > 1 and missing == [number for number in rest if story.released(number, at)]:
            listed = listed * (100 - story.discount) // 100
        if story.ceiling:
            listed = min(listed, max(0, story.ceiling - self.paid.get(series, 0)))
        assert coins == listed, f"it cost {coins} and not {listed}"
        self._check_allowed(document, series, coins, at // DAY_MS)
        self.spend(document, f"series:{series}:earned:0", postings)
        for number in range(first, last + 1):
            self.opener.setdefault((series, number), document["seq"])
        self.ranges = self.ranges or first != last
        self.paid[series], self.last_series = self.paid.get(series, 0) + coins, series
        self.count(coins, at // DAY_MS)

    def count(self, coins: int, today: int) -> None:
        """What is spent counts against the day's limit."""
        if coins:
            self.last_day = today
            self.days[today] = self.days.get(today, 0) + coins

    def _check_allowed(self, document: Document, series: str, coins: int, today: int) -> None:
        assert not self.frozen, "a frozen account has spent"
        assert not document["terms"].get("automatic") or self.limits.get("auto"), "by itself, and not allowed"
        if coins:
            assert self.days.get(today, 0) + coins <= self.limits.get("day", 10**9), "over the day's limit"
            assert self.paid.get(series, 0) + coins <= self.limits.get("series", 10**9), "over the series' limit"

    def spend(
        self, document: Document, to: str, postings: list[list[Any]], units: tuple[str, ...] = ("bonus", "coin")
    ) -> None:
        """Granted coins by earliest expiry, then bought ones by age; each portion its lot's cash by the floor."""
        due = sum(portion[2] for portion in document.get("spent", []))
        order = sorted(
            (lot for lot in self.lots if lot.unit in units),
            key=lambda lot: (lot.unit == "coin", lot.expires, lot.age),
        )
        spent = []
        for lot in order:
            coins = min(due, lot.coins)
            if not coins:
                break
            due -= coins
            cash = lot.cash * coins // lot.coins
            portion = [lot.name, lot.unit, coins, cash, lot.currency]
            spent.append([*portion, lot.expires] if lot.expires else portion)
            self._take(lot, coins, cash)
            postings.append([lot.unit, coins, ".", to])
            if cash:
                postings.append([lot.currency, cash, ".deferred", to])
        assert (due, spent) == (0, document.get("spent", [])), "it spent other coins than those whose turn it was"

    def _take(self, lot: Lot, coins: int, cash: int = 0) -> None:
        place = self.lots.index(lot)
        if coins == lot.coins:
            del self.lots[place]
        else:
            self.lots[place] = lot._replace(coins=lot.coins - coins, cash=lot.cash - cash)

    def _reverse(self, document: Document, postings: list[list[Any]]) -> None:
        if "undone" in document["terms"]:
            phases.undo_reward(self, document, postings)
            return
        original = self.entries[document["terms"]["reverses"]]
        assert original["seq"] not in self.reversed, "reversed twice"
        assert document["reference"].startswith(f"{original['reference']}:rev:")
        self.reversed.add(original["seq"])
        if original["terms"]["kind"] == "unlock":
            self._give_back(document, original, postings)
        elif original["terms"]["kind"] == "tip":
            gift_rules.undo(self, document, original, postings)
        else:
            assert original["terms"]["kind"] == "grant", "only unlocks, gifts and grants are reversed here"
            self._take_back(original, document["at"], postings)

    def _give_back(self, document: Document, original: Document, postings: list[list[Any]]) -> None:
        series, first, last, _ = span_of(original["reference"])
        at, seq, coins = document["at"], document["seq"], 0
        assert lanes_of(document) == lanes_of(original), "given back from another lane than was paid"
        for place, portion in enumerate(original.get("spent", []), start=1):
            name, unit, count, cash, currency, *expiry = portion
            coins += count
            postings.append([unit, count, f"series:{series}:earned:0", "."])
            expires = max(expiry[0], week_end(at, SECOND_LIFE_DAYS)) if expiry else 0
            back = Lot(name, unit, count, expires, cash, currency, "web" if currency else "")
            self.restore(back, f"{seq}.{place}", postings)
        postings += purchases.paid_back(self, document, original)
        self.opener = {place: by for place, by in self.opener.items() if by != original["seq"]}
        self.undone.append((series, first, last))
        self.paid[series], self.last_series = self.paid[series] - coins, series
        if original["at"] // DAY_MS == at // DAY_MS and coins:
            self.last_day = at // DAY_MS
            self.days[self.last_day] -= coins

    def _take_back(self, original: Document, at: int, postings: list[list[Any]]) -> None:
        ((unit, coins, source, _),) = [line for line in original["postings"] if line[3] == "."]
        name = self.became[original["seq"]]
        coins -= self.lapses.let_go(name, self.ends(original["seq"]), coins, at)
        assert coins, "took back what had expired as a whole"
        postings.append([unit, coins, ".", source])
        self.take(unit, coins, first=name)

    def take(self, unit: str, coins: int, *, first: str, at: int = 0) -> None:
        """Takes granted coins, of one lot before the others; what is not there any more is owed."""
        due = coins
        mine = [lot for lot in self.lots if lot.unit == unit and not (lot.expires and at >= lot.expires * DAY_MS)]
        for lot in sorted(mine, key=lambda lot: (lot.name != first, lot.expires, lot.age)):
            taken = min(due, lot.coins)
            if taken:
                due -= taken
                self._take(lot, taken)
        self.debt[unit] = self.debt.get(unit, 0) + due

    def restore(self, back: Lot, otherwise: str, postings: list[list[Any]]) -> None:
        """Brings coins back to their lot, after debt; under another name where it has another expiry by now."""
        twin = next((lot for lot in self.lots if lot.name == back.name), None)
        if twin is not None and twin.expires != back.expires:
            back, twin = back._replace(name=otherwise), None
        left = self.repay(back, postings)
        if left is None:
            return
        if twin is None:
            self.lots.append(left)
            return
        grown = twin._replace(coins=twin.coins + left.coins, cash=twin.cash + left.cash)
        self.lots[self.lots.index(twin)] = grown

    def _set_limits(self, document: Document, postings: list[list[Any]]) -> None:
        self.limits = document["state"].get("limits", {})

    def _freeze(self, document: Document, postings: list[list[Any]]) -> None:
        self.frozen = document["terms"]["kind"] == "freeze"

    def _state(self) -> Document:
        state = {
            "balances": worth_of(self.lots),
            "held": worth_of(piece for hold in self.holds for piece in hold.pieces),
            "holds": [hold.packed() for hold in self.holds],
            "lots": [lot.packed() for lot in self.lots],
            "flags": [*(["frozen"] if self.frozen else []), *(["ranges"] if self.ranges else [])],
            "debt": {unit: owed for unit, owed in self.debt.items() if owed},
            "limits": self.limits,
            "day": [self.last_day, self.days[self.last_day]] if self.days.get(self.last_day) else [],
            "series": [self.last_series, self.paid[self.last_series]] if self.last_series else [],
        }
        return {part: value for part, value in state.items() if value}


def worth_of(lots: Iterable[Lot]) -> dict[str, int]:
    """Coins per unit, and the cash that stands behind them."""
    balances: dict[str, int] = {}
    for lot in lots:
        balances[lot.unit] = balances.get(lot.unit, 0) + lot.coins
        if lot.cash:
            key = f"{lot.currency}.deferred"
            balances[key] = balances.get(key, 0) + lot.cash
    return balances


def touching(undone: Iterable[tuple[str, int, int]], series: str, first: int, last: int) -> int:
    return sum(one[0] == series and one[1] <= last and first <= one[2] for one in undone)


def span_of(reference: str) -> tuple[str, int, int, int]:
    """Series, first, last and generation of an unlock's reference."""
    found = UNLOCK.fullmatch(reference)
    assert found is not None, reference
    return found[1], int(found[2]), int(found[3]), int(found[4])


def lanes_of(document: Document) -> set[str]:
    """The lanes of series on which an entry moves something."""
    return {side for line in document["postings"] for side in line[2:] if side.startswith("series:")}


def summed(postings: list[list[Any]]) -> dict[tuple[str, ...], int]:
    """What goes from where to where, per unit; in whatever lane of the house or of a series."""
    total: dict[tuple[str, ...], int] = {}
    for unit, amount, *sides in postings:
        key = (unit, *(LANE.sub(r"\1", side) for side in sides))
        total[key] = total.get(key, 0) + amount
    return total
