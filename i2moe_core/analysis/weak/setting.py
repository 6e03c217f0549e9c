"""What every weak point is measured on, and what a measurement says."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np
import torch
from torch import Tensor

from i2moe_core.analysis.audit_parts import shares_of, true_interactions
from i2moe_core.checkpoint import Run
from i2moe_core.data.batching import TensorData
from i2moe_core.explain.evaluate import Evaluation
from i2moe_core.measures.outcomes import outcome_targets, outcomes
from i2moe_core.model.i2moe import I2MoE
from i2moe_core.registry import lookup
from i2moe_core.training.methods import Method, prepared_methods
from i2moe_core.training.recipes import RECIPES
from i2moe_core.training.recipes.base import Phase
from i2moe_core.types import Batch


@dataclass(frozen=True)
class Point:
    """One weak point of one run.

    number: the main figure, None where the question does not arise. numbers: all figures by name.
    says: a sentence with this run's figure. means: how to read it. source: how it was measured.
    """

    title: str
    number: float | None
    numbers: dict[str, Any]
    says: str
    means: str
    source: str

    def content(self) -> dict[str, Any]:
        """Return the point as plain values."""
        return asdict(self)


@dataclass(frozen=True, eq=False)
class Setting:
    """A run and what it says of the N chosen ``rows`` of a split."""

    run: Run
    model: I2MoE
    data: TensorData
    split: str
    rows: np.ndarray
    said: Evaluation

    @property
    def experts(self) -> tuple[str, ...]:
        """The experts' names."""
        return self.model.expert_names

    @cached_property
    def shares(self) -> np.ndarray:
        """Every expert's share of every answer, (N, E)."""
        return shares_of(self.model, self.said)

    @cached_property
    def votes(self) -> np.ndarray:
        """Every expert's answers, (E, N, L)."""
        votes: np.ndarray = self.distributions(self.said.expert_logits).argmax(-1)
        return votes

    @cached_property
    def answer(self) -> np.ndarray:
        """The mixture's answers, (N, L)."""
        answer: np.ndarray = self.distributions(self.said.logits).argmax(-1)
        return answer

    @cached_property
    def targets(self) -> np.ndarray:
        """The right answers, (N, L)."""
        found: np.ndarray = outcome_targets(
            self.model.task, self.said.targets, self.model.prior.cpu()
        ).numpy()
        return found

    @cached_property
    def truth(self) -> np.ndarray | None:
        """The numbers of the true interactions, (N,); None where they are not known."""
        found = true_interactions(self.data.samples, self.model.modalities)
        return None if found is None else found[self.rows]

    def distributions(self, logits: Tensor) -> np.ndarray:
        """Return the distributions behind logits, (..., L, K)."""
        prior = self.model.prior.double().cpu()
        said: np.ndarray = outcomes(self.model.task, logits, prior, self.run.info.scale).numpy()
        return said

    def phases(self) -> tuple[Phase, ...]:
        """Return the phases of the run's recipe."""
        training = self.run.config.training
        return lookup(RECIPES, training.recipe, "recipe")(training, self.run.info.scale).phases()

    def methods(self) -> list[Method]:
        """Return what was trained beside the recipe; not those whose own networks ended with the training."""
        methods = prepared_methods(self.model, self.data, self.run.config.training).values()
        return [method for method in methods if not list(method.parameters())]

    def training_rows(self, count: int) -> tuple[np.ndarray, str]:
        """Return up to ``count`` rows that training saw, drawn by seed, and the name of their split.

        Complete samples where there are any; of data without a training split the chosen rows.
        """
        there = self.data.samples.rows("train")
        split = "train" if len(there) >= 2 else self.split
        there = there if split == "train" else self.rows
        whole = there[self.data.present[torch.from_numpy(there)].all(1).numpy()]
        there = whole if len(whole) >= 2 else there
        order = np.random.default_rng(0).permutation(len(there))[:count]
        return there[order], split

    def batch(self, rows: np.ndarray) -> Batch:
        """Return rows as a batch on the run's device."""
        return self.data.batch(rows).to(next(self.model.parameters()).device)
