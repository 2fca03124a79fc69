"""Deliberate faults of gifts, for the histories in which some are given."""

from __future__ import annotations

from tests.simulation.bug import LEDGER, Bug

HISTORIES = "tests.simulation.gifts"

GIFT_BUGS = {
    "bonus coins are given away": Bug(
        LEDGER + "tipping",
        'SPENDABLE_ON_TIPS = frozenset({"coin"})\n',
        'SPENDABLE_ON_TIPS = frozenset({"bonus", "coin"})\n',
        HISTORIES,
    ),
    "who owes gives all the same": Bug(LEDGER + "tipping", "    check_no_debt(state)\n", "", HISTORIES),
    "only the day's last gift counts against its limit": Bug(
        LEDGER + "tipping", "            given += sum(", "            given = sum(", HISTORIES
    ),
    "gifts land where unlocks do": Bug(
        LEDGER + "tipping",
        'return earned_lane(series, lane_of(source, lanes), "tips")',
        "return earned_lane(series, lane_of(source, lanes))",
        HISTORIES,
    ),
}
