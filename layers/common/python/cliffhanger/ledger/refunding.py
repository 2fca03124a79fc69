"""What undoes a purchase, and what takes that back when the money came again. Pure (LEDGER rules 8, 19, 20).

Coins are taken from the order's own lot first, then from others bought at the same price, and what is not there any
more is owed. Their money leaves the deferred cash of what was taken; for what had been spent it comes back from those
it went to, and what cannot be found there the house bears.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from cliffhanger.ledger import lots as lotting
from cliffhanger.ledger.corrections import SECOND_LIFE_DAYS, granted_lot
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.lapsing import LAPSED, Lapsed, let_go, telling
from cliffhanger.ledger.lots import Lot
from cliffhanger.ledger.names import OWN, OWN_DEFERRED, external, platform
from cliffhanger.ledger.planning import RECOVERED, Living, Turn, give_back, living, next_entry
from cliffhanger.ledger.purchases import CHANNEL, LOSSES, PROVIDER, Deal, Position, Story, own_lot, position
from cliffhanger.ledger.state import Posting, State
from cliffhanger.ledger.tracing import SERIES, Trail

Follow = Callable[[str], Trail]
"""Follows the money behind the coins of a lot since the order's grant."""
_Given = Sequence[tuple[str, int]]


class Piece(NamedTuple):
    """What is taken from one lot: coins and cash, which may be none; as entries keep it, a list."""

    lot: str
    coins: int
    cash: int


class Taken(NamedTuple):
    """Coins taken from lots: the pieces, the lots that remain, and the cash left of lots that are no more."""

    pieces: tuple[Piece, ...]
    lots: tuple[Lot, ...]
    surplus: int


def reverse_purchase(turn: Turn, story: Story, name: str, amount: int, follow: Follow, *, lapsed: Lapsed) -> Entry:
    """Takes back what an order brought, as far as ``amount`` more of its money has gone; what is gone already is owed.

    Where the grant has not come yet, or what is undone here was taken back before, it is an entry without postings all
    the same. The entry keeps what it took of which lot, so that exactly that can be given back. Of the bonus, what
    ``lapsed`` is not owed.

    Raises:
        NameInvalid: the reference does not belong on the account.
    """
    alive, deal = living(turn), story.deal
    if deal is None or story.grant is None or name in story.returns:
        return next_entry(turn, alive, postings=(), state=alive.state)
    before = story.gone()
    more = position(deal, before + amount).since(position(deal, before))
    lot = own_lot(story)
    taken = take(alive.state.lots, deal, lot, more)
    missing = more.cash - sum(piece.cash for piece in taken.pieces)
    payees = follow(lot).trace(story.grant.seq, missing) if missing else {}
    gift = granted_lot(story.grant, story.before, "bonus")
    turn, bonus = let_go(turn, gift, more.bonus, alive.at, lapsed)
    state = _without_bonus(alive.state._replace(lots=taken.lots), gift, bonus)
    owed = more.coins - sum(piece.coins for piece in taken.pieces)
    if owed:
        state = state._replace(debt={**state.debt, "coin": state.debt.get("coin", 0) + owed})
    told = {"reverses": story.grant.seq, "lot": lot, "taken": [list(piece) for piece in taken.pieces]}
    turn = turn._replace(ask=turn.ask._replace(terms={**turn.ask.terms, **told}))
    payer, house = external(PROVIDER, turn.account), platform(LOSSES, turn.account)
    lines = [
        ("coin", more.coins, OWN, payer),
        (deal.currency, more.cash - missing, OWN_DEFERRED, payer),
        *((deal.currency, part, account, payer) for account, part in payees.items()),
        (deal.currency, missing - sum(payees.values()), house, payer),
        (deal.currency, taken.surplus, OWN_DEFERRED, platform(RECOVERED, turn.account)),
        ("bonus", bonus, OWN, platform("issued", turn.account)),
    ]
    return next_entry(turn, alive, postings=_moving(lines), state=state)


