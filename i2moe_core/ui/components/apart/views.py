"""The figures of the Disagreement page: quadrants, graded measures, contradictions."""

from __future__ import annotations

import streamlit as st

from i2moe_core.analysis.agreement import quadrants_sentence
from i2moe_core.checkpoint import Run
from i2moe_core.explain.numbers import counted, with_interval
from i2moe_core.language import marked, say
from i2moe_core.measures.disagreement import Quadrants
from i2moe_core.measures.intervals import wilson_interval
from i2moe_core.plots import expert_label, plot_contradictions, plot_quadrants, plot_spread
from i2moe_core.plots.map import RIGHT, WRONG
from i2moe_core.plots.palette import INK
from i2moe_core.ui import apart
from i2moe_core.ui.components.figure import picker, reading_note, show_figure
from i2moe_core.ui.components.sample_cards import show_sample_cards
from i2moe_core.ui.components.sample_panel import sample_panel
from i2moe_core.ui.filters import Filter
from i2moe_core.ui.language import is_full
from i2moe_core.ui.table import Table

CELL, PAIR = "cell", "between"  # in the link
LABELS = 12
CELLS = {
    "agree right": marked("Experts agree, answer right"),
    "agree wrong": marked("Experts agree, answer wrong"),
    "disagree right": marked("Experts disagree, answer right"),
    "disagree wrong": marked("Experts disagree, answer wrong"),
}
GROUPS = {"right": marked("right"), "wrong": marked("wrong"), "all": marked("all samples")}
_COLOURS = {"right": RIGHT, "wrong": WRONG}


def show_quadrants(run: Run, table: Table, chosen: Filter) -> None:
    """Show agree and disagree by right and wrong, and the samples of a clicked cell."""
    counts = apart.cells(table, chosen)
    if not counts.sum():
        say_unknown(table)
        return
    _say_quadrants(Quadrants(*(int(n) for n in counts.ravel())))
    picked = picker("quadrants", lambda data: _take(CELL, data))
    show_figure(plot_quadrants(counts), "quadrants", say("Agreement by rightness"), picked)
    reading_note(
        say("Experts agree where every one of them gives the model's answer. Click a cell to see its "
            "samples: agreeing ones by the answer's probability, disagreeing ones by their divergence.")
        if is_full() else
        say("Experts agree where each of them gives the model's answer; click a cell to see its samples."),
        say("How strongly they disagree, and whether the expert that was right had the say."),
    )  # fmt: skip
    cell = st.query_params.get(CELL, "")
    if cell in CELLS:
        agree, right = (int(word in ("agree", "right")) for word in cell.split(" "))
        st.subheader(say(CELLS[cell]))
        places = apart.cell_rows(table, chosen, bool(agree), bool(right))
        _show_samples(run, table, [int(place) for place in places], int(counts[1 - agree, 1 - right]))


def show_measures(table: Table, chosen: Filter) -> None:
    """Draw each graded measure over right and wrong answers, and how well it tells them apart."""
    pairs = list(apart.MEASURES.items())[: None if is_full() else 1]
    for start in range(0, len(pairs), 2):
        places = st.columns(2, gap="medium")
        for (name, measure), place in zip(pairs[start : start + 2], places, strict=False):
            with place:
                _show_measure(table, chosen, say(name), measure)
    if table.task == "multilabel" and is_full():
        _show_splits(table, chosen)
    reading_note(
        say("The wider the shape, the more samples have this value (four times as many: twice as wide). The "
            "disc is the median, the bar the middle half. *Tells right from wrong*: the chance that a right "
            "answer has less disagreement than a wrong one; guessing gives 50%. It is taken from at most "
            "{most:,} samples.", most=apart.JUDGED)
        if is_full() else
        say("The wider the shape, the more samples have this value; the disc is the median."),
        say("Which experts disagree: *Who contradicts whom* shows that."),
    )  # fmt: skip


