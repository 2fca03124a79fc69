"""Deliberate faults, planted one at a time into the shipped code, to see that the histories find each of them.

``python -m tests.simulation.seeded_bugs NAME`` plants one and prints the number of seeds until it was caught.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import sys
import types
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

MOST_SEEDS = 200


class Bug(NamedTuple):
    """A piece of a module's text and what stands there instead."""

    module: str
    right: str
    wrong: str


BUGS = {
    "the reference is read before the head": Bug(
        "cliffhanger.ledger.journal",
        "            head = store.head(account)\n            answered = decide(store.references(account, prefix))\n",
        "            answered = decide(store.references(account, prefix))\n            head = store.head(account)\n",
    ),
    "a refusal comes before the reference": Bug(
        "cliffhanger.ledger.journal",
        "            answered = decide(",
        "            plan(head, pace.clock())\n            answered = decide(",
    ),
    "a place on the chain can be taken twice": Bug(
        "cliffhanger.ledger.store",
        '_FREE = Path("account").does_not_exist()',
        '_FREE = Path("account").does_not_exist() | Path("account").exists()',
    ),
    "a lost reply counts as written": Bug(
        "cliffhanger.ledger.store",
        "                raise Unclear(str(error)) from error\n            raise\n        return True",
        "                return True\n            raise\n        return True",
    ),
    "a claim does not look for its mark": Bug("cliffhanger.ledger.store", ") & Path(claim.mark).does_not_exist()", ")"),
    "what is settled already is tried for ever": Bug(
        "cliffhanger.ledger.settling",
        "        for claim in (*outcome.settled, *outcome.broken):\n",
        "        for claim in outcome.broken:\n",
    ),
    "only the first source of a batch is claimed": Bug(
        "cliffhanger.ledger.settlement",
        "for entry in sources)\n    return Batch",
        "for entry in sources[:1])\n    return Batch",
    ),
    "time runs backwards": Bug("cliffhanger.ledger.entries", "now if head is None else max(now, head.at)", "now"),
    "one coin too few is enough": Bug("cliffhanger.ledger.movements", "available < amount", "available < amount - 1"),
    "the first coin of a lot takes all its cash": Bug(
        "cliffhanger.ledger.lots", "lot.cash * coins // lot.coins", "lot.cash"
    ),
    "a covering unlock is not found": Bug(
        "cliffhanger.unlocks.domain", "    return standing(known, series, episode).covered_by", "    return None"
    ),
    "a retry makes a new generation": Bug(
        "cliffhanger.unlocks.service",
        "return answered_by(references, request.series, request.episode, request.generation)",
        "return None",
    ),
    "a debit settles as a credit": Bug(
        "cliffhanger.ledger.settlement",
        "postings.append(Posting(unit, -total, OWN, SOURCES))",
        "postings.append(Posting(unit, -total, SOURCES, OWN))",
    ),
}


class _Planted(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Loads one module with the bug in it."""

    def __init__(self, bug: Bug) -> None:
        self._bug = bug

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


def seeds_until_caught(bug: Bug) -> int | None:
    """How many histories it took; None when none found it. Must run before the product is imported."""
    sys.meta_path.insert(0, _Planted(bug))
    from tests.simulation.histories import run

    for seed in range(MOST_SEEDS):
        try:
            run(seed)
        except Exception:  # noqa: BLE001 - however it shows, it was found
            return seed + 1
    return None


if __name__ == "__main__":
    print(seeds_until_caught(BUGS[sys.argv[1]]))
