"""The top of the report: the answer in one line, and the inputs as the model got them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from i2moe_core.expert_set import read_name
from i2moe_core.explain.numbers import percent
from i2moe_core.explain.palette import INK, expert_label, input_label, inputs_label
from i2moe_core.explain.report.figures import series
from i2moe_core.explain.report.maps import data_uri
from i2moe_core.explain.report.markup import Child, Markup, foreign, number, tag, woven
from i2moe_core.explain.report.material import Material
from i2moe_core.explain.report.parts import chip, section
from i2moe_core.explain.verdict import Light, trust
from i2moe_core.explain.wording import answer_label, cut_sentences, hardly_prefers
from i2moe_core.language import marked, say
from i2moe_core.types import REDUNDANCY, SYNERGY

_SMALL = 96  # pictures below it keep their pixels as squares
FAR, _EDGE = 99.0, 90.0  # percentiles of the distance to the nearest reference sample
_VERDICTS: dict[Light, str] = {
    "good": marked("weights verified"),
    "partly": marked("verified in part"),
    "poor": marked("misleading weights"),
    "unknown": marked("not audited"),
}


def heading(material: Material) -> Markup:
    """Return the answer, who holds it, and whether that may be believed."""
    found = material.explanation
    title: Child = foreign(answer_label(found.task, found.prediction))
    if found.task != "regression":
        chance = number(found.probability, percent(found.probability))
        title = woven(say("{answer}, {share}"), answer=title, share=chance)
    light, sentence = trust(material.run.audit)
    return tag(
        "header",
        tag("p", say("I²MoE Explorer · one sample explained"), class_="eyebrow"),
        tag("h1", title),
        tag("p", _leader(material), class_="lead"),
        tag("p", chip(light, say(_VERDICTS[light])), " ", sentence, class_="note"),
    )


def the_pair(material: Material) -> Markup:
    """Return the inputs as the model got them, and what to know about them."""
    shown = [_shown(material, name, kind) for name, kind in material.run.info.modalities.items()]
    notes = [tag("p", note, class_="note") for note in _notes(material)]
    return section("pair", say("The inputs"), tag("div", shown, class_="grid"), notes)


def _leader(material: Material) -> Child:
    found = material.explanation
    if hardly_prefers(found, found.probabilities):
        return say("The model hardly prefers any answer here: there is little to explain.")
    leader = max(found.experts, key=lambda expert: expert.share)
    name = tag("b", foreign(expert_label(leader.name)))
    share = percent(leader.share)
    if leader.share < 0.4:
        told = say("No expert holds the answer alone; {expert} has the largest part, {share}.")
        return woven(told, expert=name, share=share)
    told = say("{expert} holds {share} of the answer: {why}")
    return woven(told, expert=name, share=share, why=_because(leader.name))


def _because(name: str) -> Child:
    parts = read_name(name)
    own = foreign(inputs_label(parts.modalities)) if parts.modalities else say("the inputs")
    if parts.role == SYNERGY:
        return woven(say("{inputs} had to be read together."), inputs=own)
    if parts.role == REDUNDANCY:
        return woven(say("each of {inputs} tells it by itself."), inputs=own)
    return woven(say("the {input} tells what the rest does not."), input=own)


def _shown(material: Material, name: str, kind: str) -> Markup:
    value = material.values.get(name)
    label = input_label(name)
    title = tag("h3", foreign(label))
    if value is None:
        nothing = say("Not given: the model was told that nothing is there.")
        return tag("div", title, tag("p", nothing), class_="card")
    if kind == "image":
        pixels = material.pictures[name]
        size = " pixelated" if pixels.shape[0] < _SMALL else ""
        alt = say(
            "The {input} of this sample as the model sees it, {width} x {height}",
            input=label, width=pixels.shape[1], height=pixels.shape[0],
        )  # fmt: skip
        body = tag("img", src=data_uri(pixels), alt=alt, class_="picture" + size)
    elif kind == "text":
        body = tag("blockquote", value, dir="auto")
    else:
        shape = " x ".join(str(n) for n in np.shape(value))
        alt = say("The numbers of {input}", input=label)
        body = tag("div", series(value, INK, alt), tag("p", say("{shape} numbers", shape=shape)))
    return tag("div", title, body, class_="card")


def _notes(material: Material) -> Iterator[str]:
    yield from cut_sentences(material.explanation)
    for name, percentile in material.explanation.far.items():
        told = {"input": input_label(name), "share": f"{percentile:.0f}%"}
        if percentile >= FAR:
            yield say(
                "The {input} is unlike what the model was trained on; take all that follows with care: it "
                "lies farther out than {share} of the reference samples.", **told,
            )  # fmt: skip
        elif percentile >= _EDGE:
            yield say(
                "The {input} is at the edge of what the model was trained on: it lies farther out than "
                "{share} of the reference samples.", **told,
            )  # fmt: skip
        else:
            yield say(
                "The {input} is like what the model was trained on: it lies farther out than {share} of the "
                "reference samples.", **told,
            )  # fmt: skip
