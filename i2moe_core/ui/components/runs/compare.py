"""Two runs or more on the same samples: asked for and made as a job; ``runs_compared`` shows the result."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from i2moe_core.checkpoint import Run, RunSummary
from i2moe_core.language import marked, say
from i2moe_core.ui import jobs
from i2moe_core.ui.compared import AT_MOST, SPLITS, candidates, first_choice, misfit
from i2moe_core.ui.components.choice import choose
from i2moe_core.ui.components.job_panel import show_job
from i2moe_core.ui.components.runs.compared import show_compared
from i2moe_core.ui.components.runs.views import tried
from i2moe_core.ui.repeated import comparison_path, find_comparison

VERB = "compare"


def show_comparison(run: Run | None) -> None:
    """Ask which runs to compare; show their comparison, or offer to make it."""
    known = candidates()
    if len(known) < 2:
        words = say(
            "It takes two runs to compare, and there are not two here. Train another under **Train a model**."
        )
        st.info(words, icon=":material/compare_arrows:")
        return
    names, split = _ask(known, run)
    chosen = [known[name] for name in names if name in known]
    fault = misfit(chosen)
    if fault:
        st.info(fault, icon=":material/compare_arrows:")
        return
    path = comparison_path([one.id for one in chosen], split)
    job = jobs.find(jobs.folder_of(VERB, path.stem))
    if job is not None:
        show_job(job)
    found = find_comparison(path)
    if found is not None:
        show_compared(found)
    elif job is None or jobs.state(job).stage != jobs.RUNNING:
        _offer(chosen, split, path)


def _offer(chosen: Sequence[RunSummary], split: str, path: Path) -> None:
    st.button(
        say("Compare these {count} runs", count=len(chosen)), icon=":material/play_arrow:", type="primary",
        key="runs_compare", on_click=tried(lambda: start_comparison(chosen, split, path)),
    )  # fmt: skip
    st.caption(
        say(
            "All runs answer the same samples of the first run's data, once; each prepares them in its own "
            "way. Seconds to a minute for small models."
        )
    )


def start_comparison(chosen: Sequence[RunSummary], split: str, path: Path) -> None:
    """Start the comparison as a job.

    Raises:
        InputError: too many jobs run already.
    """
    folder = jobs.folder_of(VERB, path.stem)
    options = ["--compare", *(one.path for one in chosen), "--split", split, "--json", path]
    command, names = jobs.command("audit", *options, progress=folder), [one.name for one in chosen]
    jobs.start(command, folder, marked("The comparison of {runs}"), runs=", ".join(names))


def _ask(known: dict[str, RunSummary], run: Run | None) -> tuple[list[str], str]:
    if "compared" not in st.session_state and not st.query_params.get_all("compared"):
        st.session_state["compared"] = first_choice(known, None if run is None else run.name)
    held = st.session_state.get("compared") or []
    if not set(held) <= set(known):  # a run that was taken away since
        st.session_state["compared"] = [name for name in held if name in known]
    left, right = st.columns([4, 1], vertical_alignment="bottom")
    with left:
        names = st.multiselect(
            say("Runs to compare"), list(known), key="compared", bind="query-params", max_selections=AT_MOST,
            placeholder=say("two or more of one data set"), select_all=False,
        )  # fmt: skip
    with right:
        splits = {code: say(words) for code, words in SPLITS.items()}
        split = choose(say("Split"), splits, "test", "compared_split", menu=True)
    return names, split
