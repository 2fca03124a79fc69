from __future__ import annotations

import contextlib
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cliffhanger.errors import MediaRefused
from cliffhanger.media.probe import examine
from tests.support.media_samples import probe


def reason_of(answer) -> str:
    with pytest.raises(MediaRefused) as caught:
        examine(answer)
    return str(caught.value.members["reason"])


def without_video() -> dict:
    answer = probe()
    del answer["ProbeResults"][0]["Container"]["Tracks"][0]
    return answer


def without_length() -> dict:
    answer = probe()
    container = answer["ProbeResults"][0]["Container"]
    del container["Duration"], container["Tracks"][0]["Duration"]
    return answer


def test_a_vertical_video_passes_with_what_a_job_needs():
    probed = examine(probe(seconds=8.04))

    assert (probed.width, probed.height, probed.duration_ms, probed.has_audio) == (1080, 1920, 8_040, True)


def test_a_silent_video_passes_as_silent():
    assert examine(probe(audio=False)).has_audio is False


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ({}, "unreadable"),
        ({"ProbeResults": []}, "unreadable"),
        ({"ProbeResults": [{"Metadata": {"MimeType": "text/plain"}}]}, "unreadable"),
        (without_length(), "unreadable"),
        (without_video(), "no_video"),
        (probe(form="mp3"), "no_video"),
        (probe(seconds=0.9), "too_short"),
        (probe(seconds=181.0), "too_long"),
        (probe(Width=1920, Height=1080), "not_vertical"),
        (probe(Width=1080, Height=1080), "not_vertical"),
        (probe(Width=1080, Height=1920, Rotation=90), "not_vertical"),
        (probe(Width=1080, Height=1200, SampleAspectRatio={"Numerator": 4, "Denominator": 3}), "not_vertical"),
        (probe(Width=142, Height=256), "too_small"),
        (probe(Width=4_320, Height=7_680), "too_large"),
        (probe(FrameRate={"Numerator": 4, "Denominator": 1}), "frame_rate_too_low"),
        (probe(FrameRate={"Numerator": 1_000, "Denominator": 1}), "frame_rate_too_high"),
    ],
)
def test_what_is_no_episode_is_refused_with_a_stable_word(answer, reason):
    assert reason_of(answer) == reason


@pytest.mark.parametrize("seconds", [1.0, 30.0, 180.0, 180.04])
def test_the_bounds_of_length_are_inside(seconds):
    assert examine(probe(seconds=seconds)).duration_ms == round(seconds * 1000)


@pytest.mark.parametrize("turn", [90, 270, -90])
def test_a_phones_turned_picture_counts_as_it_is_shown(turn):
    probed = examine(probe(Width=1920, Height=1080, Rotation=turn))

    assert (probed.width, probed.height) == (1080, 1920)


def test_a_rate_that_is_not_told_counts_as_thirty():
    assert examine(probe(FrameRate=None)).frame_rate == 30
    assert examine(probe(FrameRate={"Numerator": 30_000, "Denominator": 1_001})).frame_rate == Fraction(30_000, 1_001)


@pytest.mark.parametrize(
    ("told", "plain"),
    [
        ({}, True),
        ({"ColorPrimaries": "ITU_709", "TransferCharacteristics": "ITU_709"}, True),
        ({"ColorPrimaries": "UNSPECIFIED", "TransferCharacteristics": "IEC_61966_2_1"}, True),
        ({"ColorPrimaries": "ITU_2020", "TransferCharacteristics": "SMPTE_2084"}, False),
        ({"ColorPrimaries": "ITU_2020", "TransferCharacteristics": "ARIB_B67"}, False),
        ({"ColorPrimaries": "SMPTE_EG_432_1", "TransferCharacteristics": "ITU_709"}, False),
        ({"CodecMetadata": {"ColorPrimaries": "ITU_2020", "TransferCharacteristics": "ARIB_B67"}}, False),
        ({"BitDepth": 10}, True),
    ],
)
def test_colours_are_converted_when_they_are_told_to_be_others(told, plain):
    """Ten bits alone are no other colours: the encoder's profile makes eight of them."""
    assert examine(probe(**told)).is_bt709 is plain


def test_the_length_may_stand_with_the_track_only():
    answer = probe(seconds=12.0)
    del answer["ProbeResults"][0]["Container"]["Duration"]

    assert examine(answer).duration_ms == 12_000


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["ProbeResults", "Container", "Tracks", "VideoProperties", "Width", "Height", "Duration", "TrackType"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(st.dictionaries(st.just("ProbeResults"), JSON))
def test_whatever_a_probe_tells_is_taken_or_refused_and_never_crashes(answer):
    with contextlib.suppress(MediaRefused):
        assert examine(answer).height > 0
