"""What waits is paid when its time comes, or when a reviewer releases it; or a reviewer refuses it.

A claim that is held is released by letting it wait for no longer: of a release and a refusal at once, one is written.
Then it is paid like any other, at once or by the next sweep, by the reference that its entry has whoever pays. What is
refused of a campaign's goes back to its budget likewise, at once or by the next sweep.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, Protocol

from cliffhanger.clock import Clock, system_clock
from cliffhanger.errors import Busy, CaseClosed, FourEyesRequired, NotFound, RewardRefused, Unavailable, Undecided
from cliffhanger.ledger.journal import Retrying
from cliffhanger.ledger.rewarding import Consequence, give_decided
from cliffhanger.rewards.due import Due
from cliffhanger.rewards.earning import busy_instead, consequence_of
from cliffhanger.rewards.pending import HOUSE, Pending

if TYPE_CHECKING:
    from cliffhanger.ledger.store import LedgerStore
    from cliffhanger.rewards.claims_store import ClaimsStore


class Cashbacks(Protocol):
    """What becomes of claims that campaigns pay for; see ``cliffhanger.campaigns.confirming``."""

    @property
    def check_open(self) -> Callable[[], None]:
        """Raises SwitchedOff where operators have stopped campaigns."""

    def confirm(self, pending: Pending) -> None:
        """Gives the viewer what remains of a claim. Raises CashbackNotDue, Busy, Undecided, Unavailable."""

    def refuse(self, pending: Pending, by: str) -> None:
        """Gives a claim back to its budget. Raises Busy, Undecided, Unavailable."""


class Till(NamedTuple):
    """What is paid with. ``check_open`` raises where operators have stopped rewards."""

    ledger: LedgerStore
    claims: ClaimsStore
    check_open: Callable[[], None]
    clock: Clock = system_clock
    retrying: Retrying = Retrying()
    cashbacks: Cashbacks | None = None
    """Where campaigns are known."""


def pay(till: Till, pending: Pending) -> None:
    """Pays what waited, once, as far as caps leave room for it; or refuses it where they leave none.

    What a reviewer has refused of a campaign's goes back to its budget. Safe to repeat.

    Raises:
        CashbackNotDue: a campaign's, and it is too early.
        RewardRefused: more is listed of the viewer than anybody comes to; it waits until less is.
        Busy, Undecided, Unavailable: try again.
    """
    if pending.campaign:
        if pending.status == "refused":
            _give_back(till, pending)
        else:
            _cashbacks(till).confirm(pending)
        return
    due = Due(till.ledger, pending, till.claims.of(pending.person))
    pace = till.retrying._replace(clock=till.clock)
    try:
        given = give_decided(till.ledger, _fact_of(pending), due.decide, retrying=pace)
    except RewardRefused:
        till.claims.decide(pending, "refused", by=HOUSE, at=till.clock())
        return
    paid = pending._replace(coins=int(given.entry.terms["coins"]))
    till.claims.decide(paid, "paid", by="", at=till.clock())


def held(till: Till, limit: int, after: tuple[str, str, int] | None = None) -> tuple[Pending, ...]:
    """At most so many claims that wait for a reviewer, longest first; those after a person, name and time.

    Raises:
        Unavailable: the table does not answer.
    """
    return till.claims.due("held", till.clock(), limit, after)


def release(till: Till, person: str, name: str, by: str) -> Pending:
    """Pays a claim that is held, as a reviewer decides; asked again, it answers with how it stands.

    Raises:
        NotFound: there is no such claim.
        FourEyesRequired: it is the reviewer's own.
        CaseClosed: it has been refused, or was never held; ``caseStatus`` is how it stands.
        Unavailable: try again; it may have been released.
    """
    _check_not_own(person, by)
    pending = _found(till, person, name)
    if pending.status == "held":
        till.claims.release(pending, by=by, at=till.clock())
        pending = _found(till, person, name)
    if pending.status not in ("waiting", "paid") or not pending.decided_by:
        raise CaseClosed("The claim does not wait for a reviewer.", caseStatus=pending.status)
    if pending.status == "waiting" and pending.due_at <= till.clock():
        try:
            pay(till, pending)
        except (RewardRefused, Busy, Undecided, Unavailable):  # the next sweep pays it
            return pending
    return _found(till, person, name)


def refuse(till: Till, person: str, name: str, by: str) -> Pending:
    """Refuses a claim that is held: its fact is not rewarded any more. Asked again, it answers with how it stands.

    Of two who asked at once, one may have been paid while the other was held: the fact is rewarded then.

    Raises:
        NotFound: there is no such claim.
        FourEyesRequired: it is the reviewer's own.
        CaseClosed: it has been released, or paid, or was never held; ``caseStatus`` is how it stands.
        Busy: try again; nothing changed.
        Unavailable: try again; it may have been refused, and a budget has it back by the next sweep.
    """
    _check_not_own(person, by)
    pending = _found(till, person, name)
    if pending.status == "held" and _stands(till, pending):
        till.claims.decide(pending, "paid", by="", at=till.clock())
        pending = _found(till, person, name)
    if pending.status == "held":
        till.claims.decide(pending, "refused", by=by, at=till.clock())
        pending = _found(till, person, name)
    if pending.status != "refused":
        raise CaseClosed("The claim does not wait for a reviewer.", caseStatus=pending.status)
    if pending.campaign and pending.decided_by:
        _give_back(till, pending)
    return pending


def _give_back(till: Till, refused: Pending) -> None:
    """Gives what a reviewer has refused back to its budget; until that is done, the sweep comes to it."""
    _cashbacks(till).refuse(refused, refused.decided_by)
    till.claims.given_back(refused)


def _cashbacks(till: Till) -> Cashbacks:
    if till.cashbacks is None:
        raise TypeError("a campaign's claim where none are known")
    return till.cashbacks


def _stands(till: Till, pending: Pending) -> bool:
    """Whether the chain says already that a claim's fact was rewarded; what campaigns pay stands on theirs."""
    if pending.campaign:
        return False
    fact = _fact_of(pending)
    known = busy_instead(lambda: till.ledger.references(fact.account, fact.prefix))
    return any(reference == f"{fact.prefix}grant" for reference, _ in known)


def _fact_of(pending: Pending) -> Consequence:
    return consequence_of(pending.person, pending.kind, pending.fact)


def _check_not_own(person: str, by: str) -> None:
    """Raises FourEyesRequired where a reviewer decides what is their own."""
    if person == by:
        raise FourEyesRequired("It is your own reward; ask another reviewer.", rule="own_account")


def _found(till: Till, person: str, name: str) -> Pending:
    pending = till.claims.find(person, name)
    if pending is None:
        raise NotFound("There is no such claim.")
    return pending
