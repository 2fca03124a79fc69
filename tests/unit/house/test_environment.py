"""Nothing half installed is taken for whole."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tools import environment


@pytest.fixture
def venv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An environment that is whole."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").touch()
    monkeypatch.setattr(environment, "VENV", tmp_path)
    monkeypatch.setattr(environment, "PYTHON", tmp_path / "bin" / "python")
    monkeypatch.setattr(environment, "STAMP", tmp_path / ".locks")
    monkeypatch.setattr(environment, "UNDER_WAY", tmp_path / ".under-way")
    (tmp_path / ".locks").write_text(f"{environment.VERSION} {environment.fingerprint()}\n")
    assert environment.is_ready(exactly=True)
    return tmp_path


def test_an_installation_that_was_cut_short_is_made_anew(venv: Path):
    (venv / ".under-way").touch()
    assert not environment.is_ready(exactly=False)
    assert not environment.is_usable(exactly=False)


def test_another_lock_file_asks_for_an_installation(venv: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch):
    other = tmp_path_factory.mktemp("other") / "dev.txt"
    other.write_text("first==1.0\n")
    monkeypatch.setattr(environment, "LOCK", other)
    assert not environment.is_ready(exactly=False)


def test_a_python_that_is_gone_asks_for_a_new_environment(venv: Path):
    (venv / "bin" / "python").unlink()
    assert not environment.is_ready(exactly=False)
    assert not environment.is_usable(exactly=False)


def test_another_python_is_wanted_only_when_it_was_named(venv: Path):
    (venv / ".locks").write_text(f"3.0 {environment.fingerprint()}\n")
    assert environment.is_ready(exactly=False)
    assert not environment.is_ready(exactly=True)


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Collecting av==15.1.0 (from -r dev.txt)", "av"),
        ("Requirement already satisfied: ruamel.yaml==1 in x", "ruamel.yaml"),
        ("  Using cached av.whl", None),
    ],
)
def test_progress_counts_packages_and_nothing_else(line: str, name: str | None):
    found = environment.PACKAGE.match(line)
    assert (found[1] if found else None) == name


def chosen(*names: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """What ``tools/python.sh`` says when only these are to choose from."""
    given = {"PATH": os.environ["PATH"], "PYTHON": " ".join(str(folder / name) for name in names)}
    script = environment.ROOT / "tools" / "python.sh"
    return subprocess.run(["sh", script], env=given, capture_output=True, text=True, check=False)


@pytest.fixture
def pythons(tmp_path: Path) -> Path:
    """A Python that is too old, one without venv, one that does not start, and one that fits."""
    for name, body in {
        "old": 'case "$*" in *version_info*) exit 1;; -V) echo "Python 3.10.1";; esac',
        "bare": 'case "$*" in *ensurepip*) exit 1;; -V) echo "Python 3.12.1";; esac',
        "broken": "exit 127",
        "good": "exit 0",
    }.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{body}\n")
        (tmp_path / name).chmod(0o755)
    return tmp_path


def test_the_first_python_that_fits_is_taken(pythons: Path):
    assert chosen("old", "bare", "broken", "good", folder=pythons).stdout.strip() == str(pythons / "good")


def test_when_none_fits_the_message_says_what_was_found_and_what_to_do(pythons: Path):
    done = chosen("old", "bare", "broken", "absent", folder=pythons)
    assert done.returncode == 1
    assert f"too old: {pythons / 'old'} (Python 3.10.1)" in done.stderr
    assert f"without venv or pip: {pythons / 'bare'} (Python 3.12.1)" in done.stderr
    assert "apt install" in done.stderr
