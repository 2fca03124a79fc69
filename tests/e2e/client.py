"""A client of the running platform: plain HTTP, as any program would speak it, and a look at the tables behind it."""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import re
import secrets
import socket
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import boto3
import pytest

from cliffhanger.clock import system_clock
from cliffhanger.ledger.packing import stored_text
from local.aws import client
from local.cast import SERIES, USERS, User, person_of, sign_in
from local.environment import ROOT, process_environment

Found = TypeVar("Found")
PATIENCE_S = 60.0
STORY_S = 400.0
"""Four episodes are drawn and transcoded, on a machine that runs tests meanwhile."""
DAY_MS = 86_400_000
TOO_MANY = 429
LONGEST_WAIT_S = 10
"""Who is told to come back tomorrow does not wait for it."""


def eventually(read: Callable[[], Found], patience_s: float = PATIENCE_S) -> Found:
    """The first truthy answer; a failure when none comes in time."""
    deadline = time.monotonic() + patience_s
    while True:
        found = read()
        if found:
            return found
        assert time.monotonic() < deadline, f"not in {patience_s} s: {found}"
        time.sleep(0.1)


class Reply(NamedTuple):
    """An answer, whatever its status."""

    status: int
    headers: Mapping[str, str]
    cookies: tuple[str, ...]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """The problem's stable code; a failure when the answer is no problem document."""
        assert self.headers["content-type"].startswith("application/problem+json"), self
        problem = self.json
        assert problem["type"] == f"urn:cliffhanger:problem:{problem['code']}"
        assert problem["status"] == self.status
        assert problem["title"]
        return str(problem["code"])


def refused(reply: Reply, status: int, code: str) -> dict[str, Any]:
    """The problem document of an answer that must be this refusal."""
    assert (reply.status, reply.code) == (status, code), reply
    problem: dict[str, Any] = reply.json
    return problem


def send(
    method: str,
    url: str,
    *,
    token: str | None = None,
    body: object = None,
    raw: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    patient: bool = True,
    address: str = "",
) -> Reply:
    """One request, from one of this machine's addresses; no redirect is followed.

    ``body`` is sent as JSON, ``raw`` as it is. Who is ``patient`` and told to slow down waits for as long as was said,
    if that is some seconds, and asks again, once.
    """
    content = raw if raw is not None else None if body is None else json.dumps(body).encode()
    sent = dict(headers or {})
    if content is not None:
        sent.setdefault("Content-Type", "application/json")
    if token is not None:
        sent["Authorization"] = f"Bearer {token}"
    reply = _send(method, url, content, sent, address)
    if patient and reply.status == TOO_MANY and int(reply.headers["retry-after"]) <= LONGEST_WAIT_S:
        time.sleep(int(reply.headers["retry-after"]))
        return _send(method, url, content, sent, address)
    return reply


def _send(method: str, url: str, content: bytes | None, headers: Mapping[str, str], address: str) -> Reply:
    parts = urllib.parse.urlsplit(url)
    assert parts.hostname
    source = (address, 0) if address else None
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=60, source_address=source)
    try:
        target = urllib.parse.urlunsplit(("", "", parts.path or "/", parts.query, ""))
        connection.request(method, target, body=content, headers=dict(headers))
        answer = connection.getresponse()
        pairs = [(name.lower(), value) for name, value in answer.getheaders()]
        cookies = tuple(value for name, value in pairs if name == "set-cookie")
        return Reply(answer.status, dict(pairs), cookies, answer.read())
    finally:
        connection.close()


