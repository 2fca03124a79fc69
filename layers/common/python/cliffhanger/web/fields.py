"""Fields that several routes share, with their bounds."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

SeriesId = Annotated[
    str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$", description="A series", examples=["the-last-train"])
]
EpisodeNumber = Annotated[int, Meta(ge=1, le=9_999, description="An episode's number, counted from 1", examples=[2])]
