"""A job's sound: which track of the source it is made of, and what is done to it. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from local.mediaconvert.model import AudioRendition, AudioTrack, JobFailed, Source

AAC_FRAME: Final = 1024
"""Samples in an AAC-LC frame, and so the encoder's delay."""

TWO_LETTERS: Final = {
    "eng": "en",
    "spa": "es",
    "deu": "de",
    "ger": "de",
    "fra": "fr",
    "fre": "fr",
    "ita": "it",
    "por": "pt",
    "jpn": "ja",
    "kor": "ko",
    "zho": "zh",
    "chi": "zh",
    "hin": "hi",
    "ara": "ar",
    "rus": "ru",
    "tur": "tr",
}
"""ISO 639-2 codes that have a shorter one: a playlist's LANGUAGE is the shortest tag (RFC 5646, section 2.2.1)."""


class Selected(NamedTuple):
    """A sound track: the address of the file that it is in (nothing for the film), its place there, what it is."""

    file: str
    place: int
    track: AudioTrack


def selected_track(
    description: dict[str, Any], entry: dict[str, Any], film: Source, dubs: Mapping[str, Source]
) -> Selected | None:
    """Which sound track a description is made of; None when its source has none for it.

    A selector that names a track which is not there ends the job, and so does a file that holds no sound. One that
    names none takes the first, and without any the output is left out: the model says of ``AudioDefaultSelection``
    that such outputs "have no audio".

    Raises:
        JobFailed: 1040.
    """
    names = list(entry.get("AudioSelectors", {}))
    name = description.get("AudioSourceName", names[0] if names else "")
    number = names.index(name) + 1 if name in names else 1
    selector = entry.get("AudioSelectors", {}).get(name, {})
    file = selector.get("ExternalAudioFileInput", "")
    tracks = (dubs[file] if file else film).audio
    wanted = next(iter(selector.get("Tracks", [])), 1)
    if wanted > len(tracks):
        if not file and "Tracks" not in selector:
            return None
        raise JobFailed(
            1040,
            f"Invalid audio track specified for audio_selector [{number}]. "
            f"Audio track [{wanted}] not found in input container.",
        )
    return Selected(file, wanted - 1, tracks[wanted - 1])


def plan_sound(
    output: dict[str, Any],
    container: dict[str, Any],
    description: dict[str, Any],
    selected: Selected,
    length: float,
) -> AudioRendition:
    """The rendition of one audio description; ``length`` is the picture's in seconds."""
    codec = description["CodecSettings"].get("AacSettings", {})
    rate = int(codec.get("SampleRate", 48_000))
    channels = 1 if codec.get("CodingMode") == "CODING_MODE_1_0" else 2
    language = _language(description, selected.track)
    kind = container.get("AudioTrackType", "ALTERNATE_AUDIO_AUTO_SELECT_DEFAULT")
    fill = container.get("AudioDuration") == "MATCH_VIDEO_DURATION"
    return AudioRendition(
        name=output.get("NameModifier", ""),
        file=selected.file,
        track=selected.place,
        group=container.get("AudioGroupId", "program_audio"),
        title=description.get("StreamName") or language or "Audio",
        language=language,
        is_default=kind == "ALTERNATE_AUDIO_AUTO_SELECT_DEFAULT",
        autoselect=kind != "ALTERNATE_AUDIO_NOT_AUTO_SELECT",
        channels=channels,
        filters=_sound_filters(description, rate, length, fill=fill),
        encoder=(("b", str(codec.get("Bitrate", 96_000))), ("ar", str(rate)), ("ac", str(channels))),
    )


def _language(description: dict[str, Any], track: AudioTrack) -> str:
    """A BCP 47 tag, or nothing when none is known."""
    configured = description.get("CustomLanguageCode") or description.get("LanguageCode", "")
    follow = description.get("LanguageCodeControl", "FOLLOW_INPUT") == "FOLLOW_INPUT" and track.language != "und"
    return shortest_tag((track.language if follow else configured) or configured)


def shortest_tag(code: str) -> str:
    """A language code of two or three letters, or a longer tag, as BCP 47 has it."""
    return TWO_LETTERS.get(code.lower(), code if "-" in code else code.lower())


def _sound_filters(description: dict[str, Any], rate: int, length: float, *, fill: bool) -> str:
    """Loudness, then the output's clock from 0 on, then the encoder's delay taken out.

    An AAC encoder puts one frame of delay before the first sample. It is taken from the first frame's own place (21 ms
    at 48 kHz), so that presentation times need neither a shift nor an edit list and sound stays with the picture. The
    sound ends no later than the picture and, with ``fill``, no earlier.
    """
    wanted = description.get("AudioNormalizationSettings", {})
    loudness = ""
    if wanted and wanted.get("AlgorithmControl", "CORRECT_AUDIO") == "CORRECT_AUDIO":
        target = min(-5.0, max(-70.0, wanted.get("TargetLkfs", -24.0)))
        peak = min(0.0, max(-9.0, wanted.get("TruePeakLimiterThreshold", -1.0)))
        loudness = f"loudnorm=I={target}:TP={peak},"
    samples = math.ceil(length * rate)
    trim = f"atrim=start_sample={AAC_FRAME}:end_sample={max(samples, 2 * AAC_FRAME)}"
    silence = f"apad=whole_len={samples}," if fill else ""
    return f"{loudness}aresample={rate}:async=1:first_pts=0,{silence}{trim}"
