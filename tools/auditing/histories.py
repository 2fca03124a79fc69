"""What only the whole chain tells of an entry: references, debt, reversals. By kind, so that a new kind is one rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import blake2b
from typing import Any, NamedTuple

from tools.auditing.cashbacks import Purses
from tools.auditing.shares import RECOVERY, divides, dividing_faults
from tools.verify_receipt import (
    COIN_UNITS,
    DAY_MS,
    DEFERRED,
    KINDS,
    OWN,
    PURCHASE,
    TAKING,
    Entry,
    kind_of,
    outside_of,
)

Fault = tuple[str, str]
_OUR_KINDS = frozenset(
    {"opening", "funding", "transfer", "claim", "confirmation", "clawback", "unspent", "canary", "recovery"}
)
"""Kinds that stand on the slices of budgets and on the canary's account, of which nobody is shown a receipt."""
_INDEBTING = frozenset({"reversal", "other", RECOVERY, *TAKING})
"""Kinds by which somebody may come to owe what they have no more."""
_REVERSIBLE = frozenset({"unlock", "tip", "grant", "reward", "purchase"})


class Original(NamedTuple):
    """What is kept of an entry that may be reversed: its reference, its kind, and what it moved on its own account."""

    reference: str
    kind: str
    moved: tuple[tuple[str, int], ...]


class Sale:
    """One order: what its grant says was bought, and what of its money is gone, by the names of its reversals."""

    def __init__(self) -> None:
        self.bought: tuple[int, int, str] | None = None
        self.gone: dict[str, int] = {}
        self.back: set[str] = set()

    def brought(self) -> tuple[int, int]:
        """Coins and money that the order has brought to its buyer by now, less what was undone of it."""
        if self.bought is None:
            return 0, 0
        coins, cash, _ = self.bought
        undone = min(cash, sum(amount for name, amount in self.gone.items() if name not in self.back))
        return coins - coins * undone // cash, cash - undone


class History:
    """One chain's past, as far as later entries are judged by it.

    Memory grows with the references of one chain: 8 bytes in a set for each, and an :class:`Original` for each of a
    viewer's. Chains without references, such as intake, keep nothing.
    """

    def __init__(self) -> None:
        self._references: set[bytes] = set()
        self._originals: dict[int, Original] = {}
        self._reversed: set[int] = set()
        self._sales: dict[str, Sale] = {}
        self._purses = Purses()
        self._gifts: tuple[int, dict[int, int]] = (0, {})
        """The day of the last gift, and what was given on it, by the entries' numbers."""
        self._posts: dict[str, list[list[Any]]] = {}
        self._expired: dict[str, int] = {}
        """Coins that have expired by themselves, by their lot, less those that reversals let go for it."""
        self._by_kind: dict[str, Callable[[Entry], Iterator[Fault]]] = {
            "reversal": self._reversal,
            "post": self._posted,
            "payoutReturned": self._returned,
        }

    def faults(self, entry: Entry, before: Entry | None, *, whole: bool) -> Iterator[Fault]:
        """What does not hold of the next entry; ``before`` is the one directly before, where it is known."""
        name = blake2b(entry.reference.encode(), digest_size=8).digest()
        if name in self._references:
            yield "reference_repeated", entry.reference
        self._references.add(name)
        told = entry.terms.get("kind")
        if told is not None and told not in KINDS | _OUR_KINDS:
            yield "kind_unknown", str(told)
        kind = kind_of(entry)
        if divides(entry):
            yield from dividing_faults(entry)
        if whole:
            yield from self._purses.faults(entry)
        rule = self._by_kind.get(kind)
        if rule is not None and whole and ("reverses" in entry.terms or kind != "reversal"):
            yield from rule(entry)
        if whole and entry.order and ("coins" in entry.terms or kind != "purchase"):
            yield from self._sale(entry)
        yield from self._given(entry, kind)
        if whole and entry.account.startswith("viewer:"):
            yield from self._lapsed(entry, before)
        if before is not None or entry.seq == 1:
            yield from _debt_faults(entry, before, kind)
        if kind in _REVERSIBLE:
            self._originals[entry.seq] = Original(entry.reference, kind, tuple(sorted(own_legs(entry).items())))

    def _reversal(self, entry: Entry) -> Iterator[Fault]:
        """It names an entry of this chain that can be reversed, for the first time, beside it, for the same amounts."""
        seq = entry.terms["reverses"]
        original = self._originals.get(seq) if isinstance(seq, int) else None
        if original is None:
            yield "reversal_wrong", f"it reverses {seq}, which is nothing that can be reversed"
            return
        if "undone" in entry.terms:
            yield from _undoing(entry, original)
            return
        if seq in self._reversed:
            yield "reversal_wrong", f"{seq} was reversed before"
        self._reversed.add(seq)
        if not entry.reference.startswith(f"{original.reference.removesuffix(':grant')}:rev:"):
            yield "reversal_wrong", f"{entry.reference} does not stand beside {original.reference}"
        gone = _let_go(entry)[1] if original.kind == "grant" else 0
        if own_legs(entry) != {key: gone - amount for key, amount in original.moved}:
            yield "reversal_wrong", f"it moves {own_legs(entry)}, and {seq} moved {dict(original.moved)}"

    def _lapsed(self, entry: Entry, before: Entry | None) -> Iterator[Fault]:
        """What was granted is let go as far as it expired by itself, and each coin once."""
        kept = {(lot.name, lot.expires) for lot in entry.lots}
        for lot in () if before is None else before.lots:
            if lot.expires and entry.at >= lot.expires * DAY_MS and (lot.name, lot.expires) not in kept:
                self._expired[lot.name] = self._expired.get(lot.name, 0) + lot.coins
        name, coins = _let_go(entry)
        if coins:
            self._expired[name] = self._expired.get(name, 0) - coins
            if self._expired[name] < 0:
                yield "reversal_wrong", f"it lets {coins} coins of lot {name} go, and fewer had expired"

    def _given(self, entry: Entry, kind: str) -> Iterator[Fault]:
        """What is given on a day stays within the viewer's own limit; what is reversed has not been given."""
        day = entry.at // DAY_MS
        if kind == "reversal":
            self._gifts[1].pop(entry.terms.get("reverses", 0), None)
        if kind != "tip":
            return
        if self._gifts[0] != day:
            self._gifts = (day, {})
        self._gifts[1][entry.seq] = entry.coins
        limits = entry.state.get("limits", {})
        limit = limits.get("tipsNext" if day >= limits.get("tipsFrom", day + 1) else "tips")
        if limit is not None and sum(self._gifts[1].values()) > limit:
            yield "tally_wrong", f"more is given than the viewer's own limit of {limit} coins"

    def _posted(self, entry: Entry) -> Iterator[Fault]:
        """What a creator's hold moved away is kept, for it may come back."""
        if entry.account.startswith("creator:"):
            self._posts[entry.reference] = entry.postings
        yield from ()

    def _returned(self, entry: Entry) -> Iterator[Fault]:
        """A payout that came back brings what the post of its hold had moved away, from where that went."""
        post = self._posts.get(f"hold:{entry.reference.split(':')[1]}:resolution")
        if post is None:
            yield "reversal_wrong", f"{entry.reference} brings back what never left"
        elif sorted(map(list, entry.postings)) != sorted([unit, amount, away, OWN] for unit, amount, _, away in post):
            yield "reversal_wrong", f"it moves {entry.postings}, and the post moved {post}"

    def _sale(self, entry: Entry) -> Iterator[Fault]:
        """An entry about an order moves it from what it had brought to what it brings now: no coin and no cent more."""
        found, terms = PURCHASE.fullmatch(entry.reference), entry.terms
        if found is None:
            return
        if "first" in terms and set(self._sales) - {found[1]}:
            yield "purchase_wrong", f"{found[1]} brought the bonus of a first purchase, and is not the first"
        sale = self._sales.setdefault(found[1], Sale())
        had = sale.brought()
        try:
            if found[2] == "grant":
                sale.bought = int(terms["coins"]), int(terms["cash"]), str(terms["currency"])
            elif found[2] == "rev":
                sale.gone[found[3]] = int(terms["amount"])
            else:
                sale.back.add(found[3])
            has = sale.brought()
        except (LookupError, TypeError, ValueError, ZeroDivisionError):
            yield "purchase_wrong", "its terms do not say what was bought, or went back"
            return
        outside = outside_of(entry)
        currency = sale.bought[2] if sale.bought else ""
        moved = outside.get("coin", 0), outside.get(currency, 0)
        if moved != (has[0] - had[0], has[1] - had[1]) or set(outside) - {"coin", currency}:
            yield "purchase_wrong", f"{found[1]} had brought {had} and brings {has}, and {outside} moves"


