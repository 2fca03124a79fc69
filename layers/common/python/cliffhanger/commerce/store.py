"""Orders in DynamoDB: one item an order, and one for each person who has saved a card.

| attribute | type | meaning |
|-----------|------|---------|
| `person`  | S    | partition key: the pseudonym of who buys |
| `order`   | S    | sort key; `customer` for the provider's id of the person, which no order's id can be |
| `createdAt` | N  | milliseconds since the Unix epoch |
| `coins`, `amount`, `bonus`, `bonusDays` | N | what is bought, for how much of the currency's smallest unit |
| `currency`, `pack`, `asOf` | S | the currency, the pack or empty, the first day of the price list |
| `method`, `card`, `returnTo`, `customer` | S | how it is paid, and where the payer comes back to |
| `saveCard` | BOOL | whether the card is kept |
| `hash`    | S    | SHA-256 of what was asked, base64url |
| `failure` | S    | why the last try to pay it came to nothing |
| `sweep`, `dueAt` | S, N | on `refund:{id}` alone, until the provider has answered: when to ask again; index `by-due` |

What was ordered never changes, and nothing here says that it is paid: an order costs one write unit.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, cast

from pynamodb.connection import Connection
from pynamodb.exceptions import DeleteError, GetError, PutError, PynamoDBException, QueryError, UpdateError
from pynamodb.expressions.operand import Path, Value

from cliffhanger.commerce.orders import Method, Order
from cliffhanger.dynamo import Unclear, is_refusal, is_unclear, table
from cliffhanger.ledger.purchases import Deal
from cliffhanger.payments.facts import Failure

CUSTOMER = "customer"
REFUND = "refund:"
"""What the key of a refund begins with that the provider has yet to answer; no order's id has a colon."""
INDEX, SWEEP = "by-due", "refunds"
MOST_ORDERS = 2_000
"""So many orders of one person are read at most, to be put in order of time."""


class Pending(NamedTuple):
    """A refund that the provider is to be asked for, and when again; milliseconds since the Unix epoch."""

    person: str
    order: str
    refund: str
    due_at: int


