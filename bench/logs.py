"""Bytes that a request leaves in CloudWatch Logs: our own lines as measured, those of Lambda and API Gateway as shaped.

Lambda's lines are those of its JSON format with active tracing (AWS Lambda Developer Guide, "Telemetry API Event schema
reference" and "Log-level filtering"): at the level INFO one when an invocation starts and one that reports on it, at
WARN neither. API Gateway's line has the format that ``infra/constructs/http_api.py`` gives it, with usual values.
"""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

from bench.fixtures import REQUEST_ID
from cliffhanger.functions import spec_of

ROOT = Path(__file__).resolve().parent.parent
FORMAT_FILE = ROOT / "infra" / "constructs" / "http_api.py"
FUNCTION_FILE = ROOT / "infra" / "constructs" / "function.py"
_QUIET = "SystemLogLevel.WARN"
_RARELY_READ = "rarely_read=True"
_TRACING = {
    "spanId": "54565fb41ac79632",
    "type": "X-Amzn-Trace-Id",
    "value": "Root=1-62e900b2-710d76f009d6e7785905449a;Parent=0efbd19962d95b05;Sampled=1",
}
_AT = "2026-11-21T10:54:22.093Z"
_VALUES = {
    "$context.requestId": "JKJaXmPLvHcESHA=",
    "$context.requestTime": "21/Nov/2026:10:54:22 +0000",
    "$context.routeKey": "POST /v1/series/{seriesId}/episodes/{episode}/unlock",
    "$context.status": "201",
    "$context.responseLength": "1042",
    "$context.responseLatency": "31",
    "$context.integrationLatency": "28",
    "$context.integrationErrorMessage": "-",
    "$context.identity.userAgent": "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/19.1 Mobile/15E148 Safari/604.1",
}


def lambda_lines(function: str, path: Path = FUNCTION_FILE) -> tuple[str, ...]:
    """What Lambda writes by itself for one warm invocation that succeeds, at the level that functions are made with."""
    if _QUIET in path.read_text():
        return ()
    memory_mb = spec_of(function).memory_mb
    arn = f"arn:aws:lambda:us-east-1:111122223333:function:cliffhanger-prod-{function}"
    start = {"requestId": REQUEST_ID, "functionArn": arn, "version": "$LATEST", "tracing": _TRACING}
    metrics = {"durationMs": 27.318, "billedDurationMs": 28, "memorySizeMB": memory_mb, "maxMemoryUsedMB": 118}
    report = {"requestId": REQUEST_ID, "metrics": metrics, "tracing": _TRACING, "status": "success"}
    return tuple(
        json.dumps({"time": _AT, "type": f"platform.{kind}", "record": record}, separators=(",", ":"))
        for kind, record in (("start", start), ("report", report))
    )


def bytes_of_invocation(function: str, own: float) -> float:
    """Bytes of one invocation of a function: Lambda's lines, and so many of our own."""
    return own + sum(len(line.encode()) for line in lambda_lines(function))


def access_class(path: Path = FORMAT_FILE) -> str:
    """The price line of API Gateway's log, by the class that its group is made with."""
    return "logs.infrequent_gigabyte" if _RARELY_READ in path.read_text() else "logs.gigabyte"


def access_format(path: Path = FORMAT_FILE) -> dict[str, str]:
    """The access log's format, read where it is given: to import that would start the CDK.

    Raises:
        LookupError: the file gives none.
    """
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == ["LOGGED"]:
            found: Any = ast.literal_eval(node.value)
            return dict(found)
    raise LookupError("LOGGED")


def access_bytes() -> float:
    """Bytes of API Gateway's line for one unlock.

    Raises:
        KeyError: the format names something that has no usual value here.
    """
    line = {name: _VALUES[variable] for name, variable in access_format().items()}
    return float(len(json.dumps(line, separators=(",", ":")).encode()))
