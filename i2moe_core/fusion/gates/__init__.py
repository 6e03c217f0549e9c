"""Fusions by gates: one modality scales, shifts or weighs what is made of another."""

from collections.abc import Mapping

from i2moe_core.fusion.base import Fusion
from i2moe_core.fusion.gates.dynamic_parameter import DynamicParameter
from i2moe_core.fusion.gates.film import FiLM
from i2moe_core.fusion.gates.gmu import GMU
from i2moe_core.fusion.gates.mrn import MRN

GATES: Mapping[str, type[Fusion]] = {
    "gmu": GMU,
    "film": FiLM,
    "mrn": MRN,
    "dynamic_parameter": DynamicParameter,
}

__all__ = ["GATES"]
