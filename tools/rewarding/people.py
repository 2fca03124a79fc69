"""One viewer of the simulation: the coins they hold, and what they have claimed today."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from cliffhanger.ledger.lots import DAY_MS, expiry_day
from cliffhanger.rewards.claims import Decision, Ever, Taken, Tally

NOBODY, NOTHING_YET = Tally(), Ever()
REPAIRS_COUNT = 30
"""Days in which repairs are counted."""


@dataclass(slots=True)
class Purse:
    """Bonus coins by the day on which they expire, counted since 1970-01-01 UTC; and those that have not vested."""

    lots: dict[int, int] = field(default_factory=dict)
    pending: list[tuple[int, int, int]] = field(default_factory=list)
    """The day on which each vests, its coins, and how many days they live from then."""

    @property
    def coins(self) -> int:
        """What can be spent."""
        return sum(self.lots.values())

    def take_in(self, decision: Decision, day: int, later: int = 0) -> int:
        """Credits what was decided, ``later`` days after it vests, and tells how many coins can be spent at once."""
        vests = decision.vests_at // DAY_MS + later
        if vests > day:
            self.pending.append((vests, decision.coins, decision.lifetime_days))
            return 0
        return self._credit(day, decision.coins, decision.lifetime_days)

    def wake(self, day: int) -> tuple[int, int]:
        """What has vested by a day, and what has expired."""
        vested = sum(self._credit(day, coins, days) for due, coins, days in self.pending if due <= day)
        self.pending = [one for one in self.pending if one[0] > day]
        gone = [expires for expires in self.lots if expires <= day]
        return vested, sum(self.lots.pop(expires) for expires in gone)

    def spend(self, coins: int) -> None:
        """Takes coins, those that expire first before the others; there are so many."""
        for expires in sorted(self.lots):
            taken = min(coins, self.lots[expires])
            self.lots[expires] -= taken
            coins -= taken
            if not self.lots[expires]:
                del self.lots[expires]
            if not coins:
                return

    def _credit(self, day: int, coins: int, days: int) -> int:
        expires = expiry_day(day * DAY_MS, days)
        self.lots[expires] = self.lots.get(expires, 0) + coins
        return coins


@dataclass(slots=True)
class Counts:
    """What one viewer, or one device's viewers, have claimed: of one day in all, and in each hour of it."""

    day: int = -1
    tally: Tally = NOBODY
    hours: Counter[int] = field(default_factory=Counter)

    def turn(self, day: int) -> None:
        """Begins a day, if it is another."""
        if day != self.day:
            self.day, self.tally = day, NOBODY
            self.hours.clear()


@dataclass(slots=True)
class Device:
    """A device: its claims, and on which day each viewer claimed from it last."""

    name: str
    counts: Counts = field(default_factory=Counts)
    viewers: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Block:
    """An address block on one day: who has claimed from it, and who of them was new."""

    day: int = -1
    viewers: set[str] = field(default_factory=set)
    new: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Person:
    """A viewer: who they are, when they joined, where they claim from, what they hold and how far they have come."""

    name: str
    kind: str
    joined: int
    device: Device
    block: Block
    purse: Purse = field(default_factory=Purse)
    counts: Counts = field(default_factory=Counts)
    ever: dict[str, Taken] = field(default_factory=dict)
    vouched: Ever = NOTHING_YET
    purchases: int = 0
    bought: int = 0
    """Coins of the newest purchase that are left."""
    run: int = 0
    checked: int = -1
    episode: int = 0
    seconds: int = 0
    honest: bool = True
    mended: list[int] = field(default_factory=list)
    inviter: Person | None = None
    """Whose invitation was redeemed, until the first purchase."""

    def missed(self, day: int) -> int:
        """Days since the last check-in that are without one, before this day; none before the first."""
        return day - 1 - self.checked if self.run else 0

    def mended_lately(self, day: int) -> int:
        """Days that were mended within the last thirty."""
        return sum(day - one < REPAIRS_COUNT for one in self.mended)

    def mend(self, day: int, missed: int) -> None:
        """Joins the days before this one to the run."""
        self.mended += [day] * missed
        self.run += missed
        self.checked = day - 1

    def check_in(self, day: int) -> int:
        """The day of the run that today's check-in is."""
        self.run = self.run + 1 if self.checked == day - 1 else 1
        self.checked = day
        return self.run
