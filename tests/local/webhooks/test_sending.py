"""What is sent, and what is made of an answer."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from cliffhanger.clock import ms_of
from cliffhanger.webhooks.sending import KEPT_BYTES, Answered, Sender
from tests.local.webhooks.conftest import BODY, LOOPBACK, post
from tests.support.receivers.certificates import Authority
from tests.support.receivers.plays import answer, answering
from tests.support.receivers.server import Received, Server, read_request

Serve = Callable[..., Server]


def answered(outcome: object) -> Answered:
    assert isinstance(outcome, Answered), outcome
    return outcome


def test_the_bytes_and_headers_of_a_post_come_as_they_are(serve: Serve, sender: Sender):
    received: list[Received] = []
    server = serve(answering(answer("204 No Content"), into=received))
    headers = {"webhook-id": "evt-1", "webhook-signature": "v1,a v1,b"}
    got = answered(sender.send(post(server.url("/a/b?c=%2F"), BODY, headers)))
    assert (got.status, got.retry_after_s, got.body, got.address) == (204, None, b"", "127.0.0.1")
    [request] = received
    assert request.line == "POST /a/b?c=%2F HTTP/1.1"
    assert request.body == BODY
    assert request.headers == {
        **headers,
        "host": f"127.0.0.1:{server.port}",
        "content-type": "application/json",
        "content-length": str(len(BODY)),
        "accept-encoding": "identity",
        "connection": "close",
    }


@pytest.mark.parametrize(
    "status",
    [
        *("200 OK", "201 Created", "204 No Content", "400 Bad Request", "401 Unauthorized", "410 Gone", "599 -"),
        *("429 Too Many Requests", "500 Internal Server Error", "503 Service Unavailable", "200", "200 "),
    ],
)
def test_an_answer_is_told_as_it_is(serve: Serve, sender: Sender, status: str):
    server = serve(answering(answer(status, body=b"as it is")))
    got = answered(sender.send(post(server.url())))
    assert (got.status, got.body) == (int(status[:3]), b"" if status.startswith("204") else b"as it is")


def test_an_answer_that_takes_a_while_is_waited_for(serve: Serve, sender: Sender):
    server = serve(answering(answer("200 OK"), after_s=0.4))
    got = answered(sender.send(post(server.url())))
    assert got.status == 200
    assert got.millis >= 400


@pytest.mark.parametrize(
    "status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent", "300 X"]
)
def test_a_redirect_is_an_answer_and_is_not_followed(serve: Serve, sender: Sender, status: str):
    """It would be a way around every check of where we connect to."""
    elsewhere = serve(answering(answer("200 OK")))
    server = serve(answering(answer(status, f"location: {elsewhere.url()}")))
    assert answered(sender.send(post(server.url()))).status == int(status[:3])
    assert (server.connections, elsewhere.connections) == (1, 0)


def test_no_proxy_is_asked_though_the_environment_names_one(
    serve: Serve, sender: Sender, monkeypatch: pytest.MonkeyPatch
):
    proxy, server = serve(answering(answer("200 OK"))), serve(answering(answer("204 No Content")))
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, proxy.url())
    assert answered(sender.send(post(server.url()))).status == 204
    assert proxy.connections == 0


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("120", 120),
        ("0", 0),
        (" 7 ", 7),
        ("Wed, 21 Oct 2015 07:30:00 GMT", 120),
        ("Wednesday, 21-Oct-15 07:30:00 GMT", 120),
        ("Wed Oct 21 07:30:00 2015", 120),
        ("Wed, 21 Oct 2015 07:27:00 GMT", 0),
        ("soon", None),
        ("-1", None),
        ("1.5", None),
        ("12345678901", None),
        ("Wed, 99 Oct 99999 07:28:00 GMT", None),
        ("Wed, 21 Oct 2015 07:28:00 GMT" + " " * 100 + "x", None),
        ("\xff\xfe", None),
        ("٣", None),
    ],
)
def test_when_a_receiver_wants_to_be_asked_again_is_told_in_seconds(
    serve: Serve, authority: Authority, said: str, seconds: int | None
):
    at = ms_of("2015-10-21T07:28:00Z")
    sender = Sender(LOOPBACK, str(authority.file), clock=lambda: at)
    server = serve(answering(answer("429 Too Many Requests", f"Retry-After: {said}")))
    got = answered(sender.send(post(server.url())))
    assert (got.status, got.retry_after_s) == (429, seconds)


def test_part_of_a_second_is_a_second_so_that_nobody_comes_too_early(serve: Serve, authority: Authority):
    sender = Sender(LOOPBACK, str(authority.file), clock=lambda: ms_of("2015-10-21T07:27:59.001Z"))
    server = serve(answering(answer("503 Busy", "retry-after: Wed, 21 Oct 2015 07:28:00 GMT")))
    assert answered(sender.send(post(server.url()))).retry_after_s == 1


def test_of_a_long_body_its_first_bytes_are_kept(serve: Serve, sender: Sender):
    server = serve(answering(answer("500 Oops", body=b"<html>" * 1_000)))
    assert answered(sender.send(post(server.url()))).body == (b"<html>" * 1_000)[:KEPT_BYTES]


def test_a_body_in_chunks_is_kept_without_what_is_between_them(serve: Serve, sender: Sender):
    chunks = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n4;x=y\r\ndefg\r\n0\r\n\r\n"
    assert answered(sender.send(post(serve(answering(chunks)).url()))).body == b"abcdefg"


def test_a_body_without_a_length_ends_with_the_connection(serve: Serve, sender: Sender):
    server = serve(answering(b"HTTP/1.0 200 OK\r\n\r\nall of it"))
    assert answered(sender.send(post(server.url()))).body == b"all of it"


def test_what_only_says_that_an_answer_will_come_is_not_one(serve: Serve, sender: Sender):
    interim = (
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n"
    )
    server = serve(answering(interim + answer("202 Accepted", body=b"x")))
    got = answered(sender.send(post(server.url())))
    assert (got.status, got.body) == (202, b"x")


def test_who_switches_to_another_protocol_has_answered(serve: Serve, sender: Sender):
    server = serve(answering(b"HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\n\r\n\x00\x01"))
    assert answered(sender.send(post(server.url()))).status == 101


def test_each_attempt_has_a_connection_of_its_own(serve: Serve, sender: Sender):
    server = serve(answering(answer("200 OK", "connection: keep-alive")))
    for _ in range(3):
        answered(sender.send(post(server.url())))
    assert server.connections == 3


def test_one_sender_serves_many_threads(serve: Serve, sender: Sender):
    def echo(tls):
        tls.sendall(answer("200 OK", body=read_request(tls).body))

    server = serve(echo)
    bodies = [f"body {number}".encode() for number in range(64)]
    with ThreadPoolExecutor(16) as pool:
        outcomes = list(pool.map(lambda body: answered(sender.send(post(server.url(), body))).body, bodies))
    assert outcomes == bodies


@pytest.mark.parametrize("header", [{"webhook-id": "evt-1\r\nhost: 127.0.0.1"}, {"a\r\nb": "c"}, {"a": "b\nc"}])
def test_a_header_that_would_begin_another_line_is_not_sent(serve: Serve, sender: Sender, header: dict[str, str]):
    server = serve(answering(answer("200 OK")))
    with pytest.raises(ValueError):
        sender.send(post(server.url(), headers=header))


def test_a_body_is_never_unpacked(serve: Serve, sender: Sender):
    """What is small on the wire may be of any size once it is unpacked."""
    for encoding in ("gzip", "br", "deflate"):
        server = serve(answering(answer("200 OK", f"content-encoding: {encoding}", body=b"\x1f\x8b\x08")))
        assert answered(sender.send(post(server.url()))).body == b"\x1f\x8b\x08"


def test_a_receiver_that_reads_slowly_is_sent_all(serve: Serve, sender: Sender):
    """A large body is sent in parts, each as large as what the connection takes."""
    received: list[Received] = []
    large = bytes(itertools.islice(itertools.cycle(range(256)), 4_000_000))
    server = serve(answering(answer("200 OK"), into=received))
    assert answered(sender.send(post(server.url(), large))).status == 200
    assert received[0].body == large
