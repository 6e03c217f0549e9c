"""Numbers to plain sentences. Nothing here draws; all text from outside is made inert before it is shown."""

from __future__ import annotations

import re
from collections.abc import Sequence

from i2moe_core.expert_set import read_name
from i2moe_core.explain.numbers import listing, percent, sum_sentence
from i2moe_core.explain.wording import hardly_prefers, says
from i2moe_core.plots import expert_label
from i2moe_core.types import REDUNDANCY, SYNERGY, PairExplanation

__all__ = [
    "disagreement",
    "far_warnings",
    "hardly_prefers",
    "headline",
    "listing",
    "missing_sentence",
    "percent",
    "plain",
    "says",
    "sum_sentence",
]

FAR = 99.0  # percentile from which an input counts as unlike the training data
_MARKS = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$:&@/=\"'])")


def plain(text: str, limit: int = 200) -> str:
    """Return ``text`` so that Markdown shows it letter by letter, on one line, cut to ``limit``."""
    line = " ".join(str(text).split())
    cut = line if len(line) <= limit else line[: limit - 1] + "…"
    return _MARKS.sub(r"\\\1", cut)


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
    parts = read_name(name)
    own = plain(listing(parts.modalities))
    if parts.role == SYNERGY:
        return f"{own or 'the inputs'} had to be read together."
    if parts.role == REDUNDANCY:
        return f"each of {own} tells it by itself." if own else "each input tells it by itself."
    return f"the {own} tells what the rest does not."


def disagreement(explanation: PairExplanation) -> str:
    """Return the sentence of disagreement with the experts' plain names."""
    sentence = str(explanation.disagreement["sentence"])
    labels = {expert.name.lower(): expert_label(expert.name) for expert in explanation.experts}
    longest = sorted(labels, key=len, reverse=True)  # "synergy" begins "synergy:image+text"
    names = re.compile("|".join(re.escape(name) for name in longest), re.IGNORECASE)
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
