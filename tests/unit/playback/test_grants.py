from __future__ import annotations

import base64
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA1, SHA256

from cliffhanger.errors import CliffhangerError, GrantExpired, GrantForeign, GrantForged, GrantMissing
from cliffhanger.playback.domain import (
    Grant,
    Place,
    Signer,
    cookies_of,
    decode,
    encode,
    media_query_of,
    playlist_query_of,
    policy_of,
    verify,
)
from tests.support.signing import KEY_ID, ORIGIN, private_key

NOW_MS = 1_763_700_000_000
LATER_S = NOW_MS // 1000 + 7_200
E1 = Place("the-last-train", 1, "7k2m9x4q0v5t8w1z")
E10 = Place("the-last-train", 10, "7k2m9x4q0v5t8w1z")
KEYS = {KEY_ID: private_key().public_key()}


def signed(policy: bytes, key: str = "ours", key_id: str = KEY_ID) -> Grant:
    return Signer(lambda: private_key(key), key_id).sign(policy)


def granted(place: Place = E1, until_s: int = LATER_S) -> Grant:
    return signed(policy_of(place.resource(ORIGIN), until_s))


def refusal_of(grant: Grant, place: Place = E1, now_ms: int = NOW_MS) -> type[CliffhangerError]:
    with pytest.raises(CliffhangerError) as caught:
        verify(grant, place.resource(ORIGIN), KEYS, now_ms)
    return type(caught.value)


def test_a_policy_names_one_folder_with_its_slash_and_one_time():
    policy = policy_of(E1.resource(ORIGIN), LATER_S)

    assert policy == (
        b'{"Statement":[{"Resource":"https://watch.example/media/the-last-train/1/7k2m9x4q0v5t8w1z/*",'
        b'"Condition":{"DateLessThan":{"AWS:EpochTime":1763707200}}}]}'
    )


def test_cloudfront_could_verify_what_we_sign():
    """As CloudFront does: its alphabet undone, then RSA PKCS #1 v1.5 with SHA-256 over the policy's bytes."""
    grant = granted()
    undo = str.maketrans("-_~", "+=/")
    policy = base64.b64decode(grant.policy.translate(undo))

    private_key().public_key().verify(base64.b64decode(grant.signature.translate(undo)), policy, PKCS1v15(), SHA256())
    assert json.loads(policy)["Statement"][0]["Resource"] == E1.resource(ORIGIN)


def test_a_grant_holds_nothing_that_a_cookie_or_a_query_must_escape():
    assert set(encode(bytes(range(256)))) & set("+/=;, &%") == set()
    assert decode(encode(bytes(range(256)))) == bytes(range(256))


def test_our_own_grant_opens_its_place_until_its_time():
    verify(granted(), E1.resource(ORIGIN), KEYS, NOW_MS)
    verify(granted(), E1.resource(ORIGIN), KEYS, LATER_S * 1000 - 1)

    assert refusal_of(granted(), now_ms=LATER_S * 1000) is GrantExpired


@pytest.mark.parametrize("part", ["policy", "signature", "key_id"])
def test_a_grant_with_a_part_missing_is_missing(part):
    assert refusal_of(granted()._replace(**{part: ""})) is GrantMissing


def test_a_grant_for_episode_1_does_not_open_episode_10():
    assert refusal_of(granted(E1), E10) is GrantForeign


@pytest.mark.parametrize(
    "resource",
    [
        f"{ORIGIN}/media/the-last-train/1*",
        f"{ORIGIN}/media/the-last-train/*",
        f"{ORIGIN}/media/the-last-train/1/7k2m9x4q0v5t8w1z/",
        f"{ORIGIN}/media/the-last-train/1/7k2m9x4q0v5t8w1?/*",
        f"https://*{E10.folder}*",
        "*",
        "",
    ],
)
def test_a_wider_policy_opens_nothing_even_with_our_signature(resource):
    """Should one ever be signed by mistake, it is not the API that honours it."""
    assert refusal_of(signed(policy_of(resource, LATER_S)), E10) is GrantForeign


def test_a_grant_for_another_site_is_foreign():
    assert refusal_of(signed(policy_of(E1.resource("https://evil.example"), LATER_S))) is GrantForeign


FORGERIES = {
    "another's key": lambda ours: signed(decode(ours.policy), key="another's"),
    "a key id that we do not know": lambda ours: ours._replace(key_id="KUNKNOWN"),
    "another policy under our signature": lambda ours: ours._replace(policy=granted(E10).policy),
    "a longer life under our signature": lambda ours: ours._replace(
        policy=encode(policy_of(E1.resource(ORIGIN), LATER_S + 86_400))
    ),
    "a weaker hash": lambda ours: ours._replace(
        signature=encode(private_key().sign(decode(ours.policy), PKCS1v15(), SHA1()))
    ),
    "a broken signature": lambda ours: ours._replace(signature=encode(bytes(256))),
    "a signature cut short": lambda ours: ours._replace(signature=ours.signature[:-4]),
    "a signature of another alphabet": lambda ours: ours._replace(signature="%%%"),
    "a policy of another alphabet": lambda ours: ours._replace(policy="ä"),
    "a policy beyond bounds": lambda ours: ours._replace(policy="A" * 2_049),
    "a signature beyond bounds": lambda ours: ours._replace(signature="A" * 1_025),
    "no policy at all": lambda ours: signed(b"not json"),
    "an empty policy": lambda ours: signed(b"{}"),
    "a policy of two statements": lambda ours: signed(
        json.dumps({"Statement": json.loads(decode(ours.policy))["Statement"] * 2}).encode()
    ),
    "a policy without a time": lambda ours: signed(
        json.dumps({"Statement": [{"Resource": E1.resource(ORIGIN), "Condition": {}}]}).encode()
    ),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forged_grant_is_forged(name):
    assert refusal_of(FORGERIES[name](granted())) is GrantForged


def test_cookies_are_bound_to_the_folder_the_site_the_wire_and_the_grant_s_time():
    grant = Grant("POLICY", "SIGNATURE", "KEY")
    attributes = "; Path=/media/the-last-train/1/7k2m9x4q0v5t8w1z/; Max-Age=900; Secure; HttpOnly; SameSite=Lax"

    assert cookies_of(grant, E1.folder) == (
        "CloudFront-Policy=POLICY" + attributes,
        "CloudFront-Signature=SIGNATURE" + attributes,
        "CloudFront-Key-Pair-Id=KEY" + attributes,
        "CloudFront-Hash-Algorithm=SHA256" + attributes,
    )


def test_the_two_queries_share_no_name():
    """CloudFront takes its own parameters out of a query before an origin sees it; ours must come through."""
    grant = Grant("P", "S", "K")

    assert media_query_of(grant) == "Policy=P&Signature=S&Key-Pair-Id=K&Hash-Algorithm=SHA256"
    assert playlist_query_of(grant) == "grantPolicy=P&grantSignature=S&grantKey=K"


def test_the_private_key_is_read_at_the_first_signature_and_then_kept():
    reads = []

    def read():
        reads.append(1)
        return private_key()

    signer = Signer(read, KEY_ID)
    assert reads == []

    signer.sign(b"a")
    signer.sign(b"b")
    assert reads == [1]
