"""What experts, inputs and answers are called on the teaching pages, in the visitor's language."""

from __future__ import annotations

from collections.abc import Sequence

from i2moe_core.language import marked, say
from i2moe_core.types import REDUNDANCY, SYNERGY, UNIQUE

_INPUTS = {"image": marked("image"), "text": marked("text")}
_SHARED = {SYNERGY: marked("Synergy"), REDUNDANCY: marked("Redundancy")}
_MEANINGS = {
    SYNERGY: marked("what shows only when the inputs are read together"),
    REDUNDANCY: marked("what each input would tell by itself"),
}


def input_said(modality: str) -> str:
    """Return the name of an input; names from a data set stay as they are."""
    return say(_INPUTS[modality]) if modality in _INPUTS else modality


def expert_said(name: str) -> str:
    """Return the plain name of an expert: ``unique:image`` is "Image alone"."""
    kind, _, modality = name.partition(":")
    if kind == UNIQUE and modality:
        own = input_said(modality)
        return say("{Input} alone", Input=own[:1].upper() + own[1:])
    return say(_SHARED[name]) if name in _SHARED else name


def experts_said(names: Sequence[str]) -> list[str]:
    """Return the plain names of experts."""
    return [expert_said(name) for name in names]


def meaning_said(name: str) -> str:
    """Return in one line what an interaction is."""
    kind, _, modality = name.partition(":")
    if kind == UNIQUE and modality:
        return say("what only the {input} tells", input=input_said(modality))
    return say(_MEANINGS[name]) if name in _MEANINGS else name
