"""Deliberate faults, to see that the histories find each of them.

``python -m tests.simulation.seeded_bugs NAME ...`` plants them one after another and prints for each the number of
seeds until it was caught; without names they are read line by line. One process plants them all: what takes the time is
to import what others have written. It tries the history first that caught the fault when all were last counted
(``make simulate ARGS=--bugs`` counts them anew): where that has become another one, all are tried.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import json
import sys
import types
from collections.abc import Sequence
from pathlib import Path

from tests.simulation.bug import LEDGER, UNLOCKS, Bug
from tests.simulation.disaster_bugs import DISASTER_BUGS
from tests.simulation.earners_bugs import EARNERS_BUGS
from tests.simulation.gift_bugs import GIFT_BUGS
from tests.simulation.intake_bugs import INTAKE_BUGS
from tests.simulation.payout_bugs import PAYOUT_BUGS
from tests.simulation.purchase_bugs import PURCHASE_BUGS
from tests.simulation.repair_bugs import REPAIR_BUGS
from tests.simulation.share_bugs import SHARE_BUGS
from tests.simulation.verification_bugs import VERIFICATION_BUGS

MOST_SEEDS = 450
"""The rarest takes 401: what needs several acts of one kind is crowded by the many other kinds there are."""
CAUGHT_BY = Path(__file__).with_name("caught_by.json")
"""The first seed that caught each fault when all were last counted."""
OURS = ("cliffhanger", "tests")
WARM = ("pynamodb.connection", "msgspec", "botocore.client", "hypothesis")


MOVEMENT_BUGS = {
    # Reading, planning, appending.
    "the references are read before the head": Bug(
        LEDGER + "journal",
        "head = store.head(account)\n            answered = decide(store.references(account, find(head)))\n",
        "answered = decide(store.references(account, find(None)))\n            head = store.head(account)\n",
    ),
    "a refusal comes before the reference": Bug(
        LEDGER + "journal",
        "            answered = decide(",
        "            plan(head, pace.clock())\n            answered = decide(",
    ),
    "a refusal leaves an entry behind": Bug(
        LEDGER + "journal",
        "            if undecided is None:\n                raise\n            continue\n",
        "            if undecided is None:\n"
        "                from cliffhanger.wallet.service import freeze\n"
        '                if head is not None and account.startswith("viewer:"):\n'
        '                    name = f"support:r{head.seq}"\n'
        "                    freeze(store, account, frozen=False, reference=name, terms={}, retrying=pace)\n"
        "                raise\n            continue\n",
    ),
    "what was undecided is refused": Bug(
        LEDGER + "journal", "            undecided = planned.seq\n", "            pass\n"
    ),
    "a place on the chain can be taken twice": Bug(
        LEDGER + "store",
        '_FREE = Path("account").does_not_exist()',
        '_FREE = Path("account").does_not_exist() | Path("account").exists()',
    ),
    "the hash of a chain is of the wrong field": Bug(
        LEDGER + "entries", "else text_of_hash(head.hash),\n", "else text_of_hash(digest(head.account)),\n"
    ),
    "a lost reply counts as written": Bug(
        LEDGER + "store",
        "            raise _unclear(error) from error\n        return True\n\n    def append_all",
        "            return is_unclear(error)\n        return True\n\n    def append_all",
    ),
    "time runs backwards": Bug(LEDGER + "entries", "now if head is None else max(now, head.at)", "now"),
    "a slow clock revives what has expired": Bug(
        LEDGER + "planning", "    at = max(turn.now, head.at)\n", "    at = turn.now\n"
    ),
    # Settlement.
    "a batch is before what it settles": Bug(
        LEDGER + "settlement", "    now = max(now, *(entry.at for entry in sources))\n", ""
    ),
    "a claim does not look for its mark": Bug(LEDGER + "store", ") & Path(claim.mark).does_not_exist()", ")"),
    "what is settled already is tried for ever": Bug(
        LEDGER + "settling",
        "        for claim in (*outcome.settled, *outcome.broken):\n",
        "        for claim in outcome.broken:\n",
    ),
    "those behind a busy account wait for it": Bug(
        LEDGER + "settling", "            busy = busy or error\n", "            raise\n"
    ),
    "only the first source of a batch is claimed": Bug(
        LEDGER + "settlement",
        "for entry in sources)\n    return Batch",
        "for entry in sources[:1])\n    return Batch",
    ),
    "a debit settles as a credit": Bug(
        LEDGER + "settlement",
        "postings.append(Posting(unit, -total, OWN, SOURCES))",
        "postings.append(Posting(unit, -total, SOURCES, OWN))",
    ),
    # Lots, debt, expiry.
    "one coin too few is enough": Bug(
        LEDGER + "movements", "    if available < coins:\n", "    if available < coins - 1:\n"
    ),
    "the first coin of a lot takes all its cash": Bug(LEDGER + "lots", "lot.cash * coins // lot.coins", "lot.cash"),
    "the youngest bought coins go first": Bug(
        LEDGER + "lots", "lot.expires_day, _age(lot)))\n", "lot.expires_day, [-n for n in _age(lot)]))\n"
    ),
    "a purchase at another price becomes part of an older lot": Bug(
        LEDGER + "lots",
        "and self.cash * other.coins == other.cash * self.coins",
        "and bool(self.cash) == bool(other.cash)",
    ),
    "debt is not repaid": Bug(LEDGER + "planning", "    coins = min(owed, lot.coins)\n", "    coins = 0\n"),
    # Limits and tallies.
    "a limit stops what reaches it exactly": Bug(
        LEDGER + "movements", "already + coins > limit", "already + coins >= limit"
    ),
    "a limit lets through what exceeds it": Bug(LEDGER + "movements", "already + coins > limit", "already > limit"),
    "a day's coins are not counted anew the next day": Bug(
        LEDGER + "state", "return self.day[1] if self.day[0] == day else 0", "return self.day[1]"
    ),
    "a series' sum is not carried": Bug(
        LEDGER + "movements",
        "series=(spend.series, spend.spent_before + spend.coins)",
        "series=(spend.series, spend.coins)",
    ),
    "a series' sum is another series'": Bug(
        UNLOCKS + "standing",
        "    if head is not None and head.state.series[0] == series:\n",
        "    if head is not None and head.state.series[0]:\n",
    ),
    "a frozen account spends": Bug(
        LEDGER + "movements", "    if state.frozen:\n", "    if state.frozen and not spend.ranged:\n"
    ),
    # What is open, and of which generation.
    "a covering unlock is not found": Bug(
        UNLOCKS + "domain", "        unlock = covering(unlocks, episode)\n", "        unlock = None\n"
    ),
    "a retry makes a new generation": Bug(
        UNLOCKS + "service", "        return answers[0] if answers else None\n", "        return None\n"
    ),
    "a generation counts the refunds of its own range alone": Bug(
        UNLOCKS + "domain",
        "return sum(unlock.reversed and unlock.spans(first, last) for unlock in unlocks)",
        "return sum(unlock.reversed and (unlock.first, unlock.last) == (first, last) for unlock in unlocks)",
    ),
    "a range leaves no flag": Bug(
        LEDGER + "movements", "flags=tuple(sorted({*flags, RANGES})) if spend.ranged else flags", "flags=flags"
    ),
    "one episode's references are read where ranges are": Bug(
        UNLOCKS + "domain", " and RANGES not in head.state.flags", ""
    ),
    "a range opens what others had paid for": Bug(UNLOCKS + "domain", " and episode not in self.apart", ""),
    # Prices.
    "the ceiling forgets what was spent": Bug(
        UNLOCKS + "pricing", "max(0, page.ceiling_coins - situation.spent_before)", "page.ceiling_coins"
    ),
    "a part of the rest has its discount": Bug(
        UNLOCKS + "pricing", "set(situation.rest) == set(missing)", "set(missing) <= set(situation.rest)"
    ),
    "a receipt's shares are each rounded down": Bug(
        UNLOCKS + "pricing",
        "parts = (after - before for before, after in itertools.pairwise(floors))",
        "parts = (coins * price // total if total else 0 for _, price in listed)",
    ),
    "an episode is sold before its release": Bug(
        UNLOCKS + "pricing", "        if not situation.watchable(number):\n", "        if number > len(missing) + 99:\n"
    ),
    # Reversals.
    "a reversal restores another lot": Bug(
        LEDGER + "corrections", "        was = kept[portion.lot]\n", "        was = list(kept.values())[-1]\n"
    ),
    "an expired lot comes back expired": Bug(
        LEDGER + "corrections",
        "            expires = max(expires, lotting.expiry_day(alive.at, SECOND_LIFE_DAYS))\n",
        "            pass\n",
    ),
    "an unlock is reversed twice": Bug(
        UNLOCKS + "reversal",
        '        if any(reference.startswith(f"{unlock.reference}:rev:") for reference, _ in known):\n',
        "        if not known:\n",
    ),
    "a grant is taken back twice": Bug(
        "cliffhanger.wallet.service", "        if known:\n", "        if not original:\n"
    ),
    "a reversal leaves the series' sum as it was": Bug(
        LEDGER + "corrections", "series=(series, spent_before - coins)", "series=(series, spent_before)"
    ),
    "a reversal leaves the day's sum as it was": Bug(
        LEDGER + "corrections", "state.spent_on(alive.today) - coins)", "state.spent_on(alive.today))"
    ),
    "what was spent of a grant is not owed": Bug(
        LEDGER + "corrections",
        "postings=[Posting(unit, coins, OWN, source)], state=state)",
        "postings=[Posting(unit, taken, OWN, source)] if taken else [], state=state._replace(debt=alive.state.debt))",
    ),
    # Holds.
    "more is posted than is held": Bug(
        LEDGER + "holds",
        "    if amount + (fee.amount if fee else 0) > (found.amount or found.coins):\n",
        "    if amount > 10**6:\n",
    ),
    "a hold is posted after its time": Bug(
        LEDGER + "holds", "    if alive.at >= found.until:\n", "    if alive.at >= 2 * found.until:\n"
    ),
    "a hold expires before its time": Bug(
        LEDGER + "holds", "    if alive.at < found.until:\n", "    if 2 * alive.at < found.until:\n"
    ),
    "post, void and expiry have references of their own": Bug(
        LEDGER + "holding",
        "    return record_once(ledger, held.account, Ask(resolution, request, terms), make, retrying)\n",
        "    placed, _ = hold_references(f\"{held.hold}-{terms['kind']}\")\n"
        "    return record_once(ledger, held.account, Ask(placed, request, terms), make, retrying)\n",
    ),
    "what a hold releases has lost its cash": Bug(
        LEDGER + "holds",
        "state, repaid = give_back(turn, state, lot, place)",
        "state, repaid = give_back(turn, state, lot._replace(cash=lot.cash // 2), place)",
    ),
    "what a hold releases after its day lives on": Bug(
        LEDGER + "holds", "lotting.split_expired(pieces, alive.at)", "lotting.split_expired(pieces, 0)"
    ),
    "holds do not count against the day's limit": Bug(
        LEDGER + "holds", '    check_limit(alive, "day", today, coins)\n', ""
    ),
    "who owes sets coins aside": Bug(LEDGER + "holds", "    check_no_debt(alive.state)\n", ""),
    "a frozen account sets coins aside": Bug(
        LEDGER + "holds",
        "    check_amount(lifetime_ms, most=MAX_LIFETIME_MS)\n    alive = living(turn)\n    if alive.state.frozen:\n",
        "    check_amount(lifetime_ms, most=MAX_LIFETIME_MS)\n    alive = living(turn)\n    if not alive.state:\n",
    ),
    # Budgets, and coins that are sent.
    "a slice grants one coin more than it holds": Bug(
        LEDGER + "budgets", "    if available < coins:\n", "    if available + 1 < coins:\n"
    ),
    "a budget's cap lets one more through": Bug(LEDGER + "budgeting", "given >= grant.cap", "given > grant.cap"),
    "the last who asks decides how many slices there are": Bug(
        LEDGER + "budgeting", 'return int(opened.entry.terms["slices"])', "return slices"
    ),
    "a grant does not look for what has reversed it": Bug(
        LEDGER + "budgeting",
        "            return withhold(turn)  # its reversal came first",
        "            pass  # its reversal came first",
    ),
    "coins that are sent live a week longer": Bug(
        LEDGER + "settlement",
        'Lot(f"{seq}.{count}", unit, coins, expires_day)',
        'Lot(f"{seq}.{count}", unit, coins, expires_day + 7)',
    ),
    "what is taken back and gone is not owed": Bug(
        LEDGER + "settlement",
        "state.debt.get(unit, 0) + coins - taken",
        "state.debt.get(unit, 0)",
        "tests.simulation.repairs",  # seldom, and sooner in these
    ),
    # Rewards and exchanges.
    "a reward forgets the refund that came before it": Bug(
        LEDGER + "consequences", "reward.coins - undone_of(reward.coins, reversals)", "reward.coins"
    ),
    "each refund takes back as if it were the first": Bug(
        LEDGER + "consequences", "undone.of(whole) - undone_of(whole, reversals)", "undone.of(whole)"
    ),
    "partial refunds add up": Bug(
        LEDGER + "consequences",
        'return max((Undone(*entry.terms["undone"]).of(coins) for entry in reversals), default=0)',
        'return min(coins, sum(Undone(*entry.terms["undone"]).of(coins) for entry in reversals))',
    ),
    "an exchange rounds in the viewer's favour": Bug(
        LEDGER + "exchanges",
        "return self.amount * self.rate.got // self.rate.given",
        "return -(-self.amount * self.rate.got // self.rate.given)",
    ),
    "an old rate is good for ever": Bug(
        LEDGER + "exchanges", "    if alive.at >= wish.rate.until:\n", "    if alive.at >= 2 * wish.rate.until:\n"
    ),
}
BUGS = {
    **MOVEMENT_BUGS,
    **DISASTER_BUGS,
    **PURCHASE_BUGS,
    **INTAKE_BUGS,
    **GIFT_BUGS,
    **SHARE_BUGS,
    **EARNERS_BUGS,
    **REPAIR_BUGS,
    **PAYOUT_BUGS,
    **VERIFICATION_BUGS,
}

UNCAUGHT = "nothing"
HARMLESS = Bug(LEDGER + "lots", "MAX_LOTS = 128\n", "MAX_LOTS = 129\n")
FEW_SEEDS = 10


class _Planted(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Loads one module with the bug in it."""

    def __init__(self, bug: Bug) -> None:
        self._bug = bug
        self.loaded = False

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        found = importlib.machinery.PathFinder.find_spec(name, path) if name == self._bug.module else None
        return None if found is None else importlib.util.spec_from_loader(name, self, origin=found.origin)

    def exec_module(self, module: types.ModuleType) -> None:
        origin = module.__spec__.origin  # type: ignore[union-attr]
        text = Path(str(origin)).read_text(encoding="utf-8")
        if text.count(self._bug.right) != 1:
            raise LookupError(f"{self._bug.module} does not say {self._bug.right!r} once")
        exec(compile(text.replace(self._bug.right, self._bug.wrong), str(origin), "exec"), module.__dict__)
        self.loaded = True


