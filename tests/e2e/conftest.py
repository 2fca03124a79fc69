"""The running platform: the one that ``CLIFFHANGER_OUTPUTS`` names, this checkout's, or one started for the session."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from local.environment import ROOT
from local.lock import holder
from local.paths import LOCK, OUTPUTS
from tests.e2e.client import Platform

RICH_PEOPLE = 4


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
def home(platform: Platform) -> Platform:
    """The platform, asked from a home of a test's own: what others have earned raises no suspicion here."""
    return platform.at_a_home_of_its_own()


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
def rich_people(platform: Platform) -> Iterator[str]:
    """The tokens of some viewers who could pay, round and round: one alone would come upon the limits on requests."""
    tokens = [platform.new_person()[1] for _ in range(RICH_PEOPLE)]
    for token in tokens:
        platform.give_coins(token)
    return itertools.cycle(tokens)


@pytest.fixture
def rich(rich_people: Iterator[str]) -> str:
    """The token of a viewer who could pay, so that nothing is refused for want of coins."""
    return next(rich_people)


@pytest.fixture(scope="session")
def creator(platform: Platform) -> str:
    """The token of the creator who owns the demo's series."""
    return platform.token_of("cleo")


@pytest.fixture(scope="session")
def member(platform: Platform) -> str:
    """The token of the demo's member."""
    return platform.token_of("mel")


@pytest.fixture(scope="session")
def operator(platform: Platform) -> str:
    """The token of an operator."""
    return platform.token_of("opal")


@pytest.fixture(scope="session")
def second_operator(platform: Platform) -> str:
    """The token of another operator, who may approve what the first has asked for."""
    return platform.token_of("otis")


@pytest.fixture(scope="session")
def whole_story(platform: Platform) -> None:
    """All of the demo's episodes are published: the later ones follow while the platform runs already."""
    platform.wait_for_story()


@pytest.fixture
def unchanged(platform: Platform, rich: str, whole_story: None) -> Iterator[None]:
    """The ledger and the catalog hold after the test exactly what they held before it."""
    before = {"ledger": platform.settled_rows(), "catalog": platform.rows("catalog")}
    yield
    after = {"ledger": platform.settled_rows(), "catalog": platform.rows("catalog")}
    assert after == before


@pytest.fixture(scope="session")
def foreign_key() -> rsa.RSAPrivateKey:
    """A key that is nobody's."""
    return rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
