"""A card dispute from Stripe's notice on: what creators had of it is not payable, and is again when it is won."""

from __future__ import annotations

from typing import Any

import boto3
import pytest

from cliffhanger import bootstrap
from cliffhanger.clock import system_clock
from cliffhanger.commerce.orders import Order
from cliffhanger.ledger.carrying import Carriage, carry_lane
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.journal import record_once
from cliffhanger.ledger.movements import Spend, spend_coins
from cliffhanger.ledger.names import earned_lane, unlock_reference
from cliffhanger.ledger.planning import Ask, Turn
from cliffhanger.ledger.purchases import Deal
from cliffhanger.ledger.purchasing import record_grant
from cliffhanger.ledger.settling import settle
from cliffhanger.ledger.splits import Part
from cliffhanger.payments.recording import receive
from cliffhanger.payouts.policy import DAY_MS
from functions.payments.handler import handler as payments
from functions.payouts.handler import handler as payouts
from tests.integration.test_payments_queue import Context, Line, batch, left_of, line
from tests.support.adapters import replace_in_bootstrap
from tests.support.http import SETTINGS, access_token
from tests.support.http import body_of as told_in
from tests.support.http import event as called
from tests.support.payouts import CLEO, earn
from tests.support.stripe_events import MADE_AT_S, ORDER, PERSON, body_of, charge, dispute, event, payment

__all__ = ["line"]

SERIES, COINS, CASH = "salt", 550, 499
BOUGHT = Order(ORDER, PERSON, MADE_AT_S * 1_000, Deal(COINS, CASH, "EUR"), "weekend", "2026-11-01", "card", "h" * 43)
SPLIT = (Part("platform", 5_000), Part(f"creator:{CLEO}", 5_000))
SHARE = CASH // 2


class Stripe:
    """Shows the payment that is disputed; takes evidence."""

    def show(self, what: str, identity: str) -> dict[str, Any]:
        return {"payment_intent": payment(latest_charge=charge())}[what]

    def contest(self, dispute: str, evidence: dict[str, str], *, submit: bool) -> None:
        assert evidence


@pytest.fixture
def stripe(line: Line, monkeypatch: pytest.MonkeyPatch) -> Stripe:
    """Somebody has bought coins, and spent them on Cleo's series."""
    boto3.client("secretsmanager").create_secret(Name=SETTINGS["REQUEST_SECRET"], SecretString="s" * 40)
    made = Stripe()
    replace_in_bootstrap(monkeypatch, "payment_provider", lambda: made)
    assert bootstrap.orders_store().add(BOUGHT)
    ledger = bootstrap.ledger_store()
    record_grant(ledger, BOUGHT.chain, BOUGHT.deal)
    spend = Spend(COINS, earned_lane(SERIES, 0), SERIES, 0)

    def make(turn: Turn) -> Entry:
        return spend_coins(turn, spend)

    terms = {"kind": "unlock", "prices": [[2, 2, COINS]], "share": 5_000}
    ask = Ask(unlock_reference(SERIES, 2, 2, 0), bytes(32), terms)
    settle(ledger, [record_once(ledger, BOUGHT.chain.account, ask, make).entry])
    return made


def carry() -> None:
    terms = {"income": "earned", "series": SERIES, "day": "2026-11-21", "split": 1}
    carriage = Carriage(SERIES, f"creator:{CLEO}", "2026-11-21", parts=SPLIT)
    carry_lane(bootstrap.ledger_store(), carriage, 0, terms=terms)


def tell(line: Line, kind: str, status: str = "needs_response") -> list[str]:
    """The worker takes a notice of the dispute, as often as it is handed out; which of them are left."""
    line.sent.clear()
    notice = event(f"charge.dispute.{kind}", dispute(status=status), name=f"evt_{kind}")
    receive(bootstrap.payments_office(), body_of(notice))
    return left_of(payments(batch(*line.sent), Context()))


def disputed() -> int:
    token = access_token(CLEO, groups=("creator",))
    quote = told_in(payouts(called("GET", "/v1/payout-quote", token=token, query={"currency": "EUR"}), None))
    return int(quote["disputed"])


def test_a_disputed_share_is_not_payable_from_the_notice_on_until_the_dispute_is_won(
    stripe: Stripe, line: Line
) -> None:
    earn(bootstrap.ledger_store(), 1_000, at_ms=system_clock() - 20 * DAY_MS, currency="EUR")
    carry()
    assert tell(line, "created") == []
    assert disputed() == SHARE
    assert tell(line, "closed", "won") == []
    assert disputed() == 0


def test_the_notice_of_a_dispute_comes_again_where_a_series_that_was_never_carried_has_not_heard_of_it(
    stripe: Stripe, line: Line
) -> None:
    assert tell(line, "created") == ["m0"]
    taken = bootstrap.ledger_store().head(BOUGHT.chain.account)
    assert taken is not None
    settle(bootstrap.ledger_store(), [taken])
    assert left_of(payments(batch(*line.sent), Context())) == []
    assert disputed() == 0
