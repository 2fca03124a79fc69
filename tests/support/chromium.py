"""Which Chromium the tests and the bench drive."""

from __future__ import annotations

import os
import shutil

# Debian's headless shell is the same engine without a desktop browser around it: a third less CPU for each test.
_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser")


def executable() -> str | None:
    """The path of the browser that ``CHROMIUM`` names, else of the lightest one that is installed; None without any."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)
