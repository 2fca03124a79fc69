"""The histories can fail: each deliberate fault is found."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.simulation.seeded_bugs import BUGS

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", BUGS)
def test_a_deliberate_fault_is_caught(name: str) -> None:
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'layers/common/python'}{os.pathsep}{ROOT}"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.simulation.seeded_bugs", name],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().isdigit(), "no history found it"
