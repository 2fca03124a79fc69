"""What verifications are kept and decided with."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from cliffhanger.bootstrap.foundation import connection
from cliffhanger.settings import read

if TYPE_CHECKING:
    from cliffhanger.kyc.store import VerificationsStore


@functools.cache
def verifications_store() -> VerificationsStore:
    """Who is verified."""
    from cliffhanger.kyc.store import VerificationsStore

    return VerificationsStore(connection(), read("VERIFICATIONS_TABLE"))
