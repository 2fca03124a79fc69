"""What a creator could have paid out now, and what is in the way: for a quote, at a request, before money moves.

Balances are read of the creator's own chain, where they are true; the reserve follows from what came in lately.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from cliffhanger.dynamo import Unclear
from cliffhanger.errors import Busy
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.state import State
from cliffhanger.ledger.store import LedgerStore
from cliffhanger.payouts.desk import Desk
from cliffhanger.payouts.domain import Destination, Payout, Rule, creator, refuse
from cliffhanger.payouts.policy import COOLING_OFF_MS, CURRENCIES, DAY_MS, RESERVE_DAYS, income_of, reserved, terms_of

PAGE, MOST_ENTRIES = 100, 5_000
"""So many entries of two weeks are looked through at most; there are a few of each series' and day."""


class Standing(NamedTuple):
    """What a creator has in one currency, in its smallest unit.

    ``balance`` is available on the account beside what is ``held`` for payouts under way. Of it stays what is
    ``recent``, of what came in before that the ``reserve``, and what is ``disputed``; ``payable`` may leave. ``debts``
    are owed first, in whatever unit.
    """

    currency: str
    balance: int
    held: int
    debts: Mapping[str, int]
    reserve: int
    frozen: bool
    disputed: int = 0
    recent: int = 0

    @property
    def debt(self) -> int:
        """What is owed in this currency."""
        return self.debts.get(self.currency, 0)

    @property
    def payable(self) -> int:
        """What may be paid out now, if nothing else is in the way."""
        return max(0, self.balance - self.kept)

    @property
    def kept(self) -> int:
        """What stays of the balance, for what may be taken back."""
        return self.recent + self.reserve + self.disputed


def standing_of(desk: Desk, person: str, currency: str, at: int | None = None) -> Standing:
    """What a creator has; of what they have now, what will stay of it at a time, where one is named.

    Raises:
        Busy: the ledger does not answer now.
        Unavailable: the table of payouts does not.
    """
    now = desk.clock()
    until = now if at is None else at
    account, since = creator(person), until - RESERVE_DAYS * DAY_MS
    try:
        head = desk.ledger.head(account)
        entries = _since(desk.ledger, account, head, since)
    except Unclear as error:
        raise Busy("Try again in a moment.") from error
    state = State() if head is None else head.state
    stakes = desk.payouts.stakes(person, now)
    recent = income_of(entries, currency, until - desk.hold_ms) if desk.hold_ms else 0
    return Standing(
        currency=currency,
        balance=state.balances.get(currency, 0),
        held=state.held.get(currency, 0),
        debts={unit: owed for unit, owed in sorted(state.debt.items()) if owed},
        reserve=reserved(income_of(entries, currency, since) - recent),
        frozen=state.frozen,
        disputed=sum(stake.amount for stake in stakes if stake.currency == currency),
        recent=recent,
    )


def currencies_of(desk: Desk, person: str) -> tuple[str, ...]:
    """The currencies of which a creator has something that payouts are made in.

    Raises:
        Busy: the ledger does not answer now.
    """
    try:
        head = desk.ledger.head(creator(person))
    except Unclear as error:
        raise Busy("Try again in a moment.") from error
    balances = {} if head is None else head.state.balances
    return tuple(currency for currency in CURRENCIES if balances.get(currency))


def check_person(desk: Desk, payout: Payout) -> None:
    """Lets a payout pass whose creator is verified, with a destination that takes money and has not just been changed.

    Raises:
        PayoutRefused: the rule that is in the way.
        Unavailable: it cannot be told now.
    """
    verified = desk.verified(payout.person, payout.currency)
    if verified.rule is not None:
        raise refuse(verified.rule, "Your identity must be verified first.")
    destination = desk.payouts.destination(payout.person)
    rule = rule_of(destination, desk.clock())
    if rule is not None:
        until = {} if destination is None or rule != "cooling_off" else {"until": cooled_at(destination)}
        raise refuse(rule, "Money cannot go there now.", **until)


def check_money(standing: Standing, payout: Payout) -> None:
    """Lets a payout pass that its account can bear, beside its reserve.

    Raises:
        PayoutRefused: the rule that is in the way.
    """
    found = terms_of(payout.currency, payout.speed)
    if found is None:
        raise refuse("currency", "There are no payouts of that kind in this currency.")
    minimum, _ = found
    check_account(standing)
    if payout.amount < minimum:
        raise refuse("below_minimum", f"The smallest payout is {minimum}.", minimum=minimum)
    if standing.payable < payout.amount <= standing.payable + standing.disputed:
        raise refuse("disputed", "Payments that you had a share in are disputed.", payable=standing.payable)
    if payout.amount > standing.payable:
        raise refuse("over_payable", "That is more than can be paid out now.", payable=standing.payable)


def check_account(standing: Standing) -> None:
    """Lets an account pass that is not frozen and owes nothing, in any unit: the ledger lets no other out.

    Raises:
        PayoutRefused: the rule that is in the way.
    """
    if standing.frozen:
        raise refuse("frozen", "Payouts from this account are stopped; ask support.")
    if standing.debts:
        raise refuse("debt", "What is owed must be repaid first.", debt=dict(standing.debts))


def check_disputed(standing: Standing) -> None:
    """Lets a payout pass that is set aside already where the rest of the account still bears what is disputed.

    Raises:
        PayoutRefused: it does not.
    """
    if standing.disputed and standing.balance < standing.kept:
        raise refuse("disputed", "A payment that you had a share in has been disputed.")


def rule_of(destination: Destination | None, now: int) -> Rule | None:
    """What keeps money from going to a destination, if anything does."""
    if destination is None:
        return "no_destination"
    if not destination.ready:
        return "destination_restricted"
    return "cooling_off" if now < cooled_at(destination) else None


def cooled_at(destination: Destination) -> int:
    """From when on a destination is paid out to; 0 for one that was never changed."""
    return destination.changed_at + COOLING_OFF_MS if destination.changed_at else 0


def _since(ledger: LedgerStore, account: str, head: Entry | None, since: int) -> list[Entry]:
    entries: list[Entry] = []
    before = None if head is None else head.seq + 1
    while before is not None and before > 1 and len(entries) < MOST_ENTRIES:
        page = ledger.newest(account, PAGE, before)
        entries += page
        if not page or page[-1].at < since:
            break
        before = page[-1].seq
    return entries
