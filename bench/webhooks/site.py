"""What stands in for AWS while deliveries are measured: tables and queues, for processes that may be killed."""

from __future__ import annotations

import contextlib
import queue
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path
from typing import Any, cast

from pynamodb.connection import Connection as TableConnection

from bench.webhooks.queue import Handed, Queue
from cliffhanger.clock import system_clock
from cliffhanger.webhooks.domain import Lane
from cliffhanger.webhooks.queues import Message, text_of
from cliffhanger.webhooks.store import DeliveryLog, EndpointsStore
from tests.support.dynamodb import MemoryDynamoDB, connect
from tests.support.tables import DELIVERIES, ENDPOINTS

TOLD = "told"
"""The queue of events that are to be fanned out; the others are named by their lanes."""
QUEUES = (TOLD, "fast", "slow")
WAITING = 512


class Site:
    """Serves tables and queues over a socket of the file system, each connection in a thread.

    Args:
        hidden_s: how long a message that was handed out is hidden from others.
    """

    def __init__(self, folder: Path, hidden_s: float) -> None:
        self.model = MemoryDynamoDB(clock=system_clock)
        for table in (ENDPOINTS, DELIVERIES):
            self.model.call("CreateTable", table)
        self.queues = {name: Queue(hidden_s) for name in QUEUES}
        self.address = str(folder / "site")
        self._listener = Listener(self.address, "AF_UNIX", WAITING)
        self._served: dict[str, Callable[..., Any]] = {
            "tables": self.model.call,
            "send": lambda name, texts, delay_s: self.queues[name].send(texts, delay_s),
            "receive": lambda name, most: self.queues[name].receive(most),
            "settle": lambda name, taken, left: self.queues[name].settle(taken, left),
        }
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Takes no more connections."""
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=self._serve, args=(self._listener.accept(),), daemon=True).start()

    def _serve(self, connection: Connection) -> None:
        # Who asked may have been killed meanwhile; what it asked for is done all the same.
        with contextlib.suppress(EOFError, OSError), connection:
            while True:
                name, arguments = connection.recv()
                try:
                    answer, error = self._served[name](*arguments), None
                except Exception as raised:  # noqa: BLE001 - handed to whoever asked
                    answer, error = None, raised
                connection.send((answer, error))


@contextlib.contextmanager
def site(hidden_s: float) -> Iterator[Site]:
    """A site, while it is needed."""
    with tempfile.TemporaryDirectory() as folder:
        made = Site(Path(folder), hidden_s)
        try:
            yield made
        finally:
            made.close()


class Remote:
    """A site as another process sees it; any number of threads may ask at once."""

    region = "us-east-1"

    def __init__(self, address: str) -> None:
        self._address = address
        self._free: queue.SimpleQueue[Connection] = queue.SimpleQueue()

    def call(self, operation: str, parameters: Mapping[str, Any], actor: str = "") -> dict[str, Any]:
        """One request to DynamoDB."""
        return cast("dict[str, Any]", self._ask("tables", operation, parameters, actor))

    def receive(self, name: str, most: int) -> list[Handed]:
        """Messages of a queue."""
        return cast("list[Handed]", self._ask("receive", name, most))

    def settle(self, name: str, taken: Sequence[str], left: Sequence[str]) -> None:
        """Ends messages of a queue, or gives them back."""
        self._ask("settle", name, taken, left)

    def send(self, messages: Sequence[Message], delay_s: int = 0) -> None:
        """Puts messages into their lanes, as :class:`cliffhanger.webhooks.queues.Queues`."""
        lanes: tuple[Lane, ...] = ("fast", "slow")
        for lane in lanes:
            texts = [text_of(message) for message in messages if message.lane == lane]
            if texts:
                self._ask("send", lane, texts, delay_s)

    def stores(self) -> tuple[EndpointsStore, DeliveryLog]:
        """The shipped stores over its tables."""
        return stores_over(connect(cast("MemoryDynamoDB", self)))

    def _ask(self, name: str, *arguments: Any) -> Any:
        try:
            connection = self._free.get_nowait()
        except queue.Empty:
            connection = Client(self._address, "AF_UNIX")
        connection.send((name, arguments))
        answer, error = connection.recv()
        self._free.put(connection)
        if error is not None:
            raise error
        return answer


def stores_over(connection: TableConnection) -> tuple[EndpointsStore, DeliveryLog]:
    """The shipped stores over a connection."""
    endpoints = EndpointsStore(connection, ENDPOINTS["TableName"])
    return endpoints, DeliveryLog(connection, DELIVERIES["TableName"])
