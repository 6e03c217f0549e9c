"""DeepLift: how far each unit is from its baseline activation, passed back through the network."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import cast

from captum.attr import DeepLift as CaptumDeepLift
from torch import Tensor, nn

from i2moe_core.explain.attribution.methods.base import Method, Raw
from i2moe_core.explain.attribution.methods.gradients import as_leaves
from i2moe_core.explain.attribution.problem import Problem
from i2moe_core.explain.attribution.targets import Target
from i2moe_core.model.expert import Expert

# Captum says on every call that it sets hooks; they are removed again, and the visitor need not know.
warnings.filterwarnings("ignore", "Setting forward, backward hooks", module="captum")


class DeepLift(Method):
    """Differences from the baseline passed back unit by unit, by the rescale rule; two passes in all.

        a_i = (x_i - b_i) * m_i,   m of a non-linear unit = (f(u) - f(u_b)) / (u - u_b)

    Reference: Shrikumar, Greenside and Kundaje, ICML 2017; gradient form: Ancona et al., ICLR 2018.
    The rule holds for activations that are modules of the network (ReLU); softmax attention, norms, products
    of two units and the gate's weighing are passed by their slope at the sample. The parts then miss the
    target's change by the gap shown: where it is large, do not trust the map.
    """

    complete = True

    def attribute(self, problem: Problem, targets: Sequence[Target], rows: int) -> list[Raw]:
        """Return the attributions, one target after the other."""
        return [_lift(problem, target) for target in targets]


class _Explained(nn.Module):
    """The target as a module whose parts are those of the real model that the inputs reach.

    Captum sets hooks on its parts, and cannot where no gradient passes: in an absent modality's encoder.
    """

    def __init__(self, problem: Problem, target: Target) -> None:
        super().__init__()
        model, given = problem.model, set(problem.names)
        # Not a module's attribute, or all of the model would be a part.
        self._explained = (problem, target)
        experts = [cast(Expert, expert) for expert in model.experts]
        reached = [e for e in experts if given & {model.modalities[m] for m in e.sees}]
        self.parts = nn.ModuleList([*(model.encoders[name] for name in problem.names), *reached, model.gate])

    def forward(self, *inputs: Tensor) -> Tensor:
        problem, target = self._explained
        return target.value(problem.forward(*inputs))


def _lift(problem: Problem, target: Target) -> Raw:
    try:
        method = CaptumDeepLift(_Explained(problem, target))
        return tuple(x.detach() for x in method.attribute(as_leaves(problem.inputs), problem.baselines))
    finally:
        _forget(problem.model)


def _forget(model: nn.Module) -> None:
    """Drop the activations that Captum leaves on modules which no gradient reached."""
    for module in model.modules():
        for name in ("input", "output"):
            if isinstance(module.__dict__.get(name), Tensor):
                delattr(module, name)
