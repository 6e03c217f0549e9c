"""The run's own examples: filtered by kind and class, a handful at a time, the chosen one in the link."""

from __future__ import annotations

from collections.abc import Mapping
from zlib import crc32

import numpy as np
import streamlit as st

from i2moe_core.checkpoint import Run
from i2moe_core.language import say
from i2moe_core.plots import expert_label
from i2moe_core.types import Samples
from i2moe_core.ui.components.choice import choose
from i2moe_core.ui.components.gallery import show_gallery
from i2moe_core.ui.link import recall, remember
from i2moe_core.ui.ready import ready_row
from i2moe_core.ui.words import plain

AT_ONCE = 8
ANY = ""  # the code of a filter that lets all through


def pick_example(run: Run) -> int:
    """Let the visitor pick an example; returns its row in the run's reference samples."""
    samples = run.reference
    chosen = _asked_row(run)
    rows = _filtered(samples)
    if not rows:
        st.info(
            say("No example is of this kind and class; choose another filter."),
            icon=":material/filter_alt_off:",
        )
    else:
        _browse(samples, rows, chosen)
    return chosen


def _asked_row(run: Run) -> int:
    samples = run.reference
    asked = recall("example")
    if asked in samples.ids:
        chosen = samples.ids.index(asked)
    else:
        chosen = ready_row(run)
        if asked and st.query_params.get("example") == asked:
            st.warning(say("This run has no sample {name}; another one is shown.", name=plain(asked, 60)))
    remember("example", samples.ids[chosen])
    return chosen


def _filtered(samples: Samples) -> list[int]:
    keep = np.ones(len(samples), dtype=bool)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if samples.truth is not None:
            types = samples.truth.interactions
            kinds = {kind: expert_label(kind) for kind in sorted(set(types.tolist()))}
            kind = _ask_filter(say("True interaction"), kinds, "of_kind")
            keep &= (types == kind) | (kind == ANY)
        if samples.task != "regression":
            names = {name: name for name in samples.classes}
            name = _ask_filter(say("True answer"), names, "of_class")
            if name in samples.classes:
                keep &= _has_class(samples, samples.classes.index(name))
    return [int(row) for row in np.flatnonzero(keep)]


def _ask_filter(label: str, options: Mapping[str, str], key: str) -> str:
    return choose(label, {ANY: say("any"), **options}, ANY, key, menu=True, width=220)


def _has_class(samples: Samples, number: int) -> np.ndarray:
    targets = np.asarray(samples.targets)
    return targets[:, number] > 0 if targets.ndim == 2 else targets == number


def _browse(samples: Samples, rows: list[int], chosen: int) -> None:
    pages = -(-len(rows) // AT_ONCE)
    place = st.container()
    page = 1
    if pages > 1:
        held = rows.index(chosen) // AT_ONCE + 1 if chosen in rows else 1
        key = f"gallery_page_{chosen}_{crc32(bytes(str(rows), 'ascii'))}"  # a new choice turns to its page
        page = min(st.pagination(pages, default=held, key=key, max_visible_pages=5), pages)
    with place:
        shown = rows[(page - 1) * AT_ONCE : page * AT_ONCE]
        show_gallery(samples, shown, samples.ids[chosen], lambda found: remember("example", found))
