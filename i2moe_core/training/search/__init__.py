"""Which layers to fuse, and how: the space, what predicts scores in it, and the progressive search."""

from i2moe_core.training.search.progressive import Plan, search
from i2moe_core.training.search.space import Architecture, Space, as_options, from_options

__all__ = ["Architecture", "Plan", "Space", "as_options", "from_options", "search"]
