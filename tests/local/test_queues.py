"""A queue calls a function; of a batch only what failed comes again, until it is parked: as notices are."""

from __future__ import annotations

import json
from pathlib import Path

import botocore.session
import pytest

from cliffhanger.payments.queue import Queue
from local.aws import client
from tests.local.arrangements import a_function, eventually, lines
from tests.local.emulators import Emulator

ATTEMPTS = 3
TAKES = """
    import os
    def handler(event, context):
        left = []
        with open(os.environ["SEEN"], "a") as seen:
            for record in event["Records"]:
                body, times = record["body"], record["attributes"]["ApproximateReceiveCount"]
                seen.write(f"{body}:{times}:{bool(record['receiptHandle'])}\\n")
                if body.startswith("poison") or (body.startswith("late") and times == "1"):
                    left.append({"itemIdentifier": record["messageId"]})
        return {"batchItemFailures": left}
"""


@pytest.fixture(scope="module")
def work(patched: Emulator, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str, Path]:
    """The queue, the one where messages are parked, and the file that says what the function was handed."""
    queues = client("sqs", patched.endpoint)
    parked = queues.create_queue(QueueName="work-parked")["QueueUrl"]
    arn = queues.get_queue_attributes(QueueUrl=parked, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": ATTEMPTS})
    attributes = {"VisibilityTimeout": "1", "RedrivePolicy": redrive}
    url = queues.create_queue(QueueName="work", Attributes=attributes)["QueueUrl"]
    seen = tmp_path_factory.mktemp("queues") / "seen"
    a_function(patched, "takes", TAKES, settings={"SEEN": str(seen)})
    arn = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    client("lambda", patched.endpoint).create_event_source_mapping(
        EventSourceArn=arn, FunctionName="takes", BatchSize=5, FunctionResponseTypes=["ReportBatchItemFailures"]
    )
    return url, parked, seen


def sender(url: str) -> Queue:
    session = botocore.session.get_session()
    session.set_credentials("test", "test")
    return Queue(url, "us-east-1", session)


def handed(seen: Path, start: str) -> list[str]:
    return [line.removesuffix(":True") for line in lines(seen) if line.startswith(start)]


def test_what_our_own_caller_sends_is_handed_to_the_function_once(work: tuple[str, str, Path]):
    url, _, seen = work
    sender(url).send("one")
    assert eventually(lambda: handed(seen, "one")) == ["one:1"]


def test_of_a_batch_only_what_failed_is_handed_out_again(work: tuple[str, str, Path]):
    url, _, seen = work
    for body in ("late", "fine"):
        sender(url).send(body)
    assert eventually(lambda: len(handed(seen, "late")) == 2)
    assert (handed(seen, "late"), handed(seen, "fine")) == (["late:1", "late:2"], ["fine:1"])


def test_poison_is_parked_after_its_last_attempt_and_holds_up_nobody(patched: Emulator, work: tuple[str, str, Path]):
    url, parked, seen = work
    sender(url).send("poison")
    sender(url).send("other")
    queues = client("sqs", patched.endpoint)
    found = eventually(lambda: queues.receive_message(QueueUrl=parked).get("Messages"))
    assert [message["Body"] for message in found] == ["poison"]
    assert len(handed(seen, "poison")) == ATTEMPTS
    assert handed(seen, "other") == ["other:1"]


def test_a_message_can_be_handed_out_again_sooner_than_its_queue_would(patched: Emulator):
    queues = client("sqs", patched.endpoint)
    url = queues.create_queue(QueueName="sooner", Attributes={"VisibilityTimeout": "600"})["QueueUrl"]
    sender(url).send("again")
    [message] = queues.receive_message(QueueUrl=url)["Messages"]
    assert not queues.receive_message(QueueUrl=url).get("Messages")
    sender(url).show_again(message["ReceiptHandle"], 0)
    [again] = queues.receive_message(QueueUrl=url)["Messages"]
    assert again["Body"] == "again"
