"""The demo's coins, as the local platform seeds them."""

from typing import Any

import jsonschema
import pytest

from cliffhanger import bootstrap
from cliffhanger.events.facts import events_of
from cliffhanger.events.schemas import EVENT_SCHEMAS
from cliffhanger.ledger.names import viewer
from cliffhanger.reconciling.entries import movement_of
from local import seed
from local.seed import BONUS_COINS, BOUGHT_COINS, Tables, seed_coins
from tests.support.http import SETTINGS
from tests.support.world import dump

TABLES = Tables(SETTINGS["CATALOG_TABLE"], SETTINGS["LEDGER_TABLE"])


def test_the_demos_coins_come_once_and_are_no_order_that_the_provider_should_know(
    dynamodb: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seed, "REGION", dynamodb.meta.region_name)
    ledger, account = bootstrap.ledger_store(), viewer("noa")
    seed_coins(TABLES, "noa")
    once = dump(dynamodb, TABLES.ledger)
    seed_coins(TABLES, "noa")
    assert dump(dynamodb, TABLES.ledger) == once
    bought, given = (ledger.entry(account, seq) for seq in (1, 2))
    assert given.state.balances["coin"] == BOUGHT_COINS
    assert given.state.balances["bonus"] == BONUS_COINS
    assert [movement_of(entry) for entry in (bought, given)] == [None, None]
    (told,) = events_of(bought)
    jsonschema.validate(told.data, EVENT_SCHEMAS["CoinsBought", 1])
