"""The published schema is what uploads are held against, so that an editor says what the service would."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

import jsonschema
import pytest

from tests.unit.rewards.sets import CASHBACK, EPISODE, document
from tools import rule_schema


@pytest.fixture(scope="module")
def published() -> jsonschema.Draft202012Validator:
    schema = json.loads(rule_schema.TARGET.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_the_schema_in_the_repository_is_up_to_date(capsys: pytest.CaptureFixture[str]):
    assert rule_schema.main(["--check"]) == 0, capsys.readouterr().err


def test_a_stale_schema_is_found(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.setattr(rule_schema, "schema", dict)
    assert rule_schema.main(["--check"]) == 1
    assert "make docs" in capsys.readouterr().err


def test_what_the_service_takes_fits_the_schema(published: jsonschema.Draft202012Validator):
    published.validate(json.loads(resources.files("cliffhanger.rewards").joinpath("shipped.json").read_text()))
    published.validate(document(EPISODE, CASHBACK))


@pytest.mark.parametrize(
    "changed",
    [
        {"name": "Episode"},
        {"amount": {"type": "flat", "coins": 0}},
        {"caps": {}},
        {"caps": {"viewerDayCoins": 9, "viewerWeekCoins": 9}},
        {"lifetimeDays": 367},
        {"evidence": {"rumour": {}}},
    ],
)
def test_what_the_service_refuses_does_not(published: jsonschema.Draft202012Validator, changed: dict[str, Any]):
    with pytest.raises(jsonschema.ValidationError):
        published.validate(document(EPISODE | changed))
