"""Wrong grants open nothing, wrong files publish nothing, and neither changes a byte of the ledger or the catalog."""

from __future__ import annotations

import base64
import json
import os
import time
import urllib.parse
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from local.aws import client
from local.cast import SERIES
from local.keys import SIGNING_SECRET
from local.upload import UploadFailed, send_form
from tests.e2e.client import Platform, Reply, cookie_header, eventually, lines_of, refused, renditions, send

pytestmark = pytest.mark.usefixtures("unchanged")

UPLOADS = f"/v1/studio/series/{SERIES}/episodes/2/uploads"
VIDEO = {"contentType": "video/mp4", "sizeBytes": 1_000}


# --- Grants ----------------------------------------------------------------------------------------------------------


def safe(data: bytes) -> str:
    """CloudFront's base64."""
    return base64.b64encode(data).decode().translate(str.maketrans("+=/", "-_~"))


@pytest.fixture(scope="module")
def signing_key(platform: Platform) -> rsa.RSAPrivateKey:
    pem = client("secretsmanager", platform.emulator).get_secret_value(SecretId=SIGNING_SECRET)["SecretString"]
    key = serialization.load_pem_private_key(pem.encode(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return key


def grant(key: rsa.RSAPrivateKey, key_id: str, resource: str, lifetime_s: int = 600) -> dict[str, str]:
    """A custom policy as our API signs it, by whatever key."""
    condition = {"DateLessThan": {"AWS:EpochTime": int(time.time()) + lifetime_s}}
    policy = json.dumps({"Statement": [{"Resource": resource, "Condition": condition}]}, separators=(",", ":")).encode()
    signature = key.sign(policy, padding.PKCS1v15(), hashes.SHA256())
    return {
        "Policy": safe(policy),
        "Signature": safe(signature),
        "Key-Pair-Id": key_id,
        "Hash-Algorithm": "SHA256",
    }


def test_grants_that_open_no_stream(
    platform: Platform, rich: str, signing_key: rsa.RSAPrivateKey, foreign_key: rsa.RSAPrivateKey
):
    address = platform.playback(rich, episode=1).json["playlistUrl"]
    folder, key_id = address.rsplit("/", 1)[0], platform.outputs["keyPairId"]

    def asked(fields: dict[str, str]) -> int:
        cookies = "; ".join(f"CloudFront-{name}={value}" for name, value in fields.items())
        by_cookie = send("GET", address, headers={"Cookie": cookies}).status
        assert send("GET", f"{address}?{urllib.parse.urlencode(fields)}").status == by_cookie
        return by_cookie

    good = grant(signing_key, key_id, f"{folder}/*")
    assert asked(good) == 200
    assert asked(grant(foreign_key, key_id, f"{folder}/*")) == 403
    assert asked(grant(signing_key, "K00000000000000", f"{folder}/*")) == 403
    assert asked(grant(signing_key, key_id, f"{folder}/*", lifetime_s=-1)) == 403
    assert asked(grant(signing_key, key_id, f"{folder}0/*")) == 403
    assert asked({**good, "Signature": safe(b"x" * 256)}) == 403
    assert asked({**good, "Policy": grant(signing_key, key_id, f"{folder}/*", 999)["Policy"]}) == 403
    for name in ("Policy", "Signature", "Key-Pair-Id"):
        assert asked({**good, name: ""}) == 403


def test_grants_that_open_no_playlist(
    platform: Platform, rich: str, signing_key: rsa.RSAPrivateKey, foreign_key: rsa.RSAPrivateKey
):
    given = urllib.parse.urlsplit(platform.playback(rich, episode=1, delivery="query").json["playlistUrl"])
    query = dict(urllib.parse.parse_qsl(given.query))
    policy_name, signature_name, key_name = sorted(query, key=lambda n: ("olicy" not in n, "ignature" not in n))
    version, key_id = given.path.split("/")[5], platform.outputs["keyPairId"]

    def asked(changed: dict[str, str]) -> Reply:
        return platform.get(f"{given.path}?{urllib.parse.urlencode({**query, **changed})}")

    def named(made: dict[str, str]) -> dict[str, str]:
        return {policy_name: made["Policy"], signature_name: made["Signature"], key_name: made["Key-Pair-Id"]}

    folder = f"{platform.api}/media/{SERIES}/1/{version}/*"
    assert asked({}).status == 200
    assert asked(named(grant(signing_key, key_id, folder))).status == 200
    refused(platform.get(given.path), 403, "grant_missing")
    refused(asked({signature_name: safe(b"x" * 256)}), 403, "grant_forged")
    refused(asked(named(grant(foreign_key, key_id, folder))), 403, "grant_forged")
    refused(asked(named(grant(signing_key, "K00000000000000", folder))), 403, "grant_forged")
    refused(asked(named(grant(signing_key, key_id, folder, -1))), 403, "grant_expired")
    refused(asked(named(grant(signing_key, key_id, folder.replace("/1/", "/10/")))), 403, "grant_foreign")
    refused(asked(named(grant(signing_key, key_id, f"{platform.api}/media/*"))), 403, "grant_foreign")
    other = f"/v1/playlists/{SERIES}/2/{platform.published_version(2)}/master.m3u8"
    refused(platform.get(f"{other}?{given.query}"), 403, "grant_foreign")


# --- Uploads ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        {**VIDEO, "contentType": "text/html"},
        {**VIDEO, "sizeBytes": 0},
        {**VIDEO, "sizeBytes": 10**15},
        {**VIDEO, "sizeBytes": "1000"},
        {"contentType": "video/mp4"},
    ],
    ids=str,
)
def test_an_upload_of_what_we_do_not_take(platform: Platform, creator: str, body: object):
    refused(platform.post(UPLOADS, creator, body), 422, "validation_failed")


