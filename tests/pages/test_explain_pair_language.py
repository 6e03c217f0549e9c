"""Explain a pair and Home in the visitor's language, simple and full; links are alike in every language."""

from dataclasses import replace
from functools import partial

import made_up
import numpy as np
import pytest
import tiny_runs
from made_up import words
from spoken import english_left

from i2moe_core.checkpoint import AbstainRecord
from i2moe_core.explain import pair
from i2moe_core.language import catalogue
from i2moe_core.ui.components import abstain
from i2moe_core.ui.components.sections import QUESTIONS

PAGE, HOME = "pages/explain_pair.py", "pages/home.py"
OF_THE_DATA = ("pick the crimson one", "circle, triangle, cross", "broken is damaged", made_up.HOSTILE)
opened = partial(made_up.opened, PAGE)
ZH = catalogue("zh")


@pytest.fixture
def run(monkeypatch, tmp_path):
    return made_up.install(monkeypatch, tmp_path, audit=made_up.GOOD_AUDIT)


def figures(at):
    """The keys of the figures that are shown."""
    return [figure.proto.id.rsplit("-", 1)[-1] for figure in at.get("plotly_chart")]


def headers(at):
    return [header.value for header in at.header]


def link(at, name):
    return "".join(at.query_params.get(name, ""))


@pytest.mark.parametrize("view", QUESTIONS)
@pytest.mark.parametrize("task", ["multiclass", "multilabel", "regression"])
def test_every_view_of_every_task_is_all_in_chinese(view, task, monkeypatch, tmp_path):
    classes = ("age",) if task == "regression" else ("circle", "triangle", "cross")
    made_up.install(monkeypatch, tmp_path, task=task, classes=classes)
    at = opened(view=view, lang="zh")
    assert not at.exception
    assert ZH[QUESTIONS[view]] in headers(at)
    assert english_left(at, *OF_THE_DATA) == []


@pytest.mark.parametrize("kind", ["multilabel", "pictures"])
def test_the_real_core_speaks_chinese_in_every_view(kind, monkeypatch, tmp_path):
    run, _ = tiny_runs.scenes_run() if kind == "pictures" else tiny_runs.array_run(kind, size=12)
    made_up.let_open(monkeypatch, tmp_path, replace(run, path=tmp_path / run.name))
    data = [*map(str, run.reference.raw.get("text", ())), *OF_THE_DATA]
    for view in QUESTIONS:
        at = opened(view=view, lang="zh")
        assert not at.error
        assert english_left(at, *data) == []


def test_the_sentence_of_disagreement_is_in_each_visitors_language(monkeypatch, tmp_path):
    run, _ = tiny_runs.scenes_run()
    made_up.let_open(monkeypatch, tmp_path, replace(run, path=tmp_path / run.name))
    first, second, third = (words(opened(view="disagreement", lang=code)) for code in ("en", "zh", "en"))
    assert "Taken together" in first
    assert "总体上" in second
    assert third == first


def test_without_a_pair_the_page_is_all_in_chinese(run):
    at = opened(from_="own", lang="zh")
    assert ZH["Give a picture, a text, or both to see how the experts share the answer."] == at.info[0].value
    assert english_left(at, *OF_THE_DATA) == []


def test_what_was_noticed_is_said_in_chinese(run, monkeypatch):
    explained = partial(made_up.made_explanation, far=99.5, missing=("image",))
    monkeypatch.setattr(pair, "explain_pair", lambda *given, **more: explained())
    at = opened(from_="own", my_text="a disc", lang="zh")
    assert "99%" in at.warning[0].value or "100%" in at.warning[0].value
    at.text_area(key="typed_text").set_value("word " * 300).run()
    assert ZH["This text is too long for a link: whoever opens the link must paste it again."] in words(at)
    at.file_uploader[0].upload("x.png", b"%PDF-1.7 not a picture").run()
    assert "PDF 文件" in at.error[0].value
    assert english_left(at, *OF_THE_DATA, "word " * 20, "word") == []


