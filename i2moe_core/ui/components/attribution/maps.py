"""The panels side by side: picture maps, array bars and words, all on one scale; a click tells a number."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from i2moe_core.checkpoint import Run
from i2moe_core.explain.attribution.badge import Badge
from i2moe_core.explain.attribution.cells import cell_label
from i2moe_core.explain.attribution.result import Attributions
from i2moe_core.explain.palette import input_label
from i2moe_core.language import say
from i2moe_core.plots import (
    Parts,
    common_limit,
    plot_cells,
    plot_saliency,
    plot_scale,
    threshold_of,
)
from i2moe_core.ui import cached
from i2moe_core.ui.components.attribution.evidence import show_badge, show_tests
from i2moe_core.ui.components.attribution.look import Look, ask_compared, ask_look, labels_of
from i2moe_core.ui.components.attribution.notes import note_array, note_picture, note_text
from i2moe_core.ui.components.attribution.part import pick_part, picked_part, show_part
from i2moe_core.ui.components.choice import choose
from i2moe_core.ui.components.figure import show_figure
from i2moe_core.ui.components.legend import show_heading
from i2moe_core.ui.components.upload_pair import Pair
from i2moe_core.ui.components.words_strip import show_words
from i2moe_core.ui.language import is_full
from i2moe_core.ui.panels import Panel, painted, panels_of, places_of
from i2moe_core.ui.words import plain

LONG = 60  # words from which on the text is shown once, not once a panel
ABREAST, COLUMN = 5, 150  # panels in a row where there is room, and the pixels that each needs


@dataclass(frozen=True)
class Shown:
    """What the parts of the fragment share."""

    run: Run
    pair: Pair
    found: Attributions
    panels: Sequence[Panel]
    look: Look
    picked: int | None
    badges: Mapping[str, Badge]


@st.fragment
def show_maps(
    run: Run, pair: Pair, found: Attributions, experts: Sequence[str], badges: Mapping[str, Badge]
) -> None:
    """Show every input under every panel; only this part runs again when its controls are moved."""
    panels = panels_of(found, experts, run.info.classes)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        compared = ask_compared(panels)
        look = ask_look(found)
    panels += [] if compared is None else [compared]
    shown = Shown(run, pair, found, panels, look, picked_part(found, pair), badges)
    for name, kind in run.info.modalities.items():
        if len(places_of(found, name)):
            {"image": _show_picture, "text": _show_text}.get(kind, _show_array)(shown, name)
    show_part(found, shown.panels, shown.picked)
    if is_full():
        show_tests(panels, badges)


def _show_picture(shown: Shown, name: str) -> None:
    st.subheader(say("In the {input}", input=plain(input_label(name))))
    look = shown.look
    pixels = cached.seen(shown.pair.values[name], shown.run.config.data.image_size)
    layers = [_layer(shown, panel, name, len(pixels)) for panel in shown.panels]
    known = [layer for layer in layers if layer is not None]
    if not known:
        st.info(say("This method says nothing of the {input}.", input=plain(input_label(name))))
        return
    limit = common_limit(known, 0.995 if look.pixels else 1.0)
    threshold = threshold_of(known, look.hidden)
    with st.grid(ABREAST, min_column_width=COLUMN, gap="small", vertical_alignment="bottom") as grid:
        for panel, layer in zip(shown.panels, layers, strict=True):
            with grid.cell():
                _show_head(shown, panel)
                _show_map(shown, name, panel, pixels, layer, limit, threshold)
    with st.container(width=460):
        show_figure(plot_scale(limit), key=f"scale_{name}", alt=say("The scale of all maps"))
    note_picture([item.target for item in shown.found.items], shown.run.info.task)


def _drawn(panel: Panel, name: str) -> str:
    """Return in words what a figure shows."""
    return say("{panel}: what counts in the {input}", panel=panel.label, input=input_label(name))


def _show_head(shown: Shown, panel: Panel) -> None:
    show_heading(panel.colour, panel.label, panel.note if is_full() else "")
    if any(panel.key == item.target for item in shown.found.items):  # a difference has no test of its own
        show_badge(shown.badges.get(panel.key))


def _layer(shown: Shown, panel: Panel, name: str, size: int) -> np.ndarray | None:
    """Return a panel's numbers as a picture (S, S); None where the method is silent."""
    own = places_of(shown.found, name)
    fine = panel.maps.get(name)
    if shown.look.pixels and fine is not None and fine.shape == (size, size):
        return fine
    values = panel.cells[own]
    return painted([shown.found.cells[n] for n in own], values, size) if np.isfinite(values).any() else None


def _show_map(
    shown: Shown,
    name: str,
    panel: Panel,
    pixels: np.ndarray,
    layer: np.ndarray | None,
    limit: float,
    threshold: float,
) -> None:
    if layer is None:
        st.caption(say("The method says nothing of it here."))
        return
    own = places_of(shown.found, name)
    cells = [shown.found.cells[n] for n in own]
    parts = Parts([c.place for c in cells], panel.cells[own], [cell_label(c) for c in cells], own.tolist())
    figure = plot_saliency(
        pixels, layer, limit, parts, shown.picked, shown.look.opacity, threshold, shown.look.grey
    )
    key = f"map_{name}_{panel.key}"
    show_figure(figure, key=key, alt=_drawn(panel, name), on_select=_picker(key, shown))


def _show_array(shown: Shown, name: str) -> None:
    st.subheader(say("In the numbers of {input}", input=plain(input_label(name))))
    own = places_of(shown.found, name)
    labels = [cell_label(shown.found.cells[n]) for n in own]
    limit = common_limit([panel.cells[own] for panel in shown.panels])
    with st.grid(ABREAST, min_column_width=COLUMN, gap="small") as grid:
        for panel in shown.panels:
            with grid.cell():
                _show_head(shown, panel)
                figure = plot_cells(panel.cells[own], labels, limit, own.tolist(), shown.picked)
                key = f"bars_{name}_{panel.key}"
                show_figure(figure, key=key, alt=_drawn(panel, name), on_select=_picker(key, shown))
    note_array(name)


def _show_text(shown: Shown, name: str) -> None:
    st.subheader(say("In the {input}", input=plain(input_label(name))))
    own = places_of(shown.found, name).tolist()
    panels = shown.panels
    if not any(np.isfinite(panel.cells[own]).any() for panel in panels):
        st.info(say("This method says nothing of the {input}.", input=plain(input_label(name))))
        return
    limit = common_limit([panel.cells[own] for panel in panels])
    if len(own) > LONG:
        panels = [_ask_panel(panels)]
    show_words(
        shown.pair.values[name], shown.found.cells, own, panels, limit, shown.picked,
        lambda number: pick_part(number), key=f"words_{name}",
    )  # fmt: skip
    note_text()


def _ask_panel(panels: Sequence[Panel]) -> Panel:
    labels = {code: plain(label) for code, label in labels_of(panels).items()}
    codes = list(labels)
    return panels[codes.index(choose(say("Words as seen by"), labels, codes[0], "whose"))]


def _picker(key: str, shown: Shown) -> Callable[[], None]:
    """Return what a click on a figure does; a second click on the same part changes nothing."""

    def picked() -> None:
        state: Any = st.session_state.get(key) or {}
        points = state.get("selection", {}).get("points", [])
        number = points[0].get("customdata") if points else None
        number = number[0] if isinstance(number, list) and number else number
        if isinstance(number, int) and 0 <= number < len(shown.found.cells):
            pick_part(number)

    return picked
