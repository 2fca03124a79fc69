"""The structured log: one JSON object a line on standard output, which Lambda hands to CloudWatch.

Personal data and tokens never go into it; person ids are pseudonyms and may. Standard library only: Powertools' logger
alone would cost a sixth of a cold start (docs/adr/0003).
"""

from __future__ import annotations

import functools
import json
import os
import sys
import time
import traceback

from cliffhanger.clock import rfc3339, system_clock

NAMESPACE = "Cliffhanger"
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

    def counted(self, message: str, metric: str, **fields: object) -> None:
        """What was dealt with and must not stay unseen: a warning that CloudWatch counts by itself, for hot paths.

        Source: CloudWatch, "Specification: Embedded metric format". Written whatever the lowest level is.
        """
        directive = {"Namespace": NAMESPACE, "Dimensions": [["stage"]], "Metrics": [{"Name": metric, "Unit": "Count"}]}
        aws = {"Timestamp": time.time_ns() // 1_000_000, "CloudWatchMetrics": [directive]}
        self._line("WARNING", message, {**fields, "stage": stage(), metric: 1, "_aws": aws})

    def exception(self, message: str, **fields: object) -> None:
        """A fault, with the trace of the exception that is being handled."""
        self._write("ERROR", message, {**fields, "trace": traceback.format_exc()})

    def _write(self, level: str, message: str, fields: dict[str, object]) -> None:
        if LEVELS.index(level) >= self._lowest:
            self._line(level, message, fields)

    def _line(self, level: str, message: str, fields: dict[str, object]) -> None:
        line = {
            "level": level,
            "message": message,
            "timestamp": rfc3339(system_clock()),
            "service": self._service,
            **fields,
        }
        sys.stdout.write(json.dumps(line, default=str, separators=(",", ":")) + "\n")
        sys.stdout.flush()


def stage() -> str:
    """The stage's name, or ``unset``: the log works before any setting is right."""
    return os.environ.get("STAGE", "unset")


@functools.cache
def logger() -> Log:
    """The function's log, with the stage in its service's name."""
    return Log(f"cliffhanger-{stage()}", os.environ.get("LOG_LEVEL", "INFO"))
