"""A comparison of runs: who is right, what the experts do in each, and where the runs differ."""

from __future__ import annotations

import streamlit as st

from i2moe_core.analysis.comparison.compare import Comparison
from i2moe_core.language import marked, say
from i2moe_core.plots import plot_against, plot_stability
from i2moe_core.ui.compared import SPLITS, accuracy_sentences, per_expert, table_rows
from i2moe_core.ui.components.choice import choose
from i2moe_core.ui.components.figure import reading_note, show_figure
from i2moe_core.ui.components.runs.differences import show_differences
from i2moe_core.ui.components.runs.table import figure_looks
from i2moe_core.ui.language import is_finer_shown, is_full
from i2moe_core.ui.repeated import lead_rows, lead_sentence, seed_sentence
from i2moe_core.ui.words import plain

FIGURES, PARTS, SAMPLES = "figures", "parts", "samples"
LOOKS = {
    FIGURES: marked("Right and calibrated"),
    PARTS: marked("Roles and weights"),
    SAMPLES: marked("Where they differ"),
}
HEADS = {"accuracy": marked("Right answers"), "micro_f1": marked("Micro F1"), "r2": marked("R²")}
MEANS = {  # what is drawn of every expert: above the figure, and instead of it
    "weight": (
        marked("**What the router gives**: mean weight"),
        marked("Mean weight of every expert in every run"),
    ),
    "share": (
        marked("**What reaches the answer**: mean share of the answer"),
        marked("Mean share of the answer of every expert in every run"),
    ),
}


def show_compared(found: Comparison) -> None:
    """Show in what the runs differ: their figures, their experts, or single samples."""
    st.caption(_counted(found))
    look = _ask_look()
    if look == PARTS:
        _show_parts(found)
    elif look == SAMPLES:
        show_differences(found)
    else:
        _show_figures(found)


def _ask_look() -> str:
    if not is_finer_shown("compared_by"):
        return FIGURES
    looks = {code: say(words) for code, words in LOOKS.items()}
    return choose(say("Compared by"), looks, FIGURES, "compared_by", hidden=True)


def _counted(found: Comparison) -> str:
    """Say on how many samples the runs were compared."""
    known = {"count": len(found.samples), "data": plain(found.data)}
    known["split"] = say(SPLITS.get(found.split, plain(found.split)))
    if known["count"] == found.total:
        return say("{count:,} samples of *{data}*, {split}; the same for all runs.", **known)
    return say(
        "{count:,} of {total:,} samples of *{data}*, {split}, drawn at random; the same for all runs.",
        **known,
        total=found.total,
    )


def _show_figures(found: Comparison) -> None:
    if is_full():
        _show_table(found)
    for sentence in accuracy_sentences(found):
        st.markdown(f"- {sentence}")
    st.markdown(f"{lead_sentence(found)} {seed_sentence(found)}")
    rows = lead_rows(found)
    if not rows.empty:
        figure = plot_against(rows, say("same leading expert"), say("same answer"))
        show_figure(figure, "compared_lead", say("How often two runs name the same leading expert"))
    reading_note(
        say(
            "Intervals are of 95%, over the samples. In the figure a mark is how often two runs give the "
            "largest part of the answer to the same expert, the line how often they give the same answer."
        ),
        say(
            "Chance of training: that takes several seeds of each. And if a run was trained on another "
            "division of the same data, it may have learnt from some of these samples."
        ),
    )


def _show_parts(found: Comparison) -> None:
    roles = per_expert(found, "roles")
    if roles.empty:
        st.info(say("None of these runs has experts: a single fusion has nothing to break down."))
        return
    st.markdown(say("**Does each expert do what its name says?** Role scores"))
    show_figure(plot_stability(roles, (0.0, 1.0), ".1f"), "compared_roles", say("Role scores in every run"))
    reading_note(
        say("1: the expert reacts to swapped inputs as its name says, 0: it does not. A mark is a run."),
        say("Whether an expert that plays its role also gets its say: that is below."),
    )
    for kind, (title, alt) in MEANS.items():
        rows = per_expert(found, kind)
        top = min(1.0, 1.15 * float(rows["value"].max()))
        st.markdown(say(title))
        show_figure(plot_stability(rows, (0.0, top)), f"compared_{kind}", say(alt))
    reading_note(
        say(
            "A mark is an expert's mean in one run; marks that lie together are the same division in all "
            "runs."
        ),
        say(
            "Single samples: equal means can hide that other samples get the weight; **Where they differ** "
            "shows them."
        ),
    )


def _show_table(found: Comparison) -> None:
    c, looks = st.column_config, figure_looks()
    measure = say(HEADS.get(found.measure, HEADS["accuracy"]))
    looks["accuracy"] = c.ProgressColumn(measure, min_value=0, max_value=1, format="%.3f", width=112)
    texts = {"run": (say("Run"), 130), "recipe": (say("Recipe"), 84), "fusion": (say("Fusion"), 96)}
    texts |= {"between": (say("95% interval"), 116)}
    looks |= {name: c.TextColumn(label, width=width) for name, (label, width) in texts.items()}
    looks |= {"seed": c.NumberColumn(say("Seed"), width=80)}
    alt = say("The runs side by side")
    st.dataframe(table_rows(found), hide_index=True, placeholder="–", column_config=looks, alt=alt)
