"""A figure with its target, and the table of all."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.table import Table


class Figure(NamedTuple):
    """One measured value; ``how`` says what was done.

    ``target`` is the most it may be, ``least`` the least; None where it is only reported.
    """

    name: str
    value: float
    target: float | None
    how: str
    least: float | None = None

    @property
    def met(self) -> bool:
        """Whether the value is within its bounds."""
        return (self.target is None or self.value <= self.target) and (self.least is None or self.value >= self.least)

    @property
    def bounds(self) -> str:
        """The bounds in the table's words; empty when there are none."""
        most = "" if self.target is None else f"≤ {self.target:g}"
        return most if self.least is None else f"≥ {self.least:,g} {most}".rstrip()


def show(figures: Iterable[Figure]) -> bool:
    """Prints the table; answers whether every target was met."""
    table = Table(title="Cliffhanger, measured")
    table.add_column("figure", no_wrap=True)
    table.add_column("value", justify="right")
    table.add_column("target", justify="right")
    table.add_column("", no_wrap=True)
    table.add_column("how")
    met = True
    for figure in figures:
        met = met and figure.met
        mark = "" if not figure.bounds else "ok" if figure.met else "MISSED"
        table.add_row(figure.name, f"{figure.value:.4g}", figure.bounds, mark, figure.how)
    Console().print(table)
    return met


def save(figures: Iterable[Figure], path: Path) -> None:
    """Merges the figures into a JSON file of flat dotted names and numbers; figures not measured this time stay."""
    known: dict[str, float] = json.loads(path.read_text()) if path.exists() else {}
    known |= {figure.name: figure.value for figure in figures}
    path.write_text(json.dumps(known, indent=2, sort_keys=True) + "\n")
