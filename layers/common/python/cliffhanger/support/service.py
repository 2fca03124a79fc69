"""Use cases of support: open a case, let a second operator decide it, carry it out exactly once.

Whatever is cut short goes on where it was: a case without its entry is carried out by the same request again, or by an
approval; an entry whose case does not know of it is found in the ledger by its reference, whenever the case is read.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from cliffhanger.dynamo import Unclear
from cliffhanger.errors import (
    Busy,
    CaseClosed,
    FourEyesRequired,
    KeyReused,
    NameInvalid,
    NotFound,
    NotRefundable,
    NotReversible,
    Unavailable,
    Undecided,
    ValidationFailed,
)
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.journal import Recorded, Retrying
from cliffhanger.ledger.names import account_kind, viewer
from cliffhanger.support.domain import KINDS, Case, CasePage, Request, Status, granted_alone, new_case
from cliffhanger.support.refunding import order_of, refund
from cliffhanger.support.reversing import undoing
from cliffhanger.support.store import CasesStore
from cliffhanger.wallet.service import freeze, grant_bonus

if TYPE_CHECKING:
    from cliffhanger.commerce.shop import Shop
    from cliffhanger.ledger.store import LedgerStore

RECENT_ENTRIES = 100
"""How many of an account's entries are looked through for what it was granted within a day."""
PATIENCE_S = 1.0
"""For a write to the table of cases; the ledger's own loop takes its time besides, within the function's."""


class Casework(NamedTuple):
    """What cases are worked on with."""

    cases: CasesStore
    ledger: LedgerStore
    retrying: Retrying | None = None
    shop: Callable[[], Shop] | None = None
    """Made when a refund is to be made: everything else needs no provider."""

    @property
    def pace(self) -> Retrying:
        """How its loops wait, and its clock."""
        return self.retrying or Retrying()


def open_case(work: Casework, request: Request) -> Case:
    """Opens a case and carries it out, unless it awaits a second operator; asked again, it goes on with the same case.

    Raises:
        KeyReused: the same key stands for another request.
        ValidationFailed: the account is of a kind that such cases are not about.
        FourEyesRequired: it is the operator's own account.
        NotFound: the entry that is to be reversed does not exist.
        NotReversible: nothing reverses it, or another case has.
        NotRefundable: with ``rule``: so much of the order's money does not go back.
        Busy, Undecided, Unavailable, ProviderUnavailable: try again with the same key.
    """
    case = _find(work, request.case)
    if case is None:
        opened = _opened(work, request)
        case = _written(work, opened.case, lambda: work.cases.open(opened))
    if case.hash != request.hash:
        raise KeyReused("The key stands for another case already; use a new one.")
    return _carried_out(work, case)


def get_case(work: Casework, case: str) -> Case:
    """A case as it stands, by the ledger where its row does not know yet.

    Raises:
        NotFound: there is none of that id.
        Busy, Unavailable: try again.
    """
    return _current(work, _existing(work, case))


def list_cases(work: Casework, status: Status, limit: int, after: tuple[int, str] | None = None) -> CasePage:
    """At most ``limit`` cases of a status, oldest first, that follow a position; what has just changed may be missing.

    Raises:
        Unavailable: the table does not answer.
    """
    try:
        return work.cases.page(status, limit, after)
    except Unclear as error:
        raise Unavailable("The table of cases does not answer.") from error


def approve(work: Casework, case_id: str, operator: str) -> Case:
    """Approves another operator's case and carries it out; the same operator, asking again, is answered the same.

    Also finishes what was decided before and cut short.

    Raises:
        NotFound: there is none of that id.
        FourEyesRequired: the operator has opened it, or it is the operator's own account.
        CaseClosed: with its ``caseStatus``: it needs no approval any more, or never did.
        NotReversible: it is approved, and the ledger refuses it.
        Busy, Undecided, Unavailable: try again.
    """
    case = _existing(work, case_id)
    _check_not_own(case.account, operator)
    if case.status == "awaiting":
        if case.opened_by == operator:
            raise FourEyesRequired("You have opened it; ask another operator.", rule="own_case")
        case = _decided(work, case, "approved", operator)
    approver, unfinished = case.decided_by, case.status == "approved"
    if case.status != "refused" and (unfinished or approver == operator):
        case = _carried_out(work, case)
        if approver in ("", operator):
            return case
    raise CaseClosed("It has been decided already.", caseStatus=_current(work, case).status)


def refuse(work: Casework, case_id: str, operator: str) -> Case:
    """Refuses a case that awaits a second operator, or withdraws one's own; asking again is answered the same.

    Raises:
        NotFound: there is none of that id.
        FourEyesRequired: it is the operator's own account.
        CaseClosed: with its ``caseStatus``: it has been decided otherwise.
        Busy, Undecided, Unavailable: try again.
    """
    case = _existing(work, case_id)
    _check_not_own(case.account, operator)
    if case.status == "awaiting":
        case = _decided(work, case, "refused", operator)
    if case.status == "refused" and case.decided_by == operator:
        return case
    raise CaseClosed("It has been decided already.", caseStatus=_current(work, case).status)


