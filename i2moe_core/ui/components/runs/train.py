"""A form that starts ``i2moe train`` or ``i2moe sweep`` as a job, and the trainings that run, with curves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from i2moe_core.errors import InputError
from i2moe_core.fusion import FUSIONS
from i2moe_core.language import say
from i2moe_core.registry import describe
from i2moe_core.training.recipes import RECIPES
from i2moe_core.ui import running
from i2moe_core.ui.components.choice import choose
from i2moe_core.ui.components.job_panel import show_job
from i2moe_core.ui.components.runs.curves import show_curves
from i2moe_core.ui.failures import show_input_error
from i2moe_core.ui.language import is_finer_shown, is_full
from i2moe_core.ui.training_wish import OWN, SETS, Wish, start_wish, suggested_name, terminal_line
from i2moe_core.ui.words import plain

REFUSED = "train_refused"  # in the session, from the callback to the page
BY_DATA = "auto"  # the fusion that suits the data


def show_training_form() -> None:
    """Ask what shall be trained, start it, and follow every training that was started."""
    wish = _ask()
    with st.container(horizontal=True, vertical_alignment="center"):
        label = say("Start the sweep") if wish.varied else say("Start the training")
        st.button(
            label, icon=":material/play_arrow:", type="primary", key="train_start", on_click=_start,
            args=(wish,),
        )  # fmt: skip
        st.caption(say("It runs as a process of its own; the app stays usable, and it can be cancelled."))
    refused = st.session_state.pop(REFUSED, None)
    if refused:
        show_input_error(InputError(refused))
    if is_full():
        with st.expander(say("The same in a terminal"), icon=":material/terminal:"):
            st.code(terminal_line(wish), language="bash", wrap_lines=True)
    _show_trainings()


def _ask() -> Wish:
    with st.container(border=True):
        first, second, third = st.columns(3)
        with first:
            source = _ask_data()
        with second:
            recipe = st.selectbox(say("Recipe"), list(RECIPES), key="train_recipe", bind="query-params")
            st.caption(_described(RECIPES, recipe))
        wish = Wish("", source, recipe)
        if is_finer_shown("train_fusion"):
            with third:
                wish = replace(wish, fusion=_ask_fusion())
        place = third
        if is_full():
            *columns, place = st.columns(4)
            wish = _ask_further(_ask_numbers(wish, columns))
        suggested = suggested_name(source, recipe, wish.seed, wish.varied)
        with place:
            typed = st.text_input(
                say("Name"), key="train_name", max_chars=60, placeholder=suggested,
                help=say("Of the run, or of the sweep that holds its runs: the folder below checkpoints/."),
            )  # fmt: skip
    return replace(wish, name=typed.strip() or suggested)


def _ask_data() -> str:
    sets = {code: say(name) for code, (name, _) in SETS.items()} | {OWN: say("A folder or file of mine")}
    source = choose(say("Data"), sets, next(iter(SETS)), "train_data", menu=True)
    if source != OWN:
        st.caption(say(SETS[source][1]))
        return source
    path = st.text_input(
        say("Its folder or file"), key="train_path", placeholder="/data/memes", max_chars=1000
    )  # fmt: skip
    st.caption(
        say(
            "A folder of pictures with a metadata.csv (or .jsonl, .parquet): file_name, text, label; or "
            "arrays as .npz, .h5 or .parquet. It is read on the machine that the app runs on."
        )
    )
    return path.strip()


def _ask_fusion() -> str | None:
    fusions = {BY_DATA: say("as suits the data")} | {name: name for name in FUSIONS}
    fusion = choose(say("Fusion of the experts"), fusions, BY_DATA, "train_fusion", menu=True)
    if fusion == BY_DATA:
        st.caption(say("Pictures and texts: cross-attention. Arrays: concat."))
        return None
    st.caption(_described(FUSIONS, fusion))
    return fusion


def _ask_numbers(wish: Wish, columns: Sequence[DeltaGenerator]) -> Wish:
    first, second, third = columns
    with first:
        label, words = say("Seed"), say("Of data and training.")
        seed = st.number_input(label, 0, 2**31 - 1, 0, key="train_seed", help=words)
    with second:
        words = say("Of the first phase, at most. Empty: as suits the data.")
        epochs = _ask_epochs(say("Epochs"), "train_epochs", words)
    with third:
        words = say("Of the experts' phase, which the recipe faithful has. Empty: as suits the data.")
        expert_epochs = _ask_epochs(say("Experts' epochs"), "train_expert_epochs", words)
    return replace(wish, seed=int(seed), epochs=epochs, expert_epochs=expert_epochs)


def _ask_epochs(label: str, key: str, words: str) -> int | None:
    return st.number_input(label, 1, 10_000, None, key=key, placeholder=say("default"), help=words)


def _ask_further(wish: Wish) -> Wish:
    """Ask for what few need: settings, varied settings and seeds."""
    with st.expander(say("Further settings, or several values: a sweep"), icon=":material/tune:"):
        left, right = st.columns(2)
        with left:
            settings = st.text_area(
                say("Further settings"), key="train_settings", height=96, max_chars=2000,
                placeholder=say("one KEY=VALUE a line, such as {example}", example="model.width=32"),
                help=say("What --set takes; a run's config.json names the keys."),
            )  # fmt: skip
        with right:
            example = "learning_rate=.001,.003"
            varied = st.text_area(
                say("Several values"), key="train_varied", height=96, max_chars=2000,
                placeholder=say("one NAME=VALUE,VALUE a line, such as {example}", example=example),
                help=say("Every combination is trained with every seed. The recipe paper has a margin: "
                         "margin=.1,.5,1,2"),
            )  # fmt: skip
            seeds = st.text_input(
                say("With the seeds"), key="train_seeds", placeholder="0,1,2", max_chars=200
            )  # fmt: skip
    return replace(wish, settings=_lines(settings), varied=_lines(varied), seeds=seeds.strip())


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _described(table: Mapping[str, object], name: str) -> str:
    return plain(say(describe(table[name])))


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
    st.header(say("In training"))
    for job in jobs_there:
        show_job(job)
    if going:
        shown = going[0] if len(going) == 1 else st.selectbox(say("Curves of"), going, key="train_followed")
        st.subheader(plain(shown or going[0], 80), anchor=False)
        show_curves(running.folder_of(shown or going[0]), running.TRAINING)
