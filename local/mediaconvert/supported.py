"""Which settings of a job the local transcoder honours. Anything else is refused by name, never silently ignored.

By the structures of botocore's model: the members that are read, or that change nothing which could be seen locally
(an acceleration mode, a billing tag). Values that would need another engine are refused as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from botocore.model import ListShape, MapShape, Shape, StructureShape

from local.mediaconvert.colours import wants_bt709

MEMBERS: Final[dict[str, frozenset[str]]] = {
    "CreateJobRequest": frozenset(
        {
            "AccelerationSettings",
            "BillingTagsSource",
            "ClientRequestToken",
            "Priority",
            "Queue",
            "Role",
            "Settings",
            "StatusUpdateInterval",
            "Tags",
            "UserMetadata",
        }
    ),
    "JobSettings": frozenset({"Inputs", "OutputGroups", "TimecodeConfig"}),
    "Input": frozenset({"AudioSelectors", "CaptionSelectors", "FileInput", "TimecodeSource", "VideoSelector"}),
    "VideoSelector": frozenset({"ColorSpace", "Rotate"}),
    "AudioSelector": frozenset({"DefaultSelection", "ExternalAudioFileInput", "SelectorType", "Tracks"}),
    "CaptionSelector": frozenset({"SourceSettings"}),
    "CaptionSourceSettings": frozenset({"FileSourceSettings", "SourceType"}),
    "FileSourceSettings": frozenset({"SourceFile"}),
    "OutputGroup": frozenset({"CustomName", "Name", "OutputGroupSettings", "Outputs"}),
    "OutputGroupSettings": frozenset({"CmafGroupSettings", "FileGroupSettings", "Type"}),
    "CmafGroupSettings": frozenset(
        {
            "ClientCache",
            "CodecSpecification",
            "Destination",
            "DestinationSettings",
            "FragmentLength",
            "ImageBasedTrickPlay",
            "ImageBasedTrickPlaySettings",
            "ManifestCompression",
            "ManifestDurationFormat",
            "MinBufferTime",
            "MinFinalSegmentLength",
            "SegmentControl",
            "SegmentLength",
            "SegmentLengthControl",
            "StreamInfResolution",
            "TargetDurationCompatibilityMode",
            "WriteDashManifest",
            "WriteHlsManifest",
        }
    ),
    "FileGroupSettings": frozenset({"Destination", "DestinationSettings"}),
    "Output": frozenset(
        {
            "AudioDescriptions",
            "CaptionDescriptions",
            "ContainerSettings",
            "Extension",
            "NameModifier",
            "VideoDescription",
        }
    ),
    "CaptionDescription": frozenset(
        {"CaptionSelectorName", "CustomLanguageCode", "DestinationSettings", "LanguageCode", "LanguageDescription"}
    ),
    "CaptionDestinationSettings": frozenset({"DestinationType", "WebvttDestinationSettings"}),
    "WebvttDestinationSettings": frozenset({"StylePassthrough"}),
    "ContainerSettings": frozenset({"CmfcSettings", "Container"}),
    "CmfcSettings": frozenset(
        {
            "AudioDuration",
            "AudioGroupId",
            "AudioRenditionSets",
            "AudioTrackType",
            "IFrameOnlyManifest",
            "Scte35Esam",
            "Scte35Source",
        }
    ),
    "VideoDescription": frozenset(
        {"AntiAlias", "CodecSettings", "Height", "ScalingBehavior", "Sharpness", "VideoPreprocessors", "Width"}
    ),
    "VideoPreprocessor": frozenset({"ColorCorrector"}),
    "ColorCorrector": frozenset({"ColorSpaceConversion", "HdrToSdrToneMapper"}),
    "VideoCodecSettings": frozenset({"Codec", "FrameCaptureSettings", "H264Settings"}),
    "AudioCodecSettings": frozenset({"AacSettings", "Codec"}),
}
"""What is read, or harmless, by structure. A structure that is not named here is taken whole."""

VALUES: Final[dict[str, frozenset[str]]] = {
    "OutputGroupSettings.Type": frozenset({"CMAF_GROUP_SETTINGS", "FILE_GROUP_SETTINGS"}),
    "CmafGroupSettings.SegmentControl": frozenset({"SEGMENTED_FILES"}),
    "CmafGroupSettings.WriteHlsManifest": frozenset({"ENABLED"}),
    "CmafGroupSettings.WriteDashManifest": frozenset({"DISABLED"}),
    "CmafGroupSettings.ManifestCompression": frozenset({"NONE"}),
    "CmafGroupSettings.ImageBasedTrickPlay": frozenset({"ADVANCED", "NONE"}),
    "CmafImageBasedTrickPlaySettings.IntervalCadence": frozenset({"FOLLOW_IFRAME"}),
    "CmfcSettings.IFrameOnlyManifest": frozenset({"EXCLUDE"}),
    "CaptionSourceSettings.SourceType": frozenset({"WEBVTT"}),
    "CaptionDestinationSettings.DestinationType": frozenset({"WEBVTT"}),
    "WebvttDestinationSettings.StylePassthrough": frozenset({"DISABLED"}),
    "ColorCorrector.ColorSpaceConversion": frozenset({"FORCE_709", "NONE"}),
    "ColorCorrector.HdrToSdrToneMapper": frozenset({"PRESERVE_DETAILS"}),
    "ContainerSettings.Container": frozenset({"CMFC", "RAW"}),
    "VideoCodecSettings.Codec": frozenset({"FRAME_CAPTURE", "H_264"}),
    "AudioCodecSettings.Codec": frozenset({"AAC"}),
    "VideoSelector.ColorSpace": frozenset({"FOLLOW"}),
    "VideoDescription.ScalingBehavior": frozenset({"DEFAULT", "FILL", "FIT", "STRETCH_TO_OUTPUT"}),
    "H264Settings.FramerateControl": frozenset({"INITIALIZE_FROM_SOURCE", "SPECIFIED"}),
    "H264Settings.FramerateConversionAlgorithm": frozenset({"DUPLICATE_DROP"}),
    "H264Settings.GopSizeUnits": frozenset({"FRAMES", "SECONDS"}),
    "H264Settings.InterlaceMode": frozenset({"PROGRESSIVE"}),
    "H264Settings.SceneChangeDetect": frozenset({"DISABLED", "TRANSITION_DETECTION"}),
    "AacSettings.CodecProfile": frozenset({"LC"}),
    "AacSettings.CodingMode": frozenset({"CODING_MODE_1_0", "CODING_MODE_2_0"}),
}
"""Members of which only some values are done here."""


def unsupported(shape: Shape, value: Any, path: str = "") -> Iterator[str]:
    """Every setting of a request, in the model's names, that the local transcoder would have to ignore."""
    if isinstance(shape, StructureShape):
        members = MEMBERS.get(shape.name)
        for name, item in value.items():
            here = f"{path}/{name[:1].lower()}{name[1:]}"
            allowed = VALUES.get(f"{shape.name}.{name}")
            if members is not None and name not in members:
                yield f"{here}: the local transcoder does not have this setting"
            elif allowed is not None and item not in allowed:
                yield f"{here}: the local transcoder does not do {item!r}, only {', '.join(sorted(allowed))}"
            else:
                yield from unsupported(shape.members[name], item, here)
    elif isinstance(shape, ListShape):
        for index, item in enumerate(value):
            yield from unsupported(shape.member, item, f"{path}/{index}")
    elif isinstance(shape, MapShape):
        for name, item in value.items():
            yield from unsupported(shape.value, item, f"{path}/{name}")


