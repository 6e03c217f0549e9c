"""The breakdown that closes: each expert's part in the score of a class, or in its lead over another."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import streamlit as st

from i2moe_core.plots import expert_label, plot_waterfall
from i2moe_core.types import PairExplanation
from i2moe_core.ui.components.figure import reading_note, show_figure
from i2moe_core.ui.readings import parts_of
from i2moe_core.ui.words import plain, sum_sentence

NOBODY = "(no other)"


def show_breakdown(explanation: PairExplanation, wanted: int, rather: int | None) -> None:
    """Show the sum of the experts' parts as a waterfall and as numbers."""
    parts = parts_of(explanation, wanted, rather)
    names = [expert.name for expert in explanation.experts]
    figure = plot_waterfall(names, parts, _total_label(explanation, wanted, rather))
    show_figure(figure, key="waterfall", alt="Each expert's part in the final score, adding up to it")
    reading_note(
        "From top to bottom each expert moves the score right (for) or left (against) by its weight times "
        "its own "
        "score; the last bar is the sum. A score (logit) is the raw number that becomes a probability: "
        + _scale_words(explanation, rather),
        "Why an expert says what it says; and a part is this model's account, not a cause in the world.",
    )
    _show_numbers(explanation, parts, wanted, rather)


def ask_rather(explanation: PairExplanation, wanted: int) -> int | None:
    """Ask for a class to compare with; None for no comparison."""
    if explanation.task != "multiclass" or len(explanation.classes) < 2:
        return None
    chosen = st.selectbox(
        "Why this rather than …",
        [NOBODY, *explanation.classes],
        key="rather",
        bind="query-params",
        width=300,
        help="Compares two answers: each expert's part in the first one's lead over the second.",
    )
    if chosen not in explanation.classes or explanation.classes.index(chosen) == wanted:
        return None
    return explanation.classes.index(chosen)


def _total_label(explanation: PairExplanation, wanted: int, rather: int | None) -> str:
    if explanation.task == "regression":
        return "Estimate"
    if rather is not None:
        return f"Lead over {explanation.classes[rather]}"
    return f"Score of {explanation.classes[wanted]}"


def _scale_words(explanation: PairExplanation, rather: int | None) -> str:
    if explanation.task == "regression":
        return "here it is the estimate itself."
    if explanation.task == "multilabel":
        return "above 0 the label is more likely than not."
    if rather is None:
        return "only differences between classes count, so compare it with another class above."
    return "a lead of 1 makes the first answer 2.7 times as likely as the second, one of 2 makes it 7.4."


def _show_numbers(explanation: PairExplanation, parts: np.ndarray, wanted: int, rather: int | None) -> None:
    label = plain(_total_label(explanation, wanted, rather))
    total = explanation.logits[wanted] - (0.0 if rather is None else explanation.logits[rather])
    st.markdown(
        f"**{label}:** {sum_sentence(parts, float(total))}{_times(total, explanation, wanted, rather)}"
    )
    own = explanation.expert_logits[:, wanted] - (
        0.0 if rather is None else explanation.expert_logits[:, rather]
    )
    rows = zip(explanation.experts, explanation.weights, own, parts, strict=True)
    table = [(expert_label(e.name), f"{w:.1%}", f"{z:+.3f}", f"{part:+.3f}") for e, w, z, part in rows]
    table.append(("Sum", f"{explanation.weights.sum():.1%}", "", f"{parts.sum():+.3f}"))
    frame = pd.DataFrame(table, columns=["Expert", "Weight", "Its own score", "Part: weight × score"])
    numbers = {name: st.column_config.TextColumn(alignment="right") for name in frame.columns[1:]}
    st.dataframe(frame, hide_index=True, column_config=numbers, alt="The numbers of the breakdown")


def _times(total: float, explanation: PairExplanation, wanted: int, rather: int | None) -> str:
    if rather is None:
        return ""
    more = math.exp(min(abs(total), 50.0))
    ahead, behind = (wanted, rather) if total >= 0 else (rather, wanted)
    first, second = plain(explanation.classes[ahead]), plain(explanation.classes[behind])
    return f", so the model holds **{first}** to be {more:,.1f} times as likely as **{second}**."
