"""The one MediaConvert job: CMAF with an HLS manifest, a vertical ladder, one audio track, one poster. Pure.

Why each value, in the order of the request:

- Segments are 4 s and groups of pictures 2 s, closed, the same in every rendition, so that a player switches at any
  segment (Apple's HLS authoring specification asks for key frames every 2 s; 4 s segments start a short film sooner
  than its 6 s). Scene changes are found by transition detection, which does not add key frames out of step.
- QVBR in a single pass: the quality is named and ``MaxBitrate`` bounds it. ``Bitrate`` does not go with QVBR.
- Every track is an output of its own, as CMAF demands; the video outputs name the audio group they play with.
- Loudness is -16 LKFS, within what AES TD1008 asks of streams that phones play.
- ``Rotate: AUTO``, because phones record turned pictures and say so in metadata.
"""

from __future__ import annotations

from typing import Any, NamedTuple

GOP_S = 2.0
SEGMENT_S = 4
FRAGMENT_S = 2
AUDIO_BITRATE = 128_000
AUDIO_GROUP = "audio"
AUDIO_SELECTOR = "Audio Selector 1"
TARGET_LKFS = -16.0
TRUE_PEAK_DBFS = -1.0
PLAYLIST_BASE = "master"
POSTER_BASE = "poster"
POSTER_QUALITY = 80


class Rung(NamedTuple):
    """One rendition: its picture in pixels, its ceiling in bits per second, its QVBR level (1 to 10)."""

    width: int
    height: int
    max_bitrate: int
    quality: int


LADDER: tuple[Rung, ...] = (
    Rung(360, 640, 700_000, 6),
    Rung(540, 960, 1_400_000, 7),
    Rung(720, 1280, 2_800_000, 7),
    Rung(1080, 1920, 5_500_000, 8),
)
"""Every rendition there can be, narrowest first."""

DEFAULT_LADDER = LADDER[:2]


class Order(NamedTuple):
    """What to transcode: addresses in S3, our own ids, and what the probe told of the source.

    ``destination`` is the folder of the episode's version and ends with a slash; ``language`` is a BCP 47 tag.
    """

    source: str
    destination: str
    series: str
    episode: int
    version: str
    language: str
    source_width: int
    has_audio: bool
    role: str
    queue: str


def rungs_for(source_width: int, ladder: tuple[Rung, ...] = DEFAULT_LADDER) -> tuple[Rung, ...]:
    """The renditions of a ladder that do not enlarge the source; for a narrow source, one of its own width."""
    fitting = tuple(rung for rung in ladder if rung.width <= source_width)
    if fitting:
        return fitting
    first = ladder[0]
    width = source_width - source_width % 2
    height = round(width * first.height / first.width / 2) * 2
    return (first._replace(width=width, height=height),)


def build_job(order: Order, ladder: tuple[Rung, ...] = DEFAULT_LADDER) -> dict[str, Any]:
    """The ``CreateJob`` request of an order. The same order gives the same request, token included."""
    rungs = rungs_for(order.source_width, ladder)
    outputs = [_video_output(rung, has_audio=order.has_audio) for rung in rungs]
    if order.has_audio:
        outputs.append(_audio_output(order.language))
    source: dict[str, Any] = {
        "FileInput": order.source,
        "TimecodeSource": "ZEROBASED",
        "VideoSelector": {"Rotate": "AUTO", "ColorSpace": "FOLLOW"},
    }
    if order.has_audio:
        source["AudioSelectors"] = {AUDIO_SELECTOR: {"DefaultSelection": "DEFAULT"}}
    return {
        "Role": order.role,
        "Queue": order.queue,
        # MediaConvert honours the token for a minute only; after that, the events of a first job keep a second one
        # from being submitted (see ``domain.plan_change``).
        "ClientRequestToken": f"transcode-{order.version}",
        "StatusUpdateInterval": "SECONDS_10",
        "AccelerationSettings": {"Mode": "DISABLED"},
        "UserMetadata": {"series": order.series, "episode": str(order.episode), "version": order.version},
        "Settings": {
            "TimecodeConfig": {"Source": "ZEROBASED"},
            "Inputs": [source],
            "OutputGroups": [_stream_group(order.destination, outputs), _poster_group(order.destination, rungs[-1])],
        },
    }


