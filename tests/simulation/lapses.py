"""Granted coins that expired by themselves: they are not owed when their grant is undone, and each is let go once."""

from __future__ import annotations

DAY_MS = 86_400_000


class Lapses:
    """By lot: on which day how many of its coins expired, and how many were let go for that by who undid a grant."""

    def __init__(self) -> None:
        self._told: dict[str, list[tuple[int, int]]] = {}

    def expire(self, name: str, day: int, coins: int) -> None:
        """So many coins of a lot have expired; or, undone again, have not been let go after all."""
        if coins:
            self._told.setdefault(name, []).append((day, coins))

    def let_go(self, name: str, ends: int, coins: int, at: int) -> int:
        """How many of so many coins that were granted as a lot, until ``ends``, are not owed."""
        if at < ends:
            return 0
        left = sum(count for day, count in self._told.get(name, []) if day >= ends // DAY_MS)
        gone = min(coins, max(0, left))
        self.expire(name, at // DAY_MS, -gone)
        return gone
