"""Numbers to plain sentences. Nothing here draws; all text from outside is made inert before it is shown."""

from __future__ import annotations

import re
from collections.abc import Sequence

from i2moe_core.expert_set import read_name
from i2moe_core.explain.numbers import joined, listing, percent, sum_sentence
from i2moe_core.explain.wording import (
    answer_label,
    cut_sentences,
    disagreement_sentence,
    hardly_prefers,
    says,
)
from i2moe_core.language import say
from i2moe_core.plots import expert_label
from i2moe_core.plots.palette import input_label, inputs_label
from i2moe_core.types import REDUNDANCY, SYNERGY, PairExplanation

__all__ = [
    "answer_label",
    "cut_sentences",
    "disagreement",
    "far_warnings",
    "hardly_prefers",
    "headline",
    "joined",
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
        return say("The model hardly prefers any answer here: there is little to explain.")
    name, part = plain(expert_label(leader.name)), percent(leader.share)
    if leader.share < 0.4:
        return say(
            "No expert holds the answer alone; **{expert}** has the largest part, {share}.",
            expert=name, share=part,
        )  # fmt: skip
    held = say("**{expert}** holds {share} of the answer.", expert=name, share=part)
    return joined([held, *_because(leader.name)])


def _because(name: str) -> list[str]:
    """Say what it means that this expert holds the answer; nothing for an expert of no known role."""
    parts = read_name(name)
    own = plain(inputs_label(parts.modalities))
    if parts.role == SYNERGY:
        return [say("Only {inputs} together tell it.", inputs=own or say("the inputs"))]
    if parts.role == REDUNDANCY:
        return [
            say("Each of {inputs} tells it alone.", inputs=own) if own else say("Each input tells it alone.")
        ]
    return [say("The {input} tells what the rest does not.", input=own)] if own else []


def disagreement(explanation: PairExplanation) -> str:
    """Return the sentence of disagreement with the experts' plain names."""
    return plain(disagreement_sentence(explanation, expert_label), limit=500)


def far_warnings(explanation: PairExplanation) -> list[str]:
    """Return a sentence for each input that lies far from all that the model was trained on."""
    care = say("Take the answer and its explanation with care.")
    return [
        joined([_unlike(plain(input_label(name)), percentile), care])
        for name, percentile in explanation.far.items()
        if percentile >= FAR
    ]


def _unlike(name: str, percentile: float) -> str:
    if percentile >= 100:
        return say(
            "This {input} is unlike what the model was trained on: it lies farther out than every reference "
            "sample.",
            input=name,
        )
    return say(
        "This {input} is unlike what the model was trained on: it lies farther out than {percent:.0f}% of "
        "the reference samples.",
        input=name, percent=percentile,
    )  # fmt: skip


def missing_sentence(missing: Sequence[str]) -> str:
    """Say which inputs were left out, or nothing."""
    if not missing:
        return ""
    return say(
        "Without {inputs}: the model was told that nothing is there, and answers from the rest.",
        inputs=plain(inputs_label(missing)),
    )
