"""What the operations guide says of what repair leaves to a person is what repair says."""

from __future__ import annotations

import re
from typing import get_args

from cliffhanger.ledger.repairing import TornReason
from tests.unit.house.tree import ROOT

GUIDE = (ROOT / "docs" / "operations.md").read_text()
REPAIRING = GUIDE.partition("\n## Repairing settlement\n")[2].partition("\n## ")[0]


def test_every_reason_that_repair_gives_is_told_with_what_to_do_and_no_other():
    told = re.findall(r"^\| `(\w+)`.*\| (.+) \| (.+) \|$", REPAIRING, re.MULTILINE)
    assert sorted(reason for reason, _, _ in told) == sorted(get_args(TornReason))