def seeds_until_caught(bug: Bug, most: int = MOST_SEEDS, *, first: Sequence[int] = ()) -> int | None:
    """How many histories it took; None when none found it. The product is imported anew, with the bug in it.

    Seeds that are tried ``first`` are counted as if all before them had been tried.

    Raises:
        LookupError: the text that the bug replaces does not stand in its module, or stands there twice.
    """
    planted = _Planted(bug)
    for name in [name for name in sys.modules if name.partition(".")[0] in OURS and name != __name__]:
        del sys.modules[name]
    sys.meta_path.insert(0, planted)
    try:
        run = importlib.import_module(bug.histories).run
        if not planted.loaded:
            raise LookupError(f"{bug.module} is not what the histories run")
        for seed in (*first, *range(most)):
            _, failed = run(seed)
            if failed is not None:
                return seed + 1
        return None
    finally:
        sys.meta_path.remove(planted)


def caught_within(name: str, first: Sequence[int] = ()) -> tuple[str, int | str]:
    """A fault's name, and how many histories it took to catch it, or in words why it was not."""
    try:
        bug, most = (HARMLESS, FEW_SEEDS) if name == UNCAUGHT else (BUGS[name], MOST_SEEDS)
        found = seeds_until_caught(bug, most, first=first)
    except LookupError as error:
        return name, f"not planted: {error}"
    return name, f"not caught by {most}" if found is None else found


if __name__ == "__main__":
    for warm in WARM:
        importlib.import_module(warm)
    caught_by: dict[str, int] = json.loads(CAUGHT_BY.read_text())
    for line in sys.argv[1:] or sys.stdin:
        name = line.strip()
        print(caught_within(name, [caught_by[name]] if name in caught_by else [])[1], flush=True)