def take(lots: Sequence[Lot], deal: Deal, own: str, more: Position) -> Taken:
    """Takes an order's coins and their money from lots, as far as there are any: its ``own`` first, then like ones.

    Where all the coins are there, all the money is taken with them, though rounding may have left more of it in one lot
    than its coins' part.
    """
    bought = [lot for lot in lotting.spend_order(lots) if lot.unit == "coin"]
    chosen: list[tuple[Lot, int]] = []
    coins = more.coins
    for lot in sorted((lot for lot in bought if lot.lot == own or _alike(lot, deal)), key=lambda lot: lot.lot != own):
        count = min(coins, lot.coins)
        if count or lot.lot == own:
            chosen.append((lot, count))
            coins -= count
    cash = more.cash
    parts: dict[str, int] = {}
    for lot, count in chosen:
        parts[lot.lot] = min(cash, lot.cash * count // lot.coins)
        cash -= parts[lot.lot]
    for lot, _ in chosen if not coins else ():
        rest = min(cash, lot.cash - parts[lot.lot])
        parts[lot.lot] += rest
        cash -= rest
    pieces = tuple(Piece(lot.lot, count, parts[lot.lot]) for lot, count in chosen if count or parts[lot.lot])
    by_name = {piece.lot: piece for piece in pieces}
    less = [
        lot._replace(coins=lot.coins - by_name[lot.lot].coins, cash=lot.cash - by_name[lot.lot].cash)
        if lot.lot in by_name
        else lot
        for lot in lots
    ]
    return Taken(pieces, tuple(lot for lot in less if lot.coins), sum(lot.cash for lot in less if not lot.coins))


def _alike(lot: Lot, deal: Deal) -> bool:
    """Whether a lot was bought at an order's price a coin, but for less than one unit that rounding has left."""
    same = (lot.currency, lot.channel) == (deal.currency, CHANNEL)
    return same and 0 <= lot.cash * deal.coins - deal.cash * lot.coins < deal.coins


def return_purchase(turn: Turn, story: Story, name: str, follow: Follow) -> Entry:
    """Gives back what the reversal of that name took: its money has come again.

    Coins cancel what is owed for them still, and go back to the lots that they were taken from; money goes back to
    those who gave it; where an unlock has been reversed meanwhile, to the house, which stood in for its series. Where
    the reversal, or the grant, has not come yet, it is an entry without postings all the same.

    Raises:
        NameInvalid: the reference does not belong on the account.
    """
    alive, deal, reversal = living(turn), story.deal, story.reversals.get(name)
    if deal is None or story.grant is None or reversal is None or name in story.returns:
        return next_entry(turn, alive, postings=(), state=alive.state)
    more = position(deal, story.gone()).since(position(deal, story.gone(but=name)))
    lot, payer = own_lot(story), external(PROVIDER, turn.account)
    turn = turn._replace(ask=turn.ask._replace(terms={**turn.ask.terms, "reverses": reversal.seq, "lot": lot}))
    asked = any(line.source.startswith(SERIES) for one in story.reversals.values() for line in one.postings)
    trail = follow(lot) if asked else Trail((), lot)
    given, late = _given_back(trail, story.grant.seq, reversal, more.cash)
    cash = more.cash - sum(amount for _, amount in (*given, *late))
    back = _Back(deal, lot, more.coins, cash, sum(amount for _, amount in late), reversal)
    state, postings = _coins_back(turn, alive.state, back)
    bonus = more.bonus if reversal.seq < story.grant.seq else min(more.bonus, _taken_of(reversal, "bonus"))
    named, gone = reversal.terms.get(LAPSED, ("", 0))
    turn = telling(turn, named, -min(gone, max(0, more.bonus - bonus)))
    state, repaid = _bonus_back(turn, alive._replace(state=state), story, bonus)
    lines = [
        ("coin", more.coins, payer, OWN),
        *((deal.currency, amount, payer, account) for account, amount in (*given, *late)),
        ("bonus", bonus, platform("issued", turn.account), OWN),
    ]
    return next_entry(turn, alive, postings=[*_moving(lines), *postings, *repaid], state=state)


def _given_back(trail: Trail, grant: int, reversal: Entry, cash: int) -> tuple[_Given, _Given]:
    """Who gets how much of the money that comes again: of what the reversal took, and beyond that of others.

    Two that overlap undo no more than was paid: the one that took it may have come to nothing first, and what the other
    stood for was left out.
    """
    given = _upto(trail.heirs(reversal), cash)
    kept = sum(Piece(*piece).cash for piece in reversal.terms.get("taken", ()))
    rest = max(0, cash - kept - sum(amount for _, amount in given))
    return given, _upto(trail.left_over(grant), rest)


class _Back(NamedTuple):
    """Coins of an order that come back, the money that comes back to be deferred with them, and what the house adds."""

    deal: Deal
    lot: str
    coins: int
    cash: int
    added: int
    reversal: Entry


def _coins_back(turn: Turn, state: State, back: _Back) -> tuple[State, list[Posting]]:
    deal, reversal = back.deal, back.reversal
    house, payer = platform(RECOVERED, turn.account), external(PROVIDER, turn.account)
    pieces = [Piece(*piece) for piece in reversal.terms.get("taken", ())]
    went = min(back.coins, _taken_of(reversal, "coin") - sum(piece.coins for piece in pieces))
    owed = state.debt.get("coin", 0)
    cancelled = min(owed, went)
    # What was owed and has been repaid since is there again in coins; the house got their money, and gives it back.
    again = deal.cash * (went - cancelled) // deal.coins
    if back.coins >= _taken_of(reversal, "coin"):
        again += sum(line.amount for line in reversal.postings if line.destination == house)
    state = state._replace(debt={unit: n for unit, n in {**state.debt, "coin": owed - cancelled}.items() if n})
    coins = back.coins - cancelled
    again += back.added if coins else 0
    cash = back.cash + again
    stands = any(lot.lot == back.lot for lot in state.lots)
    if not coins and not stands:
        return state, _moving([(deal.currency, back.cash, payer, platform(LOSSES, turn.account))])
    postings = _moving([(deal.currency, back.cash, payer, OWN_DEFERRED), (deal.currency, again, house, OWN_DEFERRED)])
    for place, (name, count, part) in enumerate(_pieces_back(pieces, back.lot, coins, cash), start=1):
        lot = Lot(name, "coin", count, lotting.NEVER, part, deal.currency, CHANNEL)
        state, repaid = give_back(turn, state, lot, place)
        postings += repaid
    return state, postings


def _pieces_back(pieces: Sequence[Piece], own: str, coins: int, cash: int) -> list[Piece]:
    """So many coins and so much cash as pieces of the lots they came from, the last taken first; the rest is own."""
    back: list[Piece] = []
    for piece in reversed(pieces):
        count = min(coins, piece.coins)
        if count:
            part = min(cash, piece.cash * count // piece.coins)
            back.append(Piece(piece.lot, count, part))
            coins, cash = coins - count, cash - part
    if coins or not back:
        return [*back, Piece(own, coins, cash)]
    return [*back[:-1], back[-1]._replace(cash=back[-1].cash + cash)]


def _without_bonus(state: State, gift: Lot | None, coins: int) -> State:
    """The state after bonus coins were taken back, of the order's own before others; what is gone is owed."""
    taken, lots = lotting.take_back(state.lots, "bonus", coins, first="" if gift is None else gift.lot)
    debt = dict(state.debt)
    if coins > taken:
        debt["bonus"] = debt.get("bonus", 0) + coins - taken
    return state._replace(lots=lots, debt=debt)


def _bonus_back(turn: Turn, alive: Living, story: Story, coins: int) -> tuple[State, list[Posting]]:
    if not coins or story.grant is None or story.deal is None:
        return alive.state, []
    gift = granted_lot(story.grant, story.before, "bonus")
    expires = max(
        lotting.expiry_day(story.grant.at, story.deal.bonus_days), lotting.expiry_day(alive.at, SECOND_LIFE_DAYS)
    )
    name = f"{story.grant.seq}.1" if gift is None else gift.lot
    return give_back(turn, alive.state, Lot(name, "bonus", coins, expires), lotting.MAX_LOTS)


def _taken_of(reversal: Entry, unit: str) -> int:
    """How many coins of a unit a reversal took, owed or not; expired ones went elsewhere."""
    platforms = (external(PROVIDER, reversal.account), platform("issued", reversal.account))
    return sum(
        line.amount
        for line in reversal.postings
        if line.unit == unit and line.source == OWN and line.destination in platforms
    )


def _upto(parts: Sequence[tuple[str, int]], cash: int) -> list[tuple[str, int]]:
    """The first of the parts, up to an amount."""
    found: list[tuple[str, int]] = []
    for account, amount in parts:
        found.append((account, min(amount, cash)))
        cash -= found[-1][1]
    return found


def _moving(lines: Sequence[tuple[str, int, str, str]]) -> list[Posting]:
    """The postings of lines, without those that move nothing."""
    return [Posting(*line) for line in lines if line[1]]
