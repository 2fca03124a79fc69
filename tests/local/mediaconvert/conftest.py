"""One MediaConvert before a small AWS, sources drawn once, and the jobs that the product would send."""

from __future__ import annotations

import subprocess
import time
import zipfile
from fractions import Fraction

import boto3
import imageio_ffmpeg
import pytest
from botocore.config import Config

from cliffhanger.media.job import Order, Track, build_job
from tests.local.fake_aws import FakeAws
from tests.local.programs import running

FFMPEG = imageio_ffmpeg.get_ffmpeg_exe()
OVER = {"COMPLETE", "ERROR", "CANCELED"}


def draw(target, *options):
    subprocess.run([FFMPEG, "-v", "error", "-y", *map(str, options), str(target)], check=True, stdin=subprocess.DEVNULL)


def picture(size="540x960", rate="25", seconds="8.4"):
    return ["-f", "lavfi", "-i", f"testsrc2=size={size}:rate={rate}:duration={seconds}"]


def cut_picture():
    """8.4 s at 25 frames a second, with a hard cut where no key frame is due."""
    graph = (
        "testsrc2=size=540x960:rate=25:duration=3.32,format=yuv420p[a];"
        "rgbtestsrc=size=540x960:rate=25:duration=5.08,format=yuv420p[b];[a][b]concat[out0]"
    )
    return ["-f", "lavfi", "-i", graph]


def beeps(seconds="8.4"):
    """A click at each whole second, so that sound can be held against the picture."""
    return ["-f", "lavfi", "-i", f"aevalsrc='0.8*sin(2*PI*1000*t)*lt(mod(t,1),0.05)':s=44100:d={seconds}"]


def tone(hertz, seconds):
    return ["-f", "lavfi", "-i", f"sine=frequency={hertz}:sample_rate=44100:duration={seconds}"]


H264 = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac"]


def variable(target):
    """30 frames a second of which each seventh is missing, as a phone drops them in the dark."""
    dropping = ["-vf", "select='mod(n,7)',setpts=N/30/TB+floor(N/6)/30/TB", "-fps_mode", "vfr"]
    draw(target, *picture("360x640", "30", "5"), *beeps("5"), *dropping, *H264)


def wide(target):
    """A grey of 100 nits as HDR10 has it: PQ, BT.2020, ten bits."""
    told = "setparams=color_primaries=bt2020:color_trc=smpte2084:colorspace=bt2020nc"
    grey = f"color=c=gray:size=360x640:rate=25:duration=5,format=yuv420p10le,{told}"
    encoder = ["-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=error", "-tag:v", "hvc1"]
    draw(target, "-f", "lavfi", "-i", grey, *encoder)


def leaning(target):
    """Stored lying on its side: its left is dark, its right bright, and a player turns it a quarter clockwise."""
    lying = "color=black:size=640x360:rate=25:duration=5,drawbox=x=320:w=320:h=360:color=white:t=fill"
    flat = target.with_suffix(".lying.mp4")
    draw(flat, "-f", "lavfi", "-i", lying, *H264)
    draw(target, "-display_rotation", "-90", "-i", flat, "-c", "copy")


@pytest.fixture(scope="session")
def sources(tmp_path_factory):
    """Files by name; each is drawn the first time that a test asks for it."""
    folder = tmp_path_factory.mktemp("sources")

    def plain(target):
        draw(target, *cut_picture(), *beeps(), *H264, "-movflags", "+faststart")

    def turned(target):
        draw(target.with_suffix(".flat.mp4"), *picture("640x360", seconds="2"), *beeps("2"), *H264)
        draw(target, "-display_rotation", "-90", "-i", target.with_suffix(".flat.mp4"), "-c", "copy")

    makers = {
        "plain": plain,
        "silent": lambda target: draw(target, *picture(seconds="3"), *H264),
        "turned": turned,
        "odd": lambda target: draw(
            target,
            *picture("406x722", seconds="2"),
            *beeps("2"),
            "-vf",
            "crop=405:721",
            *H264[:-2],
            "-pix_fmt",
            "yuv444p",
        ),
        "ntsc": lambda target: draw(target, *picture("360x640", "30000/1001", "9"), *beeps("9"), *H264),
        "sound": lambda target: draw(target, *beeps("2"), "-c:a", "aac"),
        "dub": lambda target: draw(target, *tone(700, "6"), "-f", "wav"),
        "long_dub": lambda target: draw(target, *tone(1400, "10"), "-c:a", "aac"),
        "flat": lambda target: draw(target, *picture("640x360", seconds="2"), *H264),
        "eight_k": lambda target: draw(target, *picture("4320x7680", "1", "1"), *H264),
        "over_long": lambda target: draw(target, *picture("144x256", "10", "182"), *H264),
        "four_frames": lambda target: draw(target, *picture("360x640", "4", "3"), *H264),
        "fast": lambda target: draw(target, *picture("360x640", "120", "5"), *beeps("5"), *H264),
        "variable": variable,
        "ten_bit": lambda target: draw(target, *picture("360x640", seconds="5"), *H264, "-pix_fmt", "yuv420p10le"),
        "wide": wide,
        "leaning": leaning,
        "png": lambda target: draw(target, *picture("360x640", "1", "1"), "-f", "apng"),
        "jpeg": lambda target: draw(target, *picture("360x640", "1", "1"), "-c:v", "mjpeg", "-f", "image2pipe"),
        "text": lambda target: target.write_text("A train, and no one on it.\n" * 40),
        "truncated": lambda target: target.write_bytes(make("plain").read_bytes()[:400_000]),
        "headless": lambda target: target.write_bytes(make("plain").read_bytes()[-400_000:]),
        "zip": _zip,
        "empty": lambda target: target.write_bytes(b""),
        "playlist": lambda target: target.write_text("#EXTM3U\n#EXT-X-VERSION:3\n#EXTINF:1,\n/etc/hostname\n"),
    }

    def make(name):
        target = folder / f"{name}.mp4"
        if not target.exists():
            makers[name](target)
        return target

    return make


