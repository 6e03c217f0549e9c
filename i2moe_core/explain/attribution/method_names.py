"""What the attribution methods are called in a sentence and on a button."""

from __future__ import annotations

from i2moe_core.language import marked, say

NAMES = {
    "integrated_gradients": marked("integrated gradients"),
    "integrated_in_turn": marked("integrated gradients in turn"),
    "integrated_places": marked("integrated places"),
    "input_x_gradient": marked("input × gradient"),
    "deep_lift": marked("DeepLIFT"),
    "gradient_shap": marked("GradientSHAP"),
    "smooth_grad": marked("SmoothGrad"),
    "grad_cam": marked("Grad-CAM"),
    "attention_rollout": marked("attention rollout"),
    "occlusion": marked("occlusion"),
    "feature_ablation": marked("feature ablation"),
    "shapley_sampling": marked("Shapley sampling"),
    "kernel_shap": marked("kernel SHAP"),
}


def method_name(code: str) -> str:
    """Return a method's name as it stands in a sentence, in the visitor's language."""
    return say(NAMES[code]) if code in NAMES else code.replace("_", " ")


def method_label(code: str) -> str:
    """Return a method's name as it begins a sentence or stands alone."""
    name = method_name(code)
    return name[:1].upper() + name[1:]
