"""A very small AWS on loopback for tests of local processes: objects, events and one secret, over real HTTP."""

from __future__ import annotations

import hashlib
import json
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class FakeAws:
    """Objects by ``bucket/key``; events as they came; secrets by id."""

    def __init__(self):
        self.objects: dict[str, tuple[bytes, str]] = {}
        self.events: list[dict] = []
        self.secrets: dict[str, str] = {}
        self.requests: list[tuple[str, str, dict[str, str]]] = []
        self.happened = threading.Condition()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"fake": self}))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()

    def put(self, bucket: str, key: str, content: bytes, content_type: str = "application/octet-stream"):
        self.objects[f"{bucket}/{key}"] = (content, content_type)

    def details(self, job: str) -> list[dict]:
        """What was told of a job, in order."""
        with self.happened:
            found = [json.loads(event["Detail"]) for event in self.events]
        return [detail for detail in found if detail["jobId"] == job]

    def wait_for(self, predicate, seconds: float = 50):
        """Waits until something that happened makes the predicate true; the bound only ends a broken test."""
        with self.happened:
            assert self.happened.wait_for(predicate, seconds), "it never happened"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    fake: FakeAws

    def log_message(self, *_args):
        pass

    def _answer(self, status, body=b"", **headers):
        self.send_response(status)
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        headers.setdefault("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _key(self):
        return urllib.parse.unquote(urllib.parse.urlsplit(self.path).path.lstrip("/"))

    def _note(self):
        with self.fake.happened:
            headers = {name.lower(): value for name, value in self.headers.items()}
            self.fake.requests.append((self.command, self.path, headers))

    def do_PUT(self):
        content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if "aws-chunked" in self.headers.get("Content-Encoding", ""):
            content = _unchunked(content)
        with self.fake.happened:
            self.fake.objects[self._key()] = (content, self.headers.get("Content-Type", ""))
            self.fake.happened.notify_all()
        self._answer(200, ETag='"x"')

    def do_GET(self):
        self._note()
        found = self.fake.objects.get(self._key())
        if found is None:
            body = b"" if self.command == "HEAD" else b"<Error><Code>NoSuchKey</Code><Message>no</Message></Error>"
            self._answer(404, body, Content_Type="application/xml")
            return
        content, kind = found
        tag = f'"{hashlib.md5(content).hexdigest()}"'
        shared = {"Content_Type": kind, "ETag": tag, "Last_Modified": "Sat, 01 Nov 2025 10:00:00 GMT"}
        if self.headers.get("If-None-Match") == tag:
            self._answer(304, ETag=tag)
            return
        wanted = self.headers.get("Range", "")
        if wanted:
            self._partial(content, wanted, shared)
        else:
            self._answer(200, content, Content_Length=str(len(content)), Accept_Ranges="bytes", **shared)

    do_HEAD = do_GET

    def do_OPTIONS(self):
        """A bucket whose one rule lets every origin read, and send Range."""
        self._note()
        wanted = self.headers.get("Access-Control-Request-Headers", "").lower()
        allowed = self.headers.get("Access-Control-Request-Method") in ("GET", "HEAD") and wanted in ("", "range")
        self._answer(200 if allowed and self.headers.get("Origin") else 403)

    def _partial(self, content, wanted, shared):
        first, _, last = wanted.removeprefix("bytes=").partition("-")
        start = int(first) if first else len(content) - int(last)
        end = min(int(last), len(content) - 1) if first and last else len(content) - 1
        if start >= len(content):
            self._answer(416, b"<Error><Code>InvalidRange</Code><Message>no</Message></Error>")
            return
        part = content[start : end + 1]
        place = f"bytes {start}-{end}/{len(content)}"
        self._answer(206, part, Content_Length=str(len(part)), Content_Range=place, **shared)

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.headers.get("X-Amz-Target", "").endswith("GetSecretValue"):
            answer = {"Name": body["SecretId"], "SecretString": self.fake.secrets[body["SecretId"]]}
        else:
            with self.fake.happened:
                self.fake.events += body["Entries"]
                self.fake.happened.notify_all()
            answer = {"FailedEntryCount": 0, "Entries": [{"EventId": "1"} for _ in body["Entries"]]}
        self._answer(200, json.dumps(answer).encode(), Content_Type="application/x-amz-json-1.1")


def _unchunked(content):
    """The bytes inside ``aws-chunked`` framing, which botocore uses for checksums in trailers."""
    found = b""
    while content:
        head, _, content = content.partition(b"\r\n")
        size = int(head.split(b";")[0], 16)
        if not size:
            break
        found, content = found + content[:size], content[size + 2 :]
    return found
