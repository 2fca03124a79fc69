"""What a viewer's chain comes to with holds, rewards and their reversals, exchanges, and coins that others send."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.simulation import earners_rules

if TYPE_CHECKING:
    from tests.simulation.guarded import Leg
    from tests.simulation.replay import Lot, Replay

Document = dict[str, Any]
SPENDABLE = ("bonus", "coin")
MOST_HOLDS = 16


class CoinHold(NamedTuple):
    """Coins that are set aside, as pieces of their lots."""

    name: str
    until: int
    pieces: tuple[Lot, ...]

    def packed(self) -> list[Any]:
        return [self.name, self.until, *(piece.packed() for piece in self.pieces)]


def settle(replay: Replay, seq: int, legs: Iterable[Leg]) -> None:
    """Coins that arrive become the lots that their sources sealed, after debt; coins taken back and gone are owed."""
    count = 0
    for leg in legs:
        assert set(leg.amounts) == {unit for unit, _, _ in leg.lots}, "coins have come without saying which"
        for unit, coins, expires in leg.lots:
            count += 1
            if leg.amounts[unit] > 0:
                left = replay.repay(replay.lot(f"{seq}.{count}", unit, coins, expires), [])
                if left is not None:
                    replay.merge(left)
            else:
                alike = [lot.name for lot in replay.lots if (lot.unit, lot.expires) == (unit, expires)]
                replay.take(unit, coins, first=alike[0] if alike else "", at=leg.at)


def hold(replay: Replay, document: Document, _postings: list[list[Any]]) -> None:
    """Sets coins aside in the order of spending; they count against the day's limit."""
    coins, life = document["terms"]["asked"]
    at = document["at"]
    assert not replay.frozen, "a frozen account has set coins aside"
    assert not any(replay.debt.values()), "set aside although it owes"
    assert len(replay.holds) < MOST_HOLDS, "too many holds"
    today = at // replay.day_ms
    limit = replay.limits.get("day")
    assert limit is None or replay.days.get(today, 0) + coins <= limit, "over the day's limit"
    pieces = tuple(_portions(replay.lots, coins, replay))
    replay.holds.append(CoinHold(document["reference"].split(":")[1], at + life, pieces))
    replay.last_day = today
    replay.days[today] = replay.days.get(today, 0) + coins


def resolve(replay: Replay, document: Document, postings: list[list[Any]]) -> None:
    """Moves a part to where it is posted, and brings the rest back to its lots, or lets it expire."""
    kind, at, seq = document["terms"]["kind"], document["at"], document["seq"]
    name = document["reference"].split(":")[1]
    (held,) = (one for one in replay.holds if one.name == name)
    replay.holds.remove(held)
    pieces = list(held.pieces)
    if kind == "post":
        coins, to = document["terms"]["asked"]
        assert not replay.frozen, "a frozen account has posted"
        assert at < held.until, "posted after its time"
        posted = _portions(pieces, coins, None)
        spent = []
        for piece in posted:
            portion = [piece.name, piece.unit, piece.coins, piece.cash, piece.currency]
            spent.append([*portion, piece.expires] if piece.expires else portion)
            postings.append([piece.unit, piece.coins, ".", to])
            if piece.cash:
                postings.append([piece.currency, piece.cash, ".deferred", to])
        assert document["spent"] == spent, "posted other coins than those whose turn it was"
    assert kind != "expiry" or at >= held.until, "expired before its time"
    back = [piece for piece in pieces if not piece.expires or at < piece.expires * replay.day_ms]
    postings += [[piece.unit, piece.coins, ".", "platform:expired-"] for piece in pieces if piece not in back]
    for place, piece in enumerate(back, start=1):
        replay.restore(piece, f"{seq}.{place}", postings)