def _let_go(entry: Entry) -> tuple[str, int]:
    """Of which lot an entry says that so many coins have expired, so that they are not owed."""
    match entry.terms.get("lapsed"):
        case [str(name), int(coins)]:
            return name, coins
    return "", 0


def _undoing(entry: Entry, original: Original) -> Iterator[Fault]:
    """A reward is taken back step by step: beside its grant, and no more of it than was granted."""
    if not entry.reference.startswith(f"{original.reference.removesuffix(':grant')}:rev:"):
        yield "reversal_wrong", f"{entry.reference} does not stand beside {original.reference}"
    granted = dict(original.moved)
    for key, amount in own_legs(entry).items():
        if not 0 < -amount <= granted.get(key, 0):
            yield "reversal_wrong", f"it takes {-amount} {key} back of {granted.get(key, 0)}"


def own_legs(entry: Entry) -> dict[str, int]:
    """What an entry moves on its own account, less what it records as expired, and what repays debt with its cash."""
    moved: dict[str, int] = {}
    for unit, amount, source, destination in entry.postings:
        if destination.startswith(("platform:expired-", "platform:recovered-")):
            continue
        for side, signed in ((source, -amount), (destination, amount)):
            if side in (OWN, DEFERRED):
                key = unit if side == OWN else unit + DEFERRED
                moved[key] = moved.get(key, 0) + signed
    return {key: amount for key, amount in moved.items() if amount}


def _debt_faults(entry: Entry, before: Entry | None, kind: str) -> Iterator[Fault]:
    """A credit repays debt of its unit first; debt grows only by a reversal or a recovery (LEDGER rules 9 and 20)."""
    was = {} if before is None else before.state.get("debt", {})
    now = entry.state.get("debt", {})
    if not was and not now:
        return
    moved = own_legs(entry)
    held = {} if before is None else before.state.get("held", {})
    for unit in sorted({*was, *now}):
        if entry.batch and unit in COIN_UNITS:  # its sources are taken one by one: the sum does not tell
            continue
        # What a hold releases comes in as well.
        came = moved.get(unit, 0) + held.get(unit, 0) - entry.state.get("held", {}).get(unit, 0)
        owed, owes = was.get(unit, 0), now.get(unit, 0)
        if came > 0 and owes != owed - min(owed, came):
            yield "debt_wrong", f"{came} {unit} came in, and of {owed} owed there are {owes}"
        elif came <= 0 and owes < owed:
            yield "debt_wrong", f"{owed - owes} {unit} of debt are gone, and nothing came in"
        elif owes > owed and entry.terms and not {kind, entry.terms.get("kind")} & _INDEBTING:
            yield "debt_wrong", f"{owes - owed} {unit} more are owed after a {kind}"
