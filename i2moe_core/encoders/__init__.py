"""One modality in, token sequences and their pooled vector out: ``Features`` (B, T, D)."""

from collections.abc import Callable, Mapping

from i2moe_core.encoders.array_mlp import ArrayMLP
from i2moe_core.encoders.base import Encoder
from i2moe_core.encoders.cnn import CNN
from i2moe_core.encoders.hub import HubImage, HubText
from i2moe_core.encoders.text_bag import TextBag
from i2moe_core.encoders.text_transformer import TextTransformer
from i2moe_core.encoders.vit import ViT

ENCODERS: Mapping[str, Callable[..., Encoder]] = {
    "cnn": CNN,
    "vit": ViT,
    "text_transformer": TextTransformer,
    "text_bag": TextBag,
    "array_mlp": ArrayMLP,
    "hub_image": HubImage,
    "hub_text": HubText,
}
DEFAULT_ENCODERS: Mapping[str, str] = {"image": "cnn", "text": "text_transformer", "array": "array_mlp"}

__all__ = ["DEFAULT_ENCODERS", "ENCODERS", "Encoder"]
