"""What the operations guide says of a restore is true of the functions that there are."""

from __future__ import annotations

import re

from cliffhanger.functions import FUNCTIONS
from tests.unit.house.tree import ROOT

RESTORING = (ROOT / "docs" / "operations.md").read_text().partition("\n## Restoring\n")[2].partition("\n## ")[0]
WRITES = frozenset({"ledger:append", "ledger:settle"})


def test_a_restore_stops_every_function_that_writes_to_the_ledger():
    """One that is forgotten goes on in the table that is being left, and sends money by what only stands there."""
    loops = re.findall(r"^for writer in ([^;]+); do$", RESTORING, re.MULTILINE)
    assert [sorted(re.findall(r"[a-z]+", loop)) for loop in loops] == [
        sorted(spec.name for spec in FUNCTIONS if WRITES & set(spec.access))
    ]