def show_contradictions(run: Run, table: Table, chosen: Filter) -> None:
    """Draw how often each two experts answer differently, and the samples of a clicked pair."""
    if table.task == "regression":
        st.info(say("Two numbers nearly always differ: for a regression it says nothing which experts "
                    "contradict which."))  # fmt: skip
        return
    found = apart.contradicting(table, chosen)
    figure = plot_contradictions(table.experts, found.to_numpy())
    picked = picker("contradictions", lambda data: _take(PAIR, data))
    show_figure(figure, "contradictions", say("How often two experts differ"), picked)
    reading_note(
        say("A cell is the share of the samples in which these two experts, each asked alone, differ in at "
            "least one label. Click a cell to see such samples, the most divergent first.")
        if table.task == "multilabel" else
        say("A cell is the share of the samples in which these two experts, each asked alone, answer "
            "differently. Click a cell to see such samples, the most divergent first."),
        say("Which of the two is right or counts more: an expert that the router never asks may say "
            "anything."),
    )  # fmt: skip
    pair = [name for name in st.query_params.get(PAIR, "").split(" ") if name in table.experts]
    if len(pair) == 2:
        st.subheader(say("{one} against {other}", one=expert_label(pair[0]), other=expert_label(pair[1])))
        places = apart.contradicting_rows(table, chosen, *pair)
        _show_samples(run, table, [int(place) for place in places])


def say_unknown(table: Table) -> None:
    """Say why nothing can be told of right and wrong."""
    if table.task == "regression":
        st.info(say("A regression's numbers are neither right nor wrong; see *How much* for its experts' "
                    "disagreement."))  # fmt: skip
    else:
        st.info(say("The right answers are not known here."))


def _show_measure(table: Table, chosen: Filter, name: str, measure: str) -> None:
    st.markdown(f"**{name[:1].upper()}{name[1:]}**", help=say(apart.MEANINGS[measure]))
    rows = apart.spread_of(table, chosen, measure)
    groups = [str(group) for group in rows["group"]]
    colours = [_COLOURS.get(group, INK) for group in groups]
    shown = rows.assign(label=[say(GROUPS[group]) for group in groups])
    figure = plot_spread(shown, colours, percent=False, row=58)
    show_figure(figure, f"measure_{measure}", say("How the measure is spread: {name}", name=name))
    if set(groups) == {"right", "wrong"} and is_full():
        sign = apart.sign_of(table, chosen, measure)
        st.caption(say("Tells right from wrong: {chance}.", chance=apart.chance_of(sign)))


def _show_splits(table: Table, chosen: Filter) -> None:
    found = apart.splits(table, chosen)
    st.subheader(say("Split of the signs, label by label"))
    shown = found.assign(away=(found["mean"] - 0.5).abs()).nsmallest(LABELS, "away").drop(columns="away")
    if len(shown) < len(found):
        st.caption(say("The {shown} most split of {count} labels.", shown=LABELS, count=len(found)))
    figure = plot_spread(shown, [INK] * len(shown), row=40)
    show_figure(figure, "splits", say("The share of experts in favour of each label"))
    st.caption(say("Share of the experts that pull towards a label: near 0% or 100% they agree, at 50% "
                   "they split."))  # fmt: skip


def _say_quadrants(counts: Quadrants) -> None:
    st.markdown(quadrants_sentence(counts, _rate))
    together = counts.agree_right + counts.agree_wrong
    if float(wilson_interval(counts.agree_right, together)[1]) < counts.accuracy_disagree:
        st.warning(
            say("Agreement is no good sign here: the answers are right less often when all experts agree."),
            icon=":material/warning:",
        )


def _rate(hits: int, count: int) -> str:
    """Write a share of ``count``; the full mode adds its interval."""
    share = f"**{counted(hits / count)}**"
    ends = [counted(float(end)) for end in wilson_interval(hits, count)]
    return with_interval(share, *ends) if is_full() else share


def _show_samples(run: Run, table: Table, places: list[int], total: int = 0) -> None:
    if not places:
        st.info(say("No sample that passes the filter is of this kind."))
        return
    if total > len(places):
        st.caption(say("The first {shown} of {total:,}.", shown=len(places), total=total))
    show_sample_cards(table, places, key="apart_samples")
    sample_panel(run, table)


def _take(name: str, clicked: list[object]) -> None:
    """Put what was clicked into the link."""
    st.query_params[name] = " ".join(map(str, clicked))
