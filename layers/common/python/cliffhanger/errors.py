"""Every error that leaves the product, with its stable code, and the one table that maps it to HTTP.

    CliffhangerError
    ├── RequestError                 the caller must change the request
    │   ├── MalformedJson            the body is not JSON
    │   ├── BodyTooLarge             the body exceeds the route's limit
    │   ├── ValidationFailed         a value does not fit its schema
    │   ├── NotFound                 no such series, episode, upload ...
    │   └── RouteNotFound            no such path
    ├── AccessError
    │   ├── TokenMissing / TokenMalformed / TokenUnsigned / TokenExpired / TokenForged / TokenForeign
    │   ├── GrantMissing / GrantForged / GrantExpired / GrantForeign
    │   ├── GroupRequired            signed in, but not a member of the group
    │   ├── NotOwner                 signed in, but the thing is another's
    │   └── OriginRefused            did not come through the distribution
    ├── StateError                   the request fits, the world does not
    │   ├── PriceChanged             the price shown is not the price
    │   ├── EpisodeFree / EpisodeUnavailable / EpisodeLocked / InsufficientCoins / AccountFrozen / GenerationUnknown
    │   ├── UploadConflict           another version of the episode is under way
    │   ├── MediaRefused             the file is no video we publish (asynchronous: told by the upload)
    │   └── TranscodeFailed          the transcoder gave up (asynchronous: told by the upload)
    ├── Busy                         bounded attempts are used up; nothing changed
    ├── Undecided                    bounded attempts are used up; it may have happened
    ├── Unavailable                  something we depend on does not answer
    └── InternalError                a fault of ours
        ├── SettingMissing
        ├── NameInvalid              an id, address or reference does not follow its grammar
        ├── NotCanonical             a value has no canonical bytes
        ├── EventUnknown             an event has no published schema
        ├── EventsRefused            the event bus did not take what it was given
        └── LedgerCorrupt            an entry contradicts its own hash or chain

``docs/errors.md`` is generated from the table below.
"""

from __future__ import annotations

from typing import ClassVar, NamedTuple


class CliffhangerError(Exception):
    """Root of the tree. ``code`` is stable; keyword arguments become members of the problem document."""

    code: ClassVar[str] = "internal_error"

    def __init__(self, detail: str = "", **members: object) -> None:
        super().__init__(detail)
        self.detail = detail
        self.members = members


class RequestError(CliffhangerError):
    """The caller must change the request."""


class MalformedJson(RequestError):
    """The body is not JSON."""

    code = "malformed_json"


class BodyTooLarge(RequestError):
    """The body exceeds the route's limit in bytes."""

    code = "body_too_large"


class ValidationFailed(RequestError):
    """A value does not fit its schema: wrong type, unknown field, out of bounds."""

    code = "validation_failed"


class NotFound(RequestError):
    """There is no such thing."""

    code = "not_found"


class RouteNotFound(RequestError):
    """There is no such path, or not with that method."""

    code = "route_not_found"


class AccessError(CliffhangerError):
    """The caller may not."""


class TokenMissing(AccessError):
    """The route needs an access token and the request has none."""

    code = "token_missing"


class TokenMalformed(AccessError):
    """The access token is not a JSON Web Token."""

    code = "token_malformed"


class TokenUnsigned(AccessError):
    """The access token names no algorithm, or one we do not accept."""

    code = "token_unsigned"


class TokenExpired(AccessError):
    """The access token's time is over: refresh it."""

    code = "token_expired"


class TokenForged(AccessError):
    """The access token's signature is not the issuer's."""

    code = "token_forged"


class TokenForeign(AccessError):
    """The token is genuine but not an access token of this service."""

    code = "token_foreign"


class GrantMissing(AccessError):
    """The request carries no playback signature."""

    code = "grant_missing"


class GrantForged(AccessError):
    """The playback signature does not verify."""

    code = "grant_forged"


class GrantExpired(AccessError):
    """The playback grant's time is over: start playback again."""

    code = "grant_expired"


class GrantForeign(AccessError):
    """The playback grant is for something else."""

    code = "grant_foreign"


class GroupRequired(AccessError):
    """The caller is signed in but not a member of the group that the route needs."""

    code = "group_required"


class NotOwner(AccessError):
    """The caller is signed in but the thing belongs to another."""

    code = "not_owner"


class OriginRefused(AccessError):
    """The request did not come through the distribution."""

    code = "origin_refused"


