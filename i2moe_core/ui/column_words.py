"""What the columns of an analysis are called on a page, and what each holds, in the visitor's language.

The schema describes the file; here are the words of somebody who looks at a figure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from i2moe_core.analysis.schema import MIXTURE, column, swapped_column
from i2moe_core.language import marked, say
from i2moe_core.plots import expert_label
from i2moe_core.plots.palette import input_label
from i2moe_core.ui.table import Table


@dataclass(frozen=True)
class Words:
    """A column's name and, in a sentence, what it holds."""

    name: str
    meaning: str


_SAMPLE = {
    "label": Words(marked("Right answer"), marked("The right answer in words.")),
    "label_value": Words(marked("Right number"), marked("The number that would be right.")),
    "prediction": Words(marked("Model's answer"), marked("The model's answer in words.")),
    "predicted_value": Words(marked("Predicted number"), marked("The number that the model answers.")),
    "probability": Words(marked("Probability of the answer"), marked("The answer's probability.")),
    "correct": Words(marked("Right or wrong"), marked("Is the answer right, in all labels?")),
    "interaction": Words(marked("True interaction"), marked("The true interaction, where it is known.")),
    "dominant": Words(marked("Leading expert"), marked("The expert with the largest share of the answer.")),
    "jensen_shannon": Words(
        marked("Divergence of all experts"), marked("How far all experts' answers are apart; 1: all differ.")
    ),
    "pairwise_jensen_shannon": Words(
        marked("Divergence of two experts"), marked("Mean divergence of each two experts, 0 to 1 bit.")
    ),
    "vote_entropy": Words(marked("Spread of the votes"), marked("How evenly the experts' votes are spread.")),
    "contribution_variance": Words(
        marked("Variance of the contributions"),
        marked("How far the experts' evidence for the answer is apart, by weight."),
    ),
    "agreement": Words(
        marked("Share of experts that agree"), marked("Share of the experts that give the model's answer.")
    ),
    "sign_split": Words(
        marked("Share of experts in favour"), marked("Share of the experts that pull towards the answer.")
    ),
}
_EXPERT = {
    "weight": Words(marked("Weight of {expert}"), marked("The gate's weight; they sum to 1.")),
    "share": Words(marked("Share of {expert}"), marked("The expert's share of the answer; they sum to 1.")),
    "contribution": Words(
        marked("Contribution of {expert}"), marked("What the expert adds to the answer's logit.")
    ),
    "confidence": Words(
        marked("Confidence of {expert}"), marked("The probability of the expert's own answer.")
    ),
    "support": Words(
        marked("Support of {expert}"), marked("The expert's probability of the model's answer.")
    ),
    "component": Words(
        marked("Evidence of {expert}"),
        marked("This interaction's part of the evidence for the answer, in nats, by probes."),
    ),
    "model_component": Words(
        marked("Evidence of {expert}, by swaps"),
        marked("This interaction's part of the evidence for the answer, in nats, by swaps in the model."),
    ),
}
_INPUT = {
    "changed": Words(
        marked("Answers changed by another {input}"),
        marked("How often another sample's {input} changes the answer."),
    ),
    "spread": Words(
        marked("Spread over other {input}"),
        marked("By how much the answer's probability varies with other samples' {input}."),
    ),
}
_SWAPPED = Words(
    marked("Probability with another {input}"),
    marked("Mean probability of the answer while the {input} comes from other samples."),
)
_SWAPPED_EXPERT = marked("Probability with another {input}: {expert}")


def column_words(table: Table) -> dict[str, Words]:
    """Return column -> words, of all columns that a figure can show."""
    found = {name: Words(say(own.name), say(own.meaning)) for name, own in _SAMPLE.items()}
    return found | dict(_of_experts(table)) | dict(_of_inputs(table))


def _of_experts(table: Table) -> Iterator[tuple[str, Words]]:
    for kind, own in _EXPERT.items():
        for expert in table.experts:
            yield column(kind, expert), Words(say(own.name, expert=expert_label(expert)), say(own.meaning))


def _of_inputs(table: Table) -> Iterator[tuple[str, Words]]:
    for modality in table.modalities:
        name = input_label(modality)
        meaning = say(_SWAPPED.meaning, input=name)
        for kind, own in _INPUT.items():
            yield column(kind, modality), Words(say(own.name, input=name), say(own.meaning, input=name))
        yield swapped_column(modality, MIXTURE), Words(say(_SWAPPED.name, input=name), meaning)
        for expert in table.experts:
            label = say(_SWAPPED_EXPERT, input=name, expert=expert_label(expert))
            yield swapped_column(modality, expert), Words(label, meaning)
