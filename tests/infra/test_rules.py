"""Whole templates against whole rule books."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from cdk_nag import AwsSolutionsChecks
from cfnlint.api import lint_by_config
from cfnlint.config import ManualArgs

from infra.app import build, new_app
from infra.config import PublicKey
from infra.packaging import Target
from tests.infra.assembly import Assembly
from tests.infra.conftest import DIGESTS, ORIGIN, THIS, WithoutPip, config_of

WRITTEN_BY_THE_CDK = ["W3005"]
"""A function's DependsOn of its role, which the reference already implies."""


@pytest.fixture(scope="session")
def report(workshop: Path, public_keys: tuple[PublicKey, ...]) -> dict[str, Any]:
    """cdk-nag's report on a stage as others reach it."""
    out = workshop / "nag"
    config = config_of(
        "nag", public_origin=ORIGIN, signing_public_keys=public_keys, origin_digests=DIGESTS, runtime=THIS
    )
    app = new_app({}, str(out))
    build(app, config, WithoutPip(Target.of(config), build=workshop / "build"))
    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    with contextlib.suppress(RuntimeError):  # it fails on findings; the report, which a test reads, has them all
        app.synth()
    found: dict[str, Any] = json.loads((out / "validation-report.json").read_text())["pluginReports"][0]
    return found


def test_the_aws_solutions_rules_hold_or_are_answered(report: dict[str, Any]) -> None:
    open_findings = [
        (violation["ruleName"], [each["constructPath"] for each in violation["violatingConstructs"]])
        for violation in report["violations"]
    ]
    assert open_findings == []
    assert report["conclusion"] == "success"


def test_every_accepted_finding_has_its_reason(report: dict[str, Any]) -> None:
    accepted = report["suppressedViolations"]
    assert accepted, "the rules were not run"
    for violation in accepted:
        assert len(violation["reason"].split()) >= 4, f"{violation['ruleName']}: {violation['reason']!r} is no reason"


def test_cloudformation_s_linter_finds_nothing(production: Assembly, local: Assembly, abroad: Assembly) -> None:
    folders = (production.folder, local.folder, abroad.folder)
    templates = [str(template) for folder in folders for template in sorted(folder.glob("*.template.json"))]
    assert len(templates) == 3 * len(production.templates)
    found = lint_by_config(ManualArgs(templates=templates, ignore_checks=WRITTEN_BY_THE_CDK))
    assert [str(match) for match in found] == []
