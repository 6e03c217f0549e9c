"""Fusions by attention: what one modality says decides where another is looked at."""

from collections.abc import Mapping

from i2moe_core.fusion.attention.attention import Attention
from i2moe_core.fusion.attention.bottleneck import Bottleneck
from i2moe_core.fusion.attention.bottom_up_top_down import BottomUpTopDown
from i2moe_core.fusion.attention.co_attention_alternating import CoAttentionAlternating
from i2moe_core.fusion.attention.co_attention_parallel import CoAttentionParallel
from i2moe_core.fusion.attention.cross_attention import CrossAttention
from i2moe_core.fusion.attention.dual_attention import DualAttention
from i2moe_core.fusion.attention.dual_recurrent_attention import DualRecurrentAttention
from i2moe_core.fusion.attention.dual_stream import DualStream
from i2moe_core.fusion.attention.dynamic_memory import DynamicMemory
from i2moe_core.fusion.attention.high_order_attention import HighOrderAttention
from i2moe_core.fusion.attention.stacked_attention import StackedAttention
from i2moe_core.fusion.attention.stacked_latent_attention import StackedLatentAttention
from i2moe_core.fusion.attention.transformer import Transformer
from i2moe_core.fusion.base import Fusion

ATTENTION: Mapping[str, type[Fusion]] = {
    "cross_attention": CrossAttention,
    "transformer": Transformer,
    "attention": Attention,
    "stacked_attention": StackedAttention,
    "co_attention_parallel": CoAttentionParallel,
    "co_attention_alternating": CoAttentionAlternating,
    "dual_attention": DualAttention,
    "stacked_latent_attention": StackedLatentAttention,
    "dual_recurrent_attention": DualRecurrentAttention,
    "high_order_attention": HighOrderAttention,
    "dynamic_memory": DynamicMemory,
    "bottom_up_top_down": BottomUpTopDown,
    "dual_stream": DualStream,
    "bottleneck": Bottleneck,
}

__all__ = ["ATTENTION"]
