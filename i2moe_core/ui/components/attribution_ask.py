"""What is to be attributed: of which view, class, method and baseline; all of it is in the link."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import streamlit as st

from i2moe_core.checkpoint import Run
from i2moe_core.explain.attribution.baselines import BASELINES, Baseline
from i2moe_core.explain.attribution.methods import ATTRIBUTIONS
from i2moe_core.types import PairExplanation
from i2moe_core.ui import attributed
from i2moe_core.ui.attributed import Wish
from i2moe_core.ui.components.ask_class import ask_class
from i2moe_core.ui.components.breakdown import ask_rather
from i2moe_core.ui.components.upload_pair import Pair
from i2moe_core.ui.words import plain

QUESTIONS = {
    "Experts": "What moved the answer, and each expert's own answer?",
    "Contributions": "What moved each expert's part in the answer?",
    "Router": "Why does the router, the gate, weigh the experts so?",
    "A rather than B": "What spoke for the one answer rather than the other?",
    "Disagreement": "What set the experts against each other?",
}
FIRST_METHOD = "integrated_gradients"  # quick, and good enough to be seen while all are tested
BEST = "the one with the best badge"
BLANKS = {"blur": "blurred", "colour": "its mean colour", "mean": "mean of the samples", "zero": "zeros"}


def ask_view(explanation: PairExplanation) -> str:
    """Return the chosen view; the ones that need classes are left out for a number."""
    views = [v for v in QUESTIONS if v != "A rather than B" or explanation.task == "multiclass"]
    chosen = st.segmented_control(
        "What is explained",
        views,
        default=views[0],
        required=True,
        key="about",
        bind="query-params",
        label_visibility="collapsed",
    )
    return chosen if chosen in views else views[0]


def ask_wish(run: Run, pair: Pair, explanation: PairExplanation, view: str) -> Wish:
    """Return what is asked for; where the best method is wanted, it is taken once it is known."""
    wanted, rather = 0, None
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if view in ("Experts", "Contributions", "A rather than B"):
            wanted = ask_class(explanation)
        if view == "A rather than B":
            rather = ask_rather(explanation, wanted)
        method = _ask_method(attributed.refusals(run, pair))
        baseline = _ask_baseline(run, explanation)
    wish = Wish(method or FIRST_METHOD, targets_of(view, explanation, wanted, rather), baseline)
    return wish if method else with_best_method(run, pair, wish)


def with_best_method(run: Run, pair: Pair, wish: Wish) -> Wish:
    """Return the wish with the method whose badge is best, where that is known by now."""
    evidence = attributed.look_evidence(run, pair, wish)
    return wish if evidence is None else replace(wish, method=evidence.choice.methods[0])


def targets_of(view: str, explanation: PairExplanation, wanted: int, rather: int | None) -> tuple[str, ...]:
    """Return the keys of a view's targets; without a class to compare with, the runner-up is taken."""
    experts = [expert.name for expert in explanation.experts]
    if view == "Contributions":
        return (f"answer/{wanted}", *(f"contribution/{name}/{wanted}" for name in experts))
    if view == "Router":
        return tuple(f"gate/{name}" for name in experts)
    if view == "Disagreement":
        return ("disagreement",)
    if view == "A rather than B":
        other = _runner_up(explanation.probabilities, wanted) if rather is None else rather
        return (f"difference/{wanted}/{other}", f"answer/{wanted}", f"answer/{other}")
    return (f"answer/{wanted}", *(f"expert/{name}/{wanted}" for name in experts))


def _runner_up(probabilities: np.ndarray, wanted: int) -> int:
    return next(int(c) for c in np.argsort(-probabilities, kind="stable") if c != wanted)


def method_label(name: str) -> str:
    """Return a method's name in words."""
    words = name.replace("_", " ")
    return words[:1].upper() + words[1:]


def method_meaning(name: str) -> str:
    """Return the first line of a method's own description."""
    return (ATTRIBUTIONS[name].__doc__ or "").strip().splitlines()[0]


def _ask_method(refused: Mapping[str, str]) -> str | None:
    """Return the chosen method, None for the best one."""
    names = {method_label(name): name for name in ATTRIBUTIONS}
    notes = [f"- **{label}**: {plain(method_meaning(name), 300)}" for label, name in names.items()]
    notes += [f"- Not here: **{method_label(name)}**. {plain(why, 300)}" for name, why in refused.items()]
    chosen = st.selectbox(
        "Method", [BEST, *names], key="method", bind="query-params", width=290, help="\n".join(notes)
    )
    return names.get(chosen)


def _ask_baseline(run: Run, explanation: PairExplanation) -> Baseline:
    chosen: dict[str, str] = {}
    with st.popover("Baseline", icon=":material/layers_clear:", help="What a removed part becomes"):
        st.caption("A part counts by what is lost when it is gone. What does a removed part become?")
        for kind in _kinds(run, explanation):
            first = getattr(Baseline(), kind)
            names = {BLANKS.get(n, n): n for n in sorted(BASELINES[kind], key=lambda name: name != first)}
            label = "In place of numbers" if kind == "array" else f"In place of the {kind}"
            picked = st.selectbox(label, list(names), key=f"baseline_{kind}", bind="query-params")
            chosen[kind] = names.get(picked, first)
    return Baseline(**chosen)


def _kinds(run: Run, explanation: PairExplanation) -> Sequence[str]:
    given = {kind for name, kind in run.info.modalities.items() if name not in explanation.missing}
    return [kind for kind in BASELINES if kind in given]
