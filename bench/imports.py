"""Cold start of the unlock handler, in fresh processes: what its imports and first bootstrap cost in CPU time."""

from __future__ import annotations

import compileall
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from bench.figures import Figure

ROUNDS = 11
ROOT = Path(__file__).resolve().parent.parent
HEAVY = ("stripe", "pydantic", "requests", "s3transfer")
ENVIRONMENT = {
    "PATH": os.environ.get("PATH", ""),
    "PYTHONPATH": f"{ROOT / 'layers/common/python'}{os.pathsep}{ROOT}",
    "AWS_ACCESS_KEY_ID": "bench",
    "AWS_SECRET_ACCESS_KEY": "bench",
    "AWS_REGION": "eu-central-1",
    "LEDGER_TABLE": "ledger",
    "CATALOG_TABLE": "catalog",
    "RATES_TABLE": "rates",
    "SWITCHES_TABLE": "switches",
    "NOTICES_TABLE": "notices",
    "PAYMENTS_QUEUE_URL": "https://sqs.eu-central-1.amazonaws.com/111122223333/payments",
    "WEBHOOK_SECRET": "webhook-secrets",
    "STAGE": "bench",
}
_TIMED = """
import sys, time
started = time.process_time()
{body}
print((time.process_time() - started) * 1000)
print(",".join(name for name in {heavy!r} if name in sys.modules))
"""
BARE = """
import botocore.session
botocore.session.get_session().create_client("dynamodb", region_name="eu-central-1")
"""
THIRD_PARTY = """
import msgspec
from botocore.exceptions import BotoCoreError
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from pynamodb.connection import Connection
from pynamodb.connection.base import MetaTable
from pynamodb.expressions.operand import Path
Connection(region="eu-central-1").client
"""
UNLOCK = """
import functions.unlock.handler
from cliffhanger import bootstrap
bootstrap.unlock_books()
bootstrap.rate_limiter()
bootstrap.switches()
"""


def run(body: str, environment: Mapping[str, str] = ENVIRONMENT) -> tuple[float, list[str]]:
    """CPU milliseconds of a piece of Python in a fresh process, and the heavy modules that it loaded."""
    program = _TIMED.format(body=body, heavy=HEAVY)
    out = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout.splitlines()
    return float(out[0]), [name for name in out[1].split(",") if name]


def measure() -> list[Figure]:
    """The ratios of the issue: three programs in turn, the least of each, byte code present."""
    for folder in ("layers/common/python", "functions"):
        compileall.compile_dir(ROOT / folder, quiet=2)
    programs = {"bare": BARE, "third": THIRD_PARTY, "unlock": UNLOCK}
    for body in programs.values():
        run(body)
    times: dict[str, list[float]] = {name: [] for name in programs}
    heavy: list[str] = []
    for _ in range(ROUNDS):
        for name, body in programs.items():
            spent, loaded = run(body)
            times[name].append(spent)
            if name == "unlock":
                heavy = loaded
    least = {name: min(values) for name, values in times.items()}
    told = ", ".join(f"{name} {value:.0f} ms" for name, value in least.items())
    return [
        Figure("unlock.cold_import_ratio", least["unlock"] / least["bare"], 1.4, f"min of {ROUNDS}: {told}"),
        Figure("unlock.own_import_ratio", least["unlock"] / least["third"], 1.08, "over the same third-party imports"),
        Figure("unlock.forbidden_modules", len(heavy), 0, "of " + ", ".join(HEAVY)),
    ]
