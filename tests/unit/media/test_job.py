from __future__ import annotations

import copy
from fractions import Fraction
from typing import Any

import pytest

from cliffhanger.media.job import STANDARD_RATES, Track, billed_outputs, build_job, constant_rate, rungs_for
from cliffhanger.media.languages import name_of
from cliffhanger.media.probe import Probed
from cliffhanger.media.validate import problems_of
from tests.support.media_samples import QUEUE, ROLE, order


def cmaf(job: dict[str, Any]) -> dict[str, Any]:
    return job["Settings"]["OutputGroups"][0]


def outputs(job: dict[str, Any]) -> list[dict[str, Any]]:
    return cmaf(job)["Outputs"]


@pytest.mark.parametrize("has_audio", [True, False])
@pytest.mark.parametrize("width", [144, 361, 540, 1080, 4320])
def test_mediaconvert_would_take_every_job_we_can_order(has_audio, width):
    job = build_job(order(source_width=width, has_audio=has_audio))

    assert problems_of(job) == []


SUBTITLES = (Track("en", "s3://uploads/a/en.vtt"), Track("es-419", "s3://uploads/a/es-419.vtt"))
DUBS = (Track("es", "s3://uploads/a/es"), Track("de", "s3://uploads/a/de"))


@pytest.mark.parametrize("rate", [Fraction(10), Fraction(2997, 100), Fraction(240), *STANDARD_RATES])
@pytest.mark.parametrize("to_bt709", [True, False])
def test_mediaconvert_would_take_every_language_rate_and_colour(rate, to_bt709):
    job = build_job(order(subtitles=SUBTITLES, dubs=DUBS, frame_rate=rate, to_bt709=to_bt709))

    assert problems_of(job) == []


@pytest.mark.parametrize(
    ("source", "made"),
    [
        (Fraction(30), Fraction(30)),
        (Fraction(2997, 100), Fraction(30_000, 1_001)),
        (Fraction(24), Fraction(24)),
        (Fraction(24_000, 1_001), Fraction(24_000, 1_001)),
        (Fraction(10), Fraction(10)),
        (Fraction(274, 10), Fraction(30_000, 1_001)),
        (Fraction(29), Fraction(30_000, 1_001)),
        (Fraction(57), Fraction(60_000, 1_001)),
        (Fraction(120), Fraction(60)),
        (Fraction(100), Fraction(50)),
        (Fraction(240), Fraction(60)),
        (Fraction(120_000, 1_001), Fraction(60_000, 1_001)),
        (Fraction(61), Fraction(60)),
        (Fraction(90), Fraction(48)),
    ],
)
def test_every_rendition_has_a_constant_rate_that_screens_show(source, made):
    assert constant_rate(source) == made


def test_sound_is_one_track_to_an_output_with_the_original_first_and_default():
    job = build_job(order(dubs=DUBS))
    sounds = [one for one in outputs(job) if "AudioDescriptions" in one]

    assert [one["NameModifier"] for one in sounds] == ["_audio_en", "_audio_es", "_audio_de"]
    assert [one["ContainerSettings"]["CmfcSettings"]["AudioTrackType"] for one in sounds] == [
        "ALTERNATE_AUDIO_AUTO_SELECT_DEFAULT",
        "ALTERNATE_AUDIO_AUTO_SELECT",
        "ALTERNATE_AUDIO_AUTO_SELECT",
    ]
    assert [one["AudioDescriptions"][0]["StreamName"] for one in sounds] == ["English", "Spanish", "German"]


def test_the_first_dub_of_a_silent_film_is_what_plays():
    job = build_job(order(has_audio=False, dubs=DUBS[:1]))
    (sound,) = [one for one in outputs(job) if "AudioDescriptions" in one]

    assert sound["ContainerSettings"]["CmfcSettings"]["AudioTrackType"] == "ALTERNATE_AUDIO_AUTO_SELECT_DEFAULT"
    assert list(job["Settings"]["Inputs"][0]["AudioSelectors"]) == ["Audio Selector 1"]


def test_subtitles_keep_their_own_tag_in_names_and_a_tag_of_letters_in_the_playlist():
    """MediaConvert's pattern for a caption's language has no digits."""
    captions = [one for one in outputs(build_job(order(subtitles=SUBTITLES))) if "CaptionDescriptions" in one]

    assert [one["NameModifier"] for one in captions] == ["_subtitles_en", "_subtitles_es-419"]
    assert [one["CaptionDescriptions"][0]["CustomLanguageCode"] for one in captions] == ["en", "es"]
    assert [one["CaptionDescriptions"][0]["LanguageDescription"] for one in captions] == ["English", "Spanish 419"]


@pytest.mark.parametrize(("tag", "name"), [("es", "Spanish"), ("zh-Hant-TW", "Chinese Hant TW"), ("gsw", "Gsw")])
def test_a_track_is_called_by_its_language(tag, name):
    assert name_of(tag) == name


