"""Deliberate faults of volumes, lanes and carries."""

from __future__ import annotations

from tests.simulation.bug import LEDGER, REVENUE, Bug

INTAKE_BUGS = {
    # Volumes.
    "nobody follows where an account goes on": Bug(
        LEDGER + "rolling", "    while head is not None and next_volume(head) is not None:\n", "    while False:\n"
    ),
    "settlement appends to the first volume": Bug(
        LEDGER + "settling",
        "            head = end_to_write(store, destination)\n",
        "            head = store.head(destination)\n",
    ),
    "a roll is two writes": Bug(
        LEDGER + "rolling",
        "        return ledger.append_all(roll.closed, {}, [roll.opened])\n",
        "        return ledger.append(roll.closed) and ledger.append(roll.opened)\n",
    ),
    "a volume goes on after it was closed": Bug(
        LEDGER + "volumes",
        "    return seal(following, closed, closed.at, postings=(), state=closed.state, terms=terms)\n",
        "    return seal(following, closed, closed.at, postings=(), state=closed.state, terms=terms)._replace("
        "account=closed.account)\n",
    ),
    "numbers begin anew in each volume": Bug(
        LEDGER + "entries",
        '        "seq": 1 if head is None else head.seq + 1,\n',
        '        "seq": 1 if head is None or head.account != account else head.seq + 1,\n',
    ),
    "a mark is looked for in one volume only": Bug(
        LEDGER + "rolling",
        "    if rolls(account) and not (found and found[0].seq == seq):\n",
        "    if not rolls(account) and not found:\n",
    ),
    "half of a roll that a restore has lost stays so": Bug(
        LEDGER + "repairing",
        "            return mend_roll(self._ledger, entry, dry=self._dry) or None\n",
        "            return mend_roll(self._ledger, entry, dry=True) and None\n",
    ),
    # Carries, and lanes.
    "a carry is settled when the stream comes to it": Bug(
        LEDGER + "carrying",
        "ledger.append_all(entry, planned.marks, planned.batches)\n",
        "ledger.append(entry)\n",
    ),
    "a carry does not say that it is settled": Bug(
        LEDGER + "carrying",
        "ledger.append_all(entry, planned.marks, planned.batches)\n",
        "ledger.append_all(entry, {}, planned.batches)\n",
    ),
    "a period is carried as often as it is asked for": Bug(
        LEDGER + "carrying",
        "        return next((seq for name, seq in known if name == reference), None)\n",
        "        return next((seq for name, seq in known if name == account), None)\n",
    ),
    "coins are carried with the cash": Bug(
        LEDGER + "carries", "if unit not in COIN_UNITS and amount > 0]", "if amount > 0]"
    ),
    "lanes that were given up are forgotten": Bug(
        REVENUE + "waterfall",
        "        for lane in range(MAX_EARNED_LANES):\n",
        "        for lane in range(2):\n",
    ),
    "a carry leaves a coin of cash behind": Bug(
        LEDGER + "carries",
        "[Posting(unit, amount, lane, OWN) for unit, amount in cash]",
        "[Posting(unit, max(1, amount - 1), lane, OWN) for unit, amount in cash]",
    ),
}
