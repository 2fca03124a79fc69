"""``python -m local.edge``: see the package for what it is and for the configuration file."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import socket
import sys
from pathlib import Path
from typing import Any, cast

from hypercorn.asyncio import serve
from hypercorn.config import Config

from cliffhanger.clock import system_clock
from local.edge.app import MAX_HEAD, Edge
from local.edge.behaviors import load_behaviors
from local.edge.config import ConfigError, load_config
from local.edge.origins import connect
from local.edge.signatures import load_keys
from local.environment import LOOPBACK


def build(path: Path) -> Edge:
    """The application of a configuration file.

    Raises:
        ConfigError: it cannot be served.
    """
    config = load_config(path)
    try:
        keys = load_keys(config.public_keys)
    except ValueError as error:
        raise ConfigError(f"publicKeys: {error}") from error
    behaviors = load_behaviors(config)
    return Edge(config, behaviors, keys, connect(config), clock=system_clock, log=lambda line: print(line, flush=True))


async def run(edge: Edge, port: int) -> None:
    """Serves until SIGTERM or SIGINT."""
    listener = socket.create_server((LOOPBACK, port))
    options = Config()
    options.bind = [f"fd://{listener.fileno()}"]
    options.include_server_header = False
    # Above our own limit, so that we are the ones who answer; what is larger still is cut off by the parser.
    options.h11_max_incomplete_size = 2 * MAX_HEAD
    options.keep_alive_timeout = 30
    options.read_timeout = 90
    options.graceful_timeout = 0.5
    options.accesslog = None
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    print(json.dumps({"event": "listening", "port": listener.getsockname()[1]}), flush=True)
    await serve(cast("Any", edge), options, shutdown_trigger=stopping.wait)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m local.edge", description="CloudFront on this machine")
    parser.add_argument("--port", type=int, required=True, help="on 127.0.0.1; 0 takes a free one")
    parser.add_argument("--config", type=Path, required=True, help="a JSON file")
    options = parser.parse_args()
    try:
        edge = build(options.config)
    except ConfigError as error:
        sys.exit(f"the edge cannot start: {error}")
    asyncio.run(run(edge, options.port))


if __name__ == "__main__":
    main()
