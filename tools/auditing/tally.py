"""What a worker of the auditor has seen."""

from __future__ import annotations

from collections import Counter

from tools.auditing.findings import Findings
from tools.auditing.losses import Loss


class Tally:
    """What a worker has seen: counts, findings, the worth of all heads per unit, and what a restore has lost."""

    def __init__(self) -> None:
        self.findings = Findings()
        self.counts: Counter[str] = Counter()
        self.worth: Counter[str] = Counter()
        self.losses: list[Loss] = []

    def merge(self, other: Tally) -> None:
        """What another worker has seen as well."""
        self.findings.merge(other.findings)
        self.counts.update(other.counts)
        self.losses += other.losses
        for unit, amount in other.worth.items():
            self.worth[unit] += amount
