"""What is special in a region of the map, and the slices found on it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st
from scipy.spatial import ConvexHull, QhullError

from i2moe_core.measures.slices import Slice
from i2moe_core.plots import plot_against, plot_words
from i2moe_core.plots.map import WRONG
from i2moe_core.plots.palette import INK
from i2moe_core.ui import mapped
from i2moe_core.ui.components.figure import picker, reading_note, show_figure
from i2moe_core.ui.components.map_view import View, corners_of, set_region
from i2moe_core.ui.components.sample_cards import show_sample_cards
from i2moe_core.ui.filters import Filter
from i2moe_core.ui.region import encode_region
from i2moe_core.ui.table import Table
from i2moe_core.ui.words import percent

KINDS = {"share of the answer": "share", "router's weight": "weight"}
MOST = 8  # slices shown
_PALE = "Pale: the difference may be chance (95 % interval)."


def show_region(table: Table, chosen: Filter, view: View) -> None:
    """Compare the region that the link names with the rest of the map; a sentence where there is none."""
    corners = corners_of(view)
    if corners is None:
        st.info(
            "Set *Dragging* to box or lasso and draw around some points, or click a found slice below.",
            icon=":material/select_all:",
        )
        return
    st.button(
        "Forget the region", icon=":material/deselect:", type="tertiary", key="forget_region",
        on_click=set_region, args=("",),
    )  # fmt: skip
    kind = st.segmented_control(
        "Of the experts", list(KINDS), default=next(iter(KINDS)), required=True, key="region_kind",
        bind="query-params",
    )  # fmt: skip
    found = mapped.facts(table, view.name, corners, chosen, KINDS.get(kind or "", "share"))
    if found is None:
        st.info("No sample in this region passes the filter; draw another or show all.")
        return
    st.markdown(f"**{found.count:,}** samples here, {found.rest:,} elsewhere on the map.{_errors(found)}")
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader("Experts")
        show_figure(plot_against(found.experts), "region_experts", "The experts here and elsewhere")
    with right:
        st.subheader("Classes")
        show_figure(plot_against(found.classes), "region_classes", "The classes here and elsewhere")
    if found.words:
        st.subheader("Words")
        _show_words(found)
    st.subheader("Samples at its centre")
    show_sample_cards(table, found.exemplars, key="exemplars")
    reading_note(
        f"Mark and bold number: the mean or share in the region with its 95 % interval. Line and second "
        f"number: elsewhere on the map, of what passes the filter. {_PALE} Of the classes, those that "
        "differ most are shown. Words: by the z-score of their log-odds; pale below 3.",
        "A cause. On a map of interactions the weights and shares differ by construction, for the map is "
        "made of them. And a region chosen because it looks striking looks surer than it is.",
    )


def show_slices(table: Table, view: View) -> None:
    """List the clusters of the map in which something is unusually frequent; a click makes one the region."""
    options = mapped.marks(table)
    mark = st.segmented_control(
        "Look for", options, default=options[0], required=True, key="mark", bind="query-params"
    )
    mark = mark if mark in options else options[0]
    found, places = mapped.slices(table, view.name, mark)
    if view.name.endswith("interaction"):
        st.warning(
            "This map is made of the experts' weights, shares and evidence, and so of much of what makes "
            "them disagree or err: that such samples gather on it proves nothing. Take the embeddings.",
            icon=":material/warning:",
        )
    if not found:
        st.info(f"No cluster of this map surely holds more {mark} than the rest.")
    else:
        _show_found(table, view, found, places, mark)
    strong = f"Strong disagreement is the top {mapped.TOP:.0%} of the divergence. "
    reading_note(
        f"The map is cut into clusters of neighbours; shown are those with more {mark} than chance "
        "would give them (false finds held at 5 %), named by their words, against the rest of the map. "
        "Click a mark to make that cluster the region." + (f" {strong}" if mark == mapped.APART else ""),
        "Slices that do not lie together on this map. Clustering on a space that was made from the marked "
        "quantity proves nothing. The filter is not applied here: it could have chosen what is counted.",
    )


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

    if len(found) > MOST:
        st.caption(f"The surest {MOST} of {len(found)}.")
    show_figure(plot_against(rows, mark), "slices", f"Clusters with many {mark}", picker("slices", pick))


def _label(part: Slice) -> str:
    return f"{part.name} ({len(part):,})" if part.words else f"{len(part):,} samples, no special word"


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


def _errors(found: mapped.Facts) -> str:
    if found.errors.empty:
        return ""
    row = found.errors.iloc[0]
    sure = "" if row["sure"] else ", which may be chance"
    return (
        f" Wrong answers: **{percent(row['value'])}** here ({percent(row['low'])} to {percent(row['high'])})"
        f", {percent(row['rest'])} elsewhere{sure}."
    )


def _show_words(found: mapped.Facts) -> None:
    notes = [f"{w.word}: {w.in_group} times here, {w.in_rest} times elsewhere" for w in found.words]
    figure = plot_words([w.word for w in found.words], [w.z for w in found.words], notes, INK)
    show_figure(figure, "region_words", "Words that mark this region")
