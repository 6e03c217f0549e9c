"""The figures of the Representations page: recall beside chance, the gap in one plane, the job behind."""

from __future__ import annotations

from itertools import combinations

import streamlit as st

from i2moe_core.analysis.retrieval.file import Matched, Retrieval
from i2moe_core.checkpoint import Run
from i2moe_core.errors import InputError
from i2moe_core.language import marked, say
from i2moe_core.plots import plot_gap, plot_recalls
from i2moe_core.plots.palette import input_label, inputs_label
from i2moe_core.ui import jobs, represented, represented_words
from i2moe_core.ui.components.analysis_source import SPLITS
from i2moe_core.ui.components.choice import choose
from i2moe_core.ui.components.figure import reading_note, show_figure
from i2moe_core.ui.components.job_panel import show_job
from i2moe_core.ui.failures import show_input_error
from i2moe_core.ui.language import is_full
from i2moe_core.ui.table import split_label
from i2moe_core.ui.words import plain

VERB = "retrieve"


def open_retrieval(run: Run) -> Retrieval | None:
    """Return the figures of the split that is picked; where there are none, offer to measure them.

    Raises:
        InputError: the file is damaged.
    """
    splits = {split: split_label(split) for split in SPLITS}
    split = choose(say("Measured on"), splits, next(iter(splits)), "split", hidden=True)
    found, stale = represented.find_retrieval(run, split)
    job = jobs.find(jobs.folder_of(VERB, f"{run.name}-{split}"))
    if job is not None:
        show_job(job)
    if found is None and not (job is not None and jobs.state(job).stage == jobs.RUNNING):
        _offer(run, split, stale)
    return found


def pick_pair(run: Run) -> tuple[str, str]:
    """Return the two modalities that are looked at, asked for where there are more than two."""
    pairs = {f"{a}+{b}": (a, b) for a, b in combinations(run.info.modalities, 2)}
    usual = next(iter(pairs))
    if len(pairs) == 1:
        return pairs[usual]
    labels = {code: inputs_label(pair) for code, pair in pairs.items()}
    return pairs[choose(say("Two inputs"), labels, usual, "inputs", menu=True, width=320)]


def start_retrieval(run: Run, split: str) -> None:
    """Start to measure; for use in a callback."""
    folder = jobs.folder_of(VERB, f"{run.name}-{split}")
    command = jobs.command(VERB, run.path, "--split", split, progress=folder)
    title = marked("The retrieval of '{run}' ({split})")
    try:
        jobs.start(command, folder, title, run=run.name, split=split)
    except InputError as error:
        show_input_error(error)


def show_recalls(found: Retrieval, pair: Matched) -> None:
    """Show recall beside chance in a figure; where everything is shown, also all figures in a table."""
    st.markdown(represented_words.together_sentence(found))
    for query in (pair.first, pair.second):
        st.markdown(f"- {represented_words.recall_sentence(found, pair, query)}")
    names = (pair.first, pair.second)
    colours = dict(zip(names, represented.colours_of(names), strict=True))
    rows, kinds = represented.recall_rows(pair), represented.kinds_of(pair)
    if not is_full():
        rows, kinds = rows[rows["kind"] == kinds[0]], kinds[:1]
    alt = say("How often the partner is among the first few, beside chance")
    show_figure(plot_recalls(rows, colours, kinds), key="recalls", alt=alt)
    _note_recalls(found, pair)
    if is_full():
        with st.expander(say("All figures")):
            st.dataframe(represented.figure_table(pair), hide_index=True)
            for note in found.notes:
                st.caption(plain(say(note), 300))


def show_gap(found: Retrieval, pair: Matched) -> None:
    """Show both modalities in one plane, and the gap's figures where everything is shown."""
    st.markdown(represented_words.gap_sentence(pair))
    if is_full():
        _show_figures(pair)
    names = (pair.first, pair.second)
    labels, colours = [input_label(name) for name in names], represented.colours_of(names)
    alt = say("Both inputs' embeddings in one plane, partners joined by lines")
    show_figure(plot_gap(represented.gap_frame(pair), labels, colours), key="gap", alt=alt)
    plane = say(
        "The encoders' pooled vectors of {count} samples, scaled to length one, on the two axes along which "
        "both inputs together vary most ({share} of the variance).",
        count=len(pair.plane.ids), share=f"{pair.plane.held:.0%}",
    )  # fmt: skip
    lines = say(
        "A line joins what came together. Two clouds apart are a gap (Liang et al., 2022); short lines are "
        "partners in one place."
    )
    other = say("What lies along other axes.")
    reading_note(
        f"{plane} {lines}" if is_full() else lines, f"{other} {represented_words.harmless_sentence(pair)}"
    )


def _note_recalls(found: Retrieval, pair: Matched) -> None:
    how = say(
        "How often the partner is among the first 1, 5 or 10 of {count:,} samples ({split}); the upright "
        "stroke is chance, a line holds 95% of resamples.",
        count=found.samples, split=split_label(found.split),
    )  # fmt: skip
    if is_full():
        how = f"{how} {represented_words.ties_sentence(pair)}"
    reading_note(
        how,
        say(
            "How good an answer is that was not the partner: many pictures may suit one sentence, and only "
            "the one it came with counts. Nor does the model's own answer rest on retrieval."
        ),
    )


def _show_figures(pair: Matched) -> None:
    gap = pair.gap
    apart = "–" if gap.separability is None else f"{gap.separability:.3f}"
    cells = [
        (say("Between the centres"), f"{gap.distance:.2f}", say("Of vectors of length 1: 0 to 2")),
        (say("Told apart (AUROC)"), apart,
         say("By a linear classifier, on samples it has not seen; .5 is chance")),
        (say("Alignment of partners"), f"{gap.alignment:.2f}",
         say("Mean squared distance of partners, 0 to 4")),
    ]  # fmt: skip
    for name, number in zip((pair.first, pair.second), gap.uniformity, strict=True):
        label = say("Uniformity, {input}", input=plain(input_label(name)))
        told = f"{number:.2f}".replace("-", "−")
        cells.append((label, told, say("0: all in one point; lower: spread out")))
    with st.grid(5, min_column_width=150, gap="small") as grid:
        for label, value, what in cells:
            with grid.cell():
                st.metric(label, value, help=what)


def _offer(run: Run, split: str, stale: bool) -> None:
    if stale:
        st.warning(say("The figures beside this run are of other weights; measure again."))
    else:
        st.info(say("Nobody has measured yet whether one input finds the other."), icon=":material/hub:")
    st.markdown(
        say(
            "It encodes the split, asks with each input for the others, and fits a linear map on the "
            "training samples: under a minute for a small model."
        )
    )
    if is_full():
        path = plain(str(run.path), 300)
        st.caption(say("In a terminal it is `i2moe retrieve` with this run's folder, {path}.", path=path))
    st.button(
        say("Measure the representations"), icon=":material/play_arrow:", type="primary",
        key="make_retrieval", on_click=start_retrieval, args=(run, split),
    )  # fmt: skip
