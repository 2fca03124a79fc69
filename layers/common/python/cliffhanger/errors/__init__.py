"""Every error that leaves the product, with its stable code, and the one table that maps it to HTTP.

    CliffhangerError
    ├── RequestError                 the caller must change the request
    │   ├── MalformedJson            the body is not JSON
    │   ├── BodyTooLarge             the body exceeds the route's limit
    │   ├── ValidationFailed         a value does not fit its schema
    │   ├── KeyMissing               the request needs an Idempotency-Key
    │   ├── CursorInvalid            not a cursor that this list has given
    │   ├── PageTooLarge             the series would not fit into its one item
    │   ├── RuleSetUnbounded         rules that could pay more in a day than they may
    │   ├── EndpointAddressRefused   webhooks are not sent to such an address
    │   ├── AdCallbackRefused        a callback that is no ad network's, or for no ad of ours
    │   ├── SignatureInvalid         a notice is not signed by who may send it
    │   ├── NotFound                 no such series, episode, upload ...
    │   ├── GrantUnsupported / ScopeRefused   a token that is not given
    │   └── RouteNotFound            no such path
    ├── AccessError
    │   ├── TokenMissing / TokenMalformed / TokenUnsigned / TokenExpired / TokenForged / TokenForeign
    │   ├── TokenRevoked             the client that it was issued to is there no more
    │   ├── GrantMissing / GrantForged / GrantExpired / GrantForeign
    │   ├── GroupRequired            signed in, but not a member of the group
    │   ├── SignInTooOld             money leaves, and the sign-in is older than that allows
    │   ├── PartnerRequired / ScopeMissing / WrongMode   what a partner's members and clients may
    │   ├── ClientRefused / QuotaReached     a client that is not known; a day that is used up
    │   ├── NotOwner                 signed in, but the thing is another's
    │   ├── OriginRefused            did not come through the distribution
    │   ├── AgeRestricted            the series is for people of another age
    │   ├── AccountFrozen / SpendLimitReached / AutoUnlockOff   the account's own rules
    │   ├── OwnSeries                nobody gives to a series of their own
    │   ├── PurchaseLimitReached     a rule of the buyer's country and age
    │   ├── OfflineLimitReached      too many episodes, or devices that keep them
    │   ├── WatchForged              a watch session that was not given to this viewer
    │   ├── RewardRefused            the rules of rewards give nothing for it
    │   ├── InvitationRefused        an invitation that is not for this viewer
    │   ├── ClaimTokenInvalid / CodeInvalid   what a campaign has not given out, or no longer takes
    │   ├── PayoutRefused            a rule of payouts is in the way
    │   ├── FourEyesRequired         another person must approve it
    │   └── RateLimited              too many requests in this minute
    ├── StateError                   the request fits, the world does not
    │   ├── PriceChanged             the price shown is not the price
    │   ├── KeyReused                the same key with another request
    │   ├── EpisodeFree / EpisodeIncluded / EpisodeUnavailable / EpisodeLocked / InsufficientCoins / GenerationUnknown
    │   ├── SeriesChanged / EpisodeOutOfOrder   the series is another by now; episodes come one by one
    │   ├── InsufficientFunds / DebtOutstanding     cash that is not there; what is owed comes first
    │   ├── RuleSetChanged / SplitChanged           other rules have been activated; another split was proposed
    │   ├── HoldMissing / HoldExpired / HoldPending / HoldExceeded / HoldsFull   an amount set aside, and its end
    │   ├── QuoteExpired / NothingExpired           a rate that is no longer good; coins that still are
    │   ├── NothingToCarry                          a lane of income that holds no cash
    │   ├── BudgetMissing / BudgetExhausted / BudgetCapReached   what a campaign has paid for
    │   ├── CampaignChanged / CampaignClosed / CampaignFunded / FundingsFull   a brand's campaign as it stands
    │   ├── CampaignsFull            as many of them as may be are open
    │   ├── OrderClaimed / ReturnTooLarge / CashbackNotDue   a purchase at a brand, and its way back
    │   ├── PaymentRefused           the bank does not take the payment
    │   ├── PayoutFeeChanged         the fee shown is not the fee
    │   ├── NotReversible            an entry that no reversal undoes
    │   ├── NotRefundable            the order's money does not go back
    │   ├── ClientsFull / PartnerChanged / MemberTaken   partners, their clients and members
    │   ├── VerificationTooSoon      another check of who somebody is has to wait
    │   ├── CaseClosed               the case has been decided
    │   ├── EndpointsFull / RotationRunning / ReplaysFull   bounds of a partner's webhooks
    │   ├── WatchEnded               a newer watch session has followed it
    │   ├── RewardPending / CheckinTooSoon          a reward that waits; a check-in after moving
    │   ├── RepairUnavailable                       a run of check-ins that cannot be mended
    │   ├── MediaRefused             the file is no video we publish (asynchronous: told by the upload)
    │   ├── TranscodeFailed          the transcoder gave up (asynchronous, as all that follow: told by the upload)
    │   ├── TranscodeRefused         no policy approves the job at its price
    │   ├── TranscodeBudgetReached   the month's budget does not hold the job's price
    │   └── UploadExpired            not all files came in time
    ├── Busy                         bounded attempts are used up; nothing changed
    ├── Undecided                    bounded attempts are used up; it may have happened
    ├── Unavailable                  something we depend on does not answer
    │   └── ListsMissing             no list of sanctions is there to hold people against
    ├── ProviderUnavailable          the payment provider does not answer
    ├── SwitchedOff                  operators have stopped this for now
    └── InternalError                a fault of ours
        ├── SettingMissing
        ├── NameInvalid              an id, address or reference does not follow its grammar
        ├── AmountInvalid            an amount is no positive whole number
        ├── NotCanonical             a value has no canonical bytes
        ├── EventUnknown             an event has no published schema
        ├── EventsRefused            the event bus did not take what it was given
        ├── ProviderRejected         the payment provider does not understand us
        │   └── BalanceShort / DestinationRefused   it does, and cannot send that, or not there
        ├── NoticeMissing / NoticeUnreadable   what the provider has told is gone, or not what we know
        ├── FactRefused              what it has told is not believed
        ├── EventTooLarge            an event has more bytes than any endpoint is sent
        ├── DeliveryUnreadable       what is kept of a delivery is not what was written
        └── LedgerCorrupt            an entry contradicts its own hash or chain

``docs/errors.md`` is generated from the table in ``problems``.
"""

