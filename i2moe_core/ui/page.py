"""Every page begins here: its title, the picker of runs in the side bar, the chosen run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import streamlit as st
from streamlit.errors import StreamlitAPIException

from i2moe_core.checkpoint import Run, RunSummary
from i2moe_core.ui import cached
from i2moe_core.ui.failures import failures_shown
from i2moe_core.ui.language import ask_how_to_speak
from i2moe_core.ui.theme import APP, FIGURE_TEXT, PAGE_WIDTH, mark
from i2moe_core.ui.words import plain

PAGES = {
    "pages/home.py": ("Home", ":material/home:"),
    "pages/explain_pair.py": ("Explain a pair", ":material/join_inner:"),
    "pages/attributions.py": ("Attributions", ":material/center_focus_strong:"),
    "pages/data_set.py": ("Data set", ":material/bar_chart:"),
    "pages/map.py": ("Map", ":material/scatter_plot:"),
    "pages/disagreement.py": ("Disagreement", ":material/call_split:"),
    "pages/interactions.py": ("Interactions", ":material/compare_arrows:"),
    "pages/trust.py": ("Trust", ":material/verified_user:"),
    "pages/runs.py": ("Runs", ":material/model_training:"),
    "pages/lessons.py": ("Lessons", ":material/school:"),
}
NO_RUNS = (
    "There is no trained model here yet. Train one on the page Runs, or with "
    "`i2moe train --data scenes --out checkpoints/scenes`, and reload this page."
)


def open_page(title: str) -> Run:
    """Set up a page and return the run that is picked; ends the page with a sentence where there is none."""
    run = open_any_page(title)
    if run is None:
        st.title(APP)
        st.info(NO_RUNS, icon=":material/model_training:")
        st.stop()
    return run


def open_any_page(title: str) -> Run | None:
    """Set up a page that also works without a run; returns the picked one, None where there is none."""
    st.set_page_config(page_title=f"{title} · {APP}", page_icon=mark(64), layout="wide")
    st.html(FIGURE_TEXT)
    st.logo(mark(128), size="large")
    _show_menu()
    ask_how_to_speak()
    with failures_shown():
        return _pick_run()


def _show_menu() -> None:
    """Link the pages by hand: this menu is the same when a page is opened before app.py has run."""
    with st.sidebar:
        try:
            for path, (label, icon) in PAGES.items():
                st.page_link(path, label=label, icon=icon, width="stretch")
        except StreamlitAPIException:  # a page that runs as the main script has no neighbours
            return


def body() -> st.delta_generator.DeltaGenerator:
    """Return the page's column: as wide as reads well, and narrower on small screens."""
    return st.container(width=PAGE_WIDTH, gap="small")


def _pick_run() -> Run | None:
    summaries = cached.list_runs()
    usable = {run.name: run for run in summaries if run.problem is None}
    with st.sidebar:
        if usable:
            summary = usable[_chosen_name(list(usable))]
            run = cached.load_run(Path(summary.path))
            _describe(summary, run)
        _list_problems([run for run in summaries if run.problem is not None])
    return run if usable else None


def _chosen_name(names: Sequence[str]) -> str:
    asked = st.query_params.get("run")
    if asked is not None and asked not in names:
        st.warning(f"The link names a run that is not here: {plain(asked, 60)}. Another one is shown.")
    chosen = st.selectbox(
        "Trained model",
        names,
        key="run",
        bind="query-params",
        help="Each folder in checkpoints/ is one trained model, here called a run.",
    )
    return chosen if chosen in names else names[0]


def _describe(summary: RunSummary, run: Run) -> None:
    inputs = " and ".join(plain(name) for name in run.info.modalities)
    parts = [
        f"Data: {plain(summary.data)} ({inputs})",
        f"Recipe: {plain(summary.recipe)}, {plain(summary.fusion)}",
    ]
    if summary.accuracy is not None:
        parts.append(f"Accuracy: {summary.accuracy:.1%}")
    parts.append(f"Runs on: {run.device}")
    st.caption("  \n".join(parts))


def _list_problems(unusable: Sequence[RunSummary]) -> None:
    damaged = [run for run in unusable if not run.unfinished]
    if len(damaged) < len(unusable):
        st.caption(f"{len(unusable) - len(damaged)} in training or interrupted: see the page Runs.")
    if not damaged:
        return
    with st.expander(f"{len(damaged)} that cannot be opened", icon=":material/warning:"):
        for run in damaged:
            st.text(f"{run.name}: {run.problem}")
