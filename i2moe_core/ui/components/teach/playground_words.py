"""The playground's names for inputs, interactions, experts and losses, in the visitor's language."""

from __future__ import annotations

from i2moe_core.language import marked, say
from i2moe_core.plots import expert_colours
from i2moe_core.teaching.playground.truth import TYPES

INPUT_NAMES = (marked("Input 1"), marked("Input 2"))
TYPE_NAMES = (marked("Unique 1"), marked("Unique 2"), marked("Synergy (XOR)"), marked("Redundant"))
EXPERT_NAMES = (
    marked("Expert of input 1"), marked("Expert of input 2"), marked("Synergy expert"),
    marked("Redundancy expert"),
)  # fmt: skip
LOSS_NAMES = {
    "task": marked("answer"),
    "gate": marked("gate"),
    "all": marked("probe of both inputs"),
    "x1": marked("probe of input 1"),
    "x2": marked("probe of input 2"),
}


def inputs() -> tuple[str, str]:
    """Return the two inputs' names."""
    return say(INPUT_NAMES[0]), say(INPUT_NAMES[1])


def types() -> list[str]:
    """Return the four interactions' names, in the order of the experts."""
    return [say(name) for name in TYPE_NAMES]


def experts() -> list[str]:
    """Return the four experts' names."""
    return [say(name) for name in EXPERT_NAMES]


def colours() -> list[str]:
    """Return the four experts' colours."""
    return list(expert_colours(TYPES).values())


def loss(name: str) -> str:
    """Return a loss's name: an expert's, or what it is of."""
    return experts()[TYPES.index(name)] if name in TYPES else say(LOSS_NAMES.get(name, name))


def share(value: float) -> str:
    """Return a share as a whole percentage."""
    return f"{value:.0%}"
