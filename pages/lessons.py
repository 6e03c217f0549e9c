"""What must one know of interactions, experts and weights? Eight short lessons and the words."""

import streamlit as st

from i2moe_core.language import say
from i2moe_core.ui.components.choice import choose
from i2moe_core.ui.components.glossary import show_glossary
from i2moe_core.ui.components.teach.frame import opened, show_index, show_lesson
from i2moe_core.ui.components.teach.lessons import LESSONS
from i2moe_core.ui.failures import failures_shown
from i2moe_core.ui.page import body, open_any_page

run = open_any_page("Lessons")
with body(), failures_shown():
    name = opened(LESSONS)
    if name is not None:
        show_lesson(LESSONS, name, run)
        st.stop()
    st.title(say("Lessons"))
    parts = {"lessons": say("Lessons"), "glossary": say("Glossary")}
    part = choose(say("Part of the page"), parts, "lessons", "part", hidden=True)
    if part == "glossary":
        show_glossary()
    else:
        show_index(LESSONS)
