"""What a payment provider, or a bank behind it, does not do for us."""

from __future__ import annotations

from cliffhanger.errors.access import AccessError
from cliffhanger.errors.base import CliffhangerError
from cliffhanger.errors.faults import InternalError
from cliffhanger.errors.requests import RequestError
from cliffhanger.errors.states import StateError


class PaymentRefused(StateError):
    """The bank or the provider does not take the payment; ``declineCode`` says why, as far as they do."""

    code = "payment_refused"


class ProviderUnavailable(CliffhangerError):
    """The payment provider does not answer for now; the same request again is safe and will tell."""

    code = "provider_unavailable"


class ProviderRejected(InternalError):
    """The payment provider does not understand what we ask: a fault of ours."""

    code = "provider_rejected"


class BalanceShort(ProviderRejected):
    """There is not enough on an account at the provider, ours or a creator's, for what is to leave it now."""

    code = "balance_short"


class DestinationRefused(ProviderRejected):
    """The provider does not send money there, or not in this way; ``providerCode`` says why, as far as it does."""

    code = "destination_refused"


class PayoutRefused(AccessError):
    """A rule of payouts is in the way: ``rule`` says which, and other members say how far."""

    code = "payout_refused"


class PayoutFeeChanged(StateError):
    """The fee that was shown is not the fee: ``fee`` is, in the currency's smallest unit."""

    code = "payout_fee_changed"


class NoticeUnreadable(InternalError):
    """A notice that we must act on does not tell what we need to know: somebody has to look at it."""

    code = "notice_unreadable"


class FactRefused(InternalError):
    """The books do not believe what a notice tells: its order is not known, or is of another amount."""

    code = "fact_refused"


class NoticeMissing(InternalError):
    """There is no record of a notice that is to be worked off."""

    code = "notice_missing"


class SignatureInvalid(RequestError):
    """A notice does not carry a signature of its sender over exactly these bytes, made within five minutes."""

    code = "signature_invalid"
