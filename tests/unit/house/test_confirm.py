"""A real account is never reached by accident."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tools.confirm import DEEDS, Refused, main, target


@pytest.fixture(autouse=True)
def nothing_diverts(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def stages(tmp_path: Path) -> Path:
    (tmp_path / "dev.json").write_text(json.dumps({"account": "123456789012", "region": "eu-central-1"}))
    (tmp_path / "draft.json").write_text(json.dumps({"account": None, "region": "eu-central-1"}))
    (tmp_path / "zeros.json").write_text(json.dumps({"account": "0" * 12, "region": "eu-central-1"}))
    (tmp_path / "local.json").write_text(json.dumps({"account": "123456789012", "region": "eu-central-1"}))
    return tmp_path


def test_a_confirmed_stage_says_which_account_and_region_it_touches(stages: Path):
    told = target("deploy", "dev", "dev", stages=stages)
    assert "123456789012" in told
    assert "eu-central-1" in told


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize(
    ("stage", "confirm"),
    [
        ("", ""),
        ("dev", ""),
        ("dev", "yes"),
        ("dev", "prod"),
        ("local", "local"),
        ("nowhere", "nowhere"),
        ("draft", "draft"),
        ("zeros", "zeros"),
        ("../dev", "../dev"),
        ("DEV", "DEV"),
    ],
)
def test_anything_else_is_refused(deed: str, stage: str, confirm: str, stages: Path):
    with pytest.raises(Refused):
        target(deed, stage, confirm, stages=stages)


def test_a_refusal_for_want_of_confirmation_still_says_where_it_would_have_gone(stages: Path):
    with pytest.raises(Refused, match=r"123456789012.*eu-central-1"):
        target("destroy", "dev", "", stages=stages)


@pytest.mark.parametrize("variable", ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"])
def test_an_endpoint_that_leads_elsewhere_is_refused(variable: str, stages: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(variable, "http://127.0.0.1:4566")
    with pytest.raises(Refused, match=variable):
        target("deploy", "dev", "dev", stages=stages)


def test_a_refusal_ends_the_command(capsys: pytest.CaptureFixture[str]):
    assert main("deploy", "local", "local") == 2
    assert "this machine only" in capsys.readouterr().err
