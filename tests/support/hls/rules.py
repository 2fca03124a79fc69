"""What is wrong with a presentation, a line each: the rules that concern more than one line of one playlist.

"4.x" are sections of RFC 8216; "Apple" is the HLS authoring specification for Apple devices.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping

from tests.support.hls.beside import subtitle_problems, tile_problems
from tests.support.hls.boxes import Malformed
from tests.support.hls.presentation import Presentation, Rendition, read

AAC_FRAME_S = 1024 / 48_000
TICK_S = 0.002
MOST_OFFSET_S = 0.005
MOST_OVER = 1.05
LONGEST_GOP_S = 2.1
"""Apple 1.10 asks for a key frame every 2 s; at 29.97 frames a second the nearest whole group is 2.002 s."""


def problems_of(files: Mapping[str, bytes], main: str = "master.m3u8") -> list[str]:
    """Every broken rule; empty for a presentation that plays everywhere."""
    try:
        shown = read(files, main)
    except KeyError as missing:
        return [f"{missing} is listed and not there"]
    except Malformed as fault:
        return [f"malformed: {fault}"]
    checks = (_everything_is_listed(shown, main), _main(shown), _groups(shown), _lists(shown), _rates(shown))
    found = [problem for check in checks for problem in check]
    for name, rendition in shown.renditions.items():
        found += [f"{name}: {problem}" for problem in _segments(rendition)]
    found += [*_variants(shown), *_alignment(shown), *subtitle_problems(shown), *tile_problems(shown)]
    return found


def _everything_is_listed(shown: Presentation, main: str) -> Iterator[str]:
    listed = [main, *shown.lists]
    for media in shown.lists.values():
        listed += [segment.uri for segment in media.segments] + ([media.initial] if media.initial else [])
    yield from (f"{name} is listed twice" for name in sorted(set(listed)) if listed.count(name) > 1)
    yield from (f"{name} is there and not listed" for name in sorted(set(shown.files) - set(listed)))


def _main(shown: Presentation) -> Iterator[str]:
    main = shown.main
    if not main.independent:
        yield "the main playlist does not say that segments are independent"
    for variant in main.variants:
        name = variant["URI"]
        wanted = ("AVERAGE-BANDWIDTH", "CODECS", "RESOLUTION", "FRAME-RATE", "CLOSED-CAPTIONS")
        yield from (f"{name}: has no {attribute} (Apple 9)" for attribute in wanted if attribute not in variant)
    rates = [int(variant["BANDWIDTH"]) for variant in main.variants]
    if rates != sorted(set(rates)):
        yield "the variants do not rise in bandwidth"
    shapes = {tuple(map(int, variant.get("RESOLUTION", "1x1").split("x"))) for variant in main.variants}
    if max(w / h for w, h in shapes) - min(w / h for w, h in shapes) > 0.01:
        yield "the variants differ in shape (Apple 1.19)"


def _groups(shown: Presentation) -> Iterator[str]:
    """Rendition groups (4.3.4.1.1), and who plays with which."""
    main = shown.main
    for attribute, kind in (("AUDIO", "AUDIO"), ("SUBTITLES", "SUBTITLES")):
        groups = {one["GROUP-ID"] for one in shown.kind(kind)}
        used = {variant[attribute] for variant in main.variants if attribute in variant}
        yield from (f"{kind} group {group} is named and not there" for group in sorted(used - groups))
        yield from (f"{kind} group {group} is there and never named" for group in sorted(groups - used))
        if len({variant.get(attribute) for variant in main.variants}) > 1:
            yield f"the variants differ in their {attribute} group"
        for group in sorted(groups):
            members = [one for one in shown.kind(kind) if one["GROUP-ID"] == group]
            yield from (f"{kind} group {group}: {problem}" for problem in _members(kind, members))


def _members(kind: str, members: list[dict[str, str]]) -> Iterator[str]:
    names = [one["NAME"] for one in members]
    if len(set(names)) < len(names):
        yield f"names are not distinct: {names}"
    if sum(one.get("DEFAULT") == "YES" for one in members) != 1:
        yield "one member, and one only, is the default"
    for one in members:
        if one.get("DEFAULT") == "YES" and one.get("AUTOSELECT") != "YES":
            yield f"{one['NAME']} is the default and not selected by itself"
        if "LANGUAGE" not in one:
            yield f"{one['NAME']} has no language"
        if kind == "AUDIO" and "CHANNELS" not in one:
            yield f"{one['NAME']} does not tell its channels (Apple 9.13)"
        if kind == "AUDIO" and "FORCED" in one:
            yield f"{one['NAME']}: FORCED is for subtitles"


def _lists(shown: Presentation) -> Iterator[str]:
    targets = set()
    for name, media in shown.lists.items():
        if media.kind != "VOD" or not media.ended:
            yield f"{name}: a film is VOD and has an end"
        if media.version < (6 if media.initial else 3):
            yield f"{name}: version {media.version} has not what is used"
        for segment in media.segments:
            if int(segment.seconds + 0.5) > media.target:
                yield f"{name}: {segment.uri} of {segment.seconds} s is longer than the target (4.3.3.1)"
        if name in shown.renditions:
            targets.add(media.target)
            if not media.independent:
                yield f"{name}: does not say that segments are independent"
    if len(targets) > 1:
        yield f"renditions differ in their target durations: {sorted(targets)} (6.2.4)"


def _rates(shown: Presentation) -> Iterator[str]:
    for variant in shown.main.variants:
        name = variant["URI"]
        peak = shown.declared_over_measured(variant)
        if not 1 <= peak <= MOST_OVER:
            yield f"{name}: declares {peak:.3f} of its peak with sound"
        sounds = [shown.mean(one["URI"]) for one in shown.sounds_of(variant)]
        mean = int(variant.get("AVERAGE-BANDWIDTH", 0)) / (shown.mean(name) + max(sounds, default=0))
        if not 1 <= mean <= MOST_OVER:
            yield f"{name}: declares {mean:.3f} of its average with sound"
    for image in shown.main.images:
        ratio = int(image["BANDWIDTH"]) / shown.peak(image["URI"])
        if not 1 <= ratio <= MOST_OVER:
            yield f"{image['URI']}: declares {ratio:.3f} of its peak"


def _segments(rendition: Rendition) -> Iterator[str]:
    """One rendition of picture or sound, from its first sample to its last."""
    expected = 0
    for listed, measured, samples in zip(rendition.media.segments, rendition.lengths, rendition.segments, strict=True):
        if abs(listed.seconds - measured) > TICK_S:
            yield f"{listed.uri} lasts {measured:.4f} s and says {listed.seconds}"
        if not samples[0].is_key:
            yield f"{listed.uri} does not start with a key frame"
        if samples[0].decode != expected:
            yield f"{listed.uri} starts at {samples[0].decode}, not at {expected}"
        expected = samples[-1].decode + samples[-1].duration
    if rendition.first < 0:
        yield f"begins before 0, at {rendition.first:.4f} s"


def _variants(shown: Presentation) -> Iterator[str]:
    for variant in shown.main.variants:
        rendition = shown.renditions[variant["URI"]]
        track = rendition.track
        codecs = [track.codec, *{shown.renditions[one["URI"]].track.codec for one in shown.sounds_of(variant)}]
        if variant.get("CODECS", "").split(",") != codecs:
            yield f"{rendition.name}: says {variant.get('CODECS')!r} and is {codecs}"
        if variant.get("RESOLUTION") != f"{track.width}x{track.height}":
            yield f"{rendition.name}: says {variant.get('RESOLUTION')} and is {track.width}x{track.height}"
        if abs(float(variant.get("FRAME-RATE", 0)) - rendition.rate) > 0.005:
            yield f"{rendition.name}: says {variant.get('FRAME-RATE')} and has {rendition.rate:.3f} frames a second"
        gaps = [after - before for before, after in itertools.pairwise(rendition.keys)]
        if max(gaps, default=0) > LONGEST_GOP_S:
            yield f"{rendition.name}: has {max(gaps):.2f} s between key frames (Apple 1.10)"


def _alignment(shown: Presentation) -> Iterator[str]:
    """Pictures are cut alike, key frame by key frame; sound follows within one frame of its own, and as long."""
    pictures = [shown.renditions[one["URI"]] for one in shown.main.variants]
    first = pictures[0]
    for other in pictures[1:]:
        if other.lengths != first.lengths or other.keys != first.keys:
            yield f"{other.name}: is not cut like {first.name}"
    for one in shown.kind("AUDIO"):
        sound = shown.renditions[one["URI"]]
        if len(sound.lengths) != len(first.lengths):
            yield f"{sound.name}: has {len(sound.lengths)} segments beside {len(first.lengths)}"
        cuts = zip(itertools.accumulate(sound.lengths), itertools.accumulate(first.lengths), strict=False)
        if any(abs(heard - seen) > AAC_FRAME_S for heard, seen in cuts):
            yield f"{sound.name}: is cut more than a frame beside the picture"
    if shown.offset > MOST_OFFSET_S:
        yield f"picture and sound start {shown.offset * 1000:.1f} ms apart"
