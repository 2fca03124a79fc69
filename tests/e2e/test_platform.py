"""The platform as a program: complete outputs, two at once, a clean stop, and state that outlives a restart."""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import sys
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from local.aws import client
from local.cast import USERS, sign_in
from local.environment import ROOT
from tests.e2e.client import Platform, cookie_header, eventually, send

START_S = 240.0
OF_PARTNERS = {"ENDPOINTS_TABLE", "ENDPOINT_KEY"}
"""Settings about endpoints that are partners', and none of ours."""


def processes() -> dict[int, int]:
    """Every process on this machine that is no zombie, with its parent."""
    listing = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,stat="], capture_output=True, text=True, check=True).stdout
    rows = [line.split() for line in listing.splitlines()]
    return {int(row[0]): int(row[1]) for row in rows if not row[2].startswith("Z")}


def family(root: int) -> set[int]:
    """A process and all that descend from it."""
    parents, found = processes(), {root}
    while more := {process for process, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def test_outputs_name_addresses_that_answer(platform: Platform):
    outputs = platform.outputs
    assert send("GET", f"{outputs['apiUrl']}/v1/series").status == 200
    assert send("GET", outputs["webUrl"]).status == 200
    assert send("GET", f"{outputs['edgeUrl']}/_local/health").status == 200
    assert send("GET", f"{outputs['gatewayUrl']}/v1/series").status == 403
    keys = f"{outputs['cognitoUrl']}/{outputs['userPoolId']}/.well-known/jwks.json"
    assert send("GET", keys).json["keys"]
    for name in outputs["tables"]:
        platform.rows(name)
    assert {name: user["group"] for name, user in outputs["users"].items()} == {
        "mia": None,
        "noa": None,
        "cleo": "creator",
        "mel": "member",
        "opal": "operator",
        "otis": "operator",
        "pia": "partner",
        "rita": "reviewer",
        "rolf": "reviewer",
        "vic": "creator",
    }


def test_everything_listens_on_loopback_only(platform: Platform):
    for name in (
        "apiUrl",
        "webUrl",
        "edgeUrl",
        "gatewayUrl",
        "cognitoUrl",
        "endpointUrl",
        "mediaConvertUrl",
        "stripeUrl",
    ):
        assert urllib.parse.urlsplit(platform.outputs[name]).hostname == "127.0.0.1"
    ports = {
        f":{urllib.parse.urlsplit(url).port:04X}" for url in platform.outputs.values() if str(url).startswith("http")
    }
    table = Path("/proc/net/tcp")
    if table.exists():
        listening = [line.split()[1] for line in table.read_text().splitlines()[1:] if line.split()[3] == "0A"]
        ours = [address for address in listening if any(address.endswith(port) for port in ports)]
        assert ours
        assert {address.split(":")[0] for address in ours} == {"0100007F"}
    assert not Path("/proc/net/tcp6").exists() or not any(
        line.split()[1].endswith(tuple(ports)) and line.split()[3] == "0A"
        for line in Path("/proc/net/tcp6").read_text().splitlines()[1:]
    )


def test_role_policies_are_enforced(platform: Platform):
    assert send("GET", f"{platform.emulator}/_ministack/health").json["auth"] == "enabled"
    name = f"nobody-{secrets.token_hex(4)}"
    access = client("iam", platform.emulator)
    access.create_user(UserName=name)
    key = access.create_access_key(UserName=name)["AccessKey"]
    nobody = boto3.client(
        "dynamodb",
        endpoint_url=platform.emulator,
        region_name=platform.outputs["region"],
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key["SecretAccessKey"],
    )
    with pytest.raises(ClientError, match="AccessDenied"):
        nobody.scan(TableName=platform.outputs["tables"]["ledger"])


def test_no_function_is_told_where_it_runs(platform: Platform):
    """Endpoints come with the platform, as on AWS; a setting of ours that named one would be a fork of the product."""
    functions = client("lambda", platform.emulator)
    settings = {
        function["FunctionName"]: set(function.get("Environment", {}).get("Variables", {}))
        for page in functions.get_paginator("list_functions").paginate()
        for function in page["Functions"]
    }
    assert len(settings) >= 8
    found = {name for names in settings.values() for name in names if "ENDPOINT" in name or "LOCAL" in name}
    assert found <= OF_PARTNERS


def test_every_stack_is_complete(platform: Platform):
    stacks = client("cloudformation", platform.emulator).describe_stacks()["Stacks"]
    states = {stack["StackName"]: stack["StackStatus"] for stack in stacks}
    names = ("data", "media", "identity", "api", "events", "edge", "web", "monitoring")
    assert {f"cliffhanger-local-{name}" for name in names} <= set(states)
    assert set(states.values()) <= {"CREATE_COMPLETE", "UPDATE_COMPLETE"}


class Second:
    """A second platform of this checkout, in a folder of its own, with a data folder."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._environment = {**os.environ, "CLIFFHANGER_HOME": str(home)}
        self.launcher: subprocess.Popen[bytes] | None = None

    def command(self, *words: str) -> list[str]:
        data = ["--data", str(self.home / "data")] if words[0] == "up" else []
        return [sys.executable, "-m", "local", *words, *data]

    def start(self) -> Platform:
        """Starts it in the foreground, as a person would in a terminal."""
        with (self.home / "terminal").open("wb") as terminal:
            self.launcher = subprocess.Popen(
                self.command("up"),
                cwd=ROOT,
                env=self._environment,
                stdout=terminal,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        return Platform(eventually(self._outputs, START_S))

    def _outputs(self) -> dict[str, Any]:
        assert self.launcher is None or self.launcher.poll() is None, (self.home / "terminal").read_text()
        path = self.home / "outputs.json"
        read: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
        return read

    def interrupt(self) -> int:
        """Ctrl-C: the terminal sends SIGINT to the whole foreground group. Answers with the exit status."""
        assert self.launcher is not None
        os.killpg(self.launcher.pid, signal.SIGINT)
        return self.launcher.wait(60)

    def down(self) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            self.command("down"), cwd=ROOT, env=self._environment, capture_output=True, text=True, check=False
        )
        if self.launcher is not None:
            self.launcher.wait(60)
        return done


@pytest.fixture
def second(tmp_path: Path) -> Iterator[Second]:
    made = Second(tmp_path)
    yield made
    made.down()


def signed_in(platform: Platform, name: str) -> str:
    (user,) = [user for user in USERS if user.name == name]
    return sign_in(platform.emulator, platform.outputs["clientId"], user)


@pytest.mark.slow
def test_a_second_platform_shares_nothing_stops_cleanly_and_keeps_its_state(platform: Platform, second: Second):
    other = second.start()
    addresses = [
        [one.outputs[name] for name in ("edgeUrl", "endpointUrl", "mediaConvertUrl", "stripeUrl")]
        for one in (platform, other)
    ]
    assert not set(addresses[0]) & set(addresses[1])
    assert platform.get("/v1/series/the-last-train").status == 200

    mia = signed_in(other, "mia")
    receipt = other.unlock(mia).json["receipt"]
    ledger = other.settled_rows()
    assert second.launcher is not None
    running = family(second.launcher.pid)
    assert len(running) > 5
    assert second.interrupt() == 0
    assert not running & set(processes())
    assert not (second.home / "outputs.json").exists()
    assert second.down().stdout.strip() == "Nothing is running."

    again = second.start()
    assert again.outputs["edgeUrl"] == other.outputs["edgeUrl"]
    assert again.rows("ledger") == ledger
    mia = signed_in(again, "mia")
    repeated = again.unlock(mia)
    assert repeated.status == 200
    assert repeated.json["receipt"] == receipt
    granted = again.playback(mia, episode=2)
    assert send("GET", granted.json["playlistUrl"], headers=cookie_header(granted)).status == 200
    newcomer = again.new_person()[1]
    again.give_coins(newcomer)
    assert again.unlock(newcomer).status == 201
    assert len(again.settled_rows()) > len(ledger)
    assert second.launcher is not None
    running = family(second.launcher.pid)
    assert second.down().returncode == 0
    assert not running & set(processes())
    assert platform.get("/v1/series").status == 200
