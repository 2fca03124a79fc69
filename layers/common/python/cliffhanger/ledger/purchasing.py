"""Use cases of purchases: the one place that grants coins for money, and takes them back when the money went."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from cliffhanger.dynamo import Unclear
from cliffhanger.errors import Busy, NotReversible
from cliffhanger.ledger.canonical import canonical_json, digest
from cliffhanger.ledger.consequences import MOST_REVERSALS
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.journal import MakeKnowing, Recorded, Retrying, record_beside
from cliffhanger.ledger.names import purchase_prefix
from cliffhanger.ledger.planning import Ask, Turn, check_amount
from cliffhanger.ledger.purchases import Deal, Story, grant_purchase
from cliffhanger.ledger.refunding import return_purchase, reverse_purchase
from cliffhanger.ledger.state import Known
from cliffhanger.ledger.store import LedgerStore
from cliffhanger.ledger.tracing import Trail, tells
from cliffhanger.ledger.walking import entries_back, lapses

PURCHASES = ("purchase:", "purchase;")
"""From where to where references of purchases stand: ``;`` follows ``:``, and no id contains either."""
NO_TERMS: Mapping[str, Any] = MappingProxyType({})

Check = Callable[[Turn, Story], None]
"""Raises where an order must not be undone as it stands; asked with the head at hand: no spend slips between."""


class OrderChain(NamedTuple):
    """An order, on the chain of the account that buys."""

    account: str
    order: str

    @property
    def prefix(self) -> str:
        """What all its references begin with."""
        return purchase_prefix(self.order)


def read_story(ledger: LedgerStore, on: OrderChain) -> Story:
    """What stands of an order now.

    Raises:
        Busy: the ledger does not answer now.
    """
    try:
        return _story(ledger, on, ledger.references(on.account, on.prefix))
    except Unclear as error:
        raise Busy("Try again in a moment.") from error


def is_preceded(ledger: LedgerStore, on: OrderChain, facts: int) -> bool:
    """Whether another purchase stands on the chain of an order of which so many ``facts`` do, whatever became of it.

    Raises:
        Unclear: the read did not succeed.
    """
    found = ledger.references_between(on.account, *PURCHASES, facts + 1)
    return any(not reference.startswith(on.prefix) for reference, _ in found)


def record_grant(
    ledger: LedgerStore,
    on: OrderChain,
    deal: Deal,
    *,
    first_only: bool = False,
    terms: Mapping[str, Any] = NO_TERMS,
    retrying: Retrying | None = None,
) -> Recorded:
    """Grants what an order bought, once, less what has been undone of it before it came.

    With ``first_only`` the bonus comes with the account's first purchase alone. That is decided here, on the chain that
    tells it, and nowhere before: two such orders may both have been made while neither was paid.

    Raises:
        AmountInvalid, NameInvalid: a fault of the calling code; nothing changed.
        Busy, Undecided: try again.
    """
    deal.check()
    request, first = _request("purchase", **deal._asdict()), {"first": True} if first_only else {}
    ask = Ask(f"{on.prefix}grant", request, {**terms, **deal.terms(), **first})

    def make(turn: Turn, known: tuple[Known, ...]) -> Entry:
        story = _story(ledger, on, known)
        if not first_only or turn.head is None or not is_preceded(ledger, on, len(known)):
            return grant_purchase(turn, deal, story)
        kept = deal.without_bonus()
        told = {**terms, **kept.terms(), "withheld": deal.bonus}
        return grant_purchase(turn._replace(ask=ask._replace(terms=told)), kept, story)

    return _recorded(ledger, on, ask, make, retrying)


def record_reversal(
    ledger: LedgerStore,
    on: OrderChain,
    name: str,
    amount: int,
    *,
    kind: Literal["refund", "dispute"],
    terms: Mapping[str, Any] = NO_TERMS,
    check: Check | None = None,
    retrying: Retrying | None = None,
) -> Recorded:
    """Undoes an order as far as an amount of its money went back, once per ``name``, an id; maybe before its grant.

    Raises:
        NotReversible: the order has been undone in as many steps as it may be; nothing changed.
        CliffhangerError: what ``check`` refuses with; nothing changed.
        AmountInvalid, NameInvalid: a fault of the calling code; nothing changed.
        Busy, Undecided: try again.
    """
    check_amount(amount)
    ask = Ask(
        f"{on.prefix}rev:{name}", _request(kind, name=name, amount=amount), {**terms, "kind": kind, "amount": amount}
    )

    def make(turn: Turn, known: tuple[Known, ...]) -> Entry:
        story = _story(ledger, on, known)
        if len(story.reversals) >= MOST_REVERSALS:
            raise NotReversible(f"An order is undone in {MOST_REVERSALS} steps at most.")
        if check is not None:
            check(turn, story)
        lapsed = lapses(ledger, turn.head, 1 if story.grant is None else story.grant.seq)
        return reverse_purchase(
            turn, story, name, amount, lambda lot: _followed(ledger, turn, story, lot), lapsed=lapsed
        )

    return _recorded(ledger, on, ask, make, retrying)


def record_return(
    ledger: LedgerStore,
    on: OrderChain,
    name: str,
    *,
    kind: Literal["refundFailed", "disputeWon"],
    terms: Mapping[str, Any] = NO_TERMS,
    retrying: Retrying | None = None,
) -> Recorded:
    """Gives back what the reversal of that name took, once: its money has come again. It may come before the reversal.

    Raises:
        NameInvalid: a fault of the calling code; nothing changed.
        Busy, Undecided: try again.
    """
    ask = Ask(f"{on.prefix}back:{name}", _request(kind, name=name), {**terms, "kind": kind})

    def make(turn: Turn, known: tuple[Known, ...]) -> Entry:
        story = _story(ledger, on, known)
        return return_purchase(turn, story, name, lambda lot: _followed(ledger, turn, story, lot))

    return _recorded(ledger, on, ask, make, retrying)


def _recorded(ledger: LedgerStore, on: OrderChain, ask: Ask, make: MakeKnowing, retrying: Retrying | None) -> Recorded:
    return record_beside(ledger, on.account, on.prefix, ask, make, retrying=retrying)


def _story(ledger: LedgerStore, on: OrderChain, known: tuple[Known, ...]) -> Story:
    named = {reference.removeprefix(on.prefix): seq for reference, seq in known}
    grant = None if "grant" not in named else ledger.entry(on.account, named["grant"])

    def under(part: str) -> dict[str, Entry]:
        found = {name.removeprefix(part): seq for name, seq in named.items() if name.startswith(part)}
        return {name: ledger.entry(on.account, seq) for name, seq in found.items()}

    before = ledger.entry(on.account, grant.seq - 1) if grant is not None and grant.seq > 1 else None
    return Story(grant, before, under("rev:"), under("back:"))


def _followed(ledger: LedgerStore, turn: Turn, story: Story, lot: str) -> Trail:
    if turn.head is None or story.grant is None:
        return Trail((), lot)
    return Trail(entries_back(ledger, turn.head, story.grant.seq), lot)


def given_back(ledger: LedgerStore, head: Entry | None, original: Entry) -> dict[str, int]:
    """What a series has given back already of what an entry paid it, by lot, because purchases were undone since.

    Raises:
        Unclear: a read did not succeed.
        Busy: it is too many entries ago.
    """
    lots = {portion.lot for portion in original.spent if portion.cash}
    if not lots or head is None:
        return {}
    chain = tuple(entry for entry in entries_back(ledger, head, original.seq) if tells(entry))
    return {lot: Trail(chain, lot).given(original.seq) for lot in lots}


def _request(operation: str, **asked: Any) -> bytes:
    return digest(canonical_json({"operation": operation, **asked}))
