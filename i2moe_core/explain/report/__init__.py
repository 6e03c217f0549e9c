"""One sample's report: a single HTML file that opens offline, needs no script and can be printed.

Nothing in it comes from elsewhere, and its policy lets nothing be fetched; ``markup`` escapes every text.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from i2moe_core.checkpoint import Run
from i2moe_core.explain.attribution.badge import Badge
from i2moe_core.explain.attribution.result import Attributions
from i2moe_core.explain.interactions.result import PairInteractions
from i2moe_core.explain.report import answer, evidence, inputs, moved, repeat
from i2moe_core.explain.report.markup import Markup, tag
from i2moe_core.explain.report.material import Material, seen_pictures
from i2moe_core.explain.report.pairs import strongest_pairs
from i2moe_core.explain.report.style import SHEET
from i2moe_core.explain.wording import answer_label
from i2moe_core.language import current, say
from i2moe_core.types import PairExplanation

__all__ = ["html_report"]

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"


def html_report(
    run: Run,
    values: Mapping[str, Any],
    explanation: PairExplanation,
    attributions: Attributions | None = None,
    badges: Mapping[str, Badge] | None = None,
    interactions: PairInteractions | None = None,
    options: Mapping[str, float] | None = None,
    command: str = "",
) -> str:
    """Return the report of one sample as the content of an HTML file; the same arguments give the same bytes.

    Args:
        run: the mixture.
        values: modality name -> picture, text or array; None or absent: missing.
        explanation: of ``explain_pair`` for these values.
        attributions: what moved the answer, the experts, the weights; without, those sections are left out.
        badges: target key -> the test of its map.
        interactions: which patches and words work together.
        options: of the attribution method.
        command: what prints this report.
    """
    material = Material(
        run, values, explanation, attributions, badges or {}, interactions, options or {}, command,
        seen_pictures(run, values, explanation.sample_id),
    )  # fmt: skip
    sections = (
        inputs.the_pair(material),
        answer.the_answer(material),
        moved.what_moved(material),
        moved.rather(material),
        strongest_pairs(material),
        moved.why_these_weights(material),
        moved.dissent(material),
        evidence.swaps(material),
        evidence.disagreement(material),
        evidence.audit(material),
        repeat.how_to_repeat(material),
    )
    body = tag("body", inputs.heading(material), tag("main", sections), _footer())
    return f"<!DOCTYPE html>\n{tag('html', _head(explanation), body, lang=current())}\n"


def _head(explanation: PairExplanation) -> Markup:
    answer = answer_label(explanation.task, explanation.prediction)
    return tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", say("{answer}: one sample explained", answer=answer)),
        tag("style", Markup(SHEET)),
    )


def _footer() -> Markup:
    words = say(
        "Written by I²MoE Explorer. The file is complete: it loads nothing and runs nothing, so it can be "
        "kept, printed and sent. Numbers are shown rounded; the full ones stand in the file beside them."
    )
    return tag("footer", tag("p", words))