def _stream_group(destination: str, outputs: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "Name": "CMAF",
        "OutputGroupSettings": {
            "Type": "CMAF_GROUP_SETTINGS",
            "CmafGroupSettings": {
                "Destination": destination + PLAYLIST_BASE,
                "SegmentLength": SEGMENT_S,
                "SegmentLengthControl": "GOP_MULTIPLE",
                "FragmentLength": FRAGMENT_S,
                "SegmentControl": "SEGMENTED_FILES",
                "MinFinalSegmentLength": 1.0,
                "WriteHlsManifest": "ENABLED",
                "WriteDashManifest": "DISABLED",
                "ManifestCompression": "NONE",
                "ManifestDurationFormat": "FLOATING_POINT",
                "TargetDurationCompatibilityMode": "SPEC_COMPLIANT",
                "StreamInfResolution": "INCLUDE",
                "CodecSpecification": "RFC_6381",
                "ClientCache": "ENABLED",
            },
        },
        "Outputs": outputs,
    }


def _video_output(rung: Rung, *, has_audio: bool) -> dict[str, Any]:
    container: dict[str, Any] = {"IFrameOnlyManifest": "EXCLUDE"}
    if has_audio:
        container["AudioRenditionSets"] = AUDIO_GROUP
    return {
        "NameModifier": f"_video_{rung.width}",
        "ContainerSettings": {"Container": "CMFC", "CmfcSettings": container},
        "VideoDescription": {
            "Width": rung.width,
            "Height": rung.height,
            "ScalingBehavior": "DEFAULT",
            "AntiAlias": "ENABLED",
            "Sharpness": 50,
            "CodecSettings": {"Codec": "H_264", "H264Settings": _h264(rung)},
        },
    }


def _h264(rung: Rung) -> dict[str, Any]:
    return {
        "RateControlMode": "QVBR",
        "QvbrSettings": {"QvbrQualityLevel": rung.quality},
        "MaxBitrate": rung.max_bitrate,
        "QualityTuningLevel": "SINGLE_PASS_HQ",
        "SceneChangeDetect": "TRANSITION_DETECTION",
        "GopSize": GOP_S,
        "GopSizeUnits": "SECONDS",
        "GopClosedCadence": 1,
        "MinIInterval": 0,
        "FramerateControl": "INITIALIZE_FROM_SOURCE",
        "ParControl": "SPECIFIED",
        "ParNumerator": 1,
        "ParDenominator": 1,
        "CodecProfile": "HIGH",
        "CodecLevel": "AUTO",
        "EntropyEncoding": "CABAC",
        "AdaptiveQuantization": "AUTO",
    }


def _audio_output(language: str) -> dict[str, Any]:
    return {
        "NameModifier": f"_audio_{language}",
        "ContainerSettings": {
            "Container": "CMFC",
            "CmfcSettings": {
                "AudioGroupId": AUDIO_GROUP,
                "AudioTrackType": "ALTERNATE_AUDIO_AUTO_SELECT_DEFAULT",
            },
        },
        "AudioDescriptions": [
            {
                "AudioSourceName": AUDIO_SELECTOR,
                "AudioTypeControl": "FOLLOW_INPUT",
                "LanguageCodeControl": "USE_CONFIGURED",
                "CustomLanguageCode": language,
                "StreamName": "Original",
                "AudioNormalizationSettings": {
                    "Algorithm": "ITU_BS_1770_3",
                    "AlgorithmControl": "CORRECT_AUDIO",
                    "TargetLkfs": TARGET_LKFS,
                    "PeakCalculation": "TRUE_PEAK",
                    "TruePeakLimiterThreshold": TRUE_PEAK_DBFS,
                    "LoudnessLogging": "DONT_LOG",
                },
                "CodecSettings": {
                    "Codec": "AAC",
                    "AacSettings": {
                        "CodecProfile": "LC",
                        "RateControlMode": "CBR",
                        "Bitrate": AUDIO_BITRATE,
                        "CodingMode": "CODING_MODE_2_0",
                        "SampleRate": 48_000,
                    },
                },
            }
        ],
    }


def _poster_group(destination: str, rung: Rung) -> dict[str, Any]:
    return {
        "Name": "Poster",
        "OutputGroupSettings": {
            "Type": "FILE_GROUP_SETTINGS",
            "FileGroupSettings": {"Destination": destination + POSTER_BASE},
        },
        "Outputs": [
            {
                "Extension": "jpg",
                "ContainerSettings": {"Container": "RAW"},
                "VideoDescription": {
                    "Width": rung.width,
                    "Height": rung.height,
                    "ScalingBehavior": "DEFAULT",
                    "CodecSettings": {
                        "Codec": "FRAME_CAPTURE",
                        "FrameCaptureSettings": {
                            "FramerateNumerator": 1,
                            "FramerateDenominator": 1,
                            "MaxCaptures": 1,
                            "Quality": POSTER_QUALITY,
                        },
                    },
                },
            }
        ],
    }
