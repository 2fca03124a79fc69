"""Senders that know this machine's receivers, and the authority whose certificates those show."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

import pytest

from cliffhanger.webhooks.addresses import networks_of
from cliffhanger.webhooks.sending import Post, Sender
from tests.support.receivers.certificates import Authority
from tests.support.receivers.server import Play, RawPlay, Server, serving

LOOPBACK = networks_of("127.0.0.0/8,::1/128")
NAME = "hooks.example.com"
BODY = b'{"id":"evt-1"}'


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def serve(authority: Authority) -> Iterator[Callable[..., Server]]:
    """Starts receivers, which end with the test."""
    with contextlib.ExitStack() as ending:

        def start(play: Play, raw: RawPlay | None = None) -> Server:
            return ending.enter_context(serving(authority.context_for(NAME, "127.0.0.1"), play, raw))

        yield start


@pytest.fixture(scope="session")
def sender(authority: Authority) -> Sender:
    """With the time that every attempt has; nothing that these tests do takes it."""
    return Sender(LOOPBACK, str(authority.file))


@pytest.fixture(scope="session")
def hasty(authority: Authority) -> Sender:
    """With so little time that a test need not wait for its end."""
    return Sender(LOOPBACK, str(authority.file), deadline_s=1)


def post(url: str, body: bytes = BODY, headers: dict[str, str] | None = None) -> Post:
    return Post(url, {"content-type": "application/json", **(headers or {})}, body)
