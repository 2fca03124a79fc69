"""Deliberate faults of how income is divided."""

from __future__ import annotations

from tests.simulation.bug import LEDGER, Bug

SHARE_BUGS = {
    "the creator keeps what is the others'": Bug(
        LEDGER + "carries", "        if share and to != account\n", "        if share and to == account == ''\n"
    ),
    "what is left over by rounding is nobody's": Bug(
        LEDGER + "splits", "    for place in by_remainder[:left]:\n", "    for place in by_remainder[:0]:\n"
    ),
    "a party is paid when the stream comes to it": Bug(
        LEDGER + "carries",
        "        for account in sorted(foreign_legs(entry), key=lambda account: account != lane)\n",
        "        for account in [lane]\n",
    ),
}