def test_the_form_takes_no_other_size_key_or_type(platform: Platform, creator: str):
    form = platform.post(UPLOADS, creator, VIDEO).json
    for content, change, code in (
        (b"x" * 1_001, {}, "EntityTooLarge"),
        (b"x" * 999, {}, "EntityTooSmall"),
        (b"x" * 1_000, {"key": "uploads/elsewhere/1/x/source"}, "AccessDenied"),
        (b"x" * 1_000, {"Content-Type": "text/html"}, "AccessDenied"),
        (b"x" * 1_000, {"x-amz-signature": "0" * 64}, "SignatureDoesNotMatch"),
        (b"x" * 1_000, {"acl": "public-read"}, "AccessDenied"),
    ):
        with pytest.raises(UploadFailed, match=code):
            send_form(form["url"], {**form["fields"], **change}, content)
    assert platform.get(f"/v1/studio/uploads/{form['uploadId']}", creator).json["status"] == "awaiting"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\0" * 4_096, "unreadable"),
        (b"<html>", "unreadable"),
        (b"\0\0\0\x18ftypmp42", "unreadable"),
        (b"~" + os.urandom(4_096), "unreadable"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 4_096, "picture"),
        (b"PK\x03\x04" + b"\0" * 4_096, "archive"),
    ],
    ids=["zeros", "a page", "a head only", "noise", "a picture", "an archive"],
)
def test_a_file_that_is_no_video(platform: Platform, creator: str, content: bytes, reason: str):
    """It was accepted, so it fails where its maker looks: in the upload; what is published stays published."""
    form = platform.post(UPLOADS, creator, {"contentType": "video/mp4", "sizeBytes": len(content)}).json
    send_form(form["url"], form["fields"], content)

    def failed() -> dict[str, Any]:
        upload: dict[str, Any] = platform.get(f"/v1/studio/uploads/{form['uploadId']}", creator).json
        assert upload["status"] != "published"
        return upload if upload["status"] == "failed" else {}

    problem = eventually(failed)["problem"]
    assert (problem["code"], problem["reason"]) == ("media_refused", reason)
    assert platform.get(f"/v1/series/{SERIES}").json["episodes"][1]["published"] is True


def test_methods_that_change_a_stream(platform: Platform, rich: str):
    granted = platform.playback(rich, episode=1)
    address, cookies = granted.json["playlistUrl"], cookie_header(granted)
    for method in ("PUT", "POST", "DELETE"):
        assert send(method, address, headers=cookies, raw=b"x").status == 403
    assert renditions(address, lines_of(send("GET", address, headers=cookies)))