def _opened(work: Casework, request: Request) -> Case:
    """The case that a request would open; nothing is written."""
    kinds = KINDS[request.kind]
    try:
        ours = account_kind(request.account) in kinds
    except NameInvalid:
        ours = False
    if not ours:
        raise ValidationFailed(f"Such cases are about accounts of these kinds: {', '.join(kinds)}.", where="path")
    _check_not_own(request.account, request.operator)
    original = _entry(work, request.account, int(request.asked["seq"])) if request.kind == "reversal" else None
    now = work.pace.clock()
    if request.kind == "refund":
        return new_case(request, now, deal=order_of(work.shop, request.account, str(request.asked["orderId"])).deal)
    granted = granted_alone(_recent(work, request.account), now) if request.kind == "grant" else 0
    return new_case(request, now, original, granted)


def _check_not_own(account: str, operator: str) -> None:
    """Nobody has a hand in what happens to their own account: not by asking, not by agreeing, not by refusing."""
    if account in (viewer(operator), f"creator:{operator}"):
        raise FourEyesRequired("It is your own account; ask another operator.", rule="own_account")


def _decided(work: Casework, case: Case, status: Status, operator: str) -> Case:
    at = work.pace.clock()
    return _written(work, case.case, lambda: work.cases.decide(case.case, status, operator, at))


def _written(work: Casework, case: str, write: Callable[[], bool]) -> Case:
    """What stands after a conditional write, be it ours or another's that came first.

    Raises:
        Undecided: it may or may not have been written, and what stands cannot be read.
    """
    for _ in work.pace._replace(patience_s=PATIENCE_S).attempts():
        with contextlib.suppress(Unclear):
            write()
            standing = work.cases.find(case)
            if standing is not None:
                return standing
    raise Undecided("Ask again with the same request; it will not happen twice.")


def _carried_out(work: Casework, case: Case) -> Case:
    """The case with its entry written, where it is approved; else as it stands.

    Raises:
        NotReversible: the ledger refuses it, now or when it was tried first.
        Busy, Undecided: try again.
    """
    if case.status == "approved":
        try:
            recorded = _record(work, case)
        except (NotReversible, NotRefundable) as error:
            with contextlib.suppress(Unclear):  # the next one to try is refused as well, and notes it
                work.cases.fail(case.case, error.code)
            raise
        return _finished(work, case, recorded.entry.seq)
    current = _current(work, case)
    if current.status == "failed":
        raise NotReversible("The case has failed; its entry cannot be reversed.")
    return current


def _current(work: Casework, case: Case) -> Case:
    """The case as the ledger has it: done, if its entry stands, whatever its row says of it."""
    given_up = case.kind == "refund" and case.status == "failed"  # its coins came back by another entry
    if case.status not in ("approved", "failed") or given_up:
        return case
    try:
        known = work.ledger.references(case.account, case.reference)
    except Unclear as error:
        raise Busy("Try again in a moment.") from error
    seq = next((seq for reference, seq in known if reference == case.reference), None)
    return case if seq is None else _finished(work, case, seq)


def _finished(work: Casework, case: Case, seq: int) -> Case:
    with contextlib.suppress(Unclear):  # the entry stands, and whoever reads the case finds it
        work.cases.finish(case.case, seq)
    return case._replace(status="done", seq=seq, code="")


def _record(work: Casework, case: Case) -> Recorded:
    """Writes the case's entry, or finds it written. Nothing in it depends on who does this, or when it began."""
    ledger, account, asked = work.ledger, case.account, case.asked
    if case.kind == "refund":
        return refund(work.shop, case)
    if case.kind == "grant":
        return grant_bonus(
            ledger,
            account,
            coins=int(asked["coins"]),
            lifetime_days=int(asked["lifetimeDays"]),
            reference=case.reference,
            terms=case.terms,
            retrying=work.retrying,
        )
    if case.kind == "freeze":
        return freeze(
            ledger,
            account,
            frozen=bool(asked["frozen"]),
            reference=case.reference,
            terms=case.terms,
            retrying=work.retrying,
        )
    original = _entry(work, account, int(asked["seq"]))
    return undoing(original)(ledger, original, case.case, case.terms, work.retrying)


def _entry(work: Casework, account: str, seq: int) -> Entry:
    try:
        found = work.ledger.newest(account, 1, before=seq + 1)
    except Unclear as error:
        raise Busy("Try again in a moment.") from error
    if not found or found[0].seq != seq:
        raise NotFound("There is no such entry on that account.")
    return found[0]


def _recent(work: Casework, account: str) -> tuple[Entry, ...]:
    try:
        return work.ledger.newest(account, RECENT_ENTRIES)
    except Unclear as error:
        raise Busy("Try again in a moment.") from error


def _find(work: Casework, case: str) -> Case | None:
    try:
        return work.cases.find(case)
    except Unclear as error:
        raise Unavailable("The table of cases does not answer.") from error


def _existing(work: Casework, case: str) -> Case:
    found = _find(work, case)
    if found is None:
        raise NotFound("There is no such case.")
    return found
