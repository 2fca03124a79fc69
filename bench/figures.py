"""A figure with its target, and the table of all."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.table import Table


class Figure(NamedTuple):
    """One measured value. ``target`` is the most it may be, None where it is reported; ``how`` says what was done."""

    name: str
    value: float
    target: float | None
    how: str

    @property
    def met(self) -> bool:
        """Whether the value is within its target."""
        return self.target is None or self.value <= self.target


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
        target = "" if figure.target is None else f"≤ {figure.target:g}"
        mark = "" if figure.target is None else "ok" if figure.met else "MISSED"
        table.add_row(figure.name, f"{figure.value:.4g}", target, mark, figure.how)
    Console().print(table)
    return met


def save(figures: Iterable[Figure], path: Path) -> None:
    """Merges the figures into a JSON file of flat dotted names and numbers; figures not measured this time stay."""
    known: dict[str, float] = json.loads(path.read_text()) if path.exists() else {}
    known |= {figure.name: figure.value for figure in figures}
    path.write_text(json.dumps(known, indent=2, sort_keys=True) + "\n")
