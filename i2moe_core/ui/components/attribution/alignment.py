"""A view without any answer: which patch's embedding lies near which word's, and where the experts look."""

from __future__ import annotations

import numpy as np
import streamlit as st

from i2moe_core.checkpoint import Run
from i2moe_core.explain.alignment_view import AlignmentView
from i2moe_core.explain.attribution.cells import cell_label
from i2moe_core.explain.palette import input_label
from i2moe_core.language import say
from i2moe_core.plots import Parts, common_limit, expert_colours, expert_label, plot_saliency
from i2moe_core.ui import cached, paired
from i2moe_core.ui.components.figure import reading_note, show_figure
from i2moe_core.ui.components.legend import show_heading
from i2moe_core.ui.components.upload_pair import Pair
from i2moe_core.ui.panels import painted
from i2moe_core.ui.words import plain


def show_alignment(run: Run, pair: Pair) -> None:
    """Show how near each patch lies to one word, and what the fusion attends to; asked for by a toggle."""
    if not st.toggle(say("Show what lies near what, whatever the answer"), key="near", bind="query-params"):
        return
    view = paired.view_alignment(run, pair)
    if view.first[0].kind != "image":
        st.info(say("This view needs a picture beside another input."))
        return
    pixels = cached.seen(pair.values[view.modalities[0]], run.config.data.image_size)
    chosen = st.pills(
        say("Part of the {input}", input=plain(input_label(view.modalities[1]))),
        list(range(len(view.second))), default=_nearest(view),
        format_func=lambda number: plain(cell_label(view.second[number]), 40), key="near_word", required=True,
    )  # fmt: skip
    chosen = chosen if chosen is not None and chosen < len(view.second) else _nearest(view)
    _show_maps(view, pixels, chosen)
    reading_note(
        say(
            "First picture: how alike the embeddings of each patch and of the chosen part are, against the "
            "mean over all patches (orange: more alike). The others: how strongly each expert's "
            "cross-attention weighs a patch when the other input asks."
        ),
        say(
            "That the answer rests on it: likeness and attention need not be used. Encoders that were never "
            "trained to meet in one space lie alike by chance."
        ),
    )


def _nearest(view: AlignmentView) -> int:
    return int(np.ptp(view.similarity, axis=0).argmax())


def _show_maps(view: AlignmentView, pixels: np.ndarray, chosen: int) -> None:
    likeness = view.similarity[:, chosen] - view.similarity[:, chosen].mean()
    colours = expert_colours(list(view.attention))
    panels = [("transparent", say("Likeness"), likeness)]
    for name, weights in view.attention.items():
        if view.modalities[0] in weights:
            panels.append((colours[name], expert_label(name), weights[view.modalities[0]]))
    with st.grid(5, min_column_width=150, gap="small") as grid:
        for number, (colour, label, values) in enumerate(panels):
            with grid.cell():
                show_heading(colour, label, say("to the chosen part") if number == 0 else say("attention"))
                cells = view.first
                parts = Parts(
                    [c.place for c in cells], values, [cell_label(c) for c in cells], range(len(cells))
                )
                layer = painted(cells, values, len(pixels))
                figure = plot_saliency(pixels, layer, common_limit([values]), parts)
                show_figure(figure, key=f"near_{number}", alt=say("{panel} over the picture", panel=label))
