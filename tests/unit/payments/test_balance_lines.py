"""The reconciler learns the order of every line that has one, also of what nobody here began."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from cliffhanger.payments.stripe_adapter import StripeProvider


class Answering(StripeProvider):
    """The adapter over one page of lines; a payment names its order."""

    def __init__(self, source: Any) -> None:
        self._source = source
        self.asked: list[str] = []

    def _page(self, _params: Any) -> list[Mapping[str, Any]]:
        line = {"id": "txn_1", "reporting_category": "dispute", "type": "adjustment", "currency": "eur", "created": 7}
        return [line | {"amount": -990, "fee": 1_500, "net": -2_490, "source": self._source}]

    def show(self, what: str, identity: str) -> Mapping[str, Any]:
        self.asked.append(f"{what} {identity}")
        return {"metadata": {"order": "order1"}}


@pytest.mark.parametrize("payment", ["pi_1", {"id": "pi_1", "object": "payment_intent"}])
def test_a_dispute_and_a_refund_by_hand_have_the_order_of_their_payment(payment: Any):
    provider = Answering({"id": "du_1", "metadata": {}, "payment_intent": payment})
    [line] = provider.balance_lines(0, 1)
    assert (line.order, line.kind, line.source, line.at_ms) == ("order1", "dispute", "du_1", 7_000)
    assert provider.asked == ["payment_intent pi_1"]


@pytest.mark.parametrize("source", [None, "po_1", {"id": "po_1"}, {"id": "x", "payment_intent": None}])
def test_what_is_of_no_payment_has_no_order(source: Any):
    provider = Answering(source)
    [line] = provider.balance_lines(0, 1)
    assert (line.order, provider.asked) == ("", [])


def test_what_names_its_order_itself_costs_no_call():
    provider = Answering({"id": "re_1", "metadata": {"order": "order2"}, "payment_intent": "pi_1"})
    [line] = provider.balance_lines(0, 1)
    assert (line.order, provider.asked) == ("order2", [])
