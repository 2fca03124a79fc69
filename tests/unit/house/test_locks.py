"""A fresh machine gets exactly what we test with, from whichever index it uses."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import lock

SOURCE = "first\nsecond<3\n"
HASH = "--hash=sha256:" + "0" * 64


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> lock.Lock:
    """A lock file that is as it must be."""
    monkeypatch.setattr(lock, "ROOT", tmp_path)
    (tmp_path / "in").write_text(SOURCE)
    made = lock.Lock("in", "out")
    write(made, f"first==1.0 \\\n    {HASH}\nsecond==2.1 ; python_version < '3.12' \\\n    {HASH}\n")
    assert lock.faults_of(made) == []
    return made


def write(made: lock.Lock, text: str) -> None:
    (lock.ROOT / made.target).write_text(f"{lock.INPUTS_LINE}{lock.fingerprint(made)}\n{text}")


def text_of(made: lock.Lock) -> str:
    return (lock.ROOT / made.target).read_text().split("\n", 1)[1]


@pytest.mark.parametrize("made", lock.LOCKS, ids=lambda made: made.target)
def test_every_lock_file_is_as_it_must_be(made: lock.Lock):
    assert lock.faults_of(made) == []


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://mirror.example/simple",
        "--find-links /somewhere",
        "first @ https://mirror.example/first.whl",
    ],
)
def test_an_address_in_a_lock_file_is_found(house: lock.Lock, line: str):
    write(house, text_of(house) + line + "\n")
    assert any("names an address" in fault for fault in lock.faults_of(house))


def test_a_requirement_without_hashes_is_found(house: lock.Lock):
    write(house, text_of(house).replace(HASH, "", 1))
    assert lock.faults_of(house) == ["out: first is not pinned with hashes"]


def test_an_input_that_was_changed_since_is_found(house: lock.Lock):
    (lock.ROOT / "in").write_text(SOURCE + "third\n")
    assert lock.faults_of(house) == [
        "out is not compiled from the present in: make lock",
        "out does not hold third: make lock",
    ]


def test_a_comment_in_the_input_asks_for_no_new_lock(house: lock.Lock):
    (lock.ROOT / "in").write_text("# why\n" + SOURCE)
    assert lock.faults_of(house) == []


def test_a_pin_outside_the_wanted_range_is_found(house: lock.Lock):
    write(house, text_of(house).replace("second==2.1", "second==3.0"))
    assert lock.faults_of(house) == ["out does not hold second<3: make lock"]


def test_a_version_that_differs_from_the_lock_above_is_found(house: lock.Lock):
    """What is tested must be what is deployed."""
    below = lock.Lock("in", "below", under="out")
    write(below, text_of(house).replace("first==1.0", "first==1.1"))
    assert lock.faults_of(below) == ["below: first==1.1 is not what out holds"]


def test_botocore_is_one_version_everywhere():
    versions = {
        entry.version
        for made in (lock.DEV, lock.RUNTIME)
        for entry in lock.entries((lock.ROOT / made.target).read_text())
        if entry.requirement.name == "botocore"
    }
    assert len(versions) == 1
