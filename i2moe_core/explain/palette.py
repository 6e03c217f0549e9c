"""One fixed colour and one plain name per expert, the same on every page, in every figure and report.

The four main colours keep a distance of at least 20 (CIE76) from each other for normal, red-blind,
green-blind and blue-blind eyes, and a contrast of at least 3:1 to the light and to the dark page.
"""

from __future__ import annotations

from collections.abc import Sequence

from i2moe_core.types import REDUNDANCY, SYNERGY, UNIQUE

FIXED = {
    f"{UNIQUE}:image": "#386CE2",
    f"{UNIQUE}:text": "#B37A22",
    SYNERGY: "#E244AC",
    REDUNDANCY: "#26A077",
}
FURTHER = ("#386CE2", "#B37A22", "#8460C9", "#B5503F", "#6F8420", "#4E86A6", "#A4627E", "#737B8C")
INK = "#737B8C"  # all that is not an expert: the mixture, totals, reference marks
FAINT = "rgba(125, 132, 145, 0.28)"  # grid lines and intervals behind the marks
# What a part of an input does to a target; no expert has these colours.
UP, DOWN = "#DD5A1F", "#7B5BD6"
LIGHT_PAGE, DARK_PAGE = "#FCFCFA", "#14161B"


def expert_colours(names: Sequence[str]) -> dict[str, str]:
    """Return the colour of each expert; the names of further modalities take free colours in their order."""
    taken = {FIXED[name] for name in names if name in FIXED}
    free = iter([colour for colour in FURTHER if colour not in taken])
    return {name: FIXED[name] if name in FIXED else next(free, INK) for name in names}


def expert_label(name: str) -> str:
    """Return the plain name of an expert: ``unique:image`` is "Image alone"."""
    kind, _, modality = name.partition(":")
    if kind == UNIQUE and modality:
        return f"{modality[:1].upper()}{modality[1:]} alone"
    return name[:1].upper() + name[1:]


def expert_meaning(name: str) -> str:
    """Return in one line what an expert is there for."""
    kind, _, modality = name.partition(":")
    if kind == UNIQUE and modality:
        return f"what only the {modality} tells"
    return {
        SYNERGY: "what shows only when the inputs are read together",
        REDUNDANCY: "what each input would tell by itself",
    }.get(name, "a further expert")
