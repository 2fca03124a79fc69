"""The rules for tests hold: no network, no account, no warning that nobody reads, no silent skip in CI."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import warnings
from pathlib import Path

import pytest
from pytest_socket import SocketBlockedError

from tests.unit.house.tree import ROOT


def test_a_unit_test_cannot_open_a_socket():
    with warnings.catch_warnings(action="ignore"), pytest.raises(SocketBlockedError):
        socket.create_connection(("127.0.0.1", 9))


def test_a_test_sees_no_account():
    named = {name for name in os.environ if name.startswith("AWS_")}
    assert named & {"AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"} == set()
    assert os.environ["AWS_CONFIG_FILE"] == os.environ["AWS_SHARED_CREDENTIALS_FILE"] == os.devnull


def test_a_warning_is_an_error():
    with pytest.raises(DeprecationWarning):
        warnings.warn("old", DeprecationWarning, stacklevel=1)


@pytest.mark.parametrize(("no_skips", "status"), [("1", 1), ("0", 0)])
def test_where_skipping_is_no_option_a_skipped_test_fails(no_skips: str, status: int, tmp_path: Path):
    (tmp_path / "test_it.py").write_text("import pytest\n@pytest.mark.skip\ndef test_it(): ...\n")
    (tmp_path / "conftest.py").write_text("from tests.conftest import pytest_runtest_makereport\n")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", ROOT / "pyproject.toml", tmp_path],
        env={**os.environ, "NO_SKIPS": no_skips, "PYTHONPATH": str(ROOT)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == status, done.stdout
