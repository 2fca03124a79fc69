"""What is reconciled, and what each difference is called. Pure.

Two sides tell of the same money: the provider by the lines of our balance, the ledger by the entries under
``purchase:{order}:``. Both are read as movements, which are held against each other order by order. What has no
counterpart yet is **open**; it is carried into the next day. While it is younger than an hour at its day's end it is in
flight, and no finding: a payment just before midnight is booked just after.

Amounts are whole numbers in the currency's smallest unit and never negative; the kind says which way they go.
Currencies are ISO 4217 codes in upper case, times milliseconds since the Unix epoch, days such as ``2026-11-27`` (UTC).
"""

from __future__ import annotations

from typing import Literal, NamedTuple, get_args

DAY_MS = 86_400_000
IN_FLIGHT_MS = 60 * 60_000
"""So long a movement may wait for its counterpart: webhooks come within seconds, and their queue tries for minutes."""
SKEW_MS = 10 * 60_000
"""An entry is at most so much older than its write: clocks differ, and a retry may keep the time of its first try."""
CARRIED_DAYS = 35
"""So long what is open is carried and told anew each day; then for the last time."""

Kind = Literal["payment", "refund", "refund_failure", "dispute", "dispute_won"]
"""What a movement does: a payment comes in, a refund goes out, or comes back since it failed; a dispute takes, or gives
back because it was won."""
KINDS: tuple[Kind, ...] = get_args(Kind)
SIGNS: dict[Kind, int] = {"payment": 1, "refund": -1, "refund_failure": 1, "dispute": -1, "dispute_won": 1}

Side = Literal["provider", "ledger"]


class Movement(NamedTuple):
    """Money of an order, as one side tells it.

    ``where`` is the line's id or the entry's account and seq (``viewer:…#7``). An entry that has overtaken what it
    follows knows no amount, or no currency: then ``amount`` is None, or ``currency`` empty.
    """

    side: Side
    kind: Kind
    order: str
    amount: int | None
    currency: str
    at_ms: int
    where: str


class Advice(NamedTuple):
    """What most likely lies behind a finding, and what to do."""

    cause: str
    do: str


class Finding(NamedTuple):
    """One difference: its code, and what each side says; empty where a side says nothing."""

    code: str
    order: str
    line: str
    entry: str
    says: str
    at_ms: int


_REPLAY = (
    "Look for the order among the parked notices and replay it; if none is there, send the event again from the "
    "provider's page."
)
FINDINGS: dict[str, Advice] = {
    "paid_not_granted": Advice(
        "The webhook was lost, is parked, or was refused for its amount.",
        f"{_REPLAY} The viewer has paid and waits. If the order stands as paid, this is a second payment: refund it.",
    ),
    "paid_twice": Advice(
        "Two payments for one order: a second page was paid before the first one's event came.",
        "Refund the second payment on the provider's page.",
    ),
    "granted_not_paid": Advice(
        "An entry was made without money: a forged or foreign event, or a fault of ours.",
        "Freeze the account and look at the entry's terms; if the provider knows no such payment, refund the order.",
    ),
    "amount_differs": Advice(
        "The provider moved another amount than the ledger booked: changed by hand on its page, or a fault of ours.",
        "Compare both; mend the smaller side, by a refund there or by support's grant or reversal here.",
    ),
    "currency_differs": Advice(
        "The provider settled the payment in another currency than it was made in.",
        "Let each currency that is sold in settle in a balance of its own (the provider's settings, bank accounts).",
    ),
    "refund_not_booked": Advice("A refund, made on the provider's page or by us, whose webhook was lost.", _REPLAY),
    "refund_not_made": Advice(
        "The ledger took coins back, but no money left: the call to the provider failed for good, or is still retried.",
        "Look for the refund on the provider's page; if it is not there, make it with the same order and amount.",
    ),
    "refund_failure_not_booked": Advice("A refund came back, and its webhook did not arrive.", _REPLAY),
    "refund_failure_not_made": Advice(
        "The ledger gave coins back for a refund that has not come back.",
        "Look at the refund on the provider's page; reverse the entry through support if it did arrive.",
    ),
    "dispute_not_booked": Advice(
        "A bank took money back, and its webhook did not arrive.", f"{_REPLAY} The coins can be spent until then."
    ),
    "dispute_not_made": Advice(
        "The ledger knows a dispute whose money has not been withdrawn, such as an inquiry.",
        "Look at the dispute on the provider's page; if nothing was taken, reverse the entry through support.",
    ),
    "dispute_won_not_booked": Advice("A dispute was won, and its webhook did not arrive.", _REPLAY),
    "dispute_won_not_made": Advice(
        "The ledger gave a disputed purchase back, but the money has not come again.",
        "Look at the dispute on the provider's page; it may take days between the decision and the money.",
    ),
    "order_unknown": Advice(
        "A payment, refund or dispute that names no order of ours: made by hand, or by another product.",
        "Find out who made it; keep other products in an account of their own.",
    ),
    "kind_unknown": Advice(
        "The provider has a kind of line or of fee that is not known here.",
        "Look it up in the provider's documentation, and give it a class in reconciling/lines.py.",
    ),
    "line_wrong": Advice(
        "A line's amount less its fee is not its net, or it goes the wrong way for its kind.",
        "Ask the provider; until then take the totals of the day for wrong by the difference.",
    ),
    "left_open": Advice(
        f"Nothing has cleared it for {CARRIED_DAYS} days; it is told for the last time.",
        "Write down who decided what about it, with this report.",
    ),
}
"""Every finding by its code. Codes are stable: none is reused, or changes its meaning."""

UNMATCHED: dict[tuple[Side, Kind], str] = {
    ("provider", "payment"): "paid_not_granted",
    ("ledger", "payment"): "granted_not_paid",
    **{("provider", kind): f"{kind}_not_booked" for kind in KINDS if kind != "payment"},
    **{("ledger", kind): f"{kind}_not_made" for kind in KINDS if kind != "payment"},
}
"""What it is called when one side tells of a movement and the other does not."""
