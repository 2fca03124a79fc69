"""A table's stream has two consumers, as the ledger's has: each sees everything, and may do what its own role says."""

from __future__ import annotations

from pathlib import Path

from tests.local.arrangements import a_function, a_table, eventually, lines, reads, write
from tests.local.emulators import Emulator

COPIES = """
    import os
    import boto3
    from botocore.exceptions import ClientError

    def handler(event, context):
        for record in event["Records"]:
            key = record["dynamodb"]["Keys"]
            try:
                boto3.client("dynamodb").put_item(TableName="copies", Item=key)
                said = "written"
            except ClientError as error:
                said = error.response["Error"]["Code"]
            with open(os.environ["SEEN"], "a") as seen:
                seen.write(key["id"]["S"] + ":" + said + "\\n")
"""
BREAKS = """
    import os
    def handler(event, context):
        with open(os.environ["SEEN"], "a") as seen:
            seen.write("called\\n")
        raise RuntimeError("never works")
"""


def test_each_consumer_sees_everything_and_writes_only_what_its_role_allows(patched: Emulator, tmp_path: Path):
    """On the platform: settlement may write the ledger that both read, and the publisher may not."""
    stream = a_table(patched, "journal", stream=True)
    a_table(patched, "copies")
    may = {"Effect": "Allow", "Action": "dynamodb:PutItem", "Resource": "arn:aws:dynamodb:*:*:table/copies"}
    a_function(patched, "writer", COPIES, settings={"SEEN": str(tmp_path / "writer")}, may=may)
    a_function(patched, "reader", COPIES, settings={"SEEN": str(tmp_path / "reader")})
    for function in ("writer", "reader"):
        reads(patched, function, stream)
    write(patched, "one", "two", table="journal")
    assert eventually(lambda: lines(tmp_path / "writer") == ["one:written", "two:written"])
    assert eventually(
        lambda: [f"{name}:AccessDeniedException" for name in ("one", "two")] == lines(tmp_path / "reader")
    )


def test_a_consumer_that_always_fails_does_not_hold_up_the_other(patched: Emulator, tmp_path: Path):
    stream = a_table(patched, "held", stream=True)
    a_function(patched, "broken", BREAKS, settings={"SEEN": str(tmp_path / "broken")})
    a_function(patched, "whole", COPIES, settings={"SEEN": str(tmp_path / "whole")})
    for function in ("broken", "whole"):
        reads(patched, function, stream)
    write(patched, "one", table="held")
    assert eventually(lambda: lines(tmp_path / "broken"))
    write(patched, "two", table="held")
    assert eventually(lambda: len(lines(tmp_path / "whole")) == 2)
