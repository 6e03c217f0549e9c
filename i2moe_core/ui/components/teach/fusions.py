"""Lesson 8: the fusion family at a glance: what each computes, its parameters and its cost."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from i2moe_core.checkpoint import Run
from i2moe_core.language import marked, say
from i2moe_core.plots.palette import FIXED
from i2moe_core.plots.teach_removal import plot_family
from i2moe_core.teaching.lessons.family import FAMILIES, TOKENS, Cost, family_costs
from i2moe_core.ui.components.figure import reading_note, show_figure
from i2moe_core.ui.components.glossary import term
from i2moe_core.ui.components.teach.question import Question
from i2moe_core.ui.language import is_full

WIDTHS, COUNTS = (16, 32, 64, 128), (2, 3, 4)
GROUPS = {
    "simple": marked("Basic"),
    "gates": marked("Gates"),
    "attention": marked("Attention"),
    "bilinear": marked("Bilinear"),
}
QUESTION = Question(
    marked("You double the width of the vectors. What becomes of the cost of concatenation?"),
    (
        marked("It doubles."),
        marked("It grows about fourfold."),
        marked("It stays: there are as many inputs as before."),
    ),
    1,
    marked(
        "Its layers are matrices of width times width: both sides double. Bilinear fusions of full size "
        "would grow eightfold; their low-rank forms exist to avoid that."
    ),
)


def show(run: Run | None) -> None:
    """Show the lesson."""
    st.markdown(
        say(
            "Inside every expert a {fusion} makes one vector of all inputs' vectors. It may be as plain as "
            "putting them side by side, let one input decide where the other is looked at, or multiply "
            "every feature of one with every feature of the other. More is possible with more {parameters}, "
            "at more {cost}.",
            fusion=term("fusion"),
            parameters=term("parameter", say("parameters")),
            cost=term("multiply_add", say("cost")),
        )
    )
    _live()


@st.fragment
def _live() -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        width = st.segmented_control(
            say("Width of the vectors"), list(WIDTHS), default=64, required=True, key="fusion_width",
            bind="query-params",
        )  # fmt: skip
        count = 2
        if is_full():
            count = st.segmented_control(
                say("Inputs"),
                list(COUNTS),
                default=2,
                required=True,
                key="fusion_inputs",
                bind="query-params",
            )
    costs = _costs(int(width) if width in WIDTHS else 64, int(count) if count in COUNTS else 2)
    names = [cost.name for cost in costs]
    picked = st.selectbox(say("A fusion"), names, key="fusion", bind="query-params")
    chosen = next((cost for cost in costs if cost.name == picked), costs[0])
    _show_one(chosen)
    axes = (say("parameters"), say("multiply-adds for one sample"))
    figure = plot_family(_groups(costs), chosen.name, FIXED["synergy"], axes)
    show_figure(figure, key="family", alt=say("All fusions by parameters and multiply-adds"))
    reading_note(
        say("Each mark is one fusion, its shape tells the family; both axes are "
            "logarithmic, one line is ten times the one before. Counted for {tokens} "
            "vectors an input.", tokens=TOKENS),
        say("How accurate a fusion is: that depends on the data. Fourier transforms and sums are not "
            "counted."),
    )  # fmt: skip
    st.dataframe(
        _table(costs), hide_index=True, alt=say("All fusions; a click on a column's head sorts by it")
    )


def _show_one(cost: Cost) -> None:
    st.markdown(f"**{cost.name}**: {say(cost.about)}")
    if is_full() and cost.formula:
        st.code(cost.formula, language=None, wrap_lines=True)


def _groups(costs: list[Cost]) -> list[tuple[str, list[str], np.ndarray, np.ndarray]]:
    """Return each family's fusions that have parameters: a logarithm knows no 0."""
    groups = []
    for family in FAMILIES:
        own = [cost for cost in costs if cost.family == family and cost.parameters and cost.multiply_adds]
        numbers = np.array([(cost.parameters, cost.multiply_adds) for cost in own], dtype=float).reshape(
            -1, 2
        )
        groups.append((say(GROUPS[family]), [cost.name for cost in own], numbers[:, 0], numbers[:, 1]))
    return groups


def _table(costs: list[Cost]) -> pd.DataFrame:
    table = pd.DataFrame(
        {
            say("Name"): [cost.name for cost in costs],
            say("Family"): [say(GROUPS[cost.family]) for cost in costs],
            say("Parameters"): pd.array([cost.parameters for cost in costs], dtype="Int64"),
            say("Multiply-adds"): pd.array([cost.multiply_adds for cost in costs], dtype="Int64"),
            say("What it computes"): [say(cost.about) for cost in costs],
        }
    )
    return table.assign(**{say("Formula"): [cost.formula for cost in costs]}) if is_full() else table


@st.cache_data(max_entries=len(WIDTHS) * len(COUNTS), show_spinner=False)
def _costs(width: int, modalities: int) -> list[Cost]:
    return family_costs(width, modalities)
