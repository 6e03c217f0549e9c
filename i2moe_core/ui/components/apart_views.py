"""The figures of the Disagreement page: quadrants, graded measures, contradictions, answering less."""

from __future__ import annotations

from typing import Any

import streamlit as st

from i2moe_core.checkpoint import Run
from i2moe_core.measures.disagreement import Quadrants
from i2moe_core.measures.intervals import wilson_interval
from i2moe_core.measures.selective import Sign
from i2moe_core.plots import (
    expert_label,
    plot_contradictions,
    plot_quadrants,
    plot_risk_coverage,
    plot_spread,
)
from i2moe_core.plots.map import RIGHT, WRONG
from i2moe_core.plots.palette import INK
from i2moe_core.ui import apart
from i2moe_core.ui.components.abstain import ask_threshold
from i2moe_core.ui.components.figure import reading_note, show_figure
from i2moe_core.ui.components.sample_cards import show_sample_cards
from i2moe_core.ui.components.sample_panel import sample_panel
from i2moe_core.ui.filters import Filter
from i2moe_core.ui.table import Table
from i2moe_core.ui.words import percent

CELL, PAIR = "cell", "between"  # in the link
LABELS = 12
NO_RIGHT = (
    "A regression's numbers are neither right nor wrong: its experts' disagreement is shown by How much."
)
_COLOURS = {"right": RIGHT, "wrong": WRONG}


def show_quadrants(run: Run, table: Table, chosen: Filter) -> None:
    """Show agree and disagree by right and wrong, and the samples of a clicked cell."""
    counts = apart.cells(table, chosen)
    if not counts.sum():
        st.info(NO_RIGHT if table.task == "regression" else "The right answers are not known here.")
        return
    _say_quadrants(Quadrants(*(int(n) for n in counts.ravel())))
    show_figure(
        plot_quadrants(counts), "quadrants", "Agreement by rightness", lambda: _take("quadrants", CELL)
    )
    reading_note(
        "Experts agree where every one of them gives the model's answer. Click a cell to see its samples: "
        "agreeing ones by the answer's probability, disagreeing ones by their divergence.",
        "How strongly they disagree, and whether the expert that was right had the say.",
    )
    cell = st.query_params.get(CELL, "")
    agree, _, right = cell.partition(" ")
    if agree in ("agree", "disagree") and right in ("right", "wrong"):
        st.subheader(f"Experts {agree}, answer {right}")
        places = apart.cell_rows(table, chosen, agree == "agree", right == "right")
        total = int(counts[int(agree != "agree"), int(right != "right")])
        _show_samples(run, table, [int(place) for place in places], total)


def show_measures(table: Table, chosen: Filter) -> None:
    """Draw each graded measure over right and wrong answers, and how well it tells them apart."""
    for start in range(0, len(apart.MEASURES), 2):
        pairs = list(apart.MEASURES.items())[start : start + 2]
        for (name, measure), place in zip(pairs, st.columns(2, gap="medium"), strict=True):
            with place:
                _show_measure(table, chosen, name, measure)
    if table.task == "multilabel":
        _show_splits(table, chosen)
    reading_note(
        "The wider the shape, the more samples have this value (four times as many: twice as wide); the disc "
        "is the median, the bar the middle half. *Tells right from wrong*: the chance that a right answer "
        "has less disagreement than a wrong one, 50 % is chance"
        f" (from at most {apart.JUDGED:,} samples).",
        "Which experts disagree: the matrix of contradictions does.",
    )


def show_contradictions(run: Run, table: Table, chosen: Filter) -> None:
    """Draw how often each two experts answer differently, and the samples of a clicked pair."""
    if table.task == "regression":
        st.info("Numbers nearly always differ: which experts contradict which says nothing of a regression.")
        return
    found = apart.contradicting(table, chosen)
    figure = plot_contradictions(table.experts, found.to_numpy())
    show_figure(
        figure, "contradictions", "How often two experts differ", lambda: _take("contradictions", PAIR)
    )
    reading_note(
        "A cell is the share of the samples in which these two experts, each asked alone, answer differently"
        + (" in at least one label" if table.task == "multilabel" else "")
        + ". Click a cell to see such samples, the most divergent first.",
        "Which of the two is right or counts more: an expert that the router never asks may say anything.",
    )
    pair = [name for name in st.query_params.get(PAIR, "").split(" ") if name in table.experts]
    if len(pair) == 2:
        st.subheader(f"{expert_label(pair[0])} against {expert_label(pair[1])}")
        places = apart.contradicting_rows(table, chosen, *pair)
        _show_samples(run, table, [int(place) for place in places])


