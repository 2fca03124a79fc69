"""The request fits, the world does not."""

from __future__ import annotations

from cliffhanger.errors.base import CliffhangerError


class StateError(CliffhangerError):
    """The request fits, the world does not."""


class KeyReused(StateError):
    """The Idempotency-Key, or the name of the thing, stands for another request already."""

    code = "key_reused"


class EpisodeIncluded(StateError):
    """The caller's membership plays the episode; there is nothing to buy."""

    code = "episode_included"


class SeriesChanged(StateError):
    """The series is not the revision that the request was made from; ``revision`` is the present one."""

    code = "series_changed"


class EpisodeOutOfOrder(StateError):
    """Episodes are added one after the other, and only so many; ``next`` is the number to add, null when it is full."""

    code = "episode_out_of_order"


class RuleSetChanged(StateError):
    """Another rule set is active than the one that was to be replaced; ``active`` is its version."""

    code = "rule_set_changed"


class SplitChanged(StateError):
    """A series' split has other versions than the caller knows of; ``latest`` is the newest one's number."""

    code = "split_changed"


class NotReversible(StateError):
    """No reversal undoes that entry: it is a reversal, it has been reversed, or it moved nothing."""

    code = "not_reversible"


class NotRefundable(StateError):
    """The order's money does not go back; ``rule`` says which rule forbids it."""

    code = "not_refundable"


class CaseClosed(StateError):
    """The case has been decided; ``caseStatus`` says how."""

    code = "case_closed"


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


class InsufficientFunds(StateError):
    """The account holds less cash than that; with ``currency``, ``amount`` and ``balance``, in its smallest unit."""

    code = "insufficient_funds"


class DebtOutstanding(StateError):
    """What the account owes must be repaid before anything leaves it; ``debt`` is the amount per unit."""

    code = "debt_outstanding"


class HoldMissing(StateError):
    """No hold of that name is open on the account."""

    code = "hold_missing"


class HoldExpired(StateError):
    """The time of the hold is over; nothing of it can be posted."""

    code = "hold_expired"


class HoldPending(StateError):
    """The time of the hold is not over yet; ``until`` says when it is, in milliseconds."""

    code = "hold_pending"


class HoldExceeded(StateError):
    """More is to be posted than is held; ``held`` is how much."""

    code = "hold_exceeded"


class HoldsFull(StateError):
    """The account has as many open holds as it may have."""

    code = "holds_full"


class BudgetMissing(StateError):
    """No budget of that campaign and period has been opened."""

    code = "budget_missing"


class BudgetExhausted(StateError):
    """The slice of the budget that this belongs to holds less; ``available`` is how many coins."""

    code = "budget_exhausted"


class BudgetCapReached(StateError):
    """The viewer has had as many grants of the budget as it allows; ``cap`` is how many."""

    code = "budget_cap_reached"


class QuoteExpired(StateError):
    """The rate was good ``until`` then, in milliseconds; ask for another."""

    code = "quote_expired"


class NothingExpired(StateError):
    """No lot of the account has expired."""

    code = "nothing_expired"


class NothingToCarry(StateError):
    """A lane of income holds no cash that could be carried."""

    code = "nothing_to_carry"


class GenerationUnknown(StateError):
    """The request names a generation that the account has not come to."""

    code = "generation_unknown"


class MediaRefused(StateError):
    """A file of the upload is nothing that we publish; ``reason`` is a stable word."""

    code = "media_refused"


class TranscodeFailed(StateError):
    """The transcoder gave up on an upload; ``reason`` is a stable word or the transcoder's own number."""

    code = "transcode_failed"


class TranscodeRefused(StateError):
    """No policy approves the job at its price; ``reason`` is the name of the policy that was asked last."""

    code = "transcode_refused"


class TranscodeBudgetReached(StateError):
    """The month's budget does not hold the job's price; ``reason`` says whose: ``stage`` or ``creator``."""

    code = "transcode_budget_reached"


class UploadExpired(StateError):
    """Not all files of the upload came in time."""

    code = "upload_expired"


class ClientsFull(StateError):
    """The partner has as many clients in that mode as it may have."""

    code = "clients_full"


class PartnerChanged(StateError):
    """The partner is not the revision that the change was made from; ``revision`` is the present one, 0 for none."""

    code = "partner_changed"


class MemberTaken(StateError):
    """Somebody who is to be a member is a member of another partner; ``persons`` names them."""

    code = "member_taken"
