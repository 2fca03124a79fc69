"""Going on where one stopped, keeping an episode on a device, a poster for everybody: over the running platform."""

from __future__ import annotations

import secrets

from local.aws import client
from local.cast import SERIES
from tests.e2e.client import Platform, cookie_header, lines_of, refused, renditions, send

PROGRESS = f"/v1/series/{SERIES}/episodes/1/progress"
OFFLINE = f"/v1/series/{SERIES}/episodes/{{}}/offline"
CAST = "https://receiver.example"


def test_an_episode_goes_on_where_it_was_left(platform: Platform) -> None:
    _, token = platform.new_person()
    begun = platform.playback(token, episode=1).json
    assert begun["resumeMs"] is None
    saved = platform.put(PROGRESS, token, {"positionMs": 4_000, "version": begun["version"]})
    assert (saved.status, saved.json["positionMs"]) == (200, 4_000)
    early = platform.put(PROGRESS, token, {"positionMs": 5_000})
    assert early.json == saved.json
    assert platform.playback(token, episode=1).json["resumeMs"] == 4_000
    [item] = platform.get("/v1/continue", token).json["items"]
    assert (item["seriesId"], item["episode"], item["positionMs"]) == (SERIES, 1, 4_000)
    assert item["durationMs"] == begun["durationMs"]


def test_a_device_keeps_what_its_viewer_may_play_and_gives_it_up(platform: Platform) -> None:
    _, token = platform.new_person()
    device = secrets.token_urlsafe(12)
    kept = platform.post(OFFLINE.format(1), token, {"device": device})
    assert kept.status == 201, kept
    assert renditions(kept.json["playlistUrl"], lines_of(send("GET", kept.json["playlistUrl"])))
    assert platform.post(OFFLINE.format(1), token, {"device": device}).status == 200
    refused(platform.post(OFFLINE.format(2), token, {"device": device}), 402, "episode_locked")
    [item] = platform.get(f"/v1/offline?device={device}", token).json["items"]
    assert (item["grantId"], item["state"]) == (kept.json["grantId"], "valid")
    address = f"{platform.api}/v1/offline/{item['grantId']}"
    assert send("DELETE", address, token=token).status == 204
    assert platform.get("/v1/offline", token).json["items"] == []


def test_a_poster_is_for_everybody_and_a_stream_beside_it_is_not(platform: Platform) -> None:
    bucket = client("s3", platform.emulator)
    key = f"posters/{SERIES}/1/{secrets.token_hex(8)}.0000000.jpg"
    where = {"Bucket": platform.outputs["buckets"]["media"], "Key": key}
    bucket.put_object(**where, Body=b"\xff\xd8\xff", ContentType="image/jpeg")
    try:
        poster = send("GET", f"{platform.api}/{key}")
        assert (poster.status, poster.body, poster.headers["content-type"]) == (200, b"\xff\xd8\xff", "image/jpeg")
        assert poster.headers["cache-control"] == "public, max-age=86400"
    finally:
        bucket.delete_object(**where)
    stream = platform.playback(None, episode=1).json["playlistUrl"]
    assert send("GET", stream).status == 403


def test_a_receiver_s_preflight_is_answered_by_the_bucket_under_the_grant(platform: Platform) -> None:
    granted = platform.playback(None, episode=1)
    address = granted.json["playlistUrl"]
    fields = (pair.split("=", 1) for pair in cookie_header(granted)["Cookie"].split("; "))
    query = "&".join(f"{name.removeprefix('CloudFront-')}={value}" for name, value in fields)
    asked = {"Origin": CAST, "Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "range"}
    allowed = send("OPTIONS", f"{address}?{query}", headers=asked)
    assert (allowed.status, allowed.headers["access-control-allow-origin"]) == (200, "*")
    assert "Range" in allowed.headers["access-control-allow-headers"]
    assert send("OPTIONS", address, headers=asked).status == 403
