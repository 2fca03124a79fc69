"""What debt stands in the way of (LEDGER rule 20). Pure."""

from __future__ import annotations

from cliffhanger.errors import DebtOutstanding
from cliffhanger.ledger.state import State


def check_no_debt(state: State) -> None:
    """Lets an account pass that owes nothing: before cash goes out, and before gifts and transfers to others.

    What is bought for oneself, an unlock, is not stopped by debt: credits repay it first, whatever they are.

    Raises:
        DebtOutstanding: with ``debt``, the amount per unit.
    """
    debt = {unit: owed for unit, owed in sorted(state.debt.items()) if owed}
    if debt:
        raise DebtOutstanding("What is owed must be repaid first.", debt=debt)
