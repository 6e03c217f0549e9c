"""The one-sample report: its numbers are the explanation's, nothing runs in it, hostile texts stay text."""

import re
from html.parser import HTMLParser

import numpy as np
import pytest
from made_up import BAD_AUDIT, GOOD_AUDIT, HOSTILE
from tiny_runs import array_run, scenes_run, stretch, values_of

from i2moe_core.explain.attribution.badge import Badge
from i2moe_core.explain.attribution.engine import attribute
from i2moe_core.explain.attribution.tops import largest, top_cells
from i2moe_core.explain.interactions import explain_interactions
from i2moe_core.explain.pair import explain_pair
from i2moe_core.explain.report import html_report
from i2moe_core.explain.report.export import figure_files, file_stem
from i2moe_core.explain.report.markup import join, tag

ALLOWED = {
    *(
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "header",
        "main",
        "section",
        "footer",
        "h1",
        "h2",
        "h3",
    ),
    *(
        "p",
        "div",
        "span",
        "b",
        "small",
        "bdi",
        "data",
        "ul",
        "li",
        "dl",
        "dt",
        "dd",
        "pre",
        "blockquote",
        "img",
    ),
    *("figure", "figcaption", "table", "thead", "tbody", "tfoot", "tr", "th", "td"),
    *("svg", "rect", "line", "text", "image"),
}
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


@pytest.fixture(scope="module")
def run():
    run, _ = scenes_run()
    stretch(run.model, 1.5)
    return run


@pytest.fixture(scope="module")
def made(run):
    values = values_of(run, 3)
    explanation = explain_pair(run, values, "s3")
    found = attribute(run, values, "feature_ablation", TARGETS, sample_id="s3")
    return values, explanation, found, html_report(run, values, explanation, found, command="i2moe explain x")


def test_the_experts_table_is_the_explanation_and_its_sum_closes(made):
    _, explanation, _, content = made
    place = int(explanation.probabilities.argmax())
    *rows, foot = rows_of(content, "experts")
    told = [[e.weight, e.share, e.logits[place], e.contribution[place]] for e in explanation.experts]
    assert rows == told
    assert sum(row[3] for row in rows) == pytest.approx(foot[2], abs=1e-9)
    assert foot[2] == explanation.logits[place]
    assert foot[:2] == pytest.approx([1, 1])


def test_patches_words_and_shares_are_the_attributions(made):
    _, _, found, content = made
    moved = content.split('id="moved"')[1].split('id="rather"')[0]
    cards = moved.split('class="card')[1:]
    items = [found[key] for key in MOVED]
    assert len(cards) == len(items)
    scale = largest(found, "image", tuple(items))
    for card, item in zip(cards, items, strict=True):
        cells = dict(zip(range(len(found.cells)), item.cells, strict=True))
        patches = [v for n, v in cells.items() if found.cells[n].kind == "image" and abs(v) / scale >= 0.004]
        words = [
            v for n, v in cells.items() if found.cells[n].kind == "text" and found.cells[n].label != "(frame)"
        ]
        assert [float(v) for v in re.findall(r'<rect[^>]*data-value="([^"]+)"', card)] == patches
        assert [float(v) for v in re.findall(r'<span[^>]*data-value="([^"]+)"', card)] == words
    assert rows_of(moved.join(['id="moved"', ""]), "moved") == [list(item.shares.values()) for item in items]


def test_all_parts_are_there_and_everything_is_closed(made):
    *_, content = made
    page = Page(content)
    assert page.open == []
    for name in (
        "pair",
        "experts",
        "moved",
        "rather",
        "gate",
        "dissent",
        "swaps",
        "disagreement",
        "audit",
        "repeat",
    ):
        assert f'<h2 id="{name}">' in content
    assert "How to read it. " in page.text
    assert "What it does not show. " in page.text
    assert "i2moe explain x" in page.text
    assert content.startswith('<!DOCTYPE html>\n<html lang="en">')