@pytest.mark.parametrize(("width", "poster"), [(1080, 720), (540, 540), (270, 270)])
def test_the_poster_is_no_larger_than_a_list_needs(width, poster):
    capture = build_job(order(source_width=width))["Settings"]["OutputGroups"][1]["Outputs"][0]["VideoDescription"]

    assert capture["Width"] == poster
    assert capture["CodecSettings"]["FrameCaptureSettings"]["MaxCaptures"] == 2


def test_what_is_billed_is_every_output_of_the_job():
    ordered = order(subtitles=SUBTITLES, dubs=DUBS, frame_rate=Fraction(120))
    billed = billed_outputs(ordered, Probed(1080, 1920, 9_500, has_audio=True))
    made = [one for group in build_job(ordered)["Settings"]["OutputGroups"] for one in group["Outputs"]]

    assert [one.kind for one in billed] == ["video"] * 4 + ["audio"] * 3 + ["captions"] * 2 + ["images"]
    assert len(billed) == len(made)
    assert {one.seconds for one in billed} == {9.5}
    assert [one.width for one in billed if one.kind == "video"] == [360, 540, 720, 1080]
    assert {one.frame_rate for one in billed if one.kind == "video"} == {Fraction(60)}


def test_the_same_order_is_the_same_request_token_included():
    first, second = build_job(order()), build_job(order())

    assert first == second
    assert first["ClientRequestToken"] == "transcode-7k2m9x4q0v5t8w1z"
    assert build_job(order(version="other"))["ClientRequestToken"] != first["ClientRequestToken"]


def test_a_job_says_what_it_is_for_and_under_which_role():
    job = build_job(order(episode=10))

    assert job["UserMetadata"] == {"series": "the-last-train", "episode": "10", "version": "7k2m9x4q0v5t8w1z"}
    assert (job["Role"], job["Queue"]) == (ROLE, QUEUE)


@pytest.mark.parametrize(
    ("width", "expected"),
    [(1080, [360, 540, 720, 1080]), (1079, [360, 540, 720]), (540, [360, 540]), (360, [360]), (271, [270])],
)
def test_no_rendition_is_wider_than_the_source(width, expected):
    assert [rung.width for rung in rungs_for(width)] == expected


def test_a_narrow_source_keeps_the_ladders_shape():
    (rung,) = rungs_for(270)

    assert (rung.width, rung.height) == (270, 480)


def test_every_rendition_cuts_at_the_same_times():
    job = build_job(order())
    videos = [output["VideoDescription"]["CodecSettings"]["H264Settings"] for output in outputs(job)[:-1]]

    assert {(video["GopSize"], video["GopSizeUnits"]) for video in videos} == {(2.0, "SECONDS")}
    assert cmaf(job)["OutputGroupSettings"]["CmafGroupSettings"]["SegmentLength"] == 4
    assert all("Bitrate" not in video and video["RateControlMode"] == "QVBR" for video in videos)


def test_a_silent_source_asks_for_no_audio_anywhere():
    """MediaConvert would fill a missing track with silence, and a player would offer it as a choice."""
    job = build_job(order(has_audio=False))

    assert "Audio" not in str(job)


def test_the_playlist_lies_in_the_versions_folder_and_the_poster_where_all_may_see_it():
    job = build_job(order())
    poster = job["Settings"]["OutputGroups"][1]["OutputGroupSettings"]["FileGroupSettings"]

    assert cmaf(job)["OutputGroupSettings"]["CmafGroupSettings"]["Destination"] == order().destination + "master"
    assert poster["Destination"] == order().poster_destination


def test_turned_pictures_are_turned_back():
    assert build_job(order())["Settings"]["Inputs"][0]["VideoSelector"]["Rotate"] == "AUTO"


def h264(job: dict[str, Any]) -> dict[str, Any]:
    return outputs(job)[0]["VideoDescription"]["CodecSettings"]["H264Settings"]


def stream(job: dict[str, Any]) -> dict[str, Any]:
    return cmaf(job)["OutputGroupSettings"]["CmafGroupSettings"]


def tiles(job: dict[str, Any]) -> dict[str, Any]:
    return stream(job)["ImageBasedTrickPlaySettings"]


def sound(job: dict[str, Any]) -> dict[str, Any]:
    """The first output of sound."""
    return next(one for one in outputs(job) if "AudioDescriptions" in one)


def captions(job: dict[str, Any]) -> dict[str, Any]:
    return outputs(job)[-1]["CaptionDescriptions"][0]


