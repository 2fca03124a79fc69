"""The outputs of the one MediaConvert job, each as the API takes it. Pure; :mod:`job` says why the values are these."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, NamedTuple

GOP_S = 2.0
SEGMENT_S = 4
FRAGMENT_S = 2
AUDIO_BITRATE = 128_000
AUDIO_GROUP = "audio"
TARGET_LKFS = -16.0
TRUE_PEAK_DBFS = -1.0
PLAYLIST_BASE = "master"
POSTER_QUALITY = 80
POSTER_EVERY_S = 3
POSTER_CAPTURES = 2
THUMBNAIL_WIDTH, THUMBNAIL_HEIGHT = 144, 256
TILE_COLUMNS, TILE_ROWS = 5, 5


class Rung(NamedTuple):
    """One video rendition: its picture in pixels, its ceiling in bits per second, its QVBR level (1 to 10)."""

    width: int
    height: int
    max_bitrate: int
    quality: int


class Label(NamedTuple):
    """What tells one sound or subtitle rendition from another: file name modifier, BCP 47 tag, name in the player."""

    modifier: str
    language: str
    name: str


def stream_group(destination: str, outputs: list[dict[str, Any]]) -> dict[str, Any]:
    """The CMAF group: every rendition, the tiles for scrubbing, and the playlists of all of them."""
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
                "ImageBasedTrickPlay": "ADVANCED",
                "ImageBasedTrickPlaySettings": {
                    "IntervalCadence": "FOLLOW_IFRAME",
                    "ThumbnailWidth": THUMBNAIL_WIDTH,
                    "ThumbnailHeight": THUMBNAIL_HEIGHT,
                    "TileWidth": TILE_COLUMNS,
                    "TileHeight": TILE_ROWS,
                },
            },
        },
        "Outputs": outputs,
    }


def video_output(rung: Rung, rate: Fraction, *, to_bt709: bool, audio: bool) -> dict[str, Any]:
    """One rung at a constant ``rate`` in frames per second; with ``audio``, it plays with the audio group."""
    container: dict[str, Any] = {"IFrameOnlyManifest": "EXCLUDE"}
    if audio:
        container["AudioRenditionSets"] = AUDIO_GROUP
    return {
        "NameModifier": f"_video_{rung.width}",
        "ContainerSettings": {"Container": "CMFC", "CmfcSettings": container},
        "VideoDescription": {
            **_picture(rung, to_bt709=to_bt709),
            "AntiAlias": "ENABLED",
            "Sharpness": 50,
            "CodecSettings": {"Codec": "H_264", "H264Settings": _h264(rung, rate)},
        },
    }


def _picture(rung: Rung, *, to_bt709: bool) -> dict[str, Any]:
    picture: dict[str, Any] = {"Width": rung.width, "Height": rung.height, "ScalingBehavior": "DEFAULT"}
    if to_bt709:
        picture["VideoPreprocessors"] = {
            "ColorCorrector": {"ColorSpaceConversion": "FORCE_709", "HdrToSdrToneMapper": "PRESERVE_DETAILS"}
        }
    return picture


def _h264(rung: Rung, rate: Fraction) -> dict[str, Any]:
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
        "FramerateControl": "SPECIFIED",
        "FramerateNumerator": rate.numerator,
        "FramerateDenominator": rate.denominator,
        "FramerateConversionAlgorithm": "DUPLICATE_DROP",
        "ParControl": "SPECIFIED",
        "ParNumerator": 1,
        "ParDenominator": 1,
        "CodecProfile": "HIGH",
        "CodecLevel": "AUTO",
        "EntropyEncoding": "CABAC",
        "AdaptiveQuantization": "AUTO",
    }


def audio_output(selector: str, label: Label, *, default: bool) -> dict[str, Any]:
    """One sound rendition, as long as the picture; ``default`` is what plays when nobody has chosen."""
    kind = "ALTERNATE_AUDIO_AUTO_SELECT_DEFAULT" if default else "ALTERNATE_AUDIO_AUTO_SELECT"
    return {
        "NameModifier": label.modifier,
        "ContainerSettings": {
            "Container": "CMFC",
            "CmfcSettings": {
                "AudioGroupId": AUDIO_GROUP,
                "AudioTrackType": kind,
                "AudioDuration": "MATCH_VIDEO_DURATION",
            },
        },
        "AudioDescriptions": [
            {
                "AudioSourceName": selector,
                "AudioTypeControl": "FOLLOW_INPUT",
                "LanguageCodeControl": "USE_CONFIGURED",
                "CustomLanguageCode": label.language,
                "StreamName": label.name,
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


def subtitles_output(selector: str, label: Label) -> dict[str, Any]:
    """One subtitle rendition: WebVTT beside the segments, without styles of its own."""
    return {
        "NameModifier": label.modifier,
        "ContainerSettings": {"Container": "CMFC"},
        "CaptionDescriptions": [
            {
                "CaptionSelectorName": selector,
                "CustomLanguageCode": label.language,
                "LanguageDescription": label.name,
                "DestinationSettings": {
                    "DestinationType": "WEBVTT",
                    "WebvttDestinationSettings": {"StylePassthrough": "DISABLED"},
                },
            }
        ],
    }


def poster_group(destination: str, rung: Rung, *, to_bt709: bool) -> dict[str, Any]:
    """The first frame and the one after ``POSTER_EVERY_S``; the last of what is captured is the poster."""
    return {
        "Name": "Poster",
        "OutputGroupSettings": {
            "Type": "FILE_GROUP_SETTINGS",
            "FileGroupSettings": {"Destination": destination},
        },
        "Outputs": [
            {
                "Extension": "jpg",
                "ContainerSettings": {"Container": "RAW"},
                "VideoDescription": {
                    **_picture(rung, to_bt709=to_bt709),
                    "CodecSettings": {
                        "Codec": "FRAME_CAPTURE",
                        "FrameCaptureSettings": {
                            "FramerateNumerator": 1,
                            "FramerateDenominator": POSTER_EVERY_S,
                            "MaxCaptures": POSTER_CAPTURES,
                            "Quality": POSTER_QUALITY,
                        },
                    },
                },
            }
        ],
    }
