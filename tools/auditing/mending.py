"""Completes halves of settlements in a restored table that nobody writes to yet (LEDGER rule 16).

A restore can hold a batch without its marks, or marks without their batch. The batch stands in a chain and stays: its
missing mark is set. A mark whose batch was lost is taken away, and settlement settles the leg again. Both only where
the entry is still whole, and no other mark has come; anything else that a finding says is for people, not for this.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from botocore.exceptions import ClientError

from tools.auditing import entries
from tools.auditing.findings import Finding
from tools.auditing.items import record_of_client

MENDABLE = frozenset({"batch_without_mark", "mark_without_batch"})


class Mended(NamedTuple):
    """How many marks were set and taken away, and the findings of those codes that no longer fit what stands there."""

    marked: int
    unmarked: int
    left: tuple[Finding, ...]


def mend(client: Any, table: str, findings: Iterable[Finding]) -> Mended:
    """Completes every half that the findings name; doing it again changes nothing.

    Raises:
        ClientError: DynamoDB refuses for another reason than that the entry is another by now.
    """
    marked, unmarked, left = 0, 0, list[Finding]()
    for finding in findings:
        if finding.code not in MENDABLE:
            continue
        if not _mended(client, table, finding):
            left.append(finding)
        elif finding.code == "batch_without_mark":
            marked += 1
        else:
            unmarked += 1
    return Mended(marked, unmarked, tuple(left))


def _mended(client: Any, table: str, finding: Finding) -> bool:
    key = {"account": {"S": finding.account}, "seq": {"N": str(finding.seq)}}
    item = client.get_item(TableName=table, Key=key, ConsistentRead=True).get("Item")
    if item is None:
        return False
    try:
        read = entries.read(record_of_client(item))
    except entries.Wrong:
        return False
    names = {"#mark": f"m{list(read.legs).index(finding.other)}", "#hash": "hash"}
    values = {":batch": {"N": str(finding.other_seq)}, ":hash": {"B": read.digest}}
    setting = finding.code == "batch_without_mark"
    still = "attribute_not_exists(#mark)" if setting else "#mark = :batch"
    try:
        client.update_item(
            TableName=table,
            Key=key,
            UpdateExpression="SET #mark = :batch" if setting else "REMOVE #mark",
            ConditionExpression=f"#hash = :hash AND {still}",
            ExpressionAttributeNames=names,
            ExpressionAttributeValues=values,
        )
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") != "ConditionalCheckFailedException":
            raise
        return False
    return True
