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
from i2moe_core.language import marked, say
from i2moe_core.ui import jobs
from i2moe_core.ui.components.choice import choose
from i2moe_core.ui.components.job_panel import show_job
from i2moe_core.ui.failures import show_input_error
from i2moe_core.ui.language import is_full
from i2moe_core.ui.table import SPLIT_NAMES, Table, read_table, split_label
from i2moe_core.ui.words import plain

OTHERS = "analyses"
OWN = ""  # the code of the run's own analysis, which no file's name can be
SPLITS = tuple(SPLIT_NAMES)
OLD = marked(
    "This analysis was made by an older version of the program and lacks what is shown here: make it again."
)
NONE = marked("This run has no analysis yet: nobody has asked its experts about a whole data set.")


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
        st.warning(say("This analysis is of other weights than the run has now; make it again to compare."))
    with st.sidebar:
        _offer_others(run, table)
    return table


def analyses_of(run: Run) -> Mapping[str, Path]:
    """Return name -> file of the run's analyses, its own first, as OWN."""
    own = {OWN: run.path / ANALYSIS} if (run.path / ANALYSIS).is_file() else {}
    others = sorted((run.path / OTHERS).glob("*.parquet"))
    return own | {path.stem: path for path in others}


def make_analysis(run: Run, name: str = "", split: str = "test") -> None:
    """Start to write the run's own analysis, or the one called ``name``; for use in a callback."""
    folder = jobs.folder_of("analyze", run.name)
    out = ["--out", run.path / OTHERS / f"{name}.parquet"] if name else []
    command = jobs.command("analyze", run.path, "--split", split, *out, progress=folder)
    try:
        title = marked("The analysis of '{run}' ({split})")
        jobs.start(command, folder, title, run=run.name, split=split)
    except InputError as error:
        show_input_error(error)


def _pick(paths: Mapping[str, Path]) -> Path | None:
    if len(paths) < 2:
        return next(iter(paths.values()), None)
    names = {name: say("of the run") if name == OWN else name for name in paths}
    return paths[choose(say("Analysis"), names, next(iter(names)), "analysis", menu=True)]


def _offer(run: Run, name: str, why: str) -> None:
    """Say why there is nothing to show, and offer to make it, unless that is under way."""
    job = jobs.find(jobs.folder_of("analyze", run.name))
    if job is not None and jobs.state(job).stage == jobs.RUNNING:
        st.info(say("The figures appear here when it is ready."), icon=":material/hourglass_top:")
        return
    st.info(say(why), icon=":material/table_view:")
    st.markdown(
        say("It asks all experts about every sample of the test split, once, and takes about a second for a "
            "thousand small samples; then everything here is browsed at once.")
    )  # fmt: skip
    if is_full():
        path = plain(str(run.path), 300)
        st.caption(say("In a terminal it is `i2moe analyze` with this run's folder, {path}.", path=path))
    split = name if name in SPLITS else "test"
    st.button(
        say("Make the analysis"), icon=":material/play_arrow:", type="primary", key="make_analysis",
        on_click=make_analysis, args=(run, name, split),
    )  # fmt: skip


def _offer_others(run: Run, table: Table) -> None:
    data, split, count = plain(table.info.data), plain(split_label(table.info.split)), table.length
    st.caption(say("Analysis: {data}, {split}, {count:,} samples", data=data, split=split, count=count))
    umap = table.info.umap.get("rows", 0)
    if umap and umap < count:
        st.caption(say("{count:,} of them on the UMAP", count=umap))
    if not is_full():
        return
    with st.popover(say("Another analysis"), icon=":material/add:", width="stretch"):
        chosen = st.selectbox(say("Split"), SPLITS, index=2, key="analysis_split", format_func=split_label)
        st.button(
            say("Analyze it"), key="make_other", on_click=make_analysis, args=(run, chosen, chosen),
            help=say("Written beside the run's own analysis; pick it above when it is ready."),
        )  # fmt: skip
