"""The report as one HTML file: tables, plots as SVG, the assumptions with their sources; no script, no network."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from html import escape
from xml.etree.ElementTree import Element

import pygal
from pygal.style import Style

from tools.rewarding.assumptions import Assumptions
from tools.rewarding.outcome import Outcome
from tools.rewarding.tables import Table, kinds_of, tables

# For plugins of its own pygal hangs a finder into every import that Python has had no protocol for since 3.12.
sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, pygal.PluginImportFixer)]

INK, MUTED, PAPER = "#1f2430", "#5b6472", "#ffffff"
COLOURS = ("#2f5d8a", "#c8553d", "#588157", "#e0a458", "#7a5c99", "#3a9188", "#9c6644", "#b56576", "#6b7280", "#84a98c")
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif"
STYLE = Style(
    background=PAPER,
    plot_background=PAPER,
    foreground=INK,
    foreground_strong=INK,
    foreground_subtle=MUTED,
    colors=COLOURS,
    font_family=FONT,
    label_font_size=13,
    major_label_font_size=13,
    legend_font_size=13,
    title_font_size=16,
    value_font_size=12,
    opacity=".9",
)
CSS = f"""
body {{ font: 15px/1.5 {FONT}; color: {INK}; background: {PAPER}; max-width: 1080px; margin: 2rem auto;
  padding: 0 1rem; }}
h1 {{ font-size: 1.6rem; margin-bottom: 0; }} h2 {{ font-size: 1.15rem; margin: 2.2rem 0 .2rem; }}
p {{ margin: .2rem 0 .8rem; color: {MUTED}; }}
.wide {{ overflow-x: auto; }}
table {{ border-collapse: collapse; font-variant-numeric: tabular-nums; width: 100%; }}
th, td {{ padding: .35rem .6rem; text-align: right; border-bottom: 1px solid #e3e6ea; vertical-align: top; }}
th:first-child, td:first-child, td.text {{ text-align: left; }}
th:first-child, td:first-child {{ white-space: nowrap; }} td.text {{ font-size: .85em; overflow-wrap: anywhere; }}
figure {{ margin: 1rem 0; }} figure svg {{ width: 100%; height: auto; }}
dt {{ font-weight: 600; margin-top: .6rem; }} dd {{ margin: 0; color: {MUTED}; }}
"""


def page(outcome: Outcome, known: Assumptions) -> str:
    """The whole page; the same text for the same outcome."""
    made = tables(outcome, known)
    plots = {
        "What rewards cost": _costs(outcome),
        "What becomes of the coins": _coins(outcome),
        "What a farm takes, and what it costs it": _farms(outcome, known),
    }
    parts = [
        f"<h1>Rewards by {escape(outcome.version)}, simulated</h1>",
        f"<p>{outcome.viewer_days:,} days of viewers and farms' accounts: {outcome.days} days, seed {outcome.seed}.",
        "Decided by the planner and scored by the score that the service runs; the viewers are made up.</p>",
    ]
    for one in made:
        parts += [f"<h2>{escape(one.title)}</h2>", f"<p>{escape(one.says)}</p>"]
        if one.title in plots:
            parts.append(f"<figure>{plots[one.title]}</figure>")
        parts.append(_table(one))
    parts += ["<h2>Assumptions</h2>", "<dl>", *_sources(known), "</dl>"]
    title = f"<title>Rewards by {escape(outcome.version)}</title>"
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8">{title}'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{CSS}</style></head>\n<body>\n'
        + "\n".join(parts)
        + "\n</body></html>\n"
    )


def _table(one: Table) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in one.head)
    rows = "".join(f"<tr>{''.join(_cell(cell) for cell in row)}</tr>\n" for row in one.rows)
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'


def _cell(text: str) -> str:
    """A cell; lists of codes stand to the left and are small, numbers to the right."""
    return f'<td class="text">{escape(text)}</td>' if "_" in text else f"<td>{escape(text)}</td>"


def _sources(known: Assumptions) -> Iterable[str]:
    for name, said in known.sources.items():
        yield f"<dt>{escape(name)}</dt><dd>{escape(said)}</dd>"


def _drawn(chart: pygal.graph.graph.Graph, name: str) -> str:
    """The chart as SVG, without pygal's script, and of a name of its own where pygal would draw one at random."""
    chart.uuid = name
    chart.add_xml_filter(_without_scripts)
    return str(chart.render(is_unicode=True))


def _without_scripts(root: Element) -> Element:
    for parent in list(root.iter()):
        for script in [child for child in parent if child.tag == "script"]:
            parent.remove(script)
    return root


def _settings(title: str, height: int) -> dict[str, object]:
    return {
        "title": title,
        "style": STYLE,
        "js": (),
        "width": 1040,
        "height": height,
        "disable_xml_declaration": True,
        "margin": 10,
        "truncate_legend": -1,
        "truncate_label": -1,
    }


def _costs(outcome: Outcome) -> str:
    chart = pygal.HorizontalStackedBar(
        **_settings("Coins by viewer and day", 340), value_formatter=lambda coins: f"{coins:.2f}"
    )
    kinds = dict(reversed(outcome.kinds.items()))  # drawn from below
    chart.x_labels = list(kinds)
    for kind in kinds_of(outcome):
        chart.add(kind, [round(sums.a_day(sums.paid[kind]), 4) for sums in kinds.values()])
    return _drawn(chart, "costs")


def _coins(outcome: Outcome) -> str:
    chart = pygal.Line(
        **_settings("Coins that honest viewers hold or have lost, at the end of each day", 380),
        show_dots=False,
        stroke_style={"width": 2.5},
        x_labels_major_every=max(1, len(outcome.lines) // 10),
        show_minor_x_labels=False,
        value_formatter=lambda coins: f"{coins:,.0f}",
        x_title="day",
    )
    chart.x_labels = [str(line.day) for line in outcome.lines]
    for name in ("outstanding", "pending", "expired"):
        chart.add(name, [getattr(line, name) for line in outcome.lines])
    return _drawn(chart, "coins")


def _farms(outcome: Outcome, known: Assumptions) -> str:
    chart = pygal.HorizontalStackedBar(
        **_settings("US dollars: what the coins sell for, and what they cost", 540),
        value_formatter=lambda usd: f"{usd:,.0f}",
    )
    farms = outcome.farms[::-1]  # drawn from below
    chart.x_labels = [farm.shape.name for farm in farms]
    chart.add("sells for", [round(farm.revenue_usd(known), 2) for farm in farms])
    costs = [farm.costs_usd(known) for farm in farms]
    for name in costs[0] if costs else ():
        chart.add(name, [-round(one[name], 2) for one in costs])
    return _drawn(chart, "farms")
