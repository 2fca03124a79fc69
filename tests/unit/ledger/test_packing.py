"""What stands between an entry's text and its table: nothing that could change the text."""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cliffhanger.errors import LedgerCorrupt
from cliffhanger.ledger.packing import DICTIONARY_1, MAX_BODY_BYTES, WINDOW_BITS, pack, stored_text, unpack

GOLDEN = Path(__file__).parent / "golden"
BODY = json.loads((GOLDEN / "entries-v2.json").read_text())[0]["body"]


def test_the_dictionary_is_forever() -> None:
    """Bytes that were packed with it can be read with it alone."""
    assert (
        hashlib.sha256(DICTIONARY_1).hexdigest() == "daade0076785e4d2365197ad4376681cf241dde6f26a588de48a253fd9e5022a"
    )


def test_bytes_that_were_packed_once_are_read_for_ever() -> None:
    packed = bytes.fromhex("01ab865000")
    assert unpack(packed) == '{"v":2}'


@given(st.text(max_size=2_000))
def test_every_text_comes_back_as_it_was(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        return
    assert unpack(pack(text)) == text


@pytest.mark.parametrize("name", ["entries-v1.json", "entries-v2.json"])
def test_every_golden_entry_takes_less_room_than_its_text(name: str) -> None:
    for line in json.loads((GOLDEN / name).read_text()):
        assert unpack(pack(line["body"])) == line["body"]
        assert len(pack(line["body"])) < len(line["body"].encode()) * 0.7


def test_an_entry_is_read_packed_from_the_client_and_from_the_stream_and_as_the_text_it_once_was() -> None:
    packed = pack(BODY)
    for stored in ({"B": packed}, {"B": base64.b64encode(packed).decode()}, {"S": BODY}):
        assert stored_text({"body": stored}) == BODY


@pytest.mark.parametrize(
    "packed",
    [
        b"",
        b"\x01",
        b"\x02" + pack(BODY)[1:],
        pack(BODY)[:-1],
        pack(BODY) + b"\x00",
        b"\x01" + b"not deflated",
    ],
)
def test_what_was_cut_short_or_made_up_is_corrupt(packed: bytes) -> None:
    with pytest.raises(LedgerCorrupt):
        unpack(packed)


def test_what_would_unpack_to_more_than_an_item_can_hold_is_corrupt() -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, -WINDOW_BITS, zdict=DICTIONARY_1)
    bomb = b"\x01" + packer.compress(b"0" * (MAX_BODY_BYTES + 1)) + packer.flush()
    with pytest.raises(LedgerCorrupt):
        unpack(bomb)
