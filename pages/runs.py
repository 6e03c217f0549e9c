"""Which runs are there, how did they learn, and in what do they differ?"""

import streamlit as st

from i2moe_core.ui.components.runs_compare import show_comparison
from i2moe_core.ui.components.runs_sweeps import show_sweeps
from i2moe_core.ui.components.runs_train import show_training_form
from i2moe_core.ui.components.runs_views import show_runs
from i2moe_core.ui.failures import failures_shown
from i2moe_core.ui.page import body, open_any_page

PARTS = {
    "All runs": "What was trained, and how did it learn?",
    "Compare": "In what do these runs differ?",
    "Sweeps": "What does a setting change?",
    "Train a model": "What shall be trained?",
}

run = open_any_page("Runs")
with body(), failures_shown():
    st.title("How were the models made?")
    asked = st.segmented_control(
        "Part of the page", list(PARTS), default="All runs", required=True, key="part", bind="query-params",
        label_visibility="collapsed",
    )  # fmt: skip
    part = asked if asked in PARTS else "All runs"
    st.header(PARTS[part])
    if part == "Compare":
        show_comparison(run)
    elif part == "Sweeps":
        show_sweeps()
    elif part == "Train a model":
        show_training_form()
    else:
        show_runs(run)
