"""What is short can be read whole. A longer one stands here, with its reason."""

from __future__ import annotations

import ast
import functools

from tests.unit.house.tree import CODE, modules

MODULE_LINES = 300
TEST_LINES = 450
"""A test module reads from top to bottom, promise by promise, and may be longer."""
FUNCTION_LINES = 70

LONGER_MODULES: dict[str, str] = {
    "layers/common/python/cliffhanger/errors/__init__.py": "the one name of every error, one after another",
    "layers/common/python/cliffhanger/functions.py": "the only list of functions, a row after another",
    "layers/common/python/cliffhanger/routes.py": "the only list of routes, a row after another",
    "tools/verify_anchor.py": "one file that people download, and run with nothing else",
    "tools/verify_receipt.py": "one file that people download, and run with nothing else",
    "tools/verify_statement.py": "one file that people download, and run with nothing else",
}
LONGER_FUNCTIONS: dict[str, str] = {}


def long_modules() -> set[str]:
    return {
        name
        for name, source in modules(*CODE)
        if source.count("\n") > (TEST_LINES if name.startswith("tests/") else MODULE_LINES)
    }


@functools.cache
def long_functions() -> frozenset[str]:
    return frozenset(
        f"{name}:{node.name}"
        for name, source in modules(*CODE)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > FUNCTION_LINES
    )


def test_modules_are_short():
    assert long_modules() - set(LONGER_MODULES) == set()


def test_functions_are_short():
    assert long_functions() <= set(LONGER_FUNCTIONS)


def test_no_exception_outlives_its_need():
    assert set(LONGER_MODULES) - long_modules() == set()
    assert set(LONGER_FUNCTIONS) <= long_functions()
