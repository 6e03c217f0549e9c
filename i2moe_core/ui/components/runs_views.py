"""All runs in a table, and the picked one below it: its state, what can be done, and its training curves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from zlib import crc32

import pandas as pd
import streamlit as st

from i2moe_core.checkpoint import Run
from i2moe_core.errors import InputError
from i2moe_core.ui import running
from i2moe_core.ui.components.job_panel import show_job
from i2moe_core.ui.components.runs_curves import show_curves
from i2moe_core.ui.failures import show_input_error
from i2moe_core.ui.running import DAMAGED, INTERRUPTED, READY, TRAINING, UNAUDITED, RunLine
from i2moe_core.ui.words import plain

PICKED = "curves"  # in the link: the run that is shown below the table
BADGES = {
    READY: ":green-badge[:material/check: ready]",
    UNAUDITED: ":orange-badge[:material/rule: not audited]",
    TRAINING: ":blue-badge[:material/model_training: in training]",
    INTERRUPTED: ":orange-badge[:material/pause: interrupted]",
    DAMAGED: ":red-badge[:material/warning: damaged]",
}
NOTHING = "There is no run here yet. Train the first one: **Train a model**, above."


def show_runs(run: Run | None) -> None:
    """Show the table, and the run that is picked in it; ``run`` is the one of the side bar."""
    lines = running.run_lines()
    if not lines:
        st.info(NOTHING, icon=":material/model_training:")
        return
    _show_table(lines)
    chosen = picked(lines, run)
    if st.query_params.get(PICKED) not in (None, chosen.name):
        st.warning("The link names a run that is not here; another one is shown.")
    show_line(chosen, run)


def picked(lines: Sequence[RunLine], run: Run | None) -> RunLine:
    """Return the run that the link names; else one in training, the one of the side bar, or the first."""
    by_name = {line.name: line for line in lines}
    asked = by_name.get(st.query_params.get(PICKED, ""))
    training = next((line for line in lines if line.state == TRAINING), None)
    own = by_name.get(run.name) if run is not None else None
    return asked or training or own or lines[0]


def show_line(line: RunLine, run: Run | None) -> None:
    """Show one run: what it is, what can be done with it, how it learnt. run: the one of the side bar."""
    st.subheader(plain(line.name, 80), anchor=False)
    st.markdown(f"{BADGES[line.state]} {_facts(line)}")
    if line.state == DAMAGED:
        st.error(plain(line.problem, 600), icon=":material/warning:")
        return
    _show_actions(line, run)
    show_curves(line.path, line.state)


def _facts(line: RunLine) -> str:
    facts = [
        f"data *{plain(line.data, 80)}*" if line.data else "",
        f"recipe *{plain(line.recipe, 40)}*" if line.recipe else "",
        f"fusion *{plain(line.fusion, 40)}*" if line.fusion else "",
        f"seed {line.seed}" if line.seed is not None else "",
        f"{line.parameters:,} parameters" if line.parameters else "",
        f"saved {plain(line.created[:10])}" if line.created else "",
    ]
    return ", ".join(fact for fact in facts if fact)


def _show_actions(line: RunLine, run: Run | None) -> None:
    job = running.job_of(line.name)
    if job is not None:
        show_job(job)
    if line.state == INTERRUPTED:
        _offer(line, "Go on with it", _interrupted(line.path))
    elif line.state == UNAUDITED:
        _offer(line, "Audit it", "It is trained, but nobody has asked yet whether its weights mean anything.")
    elif line.state == READY:
        _offer_to_use(line, run)


def _offer_to_use(line: RunLine, run: Run | None) -> None:
    if run is not None and run.name == line.name:
        st.caption("It is the model of all pages now, picked at the side.")
        return
    st.button(
        "Use this model on all pages", icon=":material/check:", key=f"use_{line.name}",
        on_click=_use, args=(line.name,), help="Picks it at the side.",
    )  # fmt: skip


def _use(name: str) -> None:
    st.session_state["run"] = name


def _interrupted(path: Path) -> str:
    since = running.last_sign(path)
    ago = "" if since is None else f" It last wrote something {_ago(since)} ago."
    return (
        f"This training has not ended, and no process is at work on it.{ago} It can go on after its last "
        "whole epoch."
    )


def _offer(line: RunLine, label: str, words: str) -> None:
    st.info(words, icon=":material/pause:")
    st.button(
        label, icon=":material/play_arrow:", type="primary", key=f"resume_{line.name}",
        on_click=tried(lambda: running.resume_training(line.path)),
    )  # fmt: skip


def tried(act: Callable[[], object]) -> Callable[[], None]:
    """Return a callback that shows a refusal as one sentence."""

    def called() -> None:
        try:
            act()
        except InputError as error:
            show_input_error(error)

    return called


def _ago(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.0f} h"


def _show_table(lines: Sequence[RunLine]) -> None:
    frame = table_of(lines)
    key = f"runs_{crc32(repr([line.name for line in lines]).encode())}"

    def pick() -> None:
        state: Any = st.session_state.get(key) or {}
        rows = (state.get("selection") or {}).get("rows") or []
        if rows and rows[0] < len(lines):
            st.query_params[PICKED] = lines[rows[0]].name

    st.dataframe(
        frame, key=key, on_select=pick, selection_mode="single-row", hide_index=True, placeholder="–",
        column_config=_looks(), height=min(420, 35 * len(frame) + 38), alt="All runs",
    )  # fmt: skip
    st.caption(
        "Click the box at a row's left to see how that run learnt. Figures are of each run's own audit, on "
        "its own test split: compare only runs of the same data, or ask them about the same samples under "
        "**Compare**."
    )


def table_of(lines: Sequence[RunLine]) -> pd.DataFrame:
    """Return the runs as the table shows them; what is not known is empty."""
    rows = [
        {
            "Run": line.name, "State": line.state, "Data": line.data, "Recipe": line.recipe,
            "Fusion": line.fusion, "Seed": line.seed,
            **{name: (line.figures or {}).get(name) for name in HEADS},
            "Parameters": line.parameters, "Saved": line.created[:10],
        }
        for line in lines
    ]  # fmt: skip
    frame = pd.DataFrame(rows)
    numbers = dict.fromkeys(HEADS, "float64") | {"Seed": "Int64", "Parameters": "Int64"}
    return frame.astype(numbers)


HEADS = {
    "accuracy": ("Right", "Accuracy, micro F1 or R² on the test split."),
    "ece": ("Calibration", "How far confidence and being right are apart; 0 is ideal."),
    "contribution_argmax": ("Named", "How often the largest contribution names the true interaction."),
    "irs": ("IRS", "1: experts do and say what they are called. 0: chance."),
    "leak": ("Leak", "How well a weight alone gives the predicted class away; ideal 0.5."),
}


def _looks() -> dict[str, Any]:
    c = st.column_config
    looks: dict[str, Any] = {
        name: c.NumberColumn(label, help=words, format="%.3f", width=76)
        for name, (label, words) in HEADS.items()
    }
    looks["accuracy"] = c.ProgressColumn("Right", help=HEADS["accuracy"][1], min_value=0, max_value=1,
                                         format="%.3f", width=92)  # fmt: skip
    looks |= {"Run": c.TextColumn("Run", width=128), "State": c.TextColumn("State", width=78)}
    looks |= {"Data": c.TextColumn("Data", width=92), "Seed": c.NumberColumn("Seed", width=44)}
    looks |= {"Recipe": c.TextColumn("Recipe", width=62), "Fusion": c.TextColumn("Fusion", width=92)}
    return looks | {"Parameters": c.NumberColumn("Parameters", format="localized", width=92)}
