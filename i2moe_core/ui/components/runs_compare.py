"""Two runs or more on the same samples: asked for, made as a job, and shown side by side."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from i2moe_core.analysis.compare import Comparison
from i2moe_core.checkpoint import Run, RunSummary
from i2moe_core.plots import plot_against, plot_stability
from i2moe_core.ui import jobs
from i2moe_core.ui.compared import (
    AT_MOST,
    accuracy_sentences,
    candidates,
    first_choice,
    misfit,
    per_expert,
    table_rows,
)
from i2moe_core.ui.components.figure import reading_note, show_figure
from i2moe_core.ui.components.job_panel import show_job
from i2moe_core.ui.components.runs_differences import show_differences
from i2moe_core.ui.components.runs_views import tried
from i2moe_core.ui.repeated import comparison_path, find_comparison, lead_rows, lead_sentence, seed_sentence
from i2moe_core.ui.words import plain

VERB, SPLITS = "compare", ("test", "validation")
TOO_FEW = "It takes two runs to compare, and there are not two here. Train another under **Train a model**."
FIGURES, PARTS, SAMPLES = "Right and calibrated", "Roles and weights", "Where they differ"
ABOUT = (
    "All runs answer the same samples of the first run's data, once; each prepares them in its own way. "
    "Seconds to a minute for small models."
)


def show_comparison(run: Run | None) -> None:
    """Ask which runs to compare; show their comparison, or offer to make it."""
    known = candidates()
    if len(known) < 2:
        st.info(TOO_FEW, icon=":material/compare_arrows:")
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
        _show(found)
    elif job is None or jobs.state(job).stage != jobs.RUNNING:
        st.button(
            f"Compare these {len(chosen)} runs", icon=":material/play_arrow:", type="primary",
            key="runs_compare", on_click=tried(lambda: start_comparison(chosen, split, path)),
        )  # fmt: skip
        st.caption(ABOUT)


def start_comparison(chosen: Sequence[RunSummary], split: str, path: Path) -> None:
    """Start the comparison as a job.

    Raises:
        InputError: too many jobs run already.
    """
    folder = jobs.folder_of(VERB, path.stem)
    options = ["--compare", *(one.path for one in chosen), "--split", split, "--json", path]
    title = f"The comparison of {', '.join(one.name for one in chosen)}"
    jobs.start(jobs.command("audit", *options, progress=folder), folder, title)


def _ask(known: dict[str, RunSummary], run: Run | None) -> tuple[list[str], str]:
    if "compared" not in st.session_state and not st.query_params.get_all("compared"):
        st.session_state["compared"] = first_choice(known, None if run is None else run.name)
    held = st.session_state.get("compared") or []
    if not set(held) <= set(known):  # a run that was taken away since
        st.session_state["compared"] = [name for name in held if name in known]
    left, right = st.columns([4, 1], vertical_alignment="bottom")
    with left:
        names = st.multiselect(
            "Runs", list(known), key="compared", bind="query-params", max_selections=AT_MOST,
            placeholder="two or more of one data set", select_all=False,
        )  # fmt: skip
    with right:
        split = st.selectbox("Split", SPLITS, key="compared_split", bind="query-params")
    return names, split if split in SPLITS else SPLITS[0]


def _show(found: Comparison) -> None:
    counted = len(found.samples)
    part = "" if counted == found.total else f" of {found.total:,}, drawn at random"
    st.caption(
        f"{counted:,}{part} samples of *{plain(found.data)}*, {plain(found.split)}; the same for all runs."
    )
    look = st.segmented_control(
        "Compared by", [FIGURES, PARTS, SAMPLES], default=FIGURES, required=True, key="compared_by",
        bind="query-params", label_visibility="collapsed",
    )  # fmt: skip
    if look == PARTS:
        _show_parts(found)
    elif look == SAMPLES:
        show_differences(found)
    else:
        _show_figures(found)


def _show_figures(found: Comparison) -> None:
    frame = table_rows(found)
    st.dataframe(
        frame,
        hide_index=True,
        placeholder="–",
        column_config=_looks(found.measure),
        alt="The runs side by side",
    )
    for sentence in accuracy_sentences(found):
        st.markdown(f"- {sentence}")
    st.markdown(f"{lead_sentence(found)} {seed_sentence(found)}")
    rows = lead_rows(found)
    if not rows.empty:
        figure = plot_against(rows, "same leading expert", "same answer")
        show_figure(figure, "compared_lead", "How often two runs name the same leading expert")
    reading_note(
        "Intervals are of 95 %, over the samples. In the figure a mark is how often two runs give the "
        "largest part of the answer to the same expert, the line how often they give the same answer.",
        "Chance of training: that takes several seeds of each. And if a run was trained on another division "
        "of the same data, it may have learnt from some of these samples.",
    )


def _show_parts(found: Comparison) -> None:
    roles = per_expert(found, "roles")
    if roles.empty:
        st.info("None of these runs has experts: a single fusion has nothing to break down.")
        return
    st.markdown("**Does each expert do what its name says?** Role scores")
    show_figure(plot_stability(roles, (0.0, 1.0), ".1f"), "compared_roles", "Role scores in every run")
    reading_note(
        "1: the expert reacts to swapped inputs as its name says, 0: it does not. A mark is a run.",
        "Whether an expert that plays its role also gets its say: that is below.",
    )
    for kind, title in (("weight", "What the router gives"), ("share", "What reaches the answer")):
        rows = per_expert(found, kind)
        top = min(1.0, 1.15 * float(rows["value"].max()))
        st.markdown(f"**{title}**: mean {'weight' if kind == 'weight' else 'share of the answer'}")
        show_figure(plot_stability(rows, (0.0, top)), f"compared_{kind}", f"Mean {kind} of every expert")
    reading_note(
        "A mark is an expert's mean in one run; marks that lie together are the same division in all runs.",
        "Single samples: equal means can hide that other samples get the weight; **Where they differ** "
        "shows them.",
    )


def _looks(measure: str) -> dict[str, Any]:
    c = st.column_config
    heads = {"accuracy": "Right", "micro_f1": "Micro F1", "r2": "R²"}
    return {
        "run": c.TextColumn("Run", width=130),
        "recipe": c.TextColumn("Recipe", width=66),
        "fusion": c.TextColumn("Fusion", width=96),
        "seed": c.NumberColumn("Seed", width=46),
        "accuracy": c.ProgressColumn(heads.get(measure, "Right"), min_value=0, max_value=1, format="%.3f",
                                     width=100),
        "between": c.TextColumn("95 % interval", width=116),
        "ece": c.NumberColumn("Calibration", format="%.3f", width=80,
                              help="How far confidence and being right are apart; 0 is ideal."),
        "contribution_argmax": c.NumberColumn("Named", format="%.3f", width=66,
                                              help="How often the largest contribution names the truth."),
        "irs": c.NumberColumn("IRS", format="%.3f", width=60,
                              help="1: experts do and say what they are called. 0: chance."),
        "leak": c.NumberColumn("Leak", format="%.3f", width=60,
                               help="How well a weight alone gives the class away; ideal 0.5."),
    }  # fmt: skip
