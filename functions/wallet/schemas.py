"""What the wallet is asked with and what it answers, beside the wallet itself."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from cliffhanger.clock import rfc3339
from cliffhanger.unlocks.receipts import GiftAnswer, ReceiptAnswer, gift_of, receipt_of
from cliffhanger.wallet.domain import Limits
from cliffhanger.wallet.history import Proven, Statement
from cliffhanger.wallet.statement import Kind, Line, kind_of
from cliffhanger.web.fields import Seq

MAX_LIMIT_COINS = 1_000_000

LimitCoins = Annotated[int, Meta(ge=0, le=MAX_LIMIT_COINS, examples=[100])]


class LimitsBody(Struct, rename="camel", forbid_unknown_fields=True):
    """The limits as they shall be, all three: what is left out could not be told from a limit that is given up."""

    day_coins: LimitCoins | None
    series_coins: LimitCoins | None
    auto_unlock: bool


class EntryPath(Struct, rename="camel"):
    """The path of one entry."""

    seq: Seq


class CashLine(Struct, rename="camel"):
    """A change in cash, in the smallest unit of an ISO 4217 currency.

    ``deferred``: the cash that unspent bought coins stand for.
    """

    currency: str
    amount: int
    deferred: bool


class BalanceAnswer(Struct, rename="camel"):
    """Coins by class."""

    bought: int
    bonus: int


class SpanAnswer(Struct, rename="camel"):
    """Episodes, both ends included."""

    first: int
    last: int


class RuleAnswer(Struct, rename="camel"):
    """A rule of rewards, and the version of the rules."""

    name: str
    version: str


class LineAnswer(Struct, rename="camel"):
    """What one entry changed; ``balance`` is that after it.

    ``coins`` per unit is signed and holds what expired as well, which ``expired`` tells for itself. ``debt`` per unit
    is the change of what is owed, ``held`` that of what is set aside, where ``USD.deferred`` is the cash that held
    coins stand for. ``episodes`` are those that an unlock opens, or its reversal locks again.
    ``rule`` is by which coins were earned, ``gift`` what a tip gave.
    """

    seq: int
    at: str
    kind: Kind
    reference: str | None
    coins: dict[str, int]
    expired: dict[str, int]
    debt: dict[str, int]
    held: dict[str, int]
    cash: list[CashLine]
    balance: BalanceAnswer
    series_id: str | None
    episodes: SpanAnswer | None
    rule: RuleAnswer | None
    gift: GiftAnswer | UnsetType = UNSET


class StatementAnswer(Struct, rename="camel"):
    """Entries, newest first; the lines add up from one balance to the next."""

    lines: list[LineAnswer]
    next_cursor: str | None


class SettlementAnswer(Struct, rename="camel"):
    """Where a leg of the entry has been settled: the batch on the other account."""

    account: str
    seq: int


class ProvenReceipt(ReceiptAnswer, rename="camel", kw_only=True):
    """A receipt with its proof: ``entry`` is the canonical JSON whose SHA-256 is ``hash``, byte for byte as stored.

    ``settled`` grows as the other accounts take their part; it is no part of the entry, and the hash does not cover it.
    """

    kind: Kind
    entry: str
    settled: list[SettlementAnswer]


def limits_asked(body: LimitsBody) -> Limits:
    """The limits that a body asks for."""
    return Limits(body.day_coins, body.series_coins, body.auto_unlock)


def statement_answer(statement: Statement, next_cursor: str | None) -> StatementAnswer:
    """A page of a statement as it leaves the API."""
    return StatementAnswer([_line(line) for line in statement.lines], next_cursor)


def receipt_answer(proven: Proven) -> ProvenReceipt:
    """An entry as a receipt with its proof."""
    receipt = receipt_of(proven.entry)
    told = {field: getattr(receipt, field) for field in receipt.__struct_fields__}
    return ProvenReceipt(
        **told,
        kind=kind_of(proven.entry),
        entry=proven.entry.body,
        settled=[SettlementAnswer(account, seq) for account, seq in proven.settled.items()],
    )


def _line(line: Line) -> LineAnswer:
    entry, span, balances = line.entry, line.span, line.entry.state.balances
    return LineAnswer(
        seq=entry.seq,
        at=rfc3339(entry.at),
        kind=line.kind,
        reference=entry.reference,
        coins=dict(line.coins),
        expired=dict(line.expired),
        debt=dict(line.debt),
        held=dict(line.held),
        cash=[CashLine(*cash) for cash in line.cash],
        balance=BalanceAnswer(balances.get("coin", 0), balances.get("bonus", 0)),
        series_id=span.series if span else line.tipped,
        episodes=SpanAnswer(span.first, span.last) if span else None,
        rule=RuleAnswer(*line.rule) if line.rule else None,
        gift=gift_of(entry),
    )
