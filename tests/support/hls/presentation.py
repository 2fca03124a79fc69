"""A whole presentation, read and measured: playlists, and what stands in their segments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tests.support.hls.boxes import Malformed, Sample, Track, read_samples, read_track
from tests.support.hls.grammar import Main, Media, read_main, read_media


@dataclass(frozen=True)
class Rendition:
    """A rendition of picture or sound: its playlist, its track, and the samples of each segment."""

    name: str
    media: Media
    track: Track
    segments: list[list[Sample]]

    def ticks(self, sample: Sample) -> float:
        return sample.show / self.track.timescale

    @property
    def first(self) -> float:
        """When it is first seen or heard, in seconds of presentation time."""
        return min(self.ticks(sample) for sample in self.segments[0])

    @property
    def lengths(self) -> list[float]:
        """Measured seconds of each segment."""
        return [sum(sample.duration for sample in segment) / self.track.timescale for segment in self.segments]

    @property
    def keys(self) -> list[float]:
        """When each key frame is decoded, in seconds."""
        return [
            sample.decode / self.track.timescale for segment in self.segments for sample in segment if sample.is_key
        ]

    @property
    def rate(self) -> float:
        """Samples a second."""
        return sum(len(segment) for segment in self.segments) / sum(self.lengths)


@dataclass(frozen=True)
class Presentation:
    """A main playlist and everything that it leads to, by the names of the playlists."""

    main: Main
    lists: dict[str, Media]
    renditions: dict[str, Rendition]
    files: Mapping[str, bytes]

    def kind(self, name: str) -> list[dict[str, str]]:
        """The renditions of a type: ``AUDIO`` or ``SUBTITLES``."""
        return [one for one in self.main.renditions if one["TYPE"] == name]

    def sounds_of(self, variant: dict[str, str]) -> list[dict[str, str]]:
        """The sounds that a variant may play with."""
        return [one for one in self.kind("AUDIO") if one["GROUP-ID"] == variant.get("AUDIO")]

    def peak(self, name: str) -> float:
        """The peak bit rate of a playlist: the largest of all runs of 0.5 to 1.5 target durations (section 4.1)."""
        media = self.lists[name]
        parts = [(one.seconds, 8 * len(self.files[one.uri])) for one in media.segments]
        rates = [self.mean(name)] if len(parts) == 1 else []
        for first in range(len(parts)):
            for last in range(first + 1, len(parts) + 1):
                seconds = sum(length for length, _ in parts[first:last])
                if 0.5 * media.target <= seconds <= 1.5 * media.target:
                    rates.append(sum(bits for _, bits in parts[first:last]) / seconds)
        return max(rates)

    def mean(self, name: str) -> float:
        """The bit rate of a whole playlist."""
        media = self.lists[name]
        return 8 * sum(len(self.files[one.uri]) for one in media.segments) / media.seconds

    def declared_over_measured(self, variant: dict[str, str]) -> float:
        """The declared peak of a variant over its own measured one with the loudest sound beside it."""
        sounds = [self.peak(one["URI"]) for one in self.sounds_of(variant)]
        return int(variant["BANDWIDTH"]) / (self.peak(variant["URI"]) + max(sounds, default=0))

    @property
    def offset(self) -> float:
        """The largest distance of first presentation times between any picture and any sound, in seconds."""
        pictures = [self.renditions[one["URI"]].first for one in self.main.variants]
        sounds = [self.renditions[one["URI"]].first for one in self.kind("AUDIO")]
        return max((abs(picture - sound) for picture in pictures for sound in sounds), default=0.0)


def read(files: Mapping[str, bytes], main: str = "master.m3u8") -> Presentation:
    """The presentation of a main playlist among some files.

    Raises:
        Malformed: a playlist or a segment is not what it should be.
        KeyError: something that is listed is not there.
    """
    top = read_main(files[main])
    lists, renditions = {}, {}
    for one in [*top.variants, *top.renditions, *top.images]:
        name = one["URI"]
        lists[name] = media = read_media(files[name])
        if one in top.images or one.get("TYPE") == "SUBTITLES":
            continue
        if not media.initial:
            raise Malformed(f"{name} names no initial segment")
        track = read_track(files[media.initial])
        segments = [read_samples(files[segment.uri], track) for segment in media.segments]
        renditions[name] = Rendition(name, media, track, segments)
    return Presentation(top, lists, renditions, files)
