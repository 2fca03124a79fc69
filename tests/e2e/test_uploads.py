"""Uploads with subtitles, from the form to the poster; and what failed, swept away by the function that is deployed."""

from __future__ import annotations

import secrets
from typing import Any

import pytest

from local.aws import client
from local.cast import SERIES as DEMO
from local.paths import CACHE
from local.upload import send_form
from tests.e2e.client import Platform, eventually, send

VTT = b"WEBVTT\n\n00:00.200 --> 00:00.900\nLast call.\n"
MARKUP = b"WEBVTT\n\n00:00.200 --> 00:00.900\n<img src=x onerror=alert(1)>\n"
SERIES: dict[str, Any] = {
    "title": "Uploaded",
    "synopsis": "",
    "language": "en",
    "languages": [],
    "tags": [],
    "ageRating": 0,
    "freeEpisodes": 1,
    "pricing": {"startCoins": 10, "riseCoins": 0, "everyEpisodes": 1, "mostCoins": 10},
    "ceilingCoins": None,
    "restDiscountPercent": 0,
    "earlyHours": 0,
    "listed": True,
    "revision": 0,
}


@pytest.fixture
def series(platform: Platform, creator: str) -> str:
    """A series of one episode that has no video yet."""
    name = f"uploaded-{secrets.token_hex(4)}"
    assert platform.put(f"/v1/studio/series/{name}", creator, SERIES).status == 201
    episode = {"title": "One", "priceCoins": None, "cliffhangerMs": None, "releaseAt": None, "revision": 1}
    assert platform.put(f"/v1/studio/series/{name}/episodes/1", creator, episode).status == 201
    return name


def upload(platform: Platform, creator: str, series: str, subtitles: bytes) -> str:
    """Sends the demo's first clip with subtitles; answers with the upload's id."""
    clip = (CACHE / "demo" / f"{DEMO}-1.mp4").read_bytes()
    part = {"language": "en", "contentType": "text/vtt", "sizeBytes": len(subtitles)}
    body = {"contentType": "video/mp4", "sizeBytes": len(clip), "subtitles": [part]}
    made = platform.post(f"/v1/studio/series/{series}/episodes/1/uploads", creator, body)
    assert made.status == 201, made
    form = made.json
    send_form(form["url"], form["fields"], clip)
    [other] = form["parts"]
    send_form(other["url"], other["fields"], subtitles)
    return str(form["uploadId"])


def ended(platform: Platform, creator: str, upload_id: str) -> dict[str, Any]:
    def over() -> dict[str, Any]:
        found: dict[str, Any] = platform.get(f"/v1/studio/uploads/{upload_id}", creator).json
        return found if found["status"] in ("published", "failed") else {}

    return eventually(over, 240)


def test_a_video_with_subtitles_is_priced_published_and_has_a_poster(platform: Platform, creator: str, series: str):
    before = platform.get("/v1/studio/budget", creator).json["reservedMicroUsd"]
    found = ended(platform, creator, upload(platform, creator, series, VTT))

    assert (found["status"], found["problem"]) == ("published", None)
    assert found["price"]["microUsd"] > 0
    assert found["source"]["heightPx"] > found["source"]["widthPx"]
    assert platform.get("/v1/studio/budget", creator).json["reservedMicroUsd"] >= before + found["price"]["microUsd"]
    listed = platform.get(f"/v1/studio/series/{series}/episodes/1/uploads", creator).json
    assert [each["uploadId"] for each in listed["uploads"]] == [found["uploadId"]]
    page = platform.get(f"/v1/series/{series}").json
    assert page["posterUrl"] == page["episodes"][0]["posterUrl"]
    poster = send("GET", platform.api + page["posterUrl"])
    assert (poster.status, poster.body[:2]) == (200, b"\xff\xd8")


def test_what_failed_is_swept_away(platform: Platform, creator: str, series: str):
    found = ended(platform, creator, upload(platform, creator, series, MARKUP))
    assert (found["status"], found["problem"]["reason"]) == ("failed", "subtitles_markup")

    objects, functions = client("s3", platform.emulator), client("lambda", platform.emulator)
    prefix = f"uploads/{series}/1/{found['uploadId']}/"

    def left() -> bool:
        answer = functions.invoke(FunctionName="cliffhanger-local-sweep", Payload=b"{}")
        assert "FunctionError" not in answer, answer["Payload"].read()
        return bool(objects.list_objects_v2(Bucket=platform.outputs["buckets"]["uploads"], Prefix=prefix)["KeyCount"])

    assert left(), "what failed is left for a moment, so that a submission that is under way is answered"
    assert eventually(lambda: not left(), 120)
