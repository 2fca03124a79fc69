"""``python -m local.receiver --port PORT --hooks PORT --folder DIR``: takes webhooks on loopback, and shows them."""

from __future__ import annotations

import argparse
import json
import signal
import threading
from pathlib import Path
from types import FrameType

from cliffhanger.clock import system_clock
from local.environment import LOOPBACK
from local.receiver.authority import trust
from local.receiver.inboxes import Inboxes
from local.receiver.server import hooks_server, pages_server


def serve(port: int, hooks_port: int, folder: Path) -> None:
    """Serves until SIGTERM or SIGINT. Port 0 takes a free one; the first line on stdout names both."""
    inboxes, stopping = Inboxes(system_clock), threading.Event()
    with pages_server(port) as pages, hooks_server(hooks_port, trust(folder)) as hooks:
        taken = int(hooks.server_address[1])
        for server in (pages, hooks):
            server.inboxes, server.stopping = inboxes, stopping
            server.hooks = f"https://{LOOPBACK}:{taken}"

        def stop(_signal: int, _frame: FrameType | None) -> None:
            stopping.set()
            threading.Thread(target=pages.shutdown).start()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        threading.Thread(target=hooks.serve_forever, args=(0.1,), daemon=True).start()
        print(json.dumps({"event": "listening", "port": int(pages.server_address[1]), "hooks": taken}), flush=True)
        pages.serve_forever(poll_interval=0.1)
        hooks.shutdown()


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m local.receiver", description="A partner's receiver")
    parser.add_argument("--port", type=int, required=True, help="of the page, on 127.0.0.1; 0 takes a free one")
    parser.add_argument("--hooks", type=int, required=True, help="where webhooks are sent to, over HTTPS; 0 as above")
    parser.add_argument("--folder", type=Path, required=True, help="keeps the certificates")
    options = parser.parse_args()
    serve(options.port, options.hooks, options.folder)


if __name__ == "__main__":
    main()
