"""What may be trained beside a recipe: the table of methods, one file each, any number together."""

from collections.abc import Mapping

from i2moe_core.training.methods.alignment import Alignment
from i2moe_core.training.methods.base import Method

METHODS: Mapping[str, type[Method]] = {"alignment": Alignment}

__all__ = ["METHODS", "Method"]
