"""A desk with a hundred bought coins and the clock standing."""

from __future__ import annotations

import pytest

from tests.unit.unlocks.desk import Desk


@pytest.fixture
def desk() -> Desk:
    made = Desk()
    made.buy()
    return made
