"""Pages reach the bucket whole, in order, and with the right words around them."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from infra.publisher import publish

ARCHIVES, PAGES = "archives", "pages"
SETTINGS = {"stage": "test", "clientId": "abc"}


class Answers:
    """Stands in for CloudFormation's address."""

    def __init__(self) -> None:
        self.bodies: list[dict[str, Any]] = []

    def __call__(self, request: Any, timeout: float) -> io.BytesIO:
        assert request.get_method() == "PUT"
        assert timeout > 0
        self.bodies.append(json.loads(request.data))
        return io.BytesIO()


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Answers:
    made = Answers()
    monkeypatch.setattr("urllib.request.urlopen", made)
    return made


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        client = boto3.client("s3")
        for bucket in (ARCHIVES, PAGES):
            client.create_bucket(Bucket=bucket)
        yield client


def deploy(s3: Any, files: dict[str, str], kind: str = "Update") -> dict[str, Any]:
    """An event for an archive of these files."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as opened:
        for name, text in files.items():
            opened.writestr(name, text)
    s3.put_object(Bucket=ARCHIVES, Key="web.zip", Body=archive.getvalue())
    return {
        "RequestType": kind,
        "ResponseURL": "https://answers.example/",
        "StackId": "stack",
        "RequestId": "request",
        "LogicalResourceId": "Pages",
        "ResourceProperties": {
            "SourceBucket": ARCHIVES,
            "SourceKey": "web.zip",
            "Bucket": PAGES,
            "Settings": json.dumps(SETTINGS),
        },
    }


def published(s3: Any) -> dict[str, tuple[str, str]]:
    listed = [item["Key"] for item in s3.list_objects_v2(Bucket=PAGES).get("Contents", [])]
    heads = {key: s3.head_object(Bucket=PAGES, Key=key) for key in listed}
    return {key: (head["ContentType"], head["CacheControl"]) for key, head in heads.items()}


def test_each_file_says_what_it_is_and_how_long_it_holds(s3: Any, answers: Answers) -> None:
    files = {
        "index.html": "<!doctype html>",
        "app.js": "",
        "style.css": "",
        "favicon.svg": "",
        "vendor/hls-1.7.4.min.js": "",
        "vendor/LICENSE.txt": "",
        "strange.bin": "",
    }
    publish.handler(deploy(s3, files), None)
    assert published(s3) == {
        "index.html": ("text/html; charset=utf-8", "no-cache"),
        "app.js": ("text/javascript; charset=utf-8", "no-cache"),
        "style.css": ("text/css; charset=utf-8", "no-cache"),
        "favicon.svg": ("image/svg+xml", "no-cache"),
        "vendor/hls-1.7.4.min.js": ("text/javascript; charset=utf-8", "public, max-age=31536000, immutable"),
        "vendor/LICENSE.txt": ("text/plain; charset=utf-8", "no-cache"),
        "strange.bin": ("application/octet-stream", "no-cache"),
        "config.json": ("application/json", "no-store"),
    }
    assert [answer["Status"] for answer in answers.bodies] == ["SUCCESS"]


def test_pages_are_told_their_stage(s3: Any, answers: Answers) -> None:
    publish.handler(deploy(s3, {"index.html": ""}), None)
    assert json.loads(s3.get_object(Bucket=PAGES, Key="config.json")["Body"].read()) == SETTINGS


def test_what_is_no_longer_shipped_goes(s3: Any, answers: Answers) -> None:
    publish.handler(deploy(s3, {"index.html": "", "old.js": ""}), None)
    publish.handler(deploy(s3, {"index.html": "", "new.js": ""}), None)
    assert set(published(s3)) == {"index.html", "new.js", "config.json"}


def test_a_page_comes_after_its_parts(s3: Any, answers: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    event = deploy(s3, {"index.html": "", "about.html": "", "zz.js": "", "app.js": ""})
    real = boto3.client

    class Watched:
        def __getattr__(self, name: str) -> Any:
            return getattr(s3, name)

        def put_object(self, **request: Any) -> Any:
            order.append(request["Key"])
            return s3.put_object(**request)

    monkeypatch.setattr("infra.publisher.publish.boto3.client", lambda name: Watched() if name == "s3" else real(name))
    publish.handler(event, None)
    assert set(order[-2:]) == {"index.html", "about.html"}


def test_an_archive_without_a_first_page_changes_nothing(s3: Any, answers: Answers) -> None:
    publish.handler(deploy(s3, {"index.html": "", "app.js": ""}), None)
    before = published(s3)
    publish.handler(deploy(s3, {"app.js": ""}), None)
    assert published(s3) == before
    assert answers.bodies[-1]["Status"] == "FAILED"
    assert "index.html" in answers.bodies[-1]["Reason"]


def test_cloudformation_always_gets_an_answer(s3: Any, answers: Answers) -> None:
    """Without one it waits for an hour."""
    event = deploy(s3, {"index.html": ""})
    event["ResourceProperties"]["SourceKey"] = "nowhere.zip"
    publish.handler(event, None)
    [answer] = answers.bodies
    assert answer["Status"] == "FAILED"
    assert (answer["StackId"], answer["RequestId"], answer["LogicalResourceId"]) == ("stack", "request", "Pages")


def test_deleting_the_stack_leaves_the_pages(s3: Any, answers: Answers) -> None:
    publish.handler(deploy(s3, {"index.html": ""}), None)
    before = published(s3)
    publish.handler(deploy(s3, {"other.html": ""}, kind="Delete"), None)
    assert published(s3) == before
    assert answers.bodies[-1]["Status"] == "SUCCESS"


def test_the_physical_id_never_changes(s3: Any, answers: Answers) -> None:
    """Another id would make CloudFormation delete the old resource after an update."""
    publish.handler(deploy(s3, {"index.html": ""}, kind="Create"), None)
    first = answers.bodies[-1]["PhysicalResourceId"]
    publish.handler({**deploy(s3, {"index.html": "new"}), "PhysicalResourceId": first}, None)
    assert answers.bodies[-1]["PhysicalResourceId"] == first
