"""What the table of cases promises, over the in-memory model and moto."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws
from pynamodb.connection import Connection

from cliffhanger.dynamo import Unclear
from cliffhanger.support.domain import Case
from cliffhanger.support.store import CasesStore
from tests.support.dynamodb import Fault, MemoryDynamoDB, ScriptedFaults, connect
from tests.support.tables import CASES as TABLE

CASE = Case(
    case="6q0x9s4c7v2m8k1d",
    kind="grant",
    account="viewer:mia",
    asked={"coins": 501, "lifetimeDays": 30},
    reason="goodwill",
    hash="A" * 43,
    coins=501,
    reference="support:6q0x9s4c7v2m8k1d",
    status="awaiting",
    opened_by="ola",
    opened_at=1_763_000_000_000,
)
APPROVED = CASE._replace(status="approved", decided_by="otto", decided_at=1_763_000_000_001)


@pytest.fixture(params=["memory", "moto"])
def store(request: pytest.FixtureRequest) -> Iterator[CasesStore]:
    if request.param == "memory":
        model = MemoryDynamoDB()
        model.call("CreateTable", TABLE)
        yield CasesStore(connect(model), TABLE["TableName"])
        return
    with mock_aws():
        keys: Any = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        boto3.client("dynamodb", region_name="us-east-1", **keys).create_table(**TABLE)
        yield CasesStore(Connection(region="us-east-1", **keys), TABLE["TableName"])


@pytest.fixture
def opened(store: CasesStore) -> CasesStore:
    assert store.open(CASE)
    return store


def test_a_case_reads_back_as_it_was_opened(opened: CasesStore) -> None:
    assert opened.find(CASE.case) == CASE
    assert opened.find("0" * 16) is None


def test_a_case_is_opened_once_and_the_first_one_stands(opened: CasesStore) -> None:
    assert not opened.open(CASE._replace(coins=1, opened_by="otto"))
    assert opened.find(CASE.case) == CASE


def test_a_case_is_decided_once(opened: CasesStore) -> None:
    assert opened.decide(CASE.case, "approved", "otto", 1_763_000_000_001)
    assert not opened.decide(CASE.case, "refused", "ola", 1_763_000_000_002)
    assert not opened.decide(CASE.case, "approved", "olga", 1_763_000_000_003)
    assert opened.find(CASE.case) == APPROVED


def test_only_what_is_approved_is_done(opened: CasesStore) -> None:
    assert not opened.finish(CASE.case, 7)
    assert opened.find(CASE.case) == CASE
    assert opened.decide(CASE.case, "approved", "otto", 1_763_000_000_001)
    assert opened.finish(CASE.case, 7)
    assert not opened.finish(CASE.case, 8)
    assert opened.find(CASE.case) == APPROVED._replace(status="done", seq=7)


def test_what_failed_is_done_after_all_when_its_entry_is_found_but_never_fails_afterwards(opened: CasesStore) -> None:
    assert not opened.fail(CASE.case, "not_reversible")
    assert opened.decide(CASE.case, "approved", "otto", 1_763_000_000_001)
    assert opened.fail(CASE.case, "not_reversible")
    assert opened.find(CASE.case) == APPROVED._replace(status="failed", code="not_reversible")
    assert opened.finish(CASE.case, 7)
    assert not opened.fail(CASE.case, "not_reversible")
    assert opened.find(CASE.case) == APPROVED._replace(status="done", seq=7)


def test_what_was_refused_stays_refused(opened: CasesStore) -> None:
    assert opened.decide(CASE.case, "refused", "ola", 1_763_000_000_001)
    assert not opened.finish(CASE.case, 7)
    assert not opened.fail(CASE.case, "not_reversible")


def test_nothing_is_decided_or_done_that_was_never_opened(store: CasesStore) -> None:
    assert not store.decide(CASE.case, "approved", "otto", 1)
    assert not store.finish(CASE.case, 7)
    assert not store.fail(CASE.case, "not_reversible")
    assert store.find(CASE.case) is None


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_pages_hold_the_cases_of_one_status_oldest_first_each_once(store: CasesStore, limit: int) -> None:
    times = (5, 3, 9, 3, 3, 7)
    for number, at in enumerate(times):
        assert store.open(CASE._replace(case=f"{number:016}", opened_at=at))
    assert store.open(CASE._replace(status="approved"))
    listed: list[Case] = []
    page = store.page("awaiting", limit)
    listed += page.cases
    while page.after is not None:
        assert len(page.cases) == limit
        page = store.page("awaiting", limit, page.after)
        listed += page.cases
    assert [case.opened_at for case in listed] == sorted(times)
    assert len({case.case for case in listed}) == len(times)


@pytest.mark.parametrize("fault", [Fault.NOT_SENT, Fault.LOST_REPLY, Fault.THROTTLED, Fault.FAILED])
def test_a_table_that_does_not_answer_leaves_it_unclear(fault: Fault) -> None:
    model = MemoryDynamoDB()
    model.call("CreateTable", TABLE)
    store = CasesStore(connect(model), TABLE["TableName"])
    model.faults = ScriptedFaults(dict.fromkeys(range(1, 99), fault))
    for act in (
        lambda: store.find(CASE.case),
        lambda: store.page("awaiting", 1),
        lambda: store.open(CASE),
        lambda: store.decide(CASE.case, "approved", "otto", 1),
        lambda: store.finish(CASE.case, 1),
        lambda: store.fail(CASE.case, "not_reversible"),
    ):
        with pytest.raises(Unclear):
            act()
