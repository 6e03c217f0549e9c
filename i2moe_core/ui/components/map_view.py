"""The map itself: what is drawn, by what it is coloured, clicks, boxes and lassos.

A click names its sample in the link, a box or lasso its corners: reload, sharing and the way back keep both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from i2moe_core.language import marked, say
from i2moe_core.plots import CONFIG, plot_map
from i2moe_core.plots.map import BOX, LARGE, LASSO, MOVE
from i2moe_core.ui import coloured, filters, mapped
from i2moe_core.ui.components.choice import choose
from i2moe_core.ui.components.figure import reading_note, saved_as
from i2moe_core.ui.components.sample_panel import pick_sample, picked_sample
from i2moe_core.ui.filters import Filter
from i2moe_core.ui.language import is_finer_shown, is_full
from i2moe_core.ui.link import recall
from i2moe_core.ui.region import decode_region, inside, region_code
from i2moe_core.ui.table import Table
from i2moe_core.ui.words import plain

METHODS = {"umap": "UMAP", "pca": "PCA"}
SPACES = {"embedding": marked("embeddings"), "interaction": marked("interactions")}
DRAGS = {"move": marked("move"), "box": marked("box"), "lasso": marked("lasso")}
_MODES = {"move": MOVE, "box": BOX, "lasso": LASSO}  # as plotly calls them
REGION = "region"  # in the link
HEIGHT = 560
_CONFIG: dict[str, Any] = CONFIG | {
    "modeBarButtons": [["zoomIn2d", "zoomOut2d", "resetScale2d", "toImage"]],
    "scrollZoom": True,
    "doubleClick": "reset",
}
_HOW = {
    "umap": marked(
        "Points that lie together are alike; UMAP keeps neighbours, so near says something and far, the "
        "size of a group and empty space say little."
    ),
    "pca": marked(
        "Points that lie together are alike in the two directions in which the samples differ most; "
        "distances mean what they seem, but all other directions are left out."
    ),
}
_OF = {
    "embedding": marked("The map is made of what the encoders hand to the experts."),
    "interaction": marked("The map is made of the experts' weights, shares and evidence."),
}


@dataclass(frozen=True)
class View:
    """What is asked for: the map's name in the schema, the colours' name and column, the drag."""

    name: str
    title: str
    by: str
    drag: str


def ask_view(table: Table) -> View | None:
    """Ask which map and colours; None, with a sentence, where the analysis holds no map."""
    there = mapped.maps_of(table)
    if not there:
        st.info(say("This analysis holds no map: it has too few samples, or was written without one."))
        return None
    methods = {m: title for m, title in METHODS.items() if any(name.startswith(m) for name in there)}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        method = ask(say("Map"), methods, "map")
        space = ask(say("Made of"), _said(SPACES), "space")
        titles = _colourings(table)
        by = choose(say("Coloured by"), titles, next(iter(titles)), "colour", menu=True, width=240)
        drag = ask(say("Dragging"), _said(DRAGS), "drag")
    return View(f"{method}_{space}", titles[by], by, _MODES[drag])


def ask(label: str, options: Mapping[str, str], key: str) -> str:
    """Ask where everything is shown or the link has asked already; else it is the first one."""
    usual = next(iter(options))
    return choose(label, options, usual, key) if is_finer_shown(key) else usual


def corners_of(view: View) -> np.ndarray | None:
    """Return the corners of the region that the link names on this map, (R, 2)."""
    return decode_region(view.name, st.query_params.get(REGION, ""))


def set_region(code: str) -> None:
    """Name a region in the link, "" for none; for use in a callback."""
    if code:
        st.query_params[REGION] = code
    else:
        st.query_params.pop(REGION, None)


def show_map(table: Table, chosen: Filter, view: View) -> None:
    """Draw the map; what the filter or the region leaves out is dimmed."""
    corners = corners_of(view)
    colouring = coloured.colouring(table, view.name, view.by)
    points = mapped.points_on(table, view.name)
    live = filters.apply(table, chosen)[points["place"].to_numpy()]
    if corners is not None:
        live = live & inside(corners, points["x"].to_numpy(), points["y"].to_numpy())
    points["live"] = live
    if colouring.values is not None:
        points["value"] = colouring.values
    else:
        points["group"] = colouring.groups
    names, where = colouring.labels, _where(table, view)
    figure = plot_map(points, colouring.colours, names, view.title, where, corners, view.drag, HEIGHT)
    key = f"map_{view.name}"

    def picked() -> None:
        _take(table, view, st.session_state.get(key) or {})

    config = _CONFIG | {"toImageButtonOptions": {"format": saved_as().lower(), "filename": key}}
    if len(points) > LARGE:
        config["plotGlPixelRatio"] = 1  # smoothed all the same; twice as fine takes four times as long
    alt = say("The map of the samples, coloured by {title}", title=view.title)
    st.plotly_chart(
        figure, key=key, config=config, alt=alt, on_select=picked, selection_mode=("points", "box", "lasso")
    )
    _say(table, view, points)


def _said(options: Mapping[str, str]) -> dict[str, str]:
    return {code: say(words) for code, words in options.items()}


def _colourings(table: Table) -> dict[str, str]:
    """Return what the colours can tell; in the simple mode groups, and what the link asks for."""
    found = coloured.colourings(table)
    wanted = (*coloured.GROUPED, recall("colour"))
    return {by: name for by, name in found.items() if is_full() or by in wanted}


def _take(table: Table, view: View, state: Any) -> None:
    """Put a click or a drawn region into the link; what only takes a selection back changes nothing."""
    selection = state.get("selection") or {}
    code = region_code(view.name, selection)
    if code:
        set_region(code)
        return
    points = selection.get("points") or []
    data = points[0].get("customdata") if points else None
    place = data[0] if isinstance(data, list) and data else data
    if isinstance(place, int | float) and 0 <= place < table.length:
        pick_sample(str(table.rows([int(place)], ["id"])["id"].iloc[0]))


def _where(table: Table, view: View) -> tuple[float, float] | None:
    """Return where the open sample lies; None where it has no place on this map."""
    place = table.place(picked_sample()) if picked_sample() else None
    if place is None:
        return None
    x, y = (float(table.columns([f"{view.name}_{axis}"]).iloc[place, 0]) for axis in "xy")
    return (x, y) if np.isfinite(x) and np.isfinite(y) else None


def _say(table: Table, view: View, points: pd.DataFrame) -> None:
    if len(points) < table.length:
        number = {"count": len(points), "all": table.length}
        st.caption(
            say("{count:,} of {all:,} samples are on this map, drawn at random with a fixed seed.", **number)
        )
    if picked_sample() and table.place(picked_sample()) is not None and _where(table, view) is None:
        st.caption(
            say("The open sample was not drawn for this map; the PCA map has a place for every sample.")
        )
    colour = say("Colour: {meaning}", meaning=plain(coloured.meaning(table, view.by)))
    if is_full():
        _note(view, colour)
        return
    point = say("A point is a sample; points that lie together are alike, and a click shows one.")
    reading_note(f"{point} {colour}", say("Why points lie together, or that groups are real."))


def _note(view: View, colour: str) -> None:
    method, space = view.name.split("_")
    how = say(
        "Click a point to see its sample; the wheel zooms; set *Dragging* to box or lasso a region. What the "
        "filter or the region leaves out is grey."
    )
    reading_note(
        f"{say(_OF[space])} {say(_HOW[method])} {how} {colour}",
        say(
            "Why points lie together, or that groups are real: the axes have no unit, and a map of two "
            "dimensions tears and squeezes what has more."
        ),
    )