@pytest.mark.parametrize("most", [0.2, 0.9])
def test_the_threshold_speaks_chinese(most, run, monkeypatch):
    record = AbstainRecord(
        run_id=run.id, measure="jensen_shannon", most=most, target=0.05, bound=0.04, confidence=0.95,
        coverage=0.8, risk=0.03, samples=100, data="made", split="test",
    )  # fmt: skip
    monkeypatch.setattr(abstain, "read_abstain", lambda path: record)
    at = opened(lang="zh")
    assert ("模型弃权" in words(at)) == (most < 0.3)
    assert english_left(at, *OF_THE_DATA) == []


def test_the_simple_mode_shows_who_holds_the_answer_and_no_more(run):
    simple, full = opened(detail="simple"), opened()
    assert figures(simple) == ["shares"]
    assert not simple.dataframe
    assert not headers(simple)
    assert "The longer an expert's bar" in words(simple)
    assert {"shares", "answer", "waterfall"} <= set(figures(full))
    assert "The longer an expert's bar" not in words(full)
    assert english_left(opened(detail="simple", lang="zh"), *OF_THE_DATA) == []


def test_what_a_link_asks_for_is_shown_in_the_simple_mode_and_stays(run):
    at = opened(detail="simple", view="roles")
    assert headers(at) == [QUESTIONS["roles"]]
    at.get_by_key("view").set_value("breakdown").run()
    assert headers(at) == [QUESTIONS["breakdown"]]
    assert link(at, "view") == ""
    at.selectbox(key="class").set_value("").run()
    assert headers(at) == [QUESTIONS["breakdown"]]


def test_the_model_abstains_in_the_simple_mode_too(run, monkeypatch):
    record = AbstainRecord(
        run_id=run.id, measure="jensen_shannon", most=0.2, target=0.05, bound=0.04, confidence=0.95,
        coverage=0.8, risk=0.03, samples=100, data="made", split="test",
    )  # fmt: skip
    monkeypatch.setattr(abstain, "read_abstain", lambda path: record)
    assert "The model abstains" in opened(detail="simple").warning[0].value


@pytest.mark.parametrize("code", ["en", "zh"])
def test_a_link_opens_the_same_choices_in_both_languages(code, run):
    for view, question in QUESTIONS.items():
        at = opened(view=view, lang=code)
        assert ({"en": question, "zh": ZH[question]}[code]) in headers(at)
        assert link(at, "view") == ("" if view == "breakdown" else view)
    at = opened(lang=code, given="text", rather="triangle", **{"class_": "cross"})
    assert at.selectbox(key="class").value == "cross"
    assert at.selectbox(key="rather").value == "triangle"
    assert at.get_by_key("given").value == ["text"]
    assert [link(at, name) for name in ("class", "rather", "given")] == ["cross", "triangle", "text"]
    at = opened(lang=code, view="mismatch", swap="image")
    assert at.get_by_key("swap").value == "image"
    assert link(at, "swap") == "image"
    at = opened(lang=code, from_="own", my_text="find the disc")
    assert at.text_area(key="typed_text").value == "find the disc"
    assert link(at, "from") == "own"


def test_examples_are_filtered_by_codes_that_the_link_holds(run):
    at = opened(lang="zh", of_kind="synergy", of_class="cross")
    assert at.selectbox(key="of_kind").value == "synergy"
    assert at.selectbox(key="of_class").value == "cross"
    at = opened(of_kind="unique:text", of_class="circle")
    kinds, answers = run.reference.truth.interactions, np.asarray(run.reference.targets)
    found = int(((kinds == "unique:text") & (answers == 0)).sum())
    assert found < 8
    assert ("No example is of this kind" in words(at)) == (found == 0)


def test_home_is_all_in_chinese_and_simple_leaves_out_the_figure(run):
    at = made_up.opened(HOME, lang="zh")
    assert english_left(at, *OF_THE_DATA) == []
    assert figures(at) == ["audit"]
    simple = made_up.opened(HOME, lang="zh", detail="simple")
    assert not figures(simple)
    assert words(simple).count("green-badge") == 4
