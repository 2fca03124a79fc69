"""A shop in memory: one viewer's ledger and orders, and a provider that does as it is told."""

from __future__ import annotations

from cliffhanger.commerce.fulfilment import Books, Outcome, apply
from cliffhanger.commerce.limits import Buyer
from cliffhanger.commerce.orders import Asked, Standing, order_id
from cliffhanger.commerce.service import Made, get_order, make_order
from cliffhanger.commerce.shop import Shop as Selling
from cliffhanger.commerce.store import OrdersStore
from cliffhanger.payments.facts import DisputeMoved, Fact, Transition
from tests.support.dynamodb import FaultPlan, connect
from tests.support.provider import ScriptedProvider
from tests.support.tables import ORDERS
from tests.unit.ledger.shop import NOW, Shop

PERSON = "mia"
SECRET = b"s" * 32
BUYER = Buyer("DE", 28)
TASTE = Asked(PERSON, "taste", 0, "EUR", 99, "checkout")
WEEKEND = Asked(PERSON, "weekend", 0, "EUR", 499, "checkout", return_to="/watch?series=salt")


class Counter(Shop):
    """The viewer's life on the ledger, and what is sold and told."""

    def __init__(self, faults: FaultPlan | None = None) -> None:
        super().__init__(faults)
        self.model.call("CreateTable", ORDERS)
        self.provider = ScriptedProvider()
        orders = OrdersStore(connect(self.model), ORDERS["TableName"])
        self.selling = Selling(
            orders, self.ledger, self.provider, "https://watch.example", lambda: self.now, self.retrying
        )
        self.desk = Books(self.ledger, orders, self.retrying)

    def orders_(self, asked: Asked = TASTE, key: str = "k1", buyer: Buyer = BUYER) -> Made:
        return make_order(self.selling, order_id(asked.person, key, SECRET), asked, buyer)

    def ordered(self, asked: Asked = TASTE, key: str = "k1") -> str:
        return self.orders_(asked, key).standing.order.order

    def bought(self, asked: Asked = TASTE, key: str = "k1") -> str:
        """An order that is paid."""
        order = self.ordered(asked, key)
        assert self.told(self.provider.paid(order, self.now)).word == "granted"
        return order

    def told(self, fact: Fact) -> Outcome:
        return apply(self.desk, fact)

    def stands(self, order: str) -> Standing:
        return get_order(self.selling, PERSON, order)

    def disputed(self, order: str, transition: Transition, amount: int | None = None, due: int | None = NOW) -> Outcome:
        made = self.provider.purchases[order]
        return self.told(
            DisputeMoved(
                order,
                PERSON,
                f"pi_{order}",
                "5m8q1r5t0v4h7d9k",
                transition,
                amount or made.amount,
                made.amount,
                made.currency,
                "fraudulent",
                due,
                self.now,
            )
        )
