from __future__ import annotations

import re

import pytest

from cliffhanger.playback.domain import Grant, Place
from cliffhanger.playback.playlists import PLAYLIST_NAME, rewrite

PLACE = Place("the-last-train", 2, "7k2m9x4q0v5t8w1z")
GRANT = Grant("P", "S", "K")
MEDIA = "Policy=P&Signature=S&Key-Pair-Id=K&Hash-Algorithm=SHA256"
API = "grantPolicy=P&grantSignature=S&grantKey=K"
FOLDER = "/media/the-last-train/2/7k2m9x4q0v5t8w1z/"
PLAYLISTS = "/v1/playlists/the-last-train/2/7k2m9x4q0v5t8w1z/"


def rewritten(text: str) -> str:
    return rewrite(text, PLACE, GRANT)


def test_a_master_playlist_leads_back_to_the_api():
    master = (
        "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n"
        '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="Original",LANGUAGE="en",DEFAULT=YES,URI="master_audio_en.m3u8"\n'
        '#EXT-X-STREAM-INF:BANDWIDTH=900000,CODECS="avc1.64001e,mp4a.40.2",RESOLUTION=360x640,AUDIO="audio"\n'
        "master_video_360.m3u8\n"
        '#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=90000,URI="master_iframes.m3u8"\n'
    )

    assert rewritten(master) == (
        "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n"
        '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="Original",LANGUAGE="en",DEFAULT=YES,'
        f'URI="{PLAYLISTS}master_audio_en.m3u8?{API}"\n'
        '#EXT-X-STREAM-INF:BANDWIDTH=900000,CODECS="avc1.64001e,mp4a.40.2",RESOLUTION=360x640,AUDIO="audio"\n'
        f"{PLAYLISTS}master_video_360.m3u8?{API}\n"
        f'#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=90000,URI="{PLAYLISTS}master_iframes.m3u8?{API}"\n'
    )


def test_a_media_playlist_leads_to_the_media():
    media = (
        "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXT-X-PLAYLIST-TYPE:VOD\n"
        '#EXT-X-MAP:URI="master_video_360init.mp4",BYTERANGE="720@0"\n'
        "#EXTINF:4.000,\nmaster_video_360_00001.m4s\n#EXTINF:4.000,\nmaster_video_360_00002.m4s\n#EXT-X-ENDLIST\n"
    )

    assert rewritten(media) == (
        "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXT-X-PLAYLIST-TYPE:VOD\n"
        f'#EXT-X-MAP:URI="{FOLDER}master_video_360init.mp4?{MEDIA}",BYTERANGE="720@0"\n'
        f"#EXTINF:4.000,\n{FOLDER}master_video_360_00001.m4s?{MEDIA}\n"
        f"#EXTINF:4.000,\n{FOLDER}master_video_360_00002.m4s?{MEDIA}\n#EXT-X-ENDLIST\n"
    )


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/segment.m4s",
        "//evil.example/segment.m4s",
        "data:text/plain,hello",
        "/media/the-last-train/10/other/segment.m4s",
        "../../10/other/segment.m4s",
        "%2e%2e/%2e%2e/10/other/segment.m4s",
        "a/../../../10/other/segment.m4s",
        "..",
    ],
)
def test_a_signature_never_leaves_the_folder(address):
    """A playlist is data: one that was tampered with must not carry a viewer's grant to another host."""
    text = f'#EXTM3U\n#EXT-X-MAP:URI="{address}"\n{address}\n'

    assert rewritten(text) == text


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("segment.m4s?part=1", f"{FOLDER}segment.m4s?part=1&{MEDIA}"),
        ("./segment.m4s", f"{FOLDER}segment.m4s?{MEDIA}"),
        (f"{FOLDER}segment.m4s", f"{FOLDER}segment.m4s?{MEDIA}"),
        ("subtitles/en 1.vtt", f"{FOLDER}subtitles/en%201.vtt?{MEDIA}"),
    ],
)
def test_every_form_of_an_inner_address_is_signed(address, expected):
    assert rewritten(f"#EXTM3U\n{address}\n").splitlines()[1] == expected


def test_a_name_that_looks_like_an_attribute_stays_a_name():
    line = '#EXT-X-MEDIA:TYPE=AUDIO,NAME="x,URI=",X-ASSET-URI="a.mp4",URI="b.m3u8"'

    assert rewritten(line).strip() == (
        f'#EXT-X-MEDIA:TYPE=AUDIO,NAME="x,URI=",X-ASSET-URI="a.mp4",URI="{PLAYLISTS}b.m3u8?{API}"'
    )


def test_comments_blank_lines_and_titles_stay():
    text = '#EXTM3U\n# by hand: URI="x.mp4"\n\n#EXTINF:4.000,Platform Nine\n'

    assert rewritten(text) == text


def test_carriage_returns_do_not_end_up_in_addresses():
    assert rewritten("#EXTM3U\r\na.m4s\r\n") == f"#EXTM3U\n{FOLDER}a.m4s?{MEDIA}\n"


@pytest.mark.parametrize(
    "name", ["../master.m3u8", "a/master.m3u8", ".m3u8", "master.m3u8\n", "master.m4s", "..%2fa.m3u8", ""]
)
def test_what_is_no_plain_name_is_no_playlist(name):
    assert re.fullmatch(PLAYLIST_NAME, name) is None
