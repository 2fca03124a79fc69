"""The emulator's S3 and EventBridge, as MediaConvert uses them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from local.environment import require_loopback
from local.mediaconvert.model import JobFailed, ObjectAddress

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_s3 import S3Client

CHUNK: Final = 1 << 20
MAX_SOURCE_BYTES: Final = 8 << 30
"""More than this is not transcoded on one machine."""


class Storage:
    """Reads sources and writes results."""

    def __init__(self, client: S3Client) -> None:
        self._client = client

    def read(self, address: ObjectAddress, target: Path) -> str:
        """Copies an object into a file; its SHA-256 in hex.

        Raises:
            JobFailed: it is not there (1404), cannot be read (1010) or is too large.
        """
        digest = hashlib.sha256()
        try:
            answer = self._client.get_object(Bucket=address.bucket, Key=address.key)
            if answer["ContentLength"] > MAX_SOURCE_BYTES:
                raise JobFailed(1010, f"Unable to open input file [{address.uri}]: [it is too large to do here]")
            with target.open("wb") as file:
                for chunk in answer["Body"].iter_chunks(CHUNK):
                    digest.update(chunk)
                    file.write(chunk)
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "")
            number = 1404 if code in ("404", "NoSuchBucket", "NoSuchKey") else 1010
            words = f"Unable to open input file [{address.uri}]: [Failed probe/open: [Failed to read data: {code}]]"
            raise JobFailed(number, words) from error
        except BotoCoreError as error:
            raise JobFailed(1010, f"Unable to open input file [{address.uri}]: [{error}]") from error
        return digest.hexdigest()

    def describe(self, address: ObjectAddress) -> dict[str, Any]:
        """What Probe tells of an object besides its content, in the model's names."""
        head = self._client.head_object(Bucket=address.bucket, Key=address.key)
        return {
            "ETag": head["ETag"].strip('"'),
            "FileSize": head["ContentLength"],
            "LastModified": head["LastModified"],
            "MimeType": head.get("ContentType", ""),
        }

    def write(self, address: ObjectAddress, source: Path, content_type: str) -> None:
        """Copies a file into an object.

        Raises:
            JobFailed: the bucket does not take it.
        """
        try:
            with source.open("rb") as body:
                self._client.put_object(Bucket=address.bucket, Key=address.key, Body=body, ContentType=content_type)
        except (BotoCoreError, ClientError) as error:
            raise JobFailed(1999, f"Unable to write to output file [{address.uri}]: [{error}]") from error


class EventsRefused(RuntimeError):
    """EventBridge did not take an event."""


class Events:
    """The default bus."""

    def __init__(self, client: EventBridgeClient) -> None:
        self._client = client

    def publish(self, detail: dict[str, Any], resource: str) -> None:
        """Raises one ``MediaConvert Job State Change``.

        Raises:
            EventsRefused: the bus did not take it.
        """
        try:
            answer = self._client.put_events(
                Entries=[
                    {
                        "Source": "aws.mediaconvert",
                        "DetailType": "MediaConvert Job State Change",
                        "Detail": json.dumps(detail),
                        "Resources": [resource],
                    }
                ]
            )
        except (BotoCoreError, ClientError) as error:
            raise EventsRefused(str(error)) from error
        if answer["FailedEntryCount"]:
            raise EventsRefused(str(answer["Entries"][0].get("ErrorMessage")))


def connect(endpoint: str, region: str) -> tuple[Storage, Events]:
    """The emulator's S3 and EventBridge at one loopback endpoint.

    Raises:
        NotLoopback: the endpoint leads off this machine.
    """
    require_loopback(endpoint)
    config = Config(
        connect_timeout=5,
        read_timeout=60,
        retries={"mode": "standard", "max_attempts": 4},
        s3={"addressing_style": "path"},
    )
    session = boto3.session.Session(region_name=region)
    return (
        Storage(session.client("s3", endpoint_url=endpoint, config=config)),
        Events(session.client("events", endpoint_url=endpoint, config=config)),
    )
