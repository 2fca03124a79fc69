"""What operators are told."""

from __future__ import annotations

import json

import pytest

from cliffhanger.telemetry.log import Log
from cliffhanger.telemetry.metrics import count


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_line_is_one_json_object_whatever_it_holds(capsys: pytest.CaptureFixture[str]) -> None:
    Log("s", "INFO").info("happened", text="two\nlines", thing=object())
    (line,) = lines(capsys)
    assert (line["level"], line["message"], line["service"], line["text"]) == ("INFO", "happened", "s", "two\nlines")


def test_levels_below_the_lowest_are_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    log = Log("s", "WARNING")
    log.debug("no")
    log.info("no")
    log.warning("yes")
    assert [line["message"] for line in lines(capsys)] == ["yes"]


def test_a_level_that_there_is_not_does_not_silence_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    Log("s", "LOUD").info("yes")
    assert len(lines(capsys)) == 1


def test_a_business_fact_is_counted_in_the_stages_dimension(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("STAGE", "test")
    count("LegsSettled", 3)
    (line,) = lines(capsys)
    assert line["LegsSettled"] == [3.0]
    assert line["stage"] == "test"
    assert line["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "Cliffhanger"  # type: ignore[index]


def test_nothing_is_not_counted(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("STAGE", "test")
    count("LegsSettled", 0)
    assert lines(capsys) == []


@pytest.mark.parametrize("lowest", ["INFO", "ERROR"])
def test_what_must_not_stay_unseen_is_a_line_and_a_metric_at_once(
    lowest: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In the form of Powertools' metrics, without its import: hot paths write it."""
    monkeypatch.setenv("STAGE", "test")
    count("RequestsUncounted", 1)
    Log("s", lowest).counted("uncounted", "RequestsUncounted", why="down")
    powertools, ours = lines(capsys)
    assert ours["_aws"]["CloudWatchMetrics"] == [  # type: ignore[index]
        {
            "Namespace": "Cliffhanger",
            "Dimensions": [["stage"]],
            "Metrics": [{"Name": "RequestsUncounted", "Unit": "Count"}],
        }
    ]
    assert powertools["_aws"]["CloudWatchMetrics"] == ours["_aws"]["CloudWatchMetrics"]  # type: ignore[index]
    assert abs(powertools["_aws"]["Timestamp"] - ours["_aws"]["Timestamp"]) < 60_000  # type: ignore[index]
    told = {name: ours[name] for name in ("level", "message", "stage", "why", "RequestsUncounted")}
    assert told == {
        "level": "WARNING",
        "message": "uncounted",
        "stage": "test",
        "why": "down",
        "RequestsUncounted": 1,
    }
