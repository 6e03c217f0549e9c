"""Integrated Gradients on ways that move one input at a time: what a part does when the others are there."""

from __future__ import annotations

from collections import Counter
from itertools import permutations

from i2moe_core.explain.attribution.methods.integrated_gradients import IntegratedGradients
from i2moe_core.explain.attribution.methods.walks import Way
from i2moe_core.explain.attribution.problem import Problem

ALL_ORDERS = 3  # inputs of which all orders are taken; of more, one order and its reverse


class IntegratedInTurn(IntegratedGradients):
    """Gradients as one input after the other comes in, averaged over the orders; they sum to the difference.

        a_i = mean over orders of (x_i - b_i) * integral_0^1 df/dx_i (earlier inputs x, i's own on its way,
        later inputs b) dt

    The picture is explained with and without its sentence, the sentence with and without its picture: an
    answer that needs both is found from either side. ``steps`` points a way, at most ``cuts`` cuts in all.

    Reference: the path methods of Sundararajan, Taly and Yan, ICML 2017, section 4; between the inputs the
    parts are Shapley values (Shapley, 1953). It does not show what the model would do on natural inputs.
    """

    def __init__(self, steps: int = 32, cuts: int = 8) -> None:
        super().__init__(steps, cuts)

    def ways(self, problem: Problem) -> list[Way]:
        """Return each input's ways: one for each set of inputs that came before it."""
        count = len(problem.inputs)
        orders = list(permutations(range(count))) if count <= ALL_ORDERS else _there_and_back(count)
        met = Counter((m, frozenset(order[:place])) for order in orders for place, m in enumerate(order))
        return [_way(problem, m, before, times / len(orders)) for (m, before), times in met.items()]


def _there_and_back(count: int) -> list[tuple[int, ...]]:
    return [tuple(range(count)), tuple(reversed(range(count)))]


def _way(problem: Problem, moving: int, before: frozenset[int], weight: float) -> Way:
    pairs = list(enumerate(zip(problem.inputs, problem.baselines, strict=True)))
    start = [x if m in before else blank for m, (x, blank) in pairs]
    end = [x if m in before or m == moving else blank for m, (x, blank) in pairs]
    return Way(start, end, (moving,), weight)
