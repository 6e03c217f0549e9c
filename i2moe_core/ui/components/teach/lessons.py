"""The table of the lessons, in their order."""

from __future__ import annotations

from collections.abc import Mapping

from i2moe_core.language import marked
from i2moe_core.ui.components.teach import (
    attributions,
    disagreement,
    fusions,
    gate,
    interactions,
    misleading,
    replacement,
    training,
)
from i2moe_core.ui.components.teach.lesson import Lesson

LESSONS: Mapping[str, Lesson] = {
    "interactions": Lesson(
        marked("What the three interactions are"),
        marked("Unique, redundant, synergistic: what two inputs can tell together."),
        interactions.show,
        interactions.QUESTION,
        ("interaction", "unique", "redundancy", "synergy", "bit", "pid"),
    ),
    "training": Lesson(
        marked("How an expert is trained"),
        marked("Answers are pulled together and pushed apart until they depend on the right input."),
        training.show,
        training.QUESTION,
        ("expert", "pass", "anchor", "positive", "negative", "margin", "triplet", "cosine", "gradient"),
    ),
    "gate": Lesson(
        marked("What the gate does"),
        marked("It divides the say among the experts, sample by sample."),
        gate.show,
        gate.QUESTION,
        ("gate", "weight", "temperature", "mixture", "contribution", "logit"),
    ),
    "replacement": Lesson(
        marked("Replacing an input"),
        marked("What stands in for an input decides what an expert's answer without it is worth."),
        replacement.show,
        replacement.QUESTION,
        ("replacement", "in_distribution", "modality", "pass"),
    ),
    "misleading": Lesson(
        marked("Why weights can mislead"),
        marked("Two models, equally accurate: only one's weights mean what they say."),
        misleading.show,
        misleading.QUESTION,
        ("known_truth", "recipe", "weight", "audit", "irs", "leak"),
    ),
    "disagreement": Lesson(
        marked("When experts disagree"),
        marked("Being apart can be a warning, or exactly right."),
        disagreement.show,
        disagreement.QUESTION,
        ("disagreement", "js", "entropy", "expert"),
    ),
    "attributions": Lesson(
        marked("Maps, and how to test them"),
        marked("Remove what a map names first and see whether the answer falls."),
        attributions.show,
        attributions.QUESTION,
        ("attribution", "comprehensiveness"),
    ),
    "fusions": Lesson(
        marked("The fusion family"),
        marked("Ways to make one vector of several inputs, with what each costs."),
        fusions.show,
        fusions.QUESTION,
        ("fusion", "parameter", "multiply_add", "modality"),
    ),
}