def test_nothing_runs_and_nothing_is_fetched(made):
    *_, content = made
    page = Page(content)
    assert {name for name, _ in page.elements} <= ALLOWED
    assert "http:" not in content
    assert "https:" not in content
    assert "url(" not in content
    assert "@import" not in content
    for name, attributes in page.elements:
        assert not [key for key in attributes if key.startswith("on")]
        for key in ("src", "href"):
            if key in attributes:
                assert attributes[key].startswith("data:image/png;base64,"), name
    policies = [a["content"] for n, a in page.elements if a.get("http-equiv") == "Content-Security-Policy"]
    assert len(policies) == 1
    assert policies[0].startswith("default-src 'none'")
    assert "script" not in policies[0]


def test_figures_have_a_name_and_pictures_an_alternative(made):
    *_, content = made
    page = Page(content)
    assert all(a.get("alt") for name, a in page.elements if name == "img")
    assert (
        content.count("<svg")
        == content.count('role="img"')
        == len(re.findall(r"<svg[^>]*><title>[^<]", content))
    )


@pytest.mark.parametrize(
    "text",
    [
        HOSTILE,
        "</style></title><script>alert(1)</script>\" onload='x' <svg onload=alert(1)>",
        "ابحث عن الدائرة \u202eالحمراء",
        "找到红色的圆 👩🏽‍🚀 कृपया",
        "nul \x00 tab \t end \x7f",
    ],
)
def test_any_text_is_only_text(run, text):
    values = values_of(run, 3) | {"text": text}
    explanation = explain_pair(run, values, "s3")
    found = attribute(run, values, "feature_ablation", TARGETS[:2], sample_id="s3")
    content = html_report(run, values, explanation, found, command=text)
    content.encode()
    page = Page(content)
    assert page.open == []
    assert {name for name, _ in page.elements} <= ALLOWED
    assert not [key for _, a in page.elements for key in a if key.startswith("on")]
    quoted = [words for name, words in page.texts if name == "blockquote"]
    assert "".join(quoted) == re.sub("[\x00\x7f]", "\ufffd", text)
    assert [a["dir"] for name, a in page.elements if name == "blockquote"] == ["auto"]
    ways = {a["dir"] for _, a in page.elements if a.get("class") == "strip"}
    assert ways == {"rtl" if "الدائرة" in text else "ltr"}


def test_hostile_class_names_stay_text(run):
    values = values_of(run, 3)
    explanation = explain_pair(run, values, "s3")
    names = (HOSTILE, *explanation.classes[1:])
    explanation = explanation.__class__(**{**vars(explanation), "classes": names, "prediction": HOSTILE})
    page = Page(html_report(run, values, explanation))
    assert {name for name, _ in page.elements} <= ALLOWED
    assert ("bdi", HOSTILE) in page.texts


def test_colour_is_never_the_only_sign(made):
    *_, content = made
    styles = [a for n, a in Page(content).elements if n == "span" and "data-value" in a]
    for a in styles:
        if "strong" in a["class"]:
            assert ("solid" in a["style"]) == (float(a["data-value"]) >= 0)
            assert ("dotted" in a["style"]) == (float(a["data-value"]) < 0)
    assert any("strong" in a["class"] for a in styles)
    assert re.search(
        r'class="word strong"[^>]*><bdi[^>]*>[^<]+</bdi><small dir="ltr"><data value="[^"]+">[+−]', content
    )


def badge(key, verdict):
    return Badge(
        key,
        "probability",
        None,
        {},
        0.75,
        "occlusion",
        verdict,
        ("They are needed: yes.", "They are enough."),
    )


def test_the_tests_of_the_maps_stand_under_them(run, made):
    values, explanation, found, plain = made
    badges = {
        "answer/0": badge("answer/0", "holds"),
        "gate/synergy": badge("gate/synergy", "not better than chance"),
    }
    page = Page(html_report(run, values, explanation, found, badges))
    assert "They are needed: yes. They are enough. Another method, occlusion, agrees" in page.text
    assert page.text.count("✗ not better than chance") == 1
    assert page.text.count("? not tested") == len(TARGETS) - 2
    assert "Nobody tested here" in Page(plain).text


