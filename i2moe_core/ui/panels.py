"""An attribution as the panels of a page: one a wish, named and coloured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from i2moe_core.explain.attribution.cells import FRAME, cell_label
from i2moe_core.explain.attribution.result import Attribution, Attributions, Cell
from i2moe_core.language import marked, say
from i2moe_core.plots import expert_colours, expert_label
from i2moe_core.plots.palette import INK, input_label

WHOLE = marked("Whole model")


@dataclass(frozen=True)
class Panel:
    """One column of numbers: ``cells`` (F,) in the attribution's order, ``maps`` at the method's own grain.

    note: what the numbers add up to, in a few words.
    """

    key: str
    label: str
    colour: str
    cells: np.ndarray
    maps: Mapping[str, np.ndarray]
    note: str = ""


def panels_of(found: Attributions, experts: Sequence[str], classes: Sequence[str]) -> list[Panel]:
    """Return one panel a target, in their order."""
    colours = expert_colours(experts)
    several = sum(item.target.startswith("answer/") for item in found.items) > 1
    return [
        Panel(
            item.target,
            panel_label(item.target, item.expert, classes, several),
            colours.get(item.expert or "", INK),
            item.cells,
            item.maps,
            _note(item),
        )
        for item in found.items
    ]


def panel_label(target: str, expert: str | None, classes: Sequence[str], several: bool = False) -> str:
    """Return a target's short name: the expert's, or what of the mixture is meant.

    several: whether more than one class of the whole model is shown, so that the class is its name.
    """
    kind, _, rest = target.partition("/")
    if expert is not None:
        return expert_label(expert)
    if kind == "difference":
        first, second = (classes[int(number)] for number in rest.split("/"))
        return say("{first} rather than {second}", first=first, second=second)
    if kind == "answer" and several:
        return say("For {answer}", answer=classes[int(rest)])
    return say("Disagreement") if kind == "disagreement" else say(WHOLE)


def difference(first: Panel, second: Panel) -> Panel:
    """Return a panel of what counts more in the first than in the second."""
    shared = set(first.maps) & set(second.maps)
    return Panel(
        f"{first.key}-{second.key}",
        f"{first.label} − {second.label}",
        INK,
        first.cells - second.cells,
        {name: first.maps[name] - second.maps[name] for name in shared},
        say("the difference of two panels"),
    )


def painted(cells: Sequence[Cell], values: np.ndarray, size: int) -> np.ndarray:
    """Return the patches' values laid out as a picture (S, S); nan where there is no patch."""
    picture = np.full((size, size), np.nan)
    for cell, value in zip(cells, values, strict=True):
        top, left, bottom, right = cell.place
        picture[top:bottom, left:right] = value
    return picture


def places_of(found: Attributions, modality: str) -> np.ndarray:
    """Return the numbers of a modality's cells."""
    return np.array([n for n, cell in enumerate(found.cells) if cell.modality == modality], dtype=int)


def is_frame(cell: Cell) -> bool:
    """Say whether a cell is the pieces that stand for no character; a visitor may type its label."""
    return cell.label == FRAME and cell.place == (0, 0)


def describe_cell(cell: Cell) -> str:
    """Return a cell's name for a sentence."""
    if cell.kind == "text":
        if is_frame(cell):
            return say("the pieces that frame the text")
        return say("the word “{word}”", word=cell.label)
    return say("{part} of {input}", part=cell_label(cell), input=input_name(cell))


def input_name(cell: Cell) -> str:
    """Return the name of a cell's input for a sentence: pictures and texts with an article."""
    label = input_label(cell.modality)
    return label if cell.kind == "array" else say("the {input}", input=label)


def _note(item: Attribution) -> str:
    digits = 2 if max(abs(item.value), abs(item.baseline_value)) >= 1 else 3
    start, end = (f"{value:.{digits}f}".replace("-", "−") for value in (item.baseline_value, item.value))
    return f"{start} → {end}"
