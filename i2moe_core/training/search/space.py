"""The space of layerwise fusions: how many steps, which layer of each modality, which activation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from i2moe_core.fusion.simple.layerwise import ACTIVATIONS, read_steps

Step = tuple[tuple[int, ...], str]  # a layer of each modality, an activation
Architecture = tuple[Step, ...]


@dataclass(frozen=True)
class Space:
    """All fusions of up to ``most`` steps.

    layers: how many layers each modality hands out.
    """

    layers: tuple[int, ...]
    most: int
    activations: tuple[str, ...] = tuple(ACTIVATIONS)

    def steps(self) -> list[Step]:
        """Return every step there is, in order."""
        choices = product(*(range(count) for count in self.layers))
        return [(layers, name) for layers, name in product(choices, self.activations)]

    def size(self) -> int:
        """Return how many architectures there are, of all lengths."""
        count = len(self.steps())
        return sum(count**length for length in range(1, self.most + 1))

    def extended(self, parents: Iterable[Architecture]) -> list[Architecture]:
        """Return every parent with every further step, in order."""
        return [(*parent, step) for parent, step in product(parents, self.steps())]

    def last_layers(self) -> Architecture:
        """Return the one step on the last layers, which is what is fused without a search."""
        return ((tuple(count - 1 for count in self.layers), self.activations[0]),)


def as_options(architecture: Architecture) -> dict[str, Any]:
    """Return an architecture as the options of the fusion ``layerwise``."""
    return {"steps": [[*layers, name] for layers, name in architecture]}


def from_options(options: Mapping[str, Any], modalities: int) -> Architecture:
    """Return the architecture that options name.

    Raises:
        InputError: they have another form.
    """
    return tuple(read_steps(options.get("steps"), modalities))


def describe_steps(architecture: Architecture, modalities: Sequence[str]) -> str:
    """Return an architecture in words: "image 1 + text 0, relu; image 2 + text 2, tanh"."""
    return "; ".join(
        f"{' + '.join(f'{name} {a}' for name, a in zip(modalities, layers, strict=True))}, {activation}"
        for layers, activation in architecture
    )
