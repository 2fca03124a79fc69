"""What a viewer's chain comes to with rewards by the rules: how much of each, in which day, with which run.

The rules stand here a second time, in figures; nothing of the product is imported.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from tests.simulation.replay import Replay

Document = dict[str, Any]
HOUR_MS = 3_600_000
SKEW_MS = 300_000
HOUSE_DAY = 9
"""Coins that a viewer has in a day at most, by all rules together."""
APART_MS = 20 * HOUR_MS
"""Between two check-ins in different zones."""


class Line(NamedTuple):
    """One rule: its name, its coins (of a ladder, one after the other), its caps of a day, and how long coins live.

    ``waits``: it is never paid at once.
    """

    rule: str
    coins: tuple[int, ...]
    day_coins: int
    day_times: int
    days: int
    waits: bool = False


LINES = {
    "checkin": Line("checkin", (2, 3, 4), 4, 1, 9),
    "watch-episode": Line("episode", (2,), 4, 99, 6),
    "watch-series": Line("series", (3,), 3, 1, 15, waits=True),
    "ad": Line("ad", (2,), 5, 3, 6),
}
"""By the kind of fact, as references spell it."""

Sums = dict[str, list[int]]


class Earnings:
    """What a viewer has earned: coins and times by day and rule, and the check-ins by date."""

    def __init__(self) -> None:
        self.paid: dict[tuple[str, ...], Sums] = {}
        """Of what was paid at once, by the day as entries state it."""
        self.ever = [0, 0]
        """Coins for what the viewer alone stands for, and how many ads, of all time."""
        self.checkins: dict[str, Document] = {}
        self.fresh: list[Document] = []
        """Entries that nobody has held against what was done."""

    def apply(self, document: Document) -> None:
        """Holds one reward against the rules, and against what was had before it."""
        terms = document["terms"]
        _, kind, fact, _ = document["reference"].split(":")
        line, coins = LINES[kind], terms["coins"]
        assert (terms["rule"], terms["unit"]) == (line.rule, "bonus"), "another rule's reward"
        assert 0 < coins <= max(line.coins), f"{coins} coins are more than {kind} is worth"
        assert "on" in terms or not line.waits, f"{kind} was paid at once"
        self.ever[kind == "ad"] += 1 if kind == "ad" else coins
        assert terms["ever"] == self.ever, "it states other sums of all time than were had"
        self.fresh.append(document)
        if kind == "checkin":
            self._check_in(document, fact, line)
        if "on" in terms:  # it waited: who decided it had counted it
            return
        day = tuple(str(part) for part in terms["day"])
        assert all(day[0] > other[0] or day == other for other in self.paid), "a day came again"
        sums = self.paid.setdefault(day, {})
        had = sums.setdefault(line.rule, [0, 0])
        had[0] += coins
        had[1] += 1
        total = sum(one for one, _ in sums.values())
        assert had[0] <= line.day_coins, f"{kind} paid {had[0]} coins on {day[0]}"
        assert had[1] <= line.day_times, f"{kind} paid {had[1]} times on {day[0]}"
        assert total <= HOUSE_DAY, f"{total} coins were paid on {day[0]}"
        assert terms["had"] == [total, 0, sums], "it states other sums than were had"

    def _check_in(self, document: Document, day: str, line: Line) -> None:
        terms = document["terms"]
        assert terms["coins"] <= line.coins[(terms["run"] - 1) % len(line.coins)], "a rung that was not reached"
        before = self.checkins.get(str(date.fromisoformat(day) - timedelta(days=1)))
        self.checkins[day] = document
        if before is None or "on" in terms or "on" in before["terms"]:
            return
        assert terms["run"] == before["terms"]["run"] + 1, "a run that does not go on"
        if terms["zone"] != before["terms"]["zone"]:
            apart = document["at"] - before["at"]
            assert apart >= APART_MS - 2 * SKEW_MS, f"two days in {apart / HOUR_MS:.1f} hours"


def asked_of(document: Document) -> tuple[str, int, int]:
    """The unit, the coins and the lifetime in days of a reward's entry."""
    terms = document["terms"]
    if "asked" in terms:
        unit, coins, days = terms["asked"]
        return unit, coins, days
    return terms["unit"], terms["coins"], LINES[document["reference"].split(":")[1]].days


def is_earned(document: Document) -> bool:
    """Whether a reward is one that the rules have decided."""
    return "asked" not in document["terms"]


def note(replay: Replay, document: Document) -> None:
    """Takes a reward into account."""
    if is_earned(document):
        replay.earnings.apply(document)
