"""What training minimises: the table of recipes, one file each."""

from collections.abc import Mapping

from i2moe_core.training.recipes.base import Recipe
from i2moe_core.training.recipes.faithful import Faithful
from i2moe_core.training.recipes.paper import Paper
from i2moe_core.training.recipes.vanilla import Vanilla

RECIPES: Mapping[str, type[Recipe]] = {"faithful": Faithful, "paper": Paper, "vanilla": Vanilla}

__all__ = ["RECIPES", "Recipe"]
