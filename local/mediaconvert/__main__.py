"""``python -m local.mediaconvert``: see the package for what it is, ``--help`` for how to start it."""

from __future__ import annotations

import argparse
import json
import signal
import threading
from pathlib import Path
from types import FrameType

from local.environment import ACCOUNT, LOOPBACK, REGION
from local.mediaconvert.cachedir import Cache
from local.mediaconvert.jobs import JobBook
from local.mediaconvert.server import ControlPlane, Handler, Server
from local.mediaconvert.storage import connect
from local.mediaconvert.worker import Worker


def serve(*, port: int, endpoint: str, cache: Path, region: str, account: str) -> None:
    """Serves until SIGTERM or SIGINT. Port 0 takes a free one; the first line on stdout names it."""
    storage, events = connect(endpoint, region)
    book = JobBook(region=region, account=account)
    worker = threading.Thread(target=Worker(book, storage, events, Cache(cache)).run, daemon=True)
    with Server((LOOPBACK, port), Handler) as server:
        taken = int(server.server_address[1])
        server.control = ControlPlane(book, storage, f"http://{LOOPBACK}:{taken}")

        def stop(_signal: int, _frame: FrameType | None) -> None:
            threading.Thread(target=server.shutdown).start()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        worker.start()
        print(json.dumps({"event": "listening", "port": taken}), flush=True)
        server.serve_forever(poll_interval=0.1)
    book.close()
    worker.join(timeout=1.5)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m local.mediaconvert", description="MediaConvert on this machine")
    parser.add_argument("--port", type=int, required=True, help="on 127.0.0.1; 0 takes a free one")
    parser.add_argument("--endpoint", required=True, help="the emulator, for S3 and EventBridge; loopback only")
    parser.add_argument("--cache", type=Path, required=True, help="a folder that keeps finished transcodes")
    parser.add_argument("--region", default=REGION)
    parser.add_argument("--account", default=ACCOUNT)
    options = parser.parse_args()
    serve(
        port=options.port,
        endpoint=options.endpoint,
        cache=options.cache,
        region=options.region,
        account=options.account,
    )


if __name__ == "__main__":
    main()
