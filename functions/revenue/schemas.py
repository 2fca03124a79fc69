"""What the function is asked and answers about splits and earnings."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from cliffhanger.clock import rfc3339
from cliffhanger.ledger.splits import MAX_PARTS, WHOLE_BP, Part
from cliffhanger.revenue.domain import MAX_VERSIONS, Shares, Split
from cliffhanger.revenue.service import Earnings, Money
from cliffhanger.revenue.telling import Kept, Link
from cliffhanger.web.fields import SeriesId, whole

_ID = "[a-z0-9][a-z0-9-]{0,31}"

Day = Annotated[
    str,
    Meta(
        pattern=whole("[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"),
        description="A day (UTC)",
        examples=["2026-12-01"],
    ),
]
SplitVersion = Annotated[
    int, Meta(ge=1, le=MAX_VERSIONS, description="A version of the series' split, counted from 1", examples=[1])
]
Party = Annotated[
    str,
    Meta(
        pattern=whole(f"(?:platform|(?:creator|house|affiliate):{_ID})"),
        description="Who has a part: the platform, or a role and a person",
        examples=["creator:4h7d9k2m8q1r5t0v"],
    ),
]


class PartBody(Struct, rename="camel", forbid_unknown_fields=True):
    """One party's part, in basis points."""

    party: Party
    bp: Annotated[int, Meta(ge=1, le=WHOLE_BP, description="Basis points: hundredths of a percent", examples=[5000])]


Parts = Annotated[
    list[PartBody],
    Meta(
        min_length=2,
        max_length=MAX_PARTS,
        description="They make up 10,000 basis points. Of equal remainders the first part is rounded up first",
    ),
]


class SplitPath(Struct, rename="camel"):
    """The path of a version of a series' split."""

    series_id: SeriesId
    version: SplitVersion


class SeriesPath(Struct, rename="camel"):
    """The path of a series."""

    series_id: SeriesId


class SplitBody(Struct, rename="camel", forbid_unknown_fields=True):
    """Who gets what of unlocks and of tips, from which day's income on."""

    unlocks: Parts
    tips: Parts
    since: Day


class SplitAnswer(Struct, rename="camel"):
    """A version of a split. Version 0 is what ships, for whoever owns the series, until operators decide otherwise."""

    version: int
    unlocks: list[PartBody]
    tips: list[PartBody]
    since: str
    proposed_by: str | None
    proposed_at: str | None
    approved_by: str | None
    approved_at: str | None


class SplitsAnswer(Struct, rename="camel"):
    """Versions of a series' split, oldest first, and which of them divides today's income."""

    today: int
    items: list[SplitAnswer]


class OwnSplitAnswer(Struct, rename="camel"):
    """A version of a split as those see it who have a part in it."""

    version: int
    unlocks: list[PartBody]
    tips: list[PartBody]
    since: str


class OwnSplitsAnswer(Struct, rename="camel"):
    """Approved versions of a series' split in which the creator has a part, oldest first; the last one holds."""

    items: list[OwnSplitAnswer]


class HeldMoney(Struct, rename="camel"):
    """An amount that is set aside: by which hold, why, and until when at the latest."""

    hold_id: str
    why: str
    amount: int
    until: str


class EarnedMoney(Struct, rename="camel"):
    """One currency, in its smallest unit. ``earned`` came in the last thirty days, less what was taken back.

    ``balance`` is on the account and not set aside. What of it is payable now, the quote of a payout says: a reserve
    and payments in dispute keep some.
    """

    currency: str
    earned: int
    balance: int
    held: list[HeldMoney]
    debt: int


class EarnedDay(Struct, rename="camel"):
    """What a day's income brought of a currency; negative where more was taken back."""

    day: str
    currency: str
    amount: int


class EarningsAnswer(Struct, rename="camel"):
    """What the creator has earned and has.

    ``days`` are the last thirty, oldest first; days of nothing are absent. While a debt stands, or the account is
    frozen, nothing is payable. ``through`` is the last entry that is counted. ``complete`` is false where there are
    more entries than are looked through.
    """

    money: list[EarnedMoney]
    days: list[EarnedDay]
    through: int
    frozen: bool
    complete: bool


class DayPath(Struct, rename="camel"):
    """The path of a statement."""

    day: Day


class StatementFilesLine(Struct, rename="camel"):
    """A statement in the list: its day, the size of its JSON, and when it was made."""

    day: str
    bytes: int
    made_at: str


class StatementFilesList(Struct, rename="camel"):
    """Statements, newest first."""

    items: list[StatementFilesLine]
    next_cursor: str | None


class StatementFiles(Struct, rename="camel"):
    """A statement's two files, to be fetched at these addresses until ``expiresAt``, without a token."""

    day: str
    bytes: int
    made_at: str
    json_url: str
    pdf_url: str
    expires_at: str


def statement_line(kept: Kept) -> StatementFilesLine:
    """A statement as the list shows it."""
    return StatementFilesLine(kept.day, kept.size, rfc3339(kept.at))


def statement_answer(kept: Kept, document: Link, pdf: Link) -> StatementFiles:
    """A statement with the links to its files."""
    expires_at = rfc3339(min(document.expires_at, pdf.expires_at))
    return StatementFiles(kept.day, kept.size, rfc3339(kept.at), document.url, pdf.url, expires_at)


def shares_of(body: SplitBody) -> Shares:
    """The shares that are asked for."""
    return Shares(*(tuple(Part(part.party, part.bp) for part in parts) for parts in (body.unlocks, body.tips)))


def split_answer(split: Split) -> SplitAnswer:
    """A split as operators see it."""
    return SplitAnswer(
        split.version,
        _parts(split.shares.unlocks),
        _parts(split.shares.tips),
        split.since,
        split.by or None,
        _time(split.at),
        split.approved_by or None,
        _time(split.approved_at),
    )


def own_split_answer(split: Split) -> OwnSplitAnswer:
    """A split as its parties see it."""
    return OwnSplitAnswer(split.version, _parts(split.shares.unlocks), _parts(split.shares.tips), split.since)


def earnings_answer(earnings: Earnings) -> EarningsAnswer:
    """Earnings as their creator sees them."""
    return EarningsAnswer(
        [_money(money) for money in earnings.money],
        [EarnedDay(*day) for day in earnings.days],
        earnings.through,
        earnings.frozen,
        earnings.complete,
    )


def _money(money: Money) -> EarnedMoney:
    held = [HeldMoney(one.hold, one.why, one.amount, rfc3339(one.until)) for one in money.held]
    return EarnedMoney(money.currency, money.earned, money.balance, held, money.debt)


def _parts(parts: tuple[Part, ...]) -> list[PartBody]:
    return [PartBody(*part) for part in parts]


def _time(at: int) -> str | None:
    return rfc3339(at) if at else None
