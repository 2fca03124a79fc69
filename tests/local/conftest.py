"""Emulators for the tests of ``local/``: one with the project's patches, one as it is installed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from local import patches
from tests.local.emulators import Emulator, start_emulator


@pytest.fixture(scope="session")
def patched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """An emulator with every patch."""
    emulator = start_emulator(tmp_path_factory.mktemp("patched"))
    yield emulator
    emulator.children.stop()


@pytest.fixture(scope="session")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """An emulator with no patch at all."""
    emulator = start_emulator(tmp_path_factory.mktemp("stock"), without=patches.NAMES)
    yield emulator
    emulator.children.stop()