class Platform:
    """The running platform, by its outputs."""

    def __init__(self, outputs: dict[str, Any], address: str = "") -> None:
        self.outputs = outputs
        self.api: str = outputs["apiUrl"]
        self.emulator: str = outputs["endpointUrl"]
        self._address = address

    def at_a_home_of_its_own(self) -> Platform:
        """The same platform, asked from an address block in which nobody else has been: of all of 127.0.0.0/8.

        Tests come from one block, where signals of fraud see a crowd of new viewers. Where a machine has no more than
        one loopback address, what asks for this is skipped.
        """
        address = f"127.{secrets.randbelow(255) + 1}.{secrets.randbelow(256)}.1"
        with socket.socket() as probe:
            try:
                probe.bind((address, 0))
            except OSError:
                pytest.skip("This machine has one loopback address only.")
        return Platform(self.outputs, address)

    def get(self, path: str, token: str | None = None, **more: Any) -> Reply:
        return send("GET", self.api + path, token=token, address=self._address, **more)

    def post(self, path: str, token: str | None = None, body: object = None, **more: Any) -> Reply:
        return send("POST", self.api + path, token=token, body=body, address=self._address, **more)

    def put(self, path: str, token: str | None = None, body: object = None, **more: Any) -> Reply:
        return send("PUT", self.api + path, token=token, body=body, address=self._address, **more)

    def unlock(self, token: str | None, body: object = None, *, series: str = SERIES, episode: object = 2) -> Reply:
        shown = {"priceShownCoins": 12} if body is None else body
        return self.post(f"/v1/series/{series}/episodes/{episode}/unlock", token, shown)

    def playback(self, token: str | None, *, episode: object = 1, delivery: str = "cookies") -> Reply:
        return self.post(f"/v1/series/{SERIES}/episodes/{episode}/playback", token, {"delivery": delivery})

    def wait_for_story(self) -> None:
        """Returns when every episode of the demo is published; fails when one never will be, and says why."""

        outputs = Path(self.outputs["mailbox"]).parent / "outputs.json"

        def published() -> bool:
            told = json.loads(outputs.read_text())["story"]
            assert not [line for line in told if line["state"] == "failed"], told
            return all(line["state"] == "published" for line in told)

        eventually(published, STORY_S)

    def account_of(self, token: str) -> str:
        return f"viewer:{person_of(token)}"

    def rows(self, table: str) -> dict[str, Any]:
        """Everything in a table, by key; read past the product."""
        name = self.outputs["tables"][table]
        database = client("dynamodb", self.emulator)
        keys = [key["AttributeName"] for key in database.describe_table(TableName=name)["Table"]["KeySchema"]]
        pages = database.get_paginator("scan").paginate(TableName=name, ConsistentRead=True)
        items = [item for page in pages for item in page["Items"]]
        return {"/".join(str(next(iter(item[key].values()))) for key in keys): item for item in items}

    def settled_rows(self) -> dict[str, Any]:
        """The ledger's rows, once settlement has caught up: every entry with foreign legs is marked."""

        def caught_up() -> dict[str, Any]:
            rows = self.rows("ledger")
            return rows if not any(unsettled(row) for row in rows.values()) else {}

        return eventually(caught_up)

    def new_person(self, group: str | None = None) -> tuple[User, str]:
        """Someone new, and their access token."""
        user = User(secrets.token_hex(4), f"{secrets.token_hex(6)}@example.com", "Watch-this-now-1", group)
        identity = client("cognito-idp", self.emulator)
        pool = self.outputs["userPoolId"]
        identity.admin_create_user(
            UserPoolId=pool,
            Username=user.email,
            UserAttributes=[{"Name": "email", "Value": user.email}, {"Name": "email_verified", "Value": "true"}],
            MessageAction="SUPPRESS",
        )
        identity.admin_set_user_password(UserPoolId=pool, Username=user.email, Password=user.password, Permanent=True)
        if group:
            identity.admin_add_user_to_group(UserPoolId=pool, Username=user.email, GroupName=group)
        return user, sign_in(self.emulator, self.outputs["clientId"], user)

    def settled_person(self) -> User:
        """Someone who joined two days ago: what they earn is not held, however many new ones come from the block."""
        user, token = self.new_person()
        self.put_back(person_of(token), "joinedAt", 2 * DAY_MS)
        return user

    def put_back(self, person: str, time: str, by_ms: int) -> None:
        """Has something of a person be so long ago."""
        [subject] = [name for name, row in self.rows("people").items() if row["person"]["S"] == person]
        client("dynamodb", self.emulator).update_item(
            TableName=self.outputs["tables"]["people"],
            Key={"subject": {"S": subject}},
            UpdateExpression="SET #time = :then",
            ExpressionAttributeNames={"#time": time},
            ExpressionAttributeValues={":then": {"N": str(system_clock() - by_ms)}},
        )

    def at_sign_in(self, form: Mapping[str, str]) -> Reply:
        """What the sign-in's token endpoint answers to the pages' client."""
        raw = urllib.parse.urlencode({"client_id": self.outputs["clientId"], **form}).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return send("POST", f"{self.outputs['cognitoUrl']}/oauth2/token", raw=raw, headers=headers)

    def token_of(self, name: str) -> str:
        """The token of one of the demo's people."""
        (user,) = [user for user in USERS if user.name == name]
        return sign_in(self.emulator, self.outputs["clientId"], user)

    def mails_to(self, address: str) -> list[str]:
        """What the platform has sent to an address, oldest first."""
        every = [path.read_text() for path in sorted(Path(self.outputs["mailbox"]).glob("*.eml"))]
        return [mail for mail in every if f"To: {address}\n" in mail]

    def sign_up(self) -> tuple[User, str]:
        """Someone new who has signed up, read the code in the mail and confirmed; and their access token."""
        user = User(secrets.token_hex(4), f"{secrets.token_hex(6)}@example.com", "Watch-this-now-1", None)
        identity, app = client("cognito-idp", self.emulator), self.outputs["clientId"]
        identity.sign_up(
            ClientId=app,
            Username=user.email,
            Password=user.password,
            UserAttributes=[{"Name": "email", "Value": user.email}],
        )
        (code,) = re.findall(r"\b\d{6}\b", self.mails_to(user.email)[-1].split("\n\n", 1)[1])
        identity.confirm_sign_up(ClientId=app, Username=user.email, ConfirmationCode=code)
        return user, sign_in(self.emulator, app, user)

    def give_coins(self, token: str) -> None:
        """The demo's 100 bought coins and 30 bonus coins, by the product's own services."""
        tables = self.outputs["tables"]
        arguments = ["--catalog", tables["catalog"], "--ledger", tables["ledger"]]
        arguments += ["--owner", person_of(token), "--viewer", person_of(token)]
        environment = process_environment(self.emulator, self.outputs["mediaConvertUrl"], ROOT / ".local")
        environment["PYTHONPATH"] = str(ROOT / "layers" / "common" / "python")
        subprocess.run([sys.executable, "-m", "local.seed", *arguments], cwd=ROOT, env=environment, check=True)

    def as_function(self, name: str, service: str) -> Any:
        """A client that may do what the role of one of the functions may."""
        function = client("lambda", self.emulator).get_function(FunctionName=f"cliffhanger-local-{name}")
        role = function["Configuration"]["Role"]
        given = client("sts", self.emulator).assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
        make: Any = boto3.client  # its stubs know each service by name, and this is any
        return make(
            service,
            endpoint_url=self.emulator,
            region_name=self.outputs["region"],
            aws_access_key_id=given["AccessKeyId"],
            aws_secret_access_key=given["SecretAccessKey"],
            aws_session_token=given["SessionToken"],
        )

    def published_version(self, episode: int) -> str:
        """The version of an episode that is served now, from the address that playback would give."""
        objects = client("s3", self.emulator)
        prefix = f"media/{SERIES}/{episode}/"
        listed = objects.list_objects_v2(Bucket=self.outputs["buckets"]["media"], Prefix=prefix)["Contents"]
        newest = max((item for item in listed if item["Key"].endswith("master.m3u8")), key=lambda i: i["LastModified"])
        return str(newest["Key"].split("/")[3])


