"""The structured log. Personal data and tokens never go into it; person ids are pseudonyms and may."""

from __future__ import annotations

import functools
import os

from aws_lambda_powertools.logging import Logger


@functools.cache
def logger() -> Logger:
    """The function's logger: one JSON object a line, with the stage as its service."""
    return Logger(
        service=f"cliffhanger-{os.environ.get('STAGE', 'unset')}",
        level=os.environ.get("LOG_LEVEL", "INFO"),
        utc=True,
        use_rfc3339=True,
    )
