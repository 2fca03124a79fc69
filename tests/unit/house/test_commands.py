"""The commands are listed, guarded, and the same here and in public CI."""

from __future__ import annotations

import os
import re
import subprocess
from typing import Any

import pytest
import yaml

from tests.unit.house.tree import ROOT
from tools import environment, lock

COMMANDS = {
    "help", "dev", "down", "test", "e2e", "fuzz", "simulate", "simulate-rewards", "bench", "verify", "lint", "fmt",
    "docs", "clients", "lock", "audit", "explain", "reconcile", "repair", "synth", "keys", "deploy", "destroy",
}  # fmt: skip


def make(*arguments: str) -> str:
    bare = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
    return subprocess.run(["make", *arguments], cwd=ROOT, env=bare, capture_output=True, text=True, check=True).stdout


def workflow() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text())
    return loaded


def test_a_bare_make_lists_every_command_with_a_line_each():
    lines = make().splitlines()[1:]
    listed = [line.split(maxsplit=1) for line in lines]
    assert {words[0] for words in listed} == COMMANDS
    assert all(len(words) == 2 for words in listed)


def test_every_command_of_the_makefile_is_listed():
    (phony,) = re.findall(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert set(phony.split()) == COMMANDS | {"ready"}


@pytest.mark.parametrize("command", ["deploy", "destroy", "keys", "repair"])
def test_what_touches_an_account_asks_first(command: str):
    done = make("-n", command, "STAGE=dev", "CONFIRM=dev").splitlines()
    asks = next(n for n, line in enumerate(done) if "tools/confirm.py" in line)
    acts = next(n for n, line in enumerate(done) if re.search(r"tools/(cdk|keys|repair)\.py", line))
    assert asks < acts


@pytest.mark.parametrize("command", ["dev", "down", "test", "e2e", "fuzz", "bench", "simulate", "simulate-rewards"])
def test_what_runs_on_this_machine_sees_no_credentials(command: str):
    last = make("-n", command).splitlines()[-1]
    assert "-u AWS_PROFILE" in last
    assert "AWS_SHARED_CREDENTIALS_FILE=/dev/null" in last


def test_arguments_are_passed_on():
    assert make("-n", "test", "ARGS=-k wallet").splitlines()[-1].endswith("-m pytest -n auto --dist loadfile -k wallet")


def test_public_ci_runs_what_we_run_on_every_python_that_we_support():
    (job,) = workflow()["jobs"].values()
    assert any(step.get("run") == ".ci/run" for step in job["steps"])
    assert tuple(job["strategy"]["matrix"]["python"]) == environment.TESTED == lock.PYTHONS


def test_actions_are_pinned_by_version():
    (job,) = workflow()["jobs"].values()
    used = [step["uses"] for step in job["steps"] if "uses" in step]
    assert used
    assert [action for action in used if not re.fullmatch(r"[\w/-]+@v\d+\.\d+\.\d+", action)] == []
