"""What creators' payouts work with."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from cliffhanger.aws import aws_client
from cliffhanger.bootstrap.foundation import connection, event_publisher, ledger_store, switches
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
        lambda: switches().check("payouts"),
        tell,
    )


def _verified(_person: str, _currency: str) -> Verified:
    """Nobody is verified before verification is there."""
    from cliffhanger.payouts.desk import Verified
    from cliffhanger.payouts.tallies import Limits

    return Verified("verification_required", Limits(0, 0))
