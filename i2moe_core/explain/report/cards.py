"""One target's card: shares of the inputs, map, coloured words, the strongest parts, and the map's test."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from i2moe_core.explain.attribution.result import Attribution, Attributions
from i2moe_core.explain.attribution.tops import Top, top_cells
from i2moe_core.explain.numbers import digits_for, percent, signed
from i2moe_core.explain.palette import UP
from i2moe_core.explain.report.badges import badge_lines
from i2moe_core.explain.report.figures import series, stacked
from i2moe_core.explain.report.maps import patch_map, words_strip
from i2moe_core.explain.report.markup import Child, Markup, foreign, number, tag
from i2moe_core.explain.report.material import Material
from i2moe_core.explain.report.parts import expert_name
from i2moe_core.types import UNIQUE

GAP = 0.05  # a completeness gap above it is told as a fault


def attributions_of(material: Material) -> Attributions:
    """Return the attributions of a report that has some."""
    if material.attributions is None:
        raise ValueError("there are no attributions to show")
    return material.attributions


def target_card(material: Material, item: Attribution, scales: Mapping[str, float]) -> Iterator[Child]:
    """Yield a card's content; ``scales``: modality -> the number that is drawn at full strength."""
    maps = {name: _map(material, item, name, scale) for name, scale in scales.items()}
    pictures = [one for name, one in maps.items() if name in material.pictures]
    rest = [one for name, one in maps.items() if name not in material.pictures]
    beside = tag("div", rest, _strongest(attributions_of(material), item))
    yield tag("h3", target_title(material, item))
    yield _shares_bar(material, item)
    yield tag("div", tag("div", pictures), beside, class_="map") if pictures else beside
    yield tag("p", _account(item), class_="note")
    if material.badges:
        yield badge_lines(material.badges.get(item.target))


def target_title(material: Material, item: Attribution) -> Child:
    """Return what a target is about, with the expert's colour where it is about one."""
    kind, _, rest = item.target.partition("/")
    classes = material.explanation.classes
    if kind == "answer":
        return ["The answer ", foreign(classes[int(rest)])]
    if kind == "difference":
        first, _, second = rest.partition("/")
        return [foreign(classes[int(first)]), " rather than ", foreign(classes[int(second)])]
    if item.expert is None:
        return item.label
    name = expert_name(item.expert, material.colours)
    if kind == "gate":
        return ["The weight of ", name]
    what = "score" if kind == "expert" else "contribution"
    return [name, f": its {what} for ", foreign(classes[int(rest.rpartition("/")[2])])]


def _map(material: Material, item: Attribution, name: str, scale: float) -> Markup | None:
    found, kind, value = (
        attributions_of(material), material.run.info.modalities[name], material.values.get(name)
    )  # fmt: skip
    own = np.array([cell.modality == name for cell in found.cells])
    if value is None:
        return None
    if not np.isfinite(item.cells[own]).any():
        return tag("p", f"The method says nothing of the {name}.", class_="note")
    if kind == "image":
        alt = f"Which patches of the {name} moved {item.label}"
        return patch_map(found, item, name, material.pictures[name], scale, alt)
    if kind == "text":
        return words_strip(found, item, name, value, scale)
    return series(item.cells[own], UP, f"Which numbers of {name} moved {item.label}")


def _shares_bar(material: Material, item: Attribution) -> Markup:
    parts = [
        (name, share, material.colours[f"{UNIQUE}:{name}"]) for name, share in item.shares.items()
    ]  # an input has the colour of the expert that is unique to it
    keys = [
        tag("span", _dot(colour), foreign(name), " ", number(share, percent(share)))
        for name, share, colour in parts
    ]
    return tag(
        "div", stacked(parts, "Share of each input in all that moved it"), tag("p", keys, class_="keys")
    )


def _dot(colour: str) -> Markup:
    return tag("span", class_="dot", style=f"background:{colour}", aria_hidden="true")


def _strongest(found: Attributions, item: Attribution) -> Markup:
    groups = (
        ("Words: ", top_cells(found, item, "text", 3)),
        ("Patch: ", top_cells(found, item, "image", 1)),
        ("Numbers: ", top_cells(found, item, "array", 2)),
    )
    lines = [tag("li", name, _listed(tops)) for name, tops in groups if tops]
    return tag("ul", lines or tag("li", "Nothing moved it."), class_="tops note")


def _listed(tops: tuple[Top, ...]) -> list[Child]:
    digits = digits_for([top.value for top in tops])
    shown: list[Child] = []
    for place, top in enumerate(tops):
        value = tag("span", number(top.value, signed(top.value, digits)), class_="figures")
        shown += [", " if place else "", foreign(top.cell.label), " ", value]
    return shown


def _account(item: Attribution) -> list[Child]:
    digits = digits_for([item.value, item.baseline_value])
    start = number(item.baseline_value, signed(item.baseline_value, digits))
    end = number(item.value, signed(item.value, digits))
    parts: list[Child] = ["With everything removed ", start, ", with the sample as given ", end, "."]
    if item.gap is None:
        return [*parts, " This method does not promise that its numbers sum to the difference."]
    gap = number(item.gap, percent(item.gap))
    if item.gap > GAP:
        return [*parts, " The numbers miss the difference by ", gap, " of it: read them with care."]
    return [*parts, " The numbers sum to the difference; the gap is ", gap, " of it."]
