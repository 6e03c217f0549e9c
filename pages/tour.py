"""How does one sample become an answer? Five steps, with its own numbers in the formula."""

import streamlit as st

from i2moe_core.language import say
from i2moe_core.ui import cached
from i2moe_core.ui.components.teach.shown_sample import values_of
from i2moe_core.ui.components.teach.tour_end import show_sum, show_weights
from i2moe_core.ui.components.teach.tour_inside import show_encoders, show_experts, show_input
from i2moe_core.ui.components.teach.tour_sample import offer_others, read_sample, show_strip
from i2moe_core.ui.components.teach.tour_steps import STEPS, ask_step, show_ways
from i2moe_core.ui.failures import failures_shown
from i2moe_core.ui.page import body, open_page

SHOWN = {"1": show_input, "2": show_encoders, "3": show_experts, "4": show_weights, "5": show_sum}

run = open_page(say("Guided tour"))
with body(), failures_shown():
    st.title(say("One sample, step by step"))
    step, row = ask_step(), read_sample(run)
    explanation = cached.explain(run, values_of(run, row), run.reference.ids[row])
    if step != "1":
        show_strip(run, row)
    st.header(f"{step}. {say(STEPS[step])}")
    SHOWN[step](run, row, explanation)
    show_ways(step)
    offer_others(run, row)
