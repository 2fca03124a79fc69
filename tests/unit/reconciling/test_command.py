"""``make reconcile`` says in its exit code whether everything agrees, differs, or could not be read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cliffhanger.errors import Unavailable
from cliffhanger.reconciling.adapters import NoReports
from cliffhanger.reconciling.service import Desk
from tests.unit.reconciling.messes import DAY, Entries, Lines, Shop, shelves
from tools import reconcile


def run(monkeypatch: pytest.MonkeyPatch, shop: Shop, *arguments: str) -> int:
    monkeypatch.setattr(
        reconcile, "_of_machine", lambda: Desk(Lines(shop.lines), Entries(shop.entries), NoReports(), shelves)
    )
    return reconcile.main(["--day", DAY, *arguments])


def test_a_day_that_agrees_is_told_with_its_totals(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    shop = Shop(1)
    shop.trade(20)
    assert run(monkeypatch, shop) == reconcile.AGREES
    said = capsys.readouterr().out
    assert "Everything agrees" in said
    assert "unexplained" in said


def test_a_difference_is_told_with_its_cause_and_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    shop = Shop(2)
    shop.plant("granted_not_paid")
    assert run(monkeypatch, shop) == reconcile.DIFFERS
    said = capsys.readouterr().out
    assert "granted_not_paid (1)" in said
    assert "forged or foreign event" in said


def test_programs_read_it_as_json(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    shop = Shop(3)
    shop.plant("refund_not_booked")
    assert run(monkeypatch, shop, "--json") == reconcile.DIFFERS
    assert json.loads(capsys.readouterr().out)["found"] == {"refund_not_booked": 1}


def test_a_side_that_cannot_be_read_is_neither(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    class Silent(Entries):
        def purchases(self, _day: str):
            raise Unavailable("no answer")

    monkeypatch.setattr(reconcile, "_of_machine", lambda: Desk(Lines([]), Silent([]), NoReports(), shelves))
    assert reconcile.main([]) == reconcile.UNREADABLE
    monkeypatch.undo()
    monkeypatch.setattr(reconcile, "OUTPUTS", tmp_path / "none.json")
    assert reconcile.main([]) == reconcile.UNREADABLE
