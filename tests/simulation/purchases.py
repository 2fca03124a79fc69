"""What a viewer's chain comes to with orders, and with the refunds and disputes that undo them.

How much of an order is undone follows from the facts alone: what went back and did not come again, never more than was
paid. What an entry moves is predicted from that; which of several like lots it takes the coins from is looked at, and
must be allowed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from tests.simulation.replay import Lot, Replay

Document = dict[str, Any]
PAYER, HOUSE, EXPIRED = "external:stripe-", "platform:issued-", "platform:expired-"
HOLDER = "platform:recovered-"


class Parts(NamedTuple):
    """Money, bought coins and bonus coins of an order."""

    cash: int
    coins: int
    bonus: int


NOTHING = Parts(0, 0, 0)


class Order:
    """One order: what was bought, when, and by name what went back and what of that came again."""

    def __init__(self) -> None:
        self.deal = NOTHING
        self.currency = ""
        self.ends = 0
        self.at = 0
        self.lot = ""
        self.gone: dict[str, int] = {}
        self.back: set[str] = set()
        self.gift = ""
        self.bonus_taken: dict[str, int] = {}
        self.bonus_gone: dict[str, int] = {}

    def undone(self) -> Parts:
        """What of it is undone by now; nothing before it was bought."""
        cash, coins, bonus = self.deal
        if not cash:
            return NOTHING
        gone = min(cash, sum(amount for name, amount in self.gone.items() if name not in self.back))
        return Parts(gone, coins * gone // cash, bonus * gone // cash)


def bought(replay: Replay, document: Document, postings: list[list[Any]]) -> None:
    """Brings what was bought less what was undone before it came."""
    terms, seq, name = document["terms"], document["seq"], document["reference"].split(":")[1]
    preceded = any(other != name for other in replay.orders)
    assert not (preceded and terms.get("first")), "a later purchase brought the bonus of a first one"
    assert preceded or not terms.get("withheld"), "a first purchase was kept from its bonus"
    order = replay.orders.setdefault(name, Order())
    order.deal = Parts(terms["cash"], terms["coins"], terms.get("bonus", 0))
    order.currency, order.at = terms["currency"], document["at"]
    order.ends = replay.week_end(document["at"], terms["bonusDays"]) * replay.day_ms if order.deal.bonus else 0
    order.lot = str(seq)  # also where all of it was undone before: what comes again comes as this
    undone = order.undone()
    cash, coins, bonus = (whole - part for whole, part in zip(order.deal, undone, strict=True))
    if not cash:
        return
    postings += [["coin", coins, PAYER, "."], [order.currency, cash, PAYER, ".deferred"]]
    lot = replay.lot(str(seq), "coin", coins, 0)._replace(cash=cash, currency=order.currency, channel="web")
    left = replay.repay(lot, postings)
    order.lot = lot.name if left is None else replay.merge(left)
    if bonus:
        postings.append(["bonus", bonus, HOUSE, "."])
        gift = replay.repay(replay.lot(f"{seq}.1", "bonus", bonus, order.ends // replay.day_ms), postings)
        order.gift = "" if gift is None else replay.merge(gift)


def undo(replay: Replay, document: Document, postings: list[list[Any]]) -> None:
    """Takes back what is undone by this beyond what was before; what is gone is owed."""
    order, name = _named(replay, document)
    before = order.undone()
    order.gone[name] = document["terms"]["amount"]
    more = Parts(*(now - was for now, was in zip(order.undone(), before, strict=True)))
    gone = replay.lapses.let_go(order.gift, order.ends, more.bonus, document["at"]) if more.bonus else 0
    taken = _look(replay, document, postings, order)
    assert taken.cash == -more.cash, f"{-taken.cash} went back and not {more.cash}"
    assert taken.coins == -more.coins, f"{-taken.coins} coins were undone and not {more.coins}"
    assert -taken.bonus == more.bonus - gone, "another bonus was undone"
    order.bonus_taken[name], order.bonus_gone[name] = -taken.bonus, gone


def bring_again(replay: Replay, document: Document, postings: list[list[Any]]) -> None:
    """Gives back what that reversal had undone, now that its money has come again."""
    order, name = _named(replay, document)
    before = order.undone()
    order.back.add(name)
    more = Parts(*(was - now for now, was in zip(order.undone(), before, strict=True)))
    given = _look(replay, document, postings, order)
    assert given.cash == more.cash, f"{given.cash} came again and not {more.cash}"
    assert given.coins == more.coins, f"{given.coins} coins came again and not {more.coins}"
    assert given.bonus in (more.bonus, min(more.bonus, order.bonus_taken.get(name, 0))), "another bonus came again"
    again = min(order.bonus_gone.get(name, 0), max(0, more.bonus - given.bonus))
    replay.lapses.expire(order.gift, document["at"] // replay.day_ms, again)


def paid_back(replay: Replay, document: Document, original: Document) -> list[list[Any]]:
    """Who gives the money of a spend back: its series, and the house as far as orders undone have taken of that."""
    series = series_of(original)
    due: dict[str, int] = {}
    for _, _, _, cash, currency, *_ in original.get("spent", []):
        due[currency] = due.get(currency, 0) + cash
    back = [line for line in document["postings"] if line[3] == ".deferred"]
    for currency, cash in due.items():
        assert sum(line[1] for line in back if line[0] == currency) == cash, "other money came back than was spent"
    house = sum(line[1] for line in back if line[2].startswith(HOLDER))
    brought = _brought(replay, series) + sum(due.values())
    assert house <= brought - replay.earned.get(series, 0), "the house stood in for what nobody had taken"
    return back


def earn(replay: Replay, document: Document) -> None:
    """Counts what each series has, which is never less than nothing nor more than its standing unlocks brought."""
    for unit, amount, source, to in document["postings"]:
        for side, signed in ((source, -amount), (to, amount)):
            if side.startswith("series:") and unit not in ("coin", "bonus", "game"):
                series = side.split(":")[1]
                replay.earned[series] = replay.earned.get(series, 0) + signed
    for series, has in replay.earned.items():
        brought = _brought(replay, series)
        assert 0 <= has <= brought, f"{series} has {has}, and its unlocks brought {brought}"


def _brought(replay: Replay, series: str) -> int:
    """The money that the unlocks and gifts of a series which stand have brought."""
    spends = [one for one in replay.entries.values() if one["terms"]["kind"] in ("unlock", "tip")]
    return sum(
        sum(portion[3] for portion in one.get("spent", []))
        for one in spends
        if series_of(one) == series and one["seq"] not in replay.reversed
    )


def series_of(document: Document) -> str:
    """The series that an unlock or a gift is for."""
    reference: str = document["reference"]
    if reference.startswith("unlock:"):
        return reference.split(":")[1]
    (series,) = {side.split(":")[1] for line in document["postings"] for side in line[2:] if side.startswith("series:")}
    return series


def _named(replay: Replay, document: Document) -> tuple[Order, str]:
    _, order, _, name = document["reference"].split(":")
    return replay.orders.setdefault(order, Order()), name


def _look(replay: Replay, document: Document, postings: list[list[Any]], order: Order) -> Parts:
    """Takes over the lots and the debt that an entry says, where they follow from what it moves; what it brought."""
    lines = [line for line in document["postings"] if not line[3].startswith(EXPIRED)]
    postings += lines
    had, owed = list(replay.lots), dict(replay.debt)
    replay.lots = [
        type(had[0])(*lot) if had else replay.lot(*lot[:4])._replace(**_cash(lot)) for lot in _lots(document)
    ]
    replay.debt = dict(document["state"].get("debt", {}))
    for unit in ("coin", "bonus", "game"):
        held = _coins(replay.lots, unit) - _coins(had, unit)
        debt = replay.debt.get(unit, 0) - owed.get(unit, 0)
        assert held - debt == _net(lines, unit, "."), f"{unit}: lots and debt are not what was moved"
    cash = sum(lot.cash for lot in replay.lots) - sum(lot.cash for lot in had)
    assert cash == _net(lines, order.currency, ".deferred"), "lots stand for other money than was moved"
    if replay.debt.get("coin", 0) > owed.get("coin", 0):
        left = [lot for lot in replay.lots if lot.name == order.lot or (lot.unit == "coin" and _alike(lot, order))]
        assert not left, "owed, although coins of the order are there"
    kept = {lot.name: lot for lot in replay.lots}
    for lot in had:
        strange = lot.unit == "coin" and lot.name != order.lot and not _alike(lot, order, less=order.deal.coins)
        assert not strange or lot.cash <= kept.get(lot.name, lot._replace(cash=0)).cash, "coins of another order went"
    return Parts(
        _net(lines, order.currency, PAYER, -1), _net(lines, "coin", PAYER, -1), _net(lines, "bonus", HOUSE, -1)
    )


def _lots(document: Document) -> list[list[Any]]:
    found: list[list[Any]] = document["state"].get("lots", [])
    return found


def _cash(lot: list[Any]) -> dict[str, Any]:
    return dict(zip(("cash", "currency", "channel"), lot[4:], strict=False))


def _coins(lots: list[Lot], unit: str) -> int:
    return sum(lot.coins for lot in lots if lot.unit == unit)


def _alike(lot: Lot, order: Order, less: int = 1) -> bool:
    """Whether a lot has the order's price a coin, but for what rounding has taken from it."""
    return abs(lot.cash * order.deal.coins - order.deal.cash * lot.coins) < less


def _net(lines: list[list[Any]], unit: str, account: str, sign: int = 1) -> int:
    """What comes to an account in some unit, less what leaves it; lanes are one account."""

    def at(side: str) -> bool:
        return side.startswith(account) if account.endswith("-") else side == account

    return sign * sum(n * (at(to) - at(source)) for one, n, source, to in lines if one == unit)
