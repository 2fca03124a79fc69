"""What every operation stands on: the objects, the events, the money, and the request that is being answered."""

from __future__ import annotations

from collections import deque
from typing import Final, NamedTuple

from local.stripe.balance import Balance
from local.stripe.cards import Card
from local.stripe.events import Events
from local.stripe.forms import Form
from local.stripe.store import Object, Store

MAX_OUTCOMES: Final = 1_000


class Call(NamedTuple):
    """One request: its parameters, the ids in its path, the connected account that it speaks for."""

    form: Form
    ids: dict[str, str]
    account: str
    path: str


class Outcomes:
    """What the next operations of a kind are to end with, in the order in which it was asked for."""

    def __init__(self) -> None:
        self._waiting: dict[str, deque[Object]] = {}

    def ask(self, of: str, outcome: Object, times: int) -> None:
        """Lets the next ``times`` operations of that kind end so."""
        waiting = self._waiting.setdefault(of, deque(maxlen=MAX_OUTCOMES))
        waiting.extend([outcome] * times)

    def next(self, of: str) -> Object:
        """What the operation that begins now is to end with; empty when nothing was asked for."""
        waiting = self._waiting.get(of)
        return waiting.popleft() if waiting else {}


class Core(NamedTuple):
    """The parts, and the address at which browsers find the pages."""

    store: Store
    events: Events
    balance: Balance
    outcomes: Outcomes
    origin: str

    def emit(self, kind: str, found: Object, account: str = "") -> None:
        """Tells that something happened to an object, with the object as it is now."""
        self.events.tell(kind, found, account)

    def card_of(self, method: str) -> Card:
        """How the card behind a payment method behaves."""
        return Card(**self.store.note(method)["card"])
