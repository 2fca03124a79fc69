"""Settings of a function, and the issuer's keys without a network."""

from __future__ import annotations

import pytest

from cliffhanger.clock import system_clock
from cliffhanger.web import api
from cliffhanger.web.tokens import KeySet
from tests.support.http import SETTINGS, key_set


@pytest.fixture(autouse=True)
def settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(api, "_keys", lambda: KeySet(key_set, system_clock))
