"""Who may tell us that money has come."""

from __future__ import annotations

import pytest
import stripe

from cliffhanger.errors import SignatureInvalid
from cliffhanger.payments.signatures import MAX_HEADER_CHARS, TOLERANCE_S, verify
from tests.support.stripe_events import MADE_AT_S, SECRET, body_of, charge, event, signed

BODY = body_of(event("charge.succeeded", charge()))
NOW_MS = MADE_AT_S * 1_000
OTHER = "whsec_0000000000000000000000000000000000"


def test_what_stripe_s_own_library_signs_and_takes_is_taken():
    header = stripe.WebhookSignature.generate_signature_header(BODY.decode(), SECRET, timestamp=MADE_AT_S)
    assert header == signed(BODY)
    verify(BODY, header, [SECRET], NOW_MS)


@pytest.mark.parametrize("place", [0, 1, len(BODY) // 2, len(BODY) - 1])
def test_a_body_of_which_one_byte_was_changed_is_refused(place: int):
    changed = bytearray(BODY)
    changed[place] ^= 1
    with pytest.raises(SignatureInvalid):
        verify(bytes(changed), signed(BODY), [SECRET], NOW_MS)


def test_a_forged_signature_is_refused():
    with pytest.raises(SignatureInvalid):
        verify(BODY, signed(BODY, OTHER), [SECRET], NOW_MS)


@pytest.mark.parametrize("seconds", [TOLERANCE_S + 1, -TOLERANCE_S - 1, 86_400, -86_400])
def test_a_signature_of_another_moment_is_refused_so_that_none_can_be_played_again(seconds: int):
    with pytest.raises(SignatureInvalid):
        verify(BODY, signed(BODY), [SECRET], NOW_MS + seconds * 1_000)


@pytest.mark.parametrize("seconds", [TOLERANCE_S, -TOLERANCE_S])
def test_clocks_may_differ_by_five_minutes(seconds: int):
    verify(BODY, signed(BODY), [SECRET], NOW_MS + seconds * 1_000)


def test_the_time_is_part_of_what_is_signed():
    """Or an old notice could be given a new time."""
    header = signed(BODY).replace(f"t={MADE_AT_S}", f"t={MADE_AT_S + 1_000}")
    with pytest.raises(SignatureInvalid):
        verify(BODY, header, [SECRET], NOW_MS + 1_000_000)


@pytest.mark.parametrize("known", [[SECRET], [OTHER], [OTHER, SECRET], [SECRET, OTHER]])
def test_while_a_secret_is_rolled_either_signature_is_taken_by_either_secret(known: list[str]):
    """Stripe signs with both for up to a day, in an order that it does not promise."""
    new, old = signed(BODY), signed(BODY, OTHER).partition(",")[2]
    verify(BODY, f"{new},{old}", known, NOW_MS)


def test_a_secret_that_was_retired_opens_nothing_any_more():
    with pytest.raises(SignatureInvalid):
        verify(BODY, signed(BODY, OTHER), [SECRET], NOW_MS)
    with pytest.raises(SignatureInvalid):
        verify(BODY, signed(BODY), [], NOW_MS)


def test_a_signature_of_another_scheme_proves_nothing():
    """``v0`` is of test events, and no secret."""
    with pytest.raises(SignatureInvalid):
        verify(BODY, signed(BODY).replace("v1=", "v0="), [SECRET], NOW_MS)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "t=,v1=",
        "v1=" + "0" * 64,
        f"t={MADE_AT_S}",
        f"t={MADE_AT_S},t={MADE_AT_S},v1=" + "0" * 64,
        f"t=-{MADE_AT_S},v1=" + "0" * 64,
        f"t={MADE_AT_S}.0,v1=" + "0" * 64,
        "t=١٧٩٥٢٨٤٢٤٥,v1=" + "0" * 64,
        f"t={MADE_AT_S},v1=" + "é" * 64,
        f"t={MADE_AT_S},v1=" + "0" * 63,
        "=" * MAX_HEADER_CHARS,
        "x" * (MAX_HEADER_CHARS + 1),
    ],
)
def test_a_header_of_another_form_is_refused_and_breaks_nothing(header: str):
    with pytest.raises(SignatureInvalid):
        verify(BODY, header, [SECRET], NOW_MS)
