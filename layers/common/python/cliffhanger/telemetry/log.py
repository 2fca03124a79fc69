"""The structured log: one JSON object a line on standard output, which Lambda hands to CloudWatch.

Personal data and tokens never go into it; person ids are pseudonyms and may. Standard library only: Powertools' logger
alone would cost a sixth of a cold start (docs/adr/0003).
"""

from __future__ import annotations

import functools
import json
import os
import sys
import traceback
from datetime import UTC, datetime

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


class Log:
    """Writes lines of at least one level. Fields are plain values; what is not becomes text."""

    def __init__(self, service: str, lowest: str) -> None:
        self._service = service
        self._lowest = LEVELS.index(lowest) if lowest in LEVELS else LEVELS.index("INFO")

    def debug(self, message: str, **fields: object) -> None:
        """What helps to follow one call."""
        self._write("DEBUG", message, fields)

    def info(self, message: str, **fields: object) -> None:
        """What happened, as it should."""
        self._write("INFO", message, fields)

    def warning(self, message: str, **fields: object) -> None:
        """What happened as it should not, and was dealt with."""
        self._write("WARNING", message, fields)

    def exception(self, message: str, **fields: object) -> None:
        """A fault, with the trace of the exception that is being handled."""
        self._write("ERROR", message, {**fields, "trace": traceback.format_exc()})

    def _write(self, level: str, message: str, fields: dict[str, object]) -> None:
        if LEVELS.index(level) < self._lowest:
            return
        line = {
            "level": level,
            "message": message,
            "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "service": self._service,
            **fields,
        }
        sys.stdout.write(json.dumps(line, default=str) + "\n")
        sys.stdout.flush()


@functools.cache
def logger() -> Log:
    """The function's log, with the stage in its service's name."""
    return Log(f"cliffhanger-{os.environ.get('STAGE', 'unset')}", os.environ.get("LOG_LEVEL", "INFO"))
