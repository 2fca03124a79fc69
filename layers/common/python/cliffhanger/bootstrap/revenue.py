"""What creators are paid by: splits."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from cliffhanger.bootstrap.foundation import catalog_store, connection
from cliffhanger.clock import system_clock
from cliffhanger.settings import read

if TYPE_CHECKING:
    from cliffhanger.revenue.splitting import Splits


@functools.cache
def splits() -> Splits:
    """Who shares in what series earn."""
    from cliffhanger.revenue.splits_store import SplitsStore
    from cliffhanger.revenue.splitting import Splits

    def owner_of(series: str) -> str | None:
        page = catalog_store().page(series)
        return None if page is None else page.owner

    return Splits(SplitsStore(connection(), read("SPLITS_TABLE")), owner_of, system_clock)
