"""A client's token holds for what it says, for fifteen minutes, and cannot be made or changed by anybody else."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cliffhanger.errors import TokenExpired, TokenForeign, TokenForged, TokenMalformed, TokenUnsigned
from cliffhanger.partners.tokens import LIFETIME_S, MAX_TOKEN_CHARS, Claims, is_ours, issue, opened
from tests.support.http import access_token, signing_key

KEY, OTHER = b"k" * 32, b"o" * 32
ISSUER = "cliffhanger:test"
NOW = 1_795_284_245
CLAIMS = Claims("acme", "pc-live-0123456789abcdef", "live", frozenset({"webhooks:read"}), 2, NOW, NOW + LIFETIME_S)


def b64(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def token(header: dict[str, Any] | None = None, key: bytes = KEY, **claims: Any) -> str:
    """A token of parts that a test chooses, truly signed; None removes a claim."""
    _, payload, _ = issue(CLAIMS, KEY, ISSUER).split(".")
    content = json.loads(base64.urlsafe_b64decode(payload + "==")) | claims
    content = {name: value for name, value in content.items() if value is not None}
    first = b64(json.dumps({"alg": "HS256", "typ": "at+jwt"} | (header or {})).encode())
    signed = f"{first}.{b64(json.dumps(content).encode())}"
    return f"{signed}.{b64(hmac.new(key, signed.encode(), hashlib.sha256).digest())}"


def open_it(text: str, *keys: bytes, now: int = NOW) -> Claims:
    return opened(text, keys or (KEY,), ISSUER, now * 1000)


def test_what_was_issued_opens_to_the_same_claims_until_its_time_is_over() -> None:
    made = issue(CLAIMS, KEY, ISSUER)
    assert open_it(made) == open_it(made, now=NOW + LIFETIME_S - 1) == CLAIMS
    with pytest.raises(TokenExpired):
        open_it(made, now=NOW + LIFETIME_S)


def test_any_of_the_keys_will_do_while_one_is_being_rotated() -> None:
    assert open_it(issue(CLAIMS, OTHER, ISSUER), KEY, OTHER) == CLAIMS
    with pytest.raises(TokenForged):
        open_it(issue(CLAIMS, OTHER, ISSUER), KEY)


@pytest.mark.parametrize("algorithm", ["none", "NONE", "hs256", "HS512", "RS256", "", None, 256], ids=repr)
def test_the_algorithm_is_pinned_whatever_the_token_names(algorithm: Any) -> None:
    """RFC 8725, 3.1: also when the signature under our own algorithm holds."""
    with pytest.raises(TokenUnsigned):
        open_it(token({"alg": algorithm}))


def test_a_token_without_a_signature_is_not_signed() -> None:
    signed = issue(CLAIMS, KEY, ISSUER).rpartition(".")[0]
    with pytest.raises(TokenUnsigned):
        open_it(f"{signed}.")


def test_the_public_key_of_sign_in_signs_nothing() -> None:
    """The old confusion: a public key that a verifier takes for a shared secret."""
    numbers = signing_key().public_key().public_numbers()
    forged = token(key=str(numbers.n).encode())
    with pytest.raises(TokenForged):
        open_it(forged)


@given(st.data())
def test_no_character_of_a_token_can_be_changed(data: st.DataObject) -> None:
    made = issue(CLAIMS, KEY, ISSUER)
    place = data.draw(st.integers(0, len(made) - 2), "all but the last, whose lowest bits mean nothing")
    other = data.draw(st.sampled_from("abcXYZ019-_."))
    if other == made[place]:
        return
    with pytest.raises((TokenForged, TokenMalformed, TokenUnsigned)):
        open_it(made[:place] + other + made[place + 1 :])


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "cliffhanger:prod"},
        {"aud": "cliffhanger:prod"},
        {"aud": None},
        {"partner": None},
        {"partner": 7},
        {"client_id": None},
        {"mode": None},
        {"mode": ["live"]},
        {"scope": None},
        {"scope": ["webhooks:read"]},
        {"secret": "2"},
        {"secret": True},
        {"exp": None},
        {"exp": "1"},
        {"exp": 1e99},
    ],
    ids=str,
)
def test_a_token_that_is_for_elsewhere_or_lacks_a_claim_is_foreign(claims: dict[str, Any]) -> None:
    with pytest.raises(TokenForeign):
        open_it(token(**claims))


@pytest.mark.parametrize(
    "text",
    ["", ".", "..", "a.b", "a.b.c", "a.b.c.d", "é.é.é", "[].[].x", "e30.W10.x", "x" * (MAX_TOKEN_CHARS + 1)],
    ids=lambda text: text[:12] or "nothing",
)
def test_what_is_no_token_is_malformed_or_unsigned(text: str) -> None:
    with pytest.raises((TokenMalformed, TokenUnsigned)):
        open_it(text)
    assert not is_ours(text)


def test_a_persons_token_is_not_a_clients() -> None:
    assert is_ours(issue(CLAIMS, KEY, ISSUER))
    assert not is_ours(access_token())


def test_a_token_fits_into_its_bound_at_its_longest() -> None:
    longest = CLAIMS._replace(partner="p" * 32, scopes=frozenset({f"scope{number}:read" for number in range(20)}))
    assert len(issue(longest, KEY, ISSUER)) < MAX_TOKEN_CHARS
