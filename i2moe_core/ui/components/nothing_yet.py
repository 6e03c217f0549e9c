"""What the page of a pair says before there is one: what can be given here, and a way to begin."""

from __future__ import annotations

import streamlit as st

from i2moe_core.checkpoint import Run
from i2moe_core.language import say
from i2moe_core.ui.components.model_card import answers
from i2moe_core.ui.components.own_input import start_from
from i2moe_core.ui.ready import ready_row
from i2moe_core.ui.words import plain


def show_nothing_yet(run: Run) -> None:
    """Ask for a pair, say what the model knows, and offer an example to be changed."""
    st.info(say("Give a picture, a text, or both to see how the experts share the answer."))
    st.markdown(
        say(
            "This model has learnt from the data *{data}* alone and answers with {answers}. It answers any "
            "pair, and the page warns you of inputs far from all that it learnt. To see what it is used to, "
            "begin with one of its own pairs and change it.",
            data=plain(run.info.name), answers=answers(run),
        )
    )  # fmt: skip
    row = ready_row(run)
    values = {name: run.reference.raw[name][row] for name in run.info.modalities}
    st.button(
        say("Fill in an example"),
        icon=":material/edit:",
        on_click=start_from,
        args=(values, run.info.modalities),
    )
