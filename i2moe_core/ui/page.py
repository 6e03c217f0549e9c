"""Every page begins here: its title, the picker of runs in the side bar, the chosen run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import streamlit as st
from streamlit.errors import StreamlitAPIException

from i2moe_core.checkpoint import Run, RunSummary
from i2moe_core.language import marked, say
from i2moe_core.plots.palette import inputs_label
from i2moe_core.ui import cached
from i2moe_core.ui.failures import failures_shown
from i2moe_core.ui.language import ask_how_to_speak
from i2moe_core.ui.theme import APP, FIGURE_TEXT, PAGE_WIDTH, mark
from i2moe_core.ui.words import plain

PAGES = {
    "pages/home.py": (marked("Home"), ":material/home:"),
    "pages/explain_pair.py": (marked("Explain a pair"), ":material/join_inner:"),
    "pages/attributions.py": (marked("Attributions"), ":material/center_focus_strong:"),
    "pages/data_set.py": (marked("Data set"), ":material/bar_chart:"),
    "pages/map.py": (marked("Map"), ":material/scatter_plot:"),
    "pages/disagreement.py": (marked("Disagreement"), ":material/call_split:"),
    "pages/interactions.py": (marked("Interactions"), ":material/compare_arrows:"),
    "pages/representations.py": (marked("Representations"), ":material/hub:"),
    "pages/trust.py": (marked("Trust"), ":material/verified_user:"),
    "pages/runs.py": (marked("Runs"), ":material/model_training:"),
    "pages/lessons.py": (marked("Lessons"), ":material/school:"),
    "pages/tour.py": (marked("Guided tour"), ":material/tour:"),
    "pages/playground.py": (marked("Playground"), ":material/toys:"),
    "pages/predict.py": (marked("Predict first"), ":material/quiz:"),
    "pages/rating.py": (marked("Rating study"), ":material/reviews:"),
}
GROUPS = {  # the page with which a group begins -> what stands above it
    "pages/explain_pair.py": marked("One pair"),
    "pages/data_set.py": marked("A data set"),
    "pages/trust.py": marked("The model"),
    "pages/lessons.py": marked("Learn"),
}
NO_RUNS = marked(
    "There is no trained model here yet. Train one on the page Runs, or with "
    "`i2moe train --data scenes --out checkpoints/scenes`, and reload this page."
)


def open_page(title: str) -> Run:
    """Set up a page and return the run that is picked; ends the page with a sentence where there is none."""
    run = open_any_page(title)
    if run is None:
        st.title(APP)
        st.info(say(NO_RUNS), icon=":material/model_training:")
        st.stop()
    return run


def open_any_page(title: str) -> Run | None:
    """Set up a page that also works without a run; returns the picked one, None where there is none."""
    st.set_page_config(page_title=f"{say(title)} · {APP}", page_icon=mark(64), layout="wide")
    st.html(FIGURE_TEXT)
    st.logo(mark(128), size="large")
    _show_menu()
    with failures_shown():
        run = _pick_run()
    ask_how_to_speak()
    return run


def _show_menu() -> None:
    """Link the pages by hand: this menu is the same when a page is opened before app.py has run."""
    with st.sidebar.container(gap="xsmall"):
        try:
            for path, (label, icon) in PAGES.items():
                if path in GROUPS:
                    st.caption(say(GROUPS[path]))
                st.page_link(path, label=say(label), icon=icon, width="stretch")
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
            with st.spinner(say("Opening the model …")):
                run = cached.load_run(Path(summary.path))
            _describe(summary, run)
        _list_problems([run for run in summaries if run.problem is not None])
    return run if usable else None


def _chosen_name(names: Sequence[str]) -> str:
    asked = st.query_params.get("run")
    if asked is not None and asked not in names:
        st.warning(
            say("The link names a run that is not here: {name}. Another one is shown.", name=plain(asked, 60))
        )
    chosen = st.selectbox(
        say("Trained model"),
        names,
        key="run",
        bind="query-params",
        help=say("Each folder in checkpoints/ is one trained model, here called a run."),
    )
    return chosen if chosen in names else names[0]


def _describe(summary: RunSummary, run: Run) -> None:
    inputs = plain(inputs_label(list(run.info.modalities)))
    parts = [
        say("Data: {data} ({inputs})", data=plain(summary.data), inputs=inputs),
        say("Recipe: {recipe}, {fusion}", recipe=plain(summary.recipe), fusion=plain(summary.fusion)),
    ]
    if summary.accuracy is not None:
        parts.append(say("Accuracy: {share:.1%}", share=summary.accuracy))
    parts.append(say("Runs on: {device}", device=run.device))
    st.caption("  \n".join(parts))


def _list_problems(unusable: Sequence[RunSummary]) -> None:
    damaged = [run for run in unusable if not run.unfinished]
    if len(damaged) < len(unusable):
        count = len(unusable) - len(damaged)
        st.caption(say("{count} in training or interrupted: see the page Runs.", count=count))
    if not damaged:
        return
    heading = say("{count} that cannot be opened", count=len(damaged))
    with st.expander(heading, icon=":material/warning:"):
        for run in damaged:
            st.text(f"{run.name}: {run.problem}")
