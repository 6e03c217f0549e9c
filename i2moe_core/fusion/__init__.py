"""Features of all modalities in, one vector out: the backbones of the experts, one file each."""

from collections.abc import Mapping

from i2moe_core.fusion.base import Fusion
from i2moe_core.fusion.concat import Concat
from i2moe_core.fusion.cross_attention import CrossAttention
from i2moe_core.fusion.linear import Linear
from i2moe_core.fusion.pooled import Pooled
from i2moe_core.fusion.tensor import TensorFusion
from i2moe_core.fusion.transformer import Transformer

FUSIONS: Mapping[str, type[Fusion]] = {
    "concat": Concat,
    "cross_attention": CrossAttention,
    "linear": Linear,
    "pooled": Pooled,
    "tensor": TensorFusion,
    "transformer": Transformer,
}

__all__ = ["FUSIONS", "Fusion"]
