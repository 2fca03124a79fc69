"""One edge before a small AWS and a small API, for every test of this folder."""

from __future__ import annotations

import base64
import http.client
import json
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from tests.local.fake_aws import FakeAws
from tests.local.programs import running

SECRET = "origin-secret-of-the-test"
FILM = bytes(range(256)) * 1000
POSTER = b"\xff\xd8\xff" + bytes(5_000)
POLICY = {
    "Name": "test",
    "SecurityHeadersConfig": {
        "ContentSecurityPolicy": {"ContentSecurityPolicy": "default-src 'none'", "Override": True},
        "ContentTypeOptions": {"Override": True},
        "FrameOptions": {"FrameOption": "DENY", "Override": True},
        "StrictTransportSecurity": {"AccessControlMaxAgeSec": 1, "Override": True},
    },
}
CORS = {
    "CorsConfig": {
        "AccessControlAllowOrigins": {"Items": ["*"]},
        "AccessControlAllowMethods": {"Items": ["GET", "HEAD"]},
        "AccessControlAllowHeaders": {"Items": ["Range"]},
        "AccessControlAllowCredentials": False,
        "OriginOverride": True,
    }
}


KEPT = {"Header": "Cache-Control", "Value": "public, max-age=86400", "Override": True}


class Reply(NamedTuple):
    status: int
    headers: http.client.HTTPMessage
    body: bytes


class Api(BaseHTTPRequestHandler):
    """Stands for the gateway: tells what it was sent, and answers with two cookies."""

    protocol_version = "HTTP/1.1"
    seen: list[dict]

    def log_message(self, *_args):
        pass

    def _serve(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = [(name.lower(), value) for name, value in self.headers.items()]
        self.seen.append({"method": self.command, "path": self.path, "headers": headers, "body": body})
        answer = json.dumps({"path": self.path}).encode()
        self.send_response(402 if "locked" in self.path else 200)
        self.send_header("Content-Type", "application/problem+json" if "locked" in self.path else "application/json")
        self.send_header("Set-Cookie", "a=1; Path=/media/x/; HttpOnly")
        self.send_header("Set-Cookie", "b=2; Path=/media/x/; HttpOnly")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = _serve


class Stage:
    """The edge under test and everything around it."""

    def __init__(self, edge, aws, seen, signers):
        self.edge = edge
        self.aws = aws
        self.seen = seen
        self.signers = signers
        self.origin = edge.url

    def get(self, path, *, method="GET", headers=None, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.edge.port, timeout=20)
        try:
            connection.request(method, path, body=body, headers=headers or {})
            answer = connection.getresponse()
            return Reply(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    def grant(
        self, resource=None, *, until=3600, since=None, ip=None, key="K1", name=None, algorithm=None, policy=None
    ):
        """The three (or four) fields of a grant; times are seconds from now."""
        condition = {"DateLessThan": {"AWS:EpochTime": int(time.time()) + until}}
        if since is not None:
            condition["DateGreaterThan"] = {"AWS:EpochTime": int(time.time()) + since}
        if ip is not None:
            condition["IpAddress"] = {"AWS:SourceIp": ip}
        statement = {"Resource": resource or f"{self.origin}/media/s/e1/v1/*", "Condition": condition}
        text = policy if policy is not None else json.dumps({"Statement": [statement]}, separators=(",", ":")).encode()
        fields = {
            "Policy": spell(text),
            "Signature": spell(self.sign(key, text, algorithm)),
            "Key-Pair-Id": name or key,
        }
        return fields | ({"Hash-Algorithm": algorithm} if algorithm else {})

    def sign(self, key, text, algorithm=None):
        signer = self.signers[key]
        digest = hashes.SHA256() if algorithm == "SHA256" else hashes.SHA1()
        if isinstance(signer, rsa.RSAPrivateKey):
            return signer.sign(text, padding.PKCS1v15(), digest)
        return signer.sign(text, ec.ECDSA(digest))


def spell(data):
    return base64.b64encode(data).decode().translate(str.maketrans("+=/", "-_~"))


def as_query(fields):
    return "&".join(f"{name}={value}" for name, value in fields.items())


def as_cookies(fields):
    return {"Cookie": "; ".join(f"CloudFront-{name}={value}" for name, value in fields.items())}


@pytest.fixture(scope="session")
def signers():
    keys = {name: rsa.generate_private_key(65537, 2048) for name in ("K1", "K2", "FOREIGN")}
    return keys | {"CURVE": ec.generate_private_key(ec.SECP256R1())}


def public_pem(signer):
    return (
        signer.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )


@pytest.fixture(scope="module")
def stage(tmp_path_factory, signers):
    seen: list[dict] = []
    api = ThreadingHTTPServer(("127.0.0.1", 0), type("SeeingApi", (Api,), {"seen": seen}))
    api.daemon_threads = True
    threading.Thread(target=api.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    aws = FakeAws()
    aws.secrets["cliffhanger/local/origin-secret"] = SECRET
    aws.put("media", "media/s/e1/v1/master.m3u8", b"#EXTM3U\n", "application/vnd.apple.mpegurl")
    aws.put("media", "media/s/e1/v1/film.cmfv", FILM, "video/mp4")
    aws.put("media", "media/s/e10/v1/master.m3u8", b"#EXTM3U\n# ten\n", "application/vnd.apple.mpegurl")
    aws.put("media", "media/s/e1/v1/captions.vtt", b"WEBVTT\n", "text/vtt")
    aws.put("media", "posters/s/1/v1.0000001.jpg", POSTER, "image/jpeg")
    aws.put("media", "elsewhere/secret.txt", b"not for viewers", "text/plain")
    aws.put("web", "index.html", b"<!doctype html>hello", "text/html; charset=utf-8")
    aws.put("web", "app.js", b"export {}", "text/javascript")
    port = free_port()
    config = {
        "gatewayUrl": f"http://127.0.0.1:{api.server_address[1]}/prefix",
        "endpointUrl": aws.url,
        "region": "us-east-1",
        "mediaBucket": "media",
        "webBucket": "web",
        "originSecretId": "cliffhanger/local/origin-secret",
        "publicKeys": {name: public_pem(signers[name]) for name in ("K1", "K2", "CURVE")},
        "publicOrigin": f"http://127.0.0.1:{port}",
        "responseHeaders": {
            "default": POLICY,
            "/v1/*": POLICY,
            "/v1/playlists/*": POLICY | CORS,
            "/media/*": POLICY | CORS,
            "/posters/*": POLICY | {"CustomHeadersConfig": {"Items": [KEPT]}},
        },
    }
    file = tmp_path_factory.mktemp("edge") / "edge.json"
    file.write_text(json.dumps(config))
    with running("local.edge", "--port", port, "--config", file) as edge:
        yield Stage(edge, aws, seen, signers)
    aws.close()
    api.shutdown()
    api.server_close()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
