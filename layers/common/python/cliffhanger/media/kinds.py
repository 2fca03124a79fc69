"""What a file is that is no film, by its first bytes: its maker hears more than that it cannot be read. Pure.

Sources of the signatures: PNG (W3C, 5.2), JPEG (ITU-T T.81, B.1.1.3), GIF89a (17), TIFF 6.0 (section 2), WebP
(RFC 9649, 2.4), HEIF (ISO/IEC 23008-12, 10) and AVIF, whose brand follows ``ftyp``; ZIP (APPNOTE 4.3), RAR 5.0,
7-Zip, gzip (RFC 1952).
"""

from __future__ import annotations

from typing import Literal

from cliffhanger.errors import MediaRefused
from cliffhanger.media.probe import refusal

HEAD_BYTES = 64
"""So many are looked at; no signature here is longer than 12."""

Kind = Literal["picture", "archive"]

_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"II*\x00", b"MM\x00*")
_PICTURE_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis"})
_ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08", b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b")

_SENTENCES: dict[Kind, str] = {
    "picture": "The file is a picture, without a film or a sound in it.",
    "archive": "The file is an archive: unpack it, and send what is in it.",
}


def kind_of(head: bytes) -> Kind | None:
    """What a file is that begins so, or None when it may be anything."""
    webp = head[:4] == b"RIFF" and head[8:12] == b"WEBP"
    still = head[4:8] == b"ftyp" and head[8:12] in _PICTURE_BRANDS
    if webp or still or head.startswith(_PICTURES):
        return "picture"
    return "archive" if head.startswith(_ARCHIVES) else None


def named(unreadable: MediaRefused, head: bytes) -> MediaRefused:
    """The refusal of a file that cannot be read: ``picture`` or ``archive`` where its first bytes say so."""
    kind = kind_of(head)
    return unreadable if kind is None else refusal(kind, _SENTENCES[kind])