class StateError(CliffhangerError):
    """The request fits, the world does not."""


class PriceChanged(StateError):
    """The price that was shown is not the price."""

    code = "price_changed"


class EpisodeFree(StateError):
    """A free episode needs no unlock."""

    code = "episode_free"


class EpisodeUnavailable(StateError):
    """The episode exists but is not published."""

    code = "episode_unavailable"


class EpisodeLocked(StateError):
    """The episode must be unlocked before it plays."""

    code = "episode_locked"


class InsufficientCoins(StateError):
    """The wallet holds fewer coins than the price."""

    code = "insufficient_coins"


class AccountFrozen(StateError):
    """Support has frozen the account."""

    code = "account_frozen"


class GenerationUnknown(StateError):
    """The request names a generation that the account has not come to."""

    code = "generation_unknown"


class UploadConflict(StateError):
    """The upload is not in a state that allows this."""

    code = "upload_conflict"


class MediaRefused(StateError):
    """The file is no video that we publish; ``reason`` is a stable word."""

    code = "media_refused"


class TranscodeFailed(StateError):
    """The transcoder gave up on an upload; ``reason`` is a stable word or the transcoder's own number."""

    code = "transcode_failed"


class Busy(CliffhangerError):
    """Bounded attempts are used up; nothing changed; try again."""

    code = "busy"


class Undecided(CliffhangerError):
    """Bounded attempts are used up and one of them may have succeeded; the same request again will tell."""

    code = "undecided"


class Unavailable(CliffhangerError):
    """Something we depend on does not answer; nothing changed; try again."""

    code = "unavailable"


class InternalError(CliffhangerError):
    """A fault of ours."""


class SettingMissing(InternalError):
    """An environment variable that a function needs is not set."""

    code = "setting_missing"


class NameInvalid(InternalError):
    """An id, account address, unit or reference does not follow its grammar: a fault of the calling code."""

    code = "name_invalid"


class NotCanonical(InternalError):
    """A value cannot be written as canonical JSON: a fault of the calling code."""

    code = "not_canonical"


class EventUnknown(InternalError):
    """An event of a type or version that has no schema: a fault of the calling code."""

    code = "event_unknown"


class EventsRefused(InternalError):
    """The event bus did not take some of the events; telling all of them again is safe."""

    code = "events_refused"


class LedgerCorrupt(InternalError):
    """A stored entry contradicts its own hash, chain or arithmetic."""

    code = "ledger_corrupt"


class Problem(NamedTuple):
    """How one error appears over HTTP (RFC 9457)."""

    status: int
    title: str


PROBLEMS: dict[type[CliffhangerError], Problem] = {
    MalformedJson: Problem(400, "The body is not JSON"),
    BodyTooLarge: Problem(413, "The body is too large"),
    ValidationFailed: Problem(422, "A value does not fit"),
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
    PriceChanged: Problem(409, "The price has changed"),
    EpisodeFree: Problem(409, "The episode is free"),
    EpisodeUnavailable: Problem(409, "The episode is not published yet"),
    EpisodeLocked: Problem(402, "The episode is locked"),
    InsufficientCoins: Problem(402, "Not enough coins"),
    AccountFrozen: Problem(403, "The account is frozen"),
    GenerationUnknown: Problem(409, "No such generation of this unlock"),
    UploadConflict: Problem(409, "The upload cannot do this now"),
    MediaRefused: Problem(422, "The file is not a video that can be published"),
    TranscodeFailed: Problem(422, "The video could not be transcoded"),
    Busy: Problem(503, "Too much at once; nothing changed"),
    Undecided: Problem(503, "It may or may not have happened; ask again"),
    Unavailable: Problem(503, "A service we need does not answer; nothing changed"),
    SettingMissing: Problem(500, "A fault of ours"),
    NameInvalid: Problem(500, "A fault of ours"),
    NotCanonical: Problem(500, "A fault of ours"),
    EventUnknown: Problem(500, "A fault of ours"),
    EventsRefused: Problem(500, "A fault of ours"),
    LedgerCorrupt: Problem(500, "A fault of ours"),
    InternalError: Problem(500, "A fault of ours"),
}


def problem_of(error: CliffhangerError) -> Problem:
    """How an error appears over HTTP: its own row, or the row of the nearest ancestor that has one."""
    for ancestor in type(error).__mro__:
        if ancestor in PROBLEMS:
            return PROBLEMS[ancestor]
    return PROBLEMS[InternalError]
