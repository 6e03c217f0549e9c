"""The picker of the class that is explained; every page that has it shares it through the link."""

from __future__ import annotations

import streamlit as st

from i2moe_core.types import PairExplanation

ANSWER = "the model's answer"


def ask_class(explanation: PairExplanation) -> int:
    """Return the number of the class that is asked for; by default the answer's."""
    if explanation.task == "regression":
        return 0
    chosen = st.selectbox(
        "Explain the class",
        [ANSWER, *explanation.classes],
        key="class",
        bind="query-params",
        width=300,
    )
    if chosen in explanation.classes:
        return explanation.classes.index(chosen)
    return int(explanation.probabilities.argmax())
