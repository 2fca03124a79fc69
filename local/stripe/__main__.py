"""``python -m local.stripe``: see the package for what it is, ``--help`` for how to start it."""

from __future__ import annotations

import argparse
import json
import signal
import threading
from pathlib import Path
from types import FrameType
from typing import NamedTuple

from cliffhanger.clock import system_clock
from local.environment import LOOPBACK
from local.stripe.balance import Balance
from local.stripe.browser import Browser
from local.stripe.control import Control
from local.stripe.core import Core, Outcomes
from local.stripe.deliveries import RETRIES_S, Deliveries
from local.stripe.events import Events
from local.stripe.faults import Faults
from local.stripe.idempotency import Keys
from local.stripe.server import Handler, Server
from local.stripe.service import Service
from local.stripe.store import Store
from local.stripe.webhooks import Webhooks


class Options(NamedTuple):
    """How it is started."""

    port: int
    secret: Path
    webhook: str
    state: Path | None
    retries_s: tuple[float, ...]


def serve(options: Options) -> None:
    """Serves until SIGTERM or SIGINT; then what there is goes into the state file, if there is one."""
    secret = json.loads(options.secret.read_text())
    with Server((LOOPBACK, options.port), Handler) as server:
        taken = int(server.server_address[1])
        store, faults, keys = Store(system_clock), Faults(), Keys()
        webhooks = Webhooks(store, faults)
        origin = f"http://{LOOPBACK}:{taken}"
        core = Core(store, Events(store, webhooks.tell), Balance(store), Outcomes(), origin)
        service = Service(core, secret["apiKey"], keys, faults)

        def mark(event: str) -> None:
            with service.lock:
                webhooks.taken(event)

        secrets = tuple(secret["webhookSecrets"])
        deliveries = Deliveries(options.webhook, secrets, mark, system_clock, options.retries_s)
        webhooks.through(deliveries)
        if options.state is not None and options.state.exists():
            keys.load(store.load(options.state)["keys"])
            webhooks.resume()
        server.service, server.control, server.browser = service, Control(service, webhooks), Browser(service, webhooks)

        def stop(_signal: int, _frame: FrameType | None) -> None:
            threading.Thread(target=server.shutdown).start()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        deliveries.start()
        print(json.dumps({"event": "listening", "port": taken}), flush=True)
        server.serve_forever(poll_interval=0.1)
        deliveries.close()
        if options.state is not None:
            with service.lock:
                store.save(options.state, {"keys": keys.dump()})


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m local.stripe", description="Stripe on this machine")
    parser.add_argument("--port", type=int, required=True, help="on 127.0.0.1; 0 takes a free one")
    parser.add_argument("--secret", type=Path, required=True, help="a JSON file with apiKey and webhookSecrets")
    parser.add_argument("--webhook", default="", help="where events are sent; loopback only; nowhere without it")
    parser.add_argument("--state", type=Path, help="a file that keeps everything over restarts")
    parser.add_argument("--retries", default=",".join(map(str, RETRIES_S)), help="seconds between tries of a webhook")
    options = parser.parse_args()
    retries = tuple(float(part) for part in options.retries.split(",") if part)
    serve(Options(options.port, options.secret, options.webhook, options.state, retries))


if __name__ == "__main__":
    main()