from __future__ import annotations

from cliffhanger.errors.access import (
    AccessError,
    AccountFrozen,
    AgeRestricted,
    AutoUnlockOff,
    ClientRefused,
    FourEyesRequired,
    GrantExpired,
    GrantForeign,
    GrantForged,
    GrantMissing,
    GroupRequired,
    NotOwner,
    OfflineLimitReached,
    OriginRefused,
    OwnSeries,
    PartnerRequired,
    PurchaseLimitReached,
    QuotaReached,
    RateLimited,
    ScopeMissing,
    SignInTooOld,
    SpendLimitReached,
    TokenExpired,
    TokenForeign,
    TokenForged,
    TokenMalformed,
    TokenMissing,
    TokenRevoked,
    TokenUnsigned,
    WrongMode,
)
from cliffhanger.errors.base import CliffhangerError
from cliffhanger.errors.campaigns import (
    CampaignChanged,
    CampaignClosed,
    CampaignFunded,
    CampaignsFull,
    CashbackNotDue,
    ClaimTokenInvalid,
    CodeInvalid,
    FundingsFull,
    OrderClaimed,
    ReturnTooLarge,
)
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
from cliffhanger.errors.kyc import ListsMissing, VerificationTooSoon
from cliffhanger.errors.payments import (
    BalanceShort,
    DestinationRefused,
    FactRefused,
    NoticeMissing,
    NoticeUnreadable,
    PaymentRefused,
    PayoutFeeChanged,
    PayoutRefused,
    ProviderRejected,
    ProviderUnavailable,
    SignatureInvalid,
)
from cliffhanger.errors.problems import PROBLEMS, Problem, problem_of
from cliffhanger.errors.requests import (
    BodyTooLarge,
    CursorInvalid,
    EndpointAddressRefused,
    GrantUnsupported,
    KeyMissing,
    MalformedJson,
    NotFound,
    PageTooLarge,
    RequestError,
    RouteNotFound,
    RuleSetUnbounded,
    ScopeRefused,
    ValidationFailed,
)
from cliffhanger.errors.rewards import (
    AdCallbackRefused,
    CheckinTooSoon,
    InvitationRefused,
    RepairUnavailable,
    RewardPending,
    RewardRefused,
    WatchEnded,
    WatchForged,
)
from cliffhanger.errors.states import (
    BudgetCapReached,
    BudgetExhausted,
    BudgetMissing,
    CaseClosed,
    ClientsFull,
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
    MemberTaken,
    NothingExpired,
    NothingToCarry,
    NotRefundable,
    NotReversible,
    PartnerChanged,
    PriceChanged,
    QuoteExpired,
    RuleSetChanged,
    SeriesChanged,
    SplitChanged,
    StateError,
    TranscodeBudgetReached,
    TranscodeFailed,
    TranscodeRefused,
    UploadExpired,
)
from cliffhanger.errors.webhooks import DeliveryUnreadable, EndpointsFull, EventTooLarge, ReplaysFull, RotationRunning

