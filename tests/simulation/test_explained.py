"""Whatever an account has been through, nothing on it is shown as other than it was written."""

from __future__ import annotations

import pytest

from cliffhanger.ledger.names import volume_of
from cliffhanger.ledger.store import LedgerStore
from cliffhanger.support.explain import explain
from tests.simulation.families import FAMILIES
from tests.support.dynamodb import NoFaults, connect
from tests.support.tables import LEDGER

SEEDS = 3


@pytest.mark.parametrize("seed", range(SEEDS))
@pytest.mark.parametrize("family", FAMILIES)
def test_every_account_of_a_history_is_explained_as_it_was_written(family: str, seed: int) -> None:
    history, failed = FAMILIES[family].run(seed)
    assert failed is None
    history.model.faults, history.model.hook = NoFaults(), None
    ledger = LedgerStore(connect(history.model), LEDGER["TableName"])
    accounts = {volume_of(item["account"]["S"])[0] for item in history.model.items(LEDGER["TableName"])}
    wrong = {
        f"{account} {line.seq}": line.checks
        for account in accounts
        for line in explain(ledger, account, 1_000).lines
        if not line.checks.hold
    }
    assert accounts
    assert wrong == {}
