"""The caller may not."""

from __future__ import annotations

from cliffhanger.errors.base import CliffhangerError


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


class TokenRevoked(AccessError):
    """The client that the token was issued to, or the secret that bought it, is there no more."""

    code = "token_revoked"


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


class SignInTooOld(AccessError):
    """Money leaves, or it is decided where it goes or who may take it out: sign in again.

    ``maxAgeSeconds`` says how old a sign-in may be.
    """

    code = "sign_in_too_old"


class GroupRequired(AccessError):
    """The caller is signed in but not a member of the group that the route needs."""

    code = "group_required"


class PartnerRequired(AccessError):
    """The caller is signed in but no member of a partner."""

    code = "partner_required"


class ClientRefused(AccessError):
    """No client is known by that id and secret."""

    code = "invalid_client"


class QuotaReached(AccessError):
    """The partner's requests of the day in this mode are used up; ``retry-after`` says when the next day begins."""

    code = "quota_reached"


class ScopeMissing(AccessError):
    """The client's token does not have the ``scope`` that the route needs."""

    code = "scope_missing"


class WrongMode(AccessError):
    """The client is of another ``mode`` than the address is of: ``needed``. Nothing crosses."""

    code = "wrong_mode"


class NotOwner(AccessError):
    """The caller is signed in but the thing belongs to another."""

    code = "not_owner"


class OriginRefused(AccessError):
    """The request did not come through the distribution."""

    code = "origin_refused"


class AgeRestricted(AccessError):
    """The series is for people of at least ``ageRating`` years, and the caller is younger or has told no age."""

    code = "age_restricted"


class AccountFrozen(AccessError):
    """Support has frozen the account."""

    code = "account_frozen"


class SpendLimitReached(AccessError):
    """A limit stands in the way, the viewer's own or the house's on tips.

    ``rule`` names it, with what it allows and what has been spent.
    """

    code = "spend_limit_reached"


class OwnSeries(AccessError):
    """Nobody gives to a series of their own."""

    code = "own_series"


class PurchaseLimitReached(AccessError):
    """A rule of the buyer's country and age stands in the way; ``rule`` names it, with its month's amounts."""

    code = "purchase_limit_reached"


class AutoUnlockOff(AccessError):
    """The client asked by itself, and the viewer has not allowed that."""

    code = "auto_unlock_off"


class OfflineLimitReached(AccessError):
    """Too many devices keep episodes, or too many episodes are kept; ``rule`` says which, ``limit`` how many may be."""

    code = "offline_limit_reached"


class FourEyesRequired(AccessError):
    """Who asked for it may not approve it."""

    code = "four_eyes_required"


class RateLimited(AccessError):
    """Too many requests of one caller in this minute; ``retry-after`` says when the next one is taken."""

    code = "rate_limited"
