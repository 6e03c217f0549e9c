"""The attribution methods, one file each; the table feeds menus, command line and contract tests."""

from collections.abc import Mapping

from i2moe_core.explain.attribution.methods.attention_rollout import AttentionRollout
from i2moe_core.explain.attribution.methods.base import Method
from i2moe_core.explain.attribution.methods.deep_lift import DeepLift
from i2moe_core.explain.attribution.methods.feature_ablation import FeatureAblation
from i2moe_core.explain.attribution.methods.grad_cam import GradCAM
from i2moe_core.explain.attribution.methods.gradient_shap import GradientShap
from i2moe_core.explain.attribution.methods.input_x_gradient import InputXGradient
from i2moe_core.explain.attribution.methods.integrated_gradients import IntegratedGradients
from i2moe_core.explain.attribution.methods.integrated_in_turn import IntegratedInTurn
from i2moe_core.explain.attribution.methods.integrated_places import IntegratedPlaces
from i2moe_core.explain.attribution.methods.kernel_shap import KernelShap
from i2moe_core.explain.attribution.methods.occlusion import Occlusion
from i2moe_core.explain.attribution.methods.shapley_sampling import ShapleySampling
from i2moe_core.explain.attribution.methods.smooth_grad import SmoothGrad

ATTRIBUTIONS: Mapping[str, type[Method]] = {
    "integrated_gradients": IntegratedGradients,
    "integrated_in_turn": IntegratedInTurn,
    "integrated_places": IntegratedPlaces,
    "input_x_gradient": InputXGradient,
    "deep_lift": DeepLift,
    "gradient_shap": GradientShap,
    "smooth_grad": SmoothGrad,
    "grad_cam": GradCAM,
    "attention_rollout": AttentionRollout,
    "occlusion": Occlusion,
    "feature_ablation": FeatureAblation,
    "shapley_sampling": ShapleySampling,
    "kernel_shap": KernelShap,
}

__all__ = ["ATTRIBUTIONS", "Method"]
