"""What is written of the auditor is what it does."""

from __future__ import annotations

import re

from tests.unit.house.tree import ROOT
from tools.auditing.findings import CODES

TEXT = (ROOT / "docs" / "auditor.md").read_text()


def test_every_code_is_documented_with_what_it_means_and_what_to_do():
    told = {code: (means, do) for code, means, do in re.findall(r"^\| `(\w+)` \| (.*) \| (.*) \|$", TEXT, re.MULTILINE)}
    assert told == {code: tuple(known) for code, known in CODES.items()}


def test_every_option_that_is_named_exists():
    from tools.audit import _parser

    named = set(re.findall(r"--[a-z][a-z-]*", TEXT))
    assert named
    assert named <= set(_parser()._option_string_actions)
