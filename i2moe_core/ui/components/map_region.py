"""What is special in a region of the map, and the slices found on it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st
from scipy.spatial import ConvexHull, QhullError

from i2moe_core.explain.numbers import percent
from i2moe_core.language import marked, say
from i2moe_core.measures.slices import Slice
from i2moe_core.plots import plot_against, plot_words
from i2moe_core.plots.map import WRONG
from i2moe_core.plots.palette import INK
from i2moe_core.ui import mapped
from i2moe_core.ui.components.choice import choose
from i2moe_core.ui.components.figure import picker, reading_note, show_figure
from i2moe_core.ui.components.map_view import View, ask, corners_of, set_region
from i2moe_core.ui.components.sample_cards import show_sample_cards
from i2moe_core.ui.filters import Filter
from i2moe_core.ui.language import is_full
from i2moe_core.ui.region import encode_region
from i2moe_core.ui.table import Table

KINDS = {"share": marked("share of the answer"), "weight": marked("gate's weight")}
MARKS = {mapped.ERRORS: marked("wrong answers"), mapped.APART: marked("strong disagreement")}
MOST = 8  # slices shown


def show_region(table: Table, chosen: Filter, view: View) -> None:
    """Compare the region that the link names with the rest of the map; a sentence where there is none."""
    corners = corners_of(view)
    if corners is None:
        st.info(
            say("Set *Dragging* to box or lasso and draw around some points, or click a found slice below."),
            icon=":material/select_all:",
        )
        return
    st.button(
        say("Forget the region"), icon=":material/deselect:", type="tertiary", key="forget_region",
        on_click=set_region, args=("",),
    )  # fmt: skip
    kinds = {code: say(words) for code, words in KINDS.items()}
    kind = ask(say("Of the experts"), kinds, "region_kind")
    with st.spinner(say("Comparing the region with the rest …")):
        found = mapped.facts(table, view.name, corners, chosen, kind)
    if found is None:
        st.info(say("No sample in this region passes the filter; draw another or show all."))
        return
    st.markdown(f"{_size(found)} {_errors(found)}")
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader(say("Experts"))
        show_figure(plot_against(found.experts), "region_experts", say("The experts here and elsewhere"))
    with right:
        st.subheader(say("Classes"))
        show_figure(plot_against(found.classes), "region_classes", say("The classes here and elsewhere"))
    if found.words and is_full():
        st.subheader(say("Words"))
        _show_words(found)
    st.subheader(say("Samples at its centre"))
    show_sample_cards(table, found.exemplars, key="exemplars")
    _note_region()


def show_slices(table: Table, view: View) -> None:
    """List the clusters of the map in which something is unusually frequent; a click makes one the region."""
    marks = {code: say(MARKS[code]) for code in mapped.marks(table)}
    mark = choose(say("Look for"), marks, next(iter(marks)), "mark")
    with st.spinner(say("Looking for clusters …")):
        found, places = mapped.slices(table, view.name, mark)
    if view.name.endswith("interaction"):
        st.warning(
            say(
                "This map is made of the experts' weights, shares and evidence, and so of much of what makes "
                "them disagree or err: that such samples gather on it proves nothing. Take the embeddings."
            ),
            icon=":material/warning:",
        )
    if not found:
        st.info(say("No cluster of this map surely holds more {mark} than the rest.", mark=marks[mark]))
    else:
        _show_found(table, view, found, places, mark)
    _note_slices(mark)


def _show_found(table: Table, view: View, found: list[Slice], places: np.ndarray, mark: str) -> None:
    colour = WRONG if mark == mapped.ERRORS else INK
    rows = pd.DataFrame(
        [
            {
                "key": number, "label": _label(part), "value": part.rate, "low": part.low,
                "high": part.high, "rest": part.rest, "colour": colour, "sure": True,
            }
            for number, part in enumerate(found[:MOST])
        ]
    )  # fmt: skip

    def pick(data: list[Any]) -> None:
        part = found[int(data[0])]
        set_region(encode_region(view.name, _around(table, view, places[part.rows])))

    words = say(MARKS[mark])
    if len(found) > MOST:
        st.caption(say("The surest {count} of {all}.", count=MOST, all=len(found)))
    alt = say("Clusters with many {mark}", mark=words)
    show_figure(plot_against(rows, words), "slices", alt, picker("slices", pick))


def _label(part: Slice) -> str:
    if part.words:
        return f"{part.name} ({len(part):,})"
    return say("{count:,} samples, no special word", count=len(part))


def _around(table: Table, view: View, places: np.ndarray) -> np.ndarray:
    """Return the hull of some samples on the map, a little wider, (R, 2); clusters of k-means are convex."""
    names = [f"{view.name}_x", f"{view.name}_y"]
    flat = table.columns(names).iloc[places].to_numpy(dtype=float)
    try:
        hull = flat[ConvexHull(flat).vertices]
    except QhullError:  # all in one line
        low, high = flat.min(0) - 1e-3, flat.max(0) + 1e-3
        return np.array([low, [high[0], low[1]], high, [low[0], high[1]]])
    widened: np.ndarray = hull + 0.01 * (hull - hull.mean(0))
    return widened


def _size(found: mapped.Facts) -> str:
    if found.count == 1:
        return say("**1** sample here, {rest:,} elsewhere on the map.", rest=found.rest)
    return say(
        "**{count:,}** samples here, {rest:,} elsewhere on the map.", count=found.count, rest=found.rest
    )


def _errors(found: mapped.Facts) -> str:
    if found.errors.empty:
        return ""
    row = found.errors.iloc[0]
    numbers = {name: percent(row[name]) for name in ("value", "low", "high", "rest")}
    if not found.rest:
        return say("Wrong answers: **{value}** ({low} to {high}).", **numbers)
    if row["sure"]:
        return say("Wrong answers: **{value}** here ({low} to {high}), {rest} elsewhere.", **numbers)
    return say(
        "Wrong answers: **{value}** here ({low} to {high}), {rest} elsewhere, which may be chance.", **numbers
    )


def _show_words(found: mapped.Facts) -> None:
    notes = [
        say("{word}: {here} times here, {rest} times elsewhere", word=w.word, here=w.in_group, rest=w.in_rest)
        for w in found.words
    ]
    figure = plot_words([w.word for w in found.words], [w.z for w in found.words], notes, INK)
    show_figure(figure, "region_words", say("Words that mark this region"))


def _note_region() -> None:
    mark = say(
        "Mark and bold number: the mean or share in the region. Line and second number: elsewhere on the "
        "map, of what passes the filter. Pale: the difference may be chance (95% interval)."
    )
    more = say(
        "Of the classes, those that differ most are shown. Words: by the z-score of their log-odds; pale "
        "below 3."
    )
    reading_note(
        f"{mark} {more}" if is_full() else mark,
        say(
            "A cause. On a map of interactions the weights and shares differ by construction, for the map is "
            "made of them. And a region chosen because it looks striking looks surer than it is."
        ),
    )


def _note_slices(mark: str) -> None:
    how = say(
        "The map is cut into clusters of neighbours; shown are those with more {mark} than chance would give "
        "them (false finds held at 5%), named by their words, against the rest of the map. Click a mark to "
        "make that cluster the region.",
        mark=say(MARKS[mark]),
    )
    strong = say("Strong disagreement is the top {share} of the divergence.", share=f"{mapped.TOP:.0%}")
    reading_note(
        f"{how} {strong}" if mark == mapped.APART else how,
        say(
            "Slices that do not lie together on this map. Clustering on a space that was made from the "
            "marked quantity proves nothing. The filter is not applied here: it could have chosen what is "
            "counted."
        ),
    )
