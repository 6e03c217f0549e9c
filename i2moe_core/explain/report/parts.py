"""What the report's sections are built of: notes under figures, an expert's dot and name, tables, chips."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

from i2moe_core.explain.palette import expert_label
from i2moe_core.explain.report.markup import Child, Markup, foreign, tag, woven
from i2moe_core.explain.verdict import WORDS, Light
from i2moe_core.language import say

SIGNS: dict[Light, str] = {"good": "✓", "partly": "~", "poor": "✗", "unknown": "?"}


def section(name: str, title: str, *children: Child) -> Markup:
    """Return a section with its heading."""
    return tag("section", tag("h2", title, id=name), children, aria_labelledby=name)


def in_a_row(*sentences: Child) -> Child:
    """Return sentences one after the other, with a space between them where the language has one."""
    return reduce(lambda first, second: woven(say("{first} {second}"), first=first, second=second), sentences)


def drawn(picture: Child, read: Child, beyond: Child) -> Markup:
    """Return a figure with how to read it and what it does not show."""
    notes = (
        tag("p", tag("b", say("How to read it."), " "), read),
        tag("p", tag("b", say("What it does not show."), " "), beyond),
    )
    return tag("figure", picture, tag("figcaption", notes))


def expert_name(name: str, colours: dict[str, str]) -> Markup:
    """Return an expert's dot and plain name."""
    dot = tag("span", class_="dot", style=f"background:{colours[name]}", aria_hidden="true")
    return tag("span", dot, foreign(expert_label(name)), class_="name")


def chip(light: Light, words: str | None = None) -> Markup:
    """Return a verdict in a word, with a sign so that its colour is not all there is."""
    return tag("span", f"{SIGNS[light]} {words or say(WORDS[light])}", class_=f"chip {light}")


def table(
    head: Sequence[Child], rows: Sequence[Sequence[Child]], numbers: Sequence[int], foot: Sequence[Child] = ()
) -> Markup:
    """Return a table whose first column is headings; ``numbers`` are the columns set to the right."""

    def cells(row: Sequence[Child], kind: str) -> list[Markup]:
        return [
            tag("th" if kind == "head" or n == 0 else "td", cell, class_="n" if n in numbers else None,
                scope="col" if kind == "head" else "row" if n == 0 else None)
            for n, cell in enumerate(row)
        ]  # fmt: skip

    body = tag("tbody", [tag("tr", cells(row, "body")) for row in rows])
    end = tag("tfoot", tag("tr", cells(foot, "body"))) if foot else None
    whole = tag("table", tag("thead", tag("tr", cells(head, "head"))), body, end)
    return tag("div", whole, class_="scroll", tabindex=0)
