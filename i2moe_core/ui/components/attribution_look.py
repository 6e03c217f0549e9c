"""How the maps are drawn: their grain, what is hidden, how strong; and two panels to be compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from i2moe_core.explain.attribution.result import Attributions
from i2moe_core.ui.panels import Panel, difference

PATCHES, PIXELS = "Patches", "Pixels"
NOTHING = "(nothing)"


@dataclass(frozen=True)
class Look:
    """How maps are drawn: ``hidden`` and ``opacity`` are shares, 0 to 1."""

    pixels: bool = False
    hidden: float = 0.0
    opacity: float = 0.8
    grey: bool = True


def ask_look(found: Attributions) -> Look:
    """Return how pictures are to be drawn; asks nothing where there is no picture."""
    images = {cell.modality for cell in found.cells if cell.kind == "image"}
    if not images:
        return Look()
    hidden = _ask_share(
        "Hide the weakest", "hide", 0, 95, 0, "Leaves out this share of all numbers in all panels."
    )
    grain = PATCHES
    with st.popover("Drawing", icon=":material/tune:"):
        if any(is_finer(found, name) for name in images):
            grain = st.segmented_control(
                "Grain", [PATCHES, PIXELS], default=PATCHES, required=True, key="grain", bind="query-params"
            )
        opacity = _ask_share("Strength of colour", "opacity", 10, 100, 85, "How well the map covers.")
        grey = st.toggle("Picture in greys", value=True, key="grey", bind="query-params")
    return Look(grain == PIXELS, hidden, opacity, grey)


def _ask_share(label: str, key: str, least: int, most: int, start: int, words: str) -> float:
    value = st.slider(
        label, least, most, start, 5, "%d %%", key=key, bind="query-params", width=200, help=words
    )
    return float(np.clip(value, least, most)) / 100


def is_finer(found: Attributions, modality: str) -> bool:
    """Say whether a picture's maps tell its pixels apart, not only its patches."""
    patches = sum(cell.modality == modality for cell in found.cells)
    maps = [item.maps[modality] for item in found.items if modality in item.maps]
    return any(len(np.unique(numbers)) > patches for numbers in maps)


def ask_compared(panels: Sequence[Panel]) -> Panel | None:
    """Return the difference of two panels, None where nothing is compared."""
    if len(panels) < 2:
        return None
    labels = [panel.label for panel in panels]
    words = "Adds a panel: what counts more in the first than in the second."
    first = st.selectbox(
        "Compare", [NOTHING, *labels], key="compare", bind="query-params", width=180, help=words
    )
    if first not in labels:
        return None
    others = [label for label in labels if label != first]
    second = st.selectbox("with", others, key="with", bind="query-params", width=180)
    second = second if second in others else others[0]
    return difference(panels[labels.index(first)], panels[labels.index(second)])
