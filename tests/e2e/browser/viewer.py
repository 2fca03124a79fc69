"""One viewer of the stub service: coins, episodes, limits, and what the API answers about them."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

SERIES = "the-last-train"
CEILING = 160
AT = "2026-11-21T08:15:00.000Z"


@dataclass
class Lot:
    lot: str
    unit: str
    coins: int
    expiresAt: str | None = None  # noqa: N815 - as it stands in the answer


@dataclass
class Viewer:
    """A journal without hashes that chain: enough for a page to show."""

    lots: list[Lot] = field(
        default_factory=lambda: [Lot("3", "bonus", 30, "2026-12-07T00:00:00Z"), Lot("2", "coin", 100)]
    )
    unlocked: dict[tuple[int, int], dict[str, Any]] = field(default_factory=dict)
    limits: dict[str, Any] = field(default_factory=lambda: {"dayCoins": None, "seriesCoins": None, "autoUnlock": False})
    profile: dict[str, Any] = field(
        default_factory=lambda: {"displayName": "Mia", "language": "en", "country": None, "birthDate": None}
    )
    lines: list[dict[str, Any]] = field(default_factory=list)
    progress: dict[tuple[str, int], int] = field(default_factory=dict)
    entries: int = 3
    spent: int = 0

    @property
    def total(self) -> int:
        return sum(lot.coins for lot in self.lots)

    @property
    def bonus(self) -> int:
        return sum(lot.coins for lot in self.lots if lot.unit == "bonus")

    def owns(self, episode: int) -> bool:
        return any(first <= episode <= last for first, last in self.unlocked)

    def wallet(self) -> dict[str, Any]:
        coins = {"total": self.total, "bought": self.total - self.bonus, "bonus": self.bonus}
        return {
            "coins": coins,
            "lots": [vars(lot).copy() for lot in self.lots if lot.coins],
            "held": {},
            "debt": {},
            "frozen": False,
            "limits": self.limits.copy(),
            "spentToday": self.spent,
            "asOf": self.entries,
        }

    def pay(self, first: int, price: int, last: int | None = None) -> None:
        """Unlocks the episodes: the oldest lots first, the receipt and the wallet of then kept for a repeat."""
        last = first if last is None else last
        portions: list[dict[str, Any]] = []
        due = price
        for lot in self.lots:
            taken = min(lot.coins, due)
            if taken:
                lot.coins -= taken
                due -= taken
                portions.append(
                    {"lot": lot.lot, "unit": lot.unit, "coins": taken, "cash": 0, "currency": None}
                    | {"expiresAt": lot.expiresAt}
                )
        self.entries += 1
        self.spent += price
        bonus = sum(one["coins"] for one in portions if one["unit"] == "bonus")
        cash = 5 * (price - bonus)
        receipt = {
            "account": "viewer:mia",
            "seq": self.entries,
            "reference": f"unlock:{SERIES}:{first}-{last}.0",
            "at": AT,
            "seriesId": SERIES,
            "episodes": [{"episode": one, "coins": price // (last - first + 1)} for one in range(first, last + 1)],
            "priceCoins": price,
            "spent": portions,
            "creatorGets": [{"currency": "USD", "amount": cash}] if cash else [],
            "hash": hashed(self.entry(self.entries)),
        }
        self.unlocked[first, last] = {"receipt": receipt, "wallet": self.wallet()}
        changes = {"bonus": -bonus, "coin": -(price - bonus)}
        self.tell(
            "unlock", {unit: change for unit, change in changes.items() if change}, {"first": first, "last": last}
        )

    def take_back(self) -> None:
        """Undoes every unlock: each lot has its coins again."""
        for told in self.unlocked.values():
            for portion in told["receipt"]["spent"]:
                next(lot for lot in self.lots if lot.lot == portion["lot"]).coins += portion["coins"]
        coins = sum(told["receipt"]["priceCoins"] for told in self.unlocked.values())
        self.unlocked.clear()
        self.entries += 1
        self.tell("reversal", {"coin": coins})

    def tell(
        self, kind: str, coins: dict[str, int], episodes: dict[str, int] | None = None, reference: str | None = None
    ) -> None:
        """Adds a line to the statement."""
        self.lines.insert(
            0,
            {
                "seq": self.entries,
                "at": AT,
                "kind": kind,
                "reference": reference,
                "coins": coins,
                "expired": {},
                "held": {},
                "debt": {},
                "cash": [],
                "balance": {"bought": self.total - self.bonus, "bonus": self.bonus},
                "seriesId": SERIES if episodes else None,
                "episodes": episodes,
            },
        )

    def entry(self, seq: int) -> str:
        """The bytes that a receipt is proven by."""
        return json.dumps({"account": "viewer:mia", "seq": seq}, separators=(",", ":"))

    def receipt(self, seq: int) -> dict[str, Any] | None:
        found = next((one["receipt"] for one in self.unlocked.values() if one["receipt"]["seq"] == seq), None)
        if found is None:
            return self._told(seq)
        return found | {"kind": "unlock", "entry": self.entry(seq), "settled": []}

    def _told(self, seq: int) -> dict[str, Any] | None:
        """The receipt of an entry that unlocked nothing."""
        line = next((line for line in self.lines if line["seq"] == seq), None)
        if line is None:
            return None
        said = {"account": "viewer:mia", "seq": seq, "at": AT, "reference": line["reference"], "seriesId": None}
        said |= {"episodes": [], "priceCoins": 0, "spent": [], "creatorGets": [], "settled": []}
        return said | {"kind": line["kind"], "entry": self.entry(seq), "hash": hashed(self.entry(seq))}

    def quote(self, episodes: list[dict[str, Any]], number: int, currency: str) -> dict[str, Any]:
        """What the wall shows: the episode, the next few, the rest at a tenth less."""
        episode = episodes[number - 1]
        status = "free" if episode["free"] else "unlocked" if self.owns(number) else "locked"
        if not episode["published"]:
            status = "unreleased"
        left = [one for one in episodes[number - 1 :] if one["published"] and not self.owns(one["episode"])]
        options = [self.option("episode", left[:1], 0, currency)]
        options += [self.option("next", left[:3], 0, currency)] if len(left) > 3 else []
        options += [self.option("rest", left, 10, currency)] if len(left) > 1 else []
        day, series = self.limits["dayCoins"], self.limits["seriesCoins"]
        return {
            "status": status,
            "options": options if status == "locked" else [],
            "neverMoreThan": {"coins": CEILING, "spentCoins": self.spent, "leftCoins": CEILING - self.spent}
            | {"money": money(CEILING, currency)},
            "bonusCoins": self.bonus,
            "boughtCoins": self.total - self.bonus,
            "dayLeftCoins": None if day is None else max(0, day - self.spent),
            "seriesLeftCoins": None if series is None else max(0, series - self.spent),
            "autoUnlock": self.limits["autoUnlock"],
            "unreleasedEpisodes": 1,
            "asOf": self.entries,
        }

    def option(self, kind: str, episodes: list[dict[str, Any]], percent: int, currency: str) -> dict[str, Any]:
        full = sum(one["priceCoins"] for one in episodes)
        price = full - full * percent // 100
        missing = max(0, price - self.total)
        pack = {
            "packId": "taste",
            "coins": 100,
            "bonusCoins": 0,
            "price": {"amount": 99, "currency": currency, "digits": 2},
        }
        return {
            "kind": kind,
            "first": episodes[0]["episode"],
            "last": episodes[-1]["episode"],
            "generation": 0,
            "episodes": [{"episode": one["episode"], "coins": one["priceCoins"]} for one in episodes],
            "listCoins": full,
            "discountCoins": full - price,
            "cappedCoins": 0,
            "priceCoins": price,
            "bonusCoins": min(price, self.bonus),
            "boughtCoins": max(0, min(price, self.total) - self.bonus),
            "missingCoins": missing,
            "money": money(price, currency),
            "pack": pack if missing else None,
        }


def money(coins: int, currency: str) -> dict[str, Any]:
    return {"amount": coins, "currency": currency, "digits": 2}


def hashed(entry: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(entry.encode()).digest()).decode().rstrip("=")
