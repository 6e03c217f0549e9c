"""What the model loses where its inputs may only add up: the result, or a button that computes it."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from i2moe_core.analysis.emap_file import Emap
from i2moe_core.checkpoint import Run
from i2moe_core.checkpoint.names import ANALYSIS
from i2moe_core.errors import InputError
from i2moe_core.language import marked, say
from i2moe_core.ui import jobs
from i2moe_core.ui.components.analysis_source import SPLITS
from i2moe_core.ui.components.figure import reading_note
from i2moe_core.ui.components.job_panel import show_job
from i2moe_core.ui.failures import show_input_error
from i2moe_core.ui.table import Table
from i2moe_core.ui.words import percent, plain

VERB = "emap"
NAMES = {"accuracy": marked("Accuracy"), "micro_f1": marked("Micro F1"), "r2": marked("R²")}


def show_emap(run: Run, table: Table, emap: Emap | None, stale: bool) -> None:
    """Show the gap, and what it is of; where there is none, offer to measure it."""
    job = jobs.find(_folder(run, table))
    running = job is not None and jobs.state(job).stage == jobs.RUNNING
    if job is not None:
        show_job(job)
    if emap is not None:
        _show_gap(emap)
    elif not running:
        _offer(run, table, stale)


def start_emap(run: Run, table: Table) -> None:
    """Start to measure; for use in a callback."""
    folder = _folder(run, table)
    out = [] if _own(run, table.path) else ["--out", table.path]
    options = ["--emap", "--split", table.info.split, *out]
    command = jobs.command("analyze", run.path, *options, progress=folder)
    try:
        title = marked("The EMAP of '{run}' ({split})")
        jobs.start(command, folder, title, run=run.name, split=table.info.split)
    except InputError as error:
        show_input_error(error)


def _show_gap(emap: Emap) -> None:
    name = say(NAMES[emap.measure]) if emap.measure in NAMES else plain(emap.measure)
    low, high = (f"{end:.3f}".replace("-", "−") for end in (emap.low, emap.high))
    cells = st.columns(3)
    cells[0].metric(say("{measure} of the model", measure=name), f"{emap.full:.3f}")
    cells[1].metric(say("Of the best sum of its inputs"), f"{emap.additive:.3f}")
    cells[2].metric(
        say("Gap"), f"{emap.gap:.3f}", help=say("95% of resamples: {low} to {high}", low=low, high=high)
    )
    st.markdown(_measured_on(emap, low, high))
    if emap.changed is not None:
        st.markdown(
            say("The sum gives another answer in **{share}** of the cases.", share=percent(emap.changed))
        )
    reading_note(
        say("EMAP is the model's best imitation by one term an input, added up (Hessel and Lee, 2020). The "
            "gap is what the model's answers gain by combining inputs. In the first table its columns of "
            "single inputs are what each adds to the answer's logit, and synergy is what no sum explains."),
        say("Redundancy: a sum cannot tell a clue given twice from two clues. A small gap says that adding "
            "up suffices on these samples, not that the model cannot interact."),
    )  # fmt: skip


def _measured_on(emap: Emap, low: str, high: str) -> str:
    """Say of which samples the gap is, and how sure it is."""
    if emap.exact:
        return say(
            "Measured on **{count:,}** of the split's {total:,} samples, drawn at random, with all {pairs:,} "
            "combinations of their inputs; the gap's interval is {low} to {high}. The filter does not change "
            "this: the sum is of these samples.",
            count=len(emap.rows), total=emap.total, pairs=len(emap.rows) ** 2, low=low, high=high,
        )  # fmt: skip
    return say(
        "Estimated on **{count:,}** of the split's {total:,} samples, drawn at random, with {draws} drawn "
        "partners for each input; the gap's interval is {low} to {high}. The filter does not change this: "
        "the sum is of these samples.",
        count=len(emap.rows), total=emap.total, draws=emap.draws, low=low, high=high,
    )  # fmt: skip


def _offer(run: Run, table: Table, stale: bool) -> None:
    if stale:
        st.warning(say("The EMAP beside this analysis is of other weights or samples; measure it again."))
    ours = table.info.run_id == run.id and table.info.data == run.info.name and table.info.split in SPLITS
    st.markdown(
        say("EMAP asks the model about every combination of the inputs of 300 samples, once: 90,000 answers, "
            "which take some seconds for a small model.")
    )  # fmt: skip
    st.button(
        say("Measure the EMAP gap"), icon=":material/play_arrow:", key="make_emap", type="primary",
        on_click=start_emap, args=(run, table), disabled=not ours,
    )  # fmt: skip
    if not ours:
        st.caption(
            say("This analysis is of other data or weights than the run's own: in a terminal, "
                "`i2moe analyze RUN --emap --data SOURCE --out FILE` measures it beside the table FILE.")
        )  # fmt: skip


def _folder(run: Run, table: Table) -> Path:
    name = run.name if _own(run, table.path) else f"{run.name}-{table.path.stem}"
    return jobs.folder_of(VERB, name)


def _own(run: Run, path: Path) -> bool:
    return path.name == ANALYSIS and path.parent.resolve() == run.path.resolve()
