"""Which analysis a page shows: the run's own, another split's, or, where there is none, a way to make it.

    table = open_table(run)
    if table is None:
        st.stop()           # open_table has said what is missing, and offers to make it

Other analyses of a run lie in its folder ``analyses/``: what ``i2moe analyze RUN --out
RUN/analyses/NAME.parquet`` writes, and what this page's own button writes.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import streamlit as st

from i2moe_core.checkpoint import Run
from i2moe_core.checkpoint.names import ANALYSIS
from i2moe_core.errors import InputError
from i2moe_core.ui import jobs
from i2moe_core.ui.components.job_panel import show_job
from i2moe_core.ui.failures import show_input_error
from i2moe_core.ui.table import Table, read_table
from i2moe_core.ui.words import plain

OTHERS = "analyses"
SPLITS = ("test", "validation", "train")
OLD = "This analysis was made by an older version of the program and lacks what is shown here: make it again."
NONE = "This run has no analysis yet: nobody has asked its experts about a whole data set."


def open_table(run: Run) -> Table | None:
    """Return the analysis that is picked in the side bar; None where one has to be made first.

    Raises:
        InputError: the file is damaged.
    """
    paths = analyses_of(run)
    with st.sidebar:
        path = _pick(paths)
    job = jobs.find(jobs.folder_of("analyze", run.name))
    if job is not None:
        show_job(job)
    if path is None:
        _offer(run, "", NONE)
        return None
    table = read_table(path)
    if table is None:
        _offer(run, path.stem if path.parent.name == OTHERS else "", OLD)
        return None
    if table.info.run_id != run.id:
        st.warning("This analysis is of other weights than the run has now; make it again to compare.")
    with st.sidebar:
        _offer_others(run, table)
    return table


def analyses_of(run: Run) -> Mapping[str, Path]:
    """Return name -> file of the run's analyses, its own first."""
    own = {"of the run": run.path / ANALYSIS} if (run.path / ANALYSIS).is_file() else {}
    others = sorted((run.path / OTHERS).glob("*.parquet"))
    return own | {path.stem: path for path in others}


def make_analysis(run: Run, name: str = "", split: str = "test") -> None:
    """Start to write the run's own analysis, or the one called ``name``; for use in a callback."""
    folder = jobs.folder_of("analyze", run.name)
    out = ["--out", run.path / OTHERS / f"{name}.parquet"] if name else []
    command = jobs.command("analyze", run.path, "--split", split, *out, progress=folder)
    try:
        jobs.start(command, folder, f"The analysis of '{run.name}' ({split})")
    except InputError as error:
        show_input_error(error)


def _pick(paths: Mapping[str, Path]) -> Path | None:
    if len(paths) < 2:
        return next(iter(paths.values()), None)
    chosen = st.selectbox("Analysis", list(paths), key="analysis", bind="query-params")
    return paths.get(chosen, next(iter(paths.values())))


def _offer(run: Run, name: str, why: str) -> None:
    """Say why there is nothing to show, and offer to make it, unless that is under way."""
    job = jobs.find(jobs.folder_of("analyze", run.name))
    if job is not None and jobs.state(job).stage == jobs.RUNNING:
        st.info("The figures appear here when it is ready.", icon=":material/hourglass_top:")
        return
    st.info(why, icon=":material/table_view:")
    st.markdown(
        "It asks all experts about every sample of the test split, once, and takes about a second for a "
        "thousand small samples; then everything here is browsed at once. In a terminal it is "
        f"`i2moe analyze` with this run's folder, {plain(str(run.path), 300)}."
    )
    split = name if name in SPLITS else "test"
    st.button(
        "Make the analysis", icon=":material/play_arrow:", type="primary", key="make_analysis",
        on_click=make_analysis, args=(run, name, split),
    )  # fmt: skip


def _offer_others(run: Run, table: Table) -> None:
    umap = table.info.umap.get("rows", 0)
    st.caption(
        f"Analysis: {plain(table.info.data)}, {plain(table.info.split)}, {table.length:,} samples"
        + (f", {umap:,} of them on the UMAP" if umap and umap < table.length else "")
    )
    with st.popover("Another analysis", icon=":material/add:", width="stretch"):
        split = st.selectbox("Split", SPLITS, index=2, key="analysis_split")
        st.button(
            "Analyze it", key="make_other", on_click=make_analysis, args=(run, split, split),
            help="Written beside the run's own analysis; pick it above when it is ready.",
        )  # fmt: skip
