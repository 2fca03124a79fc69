"""What the functions have logged, out of the emulator's CloudWatch Logs into files, before the emulator forgets it."""

from __future__ import annotations

from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from local.aws import client

GROUPS = "/aws/lambda/"


def save(endpoint: str, folder: Path) -> None:
    """Writes ``{function}.log`` for each function into a folder. Never raises: it is called when things go wrong."""
    try:
        logs = client("logs", endpoint)
        groups = [group["logGroupName"] for group in logs.describe_log_groups(logGroupNamePrefix=GROUPS)["logGroups"]]
        folder.mkdir(parents=True, exist_ok=True)
        for group in groups:
            pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group)
            lines = [event["message"].rstrip() for page in pages for event in page["events"]]
            (folder / f"{group.rsplit('/', 1)[-1]}.log").write_text("".join(f"{line}\n" for line in lines))
    except (BotoCoreError, ClientError, OSError):
        return
