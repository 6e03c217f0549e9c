"""The report's second half: what in the inputs moved the answer, each expert and each weight."""

from __future__ import annotations

from collections.abc import Sequence

from i2moe_core.explain.attribution.method_names import method_name
from i2moe_core.explain.attribution.result import Attribution
from i2moe_core.explain.attribution.tops import largest
from i2moe_core.explain.palette import DOWN, UP, input_label
from i2moe_core.explain.report.cards import attributions_of, target_card, target_title
from i2moe_core.explain.report.maps import legend
from i2moe_core.explain.report.markup import Child, Markup, number, tag, woven
from i2moe_core.explain.report.material import ALIKE, Material
from i2moe_core.explain.report.parts import drawn, in_a_row, section, table
from i2moe_core.language import say


def what_moved(material: Material) -> Markup | None:
    """Return a map and the coloured words of the answer and of every expert, on common scales."""
    items = material.items(*ALIKE)
    if not items:
        return None
    intro = tag(
        "p",
        say(
            "Method: {method}. Each number says how much a patch or a word moved the score, in the score's "
            "own unit, counted from what stands in for it where it is removed. The router's weights are held "
            "as they are for this pair; what moved them stands below.",
            method=method_name(attributions_of(material).method),
        ),
    )
    title = say("What in the inputs moved the answer, and each expert")
    return section("moved", title, intro, _cards(material, items, say("score")), _shares(material, items))


def rather(material: Material) -> Markup | None:
    """Return what spoke for one class rather than another, where that was asked."""
    items = material.items("difference")
    if not items:
        return None
    intro = tag("p", say("The same for one answer's lead over another: what they share is left out."))
    return section("rather", say("Why this rather than that"), intro, _cards(material, items, say("lead")))


def why_these_weights(material: Material) -> Markup | None:
    """Return what moved each weight of the router."""
    items = material.items("gate")
    if not items:
        return None
    intro = tag("p", say("The same for the router: what made each expert's weight larger or smaller."))
    return section("gate", say("Why the router weighs so"), intro, _cards(material, items, say("weight")))


def dissent(material: Material) -> Markup | None:
    """Return what moved the experts' disagreement, where that was asked."""
    items = material.items("disagreement")
    if not items:
        return None
    cards = _cards(material, items, say("divergence"))
    return section("dissent", say("What made the experts disagree"), cards)


def _cards(material: Material, items: Sequence[Attribution], unit: str) -> Markup:
    found = attributions_of(material)
    names = dict.fromkeys(cell.modality for cell in found.cells)
    scales = {name: largest(found, name, tuple(items)) for name in names}
    keys = [legend(scales[name], _unit(name, unit)) for name in scales]
    cards = [
        tag("div", target_card(material, item, scales), class_="card hero" if item.expert is None else "card")
        for item in items
    ]
    beyond = in_a_row(
        say("Why it did so, nor what would happen with another picture or text; parts that work only "
            "together share their effect."),
        _tested(material),
    )  # fmt: skip
    return drawn([*keys, tag("div", cards, class_="grid two cards")], _how(material), beyond)


def _unit(name: str, unit: str) -> str:
    label = input_label(name)
    return say("{Input}, in the unit of the {unit}:", Input=label[:1].upper() + label[1:], unit=unit)


def _how(material: Material) -> Child:
    told = say(
        "One colour scale for all figures of this section, per input. {up}with solid lines: it pushed up; "
        "{down}with dotted lines and slanted strokes: it pushed down."
    )
    how = woven(told, up=_swatch(UP), down=_swatch(DOWN))
    return in_a_row(how, say("The framed patch is the strongest.")) if material.pictures else how


def _tested(material: Material) -> str:
    if not material.badges:
        return say("Nobody tested here whether these maps are better than random ones.")
    return say(
        "Trust a map as far as the test below it allows: the parts that it names first are removed, or kept "
        "alone, and that must do more than with random parts."
    )


def _swatch(colour: str) -> Markup:
    return tag("span", class_="dot", style=f"background:{colour};border-radius:3px", aria_hidden="true")


def _shares(material: Material, items: Sequence[Attribution]) -> Markup:
    names = list(dict.fromkeys(cell.modality for cell in attributions_of(material).cells))
    rows = [
        [
            target_title(material, item),
            *(number(item.shares[name], f"{item.shares[name]:.1%}") for name in names),
        ]
        for item in items
    ]
    head = [say("Share of each input"), *(input_label(name) for name in names)]
    whole = table(head, rows, range(1, len(names) + 1))
    note = say(
        "An input's share is its part of the sum of all sizes, for and against, over all of its parts."
    )
    return tag("div", whole, tag("p", note, class_="note"))
