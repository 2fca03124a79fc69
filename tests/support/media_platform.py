"""The AWS side of media on moto, with MediaConvert (which moto has not) under botocore's Stubber."""

from __future__ import annotations

import contextlib
import functools
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import botocore.session
import pytest
from botocore.stub import Stubber
from moto import mock_aws
from pynamodb.connection import Connection

from cliffhanger import bootstrap
from cliffhanger.catalog.domain import EpisodeLine, SeriesPage, Video
from cliffhanger.catalog.store import CatalogStore
from cliffhanger.clock import system_clock
from cliffhanger.dynamo import connect
from cliffhanger.events.publisher import EventPublisher
from cliffhanger.media.domain import Upload
from cliffhanger.media.files import Files
from cliffhanger.media.forms import S3_CONFIG, UploadForms
from cliffhanger.media.pipeline import Pipeline
from cliffhanger.media.policy import Budgets
from cliffhanger.media.preparing import Buckets
from cliffhanger.media.signals import arrival_of
from cliffhanger.media.store import UploadsStore
from cliffhanger.media.transcoder import Transcoder
from cliffhanger.media.transitions import RECEIVED, arrived
from cliffhanger.offline.store import OfflineStore
from cliffhanger.playback.adapters import MediaBucket, SecretKey, public_keys_of
from cliffhanger.playback.domain import Signer
from cliffhanger.progress.store import ProgressStore
from cliffhanger.web import api
from cliffhanger.web.tokens import KeySet
from tests.support.adapters import replace_in_bootstrap
from tests.support.http import SETTINGS, key_set
from tests.support.media_samples import CREATED_AT, QUEUE, ROLE, arrival
from tests.support.signing import KEY_ID, ORIGIN, private_pem, public_der
from tests.support.tables import BUDGETS, CATALOG, LEDGER, OFFLINE, PROGRESS, RATES, SWITCHES, UPLOADS

REGION = "eu-central-1"
BUCKETS = Buckets("test-uploads", "test-media")
SECRET = "cliffhanger/test/signing-key"

MEDIA_SETTINGS = {
    "UPLOADS_TABLE": "test-uploads",
    "UPLOADS_BUCKET": BUCKETS.uploads,
    "MEDIA_BUCKET": BUCKETS.media,
    "EVENT_BUS": "test-bus",
    "TRANSCODE_ROLE": ROLE,
    "TRANSCODE_QUEUE": QUEUE,
    "PUBLIC_ORIGIN": ORIGIN,
    "SIGNING_KEY_SECRET": SECRET,
    "SIGNING_KEY_ID": KEY_ID,
    "SIGNING_PUBLIC_KEYS": json.dumps({KEY_ID: public_der()}),
}

PAGE = SeriesPage(
    series="the-last-train",
    title="The Last Train",
    synopsis="Tonight, someone gets off.",
    language="en",
    owner="cleo",
    free_episodes=1,
    listed_at=CREATED_AT,
    episodes=(EpisodeLine(1, "Platform Nine", None), EpisodeLine(2, "The Passenger", 12)),
)


