"""What receivers do to us: answer, well or badly, slowly, without end, or not at all."""

from __future__ import annotations

import itertools
import socket
import ssl
import threading
import time
from collections.abc import Iterable

from tests.support.receivers.server import Play, RawPlay, Received, read_request

DRIP_S = 0.005
"""Between two bytes, short enough that no time-out for one read would ever end it."""


def answer(status: str, *headers: str, body: bytes = b"") -> bytes:
    """The bytes of an answer."""
    head = "\r\n".join((f"HTTP/1.1 {status}", f"content-length: {len(body)}", *headers, "", ""))
    return head.encode() + body


def answering(sent: bytes, *, after_s: float = 0, into: list[Received] | None = None) -> Play:
    """Reads the request, and sends these bytes."""

    def play(tls: ssl.SSLSocket) -> None:
        request = read_request(tls)
        if into is not None:
            into.append(request)
        time.sleep(after_s)
        tls.sendall(sent)

    return play


def endless(first: bytes, then: bytes) -> Play:
    """Reads the request and sends the first bytes, then the others until the connection is ended."""

    def play(tls: ssl.SSLSocket) -> None:
        read_request(tls)
        tls.sendall(first)
        while True:
            tls.sendall(then)

    return play


def dripping(first: bytes, drops: bytes) -> Play:
    """Reads the request and sends the first bytes, then the others one by one, over and over."""

    def play(tls: ssl.SSLSocket) -> None:
        read_request(tls)
        tls.sendall(first)
        _drip(tls, drops)

    return play


def holding(sent: bytes = b"") -> Play:
    """Reads the request, sends these bytes, and then nothing until the connection is ended."""

    def play(tls: ssl.SSLSocket) -> None:
        read_request(tls)
        tls.sendall(sent)
        _wait_for_the_end(tls)

    return play


def deaf(until: threading.Event) -> Play:
    """Reads nothing until then."""

    def play(_tls: ssl.SSLSocket) -> None:
        until.wait()

    return play


def silent_before_the_handshake(connection: socket.socket) -> None:
    """Takes the connection, and says nothing."""
    _wait_for_the_end(connection)


def dripping_in_the_handshake(connection: socket.socket) -> None:
    """Begins an answer to the handshake, and goes on byte by byte."""
    connection.recv(4_096)
    connection.sendall(b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc")  # a record and a ServerHello, both as long as can be
    _drip(connection, b"\x03")


def closing_at_once(connection: socket.socket) -> None:
    """Takes the connection and ends it."""


def closing_in_the_handshake(connection: socket.socket) -> None:
    """Reads how the handshake begins, and ends the connection."""
    connection.recv(4_096)


def closing_before_the_request(tls: ssl.SSLSocket) -> None:
    """Ends the connection right after the handshake."""


def speaking_without_tls(sent: bytes) -> RawPlay:
    """Sends these bytes in plain."""

    def play(connection: socket.socket) -> None:
        connection.recv(4_096)
        connection.sendall(sent)

    return play


def _drip(connection: socket.socket, drops: Iterable[int]) -> None:
    for drop in itertools.cycle(drops):
        connection.sendall(bytes([drop]))
        time.sleep(DRIP_S)


def _wait_for_the_end(connection: socket.socket) -> None:
    while connection.recv(4_096):
        pass
    raise ConnectionResetError
