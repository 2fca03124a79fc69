"""A cursor is good for the list and the caller it was given to, and cannot be made by anybody else."""

from __future__ import annotations

import base64
import hashlib
import hmac
import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cliffhanger.errors import CursorInvalid, InternalError, Unavailable
from cliffhanger.web.cursors import SEAL_BYTES, Cursors
from cliffhanger.web.fields import MAX_CURSOR_CHARS

SECRET = bytes(range(32))
POSITION = {"listedAt": 1_763_000_000_000, "series": "the-last-train"}

plain = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=20)
positions = st.lists(plain, max_size=4) | st.dictionaries(st.text(max_size=10), plain, max_size=4)
names = st.text(max_size=20)


def cursors(secret: bytes = SECRET) -> Cursors:
    return Cursors(lambda: secret)


def cursor() -> str:
    return cursors().seal("listSeries", "mia", POSITION)


def refused(text: str, list_name: str = "listSeries", caller: str = "mia", secret: bytes = SECRET) -> bool:
    with pytest.raises(CursorInvalid) as error:
        cursors(secret).open(list_name, caller, text)
    return error.value.detail == "Begin at the first page, without a cursor."


@given(names, names, positions)
def test_what_was_sealed_opens_to_the_same_position(list_name: str, caller: str, position: Any) -> None:
    made = cursors().seal(list_name, caller, position)
    assert set(made) <= set(string.ascii_letters + string.digits + "-_")
    assert cursors().open(list_name, caller, made) == position


def test_a_cursor_of_another_list_is_refused() -> None:
    assert refused(cursor(), list_name="listOwnSeries")


@pytest.mark.parametrize("caller", ["", "noa", "mi", "mia "])
def test_a_cursor_of_another_caller_is_refused(caller: str) -> None:
    assert refused(cursor(), caller=caller)


def test_the_name_of_a_list_does_not_run_into_that_of_the_caller() -> None:
    """Or the cursor of one list and caller would open another list for another caller."""
    made = cursors().seal("a", "bc", POSITION)
    assert refused(made, list_name="ab", caller="c")
    assert refused(cursors().seal('a","b', "c", POSITION), list_name="a", caller='b","c')


def test_a_cursor_of_another_stage_is_refused() -> None:
    assert refused(cursor(), secret=bytes(32))


def forged(payload: bytes) -> str:
    """What somebody makes who knows the form and not the secret."""
    seal = hmac.new(b"guess", payload, hashlib.sha256).digest()[:SEAL_BYTES]
    return base64.urlsafe_b64encode(seal + payload).rstrip(b"=").decode()


@pytest.mark.parametrize(
    "text",
    [
        forged(b'{"listedAt":0,"series":"another"}'),
        forged(b""),
        "",
        "A",
        "AAAA",
        "%%%%",
        "not a cursor",
        "é",
        "\ud800",
        "=" * 4,
        "A" * MAX_CURSOR_CHARS,
        "A" * 100_000,
    ],
)
def test_a_forged_cursor_is_refused_and_not_a_fault(text: str) -> None:
    assert refused(text)


@pytest.mark.parametrize("length", range(len(cursor())))
def test_a_truncated_cursor_is_refused(length: int) -> None:
    assert refused(cursor()[:length])


@given(st.data())
def test_a_cursor_with_one_letter_changed_is_refused(data: st.DataObject) -> None:
    """Each letter: base64 has several texts for the same bytes, and only the one that we wrote is taken."""
    made = cursor()
    place = data.draw(st.integers(0, len(made) - 1))
    letter = data.draw(st.sampled_from(string.ascii_letters + string.digits + "-_").filter(lambda c: c != made[place]))
    assert refused(made[:place] + letter + made[place + 1 :])


@pytest.mark.parametrize(("before", "after"), [("", "="), ("", "A"), (" ", ""), ("", "\n"), ("", "==")])
def test_a_cursor_with_something_added_is_refused(before: str, after: str) -> None:
    assert refused(before + cursor() + after)


def test_a_position_that_does_not_fit_is_our_fault_and_found_when_it_is_sealed() -> None:
    """A client must be able to send back whatever it was given."""
    assert len(cursors().seal("l", "mia", ["x" * 360])) <= MAX_CURSOR_CHARS
    with pytest.raises(InternalError):
        cursors().seal("l", "mia", ["x" * 400])


def test_the_secret_is_asked_for_at_the_first_cursor_and_its_absence_says_try_again() -> None:
    def away() -> bytes:
        raise Unavailable("No secret.")

    made = Cursors(away)
    with pytest.raises(Unavailable):
        made.seal("l", "mia", [1])
    with pytest.raises(Unavailable):
        made.open("l", "mia", cursor())
