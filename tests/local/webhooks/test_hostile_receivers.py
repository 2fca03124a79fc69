"""Receivers that are broken, or want to hold us up, and what becomes of an attempt there."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator

import pytest

from cliffhanger.webhooks.sending import Answered, Sender, Unanswered
from tests.local.webhooks.conftest import post
from tests.support.receivers import plays
from tests.support.receivers.server import Play, RawPlay, Server

Serve = Callable[..., Server]


def code_of(outcome: Answered | Unanswered) -> str:
    assert isinstance(outcome, Unanswered), outcome
    assert outcome.address == "127.0.0.1"
    return outcome.code


HEAD = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    ("play", "code"),
    [
        (plays.answering(b"\x00\x01\x02\x03" * 100), "not_http"),
        (plays.answering(b"SSH-2.0-OpenSSH_9.9\r\n"), "not_http"),
        (plays.answering(b"220 mail.example.com ESMTP\r\n"), "not_http"),
        (plays.answering(b"\r\n\r\n"), "not_http"),
        (plays.answering(b"HTTP/2 200\r\n\r\n"), "not_http"),
        (plays.answering(b"HTTP/1.1 abc OK\r\n\r\n"), "not_http"),
        (plays.answering(b"HTTP/1.1 20 OK\r\n\r\n"), "not_http"),
        (plays.answering(b"HTTP/1.1 -200 OK\r\n\r\n"), "not_http"),
        (plays.answering(b"HTTP/1.1\r\n\r\n"), "not_http"),
        (plays.answering(b"HTTP/1.1 2"), "not_http"),
        (plays.endless(b"", b"garbage"), "too_long"),
    ],
    ids=[
        "bytes",
        "SSH",
        "SMTP",
        "nothing",
        "HTTP/2",
        "no status",
        "short status",
        "negative",
        "no status at all",
        "half a status",
        "endless",
    ],
)
def test_what_is_not_http_is_no_answer(serve: Serve, sender: Sender, play: Play, code: str):
    assert code_of(sender.send(post(serve(play).url()))) == code


@pytest.mark.parametrize(
    "play",
    [
        plays.endless(HEAD, b"x-one: more\r\n"),
        plays.endless(HEAD + b"x-one: ", b"more and more"),
        plays.endless(b"HTTP/1.1 200 ", b"of all reasons "),
        plays.endless(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"),
        plays.answering(HEAD + b"a: b\r\n" * 200 + b"\r\n"),
    ],
    ids=["headers", "one header", "the reason", "interim answers", "many headers"],
)
def test_a_head_that_does_not_end_is_read_no_further(serve: Serve, sender: Sender, play: Play):
    assert code_of(sender.send(post(serve(play).url()))) == "too_long"


@pytest.mark.parametrize(
    "play",
    [
        plays.endless(HEAD + b"\r\n", b"more and more"),
        plays.endless(HEAD + b"content-length: 999999999999\r\n\r\n", b"more and more"),
        plays.endless(HEAD + b"transfer-encoding: chunked\r\n\r\n", b"4\r\nmore\r\n"),
        plays.endless(HEAD + b"content-encoding: gzip\r\n\r\n", b"\x1f\x8b\x08"),
    ],
    ids=["without a length", "with a length", "in chunks", "packed"],
)
def test_a_body_that_does_not_end_is_read_no_further(serve: Serve, sender: Sender, play: Play):
    """The head has said what the receiver made of the delivery."""
    server = serve(play)
    got = sender.send(post(server.url()))
    assert isinstance(got, Answered), got
    assert (got.status, len(got.body)) == (200, 512)
    assert server.left.wait(60)


@pytest.mark.parametrize(
    "play",
    [
        plays.endless(HEAD + b"transfer-encoding: chunked\r\n\r\n1;", b"x=y;"),
        plays.answering(HEAD + b"transfer-encoding: chunked\r\n\r\nzz\r\nmore\r\n"),
        plays.answering(HEAD + b"transfer-encoding: chunked\r\n\r\n-5\r\nmore\r\n"),
        plays.answering(HEAD + b"content-length: 100\r\n\r\n"),
        plays.answering(HEAD + b"content-length: -1\r\n\r\n"),
        plays.answering(HEAD + b"content-length: x\r\n\r\n"),
        plays.holding(HEAD + b"\r\n"),
        plays.holding(HEAD + b"content-length: 100\r\n\r\n"),
        plays.dripping(HEAD + b"transfer-encoding: chunked\r\n\r\n", b" "),
    ],
    ids=[
        *(
            "an endless line of a chunk",
            "no length of a chunk",
            "a negative length of a chunk",
            "closed",
            "negative length",
        ),
        *("no length", "held without a length", "held with a length", "a dripping line of a chunk"),
    ],
)
def test_a_broken_body_changes_no_answer(serve: Serve, sender: Sender, play: Play):
    got = sender.send(post(serve(play).url()))
    assert isinstance(got, Answered), got
    assert got.status == 200


@pytest.mark.parametrize(
    "play",
    [
        plays.closing_before_the_request,
        plays.answering(b""),
        plays.answering(b"HTTP/1.1 200 OK"),
        plays.answering(HEAD),
        plays.answering(HEAD + b"content-le"),
        plays.answering(HEAD + b"content-length: 2\r\n"),
        plays.answering(b"HTTP/1.1 103 Early Hints\r\n\r\n"),
    ],
    ids=[
        *("before the request", "before the answer", "after the status", "after the status line"),
        *("in a header", "after a header", "after an interim answer"),
    ],
)
def test_a_connection_that_ends_before_the_answer_s_head_does_is_no_answer(serve: Serve, sender: Sender, play: Play):
    """Half a head is not one, though it begins with a good status."""
    assert code_of(sender.send(post(serve(play).url()))) == "closed"


@pytest.mark.parametrize(
    "raw", [plays.closing_at_once, plays.closing_in_the_handshake], ids=["at once", "in the handshake"]
)
def test_a_connection_that_ends_before_the_handshake_does_is_closed(serve: Serve, sender: Sender, raw: RawPlay):
    assert code_of(sender.send(post(serve(plays.holding(), raw).url()))) == "closed"


@pytest.mark.parametrize(
    "play",
    [
        plays.holding(),
        plays.holding(b"HTTP/1.1 200"),
        plays.holding(HEAD),
        plays.dripping(b"", b"H"),
        plays.dripping(HEAD, b"x: y\r\n"),
        plays.dripping(b"HTTP/1.1 200 ", b"-"),
        plays.dripping(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"),
    ],
    ids=[
        *("no answer", "half a status line", "half a head", "no status line, byte by byte", "headers, byte by byte"),
        *("a reason, byte by byte", "interim answers, byte by byte"),
    ],
)
def test_no_receiver_holds_an_attempt_beyond_its_deadline(serve: Serve, hasty: Sender, play: Play):
    """A byte now and then begins no new time. That this test ends is what it shows."""
    server = serve(play)
    assert code_of(hasty.send(post(server.url()))) == "timed_out"
    assert server.left.wait(60)


@pytest.mark.parametrize(
    "raw",
    [plays.silent_before_the_handshake, plays.dripping_in_the_handshake],
    ids=["silent", "byte by byte"],
)
def test_no_receiver_holds_a_handshake_beyond_the_deadline(serve: Serve, hasty: Sender, raw: RawPlay):
    server = serve(plays.holding(), raw)
    assert code_of(hasty.send(post(server.url()))) == "timed_out"
    assert server.left.wait(60)


def test_a_receiver_that_reads_nothing_holds_nobody(serve: Serve, hasty: Sender):
    """Its window is full after a while, and what is sent waits."""
    over = threading.Event()
    try:
        server = serve(plays.deaf(over))
        assert code_of(hasty.send(post(server.url(), bytes(32_000_000)))) == "timed_out"
    finally:
        over.set()


@contextlib.contextmanager
def full() -> Iterator[int]:
    """The port of a socket that takes no more connections, and does not refuse them either."""
    with contextlib.ExitStack() as ending:
        listening = ending.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(8):
            waiting = ending.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listening.getsockname())
        yield listening.getsockname()[1]


def test_a_connection_that_is_never_taken_is_not_waited_for(hasty: Sender):
    with full() as port:
        assert code_of(hasty.send(post(f"https://127.0.0.1:{port}/"))) == "timed_out"


def test_where_nobody_listens_no_connection_is_made(sender: Sender):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    assert code_of(sender.send(post(f"https://127.0.0.1:{port}/"))) == "connect_failed"
