"""A connection that ends when it must and yields no more than it may, whatever comes over it."""

from __future__ import annotations

import io
import ssl
from http.client import HTTPException
from typing import Any

from cliffhanger.webhooks.resolving import Deadline

MAX_ANSWER_BYTES = 16_384
"""Head and body together; more is not read."""


class TooLong(HTTPException):
    """As much was read as is read of any answer."""


class Channel(io.RawIOBase):
    """A TLS connection under a deadline, as :mod:`http.client` uses a socket."""

    def __init__(self, tls: ssl.SSLSocket, deadline: Deadline) -> None:
        self._tls = tls
        self.deadline = deadline
        self._room = MAX_ANSWER_BYTES
        self.ended = False
        """The other side has ended what it sends."""
        self._reader = _Reader(self)

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Reads what is there, or waits for it.

        Raises:
            TimeoutError: the deadline is over.
            TooLong: as much was read as may be.
        """
        if not self._room:
            raise TooLong
        self._tls.settimeout(self.deadline.left())
        count = self._tls.recv_into(memoryview(buffer)[: self._room])
        self._room -= count
        self.ended = not count
        return count

    def sendall(self, data: bytes) -> None:
        """Sends all of it.

        Raises:
            TimeoutError: the deadline is over.
        """
        rest = memoryview(data)
        while rest:
            self._tls.settimeout(self.deadline.left())
            rest = rest[self._tls.send(rest) :]

    def makefile(self, _mode: str) -> io.BufferedReader:
        """What answers are read from: one for all of a connection, so that no byte of the next is lost with one."""
        return self._reader

    def close(self) -> None:
        """Ends the connection without a word: the other side may not be listening."""
        self._tls.close()
        super().close()


class _Reader(io.BufferedReader):
    """Outlives each of the answers that are read from it."""

    def close(self) -> None:
        """Leaves that to the channel."""
