"""What the written documents say must be there: words, files, commands."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.house.tree import PRODUCT, ROOT, files, modules

PAGES = [path for path in files() if path.suffix == ".md"]
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text()
MAKEFILE = (ROOT / "Makefile").read_text()


def glossary() -> Iterator[tuple[str, list[str]]]:
    """Each word with those that are not to be said in its place."""
    for line in GLOSSARY.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 3 and line.startswith("| ") and cells[0] != "word":
            yield cells[0], [word.strip() for word in cells[2].split(",") if word.strip()]


WORDS = dict(glossary())


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_the_glossary_has_words():
    assert len(WORDS) > 40


@pytest.mark.parametrize("word", WORDS)
def test_every_word_of_the_glossary_is_in_use_in_the_code(word: str):
    pattern = re.compile(rf"(?<![a-z]){word}(?:e?s|ed|ing)?(?![a-z])", re.IGNORECASE)
    assert any(pattern.search(source) for _, source in modules(*PRODUCT, "infra", "local", "tools"))


def test_no_word_is_both_right_and_wrong():
    wrong = {word for words in WORDS.values() for word in words}
    assert wrong & set(WORDS) == set()


def test_no_wrong_word_is_given_twice():
    wrong = [word for words in WORDS.values() for word in words]
    assert len(set(wrong)) == len(wrong)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_between_documents_leads_somewhere(page: Path):
    links = re.findall(r"\]\((?!https?:|#)([^)#\s]+)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_make_command_in_a_document_exists(page: Path):
    commands = set(re.findall(r"(?:^|`|\$ )make ([a-z0-9]+)", page.read_text(), re.MULTILINE))
    assert {command for command in commands if not re.search(rf"^{command}:", MAKEFILE, re.MULTILINE)} == set()


def descriptions_of_alarms() -> list[str]:
    """The longest fixed part of each alarm's description: the fifth argument of ``alarm_at``."""
    found = []
    for _, source in modules("infra"):
        tree = ast.parse(source)
        named = {
            node.targets[0].id: node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "alarm_at":
                why = node.args[4]
                why = named[why.id] if isinstance(why, ast.Name) else why
                parts = why.values if isinstance(why, ast.JoinedStr) else [why]
                texts = [str(part.value) for part in parts if isinstance(part, ast.Constant)]
                found.append(max(texts, key=len).split(":")[0].strip())
    return found


def test_there_are_alarms_to_look_for():
    assert len(descriptions_of_alarms()) >= 7


@pytest.mark.parametrize("description", sorted(set(descriptions_of_alarms())))
def test_the_operations_guide_knows_every_alarm(description: str):
    """Whoever is woken at night searches the guide for the words of the alarm."""
    guide = " ".join((ROOT / "docs" / "operations.md").read_text().split())
    assert description in guide
