"""``python -m local up|down``: starts and stops the whole platform of this checkout."""

from __future__ import annotations

import argparse
import contextlib
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from local.environment import PRODUCT, ROOT, NotLoopback, refuse_foreign_endpoints
from local.lock import AlreadyRunning, held, holder, wait_until_free
from local.paths import LOCK, LOGS, OUTPUTS, paths
from local.progress import Display, display

if TYPE_CHECKING:
    from local.launcher import Platform

STOP_TIMEOUT_S = 40.0
CHECK_EVERY_S = 0.3
INTERRUPTED = 130
READY = b"1"
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """Somebody asked the launcher to stop."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point; 0 when what was asked for is done."""
    parser = argparse.ArgumentParser(prog="python -m local", description="The whole platform on this machine.")
    commands = parser.add_subparsers(dest="command", required=True)
    up_options = commands.add_parser("up", help="start it; Ctrl-C stops it")
    up_options.add_argument("--detach", action="store_true", help="return when it is ready; 'down' stops it")
    up_options.add_argument("--data", type=Path, help="keep its state in this folder over restarts")
    up_options.add_argument(
        "--cli", action="store_true", help="deploy with the CDK's own command line, which takes longer"
    )
    up_options.add_argument("--ready-fd", type=int, help=argparse.SUPPRESS)
    commands.add_parser("down", help="stop the platform of this checkout")
    options = parser.parse_args(arguments)
    if options.command == "down":
        return down()
    try:
        refuse_foreign_endpoints(os.environ)
    except NotLoopback as error:
        print(f"{error}. Unset the variable, then start again.", file=sys.stderr)
        return 1
    return up_detached(options) if options.detach else up(options)


def up(options: argparse.Namespace) -> int:
    """Starts the platform and stays until it is told to stop, or a part of it ends."""
    show = display()
    for number in SIGNALS:
        signal.signal(number, _stop)
    try:
        with held(LOCK):
            return _serve(options, show)
    except AlreadyRunning as error:
        show.line(str(error))
        return 1
    except Stopped:
        return INTERRUPTED


def _serve(options: argparse.Namespace, show: Display) -> int:
    # The CDK app's and the product's modules are only loaded by whoever really starts something.
    sys.path.insert(0, str(PRODUCT))
    from local.launcher import Platform, failures  # noqa: PLC0415

    began = time.monotonic()
    platform = Platform(paths(options.data), show, with_cli=options.cli)
    try:
        document = platform.up()
        _tell(show, document, time.monotonic() - began)
        if options.ready_fd is not None:
            os.write(options.ready_fd, READY)
            os.close(options.ready_fd)
        platform.follow()
        _watch(platform)
    except failures() as error:
        show.line(f"Failed: {error}")
        return 1
    except Stopped:
        show.line("Stopping ...")
        return 0
    finally:
        _ignore_signals()
        platform.stop()
        show.line("Stopped.")
    return 0


def _watch(platform: Platform) -> None:
    while True:
        platform.check()
        time.sleep(CHECK_EVERY_S)


def _stop(_number: int, _frame: FrameType | None) -> None:
    _ignore_signals()  # a second one must not come between the first and the cleaning up
    raise Stopped


def _ignore_signals() -> None:
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def _tell(show: Display, document: dict[str, Any], seconds: float) -> None:
    rows = [
        ("Pages", document["webUrl"]),
        ("API", f"{document['apiUrl']}/v1/series"),
        ("Sign-in (Cognito)", document["cognitoUrl"]),
        ("Client id", document["clientId"]),
        ("AWS endpoint", document["endpointUrl"]),
        ("Stripe", f"{document['stripeUrl']}/"),
    ]
    users = document["users"]
    width = max(len(user["email"]) for user in users.values())
    rows += [
        (f"{name} ({_role(user)})", f"{user['email']:<{width}}  {user['password']}") for name, user in users.items()
    ]
    rows += [
        ("Mails", f"{document['mailboxUrl']}/"),
        ("For partners", f"{document['webUrl']}partners.html"),
        ("For brands", f"{document['webUrl']}campaigns.html"),
        ("For creators", f"{document['webUrl']}earnings.html"),
        ("For reviewers", f"{document['webUrl']}review.html"),
        ("Webhooks received", f"{document['receiverUrl']}/"),
        ("For programs", str(OUTPUTS)),
    ]
    show.table(f"Cliffhanger is ready after {seconds:.1f} s", rows)
    show.line("Ctrl-C stops it, and so does 'make down'.")
    waiting = [line["episode"] for line in document["story"] if line["state"] != "published"]
    show.line(f"Episodes {waiting[0]} to {waiting[-1]} of the story follow while it runs.")


def _role(user: dict[str, Any]) -> str:
    return str(user["group"] or "viewer")


def up_detached(options: argparse.Namespace) -> int:
    """Starts the platform in the background, shows how it comes up, and returns when it is ready."""
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / "launcher.log"
    reading, writing = os.pipe()
    command = [sys.executable, "-m", "local", "up", "--ready-fd", str(writing)]
    command += ["--data", str(options.data.resolve())] if options.data else []
    command += ["--cli"] if options.cli else []
    with log.open("wb") as output:
        launcher = subprocess.Popen(
            command,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=(writing,),
        )
    os.close(writing)
    try:
        with log.open() as lines:
            ready = _follow(lines.read, reading)
    except KeyboardInterrupt:
        launcher.terminate()
        launcher.wait()
        return INTERRUPTED
    if not ready:
        launcher.wait()
    return 0 if ready else 1


def _follow(read: Callable[[], str], pipe: int) -> bool:
    """Prints what the launcher writes until it is ready, or has ended without being so."""
    while True:
        said, _, _ = select.select([pipe], [], [], CHECK_EVERY_S)
        answer = os.read(pipe, 1) if said else None
        sys.stdout.write(read())
        sys.stdout.flush()
        if answer is not None:
            return answer == READY


def down() -> int:
    """Stops the platform of this checkout; nothing running is no error."""
    process = holder(LOCK)
    if process is None:
        print("Nothing is running.")
        return 0
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, signal.SIGTERM)
    if wait_until_free(LOCK, STOP_TIMEOUT_S):
        print("Stopped.")
        return 0
    print(f"Process {process} has not stopped in {STOP_TIMEOUT_S:.0f} s; see {LOGS / 'launcher.log'}.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
