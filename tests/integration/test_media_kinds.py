"""Files that are no film are called what they are."""

from __future__ import annotations

import pytest
from botocore.stub import ANY

from cliffhanger.media.domain import Part
from functions.transcode.handler import handler
from tests.support.media_platform import BUCKETS, media_platform
from tests.support.media_samples import arrival, probe, upload


@pytest.fixture
def platform(monkeypatch):
    with media_platform(monkeypatch) as made:
        yield made


def tell(of, part="source"):
    return handler(arrival(of, BUCKETS.uploads, part=part), None)["outcome"]


def expect_unreadable(platform):
    platform.mediaconvert.add_client_error("probe", "UnprocessableEntityException", http_status_code=422)


@pytest.mark.parametrize(
    ("head", "reason", "says"),
    [
        (b"\x89PNG\r\n\x1a\n", "picture", "is a picture"),
        (b"PK\x03\x04", "archive", "unpack it"),
        (b"\x00\x00\x00\x18ftypmp42", "unreadable", "cannot be read"),
    ],
)
def test_a_picture_or_an_archive_is_called_what_it_is(platform, head, reason, says):
    made = upload()
    platform.uploads.create(made)
    platform.put(made, content=head.ljust(made.video.size_bytes, b"x"))
    expect_unreadable(platform)

    assert tell(made) == reason
    problem = platform.uploads.find(made.upload).problem
    assert (problem.code, problem.reason) == ("media_refused", reason)
    assert says in problem.detail


def test_a_picture_that_is_probed_as_a_track_without_length_is_called_a_picture(platform):
    """Whether a service opens pictures is its own matter."""
    made = upload()
    platform.uploads.create(made)
    platform.put(made, content=b"\xff\xd8\xff\xe0".ljust(made.video.size_bytes, b"x"))
    platform.mediaconvert.add_response("probe", probe(audio=False, seconds=0.0), {"InputFiles": ANY})

    assert tell(made) == "picture"


def test_a_dub_that_is_an_archive_is_called_one(platform):
    dub = Part("dub", "es", "audio/wav", 1_000)
    made = upload(dub)
    platform.uploads.create(made)
    platform.put(made, dub.name, b"PK\x03\x04".ljust(dub.size_bytes, b"x"))
    platform.mediaconvert.add_response("probe", probe(), {"InputFiles": ANY})
    expect_unreadable(platform)

    assert [tell(made), tell(made, dub.name)] == ["awaiting", "archive"]
    assert platform.uploads.find(made.upload).problem.detail.startswith("Dub es: ")


def test_a_file_that_is_gone_or_empty_by_then_is_unreadable(platform):
    for name, content in (("gone", None), ("empty", b"")):
        made = upload(upload=name)
        platform.uploads.create(made)
        if content is not None:
            platform.s3.put_object(Bucket=BUCKETS.uploads, Key=made.key_of(made.video), Body=content)
        expect_unreadable(platform)
        assert tell(made) == "unreadable"
