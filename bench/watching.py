"""Watching and listening to a presentation: where a flash is seen and where its beep is heard."""

from __future__ import annotations

import io

import av
import numpy as np

from tests.support.hls.presentation import Presentation, Rendition

BRIGHT = 200
LOUD = 0.05
QUIET_S = 0.5


def worst_offset_ms(shown: Presentation) -> float:
    """The largest distance between a flash and its beep, and of first presentation times, over all renditions.

    A beep at 0 is not heard: it lies in the encoder's delay. So the flashes from 1 s on are compared.
    """
    sounds = [beeps(shown, shown.renditions[one["URI"]]) for one in shown.kind("AUDIO")]
    pictures = [flashes(shown, shown.renditions[one["URI"]]) for one in shown.main.variants]
    worst = shown.offset
    for seen in pictures:
        for heard in sounds:
            pairs = list(zip(seen[1:], heard[-len(seen[1:]) :], strict=True))
            worst = max(worst, *(abs(flash - beep) for flash, beep in pairs))
    return worst * 1000


def flashes(shown: Presentation, rendition: Rendition) -> list[float]:
    """Seconds at which the whole picture turns white."""
    found: list[float] = []
    dark = True
    with av.open(io.BytesIO(content(shown, rendition)), mode="r") as container:
        for frame in container.decode(video=0):
            bright = bool(frame.to_ndarray(format="gray")[::16, ::16].mean() > BRIGHT)
            if bright and dark:
                found.append(float(frame.time or 0))
            dark = not bright
    return found


def beeps(shown: Presentation, rendition: Rendition) -> list[float]:
    """Seconds at which sound starts after silence."""
    found: list[float] = []
    quiet = 0.0
    with av.open(io.BytesIO(content(shown, rendition)), mode="r") as container:
        for frame in container.decode(audio=0):
            samples = np.abs(frame.to_ndarray()).max(axis=0)
            for index in np.flatnonzero(samples > LOUD):
                at = float(frame.time or 0) + index / frame.sample_rate
                if not found or at - quiet > QUIET_S:
                    found.append(at)
                quiet = at
    return found


def content(shown: Presentation, rendition: Rendition) -> bytes:
    """The rendition as one file."""
    names = [rendition.media.initial, *(segment.uri for segment in rendition.media.segments)]
    return b"".join(shown.files[name] for name in names)
