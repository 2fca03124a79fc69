"""Another adapter, or another clock or client, wherever ``cliffhanger.bootstrap`` makes adapters with it."""

from __future__ import annotations

from typing import Any

import pytest

from cliffhanger import bootstrap


def replace_in_bootstrap(monkeypatch: pytest.MonkeyPatch, name: str, value: Any) -> None:
    """Gives callers of ``bootstrap``, and adapters that are made with it, ``value`` under a name that they know.

    Raises:
        AttributeError: none of them knows it.
    """
    knowing = [module for module in (bootstrap, *bootstrap.MODULES) if hasattr(module, name)]
    if not knowing:
        raise AttributeError(name)
    for module in knowing:
        monkeypatch.setattr(module, name, value)
