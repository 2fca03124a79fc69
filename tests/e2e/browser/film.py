"""A film of a minute as the service publishes one: CMAF, the sound in a rendition of its own, a moving picture."""

from __future__ import annotations

import subprocess
from pathlib import Path

import imageio_ffmpeg

SECONDS = 60  # longer than the player loads ahead


def draw(folder: Path) -> None:
    """Writes ``master.m3u8`` and what it names into the folder."""
    command = [
        *(imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y"),
        *("-f", "lavfi", "-i", f"testsrc2=size=180x320:rate=12:duration={SECONDS}"),
        *("-f", "lavfi", "-i", f"sine=frequency=220:duration={SECONDS}"),
        *("-map", "0:v", "-map", "1:a", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "24"),
        *("-c:a", "aac", "-b:a", "48k"),
        *("-f", "hls", "-hls_time", "2", "-hls_playlist_type", "vod", "-hls_segment_type", "fmp4"),
        *("-var_stream_map", "v:0,agroup:sound a:0,agroup:sound,default:yes"),
        *("-master_pl_name", "master.m3u8", "-hls_fmp4_init_filename", "init-%v.mp4"),
        *("-hls_segment_filename", str(folder / "%v-%03d.m4s"), str(folder / "%v.m3u8")),
    ]
    subprocess.run(command, check=True)