def show_selective(run: Run, table: Table, chosen: Filter) -> None:
    """Draw accuracy if only the most agreed are answered, warn of a bad sign, and calibrate a threshold."""
    name = st.selectbox(
        "Disagreement is", list(apart.MEASURES), key="measure", bind="query-params", width=320
    )
    measure = apart.MEASURES.get(name or "", "jensen_shannon")
    found = apart.selective(table, chosen, measure)
    if found is None:
        st.info(NO_RIGHT if table.task == "regression" else "The right answers are not known here.")
        return
    _warn(found.sign)
    place = st.container()
    st.header("When should it abstain?")
    rule = ask_threshold(run, table, measure)
    with place:
        point = (rule.coverage, 1 - rule.risk) if rule is not None and chosen.empty else None
        show_figure(
            plot_risk_coverage(found.curves, found.overall, point), "risk", "Accuracy by the share answered"
        )
        st.markdown(
            f"Area of the risk: **{found.area:.4f}** by agreement, {found.confidence_area:.4f} by the "
            f"answer's own probability, {1 - found.overall:.4f} by chance; the best order would have "
            f"{found.best:.4f}. Less is better."
        )
        reading_note(
            "From left to right ever more samples are answered, those first of which the experts agree most; "
            "the height is how many of the answers are right. The area is the mean share of wrong answers "
            f"over all such cuts (from at most {apart.DRAWN:,} samples). The lines begin at {apart.LEAST} "
            "answers: of fewer the share that is right would only show noise.",
            "That agreement is worth its price: where the dotted line is higher, the answer's probability "
            "alone is the better sign.",
        )
    reading_note(
        f"The threshold is the widest of 20 fixed ones that keeps the promise on all {table.length:,} "
        "samples, whatever the filter; the exact binomial bound counts that 20 were tried.",
        "A promise for other data: samples unlike these may be wrong more often, and so may a class alone.",
    )


def _show_measure(table: Table, chosen: Filter, name: str, measure: str) -> None:
    st.markdown(f"**{name[:1].upper()}{name[1:]}**", help=apart.MEANINGS[measure])
    rows = apart.spread_of(table, chosen, measure)
    colours = [_COLOURS.get(str(group), INK) for group in rows["group"]]
    shown = rows.assign(label=[str(g).replace("all", "samples") for g in rows["group"]])
    figure = plot_spread(shown, colours, percent=False, row=58)
    show_figure(figure, f"measure_{measure}", f"The spread of the {name}")
    if set(rows["group"]) == {"right", "wrong"}:
        sign = apart.sign_of(table, chosen, measure)
        low, high = _whole(sign.low), _whole(sign.high)
        st.caption(f"Tells right from wrong: {_whole(sign.value)} ({low} to {high}).")


def _show_splits(table: Table, chosen: Filter) -> None:
    found = apart.splits(table, chosen)
    st.subheader("Split of the signs, label by label")
    shown = found.assign(away=(found["mean"] - 0.5).abs()).nsmallest(LABELS, "away").drop(columns="away")
    if len(shown) < len(found):
        st.caption(f"The {LABELS} most split of {len(found)} labels.")
    figure = plot_spread(shown, [INK] * len(shown), row=40)
    show_figure(figure, "splits", "The share of experts in favour of each label")
    st.caption(
        "Share of the experts that pull towards a label: near 0 % or 100 % they agree, at 50 % they split."
    )


def _say_quadrants(counts: Quadrants) -> None:
    agreed, disagreed = (
        _rate(counts.agree_right, counts.agree_wrong), _rate(counts.disagree_right, counts.disagree_wrong)
    )  # fmt: skip
    together = counts.agree_right + counts.agree_wrong
    st.markdown(
        f"Of the {together:,} answers where all experts agree, {agreed} are right; of the "
        f"{counts.disagree_right + counts.disagree_wrong:,} others, {disagreed}."
    )
    best_agreed = float(wilson_interval(counts.agree_right, together)[1])
    if best_agreed < counts.accuracy_disagree:
        st.warning(
            "Agreement is no good sign here: the answers are right less often when all experts agree.",
            icon=":material/warning:",
        )


def _rate(hits: int, misses: int) -> str:
    if not hits + misses:
        return "none"
    low, high = wilson_interval(hits, hits + misses)
    return f"**{_counted(hits / (hits + misses))}** ({_counted(float(low))} to {_counted(float(high))})"


def _counted(share: float) -> str:
    """Write a share that was counted: unlike a probability it may be all or nothing."""
    return _whole(share) if min(share, 1 - share) < 1e-9 else percent(share)


def _whole(share: float) -> str:
    return f"{share:.0%}".replace("%", " %")


def _warn(sign: Sign) -> None:
    chance = f"{_whole(sign.value)} ({_whole(sign.low)} to {_whole(sign.high)})"
    if sign.verdict == "bad":
        st.error(
            "Agreement is a bad sign here: the more the experts agree, the more often the answer is wrong. A "
            f"right answer has less disagreement than a wrong one in only {chance} of pairs. Do not abstain "
            "by it.",
            icon=":material/report:",
        )
    elif sign.verdict == "unclear":
        st.warning(
            "These samples do not show that agreement says anything about being right"
            + ("." if sign.value != sign.value else f": {chance}, and 50 % is chance."),
            icon=":material/help:",
        )


def _show_samples(run: Run, table: Table, places: list[int], total: int = 0) -> None:
    if not places:
        st.info("No sample that passes the filter is of this kind.")
        return
    if total > len(places):
        st.caption(f"The first {len(places)} of {total:,}.")
    show_sample_cards(table, places, key="apart_samples")
    sample_panel(run, table)


def _take(key: str, name: str) -> None:
    """Put what was clicked into the link; a click that takes back changes nothing."""
    state: Any = st.session_state.get(key) or {}
    points = (state.get("selection") or {}).get("points") or []
    if points and points[0].get("customdata"):
        st.query_params[name] = " ".join(str(part) for part in points[0]["customdata"])
