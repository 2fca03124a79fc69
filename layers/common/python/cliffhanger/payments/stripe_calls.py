"""Calls to Stripe: its SDK, when to ask at all, and what its failures mean to us. The only module that imports the SDK.

The SDK costs a quarter of a second and more to import, so it is imported at the first call. Its client speaks the API
version that it was made for, and tries again twice by itself, under the same idempotency key, after a timeout, a
conflict or an answer of 500 and more.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from cliffhanger.errors import (
    BalanceShort,
    DestinationRefused,
    PaymentRefused,
    ProviderRejected,
    ProviderUnavailable,
    Unavailable,
)
from cliffhanger.payments.breaker import Breaker
from cliffhanger.payments.shown import failure_of

if TYPE_CHECKING:
    from stripe import StripeClient

CONNECT_TIMEOUT_S, READ_TIMEOUT_S = 2.0, 8.0
RETRIES = 2
LONGEST_CALL_S = (RETRIES + 1) * (CONNECT_TIMEOUT_S + READ_TIMEOUT_S) + 2.0
"""What one call can take when Stripe does not answer, with the SDK's pauses between its tries."""

SERVER_FAULT, CONFLICT = 500, 409

SHORT = frozenset({"balance_insufficient", "insufficient_funds"})
CLOSED = frozenset(
    {
        *("insufficient_capabilities_for_transfer", "transfers_not_allowed", "payouts_not_allowed"),
        *("account_closed", "account_invalid", "no_account", "payouts_limit_exceeded"),
    }
)
"""Codes by which no money is sent from an account that has too little, or to one that takes none ("Error codes")."""

Answer = TypeVar("Answer")


class StripeCalls:
    """One client of Stripe's.

    Args:
        key: reads the key to the API, at the first call and again once Stripe has refused it.
        breaker: whether to ask at all.
        base: where the API is, if not at Stripe's.
    """

    def __init__(self, key: Callable[[], str], breaker: Breaker, base: str | None = None) -> None:
        self._key = key
        self._breaker = breaker
        self._base = base
        self._made: StripeClient | None = None

    def ask(self, call: Callable[[StripeClient], Answer]) -> Answer:
        """One call, with its failures as errors of ours.

        The SDK's own are not chained: their words may hold parts of keys and of what a payer typed.

        Raises:
            ProviderUnavailable, PaymentRefused, ProviderRejected: as the port says.
        """
        if not self._breaker.lets_ask():
            raise ProviderUnavailable("The payment provider has not answered for a while; try again later.")
        try:
            answer = call(self._client())
        except Unavailable:
            self._breaker.answered()  # nobody was asked: the key could not be read
            raise
        except Exception as error:
            self._tell(error)
            refusal = _meaning(error)
            if refusal is None:
                raise
            raise refusal from None
        self._breaker.answered()
        return answer

    def _tell(self, error: Exception) -> None:
        """Lets the breaker and the client know how a call has failed."""
        import stripe  # noqa: PLC0415

        if isinstance(_meaning(error), ProviderUnavailable):
            self._breaker.failed()
        else:
            self._breaker.answered()
        if isinstance(error, stripe.AuthenticationError):
            self._made = None  # the key may have been exchanged

    def _client(self) -> StripeClient:
        if self._made is None:
            import stripe  # noqa: PLC0415

            stripe.enable_telemetry = False
            self._made = stripe.StripeClient(
                self._key(),
                base_addresses={"api": self._base} if self._base else None,
                max_network_retries=RETRIES,
                http_client=stripe.RequestsClient(timeout=(CONNECT_TIMEOUT_S, READ_TIMEOUT_S)),
            )
        return self._made


class NotThere(ProviderRejected):
    """Stripe knows no such object."""


def _meaning(error: Exception) -> Exception | None:
    """An error of the SDK as one of ours; None for what is none of its errors.

    Source: Stripe, "Error handling".
    """
    import stripe  # noqa: PLC0415

    if not isinstance(error, stripe.StripeError):
        return None
    status = error.http_status or 0
    said = f"{type(error).__name__}, code {error.code}, status {status}, request {error.request_id}"
    if isinstance(error, stripe.CardError):
        told: Any = error.error
        code = failure_of(error.code, getattr(told, "decline_code", None))
        return PaymentRefused("The payment was refused; another card may do.", declineCode=code)
    if isinstance(error, stripe.APIConnectionError | stripe.RateLimitError) or _may_pass(error, status):
        return ProviderUnavailable("The payment provider does not answer now; the same request again will tell.")
    if error.code in ("charge_already_refunded", "charge_disputed"):
        return PaymentRefused("That is not left of the payment.", declineCode=error.code)
    if error.code == "resource_missing":
        return NotThere(said)
    if error.code in SHORT:
        return BalanceShort(said)
    if error.code is not None and (error.code in CLOSED or error.code.startswith("instant_payouts_")):
        return DestinationRefused(said, providerCode=error.code)
    return ProviderRejected(said)


def _may_pass(error: Exception, status: int) -> bool:
    """Whether an answer says nothing of the request: Stripe fails, or is still at work under the same key."""
    import stripe  # noqa: PLC0415

    unclear = isinstance(error, stripe.APIError) and status in (0, 200, CONFLICT)
    return unclear or status >= SERVER_FAULT or status == CONFLICT
