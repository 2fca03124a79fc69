"""From an entry of the ledger to the events it is told as. Pure: the same entry gives the same events for ever.

What an entry is for follows from its ``terms``, its reference and its postings, never from texts. Entries of version 1
have no terms; they only ever unlocked one episode, granted coins or credited bought ones.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from cliffhanger.events.cashback import cashback
from cliffhanger.events.envelope import Event
from cliffhanger.events.gifts import gift_back, gift_given
from cliffhanger.events.shares import shared
from cliffhanger.events.tellings import CLASSES
from cliffhanger.events.tellings import event_of as _event
from cliffhanger.events.tellings import of_lot as _of_lot
from cliffhanger.events.tellings import reference_of as _reference
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.names import COIN_UNITS, MAX_ORDINAL, OWN, OWN_DEFERRED
from cliffhanger.ledger.state import Posting
from cliffhanger.ledger.tipping import tipped_series

EXPIRED = "platform:expired-"

Found = TypeVar("Found", dict[str, int], list[int])

_UNLOCK = re.compile(r"unlock:([^:]+):([0-9]+)-([0-9]+)\.[0-9]+(?::rev:.+)?")


class NothingToTell(Exception):
    """An entry of which nothing says what it is: of a kind that is not known here, or not made as its kind is."""


def events_of(entry: Entry) -> tuple[Event, ...]:
    """The events that tell an entry: what it is for, then what expired by it; none for batches and private settings.

    Raises:
        NothingToTell: as its name says; whoever changes entries has to say here what is told of them.
    """
    if entry.reference is None:
        return ()
    try:
        tell = _TELLERS[_kind(entry)]
        told = tell(entry)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise NothingToTell(f"Nothing says what to tell of {entry.reference}.") from error
    expired = _classes(line for line in entry.postings if line.source == OWN and line.destination.startswith(EXPIRED))
    return (*told, *([_event(entry, "CoinsExpired", {"coins": expired})] if expired else []))


def _kind(entry: Entry) -> str:
    """What the entry is for, as :data:`_TELLERS` names it.

    Raises:
        ValueError: nothing says it.
    """
    unlocks = _reference(entry).startswith("unlock:")
    if "kind" in entry.terms:
        kind = str(entry.terms["kind"])
        if kind != "reversal":
            return f"budget {kind}" if entry.account.startswith("budget:") else kind
        if entry.account.startswith("budget:"):
            return "budget reversal"
        if unlocks or tipped_series(entry):
            return "unlock reversal" if unlocks else "tip reversal"
        return "reward reversal" if _reference(entry).startswith("reward:") else "grant reversal"
    if ":rev:" in _reference(entry):
        raise ValueError("a reversal of version 1")
    if unlocks:
        return "unlock"
    (unit,) = {line.unit for line in entry.postings if line.destination == OWN}
    return "purchase" if unit == "coin" else "grant"


def _nothing(_entry: Entry) -> list[Event]:
    return []


def _unlocked(entry: Entry) -> list[Event]:
    series, first, last = _span(entry)
    # The prices name what was missing of the range; without them, as in version 1, it is the range itself.
    runs = entry.terms.get("prices", [(first, last, 0)])
    if sum(len(range(start, end + 1)) for start, end, _ in runs) > MAX_ORDINAL:
        raise ValueError("more episodes than can be")
    data = {
        "seriesId": series,
        "episodes": _some([number for start, end, _ in runs for number in range(start, end + 1)]),
        "coins": _both(_sum((portion.unit, portion.coins) for portion in entry.spent)),
        "cash": _amounts((portion.currency, portion.cash) for portion in entry.spent),
        "reference": _reference(entry),
    }
    return [_event(entry, "EpisodeUnlocked", data)]


def _unlock_reversed(entry: Entry) -> list[Event]:
    series, first, last = _span(entry)
    back = [line for line in entry.postings if line.source.startswith("series:")]
    data = {
        "seriesId": series,
        "firstEpisode": first,
        "lastEpisode": last,
        "coins": _both(_sum((line.unit, line.amount) for line in back if line.destination == OWN)),
        "cash": _amounts((line.unit, line.amount) for line in back if line.destination == OWN_DEFERRED),
        "reverses": int(entry.terms["reverses"]),
        "reference": _reference(entry),
    }
    return [_event(entry, "UnlockReversed", data)]


def _tipped(entry: Entry) -> list[Event]:
    return [_event(entry, "TipGiven", {**gift_given(entry), "reference": _reference(entry)})]


def _tip_reversed(entry: Entry) -> list[Event]:
    return [_event(entry, "TipReversed", {**gift_back(entry), "reference": _reference(entry)})]


def _granted(entry: Entry) -> list[Event]:
    coins = _some(_classes(line for line in entry.postings if line.destination == OWN))
    return [_event(entry, "CoinsGranted", {"coins": coins, "reference": _reference(entry)})]


def _granted_from_budget(entry: Entry) -> list[Event]:
    """Coins that a budget granted: it is the viewer who has them; none where the reversal had come first."""
    return [_event(entry, "CoinsGranted", _of_lot(entry, lot)) for lot in entry.lots[:1]]


def _budget_reversed(entry: Entry) -> list[Event]:
    """Coins that go back to their budget; none where they had not come."""
    told = ({**_of_lot(entry, lot), "reverses": int(entry.terms["reverses"])} for lot in entry.lots[:1])
    return [_event(entry, "GrantReversed", data) for data in told]


def _grant_reversed(entry: Entry) -> list[Event]:
    lines = (line for line in entry.postings if line.source == OWN and not line.destination.startswith(EXPIRED))
    data = {"coins": _some(_classes(lines)), "reverses": int(entry.terms["reverses"]), "reference": _reference(entry)}
    return [_event(entry, "GrantReversed", data)]


def _rewarded(entry: Entry) -> list[Event]:
    """A reward is a grant; what was undone before it came is none."""
    return _granted(entry) if any(line.destination == OWN for line in entry.postings) else []


def _reward_reversed(entry: Entry) -> list[Event]:
    lines = [line for line in entry.postings if line.source == OWN and not line.destination.startswith(EXPIRED)]
    return _grant_reversed(entry) if lines else []


def _repaired(entry: Entry) -> list[Event]:
    data = {
        "date": _reference(entry).partition(":")[2],
        "run": int(entry.terms["run"]),
        "coins": _both(_sum((portion.unit, portion.coins) for portion in entry.spent)),
        "cash": _amounts((portion.currency, portion.cash) for portion in entry.spent),
        "reference": _reference(entry),
    }
    return [_event(entry, "StreakRepaired", data)]


def _bought(entry: Entry) -> list[Event]:
    """Coins that were paid for, and the bonus with them; none where all was undone before they came."""
    if _reference(entry).startswith("purchase:") and not any(line.destination == OWN for line in entry.postings):
        return []
    data = {
        "coins": _some(_classes(line for line in entry.postings if line.destination == OWN)),
        "cash": _amounts((line.unit, line.amount) for line in entry.postings if line.destination == OWN_DEFERRED),
        "reference": _reference(entry),
    }
    withheld = {"withheldBonus": entry.terms["withheld"]} if "withheld" in entry.terms else {}
    return [_event(entry, "CoinsBought", {**data, **withheld})]


def _sale_moved(entry: Entry) -> dict[str, Any]:
    """What a purchase that is undone takes from its buyer, or gives back; ``cash`` is what was paid for it."""
    outside = [line for line in entry.postings if any(side.startswith("external:") for side in line[2:])]
    own = [line for line in entry.postings if OWN in line[2:] and not line.destination.startswith(EXPIRED)]
    return {
        "orderId": _reference(entry).split(":")[1],
        "coins": _both(_sum((line.unit, line.amount) for line in own)),
        "cash": _amounts((line.unit, line.amount) for line in outside if line.unit not in COIN_UNITS),
        "reference": _reference(entry),
    }


def _undone(name: str, **more: str) -> Callable[[Entry], list[Event]]:
    """Tells that a purchase was undone, or that this was taken back; nothing where it came before what it is about."""

    def tell(entry: Entry) -> list[Event]:
        data = _sale_moved(entry)
        return [_event(entry, name, {**data, **more})] if data["cash"] else []

    return tell


def _frozen(entry: Entry) -> list[Event]:
    return [_event(entry, "AccountFrozen", {})]


def _thawed(entry: Entry) -> list[Event]:
    return [_event(entry, "AccountThawed", {})]


_TELLERS: Mapping[str, Callable[[Entry], list[Event]]] = {
    "unlock": _unlocked,
    "unlock reversal": _unlock_reversed,
    "tip": _tipped,
    "tip reversal": _tip_reversed,
    "grant": _granted,
    "grant reversal": _grant_reversed,
    "budget grant": _granted_from_budget,
    "budget opening": _nothing,  # the campaign's own affair
    "budget funding": _nothing,
    "budget transfer": _nothing,
    "budget unspent": _nothing,
    "budget claim": cashback("CashbackPending"),
    "budget confirmation": cashback("CashbackConfirmed"),
    "budget clawback": cashback("CashbackClawedBack"),
    "budget freeze": _frozen,
    "budget thaw": _thawed,
    "purchase": _bought,
    "refund": _undone("PurchaseRefunded"),
    "refundFailed": _undone("PurchaseRefundFailed"),
    "dispute": _undone("DisputeOpened"),
    "disputeWon": _undone("DisputeClosed", outcome="won"),
    "freeze": _frozen,
    "thaw": _thawed,
    "limits": _nothing,  # the viewer's own affair
    # Who placed a hold tells what it was for, and what became of it.
    "hold": _nothing,
    "post": _nothing,
    "void": _nothing,
    "repair": _repaired,
    "expiry": _nothing,  # which coins, the postings tell
    "payoutReturned": _nothing,  # told by whoever learned of it
    "exchange": _nothing,
    "canary": _nothing,
    "carry": shared("RevenueShared"),
    "recovery": shared("RevenueRecovered"),
    "reward": _rewarded,
    "reward reversal": _reward_reversed,
    "budget reversal": _budget_reversed,
}


def _span(entry: Entry) -> tuple[str, int, int]:
    match = _UNLOCK.fullmatch(_reference(entry))
    if match is None:
        raise ValueError(entry.reference)
    return match[1], int(match[2]), int(match[3])


def _sum(parts: Iterable[tuple[str, int]]) -> dict[str, int]:
    total: dict[str, int] = {}
    for unit, amount in parts:
        total[unit] = total.get(unit, 0) + amount
    return {unit: amount for unit, amount in total.items() if amount}


def _classes(lines: Iterable[Posting]) -> dict[str, int]:
    """Coins of postings by class."""
    total = _sum((line.unit, line.amount) for line in lines if line.unit in COIN_UNITS)
    return {CLASSES[unit]: coins for unit, coins in sorted(total.items())}


def _both(total: Mapping[str, int]) -> dict[str, int]:
    """Coins that pay for episodes, by class, 0 where none."""
    return {CLASSES[unit]: total.get(unit, 0) for unit in ("bonus", "coin")}


def _some(found: Found) -> Found:
    if not found:
        raise ValueError("nothing")
    return found


def _amounts(parts: Iterable[tuple[str, int]]) -> list[dict[str, Any]]:
    return [{"currency": currency, "amount": amount} for currency, amount in sorted(_sum(parts).items())]
