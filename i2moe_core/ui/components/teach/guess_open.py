"""Whether a run can be guessed about, and by which names."""

from __future__ import annotations

import streamlit as st

from i2moe_core.checkpoint import Run
from i2moe_core.language import say
from i2moe_core.types import interaction_names
from i2moe_core.ui import guessed
from i2moe_core.ui.components.analysis_source import make_analysis


def experts_to_guess(run: Run) -> tuple[str, ...]:
    """Return the interactions that can be guessed; none where nothing is known, which is said."""
    if any(kind is not None for kind in guessed.kinds(run).of):
        return interaction_names(list(run.info.modalities))
    st.info(
        say("Nobody knows which interactions these samples need, and the model has not been asked about "
            "them. Make the run's analysis, then guess what the model's answers rest on."),
        icon=":material/table_view:",
    )  # fmt: skip
    st.button(say("Make the analysis"), icon=":material/play_arrow:", type="primary", key="guess_analysis",
              on_click=make_analysis, args=(run,))  # fmt: skip
    return ()
