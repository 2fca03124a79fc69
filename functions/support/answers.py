"""What support answers."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from cliffhanger.clock import rfc3339
from cliffhanger.ledger.names import OWN, OWN_DEFERRED, text_of_hash
from cliffhanger.ledger.state import Posting
from cliffhanger.parking.domain import Parked, Replayed, parts_of
from cliffhanger.support.domain import Case, Kind, Status
from cliffhanger.support.explain import Explained, Line
from cliffhanger.switches.domain import Switch, SwitchName
from cliffhanger.wallet.statement import Kind as EntryKind
from cliffhanger.wallet.statement import kind_of
from cliffhanger.wallet.views import LimitsAnswer, LotAnswer, wallet_answer


class EntryRef(Struct, rename="camel"):
    """Where an entry stands, or, of one that could not even be read, should."""

    account: str
    seq: int


class CaseAnswer(Struct, rename="camel"):
    """A case: what was asked to be done to which account, by whom and why, and what has become of it.

    ``status``: ``awaiting`` another operator, ``approved`` and not carried out yet (the same request again does that),
    ``done``, ``refused`` by an operator, or ``failed`` with ``code`` because the ledger refused it. ``coins`` is how
    many it moves. ``decidedBy`` approved or refused it; null where no second person has to, or has yet. ``entry`` is
    what it wrote.
    """

    case_id: str
    kind: Kind
    account: str
    status: Status
    asked: dict[str, int | bool | str]
    coins: int
    reason: str
    opened_by: str
    opened_at: str
    decided_by: str | None
    decided_at: str | None
    entry: EntryRef | None
    code: str | None


class CasesAnswer(Struct, rename="camel"):
    """Cases of one status, oldest first; ``nextCursor`` is null on the last page."""

    cases: list[CaseAnswer]
    next_cursor: str | None


class StateAnswer(Struct, rename="camel"):
    """An account after its last entry; amounts are per unit, in the unit's smallest part.

    ``USD.deferred`` is the cash that unspent bought coins stand for. ``lots`` are those that have not expired, in the
    order of spending.
    """

    at: str
    balances: dict[str, int]
    lots: list[LotAnswer]
    flags: list[str]
    limits: LimitsAnswer
    debt: dict[str, int]
    held: dict[str, int]


class PostingAnswer(Struct, rename="camel"):
    """An amount that moved; ``*`` stands for all the sources of a batch."""

    unit: str
    amount: int
    source: str
    destination: str


class ChecksAnswer(Struct, rename="camel"):
    """What holds of the entry: its bytes have its hash, it follows the one before it, and the amounts add up.

    Null where that cannot be said, because the entry or the one before it cannot be read.
    """

    hash: bool
    link: bool | None
    arithmetic: bool | None


class SettledAnswer(Struct, rename="camel"):
    """A leg on another account: ``seq`` of the batch that settled it there, null while it is on its way."""

    account: str
    seq: int | None


class EntryAnswer(Struct, rename="camel"):
    """One entry, with what it was decided on, what it moved, and whether it holds.

    Where the stored bytes are no entry, ``fault`` says why and only ``seq`` and ``checks`` are told. ``sources`` is how
    many entries a batch settles.
    """

    seq: int
    fault: str | None
    checks: ChecksAnswer
    at: str | None
    kind: EntryKind | None
    reference: str | None
    terms: dict[str, Any]
    postings: list[PostingAnswer]
    sources: int
    hash: str | None
    settled: list[SettledAnswer]


class ExplainedAnswer(Struct, rename="camel"):
    """An account in words, as of its last entry (``asOf``, which is also how many there are), and its entries.

    ``state`` is null where the last entry cannot be read.
    """

    account: str
    words: list[str]
    as_of: int
    state: StateAnswer | None
    entries: list[EntryAnswer]
    next_cursor: str | None


class SwitchAnswer(Struct, rename="camel"):
    """A switch, and who turned it last, when and why; null where nobody has."""

    switch: SwitchName
    off: bool
    reason: str | None
    by: str | None
    at: str | None


class SwitchesAnswer(Struct, rename="camel"):
    """Every switch as it stands now."""

    switches: list[SwitchAnswer]


class ParkedAnswer(Struct, rename="camel"):
    """A parked entry: why its consumer could not take it, and how often it was tried since it was parked first."""

    entry: EntryRef
    reason: str
    times: int
    first_at: str
    last_at: str


class ParkedList(Struct, rename="camel"):
    """What a consumer could not take; ``nextCursor`` is null on the last page."""

    parked: list[ParkedAnswer]
    next_cursor: str | None


class ReplayAnswer(Struct, rename="camel"):
    """What became of it: ``done`` and parked no more, ``kept`` for ``reason``, or ``absent``: it was not parked."""

    entry: EntryRef
    outcome: str
    reason: str | None


def case_answer(case: Case) -> CaseAnswer:
    """A case as it leaves the API."""
    return CaseAnswer(
        case_id=case.case,
        kind=case.kind,
        account=case.account,
        status=case.status,
        asked=dict(case.asked),
        coins=case.coins,
        reason=case.reason,
        opened_by=case.opened_by,
        opened_at=rfc3339(case.opened_at),
        decided_by=case.decided_by or None,
        decided_at=rfc3339(case.decided_at) if case.decided_at else None,
        entry=EntryRef(case.account, case.seq) if case.seq else None,
        code=case.code or None,
    )


def explained_answer(explained: Explained, cursor: str | None) -> ExplainedAnswer:
    """An account as it leaves the API."""
    state = None
    if explained.last is not None:
        last, wallet = explained.last.state, wallet_answer(explained.wallet)
        state = StateAnswer(
            at=rfc3339(explained.last.at),
            balances=dict(last.balances),
            lots=wallet.lots,
            flags=sorted(last.flags),
            limits=wallet.limits,
            debt=dict(last.debt),
            held=dict(last.held),
        )
    entries = [_entry(explained.account, line) for line in explained.lines]
    return ExplainedAnswer(explained.account, list(explained.words), explained.as_of, state, entries, cursor)


def switch_answer(switch: Switch) -> SwitchAnswer:
    """A switch as it leaves the API."""
    at = rfc3339(switch.at) if switch.at else None
    return SwitchAnswer(switch.switch, switch.off, switch.reason or None, switch.by or None, at)


def parked_answer(parked: Parked) -> ParkedAnswer:
    """A parked entry as it leaves the API."""
    entry = EntryRef(*parts_of(parked.entry))
    return ParkedAnswer(entry, parked.reason, parked.times, rfc3339(parked.first_at), rfc3339(parked.last_at))


def replay_answer(replayed: Replayed) -> ReplayAnswer:
    """What a replay did, as it leaves the API."""
    return ReplayAnswer(EntryRef(*parts_of(replayed.entry)), replayed.outcome, replayed.reason)


def _entry(account: str, line: Line) -> EntryAnswer:
    entry, checks = line.entry, ChecksAnswer(*line.checks)
    if entry is None:
        return EntryAnswer(line.seq, line.fault, checks, None, None, None, {}, [], 0, None, [])
    return EntryAnswer(
        seq=line.seq,
        fault=None,
        checks=checks,
        at=rfc3339(entry.at),
        kind=kind_of(entry),
        reference=entry.reference,
        terms=dict(entry.terms),
        postings=[_posting(account, posting) for posting in entry.postings],
        sources=len(entry.sources),
        hash=text_of_hash(entry.hash),
        settled=[SettledAnswer(*leg) for leg in line.settled.items()],
    )


def _posting(account: str, posting: Posting) -> PostingAnswer:
    own = {OWN: account, OWN_DEFERRED: account + OWN_DEFERRED}
    source, destination = (own.get(side, side) for side in (posting.source, posting.destination))
    return PostingAnswer(posting.unit, posting.amount, source, destination)
