"""The one-sample report in the visitor's language: whole, with the same numbers, English for the command."""

import re

import pytest
from made_up import GOOD_AUDIT
from reports import ALLOWED, TARGETS, Page, report_parts, report_run
from spoken import english_in, speak_chinese
from tiny_runs import array_run, values_of

from i2moe_core.explain.attribution.choose import judge_maps
from i2moe_core.explain.attribution.engine import attribute
from i2moe_core.explain.interactions import explain_interactions
from i2moe_core.explain.pair import explain_pair
from i2moe_core.explain.report import html_report
from i2moe_core.explain.report.figures import shortened
from i2moe_core.explain.report.markup import join, tag, woven
from i2moe_core.explain.report.parts import in_a_row

NUMBER = re.compile(r'<data value="([^"]+)">|data-value="([^"]+)"')


@pytest.fixture
def audited():
    run = report_run()
    return run.__class__(**{**vars(run), "audit": GOOD_AUDIT})


STRIP = re.compile(r'<p class="strip".*?</p>')


def english_of(content, values):
    """What is left in English, but for the sample's words."""
    own = [str(value) for value in values.values() if isinstance(value, str)]
    return english_in(Page(STRIP.sub("", content)).text, *own)


def test_the_whole_report_is_said_in_chinese_with_the_same_numbers(audited, monkeypatch):
    values, explanation, found, _ = report_parts()
    badges = judge_maps(audited, values, [found], random=4)[0]
    pairs = explain_interactions(audited, values, ("answer/0",), sample_id="s3", coalitions=4)
    english = html_report(audited, values, explanation, found, badges, pairs, command="i2moe explain x")
    speak_chinese(monkeypatch)
    explanation = explain_pair(audited, values, "s3")  # holds sentences of its own
    chinese = html_report(audited, values, explanation, found, badges, pairs, command="i2moe explain x")
    assert english_of(chinese, values) == []
    assert len(english_of(english, values)) > 100
    assert chinese.startswith('<!DOCTYPE html>\n<html lang="zh">')
    assert NUMBER.findall(chinese) == NUMBER.findall(english)
    page = Page(chinese)
    assert page.open == []
    assert {name for name, _ in page.elements} <= ALLOWED
    alts = [a.get("alt", "") for name, a in page.elements if name == "img"]
    assert not [hit for alt in alts for hit in english_in(alt)]
    assert page.text.count("? 未检验") == 0
    assert page.text.count("谁做了决定") == 1


def test_a_report_without_tests_and_with_a_missing_input_is_said_too(audited, monkeypatch):
    values = values_of(audited, 3) | {"image": None}
    speak_chinese(monkeypatch)
    explanation = explain_pair(audited, values, "s3")
    found = attribute(audited, values, "feature_ablation", ("answer/0",), sample_id="s3")
    content = html_report(audited, values, explanation, found)
    assert english_of(content, values) == []
    assert "未提供：模型被告知这里什么也没有。" in content
    assert "没有图像，未检验" in content


@pytest.mark.parametrize("task", ["multilabel", "regression"])
def test_all_tasks_of_arrays_are_said(task, monkeypatch):
    run, _ = array_run(task, 3)
    values = values_of(run, 0)
    speak_chinese(monkeypatch)
    explanation = explain_pair(run, values, "a0")
    found = attribute(run, values, "feature_ablation", sample_id="a0")
    content = html_report(run, values, explanation, found)
    assert english_of(content, values) == []
    assert "第 1 个数" in content or "没有什么影响它。" in content


def test_targets_are_named_in_every_card(audited, monkeypatch):
    values, explanation, found, _ = report_parts()
    speak_chinese(monkeypatch)
    text = Page(html_report(audited, values, explanation, found)).text
    first, second = explanation.classes[:2]
    assert f"答案 {first}" in text
    assert f"{first} 而不是 {second}" in text
    assert "协同的权重" in text
    assert f"仅图像：给 {first} 的得分" in text
    assert "专家之间的分歧" in text
    assert len(TARGETS) == len(found.items)


def test_parts_are_woven_into_a_sentence_and_escaped():
    assert join(woven("<{a}> & {b}.", a=tag("b", "x"), b="<y>")) == "&lt;<b>x</b>&gt; &amp; &lt;y&gt;."
    assert join(woven("no place")) == "no place"
    with pytest.raises(KeyError):
        woven("{a}")


def test_sentences_stand_in_a_row(monkeypatch):
    assert join(in_a_row("A.", tag("b", "B."), "C.")) == "A. <b>B.</b> C."
    speak_chinese(monkeypatch)
    assert join(in_a_row("甲。", "乙。")) == "甲。乙。"


@pytest.mark.parametrize(
    ("label", "limit", "shown"),
    [
        ("Image alone", 11, "Image alone"),
        ("Image alone", 10, "Image alo…"),
        ("图像和文本的协同", 16, "图像和文本的协同"),
        ("图像和文本的协同", 15, "图像和文本的协…"),
        ("图像和文本的协同", 14, "图像和文本的…"),
        ("a  b", 3, "a b"),
    ],
)
def test_labels_are_cut_by_their_width(label, limit, shown):
    assert shortened(label, limit) == shown
