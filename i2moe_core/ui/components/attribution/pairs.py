"""Which parts of two inputs work together: computed on demand, ranked, checked, and laid on the picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import streamlit as st

from i2moe_core.checkpoint import Run
from i2moe_core.explain.attribution.badge_words import score_name
from i2moe_core.explain.attribution.cells import cell_label, short_label
from i2moe_core.explain.attribution.result import Attributions
from i2moe_core.explain.attribution.targets import subject_of
from i2moe_core.explain.interactions import Pair as CellPair
from i2moe_core.explain.interactions import PairInteractions, PairRemoval
from i2moe_core.explain.numbers import joined
from i2moe_core.language import marked, say
from i2moe_core.plots import Parts, common_limit, plot_pairs, plot_words_on_picture
from i2moe_core.ui import cached, paired
from i2moe_core.ui.attributed import Wish
from i2moe_core.ui.components.attribution.alignment import show_alignment
from i2moe_core.ui.components.attribution.ask import is_wanted
from i2moe_core.ui.components.attribution.look import labels_of
from i2moe_core.ui.components.choice import choose
from i2moe_core.ui.components.figure import reading_note, show_figure
from i2moe_core.ui.components.upload_pair import Pair
from i2moe_core.ui.link import recall, remember
from i2moe_core.ui.paired import Paired
from i2moe_core.ui.panels import input_name, painted, panels_of
from i2moe_core.ui.words import plain

ORDERS = {
    "absolute": marked("strongest first"),
    "positive": marked("say more together"),
    "negative": marked("say less together"),
    "redundancy": marked("say the same twice"),
}
COUNT = 10
NOTHING = 1e-6  # of a number: what rounding leaves of a sum that holds no interaction
ADDS_UP = marked(
    "No part of one input says more or less together with a part of the other than both say alone: this "
    "number only adds them up."
)


def show_pairs(run: Run, pair: Pair, wish: Wish, found: Attributions, experts: Sequence[str]) -> None:
    """Show the section: a button first, then the work, then the pairs."""
    given = list({cell.modality: input_name(cell) for cell in found.cells}.values())
    if len(given) < 2 or not is_wanted("pairs"):
        return
    st.header(say("What do the parts say only together?"))
    known = paired.look_pairs(run, pair, wish)
    if known is None and recall("pairs") != "on":
        st.markdown(
            say(
                "Two parts can tell together what neither tells alone. All pairs of a part of {first} and a "
                "part of {second} are compared with and without each other; this takes some seconds.",
                first=plain(given[0]), second=plain(given[1]),
            )
        )  # fmt: skip
        st.button(say("Find the pairs"), icon=":material/hub:", on_click=remember, args=("pairs", "on"))
        return
    known = known or _compute(run, pair, wish)
    labels = labels_of(panels_of(found, experts, run.info.classes))
    sizes = {item.target: max(abs(item.value), abs(item.baseline_value)) for item in found.items}
    show_found(run, pair, known, labels, sizes)


def _compute(run: Run, pair: Pair, wish: Wish) -> Paired:
    place = st.empty()
    with place.container(horizontal=True, vertical_alignment="center"):
        st.button(
            say("Stop"), icon=":material/stop:", key="stop_pairs", on_click=remember, args=("pairs", "")
        )
        bar = st.progress(0.0, say("Pairs are compared"))

    def report(done: int, total: int) -> None:
        words = say("Pairs are compared: {done} of {total} rounds", done=done, total=total)
        bar.progress(done / max(1, total), words)

    known = paired.compute_pairs(run, pair, wish, report)
    place.empty()
    return known


@st.fragment
def show_found(
    run: Run, pair: Pair, known: Paired, labels: Mapping[str, str], sizes: Mapping[str, float]
) -> None:
    """Show the pairs of one panel; only this part runs again when another panel or order is chosen.

    labels: the panels' names by what a link calls them. sizes: how large each target's number is.
    """
    found = known.found
    with st.container(horizontal=True, vertical_alignment="bottom"):
        whose = choose(say("As seen by"), labels, next(iter(labels)), "pairs_of", menu=True, width=230)
        orders = {code: say(words) for code, words in ORDERS.items()}
        order = choose(say("Order"), orders, "absolute", "pairs_by", menu=True, width=230)
    target = next(key for key in found.targets if subject_of(key) == whose)
    first = found.ranked(target, COUNT, order)
    if adds_up(found, target, sizes.get(target, 0.0)):
        st.info(say(ADDS_UP), icon=":material/add:")
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
        say(
            "A bar: how much more (orange) or less (violet) the two parts move the number together than the "
            "sum of what each moves alone, averaged over what else is present (Shapley interaction index); "
            "the thin line is its 95% interval, pale bars might be zero. In the picture, each patch has the "
            "word that goes with it most; the ten strongest are written, point at the others."
        ),
        say("Groups of three and more parts; and single intervals miss one time in twenty."),
    )
    show_alignment(run, pair)


def adds_up(found: PairInteractions, target: str, size: float) -> bool:
    """Say whether all that the pairs of a target do together is rounding of a number of this size."""
    return all(abs(first.index) < NOTHING * size for first in found.ranked(target, 1, "absolute"))


def _show_list(pairs: Sequence[CellPair], order: str) -> None:
    twice = order == "redundancy"
    labels = [f"{short_label(pair.first)} + {short_label(pair.second)}" for pair in pairs]
    values = np.array([pair.redundancy if twice else pair.index for pair in pairs])
    halves = np.array([pair.redundancy_half if twice else pair.half_width for pair in pairs])
    show_figure(plot_pairs(labels, values, halves), key="pairs", alt=say("The first pairs of parts"))


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
        [c.place for c in cells], numbers.tolist(), [cell_label(c) for c in cells], list(range(len(cells)))
    )
    words = [cell_label(pair.second) for pair in best]
    figure = plot_words_on_picture(pixels, values, common_limit([numbers]), parts, words)
    show_figure(figure, key="pair_words", alt=say("The word that goes with each patch"))


def check_sentence(check: PairRemoval) -> str:
    """Say what removing the first pairs does, beside random ones."""
    single = {
        "count": check.pairs, "score": score_name(check.unit),
        "own": _moves(check.top_single, check.unit), "random": _moves(check.chance_single, check.unit),
    }  # fmt: skip
    if check.chance_single > 0:
        first = say(
            "The check: without one of the first {count} pairs the {score} {own} on average, without a "
            "random pair it {random}: **{times} times** as much.",
            times=f"{check.top_single / check.chance_single:.1f}", **single,
        )  # fmt: skip
    else:
        first = say(
            "The check: without one of the first {count} pairs the {score} {own} on average, without a "
            "random pair it {random}.", **single,
        )  # fmt: skip
    both = say(
        "Without all {count} at once it {own}, without {count} random ones it {random}.",
        count=check.pairs, own=_moves(check.top, check.unit), random=_moves(check.chance, check.unit),
    )  # fmt: skip
    return joined([first, both])


def _moves(value: float, unit: str) -> str:
    size = f"{abs(value):.3f}"
    if unit in ("probability", "weight"):
        size = say("{count} points", count=f"{abs(value) * 100:.1f}")
    return say("falls by {size}", size=size) if value >= 0 else say("rises by {size}", size=size)
