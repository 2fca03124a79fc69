"""A creator with money, of whom most tests of payouts tell."""

from __future__ import annotations

import pytest

from tests.support.payouts import House


@pytest.fixture
def house() -> House:
    made = House()
    made.earn(50_000)
    return made
