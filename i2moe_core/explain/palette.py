"""One fixed colour and one plain name per expert, the same on every page, in every figure and report.

The four main colours keep a distance of at least 20 (CIE76) from each other for normal, red-blind,
green-blind and blue-blind eyes, and a contrast of at least 3:1 to the light and to the dark page.
"""

from __future__ import annotations

from collections.abc import Sequence

from i2moe_core.expert_set import read_name
from i2moe_core.explain.numbers import listing
from i2moe_core.language import marked, say
from i2moe_core.types import REDUNDANCY, SYNERGY, UNIQUE

FIXED = {
    f"{UNIQUE}:image": "#386CE2",
    f"{UNIQUE}:text": "#B37A22",
    SYNERGY: "#E244AC",
    REDUNDANCY: "#26A077",
}
# Further experts of synergy and of redundancy: shades of their own family, then the free colours.
SHADES = {
    SYNERGY: ("#E244AC", "#A83FD0", "#E0487B", "#B0539B", "#C2417E", "#D45BC8"),
    REDUNDANCY: ("#26A077", "#3F8F3A", "#1A8F9E", "#5E9646", "#3C8C6B", "#2F9A8D"),
}
FURTHER = ("#386CE2", "#B37A22", "#8460C9", "#B5503F", "#6F8420", "#4E86A6", "#A4627E", "#737B8C")
INK = "#737B8C"  # all that is not an expert: the mixture, totals, reference marks
FAINT = "rgba(125, 132, 145, 0.28)"  # grid lines and intervals behind the marks
# What a part of an input does to a target; no expert has these colours.
UP, DOWN = "#DD5A1F", "#7B5BD6"
LIGHT_PAGE, DARK_PAGE = "#FCFCFA", "#14161B"

INPUTS = {"image": marked("image"), "text": marked("text")}  # the names that are ours, not a data set's
ROLES = {SYNERGY: marked("Synergy"), REDUNDANCY: marked("Redundancy")}
NOBODY = "no expert"  # in the place of a name: what no expert is about


def expert_colours(names: Sequence[str]) -> dict[str, str]:
    """Return the colour of each expert; the names of further modalities take free colours in their order.

    Further experts of synergy and redundancy take shades of their own family.
    """
    taken = {FIXED[name] for name in names if name in FIXED}
    free = iter([colour for colour in FURTHER if colour not in taken])
    shades = {role: iter([c for c in own if c not in taken]) for role, own in SHADES.items()}

    def colour(name: str) -> str:
        if name in FIXED:
            return FIXED[name]
        if name == NOBODY:
            return INK
        shade = next(shades.get(read_name(name).role, iter(())), None)
        return next(free, INK) if shade is None else shade

    return {name: colour(name) for name in names}


def input_label(modality: str) -> str:
    """Return the name of an input in the visitor's language; names from a data set stay as they are."""
    return say(INPUTS[modality]) if modality in INPUTS else modality


def inputs_label(modalities: Sequence[str]) -> str:
    """Return the names of several inputs as they stand in a sentence."""
    return listing([input_label(name) for name in modalities])


def expert_label(name: str) -> str:
    """Return the plain name of an expert in the visitor's language.

    ``unique:image`` is "Image alone", ``synergy:image+text`` "Synergy of image and text", ``synergy#2``
    "Synergy 2".
    """
    parts = read_name(name)
    label = say(ROLES[parts.role]) if parts.role in ROLES else _upper(parts.role)
    if parts.role == UNIQUE and parts.modalities:
        label = say("{Input} alone", Input=_upper(input_label(parts.modalities[0])))
    elif parts.modalities:
        label = say("{role} of {inputs}", role=label, inputs=inputs_label(parts.modalities))
    return label if parts.number == 1 else f"{label} {parts.number}"


def expert_meaning(name: str) -> str:
    """Return in one line what an expert is there for."""
    parts = read_name(name)
    own = inputs_label(parts.modalities)
    if parts.role == UNIQUE and own:
        return say("what only the {input} tells", input=own)
    if parts.role == SYNERGY:
        return say("what shows only when {inputs} are read together", inputs=own or say("the inputs"))
    if parts.role == REDUNDANCY:
        if not own:
            return say("what each input would tell by itself")
        return say("what each of {inputs} would tell by itself", inputs=own)
    return say("a further expert")


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
