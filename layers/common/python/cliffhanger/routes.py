"""The only list of HTTP routes. Plain data, standard library only.

Read by the infrastructure (routes and integrations), the web layer (a handler that does not serve exactly its
routes refuses to import), the OpenAPI document and the docs. Paths use API Gateway's ``{name}`` syntax.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Auth = Literal["public", "viewer", "creator", "grant"]
"""Who may call: anyone; a signed-in person; a member of the ``creator`` group; the bearer of a playback signature."""


class Route(NamedTuple):
    """One HTTP route: what API Gateway matches, which function serves it and who may call it."""

    method: str
    path: str
    function: str
    operation: str
    auth: Auth
    summary: str

    @property
    def key(self) -> str:
        """API Gateway's route key, for example ``GET /v1/series``."""
        return f"{self.method} {self.path}"


ROUTES: tuple[Route, ...] = (
    Route("GET", "/v1/series", "catalog", "listSeries", "public", "Published series, newest first"),
    Route("GET", "/v1/series/{seriesId}", "catalog", "getSeries", "public", "One series with its episodes and prices"),
    Route("GET", "/v1/wallet", "wallet", "getWallet", "viewer", "What the viewer holds, lot by lot"),
    Route(
        "POST",
        "/v1/series/{seriesId}/episodes/{episode}/unlock",
        "unlock",
        "unlockEpisode",
        "viewer",
        "Unlock one episode with coins, exactly once",
    ),
    Route(
        "POST",
        "/v1/series/{seriesId}/episodes/{episode}/playback",
        "playback",
        "startPlayback",
        "viewer",
        "Grant playback of a free or unlocked episode, by cookie or by signed query",
    ),
    Route(
        "GET",
        "/v1/playlists/{seriesId}/{episode}/{version}/{playlist}",
        "playback",
        "getPlaylist",
        "grant",
        "A playlist whose every address carries the caller's signed query",
    ),
    Route(
        "POST",
        "/v1/studio/series/{seriesId}/episodes/{episode}/uploads",
        "studio",
        "createUpload",
        "creator",
        "A presigned form to upload one episode's video",
    ),
    Route(
        "GET",
        "/v1/studio/uploads/{uploadId}",
        "studio",
        "getUpload",
        "creator",
        "How far an upload has come, or why it failed",
    ),
)


FALLBACK_FUNCTION = "catalog"
"""Serves API Gateway's ``$default`` route, so that an unknown path is a problem document too."""


def routes_of(function: str) -> tuple[Route, ...]:
    """The routes that one function serves."""
    return tuple(route for route in ROUTES if route.function == function)
