"""Measuring what was made, from the bytes up, by other means than those that made it."""

from __future__ import annotations

import io
import math

import av
import m3u8
import numpy as np


def playlist(files, name):
    return m3u8.loads(files[name][0].decode())


def seconds(packet):
    return float(packet.pts * packet.time_base)


def track(files, name):
    """Times in seconds of a rendition's packets, key frames, and its size, as a player's demuxer sees them."""
    listing = playlist(files, name)
    data = files[listing.segment_map[0].uri][0] + b"".join(files[segment.uri][0] for segment in listing.segments)
    with av.open(io.BytesIO(data), mode="r") as container:
        stream = container.streams[0]
        packets = [packet for packet in container.demux(stream) if packet.pts is not None]
        times = sorted(seconds(packet) for packet in packets)
        keys = sorted(seconds(packet) for packet in packets if packet.is_keyframe)
        size = (getattr(stream.codec_context, "width", 0), getattr(stream.codec_context, "height", 0))
        return {"times": times, "keys": keys, "size": size, "record": bytes(stream.codec_context.extradata or b"")}


def starts(files, name):
    """Where each segment starts, by the playlist."""
    found, at = [], 0.0
    for segment in playlist(files, name).segments:
        found.append(at)
        at += segment.duration
    return found


def decode_times(files, name):
    """Where each segment starts, by its own decode time (``tfdt``), in the track's ticks."""
    found = []
    for segment in playlist(files, name).segments:
        data = files[segment.uri][0]
        at = data.index(b"tfdt")
        found.append(int.from_bytes(data[at + 8 : at + (16 if data[at + 4] else 12)], "big"))
    return found


def peak(files, name):
    """RFC 8216's peak segment bit rate: the largest of all runs of 0.5 to 1.5 target durations."""
    listing = playlist(files, name)
    parts = [(segment.duration, len(files[segment.uri][0]) * 8) for segment in listing.segments]
    rates = []
    for first in range(len(parts)):
        for last in range(first + 1, len(parts) + 1):
            seconds = math.fsum(duration for duration, _ in parts[first:last])
            if 0.5 * listing.target_duration <= seconds <= 1.5 * listing.target_duration:
                rates.append(sum(bits for _, bits in parts[first:last]) / seconds)
    return max(rates)


def mean(files, name):
    listing = playlist(files, name)
    return (
        sum(len(files[segment.uri][0]) for segment in listing.segments)
        * 8
        / sum(segment.duration for segment in listing.segments)
    )


def onsets(files, name):
    """When the sound of a rendition starts after silence, in seconds of presentation time."""
    listing = playlist(files, name)
    data = files[listing.segment_map[0].uri][0] + b"".join(files[segment.uri][0] for segment in listing.segments)
    found, quiet = [], 1.0
    with av.open(io.BytesIO(data), mode="r") as container:
        for frame in container.decode(audio=0):
            samples = np.abs(frame.to_ndarray()).max(axis=0)
            for index, sample in enumerate(samples):
                loud = sample > 0.05
                if loud and quiet > 0.5:
                    found.append((frame.time or 0.0) + index / frame.sample_rate)
                quiet = 0.0 if loud else quiet + 1 / frame.sample_rate
    return found
