from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cliffhanger.media.kinds import HEAD_BYTES, kind_of


def zipped() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("film.mp4", b"not a film")
    return packed.getvalue()


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "picture"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00", "picture"),
        (b"\xff\xd8\xff\xe1\x00\x10Exif\x00", "picture"),
        (b"GIF89a\x01\x00", "picture"),
        (b"RIFF\x24\x00\x00\x00WEBPVP8 ", "picture"),
        (b"II*\x00\x08\x00", "picture"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", "picture"),
        (b"\x00\x00\x00\x1cftypavif\x00\x00\x00\x00", "picture"),
        (zipped(), "archive"),
        (b"PK\x05\x06" + b"\x00" * 18, "archive"),
        (b"Rar!\x1a\x07\x01\x00", "archive"),
        (b"7z\xbc\xaf\x27\x1c\x00\x04", "archive"),
        (b"\x1f\x8b\x08\x00", "archive"),
        (b"", None),
        (b"\x00" * 64, None),
        (b"RIFF\x24\x00\x00\x00WAVEfmt ", None),
        (b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00", None),
        (b"\x00\x00\x00\x14ftypqt  \x00\x00\x00\x00", None),
        (b"\x1a\x45\xdf\xa3\x01\x00", None),
        (b"<!doctype html>", None),
    ],
)
def test_pictures_and_archives_are_told_by_their_first_bytes(head, kind):
    assert kind_of(head[:HEAD_BYTES]) == kind


@given(st.binary(max_size=HEAD_BYTES))
def test_whatever_a_file_begins_with_is_something_or_nothing_known(head):
    assert kind_of(head) in ("picture", "archive", None)
