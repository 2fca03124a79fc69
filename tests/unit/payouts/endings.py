"""How a payout ends, and what the auditor says of it."""

from __future__ import annotations

from pathlib import Path

from tests.support.payouts import House


def codes(house: House, folder: Path) -> set[str]:
    return {each.code for each in house.audited(folder).tally.findings.kept}


def finished(house: House, name: str = "one") -> str:
    """The bank pays, and the execution ends."""
    waiting = house.go_on(name)
    if waiting.status == "inTransit":
        house.bank.end(waiting.sent, "paid")
        house.hear()
    return house.go_on(name).status
