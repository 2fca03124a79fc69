"""What clients are told of payouts is what there is: every rule, status and word for waiting, and no other."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

from cliffhanger.payouts import domain, standing, tallies
from cliffhanger.payouts.domain import RULES, STATUSES
from cliffhanger.payouts.noting import WaitsFor

ROOT = Path(__file__).parents[3]
GUIDE = (ROOT / "docs/payouts.md").read_text()


def told(head: str) -> dict[str, str]:
    """The rows of the table with that head, by their first word."""
    table = GUIDE.split(f"\n| {head} |")[1].split("\n\n")[0]
    return dict(re.findall(r"^\| `(\w+)` \|(.*)\|$", table, re.MULTILINE))


def test_a_client_is_told_every_rule_status_and_word_for_waiting() -> None:
    assert tuple(told("rule")) == RULES
    assert tuple(told("status")) == STATUSES
    assert tuple(told("`waitsFor`")) == get_args(WaitsFor)


def test_a_client_is_told_what_each_refusal_carries() -> None:
    """By the calls that refuse: what is passed beside the words is what the problem carries."""
    code = "".join(Path(str(module.__file__)).read_text() for module in (domain, standing, tallies))
    carried: dict[str, set[str]] = {"cooling_off": {"until"}}
    for rule, more in re.findall(r'refuse\("(\w+)", [^=\n]*?((?:, \w+=[^\n]*)?)\)\n', code):
        carried.setdefault(rule, set()).update(re.findall(r"(\w+)=", more))
    assert len(carried) > 8
    for rule, members in carried.items():
        last = told("rule")[rule].rsplit("|", 1)[-1]
        assert set(re.findall(r"`(\w+)`", last)) == members, rule
