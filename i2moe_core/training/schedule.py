"""The learning rate as a pure function of the step: nothing to save, nothing to restore."""

import math


def one_cycle(step: int, total: int, warmup: float) -> float:
    """Return the factor on the peak rate: a linear rise over the ``warmup`` share, then a half cosine."""
    rise = max(1, round(total * warmup))
    if step < rise:
        return (step + 1) / rise
    return 0.5 * (1 + math.cos(math.pi * (step - rise) / max(1, total - rise)))