def misfits(job: dict[str, Any]) -> Iterator[str]:
    """What a whole request asks for that one ffmpeg process with one segmenting muxer cannot make."""
    settings = job["Settings"]
    if len(settings["Inputs"]) != 1:
        yield "/settings/inputs: the local transcoder takes exactly one input"
    kinds = [group["OutputGroupSettings"]["Type"] for group in settings["OutputGroups"]]
    if kinds.count("CMAF_GROUP_SETTINGS") != 1:
        yield "/settings/outputGroups: the local transcoder makes exactly one CMAF group"
    for index, group in enumerate(settings["OutputGroups"]):
        here = f"/settings/outputGroups/{index}"
        codecs = [
            output.get("VideoDescription", {}).get("CodecSettings", {}).get("Codec") for output in group["Outputs"]
        ]
        if kinds[index] == "FILE_GROUP_SETTINGS" and set(codecs) != {"FRAME_CAPTURE"}:
            yield f"{here}: the local transcoder makes only frame captures in a file group"
        if kinds[index] == "CMAF_GROUP_SETTINGS" and ("FRAME_CAPTURE" in codecs or "H_264" not in codecs):
            yield f"{here}: a CMAF group needs H.264 video, and takes no frame captures"
    pictures = [output.get("VideoDescription") for group in settings["OutputGroups"] for output in group["Outputs"]]
    if len({wants_bt709(one) for one in pictures if one is not None}) > 1:
        yield "/settings/outputGroups: the local transcoder converts the colours of all pictures or of none"
