"""The operations guide tells of every finding what lies behind it and what to do."""

from __future__ import annotations

from pathlib import Path

from cliffhanger.reconciling.domain import FINDINGS

GUIDE = Path(__file__).resolve().parents[3] / "docs" / "operations.md"


def test_the_guide_explains_every_finding_as_the_report_does():
    guide = GUIDE.read_text()
    for code, advice in FINDINGS.items():
        assert f"| `{code}` | {advice.cause} | {advice.do} |" in guide