def unsettled(row: Mapping[str, Any]) -> bool:
    """Whether an entry moves something to or from another account and carries no mark yet."""
    entry = json.loads(stored_text(row))
    if "sources" in entry:
        return False
    foreign = {end for _, _, *ends in entry.get("postings", ()) for end in ends if not end.startswith(".")}
    return len([name for name in row if name[0] == "m" and name[1:].isdigit()]) < len(foreign)


def cookie_header(reply: Reply) -> dict[str, str]:
    """The grant's cookies, as a browser would send them back."""
    pairs = [cookie.split(";", 1)[0] for cookie in reply.cookies]
    assert {pair.split("=", 1)[0] for pair in pairs} >= {
        "CloudFront-Policy",
        "CloudFront-Signature",
        "CloudFront-Key-Pair-Id",
    }
    return {"Cookie": "; ".join(pairs)}


def lines_of(playlist: Reply) -> list[str]:
    assert playlist.status == 200, playlist
    lines = playlist.body.decode().splitlines()
    assert lines[0] == "#EXTM3U"
    return lines


def renditions(master: str, lines: list[str]) -> list[str]:
    """Addresses of the playlists that a master playlist names: variants and audio alike."""
    named = [line for line in lines if line and not line.startswith("#")]
    named += [
        line.split('URI="', 1)[1].split('"', 1)[0]
        for line in lines
        if line.startswith("#EXT-X-MEDIA:TYPE=AUDIO,") and "URI=" in line
    ]
    return [urllib.parse.urljoin(master, name) for name in named]


def files(playlist: str, lines: list[str]) -> tuple[str, list[str]]:
    """The address of a rendition's init section, and of its segments."""
    (init,) = [line.split('URI="', 1)[1].split('"', 1)[0] for line in lines if line.startswith("#EXT-X-MAP")]
    segments = [line for line in lines if line and not line.startswith("#")]
    return urllib.parse.urljoin(playlist, init), [urllib.parse.urljoin(playlist, name) for name in segments]


def boxes(content: bytes) -> Iterator[str]:
    """The types of the boxes of an ISO base media file."""
    at = 0
    while at < len(content):
        size = int.from_bytes(content[at : at + 4], "big")
        yield content[at + 4 : at + 8].decode("ascii")
        assert size >= 8
        at += size


def pkce() -> tuple[str, str]:
    """A verifier and its S256 challenge (RFC 7636)."""
    verifier = secrets.token_urlsafe(48)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    return verifier, challenge
