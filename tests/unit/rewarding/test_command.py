"""``make simulate-rewards`` says in its exit code whether a farm would gain, and writes the same page each time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.house.tree import ROOT
from tests.unit.rewards.sets import EPISODE, document
from tools import simulate_rewards

SMALL = ("--days", "8", "--viewers", "20", "--farm", "2")


def test_by_the_rules_that_ship_each_farm_loses(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    report = tmp_path / "new" / "report.html"
    assert simulate_rewards.main([*SMALL, "--report", str(report)]) == simulate_rewards.LOSE
    said = capsys.readouterr().out
    assert "Each of these farms loses." in said
    assert "What rewards cost" in said
    assert "<h2>Assumptions</h2>" in report.read_text()


def test_two_runs_write_the_same_bytes(tmp_path: Path):
    """In processes of their own, whose sets and dictionaries are in another order."""
    pages = []
    for seed in ("1", "2"):
        report = tmp_path / f"{seed}.html"
        command = [sys.executable, "tools/simulate_rewards.py", *SMALL, "--report", str(report)]
        environment = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": f"layers/common/python{os.pathsep}."}
        subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
        pages.append(report.read_bytes())
    assert pages[0] == pages[1]


def test_a_farm_that_would_gain_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    rules = tmp_path / "rules.json"
    totals = {"houseViewerCoins": 300, "houseDeviceCoins": 600, "campaignsViewerCoins": 1}
    caps = {"viewerDayCoins": 90, "deviceDayCoins": 600}
    careless = EPISODE | {"amount": {"type": "flat", "coins": 30}, "caps": caps}
    rules.write_text(json.dumps(document(careless, dayCaps=totals)))
    arguments = [*SMALL, "--rules", str(rules), "--report", str(tmp_path / "report.html")]
    assert simulate_rewards.main(arguments) == simulate_rewards.PAYS
    assert "Farms that this pays for: phones, three accounts each" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (json.dumps(document(EPISODE | {"lifetimeDays": 0})), "$.rules[0].lifetimeDays"),
        (
            json.dumps(
                document(
                    EPISODE | {"caps": {"viewerDayCoins": 9_000, "deviceDayCoins": 9}},
                    dayCaps={"houseViewerCoins": 9_000, "houseDeviceCoins": 9, "campaignsViewerCoins": 1},
                )
            ),
            "9000 coins a day",
        ),
        (None, "No such file"),
    ],
)
def test_a_rule_set_that_would_be_refused_on_upload_is_refused_here(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str | None, said: str
):
    rules = tmp_path / "rules.json"
    if text is not None:
        rules.write_text(text)
    assert simulate_rewards.main([*SMALL, "--rules", str(rules)]) == simulate_rewards.REFUSED
    assert said in " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize("wrong", [("--days", "0"), ("--viewers", "-1"), ("--farm", "100000")])
def test_sizes_are_bounded(wrong: tuple[str, str]):
    with pytest.raises(SystemExit):
        simulate_rewards.main(list(wrong))
