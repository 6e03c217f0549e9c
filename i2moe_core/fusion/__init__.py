"""Features of all modalities in, one vector out: the backbones of the experts, one file each, by family."""

from collections.abc import Mapping

from i2moe_core.fusion.attention import ATTENTION
from i2moe_core.fusion.base import Fusion
from i2moe_core.fusion.bilinear import BILINEAR
from i2moe_core.fusion.gates import GATES
from i2moe_core.fusion.one_modality import OneModality
from i2moe_core.fusion.simple import SIMPLE

FUSIONS: Mapping[str, type[Fusion]] = {**SIMPLE, **GATES, **ATTENTION, **BILINEAR}

__all__ = ["FUSIONS", "Fusion", "OneModality"]
