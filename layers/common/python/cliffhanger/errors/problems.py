"""The one table that maps errors to HTTP; ``docs/errors.md`` is generated from it."""

from __future__ import annotations

from typing import NamedTuple

from cliffhanger.errors.access import (
    AccountFrozen,
    AgeRestricted,
    AutoUnlockOff,
    FourEyesRequired,
    GrantExpired,
    GrantForeign,
    GrantForged,
    GrantMissing,
    GroupRequired,
    NotOwner,
    OfflineLimitReached,
    OriginRefused,
    RateLimited,
    SpendLimitReached,
    TokenExpired,
    TokenForeign,
    TokenForged,
    TokenMalformed,
    TokenMissing,
    TokenUnsigned,
)
from cliffhanger.errors.base import CliffhangerError
from cliffhanger.errors.faults import (
    AmountInvalid,
    Busy,
    EventsRefused,
    EventUnknown,
    InternalError,
    LedgerCorrupt,
    NameInvalid,
    NotCanonical,
    SettingMissing,
    SwitchedOff,
    Unavailable,
    Undecided,
)
from cliffhanger.errors.payments import PaymentRefused, ProviderRejected, ProviderUnavailable, SignatureInvalid
from cliffhanger.errors.requests import (
    BodyTooLarge,
    CursorInvalid,
    KeyMissing,
    MalformedJson,
    NotFound,
    PageTooLarge,
    RouteNotFound,
    ValidationFailed,
)
from cliffhanger.errors.states import (
    BudgetCapReached,
    BudgetExhausted,
    BudgetMissing,
    CaseClosed,
    DebtOutstanding,
    EpisodeFree,
    EpisodeIncluded,
    EpisodeLocked,
    EpisodeOutOfOrder,
    EpisodeUnavailable,
    GenerationUnknown,
    HoldExceeded,
    HoldExpired,
    HoldMissing,
    HoldPending,
    HoldsFull,
    InsufficientCoins,
    InsufficientFunds,
    KeyReused,
    MediaRefused,
    NothingExpired,
    NotReversible,
    PriceChanged,
    QuoteExpired,
    SeriesChanged,
    TranscodeBudgetReached,
    TranscodeFailed,
    TranscodeRefused,
    UploadConflict,
    UploadExpired,
)


class Problem(NamedTuple):
    """How one error appears over HTTP (RFC 9457)."""

    status: int
    title: str


PROBLEMS: dict[type[CliffhangerError], Problem] = {
    MalformedJson: Problem(400, "The body is not JSON"),
    BodyTooLarge: Problem(413, "The body is too large"),
    ValidationFailed: Problem(422, "A value does not fit"),
    KeyMissing: Problem(400, "The request needs an Idempotency-Key"),
    SignatureInvalid: Problem(400, "The signature does not hold"),
    CursorInvalid: Problem(400, "The cursor is not from this list"),
    PageTooLarge: Problem(422, "The series does not fit"),
    NotFound: Problem(404, "There is no such thing"),
    RouteNotFound: Problem(404, "There is no such path"),
    TokenMissing: Problem(401, "Sign in first"),
    TokenMalformed: Problem(401, "The access token is not a token"),
    TokenUnsigned: Problem(401, "The access token is not signed as it must be"),
    TokenExpired: Problem(401, "The access token has expired"),
    TokenForged: Problem(401, "The access token is not genuine"),
    TokenForeign: Problem(401, "The token is not an access token of this service"),
    GrantMissing: Problem(403, "The request carries no playback grant"),
    GrantForged: Problem(403, "The playback grant is not genuine"),
    GrantExpired: Problem(403, "The playback grant has expired"),
    GrantForeign: Problem(403, "The playback grant is for something else"),
    GroupRequired: Problem(403, "Your account may not do this"),
    NotOwner: Problem(403, "This belongs to someone else"),
    OriginRefused: Problem(403, "Use the public address"),
    AgeRestricted: Problem(403, "The series is for other ages"),
    AccountFrozen: Problem(403, "The account is frozen"),
    SpendLimitReached: Problem(403, "Your own limit is reached"),
    AutoUnlockOff: Problem(403, "Unlocking by itself is off"),
    OfflineLimitReached: Problem(403, "Too much is kept on devices"),
    FourEyesRequired: Problem(403, "Another person must approve this"),
    RateLimited: Problem(429, "Too many requests"),
    KeyReused: Problem(409, "The key stands for another request"),
    PriceChanged: Problem(409, "The price has changed"),
    EpisodeFree: Problem(409, "The episode is free"),
    EpisodeIncluded: Problem(409, "The membership includes the episode"),
    EpisodeUnavailable: Problem(409, "The episode is not published yet"),
    EpisodeLocked: Problem(402, "The episode is locked"),
    InsufficientCoins: Problem(402, "Not enough coins"),
    InsufficientFunds: Problem(402, "Not enough money"),
    PaymentRefused: Problem(402, "The payment was refused"),
    DebtOutstanding: Problem(409, "What is owed must be repaid first"),
    HoldMissing: Problem(409, "There is no such hold"),
    HoldExpired: Problem(409, "The hold has expired"),
    HoldPending: Problem(409, "The hold has not expired yet"),
    HoldExceeded: Problem(409, "That is more than is held"),
    HoldsFull: Problem(409, "Too many holds are open"),
    BudgetMissing: Problem(409, "There is no such budget"),
    BudgetExhausted: Problem(409, "The budget is used up"),
    BudgetCapReached: Problem(409, "There is no more for this viewer"),
    QuoteExpired: Problem(409, "The rate is no longer good"),
    NothingExpired: Problem(409, "Nothing has expired"),
    GenerationUnknown: Problem(409, "No such generation of this unlock"),
    SeriesChanged: Problem(409, "The series has changed"),
    EpisodeOutOfOrder: Problem(409, "No such episode can be added"),
    NotReversible: Problem(409, "The entry cannot be reversed"),
    CaseClosed: Problem(409, "The case is closed"),
    UploadConflict: Problem(409, "The upload cannot do this now"),
    MediaRefused: Problem(422, "The file is nothing that can be published"),
    TranscodeFailed: Problem(422, "The video could not be transcoded"),
    TranscodeRefused: Problem(422, "No policy approves the transcoding"),
    TranscodeBudgetReached: Problem(409, "The month's budget for transcoding is reached"),
    UploadExpired: Problem(409, "The files did not come in time"),
    Busy: Problem(503, "Too much at once; nothing changed"),
    Undecided: Problem(503, "It may or may not have happened; ask again"),
    Unavailable: Problem(503, "A service we need does not answer; nothing changed"),
    ProviderUnavailable: Problem(503, "The payment provider does not answer"),
    SwitchedOff: Problem(503, "Stopped for now; nothing changed"),
    SettingMissing: Problem(500, "A fault of ours"),
    NameInvalid: Problem(500, "A fault of ours"),
    AmountInvalid: Problem(500, "A fault of ours"),
    NotCanonical: Problem(500, "A fault of ours"),
    EventUnknown: Problem(500, "A fault of ours"),
    EventsRefused: Problem(500, "A fault of ours"),
    ProviderRejected: Problem(500, "A fault of ours"),
    LedgerCorrupt: Problem(500, "A fault of ours"),
    InternalError: Problem(500, "A fault of ours"),
}


def problem_of(error: CliffhangerError) -> Problem:
    """How an error appears over HTTP: its own row, or the row of the nearest ancestor that has one."""
    for ancestor in type(error).__mro__:
        if ancestor in PROBLEMS:
            return PROBLEMS[ancestor]
    return PROBLEMS[InternalError]
