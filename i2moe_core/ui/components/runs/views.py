"""All runs, and the picked one below their table: its state, what can be done, and its training curves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import streamlit as st

from i2moe_core.checkpoint import Run
from i2moe_core.errors import InputError
from i2moe_core.explain.numbers import joined
from i2moe_core.language import say
from i2moe_core.ui import running
from i2moe_core.ui.components.job_panel import show_job
from i2moe_core.ui.components.runs.curves import show_curves
from i2moe_core.ui.components.runs.table import PICKED, STATES, show_table
from i2moe_core.ui.failures import show_input_error
from i2moe_core.ui.running import DAMAGED, INTERRUPTED, READY, TRAINING, UNAUDITED, RunLine
from i2moe_core.ui.words import plain


def show_runs(run: Run | None) -> None:
    """Show the table, and the run that is picked in it; ``run`` is the one of the side bar."""
    lines = running.run_lines()
    if not lines:
        words = say("There is no run here yet. Train the first one: **Train a model**, above.")
        st.info(words, icon=":material/model_training:")
        return
    show_table(lines)
    chosen = picked(lines, run)
    if st.query_params.get(PICKED) not in (None, chosen.name):
        st.warning(say("The link names a run that is not here; another one is shown."))
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
    words, colour, sign = STATES[line.state]
    st.markdown(f":{colour}-badge[:material/{sign}: {say(words)}] {_facts(line)}")
    if line.state == DAMAGED:
        st.error(plain(line.problem, 600), icon=":material/warning:")
        return
    _show_actions(line, run)
    show_curves(line.path, line.state)


def _facts(line: RunLine) -> str:
    facts = [
        say("Data: *{name}*", name=plain(line.data, 80)) if line.data else "",
        say("Recipe: *{name}*", name=plain(line.recipe, 40)) if line.recipe else "",
        say("Fusion: *{name}*", name=plain(line.fusion, 40)) if line.fusion else "",
        say("Seed: {seed}", seed=line.seed) if line.seed is not None else "",
        say("Parameters: {count:,}", count=line.parameters) if line.parameters else "",
        say("Saved: {day}", day=plain(line.created[:10])) if line.created else "",
    ]
    return " · ".join(fact for fact in facts if fact)


def _show_actions(line: RunLine, run: Run | None) -> None:
    job = running.job_of(line.name)
    if job is not None:
        show_job(job)
    if line.state == INTERRUPTED:
        _offer(line, say("Go on with it"), _interrupted(line.path))
    elif line.state == UNAUDITED:
        words = say("It is trained, but nobody has asked yet whether its weights mean anything.")
        _offer(line, say("Audit it"), words)
    elif line.state == READY:
        _offer_to_use(line, run)


def _offer_to_use(line: RunLine, run: Run | None) -> None:
    if run is not None and run.name == line.name:
        st.caption(say("It is the model of all pages now, picked at the side."))
        return
    st.button(
        say("Use this model on all pages"), icon=":material/check:", key=f"use_{line.name}",
        on_click=_use, args=(line.name,), help=say("Picks it at the side."),
    )  # fmt: skip


def _use(name: str) -> None:
    st.session_state["run"] = name


def _interrupted(path: Path) -> str:
    told = [say("This training has not ended, and no process is at work on it.")]
    since = running.last_sign(path)
    if since is not None:
        told.append(say("It last wrote something {time} ago.", time=running.duration(since)))
    return joined([*told, say("It can go on after its last whole epoch.")])


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
