"""Finished numbers to plotly figures: one family a file, pure, never empty-handed."""

from i2moe_core.explain.numbers import digits_for, signed
from i2moe_core.plots.accuracies import plot_accuracies, plot_helpers
from i2moe_core.plots.against import plot_against
from i2moe_core.plots.answer import plot_answer, top_classes
from i2moe_core.plots.array import plot_array
from i2moe_core.plots.attribution import plot_cells, plot_input_shares, plot_part
from i2moe_core.plots.audit import plot_audit
from i2moe_core.plots.changes import plot_changes, plot_cost, plot_scan
from i2moe_core.plots.class_table import plot_class_table, plot_leads
from i2moe_core.plots.compare_weights import plot_compared
from i2moe_core.plots.conflict import plot_conflict
from i2moe_core.plots.curves import plot_course, plot_curve
from i2moe_core.plots.disagreement import plot_pairwise, plot_pulls
from i2moe_core.plots.distributions import plot_distribution
from i2moe_core.plots.diverging import common_limit, overlay, shade, threshold_of
from i2moe_core.plots.gap import plot_gap
from i2moe_core.plots.map import group_colours, plot_map
from i2moe_core.plots.measures import plot_measures, plot_named, plot_rank_agreement, plot_set_level
from i2moe_core.plots.mismatch import plot_mismatch
from i2moe_core.plots.pairs import plot_pairs, plot_words_on_picture
from i2moe_core.plots.palette import expert_colours, expert_label, expert_meaning
from i2moe_core.plots.quadrants import plot_contradictions, plot_quadrants
from i2moe_core.plots.retrieval import plot_recalls
from i2moe_core.plots.risk import plot_risk_coverage
from i2moe_core.plots.role_test import plot_role_test
from i2moe_core.plots.roles import plot_roles, plot_zones
from i2moe_core.plots.router import plot_router
from i2moe_core.plots.saliency import Parts, data_uri, plot_saliency, plot_scale
from i2moe_core.plots.shares import plot_shares
from i2moe_core.plots.spread import plot_spread
from i2moe_core.plots.stability import plot_stability
from i2moe_core.plots.style import CONFIG
from i2moe_core.plots.sweep import plot_sweep, sweep_measures
from i2moe_core.plots.waterfall import plot_waterfall
from i2moe_core.plots.words import plot_words

__all__ = [
    "CONFIG",
    "Parts",
    "common_limit",
    "data_uri",
    "digits_for",
    "expert_colours",
    "expert_label",
    "expert_meaning",
    "group_colours",
    "overlay",
    "plot_accuracies",
    "plot_against",
    "plot_answer",
    "plot_array",
    "plot_audit",
    "plot_cells",
    "plot_changes",
    "plot_class_table",
    "plot_compared",
    "plot_conflict",
    "plot_contradictions",
    "plot_cost",
    "plot_course",
    "plot_curve",
    "plot_distribution",
    "plot_gap",
    "plot_helpers",
    "plot_input_shares",
    "plot_leads",
    "plot_map",
    "plot_measures",
    "plot_mismatch",
    "plot_named",
    "plot_pairs",
    "plot_pairwise",
    "plot_part",
    "plot_pulls",
    "plot_quadrants",
    "plot_rank_agreement",
    "plot_recalls",
    "plot_risk_coverage",
    "plot_role_test",
    "plot_roles",
    "plot_router",
    "plot_saliency",
    "plot_scale",
    "plot_scan",
    "plot_set_level",
    "plot_shares",
    "plot_spread",
    "plot_stability",
    "plot_sweep",
    "plot_waterfall",
    "plot_words",
    "plot_words_on_picture",
    "plot_zones",
    "shade",
    "signed",
    "sweep_measures",
    "threshold_of",
    "top_classes",
]
