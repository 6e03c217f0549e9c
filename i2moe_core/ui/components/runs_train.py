"""A form that starts ``i2moe train`` or ``i2moe sweep`` as a job, and the trainings that run, with curves."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from i2moe_core.errors import InputError
from i2moe_core.fusion import FUSIONS
from i2moe_core.registry import describe
from i2moe_core.training.recipes import RECIPES
from i2moe_core.ui import running
from i2moe_core.ui.components.job_panel import show_job
from i2moe_core.ui.components.runs_curves import show_curves
from i2moe_core.ui.failures import show_input_error
from i2moe_core.ui.training_wish import OWN, SETS, Wish, start_wish, suggested_name, terminal_line
from i2moe_core.ui.words import plain

REFUSED = "train_refused"  # in the session, from the callback to the page
BY_DATA = "as suits the data"


def show_training_form() -> None:
    """Ask what shall be trained, start it, and follow every training that was started."""
    wish = _ask()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Start the sweep" if wish.varied else "Start the training", icon=":material/play_arrow:",
            type="primary", key="train_start", on_click=_start, args=(wish,),
        )  # fmt: skip
        st.caption("It runs as a process of its own; the app stays usable, and it can be cancelled.")
    refused = st.session_state.pop(REFUSED, None)
    if refused:
        show_input_error(InputError(refused))
    with st.expander("The same in a terminal", icon=":material/terminal:"):
        st.code(terminal_line(wish), language="bash", wrap_lines=True)
    _show_trainings()


def _ask() -> Wish:
    with st.container(border=True):
        first, second, third = st.columns(3)
        with first:
            source = _ask_data()
        with second:
            recipe = st.selectbox("Recipe", list(RECIPES), key="train_recipe", bind="query-params")
            st.caption(_described(RECIPES, recipe))
        with third:
            fusion = st.selectbox(
                "Fusion of the experts", [BY_DATA, *FUSIONS], key="train_fusion", bind="query-params"
            )
            st.caption(_described(FUSIONS, fusion) or "Pictures and texts: cross-attention. Arrays: concat.")
        columns = st.columns(4)
        with columns[0]:
            seed = st.number_input("Seed", 0, 2**31 - 1, 0, key="train_seed", help="Of data and training.")
        with columns[1]:
            epochs = _ask_epochs("Epochs", "train_epochs", "Of the first phase, at most.")
        with columns[2]:
            expert_epochs = _ask_epochs(
                "Experts' epochs", "train_expert_epochs", "Of the experts' phase, which recipe faithful has."
            )
        settings, varied, seeds = _ask_further()
        suggested = suggested_name(source, recipe, int(seed), varied)
        with columns[3]:
            typed = st.text_input(
                "Name", key="train_name", max_chars=60, placeholder=suggested,
                help="Of the run, or of the sweep that holds its runs: the folder below checkpoints/.",
            )  # fmt: skip
    chosen = fusion if fusion in FUSIONS else None
    name = typed.strip() or suggested
    return Wish(
        name, source, recipe, chosen, int(seed), epochs, expert_epochs, settings, varied, seeds
    )  # fmt: skip


def _ask_data() -> str:
    label = st.selectbox("Data", [*SETS, OWN], key="train_data", bind="query-params")
    if label != OWN:
        st.caption(SETS[label][1])
        return SETS[label][0]
    path = st.text_input("Its folder or file", key="train_path", placeholder="/data/memes", max_chars=1000)
    st.caption(
        "A folder of pictures with a metadata.csv (or .jsonl, .parquet): file_name, text, label; or arrays "
        "as .npz, .h5 or .parquet. It is read on the machine that the app runs on."
    )
    return path.strip()


def _ask_epochs(label: str, key: str, words: str) -> int | None:
    help_ = f"{words} Empty: as suits the data."
    return st.number_input(label, 1, 10_000, None, key=key, placeholder="default", help=help_)


def _ask_further() -> tuple[tuple[str, ...], tuple[str, ...], str]:
    """Ask for what few need; returns settings, varied settings and seeds."""
    with st.expander("Further settings, or several values: a sweep", icon=":material/tune:"):
        left, right = st.columns(2)
        with left:
            settings = st.text_area(
                "Further settings", key="train_settings", height=96, max_chars=2000,
                placeholder="one KEY=VALUE a line, such as model.width=32",
                help="What --set takes; a run's config.json names the keys.",
            )  # fmt: skip
        with right:
            varied = st.text_area(
                "Several values", key="train_varied", height=96, max_chars=2000,
                placeholder="one NAME=VALUE,VALUE a line, such as learning_rate=.001,.003",
                help="Every combination is trained with every seed. The recipe paper has a margin: "
                "margin=.1,.5,1,2",
            )  # fmt: skip
            seeds = st.text_input("With the seeds", key="train_seeds", placeholder="0,1,2", max_chars=200)
    return _lines(settings), _lines(varied), seeds.strip()


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _described(table: Mapping[str, object], name: str) -> str:
    return plain(describe(table[name])) if name in table else ""


def _start(wish: Wish) -> None:
    """Start; a refusal is kept for the page, where it stands beside the button."""
    try:
        start_wish(wish)
    except InputError as error:
        st.session_state[REFUSED] = str(error)


def _show_trainings() -> None:
    names = running.training_names()
    going = [name for name in names if running.is_running(name)]
    jobs_there = [job for job in map(running.job_of, names) if job is not None] + running.sweep_jobs()
    if not jobs_there:
        return
    st.header("In training")
    for job in jobs_there:
        show_job(job)
    if going:
        shown = going[0] if len(going) == 1 else st.selectbox("Curves of", going, key="train_followed")
        st.subheader(plain(shown or going[0], 80), anchor=False)
        show_curves(running.folder_of(shown or going[0]), running.TRAINING)
