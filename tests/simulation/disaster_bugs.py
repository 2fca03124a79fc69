"""Deliberate faults of repair, of restores, and of the sweep."""

from __future__ import annotations

from tests.simulation.bug import EXPIRY, LEDGER, Bug

DISASTER_BUGS = {
    # Repair, and what a restore has torn.
    "a batch without its marks is settled again": Bug(
        LEDGER + "repairing",
        "            for account, seq, amounts in entry.sources:\n",
        "            for account, seq, amounts in ():\n",
    ),
    "what a restore has torn is settled before it is mended": Bug(
        LEDGER + "repairing",
        "    steps = [run.mend_marks, *([run.free_marks] if run.restored else []), run.settle_missed]\n",
        "    steps = [run.settle_missed, run.mend_marks, *([run.free_marks] if run.restored else [])]\n",
    ),
    "a mark whose batch stands is taken away": Bug(
        LEDGER + "repairing", "if (entry.account, entry.seq) not in self._named(counterparty, seq)", "if seq"
    ),
    "a mark whose batch was lost stays": Bug(
        LEDGER + "repairing",
        "            for counterparty, seq in self._strays(entry, standing).items():\n",
        "            for counterparty, seq in list(self._strays(entry, standing).items())[1:]:\n",
    ),
    "a mark is given back for another batch": Bug(
        LEDGER + "repairing",
        "mark_of(source, destination), batch.seq)",
        "mark_of(source, destination), source.seq)",
    ),
    "repair leaves the last entries it has read": Bug(
        LEDGER + "repairing",
        "        done = self._settled(done, unsettled)\n        return done._replace(torn=tuple(torn))\n",
        "        return done._replace(torn=tuple(torn))\n",
    ),
    "repair reads the first part of the table": Bug(
        LEDGER + "repairing", "        for segment in range(segments):\n", "        for segment in range(1):\n"
    ),
    "a claim does not look at the hash": Bug(LEDGER + "store", '(Path("hash") == Value({"B": claim.hash})) & ', ""),
    # What is due, and who comes to it.
    "a wait is over before it was dealt with": Bug(
        EXPIRY + "sweeping", "        broom.due.wait(due._replace(at=broom.retrying.clock() + POSTPONED_MS))\n", ""
    ),
    "the next wait is not noted": Bug(
        EXPIRY + "sweeping",
        "    if (following := next_due(head, now)) is not None:\n",
        "    if (following := next_due(head, now)) is None:\n",
    ),
    "coins expire a day early": Bug(
        LEDGER + "lots", "at_ms >= self.expires_day * DAY_MS\n", "at_ms >= (self.expires_day - 1) * DAY_MS\n"
    ),
    "a sweep leaves what has expired": Bug(
        EXPIRY + "sweeping",
        "any(lot.expired(now) for lot in head.state.lots)",
        "any(lot.expired(now - DAY_MS) for lot in head.state.lots)",
    ),
    "a sweep passes over all holds but the first": Bug(
        EXPIRY + "sweeping", "    for hold in holds:\n", "    for hold in holds[:0]:\n"
    ),
    "notice is given a day early": Bug(
        EXPIRY + "domain", "    return (day - NOTICE_DAYS) * DAY_MS\n", "    return (day - NOTICE_DAYS - 1) * DAY_MS\n"
    ),
    "notice is given each time that somebody comes": Bug(
        EXPIRY + "sweeping", "        if not broom.due.noticed(head.account, day * DAY_MS):\n", "        if day:\n"
    ),
    "notice is noted that was never given": Bug(
        EXPIRY + "sweeping",
        "            broom.events.publish([notice_of(head.account, head.state, day)])\n"
        "            broom.due.note_notice(Due(head.account, day * DAY_MS, head.seq))\n",
        "            broom.due.note_notice(Due(head.account, day * DAY_MS, head.seq))\n"
        "            broom.events.publish([notice_of(head.account, head.state, day)])\n",
    ),
    "notice is given of all coins": Bug(
        EXPIRY + "domain", "        if lot.expires_day == day:\n", "        if lot.expires_day:\n"
    ),
    "what was lost of the waits is not noted for who unlocked last": Bug(
        EXPIRY + "service", "None if head is None else wait_of(head)", "None if head is None else due_of(head)"
    ),
}
