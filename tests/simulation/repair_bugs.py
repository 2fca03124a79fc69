"""Deliberate faults of repairs of runs, for the histories in which some are paid for."""

from __future__ import annotations

from tests.simulation.bug import LEDGER, Bug

HISTORIES = "tests.simulation.repairs"

REPAIR_BUGS = {
    "a day that is paid for does not count against the day's limit": Bug(
        LEDGER + "movements",
        "day=(alive.today, already + coins))\n    return next_entry(turn, alive, postings=legs_of(spent, house)",
        ")\n    return next_entry(turn, alive, postings=legs_of(spent, house)",
        HISTORIES,
    ),
    "a frozen account pays for a day": Bug(
        LEDGER + "movements",
        '        raise AccountFrozen("Spending is stopped; ask support.")\n    if not coins:\n',
        "        pass\n    if not coins:\n",
        HISTORIES,
    ),
    "a day costs a coin less than it says": Bug(
        LEDGER + "rewarding",
        "spend_at_house(turn, coins, ",
        "spend_at_house(turn, max(0, coins - 1), ",
        HISTORIES,
    ),
}
