"""What executions in flight go on from: records of payouts and checks, as versions of the steps have written them.

``python -m tests.infra.frozen_records`` writes those of the version that ships, where they have other members than any
before. None is ever changed: a record may lie in its table for a year before a step reads it again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cliffhanger.kyc.decisions import Decision
from cliffhanger.kyc.domain import Check, Hit, Verification
from cliffhanger.kyc.store import VerificationsStore
from cliffhanger.payouts.domain import Destination, Payout
from cliffhanger.payouts.schedules import Schedule
from cliffhanger.payouts.store import PayoutsStore, Stake
from cliffhanger.payouts.tallies import Asked, Tally
from tests.support.dynamodb import MemoryDynamoDB, connect
from tests.support.payout_tables import PAYOUTS
from tests.support.tables import VERIFICATIONS

FROZEN = Path(__file__).parent / "frozen" / "records"
AT = 1_795_284_245_000
HIT = Hit("fresh/2026-12-01", "F-1", 92, ("name_same", "birth_date_same"))
PAYOUT = Payout(
    *("one", "cleo", 20_000, 200, "USD", "instant", AT, "hash", "acct_cleo", "inTransit", AT + 1),
    rule="bank_refused", bank_code="no_account", waits_for="provider", transfer="tr_1", sent="po_1",
    tried=("transfer",), token="t" * 20, arrives_at=AT + 2, paid_at=AT + 3, canceled=True, executions=2, refusals=1,
    waits=3, revision=1, asked_at=AT + 4,
)  # fmt: skip
CHECK = Check(
    *(3, "identity", 2, "review", AT, AT + 1),
    turn=2, session="vs_2", code="document_expired", told="verified", token="t" * 20, hits=(HIT,), edition=2,
    first="rita", outcome="approved", reason="false_hit", decided_by="otto", decided_at=AT + 2, records=2,
)  # fmt: skip
VERIFICATION = Verification(
    *("mia", 1, "verified", 1, "2028-11-21", "vs_1", 2, "clear", AT),
    notified=True, checks=3, begun=(AT, AT + 1), overruled=(("fresh/F-0", 88),), erase=("vs_0",), check=CHECK,
)  # fmt: skip
DECISION = Decision(*("mia", 2, 1, "approved", "rita", AT, "false_hit", 1, 2), hits=(HIT,), final=True)

Records = Mapping[str, Mapping[str, Any]]
"""Items by ``table/sort key``, as they lie in a table."""


def written() -> Records:
    """One record of each kind, as the version that ships writes it."""
    model = empty()
    payouts, checks = stores(model)
    assert payouts.put(PAYOUT)
    assert payouts.put_destination(Destination("cleo", "acct_cleo", "US", True, False, AT, AT + 1, 1))
    assert payouts.put_schedule(Schedule("cleo", "weekly", AT, 1))
    assert payouts.put_tally(Tally("cleo", "2026-11", "USD", (("one", "2026-11-21", 20_000),), 1))
    assert payouts.put_asked(Asked("cleo", "2026-11-21", ("one",), 1))
    payouts.put_stake(Stake("cleo", "dispute-1", "USD", 5_000, AT + 1))
    assert checks.decide(VERIFICATION, DECISION, "A note.")
    found = [("payouts", item) for item in model.peek(PAYOUTS["TableName"])]
    found += [("verifications", item) for item in model.peek(VERIFICATIONS["TableName"])]
    return {f"{table}/{item['item']['S']}": item for table, item in found}


def empty() -> MemoryDynamoDB:
    """Both tables, with nothing in them."""
    model = MemoryDynamoDB()
    for table in (PAYOUTS, VERIFICATIONS):
        model.call("CreateTable", table)
    return model


def stores(model: MemoryDynamoDB) -> tuple[PayoutsStore, VerificationsStore]:
    """The stores that ship."""
    connection = connect(model)
    return (
        PayoutsStore(connection, PAYOUTS["TableName"]),
        VerificationsStore(connection, VERIFICATIONS["TableName"]),
    )


def shape(records: Records) -> str:
    """A digest of which members records have."""
    return hashlib.sha256(json.dumps(sorted(members(records))).encode()).hexdigest()[:12]


def members(records: Records) -> set[str]:
    """The members of each kind of record."""
    found = set()
    for name, item in records.items():
        told = json.loads(item["told"]["S"]) if "told" in item else {}
        check = told.get("check")
        inner = [f"check.{one}" for one in check] if isinstance(check, dict) else []
        found |= {f"{name}:{one}" for one in (*item, *told, *inner)}
    return found


def file_of(records: Records) -> Path:
    """Where records with these members are frozen."""
    return FROZEN / f"{shape(records)}.json"


def freeze() -> None:
    """Writes the records that ship, where there are none with these members yet."""
    FROZEN.mkdir(exist_ok=True)
    if not file_of(written()).exists():
        file_of(written()).write_text(json.dumps(written(), indent=1) + "\n")


if __name__ == "__main__":
    freeze()
