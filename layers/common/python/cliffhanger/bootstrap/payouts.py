"""What creators' payouts work with."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from cliffhanger.aws import aws_client
from cliffhanger.bootstrap.foundation import connection, event_publisher, ledger_store, switches
from cliffhanger.bootstrap.kyc import verifications_store
from cliffhanger.bootstrap.money import stripe_calls
from cliffhanger.settings import read

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cliffhanger.events.envelope import Event
    from cliffhanger.payouts.desk import Desk, Verified


@functools.cache
def payout_desk() -> Desk:
    """What payouts work with; Step Functions' client is made at the first execution."""
    from cliffhanger.payments.stripe_connect import StripeConnect
    from cliffhanger.payouts.desk import Desk
    from cliffhanger.payouts.policy import DAY_MS
    from cliffhanger.payouts.store import PayoutsStore
    from cliffhanger.payouts.workflow import StepFunctions

    def tell(events: Sequence[Event]) -> None:
        event_publisher().publish(events)

    return Desk(
        ledger_store(),
        PayoutsStore(connection(), read("PAYOUTS_TABLE")),
        StripeConnect(stripe_calls(), read("STAGE")),
        StepFunctions(functools.cache(lambda: aws_client("stepfunctions")), read("PAYOUT_WORKFLOW")),
        _verified,
        lambda: switches().require("payouts"),
        tell,
        hold_ms=int(read("PAYOUT_HOLD_DAYS")) * DAY_MS,
    )


def _verified(person: str, currency: str) -> Verified:
    """What a person's verification lets leave in a currency."""
    from cliffhanger.kyc.service import standing_of
    from cliffhanger.payouts.desk import verified_by

    standing = standing_of(verifications_store(), person)
    return verified_by(standing.state, standing.limits.get(currency))
