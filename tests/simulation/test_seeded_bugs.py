"""The histories can fail: each deliberate fault is found."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.simulation.seeded_bugs import BUGS, CAUGHT_BY, MOST_SEEDS, UNCAUGHT

ROOT = Path(__file__).resolve().parents[2]

Planter = subprocess.Popen[str]


@pytest.fixture(scope="module")
def planter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Planter]:
    """A process that plants a bug for each name that it is told, and answers with the number of seeds it took."""
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'layers/common/python'}{os.pathsep}{ROOT}"}
    log = tmp_path_factory.mktemp("planter") / "log"
    with (
        log.open("w") as errors,
        subprocess.Popen(
            [sys.executable, "-m", "tests.simulation.seeded_bugs"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as process,
    ):
        yield process
        assert process.stdin is not None
        process.stdin.close()
    assert process.returncode == 0, log.read_text()


def told(planter: Planter, name: str) -> str:
    assert planter.stdin is not None
    assert planter.stdout is not None
    planter.stdin.write(f"{name}\n")
    planter.stdin.flush()
    return planter.stdout.readline().strip()


@pytest.mark.parametrize("name", BUGS)
def test_a_deliberate_fault_is_caught(planter: Planter, name: str) -> None:
    answer = told(planter, name)
    assert answer.isdigit(), f"no history of {MOST_SEEDS} found it: {answer}"


def test_what_caught_a_fault_is_kept_of_every_fault_that_there_is_and_no_other() -> None:
    """Who plants a fault counts it as well: without a first seed all histories would be tried, each time."""
    assert set(json.loads(CAUGHT_BY.read_text())) == set(BUGS)


def test_what_is_no_fault_is_not_caught(planter: Planter) -> None:
    """Or the histories would find everything, and nothing."""
    assert told(planter, UNCAUGHT).startswith("not caught by ")
