"""Each wrong request has its own problem code and leaves the ledger and the catalog as they were, byte for byte."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from local.aws import client
from local.cast import SERIES
from tests.e2e.client import Platform, refused, send

pytestmark = pytest.mark.usefixtures("unchanged")

UNLOCK = f"/v1/series/{SERIES}/episodes/2/unlock"
UPLOADS = f"/v1/studio/series/{SERIES}/episodes/2/uploads"
VIDEO = {"contentType": "video/mp4", "sizeBytes": 1_000}


@pytest.mark.parametrize(
    "raw", [b"{", b"not json", b'{"priceShownCoins": 12', b"\xff\xfe", b"[" * 10_000, b'{"priceShownCoins": NaN}']
)
def test_a_body_that_is_no_json(platform: Platform, rich: str, raw: bytes):
    refused(platform.post(UNLOCK, rich, raw=raw), 400, "malformed_json")


@pytest.mark.parametrize(
    "body",
    [
        {"priceShownCoins": "12"},
        {"priceShownCoins": None},
        {"priceShownCoins": True},
        {"priceShownCoins": 12.5},
        {"priceShownCoins": -12},
        {"priceShownCoins": 10**30},
        {"priceShownCoins": 12, "generation": "0"},
        {"priceShownCoins": 12, "generation": -1},
        {},
        [],
        "12",
    ],
    ids=str,
)
def test_a_value_of_the_wrong_type_or_out_of_bounds(platform: Platform, rich: str, body: object):
    refused(platform.post(UNLOCK, rich, body), 422, "validation_failed")


def test_a_field_that_does_not_exist(platform: Platform, rich: str, creator: str):
    extra = {"priceShownCoins": 12, "discount": 12}
    assert "discount" in refused(platform.post(UNLOCK, rich, extra), 422, "validation_failed")["detail"]
    playback = platform.post(f"/v1/series/{SERIES}/episodes/1/playback", rich, {"delivery": "cookies", "hours": 9})
    refused(playback, 422, "validation_failed")
    refused(platform.post(UPLOADS, creator, {**VIDEO, "key": "elsewhere"}), 422, "validation_failed")


@pytest.mark.parametrize("size", [16_385, 200_000])
def test_a_body_that_is_too_large(platform: Platform, rich: str, size: int):
    raw = b'{"priceShownCoins": 12}'.ljust(size)
    refused(platform.post(UNLOCK, rich, raw=raw), 413, "body_too_large")


@pytest.mark.parametrize("series", ["no-such-series", "the-last-trai"])
def test_a_series_that_does_not_exist(platform: Platform, rich: str, series: str):
    refused(platform.get(f"/v1/series/{series}"), 404, "not_found")
    refused(platform.unlock(rich, series=series), 404, "not_found")


@pytest.mark.parametrize("series", ["The-Last-Train", "a" * 33, "the%2Flast", "the:last", "-x"])
def test_a_series_id_that_cannot_exist(platform: Platform, rich: str, series: str):
    reply = platform.unlock(rich, series=series)
    assert (reply.status, reply.code) in {(422, "validation_failed"), (404, "route_not_found")}


@pytest.mark.parametrize("series", ["%00", "%2e%2e", ".."])
def test_a_path_that_means_another_one_ends_at_the_edge(platform: Platform, rich: str, series: str):
    assert platform.unlock(rich, series=series).status == 403


def test_an_episode_that_does_not_exist(platform: Platform, rich: str):
    refused(platform.unlock(rich, episode=7), 404, "not_found")
    refused(platform.playback(rich, episode=7), 404, "not_found")


@pytest.mark.parametrize("episode", ["0", "-1", "1.5", "two", "99999", "2%20"])
def test_an_episode_number_that_cannot_exist(platform: Platform, rich: str, episode: str):
    refused(platform.unlock(rich, episode=episode), 422, "validation_failed")


@pytest.mark.parametrize(("method", "path"), [("GET", "/v1/nothing"), ("DELETE", "/v1/wallet"), ("GET", UNLOCK)])
def test_a_path_that_does_not_exist(platform: Platform, rich: str, method: str, path: str):
    refused(send(method, platform.api + path, token=rich), 404, "route_not_found")


def test_the_gateway_takes_nothing_past_the_edge(platform: Platform, rich: str):
    gateway = platform.outputs["gatewayUrl"]
    refused(send("GET", f"{gateway}/v1/series"), 403, "origin_refused")
    forged = {"x-origin-secret": "guessed"}
    refused(send("GET", f"{gateway}/v1/wallet", token=rich, headers=forged), 403, "origin_refused")
    assert platform.get("/v1/series", headers=forged).status == 200


# --- Who calls -------------------------------------------------------------------------------------------------------


def text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def parts(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    header, claims = (json.loads(base64.urlsafe_b64decode(part + "==")) for part in token.split(".")[:2])
    return header, claims


def signed(header: dict[str, Any], claims: dict[str, Any], sign: Callable[[bytes], bytes]) -> str:
    message = f"{text(json.dumps(header).encode())}.{text(json.dumps(claims).encode())}"
    return f"{message}.{text(sign(message.encode()))}"


def constantly(signature: bytes) -> Callable[[bytes], bytes]:
    return lambda _: signature


def by_rsa(key: rsa.RSAPrivateKey) -> Callable[[bytes], bytes]:
    return lambda message: key.sign(message, padding.PKCS1v15(), hashes.SHA256())


@pytest.fixture(scope="module")
def issuers_key(platform: Platform) -> rsa.RSAPrivateKey:
    """The key with which the emulator's user pool signs access tokens: an expired token can be genuine, too."""
    name = f"{platform.outputs['userPoolId']}-access.pem"
    (path,) = Path(platform.outputs["stateDir"]).rglob(name)
    key = serialization.load_pem_private_key(path.read_bytes(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return key


def test_no_token(platform: Platform):
    refused(platform.unlock(None), 401, "token_missing")
    basic = platform.post(UNLOCK, body={"priceShownCoins": 12}, headers={"Authorization": "Basic bWlhOm1pYQ=="})
    refused(basic, 401, "token_missing")


@pytest.mark.parametrize("token", ["x", "a.b", "a.b.c", "e30.e30.", "..", "a.b.c.d.e", "x" * 9_000])
def test_a_token_that_is_none(platform: Platform, token: str):
    reply = platform.unlock(token)
    assert (reply.status, reply.code) in {(401, "token_malformed"), (401, "token_unsigned")}


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", ""])
def test_a_token_without_a_signature(platform: Platform, rich: str, algorithm: str):
    header, claims = parts(rich)
    for signature in (b"", b"anything"):
        forged = signed({**header, "alg": algorithm}, claims, constantly(signature))
        refused(platform.unlock(forged), 401, "token_unsigned")


def test_a_token_that_makes_a_secret_of_the_public_key(platform: Platform, rich: str, issuers_key: rsa.RSAPrivateKey):
    public = issuers_key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    header, claims = parts(rich)
    forged = signed({**header, "alg": "HS256"}, claims, lambda message: hmac.digest(public, message, hashlib.sha256))
    refused(platform.unlock(forged), 401, "token_unsigned")


def test_a_token_that_has_expired(platform: Platform, rich: str, issuers_key: rsa.RSAPrivateKey):
    header, claims = parts(rich)
    sign = by_rsa(issuers_key)
    living = signed(header, {**claims, "exp": int(time.time()) + 60}, sign)
    assert platform.get("/v1/wallet", living).status == 200
    for expired in (int(time.time()) - 1, 0, None):
        refused(platform.unlock(signed(header, {**claims, "exp": expired}, sign)), 401, "token_expired")


def test_a_token_that_was_changed_or_signed_by_another(platform: Platform, rich: str, foreign_key: rsa.RSAPrivateKey):
    header, claims = parts(rich)
    first, second, third = rich.split(".")
    other = text(json.dumps({**claims, "person_id": "someone-else"}).encode())
    refused(platform.unlock(f"{first}.{other}.{third}"), 401, "token_forged")
    refused(platform.unlock(f"{first}.{second}.{text(b'x' * 256)}"), 401, "token_forged")
    refused(platform.unlock(signed(header, claims, by_rsa(foreign_key))), 401, "token_forged")
    refused(platform.unlock(signed({**header, "kid": "mine"}, claims, by_rsa(foreign_key))), 401, "token_forged")


def test_a_genuine_token_of_another_kind(platform: Platform, rich: str, issuers_key: rsa.RSAPrivateKey):
    user = platform.new_person()[0]
    identity = client("cognito-idp", platform.emulator)
    answer = identity.initiate_auth(
        ClientId=platform.outputs["clientId"],
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": user.email, "PASSWORD": user.password},
    )
    refused(platform.unlock(answer["AuthenticationResult"]["IdToken"]), 401, "token_foreign")
    header, claims = parts(rich)
    for change in ({"iss": "https://example.com"}, {"client_id": "another"}, {"token_use": "id"}, {"person_id": ""}):
        reply = platform.unlock(signed(header, {**claims, **change}, by_rsa(issuers_key)))
        refused(reply, 401, "token_foreign")


def test_a_viewer_in_the_studio(platform: Platform, rich: str):
    assert refused(platform.post(UPLOADS, rich, VIDEO), 403, "group_required")["group"] == "creator"


def test_another_creators_series_and_upload(platform: Platform, creator: str, stranger: str):
    refused(platform.post(UPLOADS, stranger, VIDEO), 403, "not_owner")
    upload = platform.post(UPLOADS, creator, VIDEO).json["uploadId"]
    refused(platform.get(f"/v1/studio/uploads/{upload}", stranger), 403, "not_owner")
    refused(platform.get("/v1/studio/uploads/no-such-upload", creator), 404, "not_found")


# --- Money -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shown", [0, 11, 13])
def test_a_price_that_has_changed(platform: Platform, rich: str, shown: int):
    reply = platform.unlock(rich, {"priceShownCoins": shown})
    assert refused(reply, 409, "price_changed")["priceCoins"] == 12


def test_too_few_coins(platform: Platform, penniless: str):
    problem = refused(platform.unlock(penniless), 402, "insufficient_coins")
    assert (problem["priceCoins"], problem["balanceCoins"], problem["missingCoins"]) == (12, 0, 12)


def test_a_free_episode_is_not_for_sale(platform: Platform, rich: str):
    refused(platform.unlock(rich, {"priceShownCoins": 0}, episode=1), 409, "episode_free")


def test_a_generation_that_has_not_come(platform: Platform, rich: str):
    reply = platform.unlock(rich, {"priceShownCoins": 12, "generation": 1})
    assert refused(reply, 409, "generation_unknown")["generation"] == 0
