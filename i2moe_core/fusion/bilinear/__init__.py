"""Fusions by products of all pairs of features, whole or compressed; each also under attention."""

from collections.abc import Mapping

from i2moe_core.fusion.base import Fusion
from i2moe_core.fusion.bilinear.base import Bilinear
from i2moe_core.fusion.bilinear.bilinear_attention import BilinearAttention
from i2moe_core.fusion.bilinear.block import Block
from i2moe_core.fusion.bilinear.compact_bilinear import CompactBilinear
from i2moe_core.fusion.bilinear.lmf import LMF
from i2moe_core.fusion.bilinear.low_rank_bilinear import LowRankBilinear
from i2moe_core.fusion.bilinear.mfb import MFB
from i2moe_core.fusion.bilinear.mfh import MFH
from i2moe_core.fusion.bilinear.mutan import Mutan
from i2moe_core.fusion.bilinear.tensor import TensorFusion
from i2moe_core.fusion.bilinear.tucker import Tucker
from i2moe_core.fusion.bilinear.under_attention import under_attention

JOINS: Mapping[str, type[Bilinear]] = {
    "tensor": TensorFusion,
    "compact_bilinear": CompactBilinear,
    "low_rank_bilinear": LowRankBilinear,
    "mfb": MFB,
    "mfh": MFH,
    "tucker": Tucker,
    "mutan": Mutan,
    "block": Block,
    "lmf": LMF,
}

BILINEAR: Mapping[str, type[Fusion]] = {
    **JOINS,
    "bilinear_attention": BilinearAttention,
    **{f"{name}_attention": under_attention(kind) for name, kind in JOINS.items()},
}

__all__ = ["BILINEAR", "JOINS"]
