"""Plain names of losses and of the parts of a model, in the visitor's language."""

from __future__ import annotations

from collections.abc import Sequence

from i2moe_core.expert_set import AND
from i2moe_core.explain.palette import expert_label, input_label, inputs_label
from i2moe_core.language import marked, say
from i2moe_core.types import UNIQUE

ALL = "all"  # the probe head that sees every input
JOINT = "joint"  # the loss of one input's own head, such as "joint:image"
# Losses and parts of the model that are no experts.
PARTS = {
    "task": marked("Task"),
    "gate": marked("Gate"),
    "encoders": marked("Encoders"),
    "fusion": marked("Fusion"),
    "probes": marked("Probes"),
    "replacement": marked("Replacement"),
    "alignment": marked("Alignment"),
    "contrastive": marked("Contrast"),
    "distillation": marked("Distillation"),
    "decorrelation": marked("Decorrelation"),
    "adversarial": marked("Discriminator"),
    "jigsaw": marked("Jigsaw puzzles"),
    "ogm_ge": marked("Heads of OGM-GE"),
    "weak_boost": marked("Heads of the weak boost"),
}


def loss_title(name: str, modalities: Sequence[str] = ()) -> str:
    """Return the plain name of a loss; a probe is of one input, of some, or of all.

    The published recipe's uniqueness losses carry the number of their input, such as "unique:0".
    """
    kind, _, own = name.partition(":")
    if kind == UNIQUE and own.isdigit() and int(own) < len(modalities):
        return expert_label(f"{UNIQUE}:{modalities[int(own)]}")
    if modalities and set(name.split(AND)) <= set(modalities):
        return say("Probe of {inputs}", inputs=inputs_label(name.split(AND)))
    return say("Probe of all") if name == ALL and modalities else part_title(name)


def part_title(name: str) -> str:
    """Return the plain name of a part of the model, or of a loss that is no probe's."""
    kind, _, of = name.partition(":")
    if kind == JOINT:
        return say("Head of {input}", input=input_label(of))
    return say(PARTS[kind]) if kind in PARTS else expert_label(name)
