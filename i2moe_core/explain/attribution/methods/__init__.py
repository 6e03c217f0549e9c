"""The attribution methods, one file each; the table feeds menus, command line and contract tests."""

from collections.abc import Mapping

from i2moe_core.explain.attribution.methods.base import Method
from i2moe_core.explain.attribution.methods.integrated_gradients import IntegratedGradients

ATTRIBUTIONS: Mapping[str, type[Method]] = {
    "integrated_gradients": IntegratedGradients,
}

__all__ = ["ATTRIBUTIONS", "Method"]
