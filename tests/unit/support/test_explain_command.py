"""One command tells an account's whole story, and says at once what of it does not hold."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from cliffhanger.ledger.settling import settle
from tests.support.tables import LEDGER
from tests.unit.support.office import MIA, Office
from tests.unit.support.test_explain import forge
from tools import explain


def shown(office: Office, account: str = MIA, count: int = 50) -> str:
    out = StringIO()
    console = Console(file=out, width=160)
    for part in explain.told(explain.explained(office.ledger, account, count)):
        console.print(part, highlight=False)
    return out.getvalue()


def test_the_story_says_what_the_account_holds_and_how_it_came_to_it(office: Office):
    unlock = office.unlock()
    office.freeze()
    settle(office.ledger, unlock.entries)
    said = shown(office)
    assert "Frozen: nothing can be spent" in said
    assert "Lots" in said
    assert "unlock the-last-train, episode 2" in said
    assert "12 coins = 12 free" in said
    assert "settled by its entry 1" in said
    assert "on its way" in said
    assert "All 4 entries hold" in said


def test_what_was_changed_is_named_in_the_story_and_at_its_end(office: Office):
    office.unlock()
    forge(office, 2, lambda body: body.replace('"bonus"', '"game"', 1), rehash=True)
    said = shown(office)
    assert "do not hold" in said
    assert "Freeze the account before anything else" in said


def test_accounts_of_the_house_are_explained_too(office: Office):
    unlock = office.unlock()
    settle(office.ledger, unlock.entries)
    accounts = {item["account"]["S"] for item in office.model.items(LEDGER["TableName"])}
    for account in accounts - {MIA}:
        said = shown(office, account)
        assert "settles 1 entries of others" in said
        assert "All 1 entries hold" in said


def test_a_long_account_is_told_in_parts(office: Office):
    for _ in range(3):
        office.freeze()
    assert "before it" in shown(office, count=2)
    assert "before it" not in shown(office, count=0)


def test_an_account_that_is_not_there_and_a_platform_that_does_not_run_are_said(
    office: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Any
):
    monkeypatch.setattr(explain, "_ledger", lambda *_: office.ledger)
    assert explain.main([MIA]) == 0
    assert explain.main(["viewer:nobody"]) == 2
    monkeypatch.undo()
    monkeypatch.setattr(explain, "OUTPUTS", tmp_path / "outputs.json")
    assert explain.main([MIA]) == 2
    assert "make dev" in capsys.readouterr().err
