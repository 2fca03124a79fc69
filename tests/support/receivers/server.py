"""A server of TLS that does with each connection what it is told to, and knows what it was sent."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from typing import NamedTuple

Play = Callable[[ssl.SSLSocket], None]
"""What is done with a connection after its handshake. When it returns, the connection is closed."""

RawPlay = Callable[[socket.socket], None]
"""What is done with a connection instead of a handshake."""

MAX_WAITING = 128


class Received(NamedTuple):
    """A request as it came."""

    line: str
    headers: dict[str, str]
    body: bytes


class Server:
    """Listens on a port of loopback.

    Args:
        context: with the certificate that it shows.
        play: what it does with a connection.
        raw: what it does with a connection instead; then ``play`` is not asked.
    """

    def __init__(self, context: ssl.SSLContext, play: Play, raw: RawPlay | None = None) -> None:
        self._context, self._play, self._raw = context, play, raw
        context.sni_callback = lambda _tls, name, _context: self.names.append(name)
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=MAX_WAITING)
        self.port: int = self._listening.getsockname()[1]
        self.connections = 0
        self.names: list[str | None] = []
        """What handshakes have asked for (SNI)."""
        self.left = threading.Event()
        """Set once the other side has ended a connection before this side was done with it."""
        threading.Thread(target=self._accept, daemon=True).start()

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        """Where it is."""
        return f"https://{host}:{self.port}{path}"

    def close(self) -> None:
        """Takes no more connections. One under way ends when its other side ends it."""
        self._listening.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listening.accept()
                self.connections += 1
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            try:
                if self._raw is not None:
                    self._raw(connection)
                    return
                with self._context.wrap_socket(connection, server_side=True) as tls:
                    self._play(tls)
            except OSError:
                self.left.set()


@contextlib.contextmanager
def serving(context: ssl.SSLContext, play: Play, raw: RawPlay | None = None) -> Iterator[Server]:
    """A server, while it is needed."""
    server = Server(context, play, raw)
    try:
        yield server
    finally:
        server.close()


def read_request(tls: ssl.SSLSocket) -> Received:
    """One request with its body."""
    with tls.makefile("rb") as reader:
        line = reader.readline().decode().strip()
        headers = {}
        while field := reader.readline().strip():
            name, _, value = field.decode().partition(":")
            headers[name.lower()] = value.strip()
        return Received(line, headers, reader.read(int(headers.get("content-length", 0))))
