"""What an ad network is answered."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct


class CallbackAnswer(Struct, rename="camel"):
    """The same for every callback that is genuine: what has come of it is the viewer's to know."""

    outcome: Literal["taken"] = "taken"
