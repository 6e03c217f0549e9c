"""Numbers to plain sentences. Nothing here draws; all text from outside is made inert before it is shown."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from i2moe_core.explain.wording import UNDECIDED
from i2moe_core.plots import digits_for, expert_label, signed
from i2moe_core.types import REDUNDANCY, SYNERGY, ExpertView, PairExplanation

FAR = 99.0  # percentile from which an input counts as unlike the training data
_MARKS = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$:&@/=\"'])")


def plain(text: str, limit: int = 200) -> str:
    """Return ``text`` so that Markdown shows it letter by letter, on one line, cut to ``limit``."""
    line = " ".join(str(text).split())
    cut = line if len(line) <= limit else line[: limit - 1] + "…"
    return _MARKS.sub(r"\\\1", cut)


def percent(share: float) -> str:
    """Return a share as a percentage that never rounds to a false certainty."""
    if share > 0.999:
        return "over 99.9 %"
    return "under 0.1 %" if share < 0.001 else f"{share:.1%}".replace("%", " %")


def listing(items: Sequence[str]) -> str:
    """Return "a", "a and b" or "a, b and c"."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def headline(explanation: PairExplanation) -> str:
    """Say in one sentence which expert holds most of the answer, and what that means."""
    leader = max(explanation.experts, key=lambda expert: expert.share)
    if hardly_prefers(explanation, explanation.probabilities):
        return "The model hardly prefers any answer here: there is little to explain."
    name, part = plain(expert_label(leader.name)), percent(leader.share)
    if leader.share < 0.4:
        return f"No expert holds the answer alone; **{name}** has the largest part, {part}."
    return f"**{name}** holds {part} of the answer: {_because(leader.name)}"


def _because(name: str) -> str:
    if name == SYNERGY:
        return "the inputs had to be read together."
    if name == REDUNDANCY:
        return "each input tells it by itself."
    modality = name.partition(":")[2]
    return f"the {plain(modality)} tells what the rest does not."


def says(explanation: PairExplanation, expert: ExpertView) -> str:
    """Say what one expert answers alone; one that hardly prefers anything is undecided."""
    if explanation.task == "regression":
        return f"estimates {expert.prediction}"
    if hardly_prefers(explanation, expert.probabilities):
        return "undecided"
    return f"says {expert.prediction}"


def hardly_prefers(explanation: PairExplanation, probabilities: np.ndarray) -> bool:
    """Say whether no class has more than about its even share."""
    if explanation.task != "multiclass":
        return False
    even = 1 / len(explanation.classes)
    return bool((probabilities.max() - even) / max(1 - even, 1e-9) < UNDECIDED)


def disagreement(explanation: PairExplanation) -> str:
    """Return the sentence of disagreement with the experts' plain names."""
    sentence = str(explanation.disagreement["sentence"])
    labels = {expert.name.lower(): expert_label(expert.name) for expert in explanation.experts}
    names = re.compile("|".join(re.escape(name) for name in labels), re.IGNORECASE)
    sentence = names.sub(lambda found: labels[found.group().lower()], sentence)
    return plain(sentence, limit=500)


def far_warnings(explanation: PairExplanation) -> list[str]:
    """Return a sentence for each input that lies far from all that the model was trained on."""
    return [
        f"This {plain(name)} is unlike what the model was trained on: {_beyond(percentile)}. "
        "Take the answer and its explanation with care."
        for name, percentile in explanation.far.items()
        if percentile >= FAR
    ]


def _beyond(percentile: float) -> str:
    if percentile >= 100:
        return "it lies farther out than every reference sample"
    return f"it lies farther out than {percentile:.0f} % of the reference samples"


def missing_sentence(missing: Sequence[str]) -> str:
    """Say which inputs were left out, or nothing."""
    if not missing:
        return ""
    names = listing([plain(name) for name in missing])
    return f"Without {names}: the model was told that nothing is there, and answers from the rest."


def sum_sentence(parts: np.ndarray, total: float) -> str:
    """Write the sum out: "1.20 + 0.31 − 0.05 = 1.46"."""
    digits = digits_for([*parts, total])
    terms = [signed(float(part), digits) for part in parts]
    rest = "".join(f" {term[0]} {term[1:]}" if term[0] in "+−" else f" + {term}" for term in terms[1:])
    return f"{''.join(terms[:1]).removeprefix('+')}{rest} = {signed(total, digits).removeprefix('+')}"
