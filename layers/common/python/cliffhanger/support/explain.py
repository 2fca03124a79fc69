"""An account explained: what it holds, in words and numbers, and its entries, each checked against the one before it.

Nothing is believed that can be computed: the hash from the bytes, the link from the entry before, the state from the
state before and the postings. What contradicts itself is shown as such, and does not hide the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from cliffhanger.clock import Clock, rfc3339, system_clock
from cliffhanger.dynamo import Unclear
from cliffhanger.errors import Busy, InternalError, NameInvalid, NotFound
from cliffhanger.ledger.entries import Entry, foreign_legs
from cliffhanger.ledger.invariants import check
from cliffhanger.ledger.lots import DAY_MS, NEVER
from cliffhanger.ledger.names import account_kind, text_of_hash, volume_of
from cliffhanger.ledger.rolling import stored_upto
from cliffhanger.ledger.state import State
from cliffhanger.ledger.store import LedgerStore, Stored
from cliffhanger.wallet.domain import Limits, Wallet, wallet_of


class Checks(NamedTuple):
    """What holds of an entry; None where that cannot be said, because it or the one before it cannot be read.

    ``hash``: its bytes are this entry and have the hash that is stored with them. ``link``: it names the hash of the
    entry before it, which has the number before and is no later. ``arithmetic``: the state before it and its postings
    make the state after it, and all rules for entries hold.
    """

    hash: bool
    link: bool | None
    arithmetic: bool | None

    @property
    def hold(self) -> bool:
        """Whether nothing is wrong, as far as it can be said."""
        return False not in self


class Line(NamedTuple):
    """One entry of an account, or why what is stored is none.

    ``settled`` is the batch that settled each leg, by account; None while it is on its way.
    """

    seq: int
    entry: Entry | None
    fault: str
    settled: Mapping[str, int | None]
    checks: Checks


class Explained(NamedTuple):
    """An account: in words, as of its last entry (None where that cannot be read), and a page of entries.

    ``as_of`` is the last entry's seq, and how many there are. ``before`` is the seq that the next page precedes.
    """

    account: str
    words: tuple[str, ...]
    as_of: int
    last: Entry | None
    wallet: Wallet
    lines: tuple[Line, ...]
    before: int | None


def explain(
    ledger: LedgerStore, account: str, limit: int, before: int | None = None, clock: Clock = system_clock
) -> Explained:
    """An account as it stands, and its last so many entries, or those that precede a seq, newest first.

    Of an account that goes on in volumes, over all of them.

    Raises:
        NotFound: it has no entry.
        Busy: the ledger does not answer now.
    """
    try:
        account, _ = volume_of(account)
        head = stored_upto(ledger, account, 1)
        # One more than is shown: the last one is checked against it.
        found = stored_upto(ledger, account, limit + 1, head[0].seq + 1 if head and before is None else before)
    except NameInvalid as error:
        raise NotFound("There is no such account.") from error
    except Unclear as error:
        raise Busy("Try again in a moment.") from error
    if not head:
        raise NotFound("The account has no entries.")
    now, last = clock(), head[0].entry
    lines = tuple(_line(found, place) for place in range(min(limit, len(found))))
    wallet = wallet_of(last, now)
    return Explained(
        account=account,
        words=tuple(_words(head[0], wallet, lines, now)),
        as_of=head[0].seq,
        last=last,
        wallet=wallet,
        lines=lines,
        before=found[limit - 1].seq if len(found) > limit else None,
    )


def checks_of(stored: Stored, previous: Stored | None) -> Checks:
    """What holds of what is stored, given what is stored before it, if anything is."""
    entry = stored.entry
    if entry is None:
        return Checks(hash=False, link=None, arithmetic=None)
    if previous is None:
        state, linked = State(), (entry.seq, entry.prev) == (1, "")
    elif previous.entry is None:
        return Checks(hash=True, link=None if previous.seq == entry.seq - 1 else False, arithmetic=None)
    else:
        earlier = previous.entry
        state = earlier.state
        linked = (entry.seq, entry.prev) == (earlier.seq + 1, text_of_hash(earlier.hash)) and entry.at >= earlier.at
    return Checks(hash=True, link=linked, arithmetic=_adds_up(entry, state))


def _line(found: Sequence[Stored], place: int) -> Line:
    stored = found[place]
    previous = found[place + 1] if place + 1 < len(found) else None
    legs = () if stored.entry is None else foreign_legs(stored.entry)
    return Line(
        seq=stored.seq,
        entry=stored.entry,
        fault=stored.fault,
        settled={destination: stored.settled.get(destination) for destination in legs},
        checks=checks_of(stored, previous),
    )


def _adds_up(entry: Entry, before: State) -> bool:
    try:
        check(
            entry.account,
            entry.postings,
            before=before,
            after=entry.state,
            sources=entry.sources,
            units=entry.units,
            lots=entry.lots,
        )
    except (InternalError, LookupError, TypeError, ValueError):  # bytes that others wrote may be of any shape
        return False
    return True


def _words(head: Stored, wallet: Wallet, lines: Sequence[Line], now: int) -> Iterator[str]:
    last = head.entry
    wrong = [str(line.seq) for line in lines if not line.checks.hold]
    if wrong:
        yield f"Not as they were written, or not where they belong: entries {', '.join(wrong)}."
    if last is None:
        yield "Its last entry cannot be read, so that nothing can be said of what it holds."
        return
    account, volumes = volume_of(last.account)
    yield f"{head.seq} entries, the last at {rfc3339(last.at)}."
    if volumes > 1:
        yield f"They are in {volumes} volumes, the last of which is {last.account}."
    if account_kind(account) == "viewer":
        yield from _words_of_wallet(wallet, last, max(now, last.at))
    else:
        yield f"Holds {_amounts(last.state.balances)}." if last.state.balances else "Holds nothing."
        if last.state.frozen:
            yield "Frozen: nothing goes out; what comes in still does."
    if last.state.held:
        yield f"Set aside: {_amounts(last.state.held)}."


def _words_of_wallet(wallet: Wallet, last: Entry, at: int) -> Iterator[str]:
    yield f"{wallet.total} coins can be spent: {wallet.bought} bought, {wallet.bonus} granted."
    expiring = [lot for lot in wallet.lots if lot.expires_day != NEVER]
    if expiring:
        yield f"{expiring[0].coins} of them expire first, on {rfc3339(expiring[0].expires_day * DAY_MS)[:10]}."
    expired = sum(lot.coins for lot in last.state.lots if lot.expired(at))
    if expired:
        yield f"{expired} more have expired; the next entry will record it."
    if wallet.frozen:
        yield "Frozen: nothing can be spent; coins still come in."
    if wallet.debt:
        yield f"Owes {_amounts(wallet.debt)}, which the next such coins repay first."
    yield from _words_of_limits(wallet.limits)
    if wallet.spent_today:
        yield f"{wallet.spent_today} coins spent today (UTC)."


def _words_of_limits(limits: Limits) -> Iterator[str]:
    if limits.day_coins is not None:
        yield f"Own limit: {limits.day_coins} coins a day."
    if limits.series_coins is not None:
        yield f"Own limit: {limits.series_coins} coins a series."
    if limits.auto_unlock:
        yield "Clients may unlock by themselves."


def _amounts(amounts: Mapping[str, int]) -> str:
    return ", ".join(f"{amount} {unit}" for unit, amount in sorted(amounts.items()))
