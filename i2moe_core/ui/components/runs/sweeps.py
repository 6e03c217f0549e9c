"""The sweeps of the folder: what was varied, the table, and a figure of any measure over any setting."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from i2moe_core.analysis.sweep import Sweep, list_sweeps, load_sweep, summarize_sweep
from i2moe_core.language import marked, say
from i2moe_core.plots import expert_label, plot_sweep, sweep_measures
from i2moe_core.plots.sweep import LABELS
from i2moe_core.ui import cached, jobs, running
from i2moe_core.ui.components.choice import choose
from i2moe_core.ui.components.figure import reading_note, show_figure
from i2moe_core.ui.components.job_panel import show_job
from i2moe_core.ui.components.runs.views import tried
from i2moe_core.ui.failures import failures_shown
from i2moe_core.ui.language import is_finer_shown, is_full
from i2moe_core.ui.words import plain

HEADS = {
    "validation": marked("Validation"),
    "accuracy": marked("Right answers"),
    "ece": marked("Calibration"),
    "contribution_argmax": marked("Named"),
    "gate_argmax": marked("Named by the gate"),
    "leak": marked("Leak"),
    "irs": marked("IRS"),
    "seconds": marked("Seconds"),
}
EVERY = 3.0  # seconds between two looks at a sweep under way
NOTHING = marked(
    "There is no sweep here yet. Start one under **Train a model** (several values), or in a terminal: "
    "`i2moe sweep --param margin=.1,.5,1,2 --seeds 0,1,2 --data scenes --recipe paper "
    "--out checkpoints/margin`."
)


def show_sweeps() -> None:
    """Show the sweep that is picked; it follows one that is under way."""
    for job in running.sweep_jobs():
        show_job(job)
    folders = {path.name: path for path in list_sweeps(cached.runs_folder())}
    if not folders:
        st.info(say(NOTHING), icon=":material/tune:")
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox(say("Sweep"), list(folders), key="sweep", bind="query-params", width=260)
        folder = folders.get(name, next(iter(folders.values())))
        sweep = load_sweep(folder)
        measure, parameter = _ask(sweep)
    if len(sweep.rows) < sweep.planned:
        _offer_to_go_on(folder)
        _follow(folder, measure, parameter)
    else:
        _show(sweep, measure, parameter)


def _offer_to_go_on(folder: Path) -> None:
    """Offer to go on with a sweep that was interrupted, where this app began it and so knows its command."""
    job = jobs.find(jobs.folder_of("sweep", folder.name))
    if job is None:
        words = say("Not all of it is trained yet. The command that began it goes on where it stopped.")
        st.caption(words)
    elif jobs.state(job).stage != jobs.RUNNING:
        st.button(
            say("Go on with the sweep"), icon=":material/play_arrow:", type="primary", key="sweep_on",
            on_click=tried(lambda: jobs.start(job.command, job.folder, job.title, **job.about)),
        )  # fmt: skip


def _ask(sweep: Sweep) -> tuple[str, str]:
    measures = sweep_measures(sweep.rows) or {"accuracy": say("Accuracy")}
    names, measure = list(sweep.parameters), next(iter(measures))
    if is_finer_shown("sweep_measure"):
        measure = choose(say("Measure"), measures, measure, "sweep_measure", menu=True, width=340)
    parameter = names[0]
    if len(names) > 1:
        over = say("Over")
        parameter = st.segmented_control(over, names, default=names[0], required=True, key="sweep_over")
    return measure, parameter or names[0]


@st.fragment(run_every=EVERY)
def _follow(folder: Path, measure: str, parameter: str) -> None:
    with failures_shown():
        sweep = load_sweep(folder)
        if len(sweep.rows) >= sweep.planned:
            st.rerun()
        _show(sweep, measure, parameter)


def _show(sweep: Sweep, measure: str, parameter: str) -> None:
    st.markdown(_what(sweep))
    others = [name for name in sweep.parameters if name != parameter]
    good = sweep.rows[sweep.rows["problem"].isna()]
    alt = say("{measure}, over {setting}", measure=say(LABELS.get(measure, measure)), setting=parameter)
    show_figure(plot_sweep(good, parameter, measure, others), "sweep_figure", alt)
    reading_note(
        say(
            "A large mark is the mean over the seeds, the bar reaches from the worst to the best training, "
            "each small dot is one. Where several settings were varied, each combination of the others has a "
            "line."
        ),
        say(
            "That a difference smaller than the bars is real; and the test split is looked at for every "
            "setting: choose by the validation split, then read the test split once."
        ),
    )
    if is_full():
        _show_table(sweep)
    _show_problems(sweep.rows)


def _what(sweep: Sweep) -> str:
    there = len(sweep.rows)
    told = say("**{count}** trainings.", count=there)
    if there < sweep.planned:
        told = say("**{count} of {planned}** trainings.", count=there, planned=sweep.planned)
    fixed = ", ".join(f"{plain(key)} = {plain(str(value), 60)}" for key, value in sweep.fixed.items())
    return f"{told} {say('All with {settings}.', settings=fixed)}" if fixed else told


def _show_table(sweep: Sweep) -> None:
    table = summarize_sweep(sweep)
    parameters, known = list(sweep.parameters), [c for c in table.columns if table[c].notna().any()]
    shown = [c for c in known if not c.endswith(" sd") and not c.startswith("weights.")]
    spread = [f"{c} sd" for c in ("validation", "accuracy") if f"{c} sd" in known]
    order = [*parameters, "seeds", *spread_after(shown[len(parameters) + 1 :], spread)]
    c = st.column_config
    looks: dict[str, Any] = {
        name: c.NumberColumn(_head(name), format="%.3f") for name in order[len(parameters) + 1 :]
    }
    looks |= {"seeds": c.NumberColumn(say("Seeds"))}
    alt = say("The settings of the sweep")
    st.dataframe(table[order], hide_index=True, placeholder="–", column_config=looks, alt=alt)
    st.download_button(
        say("Every training as CSV"), sweep.rows.to_csv(index=False).encode(), f"{sweep.folder.name}.csv",
        "text/csv", icon=":material/table:", on_click="ignore", key="sweep_csv",
    )  # fmt: skip


def _head(name: str) -> str:
    """Return the head of a column: what a measure is called elsewhere on the page."""
    plain_name, _, spread = name.partition(" ")
    kind, _, expert = plain_name.partition(".")
    words = say(HEADS[plain_name]) if plain_name in HEADS else plain_name
    if kind == "roles" and expert:
        words = say("Role: {expert}", expert=expert_label(expert))
    return f"± {words}" if spread else words


def spread_after(columns: Sequence[str], spread: Sequence[str]) -> list[str]:
    """Return the columns, each followed by its standard deviation where that is among ``spread``."""
    return [
        name for column in columns for name in (column, f"{column} sd") if name == column or name in spread
    ]


def _show_problems(rows: pd.DataFrame) -> None:
    bad = rows[rows["problem"].notna()]
    if bad.empty:
        return
    with st.expander(say("{count} could not be trained", count=len(bad)), icon=":material/warning:"):
        for line in bad.itertuples():
            st.text(f"{line.run}: {line.problem}")
