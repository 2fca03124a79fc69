"""``python -m local.ads --port PORT --callback URL``: see the package."""

from __future__ import annotations

import argparse
import json
import signal
import threading
from types import FrameType

from local.ads.network import Network
from local.ads.server import server
from local.environment import require_loopback


def serve(port: int, callback: str) -> None:
    """Serves until SIGTERM or SIGINT. Port 0 takes a free one; the first line on stdout names it."""
    with server(port, Network(require_loopback(callback))) as serving:

        def stop(_signal: int, _frame: FrameType | None) -> None:
            threading.Thread(target=serving.shutdown).start()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        print(json.dumps({"event": "listening", "port": int(serving.server_address[1])}), flush=True)
        serving.serve_forever(poll_interval=0.1)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m local.ads", description="An ad network on this machine")
    parser.add_argument("--port", type=int, required=True, help="on 127.0.0.1; 0 takes a free one")
    parser.add_argument("--callback", required=True, help="the address on this machine that is called back")
    options = parser.parse_args()
    serve(options.port, options.callback)


if __name__ == "__main__":
    main()
