"""What is to be attributed: of which view, class, method and baseline; all of it is in the link."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import streamlit as st

from i2moe_core.checkpoint import Run
from i2moe_core.explain.attribution.baselines import BASELINES, Baseline
from i2moe_core.explain.attribution.method_names import method_label
from i2moe_core.explain.attribution.methods import ATTRIBUTIONS
from i2moe_core.explain.palette import input_label
from i2moe_core.language import marked, say
from i2moe_core.types import PairExplanation
from i2moe_core.ui import attributed
from i2moe_core.ui.attributed import Wish
from i2moe_core.ui.components.ask_class import ask_class
from i2moe_core.ui.components.breakdown import ask_rather
from i2moe_core.ui.components.choice import choose
from i2moe_core.ui.components.upload_pair import Pair
from i2moe_core.ui.language import is_full
from i2moe_core.ui.link import recall
from i2moe_core.ui.words import plain

EXPERTS, CONTRIBUTIONS, ROUTER, RATHER, DISAGREEMENT = VIEWS = (
    "experts", "contributions", "router", "rather", "disagreement",
)  # fmt: skip
LABELS = {
    EXPERTS: marked("Experts"),
    CONTRIBUTIONS: marked("Contributions"),
    ROUTER: marked("Router"),
    RATHER: marked("A rather than B"),
    DISAGREEMENT: marked("Disagreement"),
}
QUESTIONS = {
    EXPERTS: marked("What moved the answer, and each expert's own answer?"),
    CONTRIBUTIONS: marked("What moved each expert's part in the answer?"),
    ROUTER: marked("Why does the router, the gate, weigh the experts so?"),
    RATHER: marked("What spoke for the one answer rather than the other?"),
    DISAGREEMENT: marked("What set the experts against each other?"),
}
FIRST_METHOD = "integrated_gradients"  # quick, and good enough to be seen while all are tested
BEST = "best"
BLANKS = {
    "blur": marked("blurred"),
    "colour": marked("its mean colour"),
    "mean": marked("mean of the samples"),
    "mask": marked("hidden word"),
    "zero": marked("zeros"),
}


def is_wanted(*names: str) -> bool:
    """Say whether to show controls: always in full, otherwise where the link has set one of them.

    They stay for the rest of the visit: the usual choices leave the link, and would hide their own control.
    """
    if is_full():
        return True
    asked = f"asked:{names[0]}"
    if any(recall(name) for name in names):
        st.session_state[asked] = True
    return bool(st.session_state.get(asked))


def ask_view(explanation: PairExplanation) -> str:
    """Return the code of the chosen view; the ones that need classes are left out for a number."""
    if not is_wanted("about"):
        return EXPERTS
    views = {v: say(LABELS[v]) for v in VIEWS if v != RATHER or explanation.task == "multiclass"}
    return choose(say("What is explained"), views, EXPERTS, "about", hidden=True)


def ask_wish(run: Run, pair: Pair, explanation: PairExplanation, view: str) -> Wish:
    """Return what is asked for; where the best method is wanted, it is taken once it is known."""
    wanted, rather, method, baseline = answered(explanation), None, None, Baseline()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if view in (EXPERTS, CONTRIBUTIONS, RATHER) and is_wanted("class", "rather"):
            wanted = ask_class(explanation)
        if view == RATHER:
            rather = ask_rather(explanation, wanted)
        if is_wanted("method"):
            method = _ask_method(attributed.refusals(run, pair))
        if is_wanted(*(f"baseline_{kind}" for kind in BASELINES)):
            baseline = _ask_baseline(run, explanation)
    wish = Wish(method or FIRST_METHOD, targets_of(view, explanation, wanted, rather), baseline)
    return wish if method else with_best_method(run, pair, wish)


def answered(explanation: PairExplanation) -> int:
    """Return the number of the class that the model answers."""
    return 0 if explanation.task == "regression" else int(explanation.probabilities.argmax())


def with_best_method(run: Run, pair: Pair, wish: Wish) -> Wish:
    """Return the wish with the method whose badge is best, where that is known by now."""
    evidence = attributed.look_evidence(run, pair, wish)
    return wish if evidence is None else replace(wish, method=evidence.choice.methods[0])


def targets_of(view: str, explanation: PairExplanation, wanted: int, rather: int | None) -> tuple[str, ...]:
    """Return the keys of a view's targets; without a class to compare with, the runner-up is taken."""
    experts = [expert.name for expert in explanation.experts]
    if view == CONTRIBUTIONS:
        return (f"answer/{wanted}", *(f"contribution/{name}/{wanted}" for name in experts))
    if view == ROUTER:
        return tuple(f"gate/{name}" for name in experts)
    if view == DISAGREEMENT:
        return ("disagreement",)
    if view == RATHER:
        other = _runner_up(explanation.probabilities, wanted) if rather is None else rather
        return (f"difference/{wanted}/{other}", f"answer/{wanted}", f"answer/{other}")
    return (f"answer/{wanted}", *(f"expert/{name}/{wanted}" for name in experts))


def _runner_up(probabilities: np.ndarray, wanted: int) -> int:
    return next(int(c) for c in np.argsort(-probabilities, kind="stable") if c != wanted)


def method_meaning(name: str) -> str:
    """Return the first line of a method's own description, in the visitor's language."""
    return say((ATTRIBUTIONS[name].__doc__ or "").strip().splitlines()[0])


def _ask_method(refused: Mapping[str, str]) -> str | None:
    """Return the chosen method, None for the best one."""
    names = {name: method_label(name) for name in ATTRIBUTIONS}
    notes = [f"- **{plain(label)}**: {plain(method_meaning(name), 300)}" for name, label in names.items()]
    notes += [
        say("- Not here: **{method}**. {why}", method=plain(method_label(name)), why=plain(say(why), 300))
        for name, why in refused.items()
    ]
    chosen = choose(
        say("Method"), {BEST: say("the one with the best badge"), **names}, BEST, "method", menu=True,
        width=290, help="\n".join(notes),
    )  # fmt: skip
    return None if chosen == BEST else chosen


def _ask_baseline(run: Run, explanation: PairExplanation) -> Baseline:
    chosen: dict[str, str] = {}
    words = say("What a removed part becomes")
    with st.popover(say("Baseline"), icon=":material/layers_clear:", help=words):
        st.caption(say("A part counts by what is lost when it is gone. What does a removed part become?"))
        for kind in _kinds(run, explanation):
            first = getattr(Baseline(), kind)
            blanks = {n: say(BLANKS[n]) for n in sorted(BASELINES[kind], key=lambda name: name != first)}
            chosen[kind] = choose(_in_place(kind), blanks, first, f"baseline_{kind}", menu=True)
    return Baseline(**chosen)


def _in_place(kind: str) -> str:
    if kind == "array":
        return say("In place of numbers")
    return say("In place of the {input}", input=input_label(kind))


def _kinds(run: Run, explanation: PairExplanation) -> Sequence[str]:
    given = {kind for name, kind in run.info.modalities.items() if name not in explanation.missing}
    return [kind for kind in BASELINES if kind in given]
