"""What must hold of gifts, written from the rules: bought coins alone, by who owes nothing, within limits a day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.simulation import purchases

if TYPE_CHECKING:
    from tests.simulation.replay import Replay

Document = dict[str, Any]
HOUSE_COINS = 5_000


def give(replay: Replay, document: Document, postings: list[list[Any]]) -> None:
    """So many of a gift at its price; it counts to the day, and not to what the series has had for its episodes."""
    terms, today = document["terms"], document["at"] // replay.day_ms
    coins = sum(portion[2] for portion in document["spent"])
    assert coins == terms["count"] * terms["price"], "it cost another price than it says"
    assert not replay.frozen, "a frozen account has given"
    assert not any(replay.debt.values()), "who owes has given something away"
    assert replay.days.get(today, 0) + coins <= replay.limits.get("day", 10**9), "over the day's limit"
    given = sum(
        sum(portion[2] for portion in one["spent"])
        for seq, one in replay.entries.items()
        if one["terms"]["kind"] == "tip" and one["at"] // replay.day_ms == today and seq not in replay.reversed
    )  # with this one
    own = replay.limits.get("tipsNext" if today >= replay.limits.get("tipsFrom", today + 1) else "tips", HOUSE_COINS)
    assert given <= min(own, HOUSE_COINS), "more is given in a day than may be"
    replay.spend(document, f"series:{purchases.series_of(document)}:tips:0", postings, units=("coin",))
    replay.count(coins, today)


def undo(replay: Replay, document: Document, original: Document, postings: list[list[Any]]) -> None:
    """Coins go back to their lots, and the money comes from who has it."""
    series, at, coins = purchases.series_of(original), document["at"], 0
    for place, (name, unit, count, cash, currency) in enumerate(original["spent"], start=1):
        coins += count
        postings.append([unit, count, f"series:{series}:tips:0", "."])
        back = replay.lot(name, unit, count, 0)._replace(cash=cash, currency=currency, channel="web")
        replay.restore(back, f"{document['seq']}.{place}", postings)
    postings += purchases.paid_back(replay, document, original)
    if original["at"] // replay.day_ms == at // replay.day_ms:
        replay.count(-coins, at // replay.day_ms)
