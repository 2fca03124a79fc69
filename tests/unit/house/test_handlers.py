"""One folder is one Lambda, and a Lambda serves exactly what the two lists say."""

from __future__ import annotations

import importlib
import importlib.util
import os
import subprocess
import sys
import textwrap
from types import ModuleType

import pytest

from cliffhanger import functions, routes
from cliffhanger.functions import FUNCTIONS, FunctionSpec
from cliffhanger.routes import ROUTES, Route
from cliffhanger.web.api import RoutesMismatch
from tests.unit.house.tree import ROOT

HTTP = [spec.name for spec in FUNCTIONS if spec.trigger == "http"]
HOT = ["unlock", "wallet", "rewards", "stripe"]
TOO_HEAVY = {"stripe", "pydantic", "requests", "s3transfer", "boto3"}


def imported_afresh(function: str) -> ModuleType:
    spec = importlib.util.find_spec(f"functions.{function}.handler")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def in_a_fresh_process(code: str) -> str:
    """What a program prints that is given no settings at all, as a Lambda is not."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": f"{ROOT / 'layers/common/python'}:{ROOT}"}
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("spec", FUNCTIONS, ids=lambda spec: spec.name)
def test_every_listed_function_has_a_folder_with_a_handler(spec: FunctionSpec):
    module_name, _, attribute = spec.handler.rpartition(".")
    assert callable(getattr(importlib.import_module(module_name), attribute))


def test_every_folder_of_functions_is_listed():
    folders = {path.name for path in (ROOT / "functions").iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders == {spec.name for spec in FUNCTIONS}


@pytest.mark.parametrize("function", HTTP)
def test_a_handler_refuses_to_import_when_a_route_is_added_that_it_does_not_serve(
    function: str, monkeypatch: pytest.MonkeyPatch
):
    extra = Route("GET", "/v1/nothing", function, "getNothing", "public", "open", "Nothing")
    monkeypatch.setattr(routes, "ROUTES", (*ROUTES, extra))
    with pytest.raises(RoutesMismatch, match="getNothing"):
        imported_afresh(function)


@pytest.mark.parametrize("function", HTTP)
def test_a_handler_refuses_to_import_when_it_serves_what_no_route_names(function: str, monkeypatch: pytest.MonkeyPatch):
    first = next(route for route in ROUTES if route.function == function)
    monkeypatch.setattr(routes, "ROUTES", tuple(route for route in ROUTES if route is not first))
    with pytest.raises(RoutesMismatch, match=first.operation):
        imported_afresh(function)


def test_every_route_belongs_to_a_listed_http_function():
    assert {route.function for route in ROUTES} == set(HTTP)


def test_no_two_routes_share_a_key_or_an_operation():
    assert len({route.key for route in ROUTES}) == len({route.operation for route in ROUTES}) == len(ROUTES)


def test_no_two_functions_share_a_name():
    assert len({spec.name for spec in functions.FUNCTIONS}) == len(functions.FUNCTIONS)


def test_no_handler_reads_a_setting_opens_a_socket_or_makes_a_client_on_import():
    """A missing setting must fail the call that needs it, not the import; a cold start must not wait for a network."""
    handlers = [spec.handler.rpartition(".")[0] for spec in FUNCTIONS]
    printed = in_a_fresh_process(f"""
        import importlib, os, socket
        import botocore.session

        def refuse(*_args, **_kwargs):
            raise SystemExit("something was opened on import")

        class Watched(dict):
            def _seen(self, name):
                if name in SETTINGS:
                    raise SystemExit(f"{{name}} was read on import")
            def __getitem__(self, name):
                self._seen(name)
                return super().__getitem__(name)
            def get(self, name, default=None):
                self._seen(name)
                return super().get(name, default)

        from cliffhanger.settings import SETTINGS
        socket.socket.connect = refuse
        botocore.session.Session.create_client = refuse
        os.environ = Watched(os.environ)
        for name in {handlers!r}:
            importlib.import_module(name)
        print("quiet")
    """)
    assert printed == "quiet"


@pytest.mark.parametrize("function", HOT)
def test_a_hot_handler_loads_nothing_heavy(function: str):
    """A cold start pays for every import; an unlock must not pay for Stripe."""
    printed = in_a_fresh_process(f"""
        import sys
        import functions.{function}.handler
        print(",".join(sorted({TOO_HEAVY!r} & set(sys.modules))))
    """)
    assert printed == ""
