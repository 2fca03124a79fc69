"""One composition root for all callers, in modules by context."""

from __future__ import annotations

import inspect

import pytest

from cliffhanger import bootstrap
from tests.support.adapters import replace_in_bootstrap


def made_in(module) -> set[str]:
    """Names of the adapters that a module makes, not of those that it takes from another."""
    return {
        name
        for name, made in vars(module).items()
        if not name.startswith("_") and callable(made) and inspect.unwrap(made).__module__ == module.__name__
    }


def test_callers_find_every_adapter_in_one_place():
    adapters = set().union(*map(made_in, bootstrap.MODULES))
    assert {name for name in bootstrap.__all__ if name.islower()} - {"forget"} == adapters


def test_what_is_forgotten_is_made_again_wherever_it_is_made(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("REQUEST_SECRET", "any")
    cached = [getattr(module, name) for module in bootstrap.MODULES for name in made_in(module)]
    cached = [made for made in cached if hasattr(made, "cache_info")]
    before = bootstrap.cursors()
    bootstrap.forget()
    assert [made.cache_info().currsize for made in cached] == [0] * len(cached)
    assert bootstrap.cursors() is not before


def test_what_a_test_replaces_is_replaced_for_adapters_as_for_callers(monkeypatch: pytest.MonkeyPatch):
    given = object()
    replace_in_bootstrap(monkeypatch, "switches", lambda: given)
    knowing = [module for module in (bootstrap, *bootstrap.MODULES) if "switches" in vars(module)]
    assert len(knowing) > 2
    assert [vars(module)["switches"]() for module in knowing] == [given] * len(knowing)


def test_a_name_that_no_adapter_knows_is_not_replaced(monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(AttributeError, match="swiches"):
        replace_in_bootstrap(monkeypatch, "swiches", None)
