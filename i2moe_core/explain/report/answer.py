"""The experts' parts of the answer: shares, the sum that closes, the table, what each says alone."""

from __future__ import annotations

import numpy as np

from i2moe_core.explain.numbers import digits_for, joined, signed, sum_sentence
from i2moe_core.explain.palette import expert_label, expert_meaning
from i2moe_core.explain.readings import parts_of
from i2moe_core.explain.report.figures import Bar, bars, waterfall
from i2moe_core.explain.report.markup import Child, Markup, foreign, number, tag, woven
from i2moe_core.explain.report.material import Material
from i2moe_core.explain.report.parts import drawn, expert_name, in_a_row, section, table
from i2moe_core.explain.wording import answer_label, hardly_prefers
from i2moe_core.language import marked, say
from i2moe_core.types import ExpertView

AT_MOST = 6  # classes drawn
_NARROW = 240  # of figures of which four stand side by side
_UNITS = {
    "regression": marked("The score is the estimate itself."),
    "multilabel": marked("A score (logit) above 0 makes the label more likely than not."),
    "multiclass": marked(
        "A score (logit) is the raw number that becomes a probability; only differences between classes "
        "count."
    ),
}


def the_answer(material: Material) -> Markup:
    """Return the experts' table, whose last column sums to the answer's score, with its figures."""
    return section(
        "experts",
        say("Who decided"),
        tag("div", _shares(material), _sum(material), class_="grid two"),
        _table(material),
        _alone(material) if material.explanation.task != "regression" else None,
    )


def shares_figure(material: Material) -> Markup:
    """Draw each expert's share of the answer as a bar and its weight as a mark."""
    shares = [
        Bar(expert_label(e.name), e.share, material.colours[e.name],
            f"{e.share:.1%} | {e.weight:.1%}", mark=e.weight)
        for e in material.explanation.experts
    ]  # fmt: skip
    upper = min(1.0, 1.05 * max(0.3, *(b.value for b in shares), *(b.mark or 0.0 for b in shares)))
    return bars(shares, say("Each expert's share of the answer and its weight"), upper)


def sum_figure(material: Material) -> Markup:
    """Draw the experts' contributions as steps that end at the answer's score."""
    parts = parts_of(material.explanation, material.place)
    rows = [
        (expert_label(e.name), float(part), material.colours[e.name])
        for e, part in zip(material.explanation.experts, parts, strict=True)
    ]
    return waterfall(rows, score_name(material), say("The experts' contributions, adding up to the score"))


def score_name(material: Material) -> str:
    """Return what the contributions sum to."""
    found = material.explanation
    if found.task == "regression":
        return say("Estimate")
    return say("Score of {answer}", answer=found.classes[material.place])


def _shares(material: Material) -> Markup:
    return tag(
        "div",
        tag("h3", say("Share of the answer | the router's weight")),
        drawn(
            shares_figure(material),
            say(
                "A bar is an expert's share of the evidence for the answer; the upright mark is the weight "
                "that the router gave it. Shares sum to 100%, and so do weights."
            ),
            say("A cause in the world: both are the model's own account."),
        ),
        class_="card",
    )


def _sum(material: Material) -> Markup:
    found, place = material.explanation, material.place
    sentence = sum_sentence(parts_of(found, place), float(found.logits[place]))
    told = say(
        "Each expert moves the score by its weight times its own score; the last bar is the sum: {sum}."
    )
    return tag(
        "div",
        tag("h3", say("The sum that closes")),
        drawn(
            sum_figure(material),
            in_a_row(woven(told, sum=tag("span", sentence, class_="figures")), say(_UNITS[found.task])),
            say("Why an expert says what it says; that is the next section."),
        ),
        class_="card",
    )


def _table(material: Material) -> Markup:
    found, place = material.explanation, material.place
    parts = parts_of(found, place)
    digits = max(3, digits_for([*parts]))
    rows: list[list[Child]] = []
    for expert, part in zip(found.experts, parts, strict=True):
        own = float(expert.logits[place])
        name = [
            expert_name(expert.name, material.colours),
            tag("small", expert_meaning(expert.name)),
            tag("small", _asked_alone(material, expert)),
        ]
        rows.append(
            [
                name, number(expert.weight, f"{expert.weight:.1%}"),
                number(expert.share, f"{expert.share:.1%}"), number(own, signed(own, digits)),
                number(float(part), signed(float(part), digits)),
            ]
        )  # fmt: skip
    total = float(found.logits[place])
    foot = [
        say("Sum"), number(float(found.weights.sum()), f"{found.weights.sum():.1%}"),
        number(sum(e.share for e in found.experts), f"{sum(e.share for e in found.experts):.1%}"),
        "", number(total, signed(total, digits)),
    ]  # fmt: skip
    head = [say("Expert"), say("Weight"), say("Share"), say("Its own score"), say("Part: weight × score")]
    return table(head, rows, (1, 2, 3, 4), foot)


def _asked_alone(material: Material, expert: ExpertView) -> Child:
    found, answer = material.explanation, foreign(answer_label(material.explanation.task, expert.prediction))
    if found.task == "regression":
        return woven(say("asked alone, it estimates {answer}"), answer=answer)
    if hardly_prefers(found, expert.probabilities):
        return say("asked alone, it is undecided")
    return woven(say("asked alone, it says {answer}"), answer=answer)


def _alone(material: Material) -> Markup:
    found = material.explanation
    said = np.max([found.probabilities, *(e.probabilities for e in found.experts)], axis=0)
    chosen = np.sort(np.argsort(-said, kind="stable")[:AT_MOST])
    cards = []
    for expert in found.experts:
        rows = [
            Bar(found.classes[c], float(expert.probabilities[c]), material.colours[expert.name],
                f"{expert.probabilities[c]:.1%}", float(found.probabilities[c]))
            for c in chosen
        ]  # fmt: skip
        alt = say("What the expert says alone: {expert}", expert=expert_label(expert.name))
        figure = bars(rows, alt, width=_NARROW)
        cards.append(tag("div", tag("h3", expert_name(expert.name, material.colours)), figure, class_="card"))
    left = len(found.classes) - len(chosen)
    notes = [say("Bars: the expert's own probabilities. Upright marks: the whole model's.")]
    if left:
        notes.append(say("Classes left out, as the least likely: {count}.", count=left))
    note = joined(notes)
    title = tag("h3", say("What each says when asked alone"))
    return tag("figure", title, tag("div", cards, class_="grid four"), tag("figcaption", tag("p", note)))
