"""Budgets as use cases: opened, funded, granted from and rebalanced, each once however often it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from cliffhanger.dynamo import Unclear
from cliffhanger.errors import BudgetCapReached, BudgetMissing, Busy, NotReversible
from cliffhanger.ledger.budgets import (
    OPENING,
    Budget,
    fund,
    grant_from,
    open_slices,
    reverse_grant_from,
    shares,
    transfer,
    withhold,
)
from cliffhanger.ledger.canonical import canonical_json, digest
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.journal import Recorded, Retrying, record, record_once
from cliffhanger.ledger.names import budget_grant_reference, check_reference, reversal_reference, viewer
from cliffhanger.ledger.planning import Ask, Turn, check_amount
from cliffhanger.ledger.settling import settle_inline
from cliffhanger.ledger.state import Known
from cliffhanger.ledger.store import LedgerStore
from cliffhanger.ledger.walking import lapses_elsewhere

NO_TERMS: Mapping[str, Any] = MappingProxyType({})


class BudgetGrant(NamedTuple):
    """What a person is granted from a budget: coins of ``unit`` that live ``lifetime_days``, once for ``fact``.

    ``fact`` is an id within the budget (a day, a mission); ``cap`` the most grants that the person has of the budget.
    """

    person: str
    fact: str
    unit: str
    coins: int
    lifetime_days: int
    cap: int | None = None


def open_budget(ledger: LedgerStore, budget: Budget, slices: int, retrying: Retrying | None = None) -> int:
    """Opens a budget and freezes how many slices it has; asked again, with whatever number, the first one stands.

    Raises:
        AmountInvalid, NameInvalid: a fault of the calling code; nothing changed.
        Busy, Undecided: try again.
    """
    check_amount(slices)
    ask = Ask(OPENING, _hash("openBudget", slices=slices), {"kind": "opening", "slices": slices})
    opened = record_once(ledger, budget.slice(0), ask, open_slices, retrying)
    return int(opened.entry.terms["slices"])


def slices_of(ledger: LedgerStore, budget: Budget) -> int:
    """How many slices a budget has. It never changes, so that whoever has read it may keep it.

    Raises:
        BudgetMissing: it has not been opened.
        Busy: the ledger does not answer now.
    """
    account = budget.slice(0)
    try:
        known = ledger.references(account, OPENING)
        if not known:
            raise BudgetMissing("There is no such budget.")
        return int(ledger.entry(account, known[0].seq).terms["slices"])
    except Unclear as error:
        raise Busy("Try again in a moment.") from error


def fund_budget(
    ledger: LedgerStore,
    budget: Budget,
    *,
    funding: str,
    unit: str,
    coins: int,
    source: str,
    retrying: Retrying | None = None,
) -> tuple[Recorded, ...]:
    """Brings coins onto all slices in equal parts, once per ``funding``, an id. A retry goes on where it was cut short.

    Raises:
        BudgetMissing: it has not been opened.
        AmountInvalid, NameInvalid: a fault of the calling code.
        Busy, Undecided: try again.
    """
    check_amount(coins)
    slices = slices_of(ledger, budget)
    asked = _hash("fundBudget", unit=unit, coins=coins, source=source)
    ask = Ask(f"fund:{funding}", asked, {"kind": "funding", "coins": coins})

    def onto(number: int, unit: str, coins: int, source: str) -> Recorded:
        def make(turn: Turn) -> Entry:
            return fund(turn, unit=unit, coins=shares(coins, slices)[number], source=source)

        return record_once(ledger, budget.slice(number), ask, make, retrying)

    first = onto(0, unit, coins, source)
    # What slice 0 was funded with decides, so that another amount under the same name never mixes with it.
    (line,) = first.entry.postings
    ask = ask._replace(terms=first.entry.terms)
    total = int(first.entry.terms["coins"])
    others = [onto(number, line.unit, total, line.source) for number in range(1, min(slices, total))]
    return (first, *others)


def grant_from_budget(
    ledger: LedgerStore,
    budget: Budget,
    grant: BudgetGrant,
    *,
    slices: int,
    terms: Mapping[str, Any] = NO_TERMS,
    retrying: Retrying | None = None,
) -> Recorded:
    """Grants coins to a person from the one slice that is theirs, once per fact, and settles them at once if it can.

    A grant whose reversal came first is an entry without postings. ``slices`` is what :func:`slices_of` says. What is
    not settled here, the stream settles (LEDGER rule 14).

    Raises:
        BudgetExhausted, BudgetCapReached: nothing changed.
        AmountInvalid, NameInvalid: a fault of the calling code; nothing changed.
        Busy, Undecided: try again.
    """
    check_amount(grant.coins)
    check_amount(grant.lifetime_days)
    account, holder = budget.slice_of(grant.person, slices), viewer(grant.person)
    reference = budget_grant_reference(grant.person, grant.fact)
    asked = _hash("grantFromBudget", unit=grant.unit, coins=grant.coins, lifetimeDays=grant.lifetime_days)
    ask = Ask(reference, asked, {**terms, "kind": "grant"})
    known: tuple[Known, ...] = ()

    def decide(references: tuple[Known, ...]) -> int | None:
        nonlocal known
        known = references
        return next((seq for name, seq in references if name == reference), None)

    def plan(head: Entry | None, now: int) -> Entry:
        turn = Turn(account, head, now, ask)
        if any(_reverses(one, reference) for one in known):
            return withhold(turn)  # its reversal came first, and nothing is to be left behind (LEDGER rule 19)
        given = sum(":rev:" not in name for name, _ in known)
        if grant.cap is not None and given >= grant.cap:
            raise BudgetCapReached("The viewer has had as many grants of this budget as it allows.", cap=grant.cap)
        return grant_from(
            turn,
            viewer=holder,
            unit=grant.unit,
            coins=grant.coins,
            lifetime_days=grant.lifetime_days,
        )

    prefix = budget_grant_reference(grant.person, "")
    recorded = record(ledger, account, prefix, decide=decide, plan=plan, retrying=retrying)
    settle_inline(ledger, recorded.entry, retrying)
    return recorded


def reverse_budget_grant(
    ledger: LedgerStore,
    budget: Budget,
    grant: BudgetGrant,
    case: str,
    *,
    slices: int,
    terms: Mapping[str, Any] = NO_TERMS,
    retrying: Retrying | None = None,
) -> Recorded:
    """Reverses a grant on its own slice, once; of ``grant`` only the person and the fact count.

    It may come before the grant: then it leaves an entry without postings, by which the grant knows.

    Raises:
        NotReversible: another case has reversed it, or all that was granted has expired by itself; nothing changed.
        NameInvalid: a fault of the calling code; nothing changed.
        Busy, Undecided: try again.
    """
    account, reference = budget.slice_of(grant.person, slices), budget_grant_reference(grant.person, grant.fact)
    own = reversal_reference(reference, case)
    check_reference(own, account)
    known: tuple[Known, ...] = ()

    def decide(references: tuple[Known, ...]) -> int | None:
        nonlocal known
        # A fact may begin like another one.
        known = tuple(one for one in references if one.reference in (reference, own) or _reverses(one, reference))
        return next((seq for name, seq in known if name == own), None)

    def plan(head: Entry | None, now: int) -> Entry:
        if any(_reverses(one, reference) for one in known):
            raise NotReversible("It has been reversed already.")
        seq = next((seq for name, seq in known if name == reference), None)
        told = {**terms, "kind": "reversal", **({"reverses": seq} if seq else {})}
        turn = Turn(account, head, now, Ask(own, _hash("reverseBudgetGrant", case=case), told))
        return (
            withhold(turn)
            if seq is None
            else reverse_grant_from(turn, grant=ledger.entry(account, seq), lapsed=lapses_elsewhere(ledger))
        )

    recorded = record(ledger, account, reference, decide=decide, plan=plan, retrying=retrying)
    settle_inline(ledger, recorded.entry, retrying)
    return recorded


def _reverses(one: Known, reference: str) -> bool:
    return one.reference.startswith(f"{reference}:rev:")


def rebalance(
    ledger: LedgerStore,
    budget: Budget,
    *,
    rebalancing: str,
    unit: str,
    coins: int,
    between: tuple[int, int],
    retrying: Retrying | None = None,
) -> Recorded:
    """Moves coins from one slice to another, by number, once per ``rebalancing``, an id.

    Raises:
        BudgetExhausted: the slice holds less; nothing changed.
        AmountInvalid, NameInvalid: a fault of the calling code; nothing changed.
        Busy, Undecided: try again.
    """
    check_amount(coins)
    source, destination = (budget.slice(number) for number in between)
    asked = _hash("rebalance", unit=unit, coins=coins, destination=destination)

    def make(turn: Turn) -> Entry:
        return transfer(turn, unit=unit, coins=coins, destination=destination)

    ask = Ask(f"transfer:{rebalancing}", asked, {"kind": "transfer"})
    recorded = record_once(ledger, source, ask, make, retrying)
    settle_inline(ledger, recorded.entry, retrying)
    return recorded


def _hash(operation: str, **asked: Any) -> bytes:
    return digest(canonical_json({"operation": operation, **asked}))