@pytest.mark.parametrize(
    ("audit", "words"),
    [(GOOD_AUDIT, "weights verified"), (BAD_AUDIT, "misleading weights"), (None, "not audited")],
)
def test_the_audits_verdict_stands_on_top(run, made, audit, words):
    values, explanation, *_ = made
    audited = run.__class__(**{**vars(run), "audit": audit})
    assert words in html_report(audited, values, explanation).split("<main>")[0]


def test_the_same_arguments_give_the_same_bytes(run, made):
    values, explanation, found, content = made
    assert html_report(run, values, explanation, found, command="i2moe explain x") == content


def test_a_missing_input_is_named(run):
    values = values_of(run, 3) | {"image": None}
    explanation = explain_pair(run, values, "s3")
    found = attribute(run, values, "feature_ablation", ("answer/0",), sample_id="s3")
    content = html_report(run, values, explanation, found)
    assert "Not given" in content
    assert "<img" not in content


@pytest.mark.parametrize("task", ["multiclass", "multilabel", "regression"])
def test_arrays_and_all_tasks(task):
    run, _ = array_run(task, 3, missing=0.2)
    values = values_of(run, 0)
    explanation = explain_pair(run, values, "a0")
    found = attribute(run, values, "feature_ablation", sample_id="a0")
    page = Page(html_report(run, values, explanation, found))
    assert page.open == []
    assert "nan" not in page.text
    assert {name for name, _ in page.elements} <= ALLOWED


def test_top_cells_and_the_common_scale(made):
    _, _, found, _ = made
    item = found["expert/synergy/0"]
    words = np.array(
        [
            abs(v) if c.kind == "text" and c.label != "(frame)" else -1
            for c, v in zip(found.cells, item.cells, strict=True)
        ]
    )
    tops = top_cells(found, item, "text", 2)
    assert [top.number for top in tops] == np.argsort(-words, kind="stable")[:2].tolist()
    assert all(top.value == item.cells[top.number] for top in tops)
    sizes = [
        abs(v)
        for i in found.items
        for c, v in zip(found.cells, i.cells, strict=True)
        if c.modality == "image"
    ]
    assert largest(found, "image", found.items) == max(sizes)


def test_figures_as_files(run, made):
    values, explanation, found, _ = made
    files = figure_files(run, values, explanation, found)
    assert {"shares.svg", "sum.svg", "image.png", "map_expert-synergy-0_image.svg"} <= set(files)
    for name, content in files.items():
        if name.endswith(".svg"):
            assert (
                content.startswith(b'<svg viewBox="')
                or b'xmlns="http://www.w3.org/2000/svg"' in content[:200]
            )
            import xml.dom.minidom

            xml.dom.minidom.parseString(content)
        else:
            assert content.startswith(b"\x89PNG")
    assert file_stem("gate/unique:image") == "gate-unique-image"
    assert file_stem("../..") == "unnamed"


def test_markup_escapes_what_it_did_not_make():
    assert tag("p", "<b>", title="\"x'") == '<p title="&quot;x&#x27;">&lt;b&gt;</p>'
    assert tag("p", tag("b", "&")) == "<p><b>&amp;</b></p>"
    assert join(["a\x00\ud83d", None, ["<"]]) == "a\ufffd\ufffd&lt;"
    assert tag("img", alt="", width=None, data_x=1.5) == '<img alt="" data-x="1.5">'


def test_pairs_are_listed_with_their_numbers(run, made):
    values, explanation, found, _ = made
    pairs = explain_interactions(run, values, ("answer/0",), sample_id="s3", coalitions=4)
    content = html_report(run, values, explanation, found, interactions=pairs)
    told = [[pair.index, pair.half_width] for pair in pairs.ranked("answer/0", 6)]
    assert rows_of(content, "pairs") == told
    assert Page(content).open == []
    assert content.count('class="mark"') == len({pair.first.place for pair in pairs.ranked("answer/0", 6)})
