"""What Stripe is answered."""

from __future__ import annotations

from msgspec import Struct

from cliffhanger.payments.recording import Outcome


class NoticeAnswer(Struct, rename="camel"):
    """What came of a notice: recorded now; known and let in again; known and done; or of a kind that nobody reads."""

    outcome: Outcome
