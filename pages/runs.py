"""Which runs are there, how did they learn, and in what do they differ?"""

import streamlit as st

from i2moe_core.language import say
from i2moe_core.ui.components.choice import choose
from i2moe_core.ui.components.glossary import show_terms
from i2moe_core.ui.components.runs.compare import show_comparison
from i2moe_core.ui.components.runs.sweeps import show_sweeps
from i2moe_core.ui.components.runs.train import show_training_form
from i2moe_core.ui.components.runs.views import show_runs
from i2moe_core.ui.failures import failures_shown
from i2moe_core.ui.page import body, open_any_page

PARTS = {
    "all": say("All runs"),
    "compare": say("Compare"),
    "sweeps": say("Sweeps"),
    "train": say("Train a model"),
}
QUESTIONS = {
    "all": say("What was trained, and how did it learn?"),
    "compare": say("In what do these runs differ?"),
    "sweeps": say("What does a setting change?"),
    "train": say("What shall be trained?"),
}
TERMS = ("recipe", "fusion", "parameter", "gradient", "audit", "irs", "leak", "gate", "weight")

run = open_any_page(say("Runs"))
with body(), failures_shown():
    st.title(say("How were the models made?"))
    show_terms(TERMS)
    part = choose(say("Part of the page"), PARTS, "all", "part", hidden=True)
    st.header(QUESTIONS[part])
    if part == "compare":
        show_comparison(run)
    elif part == "sweeps":
        show_sweeps()
    elif part == "train":
        show_training_form()
    else:
        show_runs(run)
