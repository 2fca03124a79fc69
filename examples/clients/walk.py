"""A walk with the generated client (``make clients TO=...``): an episode is unlocked, and coins are ordered.

    PYTHONPATH=.../python python walk.py https://watch.example "$ACCESS_TOKEN" [SERIES]

Prints what it saw, as JSON.
"""

from __future__ import annotations

import json
import sys
import uuid
from typing import Any, TypeVar

from cliffhanger_client import AuthenticatedClient
from cliffhanger_client.api.catalog import list_event_types, list_series
from cliffhanger_client.api.checkout import create_order, list_orders, list_packs
from cliffhanger_client.api.unlock import quote_unlock, unlock_episode
from cliffhanger_client.api.wallet import get_wallet
from cliffhanger_client.models import OrderBody, OrderBodyMethod, Problem, UnlockBody

Answer = TypeVar("Answer")
EPISODE = 2
CURRENCY = "EUR"


def taken(answer: Answer | Problem | None) -> Answer:
    """What was asked for; a refusal ends the walk with its code, which is stable, and its words, which may change."""
    if answer is None or isinstance(answer, Problem):
        raise SystemExit("no answer" if answer is None else f"{answer.code}: {answer.detail}")
    return answer


def walk(api: AuthenticatedClient, only: str | None = None) -> dict[str, Any]:
    """What is on, what it costs, the unlock, the wallet before and after, and an order that nobody has paid yet.

    With the id of a series, that one instead of the first that is on.
    """
    series = only or taken(list_series.sync(client=api, limit=5)).series[0].series_id
    before = taken(get_wallet.sync(client=api)).coins.total
    quote = taken(quote_unlock.sync(series, EPISODE, client=api, currency=CURRENCY))
    price = next(option.price_coins for option in quote.options if option.kind == "episode")

    # The price that the viewer was shown is sent along, so that nobody pays another one.
    refused = unlock_episode.sync(series, EPISODE, client=api, body=UnlockBody(price_shown_coins=price + 1))
    first = taken(unlock_episode.sync(series, EPISODE, client=api, body=UnlockBody(price_shown_coins=price)))
    again = taken(unlock_episode.sync(series, EPISODE, client=api, body=UnlockBody(price_shown_coins=price)))

    pack = taken(list_packs.sync(client=api, currency=CURRENCY)).packs[0]
    wanted = OrderBody(
        pack_id=pack.pack_id, currency=CURRENCY, amount_shown=pack.amount, method=OrderBodyMethod.CHECKOUT
    )
    # The same key when it is tried again: then it answers with the order that it made the first time.
    key = str(uuid.uuid4())
    orders = [taken(create_order.sync(client=api, body=wanted, idempotency_key=key)).order_id for _ in range(2)]
    listed = taken(list_orders.sync(client=api)).orders

    return {
        "series": series,
        "refused": refused.code if isinstance(refused, Problem) else None,
        "price": price,
        "paid": before - first.wallet.coins.total,
        "receipts": [first.receipt.seq, again.receipt.seq],
        "alreadyUnlocked": [first.already_unlocked, again.already_unlocked],
        "orders": orders,
        "listed": [order.order_id for order in listed],
        "events": [kind.type_ for kind in taken(list_event_types.sync(client=api)).event_types],
    }


if __name__ == "__main__":
    address, token, *wanted = sys.argv[1:]
    client = AuthenticatedClient(base_url=address, token=token, raise_on_unexpected_status=True)
    print(json.dumps(walk(client, *wanted)))
