"""The root of all errors."""

from __future__ import annotations

from typing import ClassVar


class CliffhangerError(Exception):
    """Root of the tree. ``code`` is stable; keyword arguments become members of the problem document."""

    code: ClassVar[str] = "internal_error"

    def __init__(self, detail: str = "", **members: object) -> None:
        super().__init__(detail)
        self.detail = detail
        self.members = members