def _portions(lots: list[Lot], coins: int, replay: Replay | None) -> list[Lot]:
    """Takes coins out of lots in the order of spending; what was taken, each with its share of the cash.

    ``lots`` is changed in place. With a replay only what is spendable counts.
    """
    order = sorted(
        (lot for lot in lots if lot.unit in SPENDABLE or replay is None),
        key=lambda lot: (lot.unit == "coin", lot.expires, lot.age),
    )
    taken = []
    due = coins
    for lot in order:
        count = min(due, lot.coins)
        if not count:
            break
        due -= count
        cash = lot.cash * count // lot.coins
        taken.append(lot._replace(coins=count, cash=cash))
        place = lots.index(lot)
        if count == lot.coins:
            del lots[place]
        else:
            lots[place] = lot._replace(coins=lot.coins - count, cash=lot.cash - cash)
    assert not due, "more coins were taken than there are"
    return taken


def reward(replay: Replay, document: Document, postings: list[list[Any]]) -> None:
    """Grants what the reversals that came before have left of it."""
    earners_rules.note(replay, document)
    unit, coins, days = earners_rules.asked_of(document)
    prefix = document["reference"].removesuffix("grant")
    coins -= _undone(replay, prefix, coins)
    if not coins:
        return
    postings.append([unit, coins, "platform:issued-", "."])
    lot = replay.lot(str(document["seq"]), unit, coins, replay.week_end(document["at"], days))
    left = replay.repay(lot, postings)
    replay.became[document["seq"]] = lot.name if left is None else replay.merge(left)


def undo_reward(replay: Replay, document: Document, postings: list[list[Any]]) -> None:
    """Takes back what this undoes beyond what was undone; of what is over, what had been spent by then."""
    part, whole = document["terms"]["undone"]
    prefix = document["reference"].rpartition("rev:")[0]
    grants = [one for one in replay.entries.values() if one["reference"] == f"{prefix}grant"]
    if not grants:
        return
    (grant,) = grants
    unit, full, days = earners_rules.asked_of(grant)
    coins = full * part // whole - _undone(replay, prefix, full, but=document["seq"])
    given = [line for line in grant["postings"] if line[3] == "."]
    if coins <= 0 or not given:
        return
    ends = replay.week_end(grant["at"], days) * replay.day_ms
    coins -= replay.lapses.let_go(replay.became[grant["seq"]], ends, coins, document["at"])
    if not coins:
        return
    postings.append([unit, coins, ".", "platform:issued-"])
    replay.take(unit, coins, first=replay.became[grant["seq"]])


def _undone(replay: Replay, prefix: str, coins: int, but: int = 0) -> int:
    """What the furthest of the reversals under a prefix says."""
    parts = [
        one["terms"]["undone"]
        for seq, one in replay.entries.items()
        if one["reference"].startswith(f"{prefix}rev:") and seq != but
    ]
    return max((coins * part // whole for part, whole in parts), default=0)


def repair(replay: Replay, document: Document, postings: list[list[Any]]) -> None:
    """Spends coins at the house on a day of a run that was missed, which counts against the day's limit."""
    coins, today = document["terms"]["coins"], document["at"] // replay.day_ms
    assert sum(portion[2] for portion in document.get("spent", [])) == coins, "it cost another price than it says"
    assert document["reference"] == f"repair:{document['terms']['asked']}", "another day than was asked for"
    assert not replay.frozen, "a frozen account has paid for a day"
    limit = replay.limits.get("day")
    assert not coins or limit is None or replay.days.get(today, 0) + coins <= limit, "over the day's limit"
    replay.spend(document, "platform:repairs-", postings)
    replay.count(coins, today)


def exchange(replay: Replay, document: Document, postings: list[list[Any]]) -> None:
    """Gives granted coins of one unit for those of another at the declared rate, rounded down."""
    unit, amount, to, days = document["terms"]["asked"]
    got, given = document["terms"]["rate"]
    assert not replay.frozen, "a frozen account has exchanged"
    assert document["at"] < document["terms"]["until"], "exchanged at a rate that was over"
    mine = [lot for lot in replay.lots if lot.unit == unit]
    assert sum(lot.coins for lot in mine) >= amount, "exchanged more than there is"
    replay.take(unit, amount, first="")
    comes = amount * got // given
    postings += [[unit, amount, ".", "platform:exchange-"], [to, comes, "platform:exchange-", "."]]
    left = replay.repay(replay.lot(str(document["seq"]), to, comes, replay.week_end(document["at"], days)), [])
    if left is not None:
        replay.merge(left)
