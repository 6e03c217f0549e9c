"""The experts' colours and plain names, for figures; one palette serves pages, figures and reports."""

from i2moe_core.explain.palette import (
    DARK_PAGE,
    DOWN,
    FAINT,
    FIXED,
    FURTHER,
    INK,
    LIGHT_PAGE,
    NOBODY,
    UP,
    expert_colours,
    expert_label,
    expert_meaning,
    input_label,
    inputs_label,
)

__all__ = [
    "DARK_PAGE",
    "DOWN",
    "FAINT",
    "FIXED",
    "FURTHER",
    "INK",
    "LIGHT_PAGE",
    "NOBODY",
    "UP",
    "expert_colours",
    "expert_label",
    "expert_meaning",
    "input_label",
    "inputs_label",
]
