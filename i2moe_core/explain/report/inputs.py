"""The top of the report: the answer in one line, and the inputs as the model got them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from i2moe_core.expert_set import read_name
from i2moe_core.explain.numbers import listing, percent
from i2moe_core.explain.palette import INK, expert_label
from i2moe_core.explain.report.figures import series
from i2moe_core.explain.report.maps import data_uri
from i2moe_core.explain.report.markup import Child, Markup, foreign, number, tag
from i2moe_core.explain.report.material import Material
from i2moe_core.explain.report.parts import chip, section
from i2moe_core.explain.verdict import Light, trust
from i2moe_core.explain.wording import hardly_prefers
from i2moe_core.types import REDUNDANCY, SYNERGY

_SMALL = 96  # pictures below it keep their pixels as squares
FAR, _EDGE = 99.0, 90.0  # percentiles of the distance to the nearest reference sample
_VERDICTS: dict[Light, str] = {
    "good": "weights verified",
    "partly": "verified in part",
    "poor": "misleading weights",
    "unknown": "not audited",
}


def heading(material: Material) -> Markup:
    """Return the answer, who holds it, and whether that may be believed."""
    found = material.explanation
    chance = None if found.task == "regression" else number(found.probability, percent(found.probability))
    light, sentence = trust(material.run.audit)
    return tag(
        "header",
        tag("p", "I²MoE Explorer · one sample explained", class_="eyebrow"),
        tag("h1", foreign(found.prediction), [", ", chance] if chance is not None else None),
        tag("p", _leader(material), class_="lead"),
        tag("p", chip(light, _VERDICTS[light]), " ", sentence, class_="note"),
    )


def the_pair(material: Material) -> Markup:
    """Return the inputs as the model got them, and what to know about them."""
    shown = [_shown(material, name, kind) for name, kind in material.run.info.modalities.items()]
    notes = [tag("p", note, class_="note") for note in _notes(material)]
    return section("pair", "The inputs", tag("div", shown, class_="grid"), notes)


def _leader(material: Material) -> Child:
    found = material.explanation
    if hardly_prefers(found, found.probabilities):
        return "The model hardly prefers any answer here: there is little to explain."
    leader = max(found.experts, key=lambda expert: expert.share)
    name = tag("b", foreign(expert_label(leader.name)))
    if leader.share < 0.4:
        return [
            "No expert holds the answer alone; ",
            name,
            f" has the largest part, {percent(leader.share)}.",
        ]
    return [name, f" holds {percent(leader.share)} of the answer: ", _because(leader.name)]


def _because(name: str) -> Child:
    parts = read_name(name)
    own, some = foreign(listing(parts.modalities)), bool(parts.modalities)
    if parts.role == SYNERGY:
        return [own, " had to be read together."] if some else "the inputs had to be read together."
    if parts.role == REDUNDANCY:
        return ["each of ", own, " tells it by itself."] if some else "each input tells it by itself."
    return ["the ", own, " tells what the rest does not."]


def _shown(material: Material, name: str, kind: str) -> Markup:
    value = material.values.get(name)
    title = tag("h3", foreign(name))
    if value is None:
        return tag(
            "div", title, tag("p", "Not given: the model was told that nothing is there."), class_="card"
        )
    if kind == "image":
        pixels = material.pictures[name]
        size = " pixelated" if pixels.shape[0] < _SMALL else ""
        alt = (
            f"The picture '{name}' of this sample as the model sees it, {pixels.shape[1]} x {pixels.shape[0]}"
        )
        body = tag("img", src=data_uri(pixels), alt=alt, class_="picture" + size)
    elif kind == "text":
        body = tag("blockquote", value, dir="auto")
    else:
        shape = " x ".join(str(n) for n in np.shape(value))
        body = tag("div", series(value, INK, f"The numbers of {name}"), tag("p", f"{shape} numbers"))
    return tag("div", title, body, class_="card")


def _notes(material: Material) -> Iterator[str]:
    yield from material.explanation.notes
    for name, percentile in material.explanation.far.items():
        often = "like what the model was trained on"
        if percentile >= FAR:
            often = "unlike what the model was trained on; take all that follows with care"
        elif percentile >= _EDGE:
            often = "at the edge of what the model was trained on"
        yield f"The {name} is {often}: it lies farther out than {percentile:.0f} % of the reference samples."
