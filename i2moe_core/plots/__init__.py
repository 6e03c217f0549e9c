"""Finished numbers to plotly figures: one family a file, pure, never empty-handed."""

from i2moe_core.plots.answer import plot_answer, top_classes
from i2moe_core.plots.array import plot_array
from i2moe_core.plots.audit import plot_audit
from i2moe_core.plots.disagreement import plot_pairwise, plot_pulls
from i2moe_core.plots.distributions import plot_distribution
from i2moe_core.plots.mismatch import plot_mismatch
from i2moe_core.plots.palette import expert_colours, expert_label, expert_meaning
from i2moe_core.plots.role_test import plot_role_test
from i2moe_core.plots.router import plot_router
from i2moe_core.plots.shares import plot_shares
from i2moe_core.plots.style import CONFIG, digits_for, signed
from i2moe_core.plots.waterfall import plot_waterfall

__all__ = [
    "CONFIG",
    "digits_for",
    "expert_colours",
    "expert_label",
    "expert_meaning",
    "plot_answer",
    "plot_array",
    "plot_audit",
    "plot_distribution",
    "plot_mismatch",
    "plot_pairwise",
    "plot_pulls",
    "plot_role_test",
    "plot_router",
    "plot_shares",
    "plot_waterfall",
    "signed",
    "top_classes",
]