@dataclass
class Bus:
    """An event bus that remembers, and may be told to refuse."""

    told: list[dict[str, Any]] = field(default_factory=list)
    refuses: bool = False

    def put_events(self, *, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803 - botocore's name
        if self.refuses:
            return {"FailedEntryCount": 1, "Entries": [{"ErrorCode": "ThrottlingException"}]}
        self.told += Entries
        return {"FailedEntryCount": 0, "Entries": [{"EventId": "1"}]}

    @property
    def envelopes(self) -> list[dict[str, Any]]:
        return [json.loads(entry["Detail"]) for entry in self.told]


@dataclass
class Hands:
    """A clock that stands until a test moves it, in milliseconds since the Unix epoch."""

    now: int = CREATED_AT

    def __call__(self) -> int:
        return self.now

    def after(self, seconds: int) -> None:
        self.now += seconds * 1000


@dataclass
class Platform:
    """Everything that media works with, and what it told the world."""

    pipeline: Pipeline
    forms: UploadForms
    mediaconvert: Stubber
    bus: Bus
    s3: Any
    dynamodb: Any
    clock: Hands

    @property
    def uploads(self) -> UploadsStore:
        return self.pipeline.uploads

    @property
    def catalog(self) -> CatalogStore:
        return self.pipeline.catalog

    def stored(self, upload: Upload) -> dict[str, Any] | None:
        """The upload's raw item: a state that must not change is compared whole."""
        answer = self.dynamodb.get_item(
            TableName="test-uploads", Key={"upload": {"S": upload.upload}}, ConsistentRead=True
        )
        return answer.get("Item")

    def status(self, upload: Upload) -> tuple[str, int]:
        found = self.uploads.find(upload.upload)
        assert found is not None
        return found.status, found.percent

    def receive(self, upload: Upload) -> None:
        """Brings an upload to where all its files are there, and nothing has been looked at."""
        for part in upload.parts:
            event = arrival(upload, BUCKETS.uploads, part=part.name)
            told = arrival_of(event, BUCKETS.uploads)
            assert told is not None
            assert self.uploads.apply(upload, arrived(told))
        assert self.uploads.apply(upload, RECEIVED)

    def put(self, upload: Upload, part: str = "source", content: bytes = b"") -> str:
        """A file of an upload, as a form puts it; answers with its tag."""
        file = upload.part(part)
        assert file is not None
        body = content or b"x" * file.size_bytes
        answer = self.s3.put_object(Bucket=BUCKETS.uploads, Key=upload.key_of(file), Body=body)
        return str(answer["ETag"]).strip('"')

    def keys(self, bucket: str) -> list[str]:
        """What lies in a bucket."""
        return list(self.pipeline.files.keys(bucket, ""))

    def reserved(self) -> dict[str, int]:
        """What is promised of the budgets, by their keys."""
        items = self.dynamodb.scan(TableName="test-budgets", ConsistentRead=True)["Items"]
        return {item["budget"]["S"]: int(item["reserved"]["N"]) for item in items}

    def published(self, episode: int) -> Video | None:
        return self.catalog.video(PAGE.series, episode)


@contextlib.contextmanager
def media_platform(monkeypatch: pytest.MonkeyPatch, *, wired: bool = False) -> Iterator[Platform]:
    """A platform with the series of the demo, and ``bootstrap`` handing out its adapters, or its own when ``wired``."""
    for name, value in {**SETTINGS, **MEDIA_SETTINGS}.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        dynamodb, s3, secrets = _client("dynamodb"), _client("s3"), _client("secretsmanager")
        for table in (CATALOG, LEDGER, UPLOADS, BUDGETS, PROGRESS, OFFLINE, RATES, SWITCHES):
            dynamodb.create_table(**table)
        for bucket in BUCKETS:
            s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
        secrets.create_secret(Name=SECRET, SecretString=private_pem())
        connection = connect(REGION)
        platform = _platform(connection, dynamodb, s3)
        monkeypatch.setattr(api, "_keys", lambda: KeySet(key_set, system_clock))
        if wired:
            bootstrap.forget()
        else:
            _hand_out(monkeypatch, platform, connection, secrets)
        with platform.mediaconvert:
            yield platform
    if wired:
        bootstrap.forget()


@functools.cache
def _client(service: str) -> Any:
    """A client, kept for the whole run: reading a service's model takes longer than a test."""
    return _session().create_client(service, region_name=REGION, config=S3_CONFIG if service == "s3" else None)


@functools.cache
def _session() -> botocore.session.Session:
    return botocore.session.get_session()


def _platform(connection: Connection, dynamodb: Any, s3: Any) -> Platform:
    catalog = CatalogStore(connection, "test-catalog")
    catalog.create(PAGE)
    mediaconvert = _client("mediaconvert")
    bus, clock, budgets = Bus(), Hands(), Budgets(500_000_000, 50_000_000)
    pipeline = Pipeline(
        uploads=UploadsStore(connection, "test-uploads", "test-budgets", budgets, clock),
        catalog=catalog,
        transcoder=Transcoder(mediaconvert, ROLE, QUEUE),
        files=Files(s3),
        buckets=BUCKETS,
        events=EventPublisher(bus, "test-bus"),
        clock=clock,
    )
    return Platform(pipeline, UploadForms(s3, BUCKETS.uploads), Stubber(mediaconvert), bus, s3, dynamodb, clock)


def _hand_out(monkeypatch: pytest.MonkeyPatch, platform: Platform, connection: Connection, secrets: Any) -> None:
    # Handlers hold the limiter itself, so it is made anew, over this platform's connection.
    bootstrap.rate_limiter.cache_clear()
    bootstrap.switches.cache_clear()
    adapters = {
        "connection": connection,
        "uploads_store": platform.uploads,
        "catalog_store": platform.catalog,
        "upload_forms": platform.forms,
        "media_pipeline": platform.pipeline,
        "media_bucket": MediaBucket(platform.s3, BUCKETS.media),
        "playback_signer": Signer(SecretKey(secrets, SECRET), KEY_ID),
        "offline_store": OfflineStore(connection, "test-offline"),
        "progress_store": ProgressStore(connection, "test-progress"),
        "playback_keys": public_keys_of(json.dumps({KEY_ID: public_der()})),
    }
    for name, adapter in adapters.items():
        replace_in_bootstrap(monkeypatch, name, lambda adapter=adapter: adapter)
