"""One target's card: shares of the inputs, map, coloured words, the strongest parts, and the map's test."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from i2moe_core.explain.attribution.cells import cell_label
from i2moe_core.explain.attribution.result import Attribution, Attributions
from i2moe_core.explain.attribution.tops import Top, top_cells
from i2moe_core.explain.numbers import digits_for, percent, signed
from i2moe_core.explain.palette import UP, expert_label, input_label
from i2moe_core.explain.report.badges import badge_lines
from i2moe_core.explain.report.figures import series, stacked
from i2moe_core.explain.report.maps import patch_map, words_strip
from i2moe_core.explain.report.markup import Child, Markup, foreign, number, tag, woven
from i2moe_core.explain.report.material import Material
from i2moe_core.explain.report.parts import expert_name, in_a_row
from i2moe_core.language import say
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
    sentence, names = _about(material, item)
    shown = {place: foreign(name) for place, name in names.items()}
    if item.expert is not None:
        shown["expert"] = expert_name(item.expert, material.colours)
    return woven(sentence, **shown)


def target_words(material: Material, item: Attribution) -> str:
    """Return the same as text."""
    sentence, names = _about(material, item)
    return sentence.format(**names)


def _about(material: Material, item: Attribution) -> tuple[str, dict[str, str]]:
    """Return a sentence with {places}, and the names that belong there."""
    kind, _, rest = item.target.partition("/")
    classes = material.explanation.classes
    if kind == "answer":
        return say("The answer {answer}"), {"answer": classes[int(rest)]}
    if kind == "difference":
        first, _, second = rest.partition("/")
        names = {"first": classes[int(first)], "second": classes[int(second)]}
        return say("{first} rather than {second}"), names
    if item.expert is None:
        return say("The experts' disagreement"), {}
    expert = {"expert": expert_label(item.expert)}
    if kind == "gate":
        return say("The weight of {expert}"), expert
    named = expert | {"answer": classes[int(rest.rpartition("/")[2])]}
    if kind == "expert":
        return say("{expert}: its score for {answer}"), named
    return say("{expert}: its contribution for {answer}"), named


def _map(material: Material, item: Attribution, name: str, scale: float) -> Markup | None:
    found, kind, value = (
        attributions_of(material), material.run.info.modalities[name], material.values.get(name)
    )  # fmt: skip
    own = np.array([cell.modality == name for cell in found.cells])
    if value is None:
        return None
    if not np.isfinite(item.cells[own]).any():
        return tag(
            "p", say("The method says nothing of the {input}.", input=input_label(name)), class_="note"
        )
    if kind == "text":
        return words_strip(found, item, name, value, scale)
    alt = say(
        "Which parts of the {input} moved this: {target}",
        input=input_label(name), target=target_words(material, item),
    )  # fmt: skip
    if kind == "image":
        return patch_map(found, item, name, material.pictures[name], scale, alt)
    return series(item.cells[own], UP, alt)


def _shares_bar(material: Material, item: Attribution) -> Markup:
    parts = [
        (input_label(name), share, material.colours[f"{UNIQUE}:{name}"])
        for name, share in item.shares.items()
    ]  # an input has the colour of the expert that is unique to it
    keys = [
        tag("span", _dot(colour), foreign(name), " ", number(share, percent(share)))
        for name, share, colour in parts
    ]
    return tag(
        "div", stacked(parts, say("Share of each input in all that moved it")), tag("p", keys, class_="keys")
    )


def _dot(colour: str) -> Markup:
    return tag("span", class_="dot", style=f"background:{colour}", aria_hidden="true")


def _strongest(found: Attributions, item: Attribution) -> Markup:
    groups = (
        (say("Words: {these}"), top_cells(found, item, "text", 3)),
        (say("Patch: {these}"), top_cells(found, item, "image", 1)),
        (say("Numbers: {these}"), top_cells(found, item, "array", 2)),
    )
    lines = [tag("li", woven(told, these=_listed(tops))) for told, tops in groups if tops]
    return tag("ul", lines or tag("li", say("Nothing moved it.")), class_="tops note")


def _listed(tops: tuple[Top, ...]) -> list[Child]:
    digits = digits_for([top.value for top in tops])
    shown: list[Child] = []
    for place, top in enumerate(tops):
        value = tag("span", number(top.value, signed(top.value, digits)), class_="figures")
        shown += [say(", ") if place else "", foreign(cell_label(top.cell)), " ", value]
    return shown


def _account(item: Attribution) -> Child:
    digits = digits_for([item.value, item.baseline_value])
    start = number(item.baseline_value, signed(item.baseline_value, digits))
    end = number(item.value, signed(item.value, digits))
    ends = woven(
        say("With everything removed {start}, with the sample as given {end}."), start=start, end=end
    )
    return in_a_row(ends, _gap(item.gap))


def _gap(gap: float | None) -> Child:
    if gap is None:
        return say("This method does not promise that its numbers sum to the difference.")
    share = number(gap, percent(gap))
    if gap > GAP:
        return woven(
            say("The numbers miss the difference by {share} of it: read them with care."), share=share
        )
    return woven(say("The numbers sum to the difference; the gap is {share} of it."), share=share)
