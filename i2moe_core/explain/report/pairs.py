"""Which parts of two inputs work together, where that was estimated: a numbered picture and its list."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from i2moe_core.explain.attribution.cells import cell_label
from i2moe_core.explain.interactions.result import Pair, PairInteractions
from i2moe_core.explain.numbers import digits_for, signed
from i2moe_core.explain.palette import input_label
from i2moe_core.explain.report.figures import figure
from i2moe_core.explain.report.maps import SIDE, data_uri
from i2moe_core.explain.report.markup import Attribute, Child, Markup, foreign, join, number, tag, woven
from i2moe_core.explain.report.material import Material
from i2moe_core.explain.report.parts import drawn, expert_name, section, table
from i2moe_core.language import say

SHOWN = 6  # pairs a target


def strongest_pairs(material: Material) -> Markup | None:
    """Return the pairs of parts with the largest interaction; nothing where none were estimated."""
    found = material.interactions
    if found is None:
        return None
    cards = [tag("div", _card(material, found, row), class_="card") for row in range(len(found.targets))]
    how = say(
        "Each row is a pair: what the two say together beyond the sum of what each says apart (Shapley "
        "interaction index, in the score's unit, with the half-width of its 95% interval). Above 0 they "
        "need each other; below 0 either would do. Numbers in the picture are the rows."
    )
    beyond = say(
        "All contexts: {count} random ones were tried. An interval that holds 0 may be no pair at all, and "
        "among many intervals a few miss by chance.",
        count=found.coalitions,
    )
    first, second = map(input_label, found.modalities)
    title = say("Which parts of {first} and {second} work together", first=first, second=second)
    return section("pairs", title, drawn(tag("div", cards, class_="grid two"), how, beyond))


def _card(material: Material, found: PairInteractions, row: int) -> Markup:
    pairs, expert = found.ranked(found.targets[row], SHOWN), found.experts[row]
    name: Child = say("For the whole model")
    if expert is not None:
        name = woven(say("For {expert}"), expert=expert_name(expert, material.colours))
    rows: list[list[Child]] = [
        [str(place), foreign(cell_label(pair.first)), foreign(cell_label(pair.second)), _index(pair)]
        for place, pair in enumerate(pairs, start=1)
    ]
    first, second = (foreign(input_label(name)) for name in found.modalities)
    head = ["", first, second, say("Together, beyond apart")]
    pixels = material.pictures.get(found.modalities[0])
    picture = None if pixels is None else _numbered(pixels, pairs, found.modalities[0])
    return join([tag("h3", name), picture, table(head, rows, (3,))])


def _index(pair: Pair) -> Markup:
    digits = digits_for([pair.index])
    shown = number(pair.index, signed(pair.index, digits))
    index = join([shown, " ± ", number(pair.half_width, f"{pair.half_width:.{digits}f}")])
    return index if pair.certain else join(woven(say("{index} (may be 0)"), index=index))


def _numbered(pixels: np.ndarray, pairs: Sequence[Pair], modality: str) -> Markup:
    """Draw the picture with the pairs' patches framed and numbered; a patch of several rows has them all."""
    unit, at = SIDE / pixels.shape[0], dict[tuple[int, ...], list[int]]()
    for place, pair in enumerate(pairs, start=1):
        at.setdefault(pair.first.place, []).append(place)
    style = "image-rendering:pixelated" if pixels.shape[0] < 96 else None
    image = tag("image", href=data_uri(pixels), width=SIDE, height=SIDE, style=style)
    marks = [_mark(place, rows, unit) for place, rows in at.items()]
    alt = say("The pairs' patches of the {input}", input=input_label(modality))
    return tag("div", figure(SIDE, alt, image, marks, width=SIDE), class_="numbered")


def _mark(place: tuple[int, ...], rows: list[int], unit: float) -> Markup:
    top, left, bottom, right = (unit * edge for edge in place)
    box: dict[str, Attribute] = {
        "x": left,
        "y": top,
        "width": right - left,
        "height": bottom - top,
        "rx": 2,
        "fill": "none",
    }
    words = ",".join(str(row) for row in rows)
    x, y = (left + right) / 2, (top + bottom) / 2 + 5
    return join([
        tag("rect", **box, stroke="#fff", stroke_width=4),
        tag("rect", **box, stroke="#14161B", stroke_width=2),
        tag("text", words, x=x, y=y, text_anchor="middle", class_="mark"),
    ])  # fmt: skip