class OrdersStore:
    """The table of orders. Every read is strongly consistent."""

    def __init__(self, connection: Connection, name: str) -> None:
        connection.add_meta_table(table(name, {"person": "S", "order": "S"}, {INDEX: {"sweep": "S", "dueAt": "N"}}))
        self._connection = connection
        self._name = name

    def find(self, person: str, order: str) -> Order | None:
        """An order, or None.

        Raises:
            Unclear: the read did not succeed.
        """
        item = self._item(person, order)
        return None if item is None else _order(item)

    def of(self, person: str) -> tuple[Order, ...]:
        """The orders of a person, newest first.

        Raises:
            Unclear: the read did not succeed.
        """
        items: list[Mapping[str, Any]] = []
        start = None
        while True:
            try:
                page = self._connection.query(self._name, person, consistent_read=True, exclusive_start_key=start)
            except QueryError as error:
                raise _unclear(error) from error
            items += page["Items"]
            start = page.get("LastEvaluatedKey")
            if start is None or len(items) >= MOST_ORDERS:
                break
        orders = [_order(item) for item in items if "coins" in item]
        return tuple(sorted(orders, key=lambda order: (-order.created_at, order.order)))

    def add(self, order: Order) -> bool:
        """Writes a new order; False when there is one of that id already, and nothing is written.

        Raises:
            Unclear: it may or may not have been written.
        """
        return self._put(order.person, order.order, _attributes(order))

    def note_failure(self, person: str, order: str, failure: Failure) -> None:
        """Notes why a try to pay an order came to nothing; an order that is not there stays away.

        Raises:
            Unclear: it may or may not have been noted; noting it again is harmless.
        """
        try:
            self._connection.update_item(
                self._name,
                person,
                order,
                actions=[Path("failure").set(Value({"S": failure}))],
                condition=Path("order").exists(),
            )
        except UpdateError as error:
            if not is_refusal(error):
                raise _unclear(error) from error

    def customer(self, person: str) -> str:
        """The provider's id of a person; empty where it is not known.

        Raises:
            Unclear: the read did not succeed.
        """
        item = self._item(person, CUSTOMER)
        return "" if item is None else str(item["customer"]["S"])

    def keep_customer(self, person: str, customer: str) -> bool:
        """Keeps the provider's id of a person; False when one is kept already, and nothing is written.

        Raises:
            Unclear: it may or may not have been written.
        """
        return self._put(person, CUSTOMER, {"customer": {"S": customer}})

    def await_refund(self, pending: Pending) -> None:
        """Notes that the provider is to be asked for a refund, before anything is done; once more moves its time.

        Raises:
            Unclear: it may or may not have been noted.
        """
        attributes = {
            "of": {"S": pending.order},
            "sweep": {"S": SWEEP},
            "dueAt": {"N": str(pending.due_at)},
        }
        try:
            self._connection.put_item(self._name, pending.person, f"{REFUND}{pending.refund}", attributes=attributes)
        except PutError as error:
            raise _unclear(error) from error

    def forget_refund(self, person: str, refund: str) -> None:
        """Notes that the provider has answered.

        Raises:
            Unclear: it may or may not have been noted; noting it again is harmless.
        """
        try:
            self._connection.delete_item(self._name, person, f"{REFUND}{refund}")
        except DeleteError as error:
            raise _unclear(error) from error

    def due_refunds(self, until: int, most: int) -> tuple[Pending, ...]:
        """Refunds that the provider has not answered by a time, the oldest first; what has just changed may be missing.

        Raises:
            Unclear: the read did not succeed.
        """
        try:
            page = self._connection.query(
                self._name, SWEEP, range_key_condition=Path("dueAt") <= until, index_name=INDEX, limit=most
            )
        except QueryError as error:
            raise _unclear(error) from error
        found = []
        for item in page["Items"]:
            person, name = item["person"]["S"], item["order"]["S"]
            kept = self._item(person, name)
            if kept is not None:
                refund = name.removeprefix(REFUND)
                found.append(Pending(person, kept["of"]["S"], refund, int(kept["dueAt"]["N"])))
        return tuple(found)

    def _item(self, person: str, order: str) -> Mapping[str, Any] | None:
        try:
            answer = self._connection.get_item(self._name, person, order, consistent_read=True)
        except GetError as error:
            raise _unclear(error) from error
        item: Mapping[str, Any] | None = answer.get("Item")
        return item

    def _put(self, person: str, order: str, attributes: dict[str, Any]) -> bool:
        try:
            self._connection.put_item(
                self._name, person, order, attributes=attributes, condition=Path("order").does_not_exist()
            )
        except PutError as error:
            if is_refusal(error):
                return False
            raise _unclear(error) from error
        return True


def _attributes(order: Order) -> dict[str, Any]:
    deal = order.deal
    numbers = {"createdAt": order.created_at, "coins": deal.coins, "amount": deal.cash}
    bonus = {"bonus": deal.bonus, "bonusDays": deal.bonus_days} if deal.bonus else {}
    texts = {
        "currency": deal.currency,
        "pack": order.pack,
        "asOf": order.as_of,
        "method": order.method,
        "hash": order.hash,
        "card": order.card,
        "returnTo": order.return_to,
        "customer": order.customer,
    }
    return {
        **{name: {"N": str(number)} for name, number in {**numbers, **bonus}.items()},
        **{name: {"S": text} for name, text in texts.items() if text},
        **({"saveCard": {"BOOL": True}} if order.save_card else {}),
    }


def _order(item: Mapping[str, Any]) -> Order:
    def text(name: str) -> str:
        return str(item.get(name, {"S": ""})["S"])

    def number(name: str) -> int:
        return int(item.get(name, {"N": "0"})["N"])

    return Order(
        order=text("order"),
        person=text("person"),
        created_at=number("createdAt"),
        deal=Deal(number("coins"), number("amount"), text("currency"), number("bonus"), number("bonusDays")),
        pack=text("pack"),
        as_of=text("asOf"),
        method=cast("Method", text("method")),
        hash=text("hash"),
        card=text("card"),
        save_card=bool(item.get("saveCard", {"BOOL": False})["BOOL"]),
        return_to=text("returnTo"),
        customer=text("customer"),
        failure=cast("Failure", text("failure")),
    )


def _unclear(error: PynamoDBException) -> Exception:
    return Unclear(str(error)) if is_unclear(error) else error
