"""What the provider's lines are: movements of orders, or what is only summed. Pure.

Source: Stripe, "Balance transaction types" and "Reporting categories"; a line's kind may be either.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from cliffhanger.payments.ports import BalanceLine
from cliffhanger.reconciling.domain import SIGNS, Finding, Kind, Movement

Summed = Literal["fees", "payouts", "transfers", "topups", "reserves", "other"]
"""What is no order's: the provider's own fees, money to our bank and back, to creators and back, from our bank, held
back for a while; and what is not known."""

MOVEMENTS: Mapping[str, Kind] = {
    "charge": "payment",
    "payment": "payment",
    "refund": "refund",
    "payment_refund": "refund",
    "refund_failure": "refund_failure",
    "dispute": "dispute",
    "dispute_reversal": "dispute_won",
}
SUMMED: Mapping[str, Summed] = {
    **dict.fromkeys(("stripe_fee", "stripe_fx_fee", "tax_fee", "fee", "tax", "network_cost"), "fees"),
    **dict.fromkeys(("payout", "payout_cancel", "payout_failure", "payout_reversal"), "payouts"),
    **dict.fromkeys(
        ("transfer", "transfer_cancel", "transfer_failure", "transfer_refund", "transfer_reversal"), "transfers"
    ),
    **dict.fromkeys(("topup", "topup_reversal"), "topups"),
    **dict.fromkeys(
        (
            *("reserve_transaction", "reserved_funds", "reserve_hold", "reserve_release"),
            *("payout_minimum_balance_hold", "payout_minimum_balance_release"),
            *("payment_network_reserve_hold", "payment_network_reserve_release"),
        ),
        "reserves",
    ),
}
ADJUSTMENT = "adjustment"
"""A dispute, where it names an order: against us, or for us."""


class ReadLine(NamedTuple):
    """A line as it counts: the movement of an order, or what it is summed under; and what is wrong with it."""

    movement: Movement | None
    summed: Kind | Summed
    findings: tuple[Finding, ...]


def read_line(line: BalanceLine) -> ReadLine:
    """What a line of the provider's is."""
    kind = MOVEMENTS.get(line.kind)
    if line.kind == ADJUSTMENT and line.order:
        kind = "dispute" if line.amount < 0 else "dispute_won"
    wrong = line.amount - line.fee != line.net or (kind is not None and line.amount * SIGNS[kind] < 0)
    findings = [_finding("line_wrong", line)] if wrong else []
    if kind is None:
        summed = SUMMED.get(line.kind, "other")
        if summed == "other":
            findings.append(_finding("kind_unknown", line))
        return ReadLine(None, summed, tuple(findings))
    if not line.order:
        return ReadLine(None, kind, (*findings, _finding("order_unknown", line)))
    movement = Movement("provider", kind, line.order, abs(line.amount), line.currency, line.at_ms, line.line)
    return ReadLine(movement, kind, tuple(findings))


def _finding(code: str, line: BalanceLine) -> Finding:
    says = f"{line.kind}: {line.amount} - {line.fee} = {line.net} {line.currency}, of {line.source or 'nothing'}"
    return Finding(code, line.order, line.line, "", says, line.at_ms)
