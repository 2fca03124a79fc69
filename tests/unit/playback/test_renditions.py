"""A ladder as it is delivered, with sound in two languages, captions, tiles: every address signed, none forgotten."""

from __future__ import annotations

import re
import urllib.parse

import m3u8
import pytest

from cliffhanger.playback.domain import Grant, Place
from cliffhanger.playback.playlists import rewrite

PLACE = Place("the-last-train", 2, "7k2m9x4q0v5t8w1z")
GRANT = Grant("P", "S", "K")
MEDIA = "Policy=P&Signature=S&Key-Pair-Id=K&Hash-Algorithm=SHA256"
API = "grantPolicy=P&grantSignature=S&grantKey=K"

MAIN = """\
#EXTM3U
#EXT-X-VERSION:7
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="English",LANGUAGE="en",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",\
URI="master_audio.m3u8"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="Español, Latinoamérica",LANGUAGE="es-419",DEFAULT=NO,AUTOSELECT=YES,\
CHANNELS="2",URI="master_dub_es.m3u8"
#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="subs",NAME="English",LANGUAGE="en",DEFAULT=NO,AUTOSELECT=YES,FORCED=NO,\
URI="master_captions_en.m3u8"
#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="subs",NAME="Deutsch",LANGUAGE="de",DEFAULT=NO,AUTOSELECT=YES,FORCED=NO,\
URI="master_captions_de.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=900000,AVERAGE-BANDWIDTH=700000,CODECS="avc1.64001e,mp4a.40.2",RESOLUTION=360x640,\
FRAME-RATE=30.000,VIDEO-RANGE=SDR,AUDIO="audio",SUBTITLES="subs",CLOSED-CAPTIONS=NONE
master_video_360.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=4800000,AVERAGE-BANDWIDTH=3900000,CODECS="avc1.640028,mp4a.40.2",RESOLUTION=1080x1920,\
FRAME-RATE=30.000,VIDEO-RANGE=SDR,AUDIO="audio",SUBTITLES="subs",CLOSED-CAPTIONS=NONE
master_video_1080.m3u8
#EXT-X-IMAGE-STREAM-INF:BANDWIDTH=12000,RESOLUTION=900x1600,CODECS="jpeg",URI="master_tiles.m3u8"
"""
PICTURE = """\
#EXTM3U
#EXT-X-VERSION:7
#EXT-X-TARGETDURATION:4
#EXT-X-MEDIA-SEQUENCE:1
#EXT-X-PLAYLIST-TYPE:VOD
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-MAP:URI="master_video_360_init.mp4"
#EXTINF:4.000000,
master_video_360_000000001.mp4
#EXTINF:2.400000,
master_video_360_000000002.mp4
#EXT-X-ENDLIST
"""
CAPTIONS = """\
#EXTM3U
#EXT-X-VERSION:7
#EXT-X-TARGETDURATION:4
#EXT-X-MEDIA-SEQUENCE:1
#EXT-X-PLAYLIST-TYPE:VOD
#EXTINF:4.000000,
master_captions_en_000000001.vtt
#EXTINF:2.400000,
master_captions_en_000000002.vtt
#EXT-X-ENDLIST
"""
TILES = """\
#EXTM3U
#EXT-X-VERSION:7
#EXT-X-TARGETDURATION:100
#EXT-X-MEDIA-SEQUENCE:1
#EXT-X-PLAYLIST-TYPE:VOD
#EXT-X-IMAGES-ONLY
#EXTINF:90.000000,
#EXT-X-TILES:RESOLUTION=900x1600,LAYOUT=10x10,DURATION=1.000000
master_tiles_000000001.jpg
#EXT-X-ENDLIST
"""


def rewritten(text: str) -> str:
    return rewrite(text, PLACE, GRANT)


def addresses(text: str) -> list[str]:
    """All that a player would fetch: lines that are no tags, and every URI attribute."""
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return lines + re.findall(r'[:,]URI="([^"]*)"', text)


def test_every_rendition_of_the_ladder_leads_back_to_the_api() -> None:
    """Pictures of all sizes, both languages, both captions and the tiles: each a playlist to be rewritten in turn."""
    before, after = addresses(MAIN), addresses(rewritten(MAIN))
    assert len(before) == 7
    assert after == [f"{PLACE.playlists}{name}?{API}" for name in before]


@pytest.mark.parametrize(
    ("text", "count"), [(PICTURE, 3), (CAPTIONS, 2), (TILES, 1)], ids=["picture", "captions", "tiles"]
)
def test_every_file_of_a_rendition_is_signed_for_the_distribution(text: str, count: int) -> None:
    before, after = addresses(text), addresses(rewritten(text))
    assert len(before) == count
    assert after == [f"{PLACE.folder}{name}?{MEDIA}" for name in before]


@pytest.mark.parametrize("text", [MAIN, PICTURE, CAPTIONS, TILES], ids=["main", "picture", "captions", "tiles"])
def test_nothing_but_addresses_changes(text: str) -> None:
    """Names with commas, layouts and languages are what a player chooses by."""
    plain = rewritten(text).replace(f"?{API}", "").replace(f"?{MEDIA}", "")
    assert plain.replace(PLACE.playlists, "").replace(PLACE.folder, "") == text


def test_a_player_reads_what_was_rewritten() -> None:
    """As a second opinion: a parser that is not ours finds each rendition where we have put it."""
    main = m3u8.loads(rewritten(MAIN))
    assert [urllib.parse.urlsplit(playlist.uri).path for playlist in main.playlists] == [
        f"{PLACE.playlists}master_video_360.m3u8",
        f"{PLACE.playlists}master_video_1080.m3u8",
    ]
    assert [media.name for media in main.media] == ["English", "Español, Latinoamérica", "English", "Deutsch"]
    assert all(API in media.uri for media in main.media)
    assert [images.uri for images in main.image_playlists] == [f"{PLACE.playlists}master_tiles.m3u8?{API}"]
    picture = m3u8.loads(rewritten(PICTURE))
    assert [one.uri for one in picture.segment_map] == [f"{PLACE.folder}master_video_360_init.mp4?{MEDIA}"]
    assert [segment.uri.partition("?")[0] for segment in picture.segments] == [
        f"{PLACE.folder}master_video_360_00000000{number}.mp4" for number in (1, 2)
    ]
