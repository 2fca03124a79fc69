"""A film of a minute as the service publishes one.

CMAF, the sound in renditions of its own in two languages, captions in two, thumbnails for scrubbing, a moving picture.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import imageio_ffmpeg

SECONDS = 60  # longer than the player loads ahead
TILE_S = 6
LINES = {"en": "Who is on the {} train?", "es": "¿Quién va en el tren de las {}?"}


def draw(folder: Path) -> None:
    """Writes ``master.m3u8`` and what it names into the folder, and ``poster.jpg``."""
    picture = f"testsrc2=size=180x320:rate=12:duration={SECONDS}"
    ffmpeg(
        *("-f", "lavfi", "-i", picture),
        *("-f", "lavfi", "-i", f"sine=frequency=220:duration={SECONDS}"),
        *("-f", "lavfi", "-i", f"sine=frequency=330:duration={SECONDS}"),
        *("-map", "0:v", "-map", "1:a", "-map", "2:a"),
        *("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "24", "-c:a", "aac", "-b:a", "48k"),
        *("-f", "hls", "-hls_time", "2", "-hls_playlist_type", "vod", "-hls_segment_type", "fmp4"),
        *("-var_stream_map", "v:0,agroup:sound a:0,agroup:sound,language:en,default:yes a:1,agroup:sound,language:es"),
        *("-master_pl_name", "master.m3u8", "-hls_fmp4_init_filename", "init-%v.mp4"),
        *("-hls_segment_filename", str(folder / "%v-%03d.m4s"), str(folder / "%v.m3u8")),
    )
    ffmpeg(
        *("-f", "lavfi", "-i", picture, "-frames:v", "1"),
        *("-vf", f"fps=1/{TILE_S},scale=90:160,tile=5x2", str(folder / "tiles.jpg")),
    )
    ffmpeg("-f", "lavfi", "-i", f"{picture}", "-ss", "3", "-frames:v", "1", str(folder / "poster.jpg"))
    _name_the_rest(folder)


def ffmpeg(*arguments: str) -> None:
    subprocess.run([imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", *arguments], check=True)


def _name_the_rest(folder: Path) -> None:
    """Captions and thumbnails, which this ffmpeg does not write into a main playlist."""
    master = folder / "master.m3u8"
    captions = [
        f'#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="captions",NAME="{tag}",LANGUAGE="{tag}",DEFAULT=NO,AUTOSELECT=YES,'
        f'URI="captions-{tag}.m3u8"'
        for tag in LINES
    ]
    tiles = '#EXT-X-IMAGE-STREAM-INF:BANDWIDTH=9000,RESOLUTION=90x160,CODECS="jpeg",URI="tiles.m3u8"'
    lines = [
        f'{line},SUBTITLES="captions"' if line.startswith("#EXT-X-STREAM-INF") else line
        for line in master.read_text().splitlines()
    ]
    master.write_text("\n".join([*lines, *captions, tiles]) + "\n")
    (folder / "tiles.m3u8").write_text(
        f"#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:{SECONDS}\n#EXT-X-MEDIA-SEQUENCE:1\n"
        f"#EXT-X-PLAYLIST-TYPE:VOD\n#EXT-X-IMAGES-ONLY\n#EXTINF:{SECONDS}.0,\n"
        f"#EXT-X-TILES:RESOLUTION=90x160,LAYOUT=5x2,DURATION={TILE_S}.0\ntiles.jpg\n#EXT-X-ENDLIST\n"
    )
    for tag, line in LINES.items():
        cues = "\n\n".join(
            f"00:{at:02}.000 --> 00:{at + 5:02}.000\n{line.format(at)}" for at in range(0, SECONDS, 5) if at + 5 < 60
        )
        (folder / f"captions-{tag}.vtt").write_text(f"WEBVTT\n\n{cues}\n")
        (folder / f"captions-{tag}.m3u8").write_text(
            f"#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:{SECONDS}\n#EXT-X-PLAYLIST-TYPE:VOD\n"
            f"#EXTINF:{SECONDS}.0,\ncaptions-{tag}.vtt\n#EXT-X-ENDLIST\n"
        )
