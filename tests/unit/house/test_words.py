"""What no file of ours says."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

import pytest

from tests.unit.house.tree import PRODUCT, modules, texts

# Put together here, so that this file does not say them either.
REGISTRIES = re.compile(
    "|".join(["py" + r"pi\.org", "pythonhosted" + r"\.org", "npm" + r"js\.org", "yarn" + r"pkg\.com"])
)
MACHINE_PATHS = re.compile(r"(?<![\w.*}-])/(?:" + "work|root|home/[a-z]+|Users/[A-Za-z]+|tmp" + r")/\w")
UNFINISHED = re.compile(r"\b(?:" + "|".join(["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"]) + r")\b")


def saying(pattern: re.Pattern[str], within: Iterable[tuple[str, str]]) -> list[str]:
    return [
        f"{name}:{number}: {line.strip()[:100]}"
        for name, text in within
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def test_no_file_names_a_package_registry():
    """A lock file must install from a mirror as well, and nothing may be fetched behind the locks."""
    assert saying(REGISTRIES, texts()) == []


def test_no_file_names_a_path_of_one_machine():
    assert saying(MACHINE_PATHS, texts()) == []


def test_nothing_is_left_for_later_in_a_comment():
    assert saying(UNFINISHED, texts()) == []


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        (REGISTRIES, "https://" + "py" + "pi.org/simple"),
        (MACHINE_PATHS, "open('/" + "work/main/x')"),
        (MACHINE_PATHS, "see /" + "tmp/notes"),
        (UNFINISHED, "# TO" + "DO: later"),
    ],
)
def test_the_patterns_find_what_they_are_for(pattern: re.Pattern[str], line: str):
    assert saying(pattern, [("x", line)])


def test_no_product_code_guards_with_an_assertion():
    """``python -O`` drops assertions; a rule about money must raise."""
    asserting = [
        f"{name}:{node.lineno}"
        for name, source in modules(*PRODUCT)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Assert)
    ]
    assert asserting == []
