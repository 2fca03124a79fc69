"""What holds for every test: no socket but where one is the point, no real account, and in CI no silent skip."""

from __future__ import annotations

import functools
import gc
import os
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from hypothesis import HealthCheck, settings

HERE = Path(__file__).parent
LOOPBACK = ["127.0.0.1", "::1", "localhost"]
WITH_SOCKETS = (HERE / "local", HERE / "e2e")
"""Folders whose tests talk to processes on this machine. All others run with sockets blocked (pyproject.toml)."""

for name in [name for name in os.environ if name.startswith("AWS_")]:
    del os.environ[name]
OURS = {
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}
os.environ |= OURS

# Each test makes sessions of its own, each of which would read and keep the same twenty megabytes of service models.
botocore.session.create_loader = functools.cache(botocore.session.create_loader)

# How fast a machine is never decides a test.
settings.register_profile("cliffhanger", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.load_profile("cliffhanger")


@pytest.fixture(autouse=True, scope="module")
def _thawed() -> Iterator[None]:
    """A function freezes what it has imported, for good; a run of tests starts hundreds of them, and would keep all."""
    yield
    gc.unfreeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if any(folder in item.path.parents for folder in WITH_SOCKETS):
            item.add_marker(pytest.mark.allow_hosts(LOOPBACK))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, Any, Any]:
    """Fails the test that leaves an account in the environment, and not the one that happens to look next."""
    ended = yield
    left = {name for name in os.environ if name.startswith("AWS_")} - OURS.keys()
    for name in left:
        del os.environ[name]
    assert not left, f"{item.nodeid} leaves {sorted(left)} in the environment"
    return ended


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    """With ``NO_SKIPS=1`` a skipped test fails: what CI did not run, it did not show."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("NO_SKIPS") == "1":
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, and NO_SKIPS=1 allows none: {report.longrepr}"
    return report
