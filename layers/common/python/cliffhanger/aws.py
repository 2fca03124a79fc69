"""Clients of AWS services other than DynamoDB. What they need is imported when the first one is made."""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from botocore.config import Config
    from botocore.session import Session


@functools.cache
def aws_client(service: str, config: Config | None = None, session: Session | None = None) -> Any:
    """A botocore client of a service; unless told otherwise with short timeouts and standard retries.

    A ``session`` that has made a client makes the next one in a third of the time.
    """
    import botocore.session
    from botocore.config import Config

    usual = Config(connect_timeout=2, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 3})
    return (session or botocore.session.get_session()).create_client(
        service, region_name=os.environ["AWS_REGION"], config=config or usual
    )