__all__ = [
    "PROBLEMS",
    "AccessError",
    "AccountFrozen",
    "AdCallbackRefused",
    "AgeRestricted",
    "AmountInvalid",
    "AutoUnlockOff",
    "BalanceShort",
    "BodyTooLarge",
    "BudgetCapReached",
    "BudgetExhausted",
    "BudgetMissing",
    "Busy",
    "CampaignChanged",
    "CampaignClosed",
    "CampaignFunded",
    "CampaignsFull",
    "CaseClosed",
    "CashbackNotDue",
    "CheckinTooSoon",
    "ClaimTokenInvalid",
    "ClientRefused",
    "ClientsFull",
    "CliffhangerError",
    "CodeInvalid",
    "CursorInvalid",
    "DebtOutstanding",
    "DeliveryUnreadable",
    "DestinationRefused",
    "EndpointAddressRefused",
    "EndpointsFull",
    "EpisodeFree",
    "EpisodeIncluded",
    "EpisodeLocked",
    "EpisodeOutOfOrder",
    "EpisodeUnavailable",
    "EventTooLarge",
    "EventUnknown",
    "EventsRefused",
    "FactRefused",
    "FourEyesRequired",
    "FundingsFull",
    "GenerationUnknown",
    "GrantExpired",
    "GrantForeign",
    "GrantForged",
    "GrantMissing",
    "GrantUnsupported",
    "GroupRequired",
    "HoldExceeded",
    "HoldExpired",
    "HoldMissing",
    "HoldPending",
    "HoldsFull",
    "InsufficientCoins",
    "InsufficientFunds",
    "InternalError",
    "InvitationRefused",
    "KeyMissing",
    "KeyReused",
    "LedgerCorrupt",
    "ListsMissing",
    "MalformedJson",
    "MediaRefused",
    "MemberTaken",
    "NameInvalid",
    "NotCanonical",
    "NotFound",
    "NotOwner",
    "NotRefundable",
    "NotReversible",
    "NothingExpired",
    "NothingToCarry",
    "NoticeMissing",
    "NoticeUnreadable",
    "OfflineLimitReached",
    "OrderClaimed",
    "OriginRefused",
    "OwnSeries",
    "PageTooLarge",
    "PartnerChanged",
    "PartnerRequired",
    "PaymentRefused",
    "PayoutFeeChanged",
    "PayoutRefused",
    "PriceChanged",
    "Problem",
    "ProviderRejected",
    "ProviderUnavailable",
    "PurchaseLimitReached",
    "QuotaReached",
    "QuoteExpired",
    "RateLimited",
    "RepairUnavailable",
    "ReplaysFull",
    "RequestError",
    "ReturnTooLarge",
    "RewardPending",
    "RewardRefused",
    "RotationRunning",
    "RouteNotFound",
    "RuleSetChanged",
    "RuleSetUnbounded",
    "ScopeMissing",
    "ScopeRefused",
    "SeriesChanged",
    "SettingMissing",
    "SignInTooOld",
    "SignatureInvalid",
    "SpendLimitReached",
    "SplitChanged",
    "StateError",
    "SwitchedOff",
    "TokenExpired",
    "TokenForeign",
    "TokenForged",
    "TokenMalformed",
    "TokenMissing",
    "TokenRevoked",
    "TokenUnsigned",
    "TranscodeBudgetReached",
    "TranscodeFailed",
    "TranscodeRefused",
    "Unavailable",
    "Undecided",
    "UploadExpired",
    "ValidationFailed",
    "VerificationTooSoon",
    "WatchEnded",
    "WatchForged",
    "WrongMode",
    "problem_of",
]
