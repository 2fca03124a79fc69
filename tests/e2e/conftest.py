"""The running platform: the one that ``CLIFFHANGER_OUTPUTS`` names, this checkout's, or one started for the session."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from local.cast import USERS, sign_in
from local.environment import ROOT
from local.lock import holder
from local.paths import LOCK, OUTPUTS
from tests.e2e.client import Platform


@pytest.fixture(scope="session")
def platform() -> Iterator[Platform]:
    named = os.environ.get("CLIFFHANGER_OUTPUTS")
    if named:
        yield Platform(json.loads(Path(named).read_text()))
        return
    running = holder(LOCK) is not None
    if not running:
        subprocess.run([sys.executable, "-m", "local", "up", "--detach"], cwd=ROOT, check=True)
    try:
        yield Platform(json.loads(OUTPUTS.read_text()))
    finally:
        if not running:
            subprocess.run([sys.executable, "-m", "local", "down"], cwd=ROOT, check=True)


@pytest.fixture
def viewer(platform: Platform) -> str:
    """The token of a new viewer with 100 bought coins and 30 bonus coins."""
    token = platform.new_person()[1]
    platform.give_coins(token)
    return token


@pytest.fixture(scope="session")
def penniless(platform: Platform) -> str:
    """The token of a viewer who never had a coin."""
    return platform.new_person()[1]


@pytest.fixture(scope="session")
def stranger(platform: Platform) -> str:
    """The token of a creator who owns no series."""
    return platform.new_person("creator")[1]


@pytest.fixture(scope="session")
def rich(platform: Platform) -> str:
    """The token of a viewer who could pay, so that nothing is refused for want of coins."""
    token = platform.new_person()[1]
    platform.give_coins(token)
    return token


@pytest.fixture(scope="session")
def creator(platform: Platform) -> str:
    """The token of the creator who owns the demo's series."""
    (cleo,) = [user for user in USERS if user.name == "cleo"]
    return sign_in(platform.emulator, platform.outputs["clientId"], cleo)


@pytest.fixture
def unchanged(platform: Platform, rich: str) -> Iterator[None]:
    """The ledger and the catalog hold after the test exactly what they held before it."""
    before = {"ledger": platform.settled_rows(), "catalog": platform.rows("catalog")}
    yield
    after = {"ledger": platform.settled_rows(), "catalog": platform.rows("catalog")}
    assert after == before


@pytest.fixture(scope="session")
def foreign_key() -> rsa.RSAPrivateKey:
    """A key that is nobody's."""
    return rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
