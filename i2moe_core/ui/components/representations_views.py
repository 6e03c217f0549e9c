"""The figures of the Representations page: recall beside chance, the gap in one plane, the job behind."""

from __future__ import annotations

from itertools import combinations

import streamlit as st

from i2moe_core.analysis.retrieval_file import Matched, Retrieval
from i2moe_core.checkpoint import Run
from i2moe_core.errors import InputError
from i2moe_core.plots import plot_gap, plot_recalls
from i2moe_core.ui import jobs, represented
from i2moe_core.ui.components.analysis_source import SPLITS
from i2moe_core.ui.components.figure import reading_note, show_figure
from i2moe_core.ui.components.job_panel import show_job
from i2moe_core.ui.failures import show_input_error
from i2moe_core.ui.words import plain

VERB = "retrieve"


def open_retrieval(run: Run) -> Retrieval | None:
    """Return the figures of the split that is picked; where there are none, offer to measure them.

    Raises:
        InputError: the file is damaged.
    """
    split = st.segmented_control(
        "Split", SPLITS, default=SPLITS[0], required=True, key="split", bind="query-params",
        label_visibility="collapsed",
    )  # fmt: skip
    split = split if split in SPLITS else SPLITS[0]
    found, stale = represented.find_retrieval(run, split)
    job = jobs.find(jobs.folder_of(VERB, f"{run.name}-{split}"))
    if job is not None:
        show_job(job)
    if found is None and not (job is not None and jobs.state(job).stage == jobs.RUNNING):
        _offer(run, split, stale)
    return found


def pick_pair(run: Run) -> tuple[str, str]:
    """Return the two modalities that are looked at, asked for where there are more than two."""
    pairs = list(combinations(run.info.modalities, 2))
    if len(pairs) == 1:
        return pairs[0]
    labels = {f"{a} and {b}": (a, b) for a, b in pairs}
    chosen = st.selectbox("Two inputs", list(labels), key="inputs", bind="query-params", width=320)
    return labels.get(chosen, pairs[0])


def start_retrieval(run: Run, split: str) -> None:
    """Start to measure; for use in a callback."""
    folder = jobs.folder_of(VERB, f"{run.name}-{split}")
    command = jobs.command(VERB, run.path, "--split", split, progress=folder)
    try:
        jobs.start(command, folder, f"The retrieval of '{run.name}' ({split})")
    except InputError as error:
        show_input_error(error)


def show_recalls(found: Retrieval, pair: Matched) -> None:
    """Show recall beside chance in a figure, and all figures in a table."""
    st.markdown(represented.together_sentence(found))
    for query in (pair.first, pair.second):
        st.markdown(f"- {represented.recall_sentence(found, pair, query)}")
    names = (pair.first, pair.second)
    colours = dict(zip(names, represented.colours_of(names), strict=True))
    rows = represented.recall_rows(pair)
    figure = plot_recalls(rows, colours, represented.kinds_of(pair))
    show_figure(figure, key="recalls", alt="How often the partner is among the first few, beside chance")
    right = max(d.right for d in pair.directions)
    twins = f" (here {right:.1f} right answers a query on average)" if right > 1.005 else ""
    reading_note(
        f"How often the partner is among the first 1, 5 or 10 of {found.samples:,} {found.split} samples; "
        "the upright stroke is chance, a line holds 95 % of resamples. Equal values count as right, as "
        f"nobody could tell them apart{twins}; equal scores count by their mean over all orders.",
        "How good an answer is that was not the partner: many pictures may suit one sentence, and only the "
        "one it came with counts. Nor does the model's own answer rest on retrieval.",
    )
    with st.expander("All figures"):
        st.dataframe(represented.figure_table(pair), hide_index=True)
        for note in found.notes:
            st.caption(plain(note, 300))


def show_gap(found: Retrieval, pair: Matched) -> None:
    """Show the gap's figures and both modalities in one plane."""
    st.markdown(represented.gap_sentence(pair))
    gap, names = pair.gap, (pair.first, pair.second)
    apart = "–" if gap.separability is None else f"{gap.separability:.3f}"
    cells = [
        ("Between the centres", f"{gap.distance:.2f}", "Of vectors of length 1: 0 to 2"),
        ("Told apart (AUROC)", apart, "By a linear classifier, on samples it has not seen; .5 is chance"),
        ("Alignment", f"{gap.alignment:.2f}", "Mean squared distance of partners, 0 to 4"),
    ]
    for name, number in zip(names, gap.uniformity, strict=True):
        told = f"{number:.2f}".replace("-", "−")
        cells.append((f"Uniformity, {plain(name)}", told, "0: all in one point; lower: spread out"))
    with st.grid(5, min_column_width=150, gap="small") as grid:
        for label, value, what in cells:
            with grid.cell():
                st.metric(label, value, help=what)
    figure = plot_gap(represented.gap_frame(pair), names, represented.colours_of(names))
    show_figure(figure, key="gap", alt="Both inputs' embeddings in one plane, partners joined by lines")
    drawn, held = len(pair.plane.ids), pair.plane.held
    reading_note(
        f"The encoders' pooled vectors of {drawn} samples, scaled to length one, on the two axes along which "
        f"both inputs together vary most ({100 * held:.0f} % of the variance). A line joins what came "
        "together. Two clouds apart are a gap (Liang et al., 2022); short lines are partners in one place.",
        f"What lies along other axes. Nor that a gap does harm: {represented.across(pair)}",
    )


def _offer(run: Run, split: str, stale: bool) -> None:
    if stale:
        st.warning("The figures beside this run are of other weights; measure again.")
    else:
        st.info("Nobody has measured yet whether one input finds the other.", icon=":material/hub:")
    st.markdown(
        "It encodes the split, asks with each input for the others, and fits a linear map on the training "
        "samples: under a minute for a small model. In a terminal it is `i2moe retrieve` with this run's "
        f"folder, {plain(str(run.path), 300)}."
    )
    st.button(
        "Measure the representations", icon=":material/play_arrow:", type="primary", key="make_retrieval",
        on_click=start_retrieval, args=(run, split),
    )  # fmt: skip
