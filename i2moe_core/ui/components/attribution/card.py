"""On the page of a pair: what in it moved each expert most, in small, with the way to the full maps."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from i2moe_core.checkpoint import Run
from i2moe_core.errors import InputError
from i2moe_core.explain.attribution.baselines import Baseline
from i2moe_core.explain.attribution.cells import cell_label
from i2moe_core.explain.attribution.result import Attribution, Attributions
from i2moe_core.explain.attribution.tops import top_cells
from i2moe_core.language import say
from i2moe_core.plots import common_limit, overlay, signed
from i2moe_core.plots.palette import input_label
from i2moe_core.types import PairExplanation
from i2moe_core.ui import cached
from i2moe_core.ui.attributed import Wish
from i2moe_core.ui.components.attribution.ask import FIRST_METHOD, QUESTIONS, targets_of, with_best_method
from i2moe_core.ui.components.attribution.work import attribute
from i2moe_core.ui.components.figure import reading_note
from i2moe_core.ui.components.legend import show_heading
from i2moe_core.ui.components.pair_bar import MAPS_PAGE, link_with_pair
from i2moe_core.ui.components.pair_card import enlarged
from i2moe_core.ui.components.upload_pair import Pair
from i2moe_core.ui.failures import show_input_error
from i2moe_core.ui.panels import Panel, painted, panels_of, places_of

FAINT_PART = 0.05  # of the strongest part of any expert: weaker ones move nothing to speak of


def show_card(run: Run, pair: Pair, explanation: PairExplanation) -> None:
    """Show each expert's strongest region and words for the model's answer."""
    st.header(say("What moved each expert?"))
    try:
        found = _attributions(run, pair, explanation)
    except InputError as error:  # the rest of the page does without
        show_input_error(error)
        return
    if found is None:
        return
    panels = panels_of(found, [expert.name for expert in explanation.experts], run.info.classes)
    with st.grid(4, min_column_width=150, gap="small") as grid:
        for item, panel in list(zip(found.items, panels, strict=True))[1:]:
            with grid.cell():
                show_heading(panel.colour, panel.label, "")
                _show_expert(run, pair, found, item, panel)
    reading_note(
        say(
            "Orange patches and the words below speak for the model's answer in this expert's own view, "
            "violet patches and words with a minus against it; all experts share one scale."
        ),
        say("Whether the map can be trusted: its tests are on the page of the full maps."),
    )
    link_to_maps(run)


def link_to_maps(run: Run) -> None:
    """Link the page of the full maps, with the same pair."""
    label = say("See what moved each expert, and how far to trust it")
    link_with_pair(run, MAPS_PAGE, label, ":material/search:")


def _attributions(run: Run, pair: Pair, explanation: PairExplanation) -> Attributions | None:
    answered = int(explanation.probabilities.argmax())
    view = next(iter(QUESTIONS))
    wish = Wish(FIRST_METHOD, targets_of(view, explanation, answered, None), Baseline())
    return attribute(run, pair, with_best_method(run, pair, wish))


def _show_expert(run: Run, pair: Pair, found: Attributions, item: Attribution, panel: Panel) -> None:
    for name, kind in run.info.modalities.items():
        own = places_of(found, name)
        if kind == "image" and len(own):
            st.image(_thumbnail(run, pair, found, own, panel), alt=_seen_by(name, panel))
    words = [told for kind in ("text", "array") for told in _strongest(found, item, kind)]
    st.text("\n".join(words) or say("no word to speak of"), width="stretch")


def _seen_by(name: str, panel: Panel) -> str:
    return say("The {input} as {expert} sees it", input=input_label(name), expert=panel.label)


def _thumbnail(run: Run, pair: Pair, found: Attributions, own: np.ndarray, panel: Panel) -> np.ndarray:
    name = found.cells[own[0]].modality
    pixels = cached.seen(pair.values[name], run.config.data.image_size)
    values = painted([found.cells[n] for n in own], panel.cells[own], len(pixels))
    limit = common_limit([item.cells[own] for item in found.items])
    return enlarged(overlay(pixels, values, limit, 0.85))


def _strongest(found: Attributions, item: Attribution, kind: str) -> Sequence[str]:
    places = [n for n, cell in enumerate(found.cells) if cell.kind == kind]
    floor = FAINT_PART * common_limit([other.cells[places] for other in found.items])
    tops = [top for top in top_cells(found, item, kind) if abs(top.value) >= floor]
    return [f"{cell_label(top.cell)} {signed(top.value)}" for top in tops]
