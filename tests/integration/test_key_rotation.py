"""Signing keys change hands while viewers watch: at the API and at the edge, as the commands and deploys leave them."""

from __future__ import annotations

import json
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from cliffhanger import bootstrap
from cliffhanger.catalog.authoring import publish_video
from cliffhanger.catalog.domain import Video
from cliffhanger.clock import system_clock
from functions.playback.handler import handler
from infra.config import StageConfig
from local.edge.signatures import Denied, Viewer, load_keys, split_query, verify
from tests.support.http import access_token, body_of, event
from tests.support.media_platform import BUCKETS, PAGE, REGION, Platform, media_platform
from tests.support.signing import ORIGIN
from tools import keys

PLAYBACK = "POST /v1/series/{seriesId}/episodes/{episode}/playback"
PLAYLIST = "GET /v1/playlists/{seriesId}/{episode}/{version}/{playlist}"
VERSION = "7k2m9x4q0v5t8w1z"
SEGMENT = "master_video_360_00001.mp4"
MOTO_ACCOUNT = "123456789012"


class Stage:
    """A stage whose file the commands change, and what a deploy makes of it."""

    def __init__(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.path = path
        self.session = boto3.Session(region_name=REGION)
        self._monkeypatch = monkeypatch
        self._edge: dict[str, Any] = {}

    def deploy(self, config: StageConfig) -> None:
        """What the templates tell the functions and the distribution; CloudFront's ids are made of the names."""
        accepted = config.signing_public_keys
        signs = accepted[0].name
        ders = {f"CF{key.name}": "".join(key.pem.splitlines()[1:-1]) for key in accepted}
        for name, value in {
            "SIGNING_KEY_SECRET": config.signing_secret(signs),
            "SIGNING_KEY_ID": f"CF{signs}",
            "SIGNING_PUBLIC_KEYS": json.dumps(ders),
        }.items():
            self._monkeypatch.setenv(name, value)
        bootstrap.forget()
        self._edge = load_keys({f"CF{key.name}": key.pem for key in accepted})

    def at_the_edge(self, segment: str) -> str:
        """What the distribution says to a signed address: nothing, or why not."""
        address, _, query = f"{ORIGIN}{segment}".partition("?")
        fields, _ = split_query(query)
        try:
            verify(address, fields, {}, self._edge, Viewer("203.0.113.7", system_clock() // 1000))
        except Denied as denied:
            return denied.code
        return ""


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Iterator[Platform]:
    with media_platform(monkeypatch, wired=True) as made:
        publish_video(made.catalog, PAGE.series, 1, Video(VERSION, "master.m3u8", 90_000, 1))
        key = f"media/{PAGE.series}/1/{VERSION}/master.m3u8"
        made.s3.put_object(Bucket=BUCKETS.media, Key=key, Body=f"#EXTM3U\n#EXTINF:4.0,\n{SEGMENT}\n".encode())
        yield made


@pytest.fixture
def stage(platform: Platform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    path = tmp_path / "stage.json"
    fields = {"stage": "dev", "region": REGION, "logRetentionDays": 30, "account": MOTO_ACCOUNT}
    path.write_text(json.dumps(fields))
    return Stage(path, monkeypatch)


def play() -> str:
    """The address that a native app is given."""
    names = {"seriesId": PAGE.series, "episode": "1"}
    body = {"delivery": "query"}
    answer = handler(event("POST", "/", route=PLAYBACK, path_parameters=names, body=body, token=access_token()), None)
    assert answer["statusCode"] == 200
    return str(body_of(answer)["playlistUrl"])


def key_of(address: str) -> str:
    return urllib.parse.parse_qs(urllib.parse.urlsplit(address).query)["grantKey"][0]


def fetch(address: str) -> dict[str, Any]:
    """What the API answers to that address."""
    parts = urllib.parse.urlsplit(address)
    names = dict(zip(("seriesId", "episode", "version", "playlist"), parts.path.split("/")[3:], strict=True))
    query = dict(urllib.parse.parse_qsl(parts.query))
    return handler(event("GET", parts.path, route=PLAYLIST, path_parameters=names, query=query), None)


def segment_of(address: str) -> str:
    """The address of the segment, signed as the playlist was."""
    playlist = fetch(address)
    assert playlist["statusCode"] == 200
    return str(playlist["body"].splitlines()[-1])


def test_a_grant_of_the_old_key_holds_during_the_overlap_and_is_refused_after_it(stage: Stage) -> None:
    stage.deploy(keys.ensure(stage.path, stage.session))
    old = play()
    segment = segment_of(old)
    assert (key_of(old), stage.at_the_edge(segment)) == ("CFk1", "")

    stage.deploy(keys.rotate(stage.path, stage.session))
    assert key_of(play()) == "CFk1", "the new key is accepted everywhere before it signs"
    assert (segment_of(old), stage.at_the_edge(segment)) == (segment, "")

    stage.deploy(keys.activate(stage.path))
    new = play()
    assert key_of(new) == "CFk2"
    for address in (old, new):
        assert stage.at_the_edge(segment_of(address)) == ""

    stage.deploy(keys.retire(stage.path, stage.session))
    refused = fetch(old)
    assert (refused["statusCode"], body_of(refused)["code"]) == (403, "grant_forged")
    assert stage.at_the_edge(segment) == "InvalidKey"
    assert stage.at_the_edge(segment_of(new)) == ""
    assert key_of(play()) == "CFk2", "who asks again plays on"


def test_a_grant_of_the_new_key_is_refused_where_only_the_old_one_is_known(stage: Stage) -> None:
    """Why a key is accepted for a whole deploy before it signs: edge locations learn of it one after another."""
    first = keys.ensure(stage.path, stage.session)
    stage.deploy(first)
    keys.rotate(stage.path, stage.session)
    stage.deploy(keys.activate(stage.path))
    early = segment_of(play())
    stage.deploy(first)
    assert stage.at_the_edge(early) == "InvalidKey"
