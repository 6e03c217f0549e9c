"""The table of all runs: the states in words, and how the figures of an audit look as columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zlib import crc32

import pandas as pd
import streamlit as st

from i2moe_core.language import marked, say
from i2moe_core.ui.language import is_full
from i2moe_core.ui.running import DAMAGED, INTERRUPTED, READY, TRAINING, UNAUDITED, RunLine

PICKED = "curves"  # in the link: the run that is shown below the table
STATES = {  # a state's words, the colour and the sign of its badge
    READY: (marked("ready"), "green", "check"),
    UNAUDITED: (marked("not audited"), "orange", "rule"),
    TRAINING: (marked("in training"), "blue", "model_training"),
    INTERRUPTED: (marked("interrupted"), "orange", "pause"),
    DAMAGED: (marked("damaged"), "red", "warning"),
}
HEADS = {
    "accuracy": (marked("Right answers"), marked("Accuracy, micro F1 or R² on the test split.")),
    "ece": (marked("Calibration"), marked("How far confidence and being right are apart; 0 is ideal.")),
    "contribution_argmax": (
        marked("Named"),
        marked("How often the largest contribution names the true interaction."),
    ),
    "irs": (marked("IRS"), marked("1: experts do and say what they are called. 0: chance.")),
    "leak": (marked("Leak"), marked("How well a weight alone gives the predicted class away; ideal 0.5.")),
}
SIMPLE = ("Run", "State", "Data", "accuracy")  # the columns of the simple table


def show_table(lines: Sequence[RunLine]) -> None:
    """Show a row a run; a click on a row puts the run's name into the link."""
    frame = table_of(lines)
    key = f"runs_{crc32(repr([line.name for line in lines]).encode())}"

    def pick() -> None:
        state: Any = st.session_state.get(key) or {}
        rows = (state.get("selection") or {}).get("rows") or []
        if rows and rows[0] < len(lines):
            st.query_params[PICKED] = lines[rows[0]].name

    st.dataframe(
        frame, key=key, on_select=pick, selection_mode="single-row", hide_index=True, placeholder="–",
        column_config=_looks(), column_order=None if is_full() else SIMPLE, alt=say("All runs"),
        height=min(420, 35 * len(frame) + 38),
    )  # fmt: skip
    st.caption(
        say(
            "Click the box at a row's left to see how that run learnt. Figures are of each run's own audit, "
            "on its own test split: compare only runs of the same data, or ask them about the same samples "
            "under **Compare**."
        )
    )


def table_of(lines: Sequence[RunLine]) -> pd.DataFrame:
    """Return the runs as the table shows them; what is not known is empty."""
    rows = [
        {
            "Run": line.name, "State": say(STATES[line.state][0]), "Data": line.data, "Recipe": line.recipe,
            "Fusion": line.fusion, "Seed": line.seed,
            **{name: (line.figures or {}).get(name) for name in HEADS},
            "Parameters": line.parameters, "Saved": line.created[:10],
        }
        for line in lines
    ]  # fmt: skip
    frame = pd.DataFrame(rows)
    numbers = dict.fromkeys(HEADS, "float64") | {"Seed": "Int64", "Parameters": "Int64"}
    return frame.astype(numbers)


def figure_looks() -> dict[str, Any]:
    """Return how the figures of an audit look as columns of a table of runs."""
    c = st.column_config
    looks: dict[str, Any] = {
        name: c.NumberColumn(say(label), help=say(words), format="%.3f", width=84)
        for name, (label, words) in HEADS.items()
    }
    label, words = HEADS["accuracy"]
    looks["accuracy"] = c.ProgressColumn(say(label), help=say(words), min_value=0, max_value=1,
                                         format="%.3f", width=112)  # fmt: skip
    return looks


def _looks() -> dict[str, Any]:
    c = st.column_config
    texts = {"Run": (say("Run"), 128), "State": (say("State"), 78), "Data": (say("Data"), 92)}
    texts |= {"Recipe": (say("Recipe"), 84), "Fusion": (say("Fusion"), 92), "Saved": (say("Saved"), 92)}
    looks: dict[str, Any] = {name: c.TextColumn(label, width=width) for name, (label, width) in texts.items()}
    looks |= {"Seed": c.NumberColumn(say("Seed"), width=80)}
    return looks | figure_looks() | {"Parameters": c.NumberColumn(say("Parameters"), format="localized")}
