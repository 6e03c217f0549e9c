"""Means over the places that count."""

from torch import Tensor


def mean_where(values: Tensor, mask: Tensor) -> Tensor:
    """Return the mean of ``values`` where ``mask`` is True, a scalar; 0 where it is True nowhere."""
    return (values * mask).sum() / mask.sum().clamp(min=1)
