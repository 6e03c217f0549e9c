"""Uniqueness, redundancy and synergy outputs: what each expert says on its own."""

from __future__ import annotations

import numpy as np
import streamlit as st

from i2moe_core.plots import expert_colours, plot_distribution, plot_waterfall, top_classes
from i2moe_core.plots.palette import NOBODY
from i2moe_core.types import ExpertView, PairExplanation
from i2moe_core.ui.components.figure import reading_note, show_figure
from i2moe_core.ui.components.legend import show_expert
from i2moe_core.ui.words import percent, plain, says

AT_MOST = 10  # classes drawn
_UNHELD = " The last part shows in inputs that no expert of this model reads together."
SHORT = 12  # characters of a class name up to which four panels fit side by side


def show_outputs(explanation: PairExplanation, wanted: int) -> None:
    """Show every expert's distribution side by side, then the account of information by the probes."""
    names = [expert.name for expert in explanation.experts]
    shown = _classes_to_draw(explanation)
    short = max((len(explanation.classes[c]) for c in shown), default=0) <= SHORT
    columns, width = (4, 170) if short else (2, 300)
    with st.grid(columns, min_column_width=width, gap="small") as grid:
        for expert in explanation.experts:
            with grid.cell():
                show_expert(expert.name, names, _said(explanation, expert))
                if explanation.task != "regression":
                    _show_distribution(explanation, expert, names, shown)
    several = len(explanation.classes)
    drawn = f" Drawn are the {len(shown)} likeliest of {several} classes." if len(shown) < several else ""
    reading_note(
        "Each panel is one expert asked alone: bars are its probabilities, upright marks the whole model's."
        f"{drawn}",
        "How much each expert counts; that is its weight, above.",
    )
    if explanation.task != "regression":
        _show_components(explanation, wanted)


def _classes_to_draw(explanation: PairExplanation) -> np.ndarray:
    said = [expert.probabilities for expert in explanation.experts]
    return np.sort(top_classes(np.max([*said, explanation.probabilities], axis=0), AT_MOST))


def _said(explanation: PairExplanation, expert: ExpertView) -> str:
    words = says(explanation, expert)[:44]
    if explanation.task == "regression" or words == "undecided":
        return words
    return f"{words}, {percent(float(expert.probabilities.max()))}"


def _show_distribution(
    explanation: PairExplanation, expert: ExpertView, names: list[str], shown: np.ndarray
) -> None:
    figure = plot_distribution(
        [explanation.classes[c] for c in shown],
        expert.probabilities[shown],
        explanation.probabilities[shown],
        expert_colours(names)[expert.name],
    )
    show_figure(figure, key=f"output_{expert.name}", alt=f"The answer of {expert.name}")


def _show_components(explanation: PairExplanation, wanted: int) -> None:
    label = plain(explanation.classes[wanted])
    source = (
        "small helper heads that saw one input or all of them"
        if explanation.components_source == "probes"
        else "the whole model with inputs taken from other samples"
    )
    st.subheader(f"A second opinion: where the information about {label} is")
    names, parts = [expert.name for expert in explanation.experts], explanation.components[:, wanted]
    rest = explanation.unheld[wanted] if explanation.unheld.any() else 0.0
    figure = plot_waterfall(
        [*names, NOBODY] if rest else names,
        np.append(parts, rest) if rest else parts,
        "All together",
        " nats",
    )
    show_figure(figure, key="components", alt="Information about the class, by where it is found")
    reading_note(
        f"Measured without the router, by {source}: how much each part raises (right) or lowers (left) the "
        f"log-probability of {label} above its share in the data. The unit is the nat: 0.7 doubles the odds."
        f"{_UNHELD if rest else ''}",
        "The experts' own account; where it differs from the weights above, doubt the weights.",
    )
