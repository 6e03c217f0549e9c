"""What decides a playground: the truth of its data, the recipe and its knobs."""

from __future__ import annotations

from dataclasses import dataclass

from i2moe_core.model.replace import REPLACEMENTS
from i2moe_core.registry import lookup
from i2moe_core.training.recipes import RECIPES

SHARES = ("unique1", "unique2", "synergy", "redundant")  # in the order of the experts
MOST_STEPS = 3000  # of one training; a link asks for no more
PLAYED = 300  # steps that one press of play adds


@dataclass(frozen=True)
class Settings:
    """The playground's knobs.

    unique1 .. redundant: shares of the four interactions, in parts of their sum. noise: flipped labels, in
    percent. samples: of the training split. shown: whether the inputs show which interaction holds.
    margin, weight (lambda), replacement: of the recipe ``paper``. temperature: of the gate.
    """

    unique1: int = 25
    unique2: int = 25
    synergy: int = 25
    redundant: int = 25
    noise: int = 5
    samples: int = 1000
    shown: bool = True
    recipe: str = "faithful"
    margin: float = 1.0
    weight: float = 0.5
    temperature: float = 1.0
    replacement: str = "random"
    seed: int = 0

    def __post_init__(self) -> None:
        """Check names and sizes.

        Raises:
            InputError: a recipe or a replacement is unknown.
            ValueError: a number is out of its range.
        """
        lookup(RECIPES, self.recipe, "recipe")
        lookup(REPLACEMENTS, self.replacement, "replacement")
        if min(self.counts) < 0 or sum(self.counts) == 0:
            raise ValueError(f"shares must be 0 or more and not all 0, but are {self.counts}")
        if self.samples < 2 or not 0 <= self.noise <= 50:
            raise ValueError(f"{self.samples} samples with {self.noise}% noise cannot be drawn")

    @property
    def counts(self) -> tuple[int, ...]:
        """The four shares in the order of the experts, in parts of their sum."""
        return (self.unique1, self.unique2, self.synergy, self.redundant)

    @property
    def shares(self) -> tuple[float, ...]:
        """The four shares in the order of the experts; they sum to 1."""
        return tuple(count / sum(self.counts) for count in self.counts)

    @property
    def best(self) -> float:
        """The accuracy that nobody can beat: every label but the flipped ones, or the best guess by signs."""
        known = 1.0 if self.shown else self._known_by_signs()
        return known * (1 - self.noise / 100) + (1 - known) * self.noise / 100

    def _known_by_signs(self) -> float:
        """How often the best guess is right that sees both signs and not which interaction holds."""
        first, second, both, shared = self.shares
        plus_plus = (1 - shared) / 4 + shared / 2  # all four rules say plus
        minus_minus = max(both / 4, (first + second) / 4 + shared / 2)
        return plus_plus + minus_minus + max(first, second + both) / 4 + max(second, first + both) / 4
