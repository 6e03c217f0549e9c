"""What is this, and can the chosen model's weights be believed?"""

import streamlit as st

from i2moe_core.language import say
from i2moe_core.ui.components.glossary import show_terms
from i2moe_core.ui.components.introduction import show_lead, show_recipes, show_start
from i2moe_core.ui.components.model_card import show_model_card
from i2moe_core.ui.components.schematic import show_schematic
from i2moe_core.ui.failures import failures_shown
from i2moe_core.ui.page import body, open_page

run = open_page("Home")
with body(), failures_shown():
    st.title(say("Which expert decided?"))
    show_terms(("interaction", "mixture", "expert", "gate", "weight", "recipe", "known_truth", "audit"))
    show_lead()
    show_start(run)
    show_schematic()
    st.header(say("Two recipes"))
    show_recipes()
    st.header(say("The chosen model"))
    show_model_card(run)
