"""The pages list what the code has: every error, setting, route and function."""

from __future__ import annotations

import json

import pytest

from cliffhanger.errors import PROBLEMS, CliffhangerError, problem_of
from cliffhanger.events.schemas import EVENT_SCHEMAS
from cliffhanger.functions import FUNCTIONS
from cliffhanger.routes import ROUTES
from cliffhanger.settings import SETTINGS
from tools import docs

ROOT = docs.ROOT
ERRORS = docs.every_error()
GROUPS = {error for error in ERRORS if "code" not in vars(error)}
"""Branches of the tree, which no one raises as such, and the root's own code."""


def rows_of(page: str) -> set[str]:
    text = (ROOT / "docs" / page).read_text()
    return {line.split("`")[1] for line in text.splitlines() if line.startswith("| `")}


def test_the_pages_in_the_repository_are_up_to_date(capsys: pytest.CaptureFixture[str]):
    assert docs.main(["--check"]) == 0, capsys.readouterr().err


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.__name__)
def test_every_error_says_what_it_means(error: type[CliffhangerError]):
    assert vars(error).get("__doc__"), f"{error.__name__} has no docstring of its own"
    assert docs.meaning(error).endswith((".", ";"))


@pytest.mark.parametrize("error", [e for e in ERRORS if e not in GROUPS], ids=lambda error: error.__name__)
def test_every_error_with_a_code_has_a_row(error: type[CliffhangerError]):
    assert error in PROBLEMS
    assert error.code in rows_of("errors.md")


def test_no_two_errors_share_a_code():
    codes = [error.code for error in ERRORS if error not in GROUPS]
    assert len(set(codes)) == len(codes)


def test_an_error_without_a_row_appears_as_its_nearest_ancestor():
    class Unheard(KeyErrorOfOurs):
        """A child without a row."""

    assert problem_of(Unheard()) == problem_of(KeyErrorOfOurs())


class KeyErrorOfOurs(CliffhangerError):
    """Without a row either, so that both appear as a fault of ours."""


def test_every_setting_route_function_and_event_is_documented():
    documented = rows_of("reference.md")
    assert documented == {
        *SETTINGS,
        *(route.key for route in ROUTES),
        *(spec.name for spec in FUNCTIONS),
        *(name for name, _ in EVENT_SCHEMAS),
    }


def test_every_event_has_a_section_with_what_it_carries_and_an_example():
    text = (ROOT / "docs" / "events.md").read_text()
    sections = dict(part.split("\n", 1) for part in text.split("\n## ")[1:])
    assert set(sections) == {name for name, _ in EVENT_SCHEMAS}
    for (name, _), schema in EVENT_SCHEMAS.items():
        for member in schema["properties"]:
            assert f"| `{member}` |" in sections[name]
        example = json.loads(sections[name].split("```json\n")[1].split("```")[0])
        assert (example["type"], example["data"]) == (name, schema["examples"][0])


def test_a_stale_page_is_found(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(docs.PAGES, "docs/errors.md", lambda: "something else\n")
    assert docs.main(["--check"]) == 1
