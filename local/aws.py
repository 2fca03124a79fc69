"""Clients of the emulator, for the launcher and the tests: dummy credentials, loopback only."""

from __future__ import annotations

from typing import Any

import boto3
from botocore.config import Config

from local.environment import DUMMY_KEY, DUMMY_SECRET, REGION, require_loopback


def client(service: str, endpoint: str) -> Any:
    """A client of one service of the emulator, as the account's root.

    Raises:
        NotLoopback: the endpoint leads off this machine.
    """
    make: Any = boto3.client  # its stubs know each service by name, and this is any
    return make(
        service,
        endpoint_url=require_loopback(endpoint),
        region_name=REGION,
        aws_access_key_id=DUMMY_KEY,
        aws_secret_access_key=DUMMY_SECRET,
        config=Config(proxies={}, retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}),
    )
