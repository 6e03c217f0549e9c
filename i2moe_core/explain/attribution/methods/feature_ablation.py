"""Feature ablation: what happens when one cell alone is removed."""

from __future__ import annotations

from collections.abc import Sequence

from captum.attr import FeatureAblation as CaptumFeatureAblation

from i2moe_core.explain.attribution.methods.base import Method, Raw
from i2moe_core.explain.attribution.methods.cell_function import CellFunction, spread
from i2moe_core.explain.attribution.problem import Problem
from i2moe_core.explain.attribution.targets import Target


class FeatureAblation(Method):
    """Each patch, word or run of numbers is removed alone; the drop is its attribution.

        a_i = f(all cells) - f(all cells but i)

    Blind to what is said twice: of two cells that tell the same, neither alone makes a difference.
    Reference: Zeiler and Fergus, ECCV 2014, section 4.2; Li, Monroe and Jurafsky, arXiv 1612.08220.
    """

    shared = True

    def attribute(self, problem: Problem, targets: Sequence[Target], rows: int) -> list[Raw]:
        """Return the drops, one run of F + 1 versions for all targets."""
        function = CellFunction(problem, targets, rows)
        drops = CaptumFeatureAblation(function).attribute(
            function.everything, perturbations_per_eval=len(problem.cells)
        )  # (T, F)
        return [spread(problem, row) for row in drops]
