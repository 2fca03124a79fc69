"""Cashback as use cases: claimed, returned and confirmed on the viewer's slice, each once, in whatever order."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from cliffhanger.dynamo import Unclear
from cliffhanger.errors import Busy
from cliffhanger.ledger.budgets import Budget
from cliffhanger.ledger.canonical import canonical_json, digest
from cliffhanger.ledger.cashback import UNIT, Pledge, Standing, claim, claw_back, confirm, give_back, standing_of
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.journal import Recorded, Retrying, record, record_once
from cliffhanger.ledger.lapsing import LAPSED, LapsedElsewhere
from cliffhanger.ledger.names import cashback_prefix, check_reference, viewer
from cliffhanger.ledger.planning import Ask, Turn
from cliffhanger.ledger.state import Known, LotTerms
from cliffhanger.ledger.store import LedgerStore
from cliffhanger.ledger.walking import lapses_elsewhere

NO_TERMS: Mapping[str, Any] = MappingProxyType({})


class Cashback(NamedTuple):
    """Coins for one fact of a person, such as a purchase, from the one slice that is theirs; ``fact`` is an id."""

    account: str
    person: str
    fact: str

    @property
    def prefix(self) -> str:
        """What its claim, its returns and its confirmation have in common."""
        return cashback_prefix(self.person, self.fact)


Decided = Callable[[Turn, "Entry | None"], tuple[Pledge, Mapping[str, Any]]]
"""How much is set aside, on what terms, given whose turn it is and the person's last claim; or raises why nothing."""


def cashback_of(budget: Budget, person: str, fact: str, slices: int) -> Cashback:
    """A fact's cashback, on the slice that grants to the person."""
    return Cashback(budget.slice_of(person, slices), person, fact)


def claim_cashback(
    ledger: LedgerStore, cashback: Cashback, decide: Decided, *, retrying: Retrying | None = None
) -> Recorded:
    """Sets cashback aside once, as it is decided in its turn after the head was read: so that caps hold.

    Raises:
        BudgetExhausted, CliffhangerError: nothing changed; the latter is what ``decide`` refuses with.
        AmountInvalid, NameInvalid: a fault of the calling code; nothing changed.
        Busy, Undecided: try again.
    """

    def make(turn: Turn, known: tuple[Known, ...], standing: Standing) -> Entry:
        pledge, terms = decide(turn, _last_claim(ledger, cashback, known))
        told = {"coins": pledge.coins, "whole": pledge.whole, "until": pledge.until, "life": pledge.lifetime_days}
        return claim(_told(turn, {**terms, "kind": "claim", **told}), pledge, standing)

    return _recorded(ledger, cashback, "claim", make, retrying)


def return_goods(
    ledger: LedgerStore,
    cashback: Cashback,
    name: str,
    returned: Callable[[Standing], int],
    *,
    terms: Mapping[str, Any] = NO_TERMS,
    retrying: Retrying | None = None,
) -> Recorded:
    """Takes cashback back in proportion, once per ``name``, an id; it may come before the claim.

    ``returned`` says how much of the whole comes back, given what stands.

    Raises:
        ReturnTooLarge, NotReversible: nothing changed.
        AmountInvalid, NameInvalid: a fault of the calling code; nothing changed.
        Busy, Undecided: try again.
    """

    def make(turn: Turn, known: tuple[Known, ...], standing: Standing) -> Entry:
        amount = returned(standing)
        about = {} if standing.confirmation is None else {"of": standing.confirmation.seq}
        told = _told(turn, {**terms, "kind": "clawback", "returned": amount, **about})
        return claw_back(told, amount, standing, _lapses(ledger, cashback, known))

    return _recorded(ledger, cashback, f"rev:{name}", make, retrying)


