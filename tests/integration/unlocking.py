"""Requests of the unlock function, as API Gateway hands them on, and the series that they are about."""

from __future__ import annotations

from typing import Any

from cliffhanger import bootstrap
from cliffhanger.catalog.domain import EpisodeLine, Pricing, SeriesPage
from cliffhanger.clock import system_clock
from functions.unlock.handler import handler
from tests.support.http import access_token, event
from tests.support.world import PAGE, PRICE, SERIES, dump

EPISODE = "/v1/series/{seriesId}/episodes/{episode}"
LONG = "long-way-home"
DAY = 86_400_000


def send(
    method: str, path: str, parameters: dict[str, str] | None = None, *, token: str | None = None, **more: Any
) -> dict[str, Any]:
    """One request; ``path`` as the route spells it. Signed in as mia where no token is given."""
    real = path
    for name, value in (parameters or {}).items():
        real = real.replace("{" + name + "}", value)
    signed = access_token() if token is None else token
    made = event(method, real, route=f"{method} {path}", path_parameters=parameters, token=signed, **more)
    return handler(made, None)


def ask(
    person: str = "mia", *, series: str = SERIES, episode: str = "2", token: str | None = None, **body: Any
) -> dict[str, Any]:
    """Unlocks one episode."""
    parameters = {"seriesId": series, "episode": episode}
    body = {"priceShownCoins": PRICE} | body
    return send("POST", EPISODE + "/unlock", parameters, token=token or access_token(person), body=body)


def ask_range(
    first: Any, last: Any, price: Any, *, series: str = LONG, token: str | None = None, **more: Any
) -> dict[str, Any]:
    """Unlocks several episodes."""
    body = {"first": first, "last": last, "priceShownCoins": price} | more
    return send("POST", "/v1/series/{seriesId}/unlock", {"seriesId": series}, token=token, body=body)


def ask_quote(
    episode: str = "2", query: dict[str, str] | None = None, *, series: str = LONG, token: str | None = None
) -> dict[str, Any]:
    return send("GET", EPISODE + "/quote", {"seriesId": series, "episode": episode}, token=token, query=query)


def put_series(count: int = 10, *, series: str = LONG, **changes: Any) -> SeriesPage:
    """A series whose first episode is free and whose others cost 10 coins, all published; changed as said."""
    lines = tuple(EpisodeLine(number, f"No {number}", None, 8_000) for number in range(1, count + 1))
    page = PAGE._replace(series=series, episodes=lines, pricing=Pricing(start=10))._replace(**changes)
    assert bootstrap.catalog_store().create(page)
    return page


def change_series(page: SeriesPage, **changes: Any) -> SeriesPage:
    after = page._replace(**changes, revision=page.revision + 1)
    assert bootstrap.catalog_store().replace(after)
    return after


def change_line(page: SeriesPage, number: int, **changes: Any) -> SeriesPage:
    lines = list(page.episodes)
    lines[number - 1] = lines[number - 1]._replace(**changes)
    return change_series(page, episodes=tuple(lines))


def tomorrow() -> int:
    return system_clock() + DAY


def stored(client: Any) -> list[Any]:
    """Everything that unlocking may touch, to see that a refusal changed not one byte."""
    return [dump(client, table) for table in ("test-ledger", "test-catalog", "test-switches")]
