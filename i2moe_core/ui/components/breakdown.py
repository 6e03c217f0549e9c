"""The breakdown that closes: each expert's part in the score of a class, or in its lead over another."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import streamlit as st

from i2moe_core.language import say
from i2moe_core.plots import expert_label, plot_waterfall
from i2moe_core.types import PairExplanation
from i2moe_core.ui.components.choice import choose
from i2moe_core.ui.components.figure import reading_note, show_figure
from i2moe_core.ui.readings import parts_of
from i2moe_core.ui.words import joined, plain, sum_sentence

NOBODY = ""  # the code of no comparison; classes go by their names


def show_breakdown(explanation: PairExplanation, wanted: int, rather: int | None) -> None:
    """Show the sum of the experts' parts as a waterfall and as numbers."""
    parts = parts_of(explanation, wanted, rather)
    names = [expert.name for expert in explanation.experts]
    figure = plot_waterfall(names, parts, _total_label(explanation, wanted, rather))
    alt = say("Each expert's part in the final score, adding up to it")
    show_figure(figure, key="waterfall", alt=alt)
    how = say(
        "From top to bottom each expert moves the score right (for) or left (against) by its weight times "
        "its own score; the last bar is the sum. A score (logit) is the raw number behind a probability."
    )
    reading_note(
        joined([how, _scale_words(explanation, rather)]),
        say("Why an expert says what it says; and a part is this model's account, not a cause in the world."),
    )
    _show_numbers(explanation, parts, wanted, rather)


def ask_rather(explanation: PairExplanation, wanted: int) -> int | None:
    """Ask for a class to compare with; None for no comparison."""
    if explanation.task != "multiclass" or len(explanation.classes) < 2:
        return None
    chosen = choose(
        say("Why this rather than …"),
        {NOBODY: say("(no other)")} | {name: name for name in explanation.classes},
        NOBODY,
        "rather",
        menu=True,
        width=300,
        help=say("Compares two answers: each expert's part in the first one's lead over the second."),
    )
    if chosen not in explanation.classes or explanation.classes.index(chosen) == wanted:
        return None
    return explanation.classes.index(chosen)


def _total_label(explanation: PairExplanation, wanted: int, rather: int | None) -> str:
    if explanation.task == "regression":
        return say("Estimate")
    if rather is not None:
        return say("Lead over {answer}", answer=explanation.classes[rather])
    return say("Score of {answer}", answer=explanation.classes[wanted])


def _scale_words(explanation: PairExplanation, rather: int | None) -> str:
    if explanation.task == "regression":
        return say("Here the score is the estimate itself.")
    if explanation.task == "multilabel":
        return say("Above 0 the label is more likely than not.")
    if rather is None:
        return say("Only differences between classes count, so compare it with another class above.")
    return say("A lead of 1 makes the first answer 2.7 times as likely as the second, one of 2 makes it 7.4.")


def _show_numbers(explanation: PairExplanation, parts: np.ndarray, wanted: int, rather: int | None) -> None:
    label = plain(_total_label(explanation, wanted, rather))
    total = explanation.logits[wanted] - (0.0 if rather is None else explanation.logits[rather])
    total_said = say("**{label}:** {sum}.", label=label, sum=sum_sentence(parts, float(total)))
    st.markdown(joined([total_said, *_times(total, explanation, wanted, rather)]))
    own = explanation.expert_logits[:, wanted] - (
        0.0 if rather is None else explanation.expert_logits[:, rather]
    )
    rows = zip(explanation.experts, explanation.weights, own, parts, strict=True)
    table = [(expert_label(e.name), f"{w:.1%}", f"{z:+.3f}", f"{part:+.3f}") for e, w, z, part in rows]
    table.append((say("Total"), f"{explanation.weights.sum():.1%}", "", f"{parts.sum():+.3f}"))
    frame = pd.DataFrame(table, columns=_columns())
    numbers = {name: st.column_config.TextColumn(alignment="right") for name in frame.columns[1:]}
    st.dataframe(frame, hide_index=True, column_config=numbers, alt=say("The numbers of the breakdown"))


def _columns() -> list[str]:
    return [say("Expert"), say("Weight"), say("Its own score"), say("Part: weight × score")]


def _times(total: float, explanation: PairExplanation, wanted: int, rather: int | None) -> list[str]:
    if rather is None:
        return []
    more = math.exp(min(abs(total), 50.0))
    ahead, behind = (wanted, rather) if total >= 0 else (rather, wanted)
    first, second = plain(explanation.classes[ahead]), plain(explanation.classes[behind])
    return [
        say(
            "So the model holds **{first}** to be {more:,.1f} times as likely as **{second}**.",
            first=first, more=more, second=second,
        )
    ]  # fmt: skip