def confirm_cashback(
    ledger: LedgerStore,
    cashback: Cashback,
    *,
    terms: Mapping[str, Any] = NO_TERMS,
    retrying: Retrying | None = None,
) -> Recorded:
    """Gives a person what remains of their claim, once, after its return window. The stream settles it.

    Raises:
        CashbackNotDue, NotReversible: nothing changed.
        Busy, Undecided: try again.
    """

    def make(turn: Turn, _known: tuple[Known, ...], standing: Standing) -> Entry:
        told = {**terms, "kind": "confirmation", "coins": standing.remaining}
        return confirm(_told(turn, told), viewer(cashback.person), standing)

    return _recorded(ledger, cashback, "confirm", make, retrying)


def find_cashback(ledger: LedgerStore, cashback: Cashback) -> Standing:
    """What stands of a fact.

    Raises:
        Busy: the ledger does not answer now.
    """
    try:
        return _standing(ledger, cashback, ledger.references(cashback.account, cashback.prefix))
    except Unclear as error:
        raise Busy("Try again in a moment.") from error


def give_back_unspent(
    ledger: LedgerStore, account: str, day: str, destination: str, *, retrying: Retrying | None = None
) -> Recorded | None:
    """Gives what a slice still holds back to where its funding came from, once for a day; None where it holds nothing.

    Raises:
        NameInvalid: a fault of the calling code; nothing changed.
        Busy, Undecided: try again.
    """
    try:
        head = ledger.head(account)
    except Unclear as error:
        raise Busy("Try again in a moment.") from error
    if head is None or not head.state.balances.get(UNIT, 0):
        return None
    ask = Ask(f"unspent:{day}", _hash("giveBack"), {"kind": "unspent"})
    return record_once(ledger, account, ask, functools.partial(give_back, destination=destination), retrying)


_Make = Callable[[Turn, "tuple[Known, ...]", Standing], Entry]


def _recorded(ledger: LedgerStore, cashback: Cashback, part: str, make: _Make, retrying: Retrying | None) -> Recorded:
    """Records one part of a fact once, planned from all that stands of the person's, read after the head."""
    account, reference = cashback.account, f"{cashback.prefix}{part}"
    check_reference(reference, account)
    known: tuple[Known, ...] = ()

    def decide(references: tuple[Known, ...]) -> int | None:
        nonlocal known
        known = references
        return next((seq for name, seq in references if name == reference), None)

    def plan(head: Entry | None, now: int) -> Entry:
        ask = Ask(reference, _hash(f"cashback {part}"), {})
        return make(Turn(account, head, now, ask), known, _standing(ledger, cashback, known))

    return record(ledger, account, cashback_prefix(cashback.person), decide=decide, plan=plan, retrying=retrying)


def _standing(ledger: LedgerStore, cashback: Cashback, known: tuple[Known, ...]) -> Standing:
    own = (seq for name, seq in known if name.startswith(cashback.prefix))
    return standing_of(ledger.entry(cashback.account, seq) for seq in own)


def _lapses(ledger: LedgerStore, cashback: Cashback, known: tuple[Known, ...]) -> LapsedElsewhere:
    """What has expired of coins that were given, less what returns of the person's facts on this slice let go already.

    Of what they let go on another brand's nothing is known here: that much less is owed at most.
    """
    elsewhere = lapses_elsewhere(ledger)

    def lapsed(sent: LotTerms, at: int) -> tuple[str, int]:
        name, found = elsewhere(sent, at)
        returns = (ledger.entry(cashback.account, seq) for reference, seq in known if ":rev:" in reference)
        told = (entry.terms.get(LAPSED, ("", 0)) for entry in returns if found)
        return name, max(0, found - sum(coins for lot, coins in told if lot == name))

    return lapsed


def _last_claim(ledger: LedgerStore, cashback: Cashback, known: tuple[Known, ...]) -> Entry | None:
    newest = max((seq for name, seq in known if name.endswith(":claim")), default=None)
    return None if newest is None else ledger.entry(cashback.account, newest)


def _told(turn: Turn, terms: Mapping[str, Any]) -> Turn:
    return turn._replace(ask=turn.ask._replace(terms=terms))


def _hash(operation: str) -> bytes:
    return digest(canonical_json({"operation": operation}))
