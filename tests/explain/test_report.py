"""The one-sample report: its numbers are the explanation's, and all its parts are there."""

import re
import xml.dom.minidom

import numpy as np
import pytest
from made_up import BAD_AUDIT, GOOD_AUDIT
from reports import ALLOWED, MOVED, TARGETS, Page, report_parts, report_run, rows_of
from tiny_runs import array_run, values_of

from i2moe_core.explain.attribution.badge import Badge
from i2moe_core.explain.attribution.engine import attribute
from i2moe_core.explain.attribution.faithfulness import ALL, Faithfulness
from i2moe_core.explain.attribution.tops import largest, top_cells
from i2moe_core.explain.interactions import explain_interactions
from i2moe_core.explain.pair import explain_pair
from i2moe_core.explain.report import html_report
from i2moe_core.explain.report.export import figure_files, file_stem


@pytest.fixture
def run():
    return report_run()


@pytest.fixture
def made():
    return report_parts()


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


def badge(key, verdict):
    own, random = np.full(5, 0.5), np.full((20, 5), 0.1)
    parts = {ALL: Faithfulness(ALL, own, np.full(5, 0.0), random, np.full((20, 5), 0.3))}
    return Badge(key, "probability", None, parts, 0.75, "occlusion", verdict)


def test_the_tests_of_the_maps_stand_under_them(run, made):
    values, explanation, found, plain = made
    badges = {
        "answer/0": badge("answer/0", "holds"),
        "gate/synergy": badge("gate/synergy", "not better than chance"),
    }
    page = Page(html_report(run, values, explanation, found, badges))
    assert (
        "They are needed: without the parts named first the probability falls by 50 points, without random "
        "ones it falls by 10 points. They go a long way alone: with only the parts named first the "
        "probability stays as it is, with only random ones it falls by 30 points. Another method, occlusion, "
        "agrees"
    ) in page.text
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
            xml.dom.minidom.parseString(content)
        else:
            assert content.startswith(b"\x89PNG")
    assert file_stem("gate/unique:image") == "gate-unique-image"
    assert file_stem("../..") == "unnamed"


def test_pairs_are_listed_with_their_numbers(run, made):
    values, explanation, found, _ = made
    pairs = explain_interactions(run, values, ("answer/0",), sample_id="s3", coalitions=4)
    content = html_report(run, values, explanation, found, interactions=pairs)
    told = [[pair.index, pair.half_width] for pair in pairs.ranked("answer/0", 6)]
    assert rows_of(content, "pairs") == told
    assert Page(content).open == []
    assert content.count('class="mark"') == len({pair.first.place for pair in pairs.ranked("answer/0", 6)})
