"""How much of a limit on buying is left: what the month has cost by the ledger, and what is ordered and may be paid."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from cliffhanger.commerce.domain import PriceList, edition_at, price_list
from cliffhanger.commerce.limits import Buyer, Limit, limit_of, rule_for, spent_in
from cliffhanger.commerce.shop import Shop, standing_of
from cliffhanger.dynamo import Unclear
from cliffhanger.errors import Busy
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.names import viewer
from cliffhanger.ledger.store import LedgerStore
from cliffhanger.ledger.walking import entries_back


def limit_for(shop: Shop, person: str, buyer: Buyer, prices: PriceList) -> Limit | None:
    """The limit that holds for a buyer, with what the month has cost and what open orders may still cost.

    Raises:
        Busy: the ledger or the table of orders does not answer now, or the month has too many entries.
    """
    rule = rule_for(buyer)
    if rule is None:
        return None
    now, edition = shop.clock(), edition_at(shop.clock())
    limit = limit_of(rule, prices, price_list(rule.currency, edition), now)
    rates = {currency: amounts[-1] for currency, (_, amounts) in edition.amounts.items()}
    try:
        spent = spent_in(_entries_since(shop.ledger, viewer(person), limit.since), prices.currency, rates)
        recent = [order for order in shop.orders.of(person) if order.until > now]
    except Unclear as error:
        raise Busy("Try again in a moment.") from error
    pending = [order.deal for order in recent if standing_of(shop, order).status == "open"]
    spent += sum(deal.cash * rates[prices.currency] // rates[deal.currency] for deal in pending)
    return limit._replace(spent=spent)


def _entries_since(ledger: LedgerStore, account: str, since: int) -> Iterator[Entry]:
    head = ledger.head(account)
    chain = iter(()) if head is None else entries_back(ledger, head)
    return itertools.takewhile(lambda entry: entry.at >= since, chain)
