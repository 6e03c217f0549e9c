"""How the maps are drawn: their grain, what is hidden, how strong; and two panels to be compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from i2moe_core.explain.attribution.result import Attributions
from i2moe_core.explain.attribution.targets import subject_of
from i2moe_core.language import say
from i2moe_core.ui.components.attribution.ask import is_wanted
from i2moe_core.ui.components.choice import choose
from i2moe_core.ui.panels import Panel, difference

PATCHES, PIXELS = "patches", "pixels"
NOTHING = "nothing"


@dataclass(frozen=True)
class Look:
    """How maps are drawn: ``hidden`` and ``opacity`` are shares, 0 to 1."""

    pixels: bool = False
    hidden: float = 0.0
    opacity: float = 0.85
    grey: bool = True


def ask_look(found: Attributions) -> Look:
    """Return how pictures are to be drawn; asks nothing where there is no picture."""
    images = {cell.modality for cell in found.cells if cell.kind == "image"}
    if not images or not is_wanted("hide", "grain", "opacity", "grey"):
        return Look()
    words = say("Leaves out this share of all numbers in all panels.")
    hidden = _ask_share(say("Hide the weakest"), "hide", 0, 95, 0, words)
    grain = PATCHES
    with st.popover(say("Drawing"), icon=":material/tune:"):
        if any(is_finer(found, name) for name in images):
            grain = choose(say("Grain"), {PATCHES: say("Patches"), PIXELS: say("Pixels")}, PATCHES, "grain")
        words = say("How well the map covers the picture.")
        opacity = _ask_share(say("Strength of colour"), "opacity", 10, 100, 85, words)
        grey = st.toggle(say("Picture in greys"), value=True, key="grey", bind="query-params")
    return Look(grain == PIXELS, hidden, opacity, grey)


def _ask_share(label: str, key: str, least: int, most: int, start: int, words: str) -> float:
    value = st.slider(
        label, least, most, start, 5, "%d%%", key=key, bind="query-params", width=200, help=words
    )
    return float(np.clip(value, least, most)) / 100


def is_finer(found: Attributions, modality: str) -> bool:
    """Say whether a picture's maps tell its pixels apart, not only its patches."""
    patches = sum(cell.modality == modality for cell in found.cells)
    maps = [item.maps[modality] for item in found.items if modality in item.maps]
    return any(len(np.unique(numbers)) > patches for numbers in maps)


def ask_compared(panels: Sequence[Panel]) -> Panel | None:
    """Return the difference of two panels, None where nothing is compared."""
    if len(panels) < 2 or not is_wanted("compare"):
        return None
    named = {subject_of(panel.key): panel for panel in panels}
    words = say("Adds a panel: what counts more in the first than in the second.")
    options = {NOTHING: say("(nothing)")} | labels_of(panels)
    first = choose(say("Compare"), options, NOTHING, "compare", menu=True, width=180, help=words)
    if first == NOTHING:
        return None
    others = {code: label for code, label in labels_of(panels).items() if code != first}
    second = choose(say("with"), others, next(iter(others)), "with", menu=True, width=180)
    return difference(named[first], named[second])


def labels_of(panels: Sequence[Panel]) -> dict[str, str]:
    """Return the panels' names by what a link calls them."""
    return {subject_of(panel.key): panel.label for panel in panels}
