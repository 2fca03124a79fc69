"""Everything that a job reads, brought from the bucket: the film, dubs beside it, and subtitles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.mediaconvert.captions import Cue, read_cues
from local.mediaconvert.model import ObjectAddress, Source
from local.mediaconvert.probing import read_source
from local.mediaconvert.storage import Storage


@dataclass(frozen=True)
class Media:
    """A file of sound or picture on this machine, and what it holds."""

    file: Path
    source: Source


@dataclass(frozen=True)
class Gathered:
    """What a job reads. Dubs and subtitles by their addresses; ``digests`` is the SHA-256 of each file by address."""

    film: Media
    dubs: dict[str, Media]
    subtitles: dict[str, tuple[Cue, ...]]
    digests: dict[str, str]


def dub_addresses(settings: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Where a job's settings name a sound file beside the film: the path in the request, and the address."""
    for name, selector in settings["Inputs"][0].get("AudioSelectors", {}).items():
        if "ExternalAudioFileInput" in selector:
            yield f"/settings/inputs/0/audioSelectors/{name}", selector["ExternalAudioFileInput"]


def subtitle_addresses(settings: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Where a job's settings name a file of subtitles: the path in the request, and the address."""
    for name, selector in settings["Inputs"][0].get("CaptionSelectors", {}).items():
        file = selector.get("SourceSettings", {}).get("FileSourceSettings", {})
        yield f"/settings/inputs/0/captionSelectors/{name}", file.get("SourceFile", "")


def gather(settings: dict[str, Any], storage: Storage, folder: Path) -> Gathered:
    """Copies a job's inputs into a folder and reads what they are.

    Raises:
        JobFailed: one is not there or not readable.
    """
    digests: dict[str, str] = {}

    def fetch(uri: str) -> Path:
        file = folder / f"input-{len(digests)}"
        digests[uri] = storage.read(ObjectAddress.parse(uri), file)
        return file

    def media(uri: str) -> Media:
        file = fetch(uri)
        return Media(file, read_source(file, uri))

    return Gathered(
        film=media(settings["Inputs"][0]["FileInput"]),
        dubs={uri: media(uri) for _, uri in dub_addresses(settings)},
        subtitles={uri: read_cues(fetch(uri).read_bytes(), uri) for _, uri in subtitle_addresses(settings)},
        digests=digests,
    )
