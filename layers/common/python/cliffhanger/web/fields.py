"""Fields that several routes share, with their bounds."""

from __future__ import annotations

import re
from typing import Annotated

from msgspec import Meta, Struct

DEFAULT_LIMIT = 20
MAX_LIMIT = 100
MAX_KEY_CHARS = 64
MAX_CURSOR_CHARS = 512
MAX_DEVICE_CHARS = 64
KEY_HEADER = "idempotency-key"
KEY_PATTERN = re.compile(rf"[!-~]{{1,{MAX_KEY_CHARS}}}")
"""Visible ASCII. The key is taken as it comes: quotes around it, as structured fields have them, are a part of it."""


def whole(pattern: str) -> str:
    """A pattern that the whole text must match, in Python and in JSON Schema: ``$`` alone lets a line feed follow."""
    return rf"^{pattern}$(?!\n)"


ID = "[a-z0-9][a-z0-9-]{0,31}"
"""How ids are written that are ours, or that operators give."""
SeriesId = Annotated[str, Meta(pattern=whole(ID), description="A series", examples=["the-last-train"])]
EpisodeNumber = Annotated[int, Meta(ge=1, le=9_999, description="An episode's number, counted from 1", examples=[2])]
Version = Annotated[
    str,
    Meta(pattern=whole(ID), description="A published version", examples=["7k2m9x4q0v5t8w1z"]),
]
Limit = Annotated[int, Meta(ge=1, le=MAX_LIMIT, description="At most so many items", examples=[DEFAULT_LIMIT])]
Device = Annotated[
    str,
    Meta(
        pattern=whole(f"[A-Za-z0-9_-]{{1,{MAX_DEVICE_CHARS}}}"),
        description="A random id that the app makes once on a device, and of nothing that the device is known by",
        examples=["f3Qx9_mB2tKc"],
    ),
]
Cursor = Annotated[
    str,
    Meta(
        max_length=MAX_CURSOR_CHARS,
        description="`nextCursor` of the page before; opaque, and good for the same list and caller only",
    ),
]
Seq = Annotated[int, Meta(ge=1, le=999_999_999, description="An entry's number on its chain", examples=[3])]
IdempotencyKey = Annotated[
    str,
    Meta(
        pattern=whole(KEY_PATTERN.pattern),
        description="Of the client's own making, and the same one whenever this request is tried again: then it"
        " answers with what it did the first time. Visible ASCII",
        examples=["8e03978e-40d5-43dd-bc93-6894a57f9324"],
    ),
]
Account = Annotated[
    str,
    Meta(
        pattern=whole(f"[a-z]{{1,16}}(:{ID}){{1,3}}"),
        max_length=100,
        description="The address of an account",
        examples=["viewer:4h7d9k2m8q1r5t0v"],
    ),
]


class ListQuery(Struct, rename="camel"):
    """Which page of a list: without a cursor the first."""

    limit: Limit = DEFAULT_LIMIT
    cursor: Cursor = ""
