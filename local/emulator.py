"""The emulator in this process, bound to loopback, with role policies enforced and the project's patches applied.

``python -m local.emulator --port PORT --state DIR [--layers DIR] [--mailbox DIR] [--keep]``. Without ``--keep`` all
state is in memory; with it, the state is written to the folder at a clean stop and read at the next start.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import NamedTuple

from local import patches
from local.environment import ACCOUNT, DUMMY_KEY, DUMMY_SECRET, LOOPBACK, REGION


class Folders(NamedTuple):
    """Where the emulator keeps what."""

    state: Path
    layers: Path
    mailbox: Path


def settings(port: int, folders: Folders, *, keep: bool) -> dict[str, str]:
    """The emulator's own settings, which it reads from the environment while it is imported."""
    persist = "1" if keep else "0"
    return {
        "GATEWAY_PORT": str(port),
        "BIND_HOST": LOOPBACK,
        "AUTH": "true",
        "AWS_ACCESS_KEY_ID": DUMMY_KEY,
        "AWS_SECRET_ACCESS_KEY": DUMMY_SECRET,
        "MINISTACK_REGION": REGION,
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
        # On AWS a token trigger that fails fails the sign-in.
        "MINISTACK_COGNITO_PRETOKEN_STRICT": "1",
        "LAMBDA_EXECUTOR": "local",
        # No containers are used; a Docker daemon on the machine is none of the emulator's business.
        "DOCKER_HOST": "unix:///nonexistent",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "PERSIST_STATE": persist,
        "S3_PERSIST": persist,
        "STATE_DIR": str(folders.state / "services"),
        "S3_DATA_DIR": str(folders.state / "objects"),
        "LOCAL_LAYER_CACHE": str(folders.layers),
        "LOCAL_MAILBOX": str(folders.mailbox),
        "LOCAL_RUNTIME": str(folders.state / "runtime"),
    }


def main() -> None:
    """Starts the emulator and serves until it is told to stop."""
    parser = argparse.ArgumentParser(prog="python -m local.emulator", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--layers", type=Path, help="where unpacked layers are kept (default: with the state)")
    parser.add_argument("--mailbox", type=Path, help="where mails are kept (default: with the state)")
    parser.add_argument("--keep", action="store_true", help="keep the state over restarts")
    parser.add_argument("--without", action="append", default=[], help="leave a patch out, to see what it mends")
    arguments = parser.parse_args()
    state = arguments.state.resolve()
    layers = (arguments.layers or state / "layers").resolve()
    mailbox = (arguments.mailbox or state / "mailbox").resolve()
    os.environ.update(settings(arguments.port, Folders(state, layers, mailbox), keep=arguments.keep))
    patches.apply(without=arguments.without)
    serve()


def serve() -> None:
    """The emulator's own entry point; it is imported only now, because it reads its settings while it is."""
    from ministack import app  # noqa: PLC0415

    sys.argv = sys.argv[:1]  # it parses a command line of its own
    app.main()


if __name__ == "__main__":
    main()
