"""What speaks for and against the explanation: swaps, disagreement, and the run's audit."""

from __future__ import annotations

from i2moe_core.explain.palette import expert_label, input_label, inputs_label
from i2moe_core.explain.readings import STILL, movements, reacts_as_named
from i2moe_core.explain.report.markup import Child, Markup, foreign, number, tag, woven
from i2moe_core.explain.report.material import Material
from i2moe_core.explain.report.parts import chip, drawn, expert_name, section, table
from i2moe_core.explain.verdict import checks_of, trust
from i2moe_core.explain.wording import disagreement_sentence
from i2moe_core.language import say


def swaps(material: Material) -> Markup | None:
    """Return how far each expert moves when one input is another sample's."""
    found = material.explanation
    names = [name for name in found.modalities if name not in found.missing]
    if not names or found.perturbed.shape[2] == 0:
        return None
    moves, places = movements(found), [found.modalities.index(name) for name in names]
    rows: list[list[Child]] = [
        [
            expert_name(e.name, material.colours),
            *(_moved(material, float(moves[k, m])) for m in places),
            _role(material, k),
        ]
        for k, e in enumerate(found.experts)
    ]
    others = [woven(say("Other {input}"), input=foreign(input_label(name))) for name in names]
    head = [say("Expert"), *others, say("Fits its name here?")]
    whole = table(head, rows, range(1, len(names) + 1))
    count = found.perturbed.shape[2]
    return section(
        "swaps",
        say("If one input were another sample's"),
        drawn(
            whole,
            say(
                "How far the expert's answer moves on average when that input is taken from {count} other "
                "samples: 0% not at all, 100% to another answer altogether.",
                count=count,
            )
            if found.task != "regression"
            else say(
                "How far the estimate moves on average with that input of {count} other samples.", count=count
            ),
            say(
                "The role of redundancy, which the audit tests over many samples; movements below {least} "
                "count as none.",
                least=f"{STILL:.0%}",
            ),
        ),
    )


def disagreement(material: Material) -> Markup:
    """Return whether the experts agree, in one sentence."""
    sentence = disagreement_sentence(material.explanation, expert_label)
    return section("disagreement", say("Do the experts agree?"), tag("p", foreign(sentence)))


def audit(material: Material) -> Markup:
    """Return the audit's verdict about the run and its checks."""
    light, sentence = trust(material.run.audit)
    known = [check for check in checks_of(material.run.audit) if check.value is not None]
    rows: list[list[Child]] = [
        [
            [say(check.question), tag("small", say(check.meaning))],
            number(check.value or 0.0, f"{check.value:.3f}"), f"{check.goal:.2f}", chip(check.light),
        ]
        for check in known
    ]  # fmt: skip
    head = [say("Question"), say("Measured"), say("Mark"), say("Verdict")]
    body = table(head, rows, (1, 2)) if rows else None
    return section(
        "audit", say("May this run's weights be believed?"), tag("p", chip(light), " ", sentence), body
    )


def _moved(material: Material, value: float) -> Markup:
    return number(value, f"{value:.1%}" if material.explanation.task != "regression" else f"{value:.3g}")


def _role(material: Material, expert: int) -> str:
    found = material.explanation
    if found.missing:
        return say("not tested without {inputs}", inputs=inputs_label(found.missing))
    verdict = reacts_as_named(found.experts[expert].name, movements(found)[expert], found.modalities)
    if verdict is None:
        return say("one sample cannot tell")
    return say("yes") if verdict else say("not on this sample")
