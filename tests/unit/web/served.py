"""Handlers that serve what a test gives them, and a limiter of their own."""

from __future__ import annotations

from cliffhanger.clock import system_clock
from cliffhanger.rates.service import Limiter
from cliffhanger.routes import ROUTES, Route, routes_of
from cliffhanger.web.api import Answer, Api, Operation, build_api
from tests.unit.rates.counts import Counts


def limiter() -> Limiter:
    """One that has seen nobody yet."""
    return Limiter(Counts(), system_clock, lambda: None)


def api_with(function: str, limiting: Limiter | None = None, /, **operations: Operation) -> Api:
    """A handler of a function's routes: the given operations, and for the others one that answers 200."""
    made = limiting or limiter()
    others = {route.operation: Operation(lambda _: Answer(200, {})) for route in routes_of(function)}
    return build_api(function, others | operations, lambda: made)


def some_route(*, auth: str) -> Route:
    """The first route of a kind."""
    return next(route for route in ROUTES if route.auth == auth)
