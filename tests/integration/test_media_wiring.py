"""The media functions as they are deployed: adapters from ``bootstrap``, built from settings alone."""

from __future__ import annotations

import functools
import json
import urllib.parse

import pytest

from cliffhanger import bootstrap
from cliffhanger.catalog.authoring import publish_video
from cliffhanger.catalog.domain import Video
from cliffhanger.playback.domain import Place, Signer, policy_of, verify
from functions.playback.handler import handler as playback
from functions.studio.handler import handler as studio
from functions.transcode.handler import handler as transcode
from tests.support.http import access_token, body_of, event
from tests.support.media_platform import BUCKETS, media_platform
from tests.support.media_samples import QUEUE, ROLE, arrival, upload
from tests.support.signing import ORIGIN, private_key, public_der

VERSION = "7k2m9x4q0v5t8w1z"
EPISODE = {"seriesId": "the-last-train", "episode": "1"}


@pytest.fixture
def platform(monkeypatch):
    with media_platform(monkeypatch, wired=True) as made:
        yield made


def test_the_studio_finds_its_table_and_its_bucket(platform):
    made = studio(
        event(
            "POST",
            "/",
            route="POST /v1/studio/series/{seriesId}/episodes/{episode}/uploads",
            path_parameters=EPISODE,
            body={"contentType": "video/mp4", "sizeBytes": 5},
            token=access_token("cleo", groups=("creator",)),
        ),
        None,
    )

    assert made["statusCode"] == 201
    assert BUCKETS.uploads in body_of(made)["url"]
    assert body_of(made)["fields"]["x-amz-algorithm"] == "AWS4-HMAC-SHA256"
    assert platform.uploads.find(body_of(made)["uploadId"]) is not None


def test_the_transcoder_finds_its_table_its_role_and_its_queue(platform):
    platform.uploads.create(upload())

    outcome = transcode(arrival(upload(), BUCKETS.uploads, size=1), None)

    assert outcome == {"outcome": "wrong_size"}
    pipeline = bootstrap.media_pipeline()
    assert (pipeline.transcoder.role, pipeline.transcoder.queue) == (ROLE, QUEUE)
    assert pipeline.buckets == BUCKETS


def test_every_accepted_key_is_known_after_another_has_begun_to_sign(platform, monkeypatch):
    monkeypatch.setenv("SIGNING_KEY_ID", "K2")
    monkeypatch.setenv("SIGNING_PUBLIC_KEYS", json.dumps({"K2": public_der("second"), "K1": public_der("first")}))
    place = Place("the-last-train", 1, VERSION)
    policy = policy_of(place.resource(ORIGIN), 2)

    for key_id, name in (("K1", "first"), ("K2", "second")):
        grant = Signer(functools.partial(private_key, name), key_id).sign(policy)
        verify(grant, place.resource(ORIGIN), bootstrap.playback_keys(), now_ms=1)
    assert set(bootstrap.playback_keys()) == {"K1", "K2"}


def test_playback_finds_its_keys_the_ledger_and_the_media(platform):
    for number, version in ((1, VERSION), (2, VERSION)):
        publish_video(platform.catalog, "the-last-train", number, Video(version, "master.m3u8", 8_000, 1))
    key = f"media/the-last-train/1/{VERSION}/master.m3u8"
    platform.s3.put_object(Bucket=BUCKETS.media, Key=key, Body=b"#EXTM3U\nvideo.m3u8\n")

    def play(episode):
        return playback(
            event(
                "POST",
                "/",
                route="POST /v1/series/{seriesId}/episodes/{episode}/playback",
                path_parameters=EPISODE | {"episode": episode},
                body={"delivery": "query"},
                token=access_token("mia"),
            ),
            None,
        )

    assert body_of(play("2"))["missingCoins"] == 12
    address = urllib.parse.urlsplit(body_of(play("1"))["playlistUrl"])
    assert f"{address.scheme}://{address.netloc}" == ORIGIN
    playlist = playback(
        event(
            "GET",
            "/",
            route="GET /v1/playlists/{seriesId}/{episode}/{version}/{playlist}",
            path_parameters=EPISODE | {"version": VERSION, "playlist": "master.m3u8"},
            query=dict(urllib.parse.parse_qsl(address.query)),
        ),
        None,
    )
    assert playlist["statusCode"] == 200
