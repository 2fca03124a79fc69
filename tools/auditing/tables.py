"""The live table, read in segments side by side, no faster than is asked."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from tools.auditing.exports import Unreadable
from tools.auditing.findings import Finding
from tools.auditing.items import ItemRecord, NoItem, record_of_client

PAGE_ITEMS = 1_000


class Live(NamedTuple):
    """A table to be read: its name, in which region, under which address if another than AWS's, and how fast.

    ``units`` are read units a second over all segments. Reads are eventually consistent, at half the price: what is
    younger than a page is in flight in any case.
    """

    name: str
    region: str
    endpoint: str | None
    segments: int
    units: float


class Segment(NamedTuple):
    """One of the segments that a table is read in."""

    live: Live
    number: int


def client_of(live: Live) -> Any:
    """A client of DynamoDB, with the credentials of the environment."""
    import boto3  # noqa: PLC0415 - half a second that reading an export need not wait

    return boto3.client("dynamodb", region_name=live.region, endpoint_url=live.endpoint)


def item_count(live: Live, client: Any | None = None) -> int:
    """About how many items the table has: DynamoDB counts them every six hours.

    Raises:
        Unreadable: there is no such table, or it may not be read.
    """
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - likewise

    try:
        table = (client or client_of(live)).describe_table(TableName=live.name)["Table"]
    except (BotoCoreError, ClientError) as error:
        raise Unreadable(f"{live.name}: {error}") from error
    return int(table.get("ItemCount", 0))


def read_segment(
    segment: Segment,
    client: Any | None = None,
    sleep: Callable[[float], None] = time.sleep,
    timer: Callable[[], float] = time.monotonic,
) -> Iterator[ItemRecord | Finding]:
    """The items of one segment, page after page, waiting where its share of the units is used up.

    Raises:
        Unreadable: DynamoDB refuses.
    """
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - likewise

    live, number = segment
    using = client or client_of(live)
    share, began, used = live.units / live.segments, timer(), 0.0
    asked: dict[str, Any] = {
        "TableName": live.name,
        "Segment": number,
        "TotalSegments": live.segments,
        "Limit": PAGE_ITEMS,
        "ReturnConsumedCapacity": "TOTAL",
    }
    while True:
        try:
            page = using.scan(**asked)
        except (BotoCoreError, ClientError) as error:
            raise Unreadable(f"{live.name}: {error}") from error
        for item in page["Items"]:
            try:
                yield record_of_client(item)
            except NoItem as error:
                yield Finding("export_line_unreadable", f"segment {number}: {error}")
        if "LastEvaluatedKey" not in page:
            return
        asked["ExclusiveStartKey"] = page["LastEvaluatedKey"]
        used += float(page.get("ConsumedCapacity", {}).get("CapacityUnits", 0))
        ahead = used / share - (timer() - began)
        if ahead > 0:
            sleep(ahead)
