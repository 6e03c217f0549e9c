"""Which parts of two inputs work together: computed on demand, ranked, checked, and laid on the picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import streamlit as st

from i2moe_core.checkpoint import Run
from i2moe_core.explain.attribution.result import Attributions, Cell
from i2moe_core.explain.interactions import Pair as CellPair
from i2moe_core.explain.interactions import PairInteractions, PairRemoval
from i2moe_core.plots import Parts, common_limit, plot_pairs, plot_words_on_picture
from i2moe_core.ui import cached, paired
from i2moe_core.ui.attributed import Wish
from i2moe_core.ui.components.attribution_alignment import show_alignment
from i2moe_core.ui.components.figure import reading_note, show_figure
from i2moe_core.ui.components.upload_pair import Pair
from i2moe_core.ui.link import recall, remember
from i2moe_core.ui.paired import Paired
from i2moe_core.ui.panels import input_name, painted, panels_of
from i2moe_core.ui.words import plain

ORDERS = {
    "strongest first": "absolute",
    "say more together": "positive",
    "say less together": "negative",
    "say the same twice": "redundancy",
}
COUNT = 10
NOTHING = 1e-6  # of a number: what rounding leaves of a sum that holds no interaction
ADDS_UP = (
    "No part of one input says more or less together with a part of the other than both say alone: this "
    "number only adds them up."
)


def show_pairs(run: Run, pair: Pair, wish: Wish, found: Attributions, experts: Sequence[str]) -> None:
    """Show the section: a button first, then the work, then the pairs."""
    given = list({cell.modality: input_name(cell) for cell in found.cells}.values())
    if len(given) < 2:
        return
    st.header("What do the parts say only together?")
    known = paired.look_pairs(run, pair, wish)
    if known is None and recall("pairs") != "on":
        st.markdown(
            "Two parts can tell together what neither tells alone. All pairs of a part of "
            f"{plain(given[0])} and a part of {plain(given[1])} are compared with and without each other; "
            "this takes some seconds."
        )
        st.button("Find the pairs", icon=":material/hub:", on_click=remember, args=("pairs", "on"))
        return
    known = known or _compute(run, pair, wish)
    labels = [panel.label for panel in panels_of(found, experts, run.info.classes)]
    sizes = {item.target: max(abs(item.value), abs(item.baseline_value)) for item in found.items}
    show_found(run, pair, known, labels, sizes)


def _compute(run: Run, pair: Pair, wish: Wish) -> Paired:
    place = st.empty()
    with place.container(horizontal=True, vertical_alignment="center"):
        st.button("Stop", icon=":material/stop:", key="stop_pairs", on_click=remember, args=("pairs", ""))
        bar = st.progress(0.0, "Pairs are compared")

    def report(done: int, total: int) -> None:
        bar.progress(done / max(1, total), f"Pairs are compared: {done} of {total} rounds")

    known = paired.compute_pairs(run, pair, wish, report)
    place.empty()
    return known


@st.fragment
def show_found(
    run: Run, pair: Pair, known: Paired, labels: Sequence[str], sizes: Mapping[str, float]
) -> None:
    """Show the pairs of one panel; only this part runs again when another panel or order is chosen.

    sizes: how large each target's number is.
    """
    found = known.found
    with st.container(horizontal=True, vertical_alignment="bottom"):
        whose = st.selectbox("In", labels, key="pairs_of", bind="query-params", width=230)
        chosen = st.selectbox("Order", list(ORDERS), key="pairs_by", bind="query-params", width=230)
    target = found.targets[labels.index(whose) if whose in labels else 0]
    order = ORDERS.get(chosen, "absolute")
    first = found.ranked(target, COUNT, order)
    if adds_up(found, target, sizes.get(target, 0.0)):
        st.info(ADDS_UP, icon=":material/add:")
        show_alignment(run, pair)
        return
    pixels = _picture(run, pair, found)
    left, right = st.columns([3, 2], gap="medium") if pixels is not None else (st.container(), None)
    with left:
        _show_list(first, order)
    if right is not None and pixels is not None:
        with right:
            _show_picture(found, target, pixels)
    st.markdown(check_sentence(known.checks[target]))
    reading_note(
        "A bar: how much more (orange) or less (violet) the two parts move the number together than the sum "
        "of what each moves alone, averaged over what else is present (Shapley interaction index); the thin "
        "line is its 95 % interval, pale bars might be zero. In the picture, each patch has the word that "
        "goes with it most; the ten strongest are written, point at the others.",
        "Groups of three and more parts; and single intervals miss one time in twenty.",
    )
    show_alignment(run, pair)


def adds_up(found: PairInteractions, target: str, size: float) -> bool:
    """Say whether all that the pairs of a target do together is rounding of a number of this size."""
    return all(abs(first.index) < NOTHING * size for first in found.ranked(target, 1, "absolute"))


def _show_list(pairs: Sequence[CellPair], order: str) -> None:
    twice = order == "redundancy"
    labels = [f"{_short(pair.first)} + {_short(pair.second)}" for pair in pairs]
    values = np.array([pair.redundancy if twice else pair.index for pair in pairs])
    halves = np.array([pair.redundancy_half if twice else pair.half_width for pair in pairs])
    show_figure(plot_pairs(labels, values, halves), key="pairs", alt="The first pairs of parts")


def _short(cell: Cell) -> str:
    if cell.kind == "image":
        return cell.label.replace("row ", "r").replace(", column ", " c")
    return f"“{cell.label}”" if cell.kind == "text" else cell.label


def _picture(run: Run, pair: Pair, found: PairInteractions) -> np.ndarray | None:
    if found.first[0].kind != "image":
        return None
    return cached.seen(pair.values[found.modalities[0]], run.config.data.image_size)


def _show_picture(found: PairInteractions, target: str, pixels: np.ndarray) -> None:
    best = found.best_word_per_patch(target)
    numbers = np.array([pair.index for pair in best])
    values = painted(found.first, numbers, len(pixels))
    cells = found.first
    parts = Parts(
        [c.place for c in cells], numbers.tolist(), [c.label for c in cells], list(range(len(cells)))
    )
    words = [pair.second.label for pair in best]
    figure = plot_words_on_picture(pixels, values, common_limit([numbers]), parts, words)
    show_figure(figure, key="pair_words", alt="The word that goes with each patch")


def check_sentence(check: PairRemoval) -> str:
    """Say what removing the first pairs does, beside random ones."""
    times = ""
    if check.chance_single > 0:
        times = f", **{check.top_single / check.chance_single:.1f} times** as much"
    return (
        f"The check: without one of the first {check.pairs} pairs the {_unit(check.unit)} "
        f"{_fall(check.top_single, check.unit)} on average, without a random pair it "
        f"{_fall(check.chance_single, check.unit)}{times}. Without all {check.pairs} at once it "
        f"{_fall(check.top, check.unit)}, without {check.pairs} random ones it "
        f"{_fall(check.chance, check.unit)}."
    )


def _unit(unit: str) -> str:
    return "estimate" if unit == "standard deviations" else unit


def _fall(value: float, unit: str) -> str:
    size = f"{abs(value) * 100:.1f} points" if unit in ("probability", "weight") else f"{abs(value):.3f}"
    return f"{'falls' if value >= 0 else 'rises'} by {size}"
