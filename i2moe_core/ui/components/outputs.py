"""Uniqueness, redundancy and synergy outputs: what each expert says on its own."""

from __future__ import annotations

import numpy as np
import streamlit as st

from i2moe_core.language import say
from i2moe_core.plots import expert_colours, expert_label, plot_distribution, plot_waterfall, top_classes
from i2moe_core.plots.palette import NOBODY
from i2moe_core.types import ExpertView, PairExplanation
from i2moe_core.ui.components.figure import reading_note, show_figure
from i2moe_core.ui.components.legend import show_expert
from i2moe_core.ui.words import hardly_prefers, joined, percent, plain, says

AT_MOST = 10  # classes drawn
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
    how = say(
        "Each panel is one expert asked alone: bars are its probabilities, upright marks the whole model's."
    )
    drawn = _drawn(len(shown), len(explanation.classes))
    reading_note(joined([how, *drawn]), say("How much each expert counts; that is its weight, above."))
    if explanation.task != "regression":
        _show_components(explanation, wanted)


def _classes_to_draw(explanation: PairExplanation) -> np.ndarray:
    said = [expert.probabilities for expert in explanation.experts]
    return np.sort(top_classes(np.max([*said, explanation.probabilities], axis=0), AT_MOST))


def _drawn(shown: int, several: int) -> list[str]:
    if shown == several:
        return []
    return [say("Drawn are the {shown} likeliest of {several} classes.", shown=shown, several=several)]


def _said(explanation: PairExplanation, expert: ExpertView) -> str:
    words = says(explanation, expert)[:44]
    if explanation.task == "regression" or hardly_prefers(explanation, expert.probabilities):
        return words
    sure = percent(float(expert.probabilities.max()))
    return say("{answer}, {share}", answer=words, share=sure)


def _show_distribution(
    explanation: PairExplanation, expert: ExpertView, names: list[str], shown: np.ndarray
) -> None:
    figure = plot_distribution(
        [explanation.classes[c] for c in shown],
        expert.probabilities[shown],
        explanation.probabilities[shown],
        expert_colours(names)[expert.name],
    )
    label = expert_label(expert.name)
    show_figure(figure, key=f"output_{expert.name}", alt=say("The answer of {expert}", expert=label))


def _show_components(explanation: PairExplanation, wanted: int) -> None:
    label = plain(explanation.classes[wanted])
    st.subheader(say("A second opinion: where the information about {answer} is", answer=label))
    names, parts = [expert.name for expert in explanation.experts], explanation.components[:, wanted]
    labels = [expert_label(name) for name in names]
    rest = explanation.unheld[wanted] if explanation.unheld.any() else 0.0
    figure = plot_waterfall(
        [*names, NOBODY] if rest else names,
        np.append(parts, rest) if rest else parts,
        say("All together"),
        " nats",
        labels=[*labels, say("No expert")] if rest else labels,
    )
    show_figure(figure, key="components", alt=say("Information about the class, by where it is found"))
    reading_note(
        joined([_measured_by(explanation), *_how_to_read(label, bool(rest))]),
        say("The experts' own account; where it differs from the weights above, doubt the weights."),
    )


def _measured_by(explanation: PairExplanation) -> str:
    if explanation.components_source == "probes":
        return say("Measured without the router, by small helper heads that saw one input or all of them.")
    return say("Measured without the router, by the whole model with inputs taken from other samples.")


def _how_to_read(label: str, unheld: bool) -> list[str]:
    how = say(
        "Each part raises (right) or lowers (left) the log-probability of {answer} above its share in the "
        "data. The unit is the nat: 0.7 doubles the odds.",
        answer=label,
    )
    if not unheld:
        return [how]
    return [how, say("The last part shows in inputs that no expert of this model reads together.")]
