"""Which interaction does this sample need? Guess first, then see."""

import streamlit as st

from i2moe_core.language import say
from i2moe_core.ui.components.teach.guess_ask import ask_guess
from i2moe_core.ui.components.teach.guess_open import experts_to_guess
from i2moe_core.ui.components.teach.guess_score import show_score
from i2moe_core.ui.components.teach.guess_state import read_round
from i2moe_core.ui.components.trust.line import show_trust
from i2moe_core.ui.failures import failures_shown
from i2moe_core.ui.page import body, open_page

run = open_page(say("Predict first"))
with body(), failures_shown():
    st.title(say("What does this answer rest on?"))
    st.markdown(
        say(
            "Guess before you see: does the picture decide alone, the text alone, do both tell the same, "
            "or must they be read together?"
        )
    )
    experts = experts_to_guess(run)
    if not experts:
        st.stop()
    at = read_round(run, experts)
    if at.is_over:
        st.success(say("All {count} samples are guessed.", count=len(at.rows)), icon=":material/flag:")
    else:
        ask_guess(run, experts, at)
    show_score(run, experts, at)
    show_trust(run)