def _zip(target):
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("film.mp4", b"not a film" * 1000)


def order(version="v1", **changes):
    settings = {
        "source": f"s3://uploads/uploads/s/1/{version}/source",
        "destination": f"s3://media/media/s/1/{version}/",
        "poster_destination": f"s3://media/posters/s/1/{version}",
        "series": "s",
        "episode": 1,
        "version": version,
        "language": "en",
        "source_width": 540,
        "frame_rate": Fraction(25),
        "to_bt709": False,
        "has_audio": True,
        "role": "arn:aws:iam::000000000000:role/transcode",
        "queue": "arn:aws:mediaconvert:us-east-1:000000000000:queues/films",
    }
    return Order(**(settings | changes))


def client_of(program):
    """Botocore's own client, told only where the service is."""
    return boto3.client(
        "mediaconvert",
        endpoint_url=program.url,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"max_attempts": 1}),
    )


class Bench:
    """The service under test and everything around it."""

    def __init__(self, program, aws, sources):
        self.program = program
        self.aws = aws
        self.sources = sources
        self.client = client_of(program)

    def put(self, version, source):
        self.aws.put("uploads", f"uploads/s/1/{version}/source", self.sources(source).read_bytes())

    def job(self, version, source, **changes):
        """The product's job for a source, in place."""
        self.put(version, source)
        return build_job(order(version, **changes))

    def beside(self, version, name, content):
        """The address of a file beside a version's source, in place."""
        self.aws.put("uploads", f"uploads/s/1/{version}/{name}", content)
        return f"s3://uploads/uploads/s/1/{version}/{name}"

    def run(self, request):
        """Everything that was told of a job, to its end."""
        job = self.client.create_job(**request)["Job"]["Id"]
        self.aws.wait_for(lambda: any(detail["status"] in OVER for detail in self.aws.details(job)))
        return self.aws.details(job)

    def files(self, version):
        """What stands in the media bucket, by name in the version's folder: content and type."""
        return self._under(f"media/media/s/1/{version}/")

    def posters(self, version):
        """What anybody may see of it, by what follows the version in the name."""
        return self._under(f"media/posters/s/1/{version}")

    def _under(self, prefix):
        return {key.removeprefix(prefix): found for key, found in self.aws.objects.items() if key.startswith(prefix)}


@pytest.fixture(scope="session")
def bench(tmp_path_factory, sources):
    aws = FakeAws()
    cache = tmp_path_factory.mktemp("cache")
    arguments = ["--port", 0, "--endpoint", aws.url, "--cache", cache]
    with running("local.mediaconvert", *arguments) as program:
        yield Bench(program, aws, sources)
    aws.close()


VTT = """WEBVTT

NOTE drawn up by hand

00:00:00.500 --> 00:00:02.000 position:10% line:0
<v Mia>No one <i>ever</i> gets off here.

second
00:05.000 --> 00:20.000
Then who is that?
On the platform?
"""
"""Two cues: one with a place and markup of its own, one of two lines that ends after the film."""


@pytest.fixture(scope="session")
def story(bench):
    """The files of a film with two dubs, one too short and one too long, and two subtitles."""
    subtitles = tuple(
        Track(language, bench.beside("story", f"{language}.vtt", VTT.encode())) for language in ("en", "es")
    )
    dubs = tuple(
        Track(language, bench.beside("story", language, bench.sources(source).read_bytes()))
        for language, source in (("de", "dub"), ("es-MX", "long_dub"))
    )
    told = bench.run(bench.job("story", "plain", subtitles=subtitles, dubs=dubs))
    assert told[-1]["status"] == "COMPLETE", told[-1]
    return {name: content for name, (content, _) in bench.files("story").items()}


@pytest.fixture(scope="session")
def told(bench):
    """What is told of one whole job on the plain source; its files are in folder ``plain``."""
    begun = time.monotonic()
    details = bench.run(bench.job("plain", "plain"))
    print(f"8.4 s transcoded in {time.monotonic() - begun:.2f} s")
    return details
