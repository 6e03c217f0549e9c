"""A report of the tiny scenes run, and what is needed to read one back."""

import re
from functools import cache
from html.parser import HTMLParser

from tiny_runs import scenes_run, stretch, values_of

from i2moe_core.explain.attribution.engine import attribute
from i2moe_core.explain.pair import explain_pair
from i2moe_core.explain.report import html_report

ALLOWED = {
    "html", "head", "meta", "title", "style", "body", "header", "main", "section", "footer", "h1", "h2", "h3",
    "p", "div", "span", "b", "small", "bdi", "data", "ul", "li", "dl", "dt", "dd", "pre", "blockquote", "img",
    "figure", "figcaption", "table", "thead", "tbody", "tfoot", "tr", "th", "td",
    "svg", "rect", "line", "text", "image",
}  # fmt: skip
VOID = {"meta", "img"}
EXPERTS = ("unique:image", "unique:text", "synergy", "redundancy")
MOVED = ("answer/0", *(f"expert/{name}/0" for name in EXPERTS))
TARGETS = (*MOVED, "difference/0/1", "gate/synergy", "disagreement")


class Page(HTMLParser):
    """A report read back: elements in order with attributes, texts and the section that they stand in."""

    def __init__(self, content):
        super().__init__()
        self.elements, self.open, self.texts = [], [], []
        self.feed(content)

    def handle_starttag(self, name, attributes):
        self.elements.append((name, dict(attributes)))
        if name not in VOID:
            self.open.append(name)

    def handle_endtag(self, name):
        assert self.open.pop() == name

    def handle_data(self, words):
        if self.open and self.open[-1] != "style":
            self.texts.append((self.open[-1], words))

    @property
    def text(self):
        return "".join(words for _, words in self.texts)


def rows_of(content, heading):
    """The rows of the table under a heading: the numbers at full length in each."""
    table = content.split(f'id="{heading}"')[1].split("<table>")[1].split("</table>")[0]
    return [[float(n) for n in re.findall(r'<data value="([^"]+)">', row)] for row in table.split("<tr>")[2:]]


@cache
def report_run():
    """The run, whose answers differ between samples."""
    run, _ = scenes_run()
    stretch(run.model, 1.5)
    return run


@cache
def report_parts():
    """Values, explanation, attributions and the report of its fourth sample."""
    run = report_run()
    values = values_of(run, 3)
    explanation = explain_pair(run, values, "s3")
    found = attribute(run, values, "feature_ablation", TARGETS, sample_id="s3")
    return values, explanation, found, html_report(run, values, explanation, found, command="i2moe explain x")
