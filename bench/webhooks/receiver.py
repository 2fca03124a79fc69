"""``python -m bench.webhooks.receiver KEY_FILE``: a receiver of many endpoints, that notes all that it is sent.

It says where it listens, answers 204 at ``/quick/...``, never at ``/hanging/...``, and writes what it has noted as JSON
whenever it reads a line.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import ssl
import sys
import time
from typing import NamedTuple

ANSWER = b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n"
HANGING = "/hanging/"
WAITING = 1_024


class Noted(NamedTuple):
    """One delivery: where, under which id, digests of its body and of its body without the id, and when."""

    path: str
    identity: str
    body: str
    fact: str
    at: float


noted: list[Noted] = []


async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One connection."""
    with contextlib.suppress(OSError, asyncio.IncompleteReadError):
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        line, *fields = head.strip().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (field.partition(":") for field in fields)}
        body = await reader.readexactly(int(headers["content-length"]))
        path, identity = line.split()[1], headers["webhook-id"]
        if path.startswith(HANGING):
            await reader.read()  # until the other side has had enough
        else:
            fact = {name: value for name, value in json.loads(body).items() if name != "id"}
            noted.append(Noted(path, identity, _digest(body), _digest(json.dumps(fact).encode()), time.monotonic()))
            writer.write(ANSWER)
            await writer.drain()
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:32]


async def main(key_file: str) -> None:
    """Receives until its input ends."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(key_file)
    server = await asyncio.start_server(take, "127.0.0.1", 0, ssl=context, backlog=WAITING)
    print(server.sockets[0].getsockname()[1], flush=True)
    loop = asyncio.get_running_loop()
    while await loop.run_in_executor(None, sys.stdin.readline):
        print(json.dumps(noted), flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
