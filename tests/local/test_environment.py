"""Nothing of the local platform can reach anything but this machine."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from local.aws import client
from local.environment import ROOT, NotLoopback, process_environment, require_loopback


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:4566",
        "http://127.9.9.9",
        "http://[::1]:4566",
        "http://localhost:4566",
        "http://api.execute-api.localhost:4566/v1",
    ],
)
def test_loopback_is_accepted(url: str):
    assert require_loopback(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "https://dynamodb.us-east-1.amazonaws.com",
        "http://127.0.0.1.example.com",
        "http://localhost.example.com",
        "http://127.0.0.1@example.com",
        "http://notlocalhost",
        "http://10.0.0.1",
        "http://0.0.0.0",
        "http://169.254.169.254",
        "http://2130706433",
        "127.0.0.1:4566",
        "",
    ],
)
def test_what_is_not_loopback_is_refused(url: str):
    with pytest.raises(NotLoopback):
        require_loopback(url)
    with pytest.raises(NotLoopback):
        client("sts", url)


@pytest.mark.parametrize("name", ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_DYNAMODB"])
def test_the_launcher_refuses_to_start_with_an_endpoint_elsewhere(name: str):
    environment = {**os.environ, name: "https://dynamodb.eu-west-1.amazonaws.com"}
    command = [sys.executable, "-m", "local", "up"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "speaks only to this machine" in done.stderr
    assert done.stdout == ""


def test_processes_get_dummy_credentials_whatever_the_caller_has(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    for name, value in {
        "AWS_ACCESS_KEY_ID": "AKIAREAL",
        "AWS_SECRET_ACCESS_KEY": "real",
        "AWS_SESSION_TOKEN": "real",
        "AWS_PROFILE": "production",
        "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/real",
        "HTTPS_PROXY": "http://proxy.example.com",
    }.items():
        monkeypatch.setenv(name, value)
    endpoint = "http://127.0.0.1:1"
    environment = process_environment(endpoint, endpoint, tmp_path)
    assert environment["AWS_ACCESS_KEY_ID"] == environment["AWS_SECRET_ACCESS_KEY"] == "test"
    assert {"AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_ROLE_ARN", "HTTPS_PROXY"}.isdisjoint(environment)
    assert "AKIAREAL" not in environment.values()
    assert environment["AWS_CONFIG_FILE"] == environment["AWS_SHARED_CREDENTIALS_FILE"] == os.devnull


def test_processes_are_given_both_endpoints_and_neither_may_lead_elsewhere(tmp_path: Path):
    here, there = "http://127.0.0.1:1", "https://mediaconvert.us-east-1.amazonaws.com"
    environment = process_environment(here, "http://127.0.0.1:2", tmp_path)
    assert environment["AWS_ENDPOINT_URL"] == here
    assert environment["AWS_ENDPOINT_URL_MEDIACONVERT"] == "http://127.0.0.1:2"
    for pair in ((here, there), (there, here)):
        with pytest.raises(NotLoopback):
            process_environment(*pair, tmp_path)