MUTANTS = {
    "a member that there is not": (lambda job: job.update(Sttings={}), "Sttings"),
    "a required member missing": (lambda job: job.pop("Role"), "Role"),
    "a value of no enum": (lambda job: h264(job).update(RateControlMode="CRF"), "none of"),
    "an integer out of range": (lambda job: h264(job)["QvbrSettings"].update(QvbrQualityLevel=11), "outside 1 to 10"),
    "a double out of range": (
        lambda job: sound(job)["AudioDescriptions"][0]["AudioNormalizationSettings"].update(TargetLkfs=3.0),
        "outside -59.0 to 0.0",
    ),
    "a text that fits no pattern": (
        lambda job: sound(job)["AudioDescriptions"][0].update(CustomLanguageCode="english please"),
        "does not match",
    ),
    "a number where a text belongs": (lambda job: job["UserMetadata"].update(episode=1), "Invalid type"),
    "an address that is not in S3": (
        lambda job: cmaf(job)["OutputGroupSettings"]["CmafGroupSettings"].update(Destination="http://x/y"),
        "does not match",
    ),
    "a token that is too long": (lambda job: job.update(ClientRequestToken="x" * 65), "ClientRequestToken"),
    "no token": (lambda job: job.pop("ClientRequestToken"), "ClientRequestToken"),
    "QVBR with a bitrate": (lambda job: h264(job).update(Bitrate=700_000), "does not go with Bitrate"),
    "QVBR without a ceiling": (lambda job: h264(job).pop("MaxBitrate"), "needs MaxBitrate"),
    "VBR without a bitrate": (lambda job: h264(job).update(RateControlMode="VBR"), "need Bitrate"),
    "segments that cut groups of pictures": (lambda job: h264(job).update(GopSize=3.0), "no multiple"),
    "groups of pictures in frames": (lambda job: h264(job).update(GopSizeUnits="FRAMES"), "same times"),
    "key frames at scene changes": (lambda job: h264(job).update(SceneChangeDetect="ENABLED"), "same times"),
    "two tracks in one output": (
        lambda job: outputs(job)[0].update(AudioDescriptions=sound(job)["AudioDescriptions"]),
        "exactly one track",
    ),
    "two audio tracks in one output": (
        lambda job: sound(job).update(AudioDescriptions=sound(job)["AudioDescriptions"] * 2),
        "exactly one track",
    ),
    "a modifier used twice": (lambda job: outputs(job)[1].update(NameModifier="_video_360"), "of its own"),
    "an output without modifier": (lambda job: outputs(job)[1].pop("NameModifier"), "of its own"),
    "an odd side": (lambda job: outputs(job)[0]["VideoDescription"].update(Width=361), "even sides"),
    "an audio group that there is not": (
        lambda job: outputs(job)[0]["ContainerSettings"]["CmfcSettings"].update(AudioRenditionSets="dubs"),
        "audio group",
    ),
    "a captions selector that there is not": (
        lambda job: job["Settings"]["Inputs"][0].pop("CaptionSelectors"),
        "captions selector",
    ),
    "captions of a form that CMAF has not": (
        lambda job: captions(job).update(DestinationSettings={"DestinationType": "SCC"}),
        "takes captions as",
    ),
    "two captions in one output": (
        lambda job: outputs(job)[-1].update(CaptionDescriptions=outputs(job)[-1]["CaptionDescriptions"] * 2),
        "exactly one track",
    ),
    "subtitles that are no file of their kind": (
        lambda job: job["Settings"]["Inputs"][0]["CaptionSelectors"]["Captions Selector 1"]["SourceSettings"][
            "FileSourceSettings"
        ].update(SourceFile="s3://uploads/a/subtitles"),
        "does not match",
    ),
    "a caption's language with digits": (lambda job: captions(job).update(CustomLanguageCode="es-419"), "not match"),
    "a rate without its fraction": (lambda job: h264(job).pop("FramerateDenominator"), "SPECIFIED needs"),
    "two default sounds in a group": (
        lambda job: [
            one["ContainerSettings"]["CmfcSettings"].update(AudioTrackType="ALTERNATE_AUDIO_AUTO_SELECT_DEFAULT")
            for one in outputs(job)
            if "AudioDescriptions" in one
        ],
        "more than one default",
    ),
    "two default selectors": (
        lambda job: job["Settings"]["Inputs"][0]["AudioSelectors"]["Audio Selector 2"].update(
            DefaultSelection="DEFAULT"
        ),
        "more than one audio selector",
    ),
    "a last segment longer than the others": (
        lambda job: stream(job).update(MinFinalSegmentLength=4.0),
        "MinFinalSegmentLength",
    ),
    "thumbnails of a width that does not fit": (lambda job: tiles(job).update(ThumbnailWidth=90), "divisible by 8"),
    "tiles that are too high": (lambda job: tiles(job).update(TileHeight=17), "higher than 4096"),
    "tiles without settings": (lambda job: stream(job).pop("ImageBasedTrickPlaySettings"), "go with ADVANCED"),
    "tiles at segments": (lambda job: tiles(job).update(IntervalCadence="FOLLOW_SEGMENTATION"), "one thumbnail"),
    "tiles at no interval": (lambda job: tiles(job).update(IntervalCadence="FOLLOW_CUSTOM"), "ThumbnailInterval"),
    "a selector that there is not": (lambda job: job["Settings"]["Inputs"][0].pop("AudioSelectors"), "audio selector"),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_a_faulty_job_is_told_by_its_fault(name):
    mutate, words = MUTANTS[name]
    job = copy.deepcopy(build_job(order(subtitles=SUBTITLES, dubs=DUBS)))
    mutate(job)

    found = problems_of(job)

    assert any(words in line for line in found), found
