"""A sample as learners and raters see it: its picture, its words, and nothing that gives the answer away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from i2moe_core.checkpoint import Run
from i2moe_core.language import say
from i2moe_core.plots import plot_array
from i2moe_core.plots.palette import input_label
from i2moe_core.ui.components.figure import show_figure
from i2moe_core.ui.components.pair_bar import shortened
from i2moe_core.ui.components.pair_card import enlarged
from i2moe_core.ui.words import plain

SIDE = 264  # pixels


def show_sample(run: Run, values: Mapping[str, Any], side: int = SIDE) -> None:
    """Show the inputs of a sample; pictures ``side`` pixels wide."""
    for name, kind in run.info.modalities.items():
        value = values[name]
        if value is None:
            st.caption(say("Without {input}.", input=plain(input_label(name))))
        elif kind == "image":
            st.image(enlarged(value), width=side, alt=say("The picture of this sample"))
        elif kind == "text":
            with st.container(border=True):
                st.text(shortened(value), width="stretch")
        else:
            st.caption(say("{input}: {count} numbers", input=plain(input_label(name)), count=value.size))
            show_figure(plot_array(value), key=f"sample_{name}", alt=say("The numbers of this input"))


def values_of(run: Run, row: int) -> dict[str, Any]:
    """Return modality -> raw value of a sample of the run's reference."""
    return {name: run.reference.raw[name][row] for name in run.info.modalities}
