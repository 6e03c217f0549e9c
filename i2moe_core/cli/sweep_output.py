"""What a sweep shows: a table on the screen, and a page of figures that opens without a network."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

import pandas as pd

from i2moe_core.analysis.sweep import Sweep, summarize_sweep
from i2moe_core.cli.output import columns, number
from i2moe_core.cli.sweep_plan import text_of
from i2moe_core.plots import plot_sweep, sweep_measures
from i2moe_core.plots.palette import LIGHT_PAGE

SHOWN = ("validation", "accuracy", "ece", "contribution_argmax", "leak", "irs")
ROLE = "roles."
ADVICE = "Choose a setting by its validation column; the test split is there to measure the one chosen."
_STYLE = (
    f"body{{margin:2rem auto;max-width:60rem;padding:0 1rem;background:{LIGHT_PAGE};color:#1d2129;"
    "color-scheme:light;font-family:system-ui,sans-serif;line-height:1.5}table{border-collapse:collapse}"
    "th,td{padding:.3rem 1rem .3rem 0;text-align:start;border-bottom:1px solid #e3e5ea;"
    "font-variant-numeric:tabular-nums;white-space:nowrap}"
    "h2{font-size:1.1rem;margin:1.6rem 0 0}div.scroll{overflow-x:auto}"
)


def table_lines(sweep: Sweep) -> str:
    """Return mean ± standard deviation over the seeds, one setting a line; then the roles, then failures."""
    table = summarize_sweep(sweep)
    roles = [name for name in table if name.startswith(ROLE) and not name.endswith(" sd")]
    parts = [columns(list(_cells(sweep, table, SHOWN)))]
    if roles and table[roles].notna().any(axis=None):
        parts.append(f"Role scores of the experts\n{columns(list(_cells(sweep, table, roles)))}")
    failed = sweep.rows[sweep.rows["problem"].notna()]
    parts += [f"{row['run']}: {row['problem']}" for _, row in failed.iterrows()]
    return "\n\n".join([*parts, ADVICE])


def figure_page(sweep: Sweep) -> str:
    """Return an HTML page: the table, and for every parameter and measure a figure."""
    title = f"Sweep of {' and '.join(sweep.parameters)}"
    table = summarize_sweep(sweep)
    head, *body = _cells(sweep, table, SHOWN)
    rows = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in line)}</tr>" for line in body)
    heads = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    shared = ", ".join(f"{key} {text_of(value)}" for key, value in sweep.fixed.items() if key != "config")
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><style>{_STYLE}</style>'
        f"<h1>{escape(title)}</h1><p>{escape(shared)}</p><p>{escape(ADVICE)} Dots are trainings, lines their "
        "means, bars reach from the smallest to the largest.</p>"
        f'<div class="scroll"><table><tr>{heads}</tr>{rows}</table></div>{"".join(_figures(sweep))}</html>\n'
    )


def _figures(sweep: Sweep) -> Iterator[str]:
    good = sweep.rows[sweep.rows["problem"].isna()]
    library: bool | str = "inline"
    for parameter in sweep.parameters:
        others = [name for name in sweep.parameters if name != parameter]
        for measure, label in sweep_measures(good).items():
            figure = plot_sweep(good, parameter, measure, others)
            drawn = figure.to_html(full_html=False, include_plotlyjs=library, config={"displaylogo": False})
            yield f"<h2>{escape(label)}, by {escape(parameter)}</h2>{drawn}"
            library = False


def _cells(sweep: Sweep, table: pd.DataFrame, names: Sequence[str]) -> Iterator[list[str]]:
    known = [name for name in names if table[name].notna().any()]
    yield [*sweep.parameters, "seeds", *(name.removeprefix(ROLE) for name in known)]
    for row in table.to_dict("records"):
        settings = [text_of(row[name]) for name in sweep.parameters]
        yield [*settings, str(row["seeds"]), *(_with_spread(row[name], row[f"{name} sd"]) for name in known)]


def _with_spread(mean: float, spread: float) -> str:
    return number(mean) if pd.isna(spread) else f"{number(mean)} ± {number(spread)}"
