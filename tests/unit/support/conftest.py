"""One office a test."""

from __future__ import annotations

import pytest

from tests.unit.support.office import Office


@pytest.fixture
def office() -> Office:
    return Office()
