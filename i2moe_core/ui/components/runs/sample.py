"""One sample of a comparison: what every run says of it and why, and the way to explain it in each."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlencode

import numpy as np
import pandas as pd
import streamlit as st

from i2moe_core.analysis.comparison.compare import Comparison
from i2moe_core.analysis.comparison.samples import difference_sentence
from i2moe_core.language import say
from i2moe_core.plots import plot_stability
from i2moe_core.plots.palette import input_label
from i2moe_core.ui import cached, link
from i2moe_core.ui.compared import sample_row, sample_shares, with_experts
from i2moe_core.ui.compared_inputs import Inputs, holds, inputs_of
from i2moe_core.ui.components.figure import reading_note, show_figure
from i2moe_core.ui.components.own_input import OWN
from i2moe_core.ui.components.pair_bar import PAIR_PAGE, shortened
from i2moe_core.ui.components.pair_card import enlarged
from i2moe_core.ui.words import percent, plain

PICKED = "differs"  # in the link: the sample


def show_sample(found: Comparison) -> None:
    """Show the sample that the link names, or the one on which the runs differ most."""
    sample_id = st.query_params.get(PICKED, "") or str(found.differences["id"].iloc[0])
    row = sample_row(found, sample_id)
    if row.empty:
        words = say(
            "The link names a sample that was not compared; the one with the greatest difference is shown."
        )
        st.warning(words, icon=":material/search_off:")
        sample_id = str(found.differences["id"].iloc[0])
        row = sample_row(found, sample_id)
    paths = {line["run"]: Path(line["path"]) for _, line in found.table.iterrows()}
    inputs = inputs_of(paths[found.runs[0]], sample_id)
    with st.container(border=True):
        left, right = st.columns([2, 3], gap="medium")
        with left:
            _show_inputs(inputs, sample_id)
            _show_answers(found, row)
        with right:
            _show_why(found, sample_id)
            _show_shares(found, sample_id)
        _show_links(found, paths, inputs, sample_id)


def _show_inputs(inputs: Inputs | None, sample_id: str) -> None:
    for name, value in ({} if inputs is None else inputs.values).items():
        if isinstance(value, str):
            st.text(shortened(value), width="stretch")
        elif isinstance(value, np.ndarray) and value.ndim == 3:
            alt = say("This sample: {input}", input=input_label(name))
            st.image(enlarged(value), width=192, alt=alt)
    st.caption(say("Sample {name}", name=plain(sample_id, 80)))


def _show_answers(found: Comparison, row: pd.Series) -> None:
    st.markdown(say("Right answer: **{answer}**", answer=plain(str(row["label"]), 80)))
    for run in found.runs:
        known = {"run": plain(run, 60), "answer": plain(str(row[f"{run} answer"]), 80)}
        sure = row[f"{run} probability"]
        if pd.isna(sure):
            told = say("{run}: **{answer}**", **known)
        else:
            told = say("{run}: **{answer}** ({share})", **known, share=percent(float(sure)))
        st.markdown(f"{told} {_mark(row[f'{run} right'])}")


def _mark(right: object) -> str:
    """Return the badge of an answer; none where nobody can tell, as of a number."""
    if right is None or pd.isna(right):
        return ""
    if right:
        return f":green-badge[:material/check: {say('right')}]"
    return f":red-badge[:material/close: {say('wrong')}]"


def _show_why(found: Comparison, sample_id: str) -> None:
    own = found.differences[found.differences["id"].astype(str) == sample_id]
    if not own.empty:
        why = plain(difference_sentence(own.iloc[0]), 600)
        st.markdown(say("**Why they differ.** {why}", why=why))


def _show_shares(found: Comparison, sample_id: str) -> None:
    rows = sample_shares(found, sample_id)
    if rows.empty:
        return
    top = min(1.0, 1.15 * float(rows["value"].max()))
    alt = say("Each expert's share of the answer in every run")
    show_figure(plot_stability(rows, (0.0, top)), "compared_sample", alt)
    reading_note(
        say("A mark is an expert's share of the answer in one run."),
        say("What in the inputs moved it: the explanation in either run does."),
    )


def _show_links(found: Comparison, paths: Mapping[str, Path], inputs: Inputs | None, sample_id: str) -> None:
    lost = False
    with st.container(horizontal=True):
        for run, path in paths.items():
            lost |= run not in with_experts(found) or not _link(run, path, inputs, sample_id)
    if lost:
        st.caption(
            say(
                "A run without a link has no experts, lies in a sweep, or cannot be given the sample "
                "from here."
            )
        )


def _link(run: str, path: Path, inputs: Inputs | None, sample_id: str) -> bool:
    """Link the sample's explanation in one run, in a tab of its own; returns whether that was possible.

    Within this tab the picker at the side would keep its run, whatever the link says.
    """
    if path.parent.resolve() != cached.runs_folder().resolve() or inputs is None:
        return False
    if holds(path, sample_id, inputs):
        query = {"run": path.name, "example": sample_id}
    else:
        own = _carried(inputs)
        if not own:
            return False
        query = {"run": path.name, "from": OWN} | own
    address = f"{Path(PAIR_PAGE).stem}?{urlencode(query)}"
    st.link_button(say("Explain in {run}", run=plain(run, 60)), address, icon=":material/open_in_new:")
    return True


def _carried(inputs: Inputs) -> dict[str, str]:
    """Return the link's values that make a sample the visitor's own, as far as they fit into a link."""
    found = {}
    for name, value in inputs.values.items():
        if isinstance(value, str) and len(value) <= link.MAX_TEXT:
            found[f"my_{name}"] = value
        elif isinstance(value, np.ndarray) and value.ndim == 3:
            found[f"my_{name}"] = link.picture_code(value) or ""
    return {name: value for name, value in found.items() if value}
